#pragma once

#include "core/federated/method.h"

namespace convergence::federated {

/// FedAdam (Reddi et al. 2021): the server takes the clients' mean update for a gradient,
/// m ← β₁m + (1 − β₁)Δ, v ← β₂v + (1 − β₂)Δ², x ← x + η_g m/(√v + τ), entry by entry, from 0.
struct FedAdamOptions {
    double first = 0.9, second = 0.99; ///< β₁, β₂
    double floor = 0.01;               ///< τ
    double rate = 0.1;                 ///< η_g
};

template <typename Scalar>
class FedAdam final : public Method<Scalar> {
public:
    explicit FedAdam(const FedAdamOptions& options = {}) : options_(options) {}
    void start(const typename Method<Scalar>::Start& start) override {
        Method<Scalar>::start(start);
        mean_.setZero(start.x.size());
        square_.setZero(start.x.size());
    }
    void aggregate(const Cohort<Scalar>& cohort) override {
        if (cohort.size() == 0)
            return;
        const auto first = static_cast<Scalar>(options_.first),
                   second = static_cast<Scalar>(options_.second);
        const auto& update = cohort.meanUpdate;
        mean_ = first * mean_ + (Scalar(1) - first) * update;
        square_ = second * square_ + (Scalar(1) - second) * update.cwiseAbs2();
        this->x_.array() += static_cast<Scalar>(options_.rate) * mean_.array() /
                            (square_.array().sqrt() + static_cast<Scalar>(options_.floor));
    }

private:
    FedAdamOptions options_;
    VectorOf<Scalar> mean_, square_; ///< m, v
};

} // namespace convergence::federated
