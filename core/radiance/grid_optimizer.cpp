#include "core/radiance/grid_optimizer.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace convergence::radiance {

namespace {

constexpr double beta1 = 0.9;
constexpr double beta2 = 0.99;
constexpr double epsilon = 1e-8;
constexpr double stepsPerTenth = 20000.0;

/// Calls visit(first, count) for every run of ones in a word of marks.
template <typename Visit>
void forRuns(std::uint64_t left, std::size_t word, const Visit& visit) {
    while (left != 0) {
        const int begin = std::countr_zero(left);
        const int length = std::countr_one(left >> begin);
        visit(word * 64 + static_cast<std::size_t>(begin), static_cast<std::size_t>(length));
        if (begin + length == 64)
            break;
        left &= ~std::uint64_t{0} << (begin + length);
    }
}

/// Calls visit(first, count) for every run of marked points, and prepare(first, count) some time
/// before; clears the marks.
template <typename Visit, typename Prepare>
void takeRuns(std::uint64_t* marks, std::size_t points, const Visit& visit,
              const Prepare& prepare) {
    constexpr std::size_t ahead = 2;
    const std::size_t words = (points + 63) / 64;
    for (std::size_t word = 0; word < words; ++word) {
        if (word + ahead < words)
            forRuns(marks[word + ahead], word + ahead, prepare);
        forRuns(marks[word], word, visit);
        marks[word] = 0;
    }
}

/// Calls visit(first, count) for blocks of sixteen points of which some are marked, so that whole
/// vectors are worked on; clears the marks.
template <typename Visit>
void takeBlocks(std::uint64_t* marks, std::size_t points, const Visit& visit) {
    constexpr std::size_t block = 16;
    for (std::size_t first = 0; first < points; first += block)
        if ((marks[first / 64] >> first % 64 & 0xffff) != 0)
            visit(first, std::min(block, points - first));
    std::fill_n(marks, (points + 63) / 64, std::uint64_t{0});
}

/// Fetches numbers that will soon be read and written.
void fetch(const float* values, std::size_t count) {
    constexpr std::size_t line = 16;
    for (std::size_t i = 0; i < count + line - 1; i += line)
        __builtin_prefetch(values + std::min(i, count - 1), 1);
}

/// Adds the smoothing of one plane to its gradient; `old` holds the values before the step.
void addSmoothing(const GridShape& shape, int x, const float* old, std::size_t channels,
                  double weight, bool dense, float* gradient) {
    const auto [sizeX, sizeY, sizeZ] = shape.size;
    const auto w = static_cast<float>(weight / 6.0);
    for (int y = 0; y < sizeY; ++y)
        for (int z = 0; z < sizeZ; ++z) {
            float* out = gradient + static_cast<std::size_t>(y * sizeZ + z) * channels;
            const float* here = old + shape.index(x, y, z) * channels;
            const auto add = [&](int nx, int ny, int nz) {
                if (nx < 0 || ny < 0 || nz < 0 || nx >= sizeX || ny >= sizeY || nz >= sizeZ)
                    return;
                const float* there = old + shape.index(nx, ny, nz) * channels;
                for (std::size_t c = 0; c < channels; ++c)
                    out[c] += w * std::clamp(here[c] - there[c], -1.0F, 1.0F);
            };
            std::array<float, 32> before{};
            std::copy_n(out, channels, before.begin());
            if (!dense && std::all_of(before.begin(), before.begin() + channels,
                                      [](float g) { return g == 0.0F; }))
                continue;
            add(x - 1, y, z);
            add(x + 1, y, z);
            add(x, y - 1, z);
            add(x, y + 1, z);
            add(x, y, z - 1);
            add(x, y, z + 1);
            if (!dense)
                for (std::size_t c = 0; c < channels; ++c)
                    if (before[c] == 0.0F)
                        out[c] = 0.0F;
        }
}

void keepCopy(const AlignedArray<float>& of, AlignedArray<float>& copy) {
    if (copy.size() != of.size())
        copy = of;
    else
        std::copy(of.begin(), of.end(), copy.begin());
}

} // namespace

GridOptimizer::GridOptimizer(const Field& field, AtZero atZero)
    : atZero_(atZero), density_{AlignedArray<float>(field.density.size()),
                                AlignedArray<float>(field.density.size())},
      features_{AlignedArray<float>(field.features.size()),
                AlignedArray<float>(field.features.size())},
      network_{AlignedArray<float>(field.network.parameters.size()),
               AlignedArray<float>(field.network.parameters.size())} {}

double GridOptimizer::decay() const {
    return std::pow(0.1, static_cast<double>(steps_) / stepsPerTenth);
}

AdamStep<float> GridOptimizer::adamStep(double rate, AtZero atZero) const {
    const auto t = static_cast<double>(steps_ + 1);
    const double size =
        rate * decay() * std::sqrt(1.0 - std::pow(beta2, t)) / (1.0 - std::pow(beta1, t));
    return {static_cast<float>(size), static_cast<float>(beta1), static_cast<float>(beta2),
            static_cast<float>(epsilon), atZero == AtZero::keep};
}

void GridOptimizer::step(Field& field, RayPass<float>& pass, const Rates& rates,
                         const AlignedArray<float>& relativeRates, const GridSmoothing& smoothing) {
    const RayKernels<float>& kernels = rayKernels<float>();
    const AdamStep<float> densityStep = adamStep(rates.density, atZero_);
    const AdamStep<float> featureStep = adamStep(rates.features, atZero_);
    const auto stride = static_cast<std::size_t>(field.featureStride);
    const double smoothingScale =
        *std::max_element(field.shape.size.begin(), field.shape.size.end()) / 128.0 /
        smoothing.rays;
    if (smoothing.any()) { // planes are changed while others still compare with them
        keepCopy(field.density, oldDensity_);
        keepCopy(field.features, oldFeatures_);
    }
    pass.takePlanes(field, [&](PlaneGradient<float>& plane) {
        const std::size_t first = static_cast<std::size_t>(plane.x) * plane.points;
        if (smoothing.density > 0.0)
            addSmoothing(field.shape, plane.x, oldDensity_.data(), 1,
                         smoothing.density * smoothingScale, smoothing.dense, plane.density);
        if (smoothing.features > 0.0)
            addSmoothing(field.shape, plane.x, oldFeatures_.data(), stride,
                         smoothing.features * smoothingScale, smoothing.dense, plane.features);
        const auto stepDensity = [&](std::size_t begin, std::size_t count) {
            const std::size_t at = first + begin;
            kernels.adam(densityStep, field.density.data() + at, density_.mean.data() + at,
                         density_.square.data() + at, plane.density + begin,
                         relativeRates.size() > 0 ? relativeRates.data() + at : nullptr,
                         static_cast<std::ptrdiff_t>(count));
        };
        const auto stepFeatures = [&](std::size_t begin, std::size_t count) {
            const std::size_t at = (first + begin) * stride;
            kernels.adam(featureStep, field.features.data() + at, features_.mean.data() + at,
                         features_.square.data() + at, plane.features + begin * stride, nullptr,
                         static_cast<std::ptrdiff_t>(count * stride));
        };
        // Where zero gradients change nothing, only touched points need be looked at.
        if (atZero_ == AtZero::step || smoothing.dense) {
            stepDensity(0, plane.points);
            stepFeatures(0, plane.points);
            std::fill_n(plane.touchedDensity, (plane.points + 63) / 64, std::uint64_t{0});
            std::fill_n(plane.touchedFeatures, (plane.points + 63) / 64, std::uint64_t{0});
            return;
        }
        takeBlocks(plane.touchedDensity, plane.points, stepDensity);
        takeRuns(plane.touchedFeatures, plane.points, stepFeatures,
                 [&](std::size_t begin, std::size_t count) {
                     for (const float* array :
                          {field.features.data(), features_.mean.data(), features_.square.data()})
                         fetch(array + (first + begin) * stride, count * stride);
                 });
    });
    if (field.color.hasNetwork())
        kernels.adam(adamStep(rates.network, AtZero::step), field.network.parameters.data(),
                     network_.mean.data(), network_.square.data(), pass.networkGradient().data(),
                     nullptr, static_cast<std::ptrdiff_t>(field.network.parameters.size()));
    ++steps_;
}

} // namespace convergence::radiance
