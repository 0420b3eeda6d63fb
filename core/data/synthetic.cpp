#include "core/data/synthetic.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/log_sum_exp.h"
#include "core/math/random.h"

namespace convergence {

namespace {

using Eigen::Index;
using Eigen::VectorXd;

void require(bool fits, const char* name, double value, const char* accepted) {
    if (!fits)
        throw InputError(
            fmt::format("Synthetic data: {} is {}; it must be {}.", name, value, accepted));
}

void requireCounts(Index dimension, Index count, Index first) {
    require(dimension >= 1, "the dimension", static_cast<double>(dimension), "at least 1");
    require(count >= 1, "the number of samples", static_cast<double>(count), "at least 1");
    require(first >= 0, "the first sample", static_cast<double>(first), "at least 0");
}

VectorXd randomDirection(Index dimension, RandomStream& stream) {
    VectorXd direction(dimension);
    do
        stream.fillNormal({direction.data(), static_cast<std::size_t>(dimension)});
    while (!(direction.norm() > 0.0));
    return direction.normalized();
}

} // namespace

Regression syntheticRegression(const RegressionSetting& setting, Index count, Index first) {
    const Index d = setting.dimension;
    requireCounts(d, count, first);
    require(setting.nonzeros >= 0 && setting.nonzeros <= d, "the number of nonzeros",
            static_cast<double>(setting.nonzeros), "from 0 to the dimension");
    require(setting.decay >= 0.0 && std::isfinite(setting.decay), "the decay", setting.decay,
            "at least 0");
    require(setting.noise >= 0.0 && std::isfinite(setting.noise), "the noise", setting.noise,
            "at least 0");
    Regression data;
    data.spectrum = VectorXd::LinSpaced(d, 1.0, static_cast<double>(d)).array().pow(-setting.decay);
    RandomStream truth({.seed = setting.seed, .purpose = "synthetic regression truth"});
    const Index nonzeros = setting.nonzeros == 0 ? d : setting.nonzeros;
    const VectorXd entries = randomDirection(nonzeros, truth);
    const auto places =
        truth.choice(static_cast<std::size_t>(d), static_cast<std::size_t>(nonzeros));
    data.truth = VectorXd::Zero(d);
    for (Index i = 0; i < nonzeros; ++i)
        data.truth[places[static_cast<std::size_t>(i)]] = entries[i];

    data.x.resize(d, count);
    data.y.resize(count);
    const VectorXd deviations = data.spectrum.cwiseSqrt();
    for (Index i = 0; i < count; ++i) {
        RandomStream stream({.seed = setting.seed,
                             .purpose = "synthetic regression",
                             .index = static_cast<std::uint64_t>(first + i)});
        stream.fillNormal({data.x.col(i).data(), static_cast<std::size_t>(d)});
        data.x.col(i).array() *= deviations.array();
        data.y[i] = data.truth.dot(data.x.col(i)) + setting.noise * stream.normal();
    }
    return data;
}

Mixture syntheticMixture(const MixtureSetting& setting, Index count, Index first) {
    const Index d = setting.dimension, components = setting.components;
    requireCounts(d, count, first);
    require(components >= 1, "the number of components", static_cast<double>(components),
            "at least 1");
    require(setting.separation >= 0.0 && std::isfinite(setting.separation), "the separation",
            setting.separation, "at least 0");
    require(setting.deviation > 0.0 && std::isfinite(setting.deviation), "the deviation",
            setting.deviation, "above 0");
    require(setting.weights.empty() || static_cast<Index>(setting.weights.size()) == components,
            "the number of weights", static_cast<double>(setting.weights.size()),
            "that of the components");
    Mixture data;
    data.weights = VectorXd::Ones(components);
    for (std::size_t k = 0; k < setting.weights.size(); ++k) {
        require(setting.weights[k] > 0.0 && std::isfinite(setting.weights[k]), "a weight",
                setting.weights[k], "above 0");
        data.weights[static_cast<Index>(k)] = setting.weights[k];
    }
    data.weights /= data.weights.sum();
    RandomStream truth({.seed = setting.seed, .purpose = "synthetic mixture truth"});
    data.means.resize(d, components);
    for (Index k = 0; k < components; ++k)
        data.means.col(k) = setting.separation * randomDirection(d, truth);

    data.x.resize(d, count);
    for (Index i = 0; i < count; ++i) {
        RandomStream stream({.seed = setting.seed,
                             .purpose = "synthetic mixture",
                             .index = static_cast<std::uint64_t>(first + i)});
        double left = stream.uniform();
        Index k = 0;
        while (k + 1 < components && left >= data.weights[k])
            left -= data.weights[k++];
        stream.fillNormal({data.x.col(i).data(), static_cast<std::size_t>(d)}, setting.deviation);
        data.x.col(i) += data.means.col(k);
        data.labels.push_back(static_cast<std::int32_t>(k));
    }
    return data;
}

double logDensity(const Mixture& mixture, double deviation, const Eigen::Ref<const VectorXd>& x) {
    const VectorXd exponents =
        mixture.weights.array().log() -
        (mixture.means.colwise() - x).colwise().squaredNorm().transpose().array() /
            (2.0 * deviation * deviation);
    return logSumExp({exponents.data(), static_cast<std::size_t>(exponents.size())}) -
           0.5 * static_cast<double>(x.size()) *
               std::log(2.0 * std::numbers::pi * deviation * deviation);
}

} // namespace convergence
