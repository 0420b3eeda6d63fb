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
    [[nodiscard]] bool stepsTogether() const override { return true; }
    void further(const Part<Scalar>& part, Batches<Scalar>&) override {
        if (part.count == 0)
            return;
        mean_ = part.direction().rowwise().mean();
        part.direction().colwise() = mean_;
    }

private:
    VectorOf<Scalar> mean_;
};

} // namespace convergence::federated
