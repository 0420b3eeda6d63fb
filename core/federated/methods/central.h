#pragma once

#include "core/federated/method.h"

namespace convergence::federated {

/// All data in one place, as a yardstick: the clients of a round step along the mean of their
/// gradients, so that they stay together. A round is K steps of gradient descent on batches of S·B;
/// nothing is sent.
template <typename Scalar>
class Central final : public Method<Scalar> {
public:
    void start(const typename Method<Scalar>::Start& start) override {
        Method<Scalar>::start(start);
        mean_.resize(start.x.size());
    }
    [[nodiscard]] VectorsSent sent() const override { return {.down = 0, .up = 0}; }
    void further(Cohort<Scalar>& cohort, Batches<Scalar>&) override {
        if (cohort.size() == 0)
            return;
        mean_ = cohort.direction.leftCols(cohort.size()).rowwise().mean();
        cohort.direction.leftCols(cohort.size()).colwise() = mean_;
    }

private:
    VectorOf<Scalar> mean_;
};

} // namespace convergence::federated
