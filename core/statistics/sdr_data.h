#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "core/statistics/random_objects.h"

/// Made-up regressions with random objects as responses and a known sufficient predictor s(X): Y
/// depends on X through s alone.
namespace convergence::statistics {

enum class SdrResponse {
    real,         ///< s = 2 ln(1 + x₁² + x₂²), Y = s + 0.3ζ
    distribution, ///< s = (1.5 sin(x₁ + x₂), ½|x₃| + 0.3), Y = N(s₁ + 0.3ζ, (s₂e^{0.1ζ})²)
    spd, ///< s = (1.2 sin(x₁ + x₂), 1.2 tanh(x₃ + x₄² − 1)), ln Y = [s₁+e₁ s₂+e₃; · e₂−s₁],
         ///< e ~ N(0, ¼²)
    sphere, ///< the same s, angles θ = s + 0.15ζ; x uniform on ±√3
};

/// One row a sample.
struct SdrSample {
    Eigen::MatrixXd x;          ///< n × p
    Eigen::MatrixXd predictors; ///< s, n × 1 or 2
    Eigen::MatrixXd objects;    ///< Y, a column each, coded as of its metric
    std::vector<bool> isOutlier;
};

struct SdrSetting {
    SdrResponse response = SdrResponse::spd;
    Eigen::Index samples = 1000;
    Eigen::Index predictors = 10; ///< p, at least 4
    double outliers = 0.0; ///< the share of responses that are replaced: coordinates + 20·Cauchy·ζ,
                           ///< on the sphere the antipode
    std::uint64_t seed = 0, replicate = 0;
    enum class Set { training, test } set = Set::training;
};

/// Samples depend on their number alone: more of them leave the first ones as they are. Throws
/// InputError for p < 4, no samples, or a share outside [0, 1].
SdrSample drawSdrSample(const SdrSetting& setting);

} // namespace convergence::statistics
