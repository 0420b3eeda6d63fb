#pragma once

#include "core/federated/methods/ascent.h"
#include "core/federated/methods/scaffold.h"

namespace convergence::federated {

/// Momentum in the local steps (Cheng, Huang, Wu, Yuan 2024): each step blends in the direction g
/// in which all clients went in the last round, of the size of a gradient. β is the weight of what
/// is new: β = 1 is no momentum.
///
///   FedAvg-M        d = β∇F_i(x_i; ξ) + (1 − β)g
///   FedAvg-M-VR     d = ∇F_i(x_i; ξ) + (1 − β)(g − ∇F_i(x⁻; ξ)),  x⁻ the server's x a round before
///   SCAFFOLD-M      d = β(∇F_i(x_i; ξ) + c − c_i) + (1 − β)g
///   SCAFFOLD-M-VR   d = ∇F_i(x_i; ξ) + β(c − c_i) + (1 − β)(g − ∇F_i(x⁻; ξ))
///
/// then g ← Σw_i(start − x_i)/ηK, and c_i ← mean of the gradients ∇F_i that the client met. With
/// β = 1 the first two are FedAvg and the last two SCAFFOLD, bit for bit. It is γ = η_g ηK that
/// moves x by γg; it must shrink with β (γ ≤ β/6L in theory).
struct LocalMomentumOptions {
    double beta = 0.1;
    bool hasControls = false;     ///< c_i: SCAFFOLD-M
    bool reducesVariance = false; ///< ∇F_i(x⁻; ξ): -VR
    bool keepsDirection = true;   ///< false: without the term (1 − β)g, for comparison
    AscentOptions ascent;         ///< of the gradients, without variance reduction: MoFedSAM
    bool fullStart = false;       ///< g (and c_i) are full gradients at x⁰; else 0
};

template <typename Scalar>
class LocalMomentum final : public Method<Scalar> {
public:
    using Vector = VectorOf<Scalar>;
    explicit LocalMomentum(const LocalMomentumOptions& options)
        : options_(options), ascent_(options.ascent) {}

    void start(const typename Method<Scalar>::Start& start) override {
        Method<Scalar>::start(start);
        const Index p = start.x.size();
        direction_ = Vector::Zero(p);
        if (options_.fullStart) {
            Vector own(p);
            for (Index i = 0; i < start.clients; ++i) {
                start.evaluator.gradient(static_cast<ClientId>(i), start.x, own);
                direction_ += own / static_cast<Scalar>(start.clients);
            }
        }
        if (options_.hasControls)
            controls_.start(start, options_.fullStart ? Controls<Scalar>::First::gradients
                                                      : Controls<Scalar>::First::zero);
        if (options_.ascent.isThere())
            ascent_.start(start);
        if (options_.reducesVariance) {
            former_ = start.x;
            points_.resize(p, start.columns);
            before_.resize(p, start.columns);
        }
    }
    [[nodiscard]] VectorsSent sent() const override {
        return {.down = options_.hasControls ? (options_.reducesVariance ? 4 : 3)
                                             : (options_.reducesVariance ? 3 : 2),
                .up = options_.hasControls ? 2 : 1};
    }
    [[nodiscard]] int gradientsAStep() const override {
        return options_.reducesVariance ? 2 : ascent_.gradientsAStep();
    }
    [[nodiscard]] const Vector* serverDirection() const override { return &direction_; }
    [[nodiscard]] const Controls<Scalar>& controls() const { return controls_; }
    bool set(std::string_view option, double value) override {
        if (option == "momentum")
            options_.beta = value;
        else if (option == "ascent" && options_.ascent.isThere())
            ascent_.options().step = value;
        else if (option == "merge" && options_.ascent.isThere())
            ascent_.options().merge = value;
        else
            return false;
        return true;
    }

    void further(const Part<Scalar>& part, Batches<Scalar>& batches) override {
        if (!options_.reducesVariance) {
            ascent_.climb(part, batches);
            return;
        }
        auto points = points_.middleCols(part.first, part.count);
        if (part.step == 0)
            points.colwise() = former_;
        batches.evaluate(part.first, points, before_.middleCols(part.first, part.count));
    }
    void direct(const Part<Scalar>& part) override {
        if (!options_.reducesVariance)
            ascent_.merge(part);
        if (options_.hasControls)
            controls_.collect(part);
        const auto beta = static_cast<Scalar>(options_.beta);
        const Scalar kept = options_.keepsDirection ? Scalar(1) - beta : Scalar(0);
        part.each([&](Index j, ClientId i) {
            auto d = part.all.direction.col(j);
            if (options_.reducesVariance)
                d += (Scalar(1) - beta) * (direction_ - before_.col(j));
            if (options_.hasControls) {
                const auto correction =
                    controls_.mean() - controls_.own().col(static_cast<Index>(i));
                d += (options_.reducesVariance ? beta : Scalar(1)) * correction;
            }
            if (!options_.reducesVariance)
                d = beta * d + kept * direction_;
        });
    }
    void reply(const Part<Scalar>& part) override {
        if (options_.hasControls)
            controls_.renewByGradients(part);
    }
    void aggregate(const Cohort<Scalar>& cohort) override {
        if (cohort.size() == 0)
            return;
        if (options_.reducesVariance)
            former_ = this->x_;
        Method<Scalar>::aggregate(cohort);
        direction_ =
            static_cast<Scalar>(-1.0 / (cohort.rate * cohort.meanSteps())) * cohort.meanUpdate;
        if (options_.hasControls)
            controls_.aggregate(cohort);
    }

private:
    LocalMomentumOptions options_;
    Ascent<Scalar> ascent_;
    Vector direction_;                 ///< g
    Vector former_;                    ///< x⁻
    MatrixOf<Scalar> points_, before_; ///< x⁻ and the gradients there, a column a client
    Controls<Scalar> controls_;
};

} // namespace convergence::federated
