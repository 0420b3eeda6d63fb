#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "core/radiance/activation.h"
#include "core/radiance/aligned_array.h"
#include "core/radiance/geometry.h"
#include "core/radiance/occupancy.h"

namespace convergence::radiance {

/// How a field gets its color.
struct ColorOptions {
    /// Channels of the feature grid, 0–28. Without a network 3: color = σ(interp(K)).
    int features = 3;
    int width = 0; ///< of the network's two hidden layers, 8–256; 0: no network
    /// False: the first three features are added to the logits and only the others enter the
    /// network.
    bool direct = true;
    /// The position, scaled to [0,1]³ within the box, with 5 frequencies enters the network too.
    bool positionEncoding = false;

    [[nodiscard]] bool hasNetwork() const { return width > 0; }
    /// Features that enter the network.
    [[nodiscard]] int networkFeatures() const { return direct ? features : features - 3; }
    static constexpr int viewNumbers = 27;     ///< 3 + 2·3·4
    static constexpr int positionNumbers = 33; ///< 3 + 2·3·5
    /// Numbers that enter the network and differ from sample to sample.
    [[nodiscard]] int sampleInputs() const {
        return networkFeatures() + (positionEncoding ? positionNumbers : 0);
    }
    /// All numbers that enter the network: 39 with 12 features.
    [[nodiscard]] int inputs() const { return sampleInputs() + viewNumbers; }
};

/// Weights of the color network: inputs → width → ReLU → width → ReLU → 3, all in one array so
/// that an optimizer sees one tensor. The width is padded to a multiple of 16 with zeros that stay
/// zero, the output to 4. Matrices are inputs × outputs, row-major; the first layer's rows are
/// split into those for a sample's own numbers and those for the view direction.
template <typename Scalar>
struct ColorNetwork {
    ColorNetwork() = default;
    /// Uniform in ±1/√fan_in, the last bias 0; the same numbers whatever the Scalar.
    ColorNetwork(const ColorOptions& options, std::uint64_t seed);

    int sampleInputs = 0; ///< rows of sampleWeights
    int width = 0;        ///< hidden units
    int paddedWidth = 0;
    AlignedArray<Scalar> parameters;

    struct Layout {
        std::size_t sampleWeights; ///< sampleInputs × paddedWidth
        std::size_t viewWeights;   ///< 27 × paddedWidth
        std::size_t bias1;         ///< paddedWidth
        std::size_t hiddenWeights; ///< paddedWidth × paddedWidth
        std::size_t bias2;         ///< paddedWidth
        std::size_t outputWeights; ///< paddedWidth × 4
        std::size_t bias3;         ///< 4
        std::size_t total;
    };
    [[nodiscard]] Layout layout() const;
};

enum class FieldUse { rendering, training };

/// A radiance field on voxel grids: raw density V and color features K at grid points, a color
/// network for fields that depend on the view, and where there may be anything at all.
/// Sun, Sun, Chen 2021 (arXiv 2111.11215). A plain value; grids have x slowest and z fastest.
///
/// float for use; double so that gradients can be tested against finite differences.
template <typename Scalar>
struct BasicField {
    BasicField() = default;
    /// Density and features 0, so that the opacity is `initialOpacity` everywhere at δ = 1; the
    /// network random; everything occupied. Throws InputError for color options out of range.
    BasicField(const GridShape& shape, Activation activation, double initialOpacity,
               const ColorOptions& color, std::uint64_t seed);

    GridShape shape;
    Activation activation = Activation::post;
    double shift = 0.0;      ///< b = log(1/(1 − α_init) − 1), less what doublings took off
    double stepsize = 0.5;   ///< distance of samples, in voxels
    double threshold = 1e-4; ///< θ: opacities and weights up to it count as nothing
    ColorOptions color;
    int featureStride = 0;         ///< numbers a grid point: features, padded to a multiple of 4
    AlignedArray<Scalar> density;  ///< V, shape.count()
    AlignedArray<Scalar> features; ///< K, shape.count() × featureStride
    ColorNetwork<Scalar> network;
    Occupancy occupancy; ///< as many points as the grid

    /// δ = stepsize · ϱ
    [[nodiscard]] double interval() const { return stepsize * shape.ratio; }
    /// Distance between samples, in scene units: stepsize · s.
    [[nodiscard]] double sampleDistance() const { return stepsize * shape.voxelSize; }
    /// Opacity of raw density over `interval`: 1 − exp(−interval · softplus(density + b)).
    [[nodiscard]] double opacity(double rawDensity, double interval) const;
    /// The largest opacity around each grid point (3³), over `interval`.
    [[nodiscard]] std::vector<float> pooledOpacity(double interval) const;

    /// Density and features on the grid of another number of points over the same box, by trilinear
    /// interpolation; occupancy by the nearest point. Everything else stays.
    [[nodiscard]] BasicField resampled(const GridShape& finer) const;

    /// Bytes of the grids and, in training, of gradients and moments too.
    static double bytes(double voxels, const ColorOptions& color, FieldUse use);
};

using Field = BasicField<float>;

extern template struct ColorNetwork<float>;
extern template struct ColorNetwork<double>;
extern template struct BasicField<float>;
extern template struct BasicField<double>;

/// Writes a field into an existing folder: field.json (box, size, options: all that is not an
/// array), density.npy (size), features.npy (size × features), occupancy.npy (size, 0 or 1) and for
/// a network network.npy (its parameters, unpadded: first layer inputs × width with the view's rows
/// last, its bias, second layer and bias, third layer and bias). Throws InputError naming the file
/// that cannot be written.
void saveField(const Field& field, const std::filesystem::path& folder);

/// Reads what saveField wrote. Throws InputError naming the file and what is wrong with it.
Field loadField(const std::filesystem::path& folder);

} // namespace convergence::radiance
