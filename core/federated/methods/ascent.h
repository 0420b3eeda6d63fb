#pragma once

#include "core/federated/method.h"

namespace convergence::federated {

/// A step uphill before a gradient is taken, on the same batch (sharpness-aware minimization, Foret
/// et al. 2021):
///
///   g̃ = (1 − α)∇F(x) + α∇F(x + ρ∇F(x))             plain
///   g̃ = (1 − α)∇F(x) + α∇F(x + ρ∇F(x)/‖∇F(x)‖)     normalized
///
/// with the norm over all P numbers of one client. It is no method by itself, but a part of some.
enum class AscentRule { plain, normalized };
struct AscentOptions {
    double step = 0.0; ///< ρ ≥ 0
    AscentRule rule = AscentRule::normalized;
    double merge = 1.0; ///< α in [0, 1]
    [[nodiscard]] bool isThere() const { return step > 0.0 && merge > 0.0; }
    /// How many times the gradient it is.
    template <typename Gradient>
    [[nodiscard]] double lengthFor(const Gradient& gradient) const {
        constexpr double tiny = 1e-7; // of a gradient that is 0
        return rule == AscentRule::plain ? step
                                         : step / (static_cast<double>(gradient.norm()) + tiny);
    }
};

template <typename Scalar>
class Ascent {
public:
    explicit Ascent(const AscentOptions& options) : options_(options) {}

    [[nodiscard]] AscentOptions& options() { return options_; }
    [[nodiscard]] int gradientsAStep() const { return options_.isThere() ? 2 : 1; }
    void start(const typename Method<Scalar>::Start& start) {
        points_.resize(start.x.size(), start.columns);
        uphill_.resize(start.x.size(), start.columns);
    }
    /// In Method::further.
    void climb(const Part<Scalar>& part, Batches<Scalar>& batches) {
        if (!options_.isThere())
            return;
        part.each([&](Index j, ClientId) {
            const auto g = part.all.direction.col(j);
            points_.col(j) = part.all.x.col(j) + static_cast<Scalar>(options_.lengthFor(g)) * g;
        });
        batches.evaluate(part.first, points_.middleCols(part.first, part.count),
                         uphill_.middleCols(part.first, part.count));
    }
    /// In Method::direct: `direction` becomes g̃.
    void merge(const Part<Scalar>& part) const {
        if (!options_.isThere())
            return;
        const auto alpha = static_cast<Scalar>(options_.merge);
        part.direction() = (Scalar(1) - alpha) * part.direction() +
                           alpha * uphill_.middleCols(part.first, part.count);
    }

private:
    AscentOptions options_;
    MatrixOf<Scalar> points_, uphill_; ///< P × columns
};

} // namespace convergence::federated
