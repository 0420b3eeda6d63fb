#include "plugins/radiance/voxel-radiance/gradient_check.h"

#include <cmath>

#include <fmt/format.h>

#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "core/radiance/ray_pass.h"

namespace convergence {

namespace {

using radiance::Activation;
using radiance::AlignedArray;
using radiance::PassOptions;
using radiance::PassRay;
using DoubleField = radiance::BasicField<double>;
using Pass = radiance::RayPass<double>;

constexpr std::uint64_t seed = 0;
constexpr double largestError = 1e-5;
// Weights are held fixed in the loss of each point, so that the density's gradient is compared
// without it.
const PassOptions withoutPoints{.nearest = 1.0, .backgroundEntropy = 0.3};
const PassOptions withPoints{.nearest = 1.0, .backgroundEntropy = 0.3, .perPoint = 0.7};

DoubleField randomField(Activation activation) {
    const auto shape =
        radiance::GridShape::forVoxels({{-1.0, -0.8, -1.1}, {1.1, 0.9, 1.0}}, 300, 420);
    DoubleField field(shape, activation, 0.2, {.features = 12, .width = 16}, seed);
    field.threshold = 0.0; // a sample that crosses a threshold would spoil a difference
    RandomStream stream({.seed = seed, .purpose = "gradient check field"});
    for (auto* values : {&field.density, &field.features})
        for (double& value : *values)
            value = 0.7 * stream.normal();
    return field;
}

std::vector<PassRay> randomRays(int count) {
    using Eigen::Vector3d;
    RandomStream stream({.seed = seed, .purpose = "gradient check rays"});
    std::vector<PassRay> rays;
    for (int i = 0; i < count; ++i) {
        PassRay ray;
        ray.origin = 4.0 * Vector3d(stream.normal(), stream.normal(), stream.normal()).normalized();
        const Vector3d target(stream.uniform(-0.8, 0.8), stream.uniform(-0.6, 0.6),
                              stream.uniform(-0.8, 0.8));
        ray.direction = target - ray.origin;
        for (float& channel : ray.target)
            channel = static_cast<float>(stream.uniform());
        rays.push_back(ray);
    }
    return rays;
}

double lossOf(const DoubleField& field, const std::vector<PassRay>& rays,
              const PassOptions& options) {
    Pass pass;
    return Pass::loss(pass.differentiate(field, rays, options), rays.size(), options);
}

struct Gradients {
    std::vector<double> density, features, network;
};

Gradients gradientsOf(const DoubleField& field, const std::vector<PassRay>& rays,
                      const PassOptions& options) {
    Pass pass;
    pass.differentiate(field, rays, options);
    const auto stride = static_cast<std::size_t>(field.featureStride);
    Gradients gradients;
    gradients.network.assign(pass.networkGradient().begin(), pass.networkGradient().end());
    gradients.density.resize(field.density.size());
    gradients.features.resize(field.features.size());
    pass.takePlanes(field, [&](radiance::PlaneGradient<double>& plane) {
        const std::size_t first = static_cast<std::size_t>(plane.x) * plane.points;
        for (std::size_t i = 0; i < plane.points; ++i)
            std::swap(gradients.density[first + i], plane.density[i]);
        for (std::size_t i = 0; i < plane.points * stride; ++i)
            std::swap(gradients.features[first * stride + i], plane.features[i]);
    });
    return gradients;
}

/// Some entries of `values` against central differences.
GradientCheck checked(const DoubleField& field, AlignedArray<double>& values,
                      const std::vector<double>& gradient, const std::vector<PassRay>& rays,
                      const PassOptions& options, double step) {
    RandomStream stream({.seed = seed, .purpose = "gradient check entries"});
    std::vector<std::size_t> entries(40);
    for (std::size_t& entry : entries)
        entry = static_cast<std::size_t>(stream.integer(values.size()));
    return checkGradient([&] { return lossOf(field, rays, options); },
                         {values.data(), values.size()}, gradient,
                         {.step = step, .entries = entries});
}

} // namespace

Judgement judgeGradients(const Evidence& evidence) {
    const bool broken = evidence.replacedArms.contains("grid");
    const std::vector<PassRay> rays = randomRays(40);
    double worst = 0.0;
    std::string table;
    std::string place;
    const auto note = [&](const std::string& name, const GradientCheck& check) {
        const double error = check.relativeError();
        if (table.empty() || error > worst)
            place = fmt::format("{}: {}", name, check.text());
        worst = largerError(worst, error);
        table += fmt::format("{}{} {:.1e}", table.empty() ? "" : ", ", name, error);
    };
    for (const auto& [activation, name] :
         {std::pair{Activation::post, "post"}, std::pair{Activation::in, "in"},
          std::pair{Activation::pre, "pre"}}) {
        DoubleField field = randomField(activation);
        DoubleField differentiated = field;
        if (broken)
            differentiated.activation = Activation::pre;
        const Gradients gradients = gradientsOf(differentiated, rays, withoutPoints);
        note(fmt::format("density ({})", name),
             checked(field, field.density, gradients.density, rays, withoutPoints, 1e-5));
        if (activation != Activation::post)
            continue;
        const Gradients points = gradientsOf(differentiated, rays, withPoints);
        note("features", checked(field, field.features, points.features, rays, withPoints, 1e-5));
        note("network",
             checked(field, field.network.parameters, points.network, rays, withPoints, 1e-6));
    }
    Judgement judgement;
    judgement.measured = worst;
    judgement.threshold = fmt::format("below {:g}", largestError);
    judgement.verdict = worst < largestError ? Verdict::holds : Verdict::fails;
    judgement.explanation = fmt::format(
        "Largest difference to central differences in double precision over the largest entry: {}. "
        "The worst is of {}.",
        table, place);
    return judgement;
}

Judgement judgeConservation(const Evidence& evidence) {
    constexpr int count = 200;
    constexpr double tolerance = 1e-6;
    const bool broken = evidence.replacedArms.contains("grid");
    double worst = 0.0;
    for (const Activation activation : {Activation::post, Activation::in, Activation::pre}) {
        DoubleField field = randomField(activation);
        for (double& value : field.density)
            value *= 4.0;
        for (const PassRay& ray : randomRays(count)) {
            const auto samples = Pass::samplesOf(field, ray, withoutPoints);
            if (samples.empty())
                continue;
            double weights = 0.0;
            for (const auto& sample : samples)
                // Broken: light that was absorbed before a sample still reaches it.
                weights += (broken ? 1.0 : sample.transmittance) * sample.opacity;
            const auto& last = samples.back();
            const double left = last.transmittance * (1.0 - last.opacity);
            worst = largerError(worst, std::abs(weights + left - 1.0));
        }
    }
    Judgement judgement;
    judgement.measured = worst;
    judgement.threshold = fmt::format("below {:g}", tolerance);
    judgement.verdict = worst < tolerance ? Verdict::holds : Verdict::fails;
    judgement.explanation = fmt::format(
        "Largest |Σ w + T_last − 1| on {} random rays in three orders of activation.", count);
    return judgement;
}

} // namespace convergence
