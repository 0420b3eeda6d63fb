#include "core/radiance/field.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/log_sum_exp.h"
#include "core/math/random.h"
#include "core/parallel/parallel_for.h"

namespace convergence::radiance {

namespace {

constexpr int paddedTo(int size, int multiple) {
    return (size + multiple - 1) / multiple * multiple;
}

const ColorOptions& checked(const ColorOptions& color) {
    constexpr int mostFeatures = 28, smallestWidth = 8, largestWidth = 256;
    if (!color.hasNetwork()) {
        if (color.features != 3)
            throw InputError(fmt::format("A field without a color network has 3 features, not {}.",
                                         color.features));
        return color;
    }
    if (color.width < smallestWidth || color.width > largestWidth)
        throw InputError(fmt::format("The color network cannot be {} wide, expected {} to {}.",
                                     color.width, smallestWidth, largestWidth));
    if (color.features < 0 || color.features > mostFeatures)
        throw InputError(fmt::format("A field cannot have {} features, expected 0 to {}.",
                                     color.features, mostFeatures));
    if (!color.direct && color.features < 3)
        throw InputError(fmt::format("With {} features there are none to add to the logits, "
                                     "expected at least 3.",
                                     color.features));
    return color;
}

/// Lower neighbors and fractions along one axis for points of a grid of another size.
struct AxisMap {
    AxisMap(int from, int to) {
        for (int i = 0; i < to; ++i) {
            const double u = static_cast<double>(i) * (from - 1) / (to - 1);
            const int low = std::clamp(static_cast<int>(u), 0, from - 2);
            lower.push_back(low);
            fraction.push_back(u - low);
        }
    }
    std::vector<int> lower;
    std::vector<double> fraction;
};

template <typename Scalar>
void resample(const AlignedArray<Scalar>& from, const GridShape& fromShape,
              AlignedArray<Scalar>& to, const GridShape& toShape, std::size_t channels) {
    const AxisMap xs(fromShape.size[0], toShape.size[0]);
    const AxisMap ys(fromShape.size[1], toShape.size[1]);
    const AxisMap zs(fromShape.size[2], toShape.size[2]);
    parallelFor(static_cast<std::size_t>(toShape.size[0]), [&](std::size_t x) {
        Scalar* out = to.data() + toShape.index(static_cast<int>(x), 0, 0) * channels;
        for (std::size_t y = 0; y < ys.lower.size(); ++y)
            for (std::size_t z = 0; z < zs.lower.size(); ++z, out += channels) {
                std::fill_n(out, channels, Scalar{0});
                for (int corner = 0; corner < 8; ++corner) {
                    const int dx = corner >> 2, dy = corner >> 1 & 1, dz = corner & 1;
                    const double weight = (dx ? xs.fraction[x] : 1.0 - xs.fraction[x]) *
                                          (dy ? ys.fraction[y] : 1.0 - ys.fraction[y]) *
                                          (dz ? zs.fraction[z] : 1.0 - zs.fraction[z]);
                    const Scalar* in =
                        from.data() +
                        fromShape.index(xs.lower[x] + dx, ys.lower[y] + dy, zs.lower[z] + dz) *
                            channels;
                    for (std::size_t c = 0; c < channels; ++c)
                        out[c] += static_cast<Scalar>(weight) * in[c];
                }
            }
    });
}

} // namespace

template <typename Scalar>
typename ColorNetwork<Scalar>::Layout ColorNetwork<Scalar>::layout() const {
    const auto columns = static_cast<std::size_t>(paddedWidth);
    Layout at{};
    at.viewWeights = static_cast<std::size_t>(sampleInputs) * columns;
    at.bias1 = at.viewWeights + ColorOptions::viewNumbers * columns;
    at.hiddenWeights = at.bias1 + columns;
    at.bias2 = at.hiddenWeights + columns * columns;
    at.outputWeights = at.bias2 + columns;
    at.bias3 = at.outputWeights + columns * 4;
    at.total = paddedWidth ? at.bias3 + 4 : 0;
    return at;
}

template <typename Scalar>
ColorNetwork<Scalar>::ColorNetwork(const ColorOptions& options, std::uint64_t seed)
    : sampleInputs(options.sampleInputs()), width(options.width),
      paddedWidth(paddedTo(options.width, 16)) {
    const Layout at = layout();
    parameters = AlignedArray<Scalar>(at.total);
    RandomStream stream({.seed = seed, .purpose = "color network"});
    const auto fill = [&](std::size_t offset, int rows, int columns, int stride, int fanIn) {
        const double bound = 1.0 / std::sqrt(static_cast<double>(fanIn));
        for (int i = 0; i < rows; ++i)
            for (int j = 0; j < columns; ++j)
                parameters[offset + static_cast<std::size_t>(i * stride + j)] =
                    static_cast<Scalar>(stream.uniform(-bound, bound));
    };
    fill(0, options.inputs(), width, paddedWidth, options.inputs()); // both parts: they adjoin
    fill(at.bias1, 1, width, paddedWidth, options.inputs());
    fill(at.hiddenWeights, width, width, paddedWidth, width);
    fill(at.bias2, 1, width, paddedWidth, width);
    fill(at.outputWeights, width, 3, 4, width);
}

template <typename Scalar>
BasicField<Scalar>::BasicField(const GridShape& gridShape, Activation order, double initialOpacity,
                               const ColorOptions& colorOptions, std::uint64_t seed)
    : shape(gridShape), activation(order), shift(std::log(1.0 / (1.0 - initialOpacity) - 1.0)),
      color(checked(colorOptions)), featureStride(paddedTo(colorOptions.features, 4)),
      density(gridShape.count()),
      features(gridShape.count() * static_cast<std::size_t>(featureStride)),
      occupancy(gridShape.size) {
    if (color.hasNetwork())
        network = ColorNetwork<Scalar>(color, seed);
}

template <typename Scalar>
double BasicField<Scalar>::opacity(double rawDensity, double interval) const {
    return -std::expm1(-interval * softplus(rawDensity + shift));
}

template <typename Scalar>
std::vector<float> BasicField<Scalar>::pooledOpacity(double interval) const {
    // Opacity grows with density, so that pooling may come before the logarithms.
    std::vector<float> raw(density.begin(), density.end());
    std::vector<float> pooled = maxPool3(raw, shape.size);
    const auto plane = pooled.size() / static_cast<std::size_t>(shape.size[0]);
    parallelFor(static_cast<std::size_t>(shape.size[0]), [&](std::size_t x) {
        for (std::size_t i = x * plane; i < (x + 1) * plane; ++i)
            pooled[i] = static_cast<float>(opacity(static_cast<double>(pooled[i]), interval));
    });
    return pooled;
}

template <typename Scalar>
BasicField<Scalar> BasicField<Scalar>::resampled(const GridShape& finer) const {
    BasicField result;
    result.shape = finer;
    result.activation = activation;
    result.shift = shift;
    result.stepsize = stepsize;
    result.threshold = threshold;
    result.color = color;
    result.featureStride = featureStride;
    result.network = network;
    result.occupancy = occupancy.resampled(finer.size);
    const auto channels = static_cast<std::size_t>(featureStride);
    result.density = AlignedArray<Scalar>(finer.count());
    result.features = AlignedArray<Scalar>(finer.count() * channels);
    resample(density, shape, result.density, finer, 1);
    resample(features, shape, result.features, finer, channels);
    return result;
}

template <typename Scalar>
double BasicField<Scalar>::bytes(double voxels, const ColorOptions& color, FieldUse use) {
    // Values and two moments; gradients exist for one plane at a time only.
    const double numbers = 1.0 + paddedTo(color.features, 4);
    return voxels * numbers * sizeof(Scalar) * (use == FieldUse::training ? 3.0 : 1.0);
}

template struct ColorNetwork<float>;
template struct ColorNetwork<double>;
template struct BasicField<float>;
template struct BasicField<double>;

} // namespace convergence::radiance
