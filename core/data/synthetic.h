#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

namespace convergence {

/// Made-up data with known truth. One column a sample; sample i depends on seed and i alone, so
/// that more samples leave the first ones as they are, and other `first` samples are another set
/// (for validation, for clients) from the same truth. Errors are InputError naming the setting.

/// y = w*·x + σε with x ~ N(0, diag(λ)), λ_j = j^{−decay} (j = 1, ..., dimension), ε ~ N(0, 1).
struct RegressionSetting {
    Eigen::Index dimension = 20; ///< ≥ 1
    Eigen::Index nonzeros = 0;   ///< of w*; 0: all. w* is a random direction of length 1
    double decay = 0.0;          ///< ≥ 0: how fast the spectrum falls; condition dimension^decay
    double noise = 0.1;          ///< σ ≥ 0
    std::uint64_t seed = 1;
};
struct Regression {
    Eigen::MatrixXd x;        ///< dimension × count
    Eigen::VectorXd y;        ///< count
    Eigen::VectorXd truth;    ///< w*
    Eigen::VectorXd spectrum; ///< λ, the eigenvalues of the covariance of x
};
Regression syntheticRegression(const RegressionSetting& setting, Eigen::Index count,
                               Eigen::Index first = 0);

/// Components N(μ_k, σ²I), k = 0, ..., components − 1, with means in random directions of length
/// `separation`.
struct MixtureSetting {
    Eigen::Index dimension = 2;
    Eigen::Index components = 3;
    double separation = 3.0;     ///< ≥ 0
    double deviation = 1.0;      ///< σ > 0
    std::vector<double> weights; ///< of the components, > 0, need not sum to 1; empty: equal
    std::uint64_t seed = 1;
};
struct Mixture {
    Eigen::MatrixXd x;                ///< dimension × count
    std::vector<std::int32_t> labels; ///< the component of each sample
    Eigen::MatrixXd means;            ///< dimension × components
    Eigen::VectorXd weights;          ///< sum 1
};
Mixture syntheticMixture(const MixtureSetting& setting, Eigen::Index count, Eigen::Index first = 0);

/// Log-density of a mixture at a point: the truth that a learned density is compared with.
double logDensity(const Mixture& mixture, double deviation,
                  const Eigen::Ref<const Eigen::VectorXd>& x);

} // namespace convergence
