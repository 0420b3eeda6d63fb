#pragma once

#include "core/federated/method.h"

namespace convergence::federated {

/// FedAvg whose server has momentum, outside the local steps: m ← (1 − β)m + β·Σw_i(start − x_i)/ηK
/// of the size of a gradient, x ← x − η_g ηK m. β is the weight of what is new; 1 is FedAvg.
template <typename Scalar>
class ServerMomentum final : public Method<Scalar> {
public:
    explicit ServerMomentum(double beta) : beta_(beta) {}
    void start(const typename Method<Scalar>::Start& start) override {
        Method<Scalar>::start(start);
        momentum_.setZero(start.x.size());
    }
    bool set(std::string_view option, double value) override {
        if (option != "momentum")
            return false;
        beta_ = value;
        return true;
    }
    [[nodiscard]] const VectorOf<Scalar>* serverDirection() const override { return &momentum_; }
    void aggregate(const Cohort<Scalar>& cohort) override {
        if (cohort.size() == 0)
            return;
        const double reach = cohort.rate * cohort.meanSteps(); // ηK
        momentum_ = static_cast<Scalar>(1.0 - beta_) * momentum_ -
                    static_cast<Scalar>(beta_ / reach) * cohort.meanUpdate;
        this->x_ -= static_cast<Scalar>(cohort.serverRate * reach) * momentum_;
    }

private:
    double beta_;
    VectorOf<Scalar> momentum_;
};

} // namespace convergence::federated
