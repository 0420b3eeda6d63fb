#include "core/matrix/corruption.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/math/random.h"
#include "core/math/statistics.h"

namespace convergence::matrix {

namespace {

const double meanOfAbsoluteNormal = std::sqrt(2.0 / std::numbers::pi);

double density(double x) {
    return std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::numbers::pi);
}

/// E |N(s, v²)|.
double foldedNormalMean(double s, double v) {
    if (v <= 0.0)
        return std::abs(s);
    return 2.0 * v * density(s / v) + s * (1.0 - 2.0 * normalCdf(-s / v));
}

/// E |N(s, v²)| for s uniform on [−τ, τ]: the mean of a folded normal over s.
double foldedUniformMean(double tau, double v) {
    if (tau <= 0.0)
        return foldedNormalMean(0.0, v);
    if (v <= 0.0)
        return 0.5 * tau;
    const double a = tau / v;
    const double tail = normalCdf(a) - 0.5;
    // ∫₀^τ [2vφ(s/v) + s(2Φ(s/v) − 1)] ds, by parts.
    return v * ((a * a + 1.0) * tail + a * density(a)) / a;
}

} // namespace

CorruptedMeasurements corrupt(const Eigen::VectorXd& clean, const CorruptionModel& model,
                              std::uint64_t seed, std::uint64_t draw) {
    RandomStream places({.seed = seed, .purpose = "outlier places", .index = draw});
    RandomStream sizes({.seed = seed, .purpose = "outlier sizes", .index = draw});
    RandomStream uniformSizes({.seed = seed, .purpose = "uniform outlier sizes", .index = draw});
    RandomStream noise({.seed = seed, .purpose = "measurement noise", .index = draw});
    CorruptedMeasurements result{clean, std::vector<bool>(static_cast<std::size_t>(clean.size()))};
    for (Eigen::Index i = 0; i < clean.size(); ++i) {
        const bool isOutlier = places.uniform() < model.outlierFraction;
        const double normalSize = model.outlierScale * sizes.normal();
        const double uniformSize = uniformSizes.uniform(-model.outlierScale, model.outlierScale);
        const double epsilon = noise.normal();
        result.observed[i] += model.noise * epsilon;
        if (!isOutlier)
            continue;
        result.isOutlier[static_cast<std::size_t>(i)] = true;
        switch (model.kind) {
        case OutlierKind::normal:
            result.observed[i] += normalSize;
            break;
        case OutlierKind::constant:
            result.observed[i] += model.outlierScale;
            break;
        case OutlierKind::uniform:
            result.observed[i] += uniformSize;
            break;
        case OutlierKind::adversarial:
            result.observed[i] -= 2.0 * clean[i];
            break;
        }
    }
    return result;
}

IdealLoss idealLoss(const CorruptionModel& model, double deltaNorm, double inner,
                    double targetNorm) {
    const double p = model.outlierFraction, tau = model.outlierScale;
    const double v = std::hypot(deltaNorm, model.noise);
    // The limit Δ → 0 without noise is that of ever larger outliers.
    const double length = meanOfAbsoluteNormal * (v > 0.0 ? deltaNorm / v : 1.0);
    const double a = v > 0.0 ? tau / v : (tau > 0.0 ? std::numeric_limits<double>::infinity() : 0);
    double votes = 0.0, value = 0.0; // of an outlier: E exp(−s²/2v²), E |⟨A, Δ⟩ − s − νε|
    switch (model.kind) {
    case OutlierKind::normal:
        votes = 1.0 / std::hypot(1.0, a);
        value = meanOfAbsoluteNormal * std::hypot(v, tau);
        break;
    case OutlierKind::constant:
        votes = std::exp(-0.5 * a * a);
        value = foldedNormalMean(tau, v);
        break;
    case OutlierKind::uniform:
        votes = a > 0.0 ? (normalCdf(a) - 0.5) * std::sqrt(2.0 * std::numbers::pi) / a : 1.0;
        value = foldedUniformMean(tau, v);
        break;
    case OutlierKind::adversarial: {
        // The residual is ⟨A, Δ + 2M*⟩ − νε.
        const double w2 = deltaNorm * deltaNorm + 4.0 * inner + 4.0 * targetNorm * targetNorm;
        const double w = std::sqrt(std::max(w2, 0.0) + model.noise * model.noise);
        value = meanOfAbsoluteNormal * w;
        // `votes` is relative to what a clean measurement says, ‖Δ‖/v.
        votes = deltaNorm > 0.0 && w > 0.0
                    ? (deltaNorm * deltaNorm + 2.0 * inner) / (deltaNorm * w) * v / deltaNorm
                    : 0.0;
        break;
    }
    }
    return {.value = (1.0 - p) * meanOfAbsoluteNormal * v + p * value,
            .alignment = length * (1.0 - p + p * votes)};
}

} // namespace convergence::matrix
