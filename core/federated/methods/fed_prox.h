#pragma once

#include "core/federated/method.h"

namespace convergence::federated {

/// FedProx (Li et al. 2020): a spring of weight λ to the x where the client began,
/// direction ∇F_i(x_i; ξ) + λ(x_i − x).
template <typename Scalar>
class FedProx final : public Method<Scalar> {
public:
    explicit FedProx(double weight) : weight_(static_cast<Scalar>(weight)) {}
    void direct(const Part<Scalar>& part) override {
        part.direction() += weight_ * (part.x() - part.start());
    }

private:
    Scalar weight_;
};

} // namespace convergence::federated
