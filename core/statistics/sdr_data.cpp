#include "core/statistics/sdr_data.h"

#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/random.h"

namespace convergence::statistics {

using Eigen::Index;
using Eigen::Vector3d;
using Eigen::VectorXd;

namespace {

VectorXd sufficient(SdrResponse response, const VectorXd& x) {
    if (response == SdrResponse::real)
        return VectorXd::Constant(1, 2.0 * std::log1p(x[0] * x[0] + x[1] * x[1]));
    if (response == SdrResponse::distribution)
        return Eigen::Vector2d(1.5 * std::sin(x[0] + x[1]), 0.5 * std::abs(x[2]) + 0.3);
    return Eigen::Vector2d(1.2 * std::sin(x[0] + x[1]), 1.2 * std::tanh(x[2] + x[3] * x[3] - 1.0));
}

VectorXd respond(SdrResponse response, const VectorXd& s, RandomStream& noise) {
    const auto zeta = [&] { return noise.normal(); };
    switch (response) {
    case SdrResponse::real:
        return VectorXd::Constant(1, s[0] + 0.3 * zeta());
    case SdrResponse::distribution: {
        const double mean = s[0] + 0.3 * zeta();
        return Eigen::Vector2d(mean, s[1] * std::exp(0.1 * zeta()));
    }
    case SdrResponse::spd: {
        const double e1 = 0.25 * zeta(), e2 = 0.25 * zeta(), e3 = 0.25 * zeta();
        return Vector3d(s[0] + e1, s[1] + e3, -s[0] + e2);
    }
    case SdrResponse::sphere:
        break;
    }
    const double first = s[0] + 0.15 * zeta(), second = s[1] + 0.15 * zeta();
    return Vector3d(std::cos(first) * std::cos(second), std::cos(first) * std::sin(second),
                    std::sin(first));
}

/// What is put in the place of a response.
VectorXd outlierOf(SdrResponse response, VectorXd object, RandomStream& stream) {
    if (response == SdrResponse::sphere)
        return -object;
    const double c = 20.0 * std::tan(std::numbers::pi * (stream.uniform() - 0.5)); // 20·Cauchy
    if (response == SdrResponse::real)
        return object.array() + c;
    for (Index e = 0; e < object.size(); ++e) {
        const bool isOffDiagonal = response == SdrResponse::spd && e == 1; // coordinate √2 l₂₁
        object[e] += c * stream.normal() / (isOffDiagonal ? std::numbers::sqrt2 : 1.0);
    }
    if (response == SdrResponse::distribution)
        object[1] = std::abs(object[1]);
    return object;
}

} // namespace

SdrSample drawSdrSample(const SdrSetting& setting) {
    const Index n = setting.samples, p = setting.predictors;
    if (p < 4 || n < 1 || !(setting.outliers >= 0.0 && setting.outliers <= 1.0))
        throw InputError(fmt::format("{} samples of {} predictors with a share of {} outliers are "
                                     "not accepted; expected at least 1, at least 4, 0 to 1.",
                                     n, p, setting.outliers));
    const bool isTest = setting.set == SdrSetting::Set::test;
    SdrSample sample;
    sample.x.resize(n, p);
    sample.isOutlier.resize(static_cast<std::size_t>(n));
    for (Index k = 0; k < n; ++k) {
        const auto streamOf = [&](const char* purpose) {
            return RandomStream({setting.seed, purpose, setting.replicate,
                                 2 * static_cast<std::uint64_t>(k) + (isTest ? 1 : 0)});
        };
        RandomStream predictors = streamOf("predictors"), noise = streamOf("noise"),
                     replaced = streamOf("outliers");
        VectorXd x(p);
        const std::span<double> entries(x.data(), static_cast<std::size_t>(p));
        if (setting.response == SdrResponse::sphere)
            predictors.fillUniform(entries, -std::numbers::sqrt3, std::numbers::sqrt3);
        else
            predictors.fillNormal(entries);
        const VectorXd s = sufficient(setting.response, x);
        VectorXd object = respond(setting.response, s, noise);
        const bool isOutlier = replaced.uniform() < setting.outliers;
        if (isOutlier)
            object = outlierOf(setting.response, std::move(object), replaced);
        if (k == 0) {
            sample.predictors.resize(n, s.size());
            sample.objects.resize(object.size(), n);
        }
        sample.x.row(k) = x.transpose();
        sample.predictors.row(k) = s.transpose();
        sample.objects.col(k) = object;
        sample.isOutlier[static_cast<std::size_t>(k)] = isOutlier;
    }
    return sample;
}

} // namespace convergence::statistics
