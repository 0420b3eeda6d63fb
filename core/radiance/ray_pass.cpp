#include "core/radiance/ray_pass.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "core/parallel/parallel_for.h"

namespace convergence::radiance {

namespace {

// Rays are worked on in blocks. A lane has memory of its own and takes every lane-th block, so that
// sums are the same whichever thread takes which lane.
constexpr std::size_t blockRays = 32;
constexpr std::size_t laneLimit = 16;
constexpr double smallestEntropy = 1e-6;

constexpr std::size_t paddedTo(std::size_t size, std::size_t multiple) {
    return (size + multiple - 1) / multiple * multiple;
}

/// [v, sin 2^q v_a, cos 2^q v_a]: 3 + 2·3·frequencies numbers.
template <typename Scalar>
void encode(const Eigen::Vector3d& v, int frequencies, Scalar* out) {
    for (int axis = 0; axis < 3; ++axis) {
        out[axis] = static_cast<Scalar>(v[axis]);
        for (int q = 0; q < frequencies; ++q) {
            const double angle = std::ldexp(v[axis], q);
            out[3 + axis * frequencies + q] = static_cast<Scalar>(std::sin(angle));
            out[3 + (3 + axis) * frequencies + q] = static_cast<Scalar>(std::cos(angle));
        }
    }
}

/// Color and density have their gradients in one quad a sample: nothing else depends on them.
template <typename Scalar>
bool sharesQuads(const BasicField<Scalar>& field) {
    return !field.color.hasNetwork() && field.activation != Activation::nearest;
}

/// Numbers a row that gradients of features take: the columns that the network's first layer hands
/// back, a multiple of 16, or one quad.
template <typename Scalar>
std::size_t gradientColumns(const BasicField<Scalar>& field) {
    return field.color.hasNetwork()
               ? std::max<std::size_t>(16,
                                       paddedTo(static_cast<std::size_t>(field.featureStride), 16))
               : 4;
}

} // namespace

// ---- Rays ------------------------------------------------------------------------------------

template <typename Scalar>
MarchRay<Scalar> marchRay(const BasicField<Scalar>& field, const PassRay& ray, double nearest,
                          double* begin) {
    constexpr double farthest = 1e9; // scenes are bounded: the box ends them
    constexpr double smallest = 1e-6;
    const GridShape& shape = field.shape;
    double enter = -farthest, leave = farthest;
    for (int axis = 0; axis < 3; ++axis) {
        const double d = ray.direction[axis] == 0.0 ? smallest : ray.direction[axis];
        const double a = (shape.box.high[axis] - ray.origin[axis]) / d;
        const double b = (shape.box.low[axis] - ray.origin[axis]) / d;
        enter = std::max(enter, std::min(a, b));
        leave = std::min(leave, std::max(a, b));
    }
    enter = std::clamp(enter, nearest, farthest);
    leave = std::clamp(leave, nearest, farthest);
    const double norm = ray.direction.norm();
    const double distance = field.sampleDistance();
    const double count = std::max(std::ceil((leave - enter) * norm / distance), 1.0);
    if (begin)
        *begin = enter * norm + ray.offset * distance;
    const Eigen::Vector3d unit = ray.direction / norm;
    const Eigen::Vector3d start =
        shape.toGrid(ray.origin + ray.direction * enter + unit * (ray.offset * distance));
    const Eigen::Vector3d next = shape.toGrid(shape.box.low + unit * distance);
    MarchRay<Scalar> march{};
    for (int axis = 0; axis < 3; ++axis) {
        march.start[axis] = static_cast<Scalar>(start[axis]);
        march.step[axis] = static_cast<Scalar>(next[axis]);
    }
    march.count = static_cast<std::int32_t>(count);
    return march;
}

template <typename Scalar>
MarchGrid<Scalar> marchGrid(const BasicField<Scalar>& field) {
    MarchGrid<Scalar> grid{};
    for (std::size_t axis = 0; axis < 3; ++axis)
        grid.size[axis] = field.shape.size[axis];
    grid.density = field.density.data();
    grid.occupied = field.occupancy.words().data();
    grid.activation = field.activation;
    grid.shift = static_cast<Scalar>(field.shift);
    grid.interval = static_cast<Scalar>(field.interval());
    grid.threshold = static_cast<Scalar>(field.threshold);
    return grid;
}

template MarchRay<float> marchRay(const BasicField<float>&, const PassRay&, double, double*);
template MarchRay<double> marchRay(const BasicField<double>&, const PassRay&, double, double*);
template MarchGrid<float> marchGrid(const BasicField<float>&);
template MarchGrid<double> marchGrid(const BasicField<double>&);

// ---- Memory ----------------------------------------------------------------------------------

/// Numbers of the network that the arithmetic needs in another layout, made once a batch.
template <typename Scalar>
struct RayPass<Scalar>::TurnedWeights {
    AlignedArray<Scalar> output; ///< W₃ᵀ: 4 × width
    AlignedArray<Scalar> hidden; ///< W₂ᵀ: width × width
    AlignedArray<Scalar> sample; ///< W₁ᵀ restricted to features: width × gradientColumns()

    void set(const BasicField<Scalar>& field) {
        if (!field.color.hasNetwork())
            return;
        const ColorNetwork<Scalar>& network = field.network;
        const auto at = network.layout();
        const auto width = static_cast<std::size_t>(network.paddedWidth);
        const std::size_t columns = gradientColumns(field);
        output.makeRoom(4 * width);
        hidden.makeRoom(width * width);
        sample.makeRoom(width * columns);
        // Columns stand where a point's features stand; the first three of them not at all when
        // they go past the network.
        const std::size_t skipped = field.color.direct ? 0 : 3;
        for (std::size_t k = 0; k < width; ++k) {
            for (std::size_t j = 0; j < 4; ++j)
                output[j * width + k] = network.parameters[at.outputWeights + 4 * k + j];
            for (std::size_t j = 0; j < width; ++j)
                hidden[j * width + k] = network.parameters[at.hiddenWeights + k * width + j];
            for (std::size_t j = 0; j < static_cast<std::size_t>(field.color.networkFeatures());
                 ++j)
                sample[k * columns + skipped + j] =
                    network.parameters[at.sampleWeights + j * width + k];
        }
    }
};

/// What is kept of a block of rays until its gradients have been gathered.
template <typename Scalar>
struct RayPass<Scalar>::Block {
    // By active sample; in order along the rays, ray after ray.
    AlignedArray<std::int32_t> cell;
    std::array<AlignedArray<Scalar>, 3> fraction;
    AlignedArray<Scalar> place, opacity, transmittance;
    AlignedArray<Scalar> slope; ///< ∂α/∂(what was interpolated), then the loss's gradient by it
    std::int32_t active = 0;

    std::vector<std::int32_t> chosen;     ///< active samples that are given a color
    AlignedArray<Scalar> featureGradient; ///< by chosen sample
    std::size_t featureGradientStride = 0;

    struct RayPart {
        std::int32_t firstActive = 0, active = 0;
        std::int32_t firstChosen = 0, chosen = 0;
        double begin = 0.0; ///< distance of sample 0
        Scalar last = 1;
    };
    std::vector<RayPart> rays;

    /// Samples in order of their plane, copied so that gathering reads on and on: those of
    /// starts[x] .. starts[x + 1] lie between planes x and x + 1.
    struct ByPlane {
        std::vector<std::int32_t> starts;
        std::vector<Place<Scalar>> places;
        AlignedArray<Scalar> gradient;   ///< of the density, or quads of color and density
        std::vector<std::int32_t> entry; ///< row of featureGradient
    };
    ByPlane densityByPlane, featuresByPlane;
    std::vector<std::int32_t> plane; ///< by active sample

    /// Room for so many samples, of which none is there yet.
    void prepare(std::size_t capacity) {
        cell.makeRoom(capacity);
        for (auto& f : fraction)
            f.makeRoom(capacity);
        for (auto* array : {&place, &opacity, &transmittance, &slope})
            array->makeRoom(capacity);
        active = 0;
        chosen.clear();
        rays.clear();
    }
    /// Room for all that a batch may need, so that no later one takes memory.
    void reserve(std::size_t capacity, std::size_t planes, std::size_t columns) {
        prepare(capacity);
        chosen.reserve(capacity);
        rays.reserve(blockRays);
        featureGradient.makeRoom(capacity * columns);
        plane.reserve(capacity);
        for (ByPlane* order : {&densityByPlane, &featuresByPlane}) {
            order->starts.reserve(planes + 2);
            order->places.reserve(capacity);
        }
        densityByPlane.gradient.makeRoom(gradientRoom(capacity));
        featuresByPlane.entry.reserve(capacity);
    }
    /// What scatter() may read of quads.
    static constexpr std::size_t gradientRoom(std::size_t samples) { return 4 * samples + 16; }
    [[nodiscard]] Samples<Scalar> from(std::int32_t first) {
        const auto n = static_cast<std::size_t>(first);
        return {cell.data() + n,
                {fraction[0].data() + n, fraction[1].data() + n, fraction[2].data() + n},
                place.data() + n,
                opacity.data() + n,
                transmittance.data() + n,
                slope.data() + n};
    }
    void findPlanes(std::int32_t planePoints) {
        plane.resize(static_cast<std::size_t>(active));
        const double share = 1.0 / planePoints; // a division by an integer takes far longer
        for (std::size_t i = 0; i < plane.size(); ++i)
            plane[i] = static_cast<std::int32_t>((cell[i] + 0.5) * share);
    }
    /// Counting sort by plane, stable: calls take(i, where it comes to lie).
    template <typename SampleOf, typename Take>
    void sort(std::size_t count, std::size_t planes, const SampleOf& sampleOf, const Take& take,
              ByPlane& out) const {
        out.starts.assign(planes + 2, 0);
        out.places.resize(count);
        const auto planeOf = [&](std::size_t s) { return static_cast<std::size_t>(plane[s]); };
        // Counted two places on, starts are where they belong once all samples are placed.
        for (std::size_t i = 0; i < count; ++i)
            ++out.starts[planeOf(sampleOf(i)) + 2];
        for (std::size_t x = 2; x < planes + 2; ++x)
            out.starts[x] += out.starts[x - 1];
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t s = sampleOf(i);
            const auto to = static_cast<std::size_t>(out.starts[planeOf(s) + 1]++);
            out.places[to] = {cell[s], {fraction[0][s], fraction[1][s], fraction[2][s]}};
            take(i, to);
        }
    }
};

/// What a thread works with.
template <typename Scalar>
struct RayPass<Scalar>::Lane {
    std::vector<MarchRay<Scalar>> marches;
    AlignedArray<Scalar> inputs;                           ///< chosen × inputStride
    AlignedArray<Scalar> hidden1, hidden2, slope1, slope2; ///< chosen × width
    AlignedArray<Scalar> color;                            ///< chosen × 4
    AlignedArray<Scalar> colorSlope;                       ///< chosen × 4, by logits
    AlignedArray<Scalar> view;                             ///< rays × 32: encoded directions
    AlignedArray<Scalar> viewPart; ///< rays × width: what the direction adds to layer 1
    AlignedArray<Scalar> raySlope; ///< rays × width
    std::vector<std::int32_t> rayOfRow;
    AlignedArray<Scalar> gradient; ///< of the network
    PassSums sums;
    std::size_t inputStride = 0;

    static constexpr std::size_t viewStride = 32;

    void reserve(const BasicField<Scalar>& field, std::size_t capacity);
    void forward(const BasicField<Scalar>& field, const RayKernels<Scalar>& kernels,
                 std::span<const PassRay> rays, const PassOptions& options, Block& block);
    void colors(const BasicField<Scalar>& field, const RayKernels<Scalar>& kernels,
                std::span<const PassRay> rays, Block& block);
    void networkForward(const BasicField<Scalar>& field, const RayKernels<Scalar>& kernels,
                        std::span<const PassRay> rays, Block& block);
    void positions(const BasicField<Scalar>& field, const Block& block);
    void backward(const BasicField<Scalar>& field, const RayKernels<Scalar>& kernels,
                  const TurnedWeights& turned, std::span<const PassRay> rays, std::size_t batch,
                  const PassOptions& options, Block& block);
    void compositeBackward(const PassRay& ray, std::size_t batch, const PassOptions& options,
                           const typename Block::RayPart& part, bool inQuads, Block& block);
    void networkBackward(const BasicField<Scalar>& field, const RayKernels<Scalar>& kernels,
                         const TurnedWeights& turned, Block& block);
    [[nodiscard]] std::array<Scalar, 3> composite(const typename Block::RayPart& part,
                                                  const Block& block, double background) const;
};

template <typename Scalar>
struct RayPass<Scalar>::Plane {
    AlignedArray<Scalar> density, features;
    std::vector<std::uint64_t> densityMarks, featureMarks;
    std::size_t points = 0;
};

template <typename Scalar>
std::size_t inputStrideOf(const BasicField<Scalar>& field) {
    const auto numbers = static_cast<std::size_t>(
        field.color.features + (field.color.positionEncoding ? ColorOptions::positionNumbers : 0));
    return std::max<std::size_t>(
        4, paddedTo(std::max(static_cast<std::size_t>(field.featureStride), numbers), 4));
}

template <typename Scalar>
void RayPass<Scalar>::Lane::reserve(const BasicField<Scalar>& field, std::size_t capacity) {
    marches.reserve(blockRays);
    for (auto* array : {&color, &colorSlope})
        array->makeRoom(paddedTo(4 * capacity, 16));
    if (!field.color.hasNetwork())
        return;
    const auto width = static_cast<std::size_t>(field.network.paddedWidth);
    inputs.makeRoom(capacity * inputStrideOf(field));
    for (auto* array : {&hidden1, &hidden2, &slope1, &slope2})
        array->makeRoom(capacity * width);
    view.makeRoom(blockRays * viewStride);
    for (auto* array : {&viewPart, &raySlope})
        array->makeRoom(blockRays * width);
    rayOfRow.reserve(capacity);
}

template <typename Scalar>
void RayPass<Scalar>::reserve(const BasicField<Scalar>& field, std::size_t rays) {
    usedBlocks_ = (rays + blockRays - 1) / blockRays;
    const std::size_t lanes = std::min(laneLimit, usedBlocks_);
    // No ray has more samples than one from corner to corner.
    const double most = std::ceil(field.shape.box.extent().norm() / field.sampleDistance()) + 2.0;
    const std::size_t capacity = blockRays * static_cast<std::size_t>(most);
    while (blocks_.size() < usedBlocks_)
        blocks_.push_back(std::make_unique<Block>());
    for (std::size_t b = 0; b < usedBlocks_; ++b)
        blocks_[b]->reserve(capacity, static_cast<std::size_t>(field.shape.size[0]),
                            gradientColumns(field));
    while (lanes_.size() < lanes)
        lanes_.push_back(std::make_unique<Lane>());
    for (std::size_t lane = 0; lane < lanes; ++lane)
        lanes_[lane]->reserve(field, capacity);
    if (!turned_)
        turned_ = std::make_unique<TurnedWeights>();
}

// ---- Forward ---------------------------------------------------------------------------------

template <typename Scalar>
void RayPass<Scalar>::Lane::forward(const BasicField<Scalar>& field,
                                    const RayKernels<Scalar>& kernels,
                                    std::span<const PassRay> rays, const PassOptions& options,
                                    Block& block) {
    MarchGrid<Scalar> grid = marchGrid(field);
    if (options.ignoreThreshold)
        grid.threshold = -1;
    marches.clear();
    std::size_t capacity = 0;
    std::array<double, blockRays> begins{};
    for (std::size_t r = 0; r < rays.size(); ++r) {
        marches.push_back(marchRay(field, rays[r], options.nearest, &begins[r]));
        capacity += static_cast<std::size_t>(marches.back().count);
    }
    block.prepare(capacity);
    for (std::size_t r = 0; r < rays.size(); ++r) {
        const MarchResult<Scalar> result =
            kernels.march(grid, marches[r], block.from(block.active));
        typename Block::RayPart part{.firstActive = block.active,
                                     .active = result.active,
                                     .firstChosen = static_cast<std::int32_t>(block.chosen.size()),
                                     .begin = begins[r],
                                     .last = result.lastTransmittance};
        for (std::int32_t i = block.active; i < block.active + result.active; ++i) {
            const auto n = static_cast<std::size_t>(i);
            if (block.transmittance[n] * block.opacity[n] > grid.threshold)
                block.chosen.push_back(i);
        }
        part.chosen = static_cast<std::int32_t>(block.chosen.size()) - part.firstChosen;
        block.active += result.active;
        block.rays.push_back(part);
        sums.inBox += result.inBox;
        sums.inMask += result.inMask;
        sums.colored += part.chosen;
    }
    colors(field, kernels, rays, block);
}

/// Colors of the chosen samples, four numbers each, of which three count.
template <typename Scalar>
void RayPass<Scalar>::Lane::colors(const BasicField<Scalar>& field,
                                   const RayKernels<Scalar>& kernels, std::span<const PassRay> rays,
                                   Block& block) {
    const std::size_t rows = block.chosen.size();
    const std::size_t numbers = paddedTo(4 * rows, 16);
    color.makeRoom(numbers);
    if (field.color.hasNetwork()) {
        networkForward(field, kernels, rays, block);
    } else {
        kernels.gather(field.shape.size.data(), field.features.data(), field.featureStride,
                       block.from(0), block.chosen.data(), static_cast<std::int32_t>(rows),
                       color.data(), 4);
    }
    std::fill(color.data() + 4 * rows, color.data() + numbers, Scalar{0});
    kernels.sigmoid(color.data(), static_cast<std::ptrdiff_t>(numbers));
}

template <typename Scalar>
void RayPass<Scalar>::Lane::positions(const BasicField<Scalar>& field, const Block& block) {
    const auto offset = static_cast<std::size_t>(field.color.features);
    const std::ptrdiff_t strideY = field.shape.size[2];
    const std::ptrdiff_t strideX = strideY * field.shape.size[1];
    for (std::size_t j = 0; j < block.chosen.size(); ++j) {
        const auto s = static_cast<std::size_t>(block.chosen[j]);
        const std::ptrdiff_t cell = block.cell[s];
        Eigen::Vector3d u(static_cast<double>(cell / strideX),
                          static_cast<double>(cell % strideX / strideY),
                          static_cast<double>(cell % strideY));
        for (std::size_t axis = 0; axis < 3; ++axis)
            u[static_cast<Eigen::Index>(axis)] = (u[static_cast<Eigen::Index>(axis)] +
                                                  static_cast<double>(block.fraction[axis][s])) /
                                                 (field.shape.size[axis] - 1);
        encode(u, 5, inputs.data() + j * inputStride + offset);
    }
}

template <typename Scalar>
void RayPass<Scalar>::Lane::networkForward(const BasicField<Scalar>& field,
                                           const RayKernels<Scalar>& kernels,
                                           std::span<const PassRay> rays, Block& block) {
    const std::size_t rows = block.chosen.size();
    const auto at = field.network.layout();
    const Scalar* parameters = field.network.parameters.data();
    const auto width = static_cast<std::size_t>(field.network.paddedWidth);
    const auto columns = static_cast<std::int32_t>(width);
    const auto wide = static_cast<std::ptrdiff_t>(width);
    const auto count = static_cast<std::int32_t>(rows);
    inputStride = inputStrideOf(field);
    inputs.makeRoom(rows * inputStride);
    for (auto* array : {&hidden1, &hidden2})
        array->makeRoom(rows * width);
    if (field.featureStride > 0)
        kernels.gather(field.shape.size.data(), field.features.data(), field.featureStride,
                       block.from(0), block.chosen.data(), count, inputs.data(),
                       static_cast<std::ptrdiff_t>(inputStride));
    if (field.color.positionEncoding)
        positions(field, block);

    view.makeRoom(blockRays * viewStride);
    viewPart.makeRoom(blockRays * width);
    rayOfRow.resize(rows);
    for (std::size_t r = 0; r < rays.size(); ++r) {
        encode(rays[r].direction.normalized(), 4, view.data() + r * viewStride);
        const auto& part = block.rays[r];
        std::fill_n(rayOfRow.begin() + part.firstChosen, part.chosen, static_cast<std::int32_t>(r));
    }
    // What the direction adds is the same all along a ray.
    Product<Scalar> product{};
    product.a = view.data();
    product.aRow = viewStride;
    product.aStep = 1;
    product.b = parameters + at.viewWeights;
    product.bRow = wide;
    product.c = viewPart.data();
    product.cRow = wide;
    product.rows = static_cast<std::int32_t>(rays.size());
    product.columns = columns;
    product.depth = ColorOptions::viewNumbers;
    product.start = parameters + at.bias1;
    kernels.multiply(ProductKind::plain, product);

    product.a = inputs.data() + (field.color.direct ? 0 : 3);
    product.aRow = static_cast<std::ptrdiff_t>(inputStride);
    product.b = parameters + at.sampleWeights;
    product.c = hidden1.data();
    product.rows = count;
    product.depth = field.color.sampleInputs();
    product.start = viewPart.data();
    product.startRow = wide;
    product.startOf = rayOfRow.data();
    kernels.multiply(ProductKind::rectified, product);

    product.a = hidden1.data();
    product.aRow = wide;
    product.b = parameters + at.hiddenWeights;
    product.c = hidden2.data();
    product.depth = columns;
    product.start = parameters + at.bias2;
    product.startRow = 0;
    product.startOf = nullptr;
    kernels.multiply(ProductKind::rectified, product);

    kernels.outputLayer(hidden2.data(), count, columns, parameters + at.outputWeights,
                        parameters + at.bias3, color.data());
    if (!field.color.direct)
        for (std::size_t j = 0; j < rows; ++j)
            for (std::size_t channel = 0; channel < 3; ++channel)
                color[4 * j + channel] += inputs[j * inputStride + channel];
}

template <typename Scalar>
std::array<Scalar, 3> RayPass<Scalar>::Lane::composite(const typename Block::RayPart& part,
                                                       const Block& block,
                                                       double background) const {
    const Scalar behind = part.last * static_cast<Scalar>(background);
    std::array<Scalar, 3> sum{behind, behind, behind};
    for (std::int32_t j = part.firstChosen; j < part.firstChosen + part.chosen; ++j) {
        const auto s = static_cast<std::size_t>(block.chosen[static_cast<std::size_t>(j)]);
        const Scalar weight = block.transmittance[s] * block.opacity[s];
        for (std::size_t channel = 0; channel < 3; ++channel)
            sum[channel] += weight * color[4 * static_cast<std::size_t>(j) + channel];
    }
    return sum;
}

// ---- Backward --------------------------------------------------------------------------------

/// From the pixel to the logits of colors and to raw density: fills colorSlope and block.slope, or
/// quads of both by active sample.
template <typename Scalar>
void RayPass<Scalar>::Lane::compositeBackward(const PassRay& ray, std::size_t batch,
                                              const PassOptions& options,
                                              const typename Block::RayPart& part, bool inQuads,
                                              Block& block) {
    const std::array<Scalar, 3> seen = composite(part, block, options.background);
    std::array<Scalar, 3> g{};
    Scalar gSum = 0;
    const Scalar scale = Scalar(2) / static_cast<Scalar>(3 * batch);
    for (std::size_t channel = 0; channel < 3; ++channel) {
        const Scalar value =
            options.clampColor ? std::clamp(seen[channel], Scalar(0), Scalar(1)) : seen[channel];
        const Scalar difference = value - static_cast<Scalar>(ray.target[channel]);
        sums.squares += static_cast<double>(difference) * static_cast<double>(difference);
        g[channel] = value == seen[channel] ? scale * difference : Scalar(0);
        gSum += g[channel];
    }
    const double q =
        std::clamp(static_cast<double>(part.last), smallestEntropy, 1.0 - smallestEntropy);
    sums.entropy += -q * std::log(q) - (1.0 - q) * std::log(1.0 - q);
    double behind = static_cast<double>(gSum) * options.background;
    if (q == static_cast<double>(part.last))
        behind += options.backgroundEntropy / static_cast<double>(batch) * std::log((1.0 - q) / q);
    // R is the gradient of the loss by the logarithm of T after the sample: all that lies behind.
    Scalar R = static_cast<Scalar>(behind) * part.last;
    const auto perPoint = static_cast<Scalar>(2.0 * options.perPoint / static_cast<double>(batch));
    std::int32_t j = part.firstChosen + part.chosen - 1;
    for (std::int32_t i = part.firstActive + part.active - 1; i >= part.firstActive; --i) {
        const auto s = static_cast<std::size_t>(i);
        const Scalar alpha = block.opacity[s], T = block.transmittance[s], weight = T * alpha;
        Scalar a = 0; // ⟨g, c⟩; 0 for samples without a color, which keep their place in T
        Scalar* quad = inQuads ? block.featureGradient.data() + 4 * s : nullptr;
        if (inQuads)
            std::fill_n(quad, 3, Scalar{0});
        if (j >= part.firstChosen && block.chosen[static_cast<std::size_t>(j)] == i) {
            Scalar* out = inQuads ? quad : colorSlope.data() + 4 * static_cast<std::size_t>(j);
            double squares = 0.0;
            for (std::size_t channel = 0; channel < 3; ++channel) {
                const Scalar c = color[4 * static_cast<std::size_t>(j) + channel];
                const Scalar away = c - static_cast<Scalar>(ray.target[channel]);
                a += g[channel] * c;
                squares += static_cast<double>(away) * static_cast<double>(away);
                out[channel] = weight * (g[channel] + perPoint * away) * c * (1 - c);
            }
            out[3] = 0;
            sums.perPoint += static_cast<double>(weight) * squares;
            --j;
        }
        block.slope[s] *= a * T - R / (1 - alpha + static_cast<Scalar>(1e-10));
        if (inQuads)
            quad[3] = block.slope[s];
        R += a * weight;
    }
}

template <typename Scalar>
void RayPass<Scalar>::Lane::networkBackward(const BasicField<Scalar>& field,
                                            const RayKernels<Scalar>& kernels,
                                            const TurnedWeights& turned, Block& block) {
    const std::size_t rows = block.chosen.size();
    const auto at = field.network.layout();
    const auto width = static_cast<std::size_t>(field.network.paddedWidth);
    const auto columns = static_cast<std::int32_t>(width);
    const auto wide = static_cast<std::ptrdiff_t>(width);
    const auto count = static_cast<std::int32_t>(rows);
    for (auto* array : {&slope1, &slope2})
        array->makeRoom(rows * width);
    kernels.outputGradient(hidden2.data(), colorSlope.data(), count, columns,
                           gradient.data() + at.outputWeights);
    for (std::size_t j = 0; j < rows; ++j)
        for (std::size_t channel = 0; channel < 3; ++channel)
            gradient[at.bias3 + channel] += colorSlope[4 * j + channel];

    Product<Scalar> product{};
    product.bRow = product.cRow = wide;
    product.columns = columns;
    // G₂ = (G₃ W₃ᵀ) ∘ [H₂ > 0]
    product.a = colorSlope.data();
    product.aRow = 4;
    product.aStep = 1;
    product.b = turned.output.data();
    product.c = slope2.data();
    product.rows = count;
    product.depth = 3;
    product.gate = hidden2.data();
    kernels.multiply(ProductKind::gated, product);
    // G₁ = (G₂ W₂ᵀ) ∘ [H₁ > 0]
    product.a = slope2.data();
    product.aRow = wide;
    product.b = turned.hidden.data();
    product.c = slope1.data();
    product.depth = columns;
    product.gate = hidden1.data();
    kernels.multiply(ProductKind::gated, product);
    product.gate = nullptr;
    // dW₂ = H₁ᵀ G₂
    product.a = hidden1.data();
    product.aRow = 1;
    product.aStep = wide;
    product.b = slope2.data();
    product.c = gradient.data() + at.hiddenWeights;
    product.rows = columns;
    product.depth = count;
    kernels.multiply(ProductKind::added, product);
    kernels.addRows(slope2.data(), count, columns, gradient.data() + at.bias2);
    // dW₁ = Xᵀ G₁, the rows of a sample's own numbers
    product.a = inputs.data() + (field.color.direct ? 0 : 3);
    product.aStep = static_cast<std::ptrdiff_t>(inputStride);
    product.b = slope1.data();
    product.c = gradient.data() + at.sampleWeights;
    product.rows = field.color.sampleInputs();
    kernels.multiply(ProductKind::added, product);
    // and those of the direction, summed over each ray first
    raySlope.makeRoom(blockRays * width);
    std::fill_n(raySlope.data(), block.rays.size() * width, Scalar{0});
    for (std::size_t r = 0; r < block.rays.size(); ++r) {
        const auto& part = block.rays[r];
        kernels.addRows(slope1.data() + static_cast<std::size_t>(part.firstChosen) * width,
                        part.chosen, columns, raySlope.data() + r * width);
    }
    const auto rayCount = static_cast<std::int32_t>(block.rays.size());
    product.a = view.data();
    product.aStep = viewStride;
    product.b = raySlope.data();
    product.c = gradient.data() + at.viewWeights;
    product.rows = ColorOptions::viewNumbers;
    product.depth = rayCount;
    kernels.multiply(ProductKind::added, product);
    kernels.addRows(raySlope.data(), rayCount, columns, gradient.data() + at.bias1);

    if (field.featureStride == 0)
        return;
    // Gradient of the features: the first columns of G₁ W₁ᵀ, and past the network G₃ itself.
    const std::size_t gradients = gradientColumns(field);
    block.featureGradientStride = gradients;
    block.featureGradient.makeRoom(rows * gradients);
    product.a = slope1.data();
    product.aRow = wide;
    product.aStep = 1;
    product.b = turned.sample.data();
    product.bRow = product.cRow = static_cast<std::ptrdiff_t>(gradients);
    product.c = block.featureGradient.data();
    product.rows = count;
    product.columns = static_cast<std::int32_t>(gradients);
    product.depth = columns;
    kernels.multiply(ProductKind::plain, product);
    if (!field.color.direct)
        for (std::size_t j = 0; j < rows; ++j)
            for (std::size_t channel = 0; channel < 3; ++channel)
                block.featureGradient[j * gradients + channel] += colorSlope[4 * j + channel];
}

template <typename Scalar>
void RayPass<Scalar>::Lane::backward(const BasicField<Scalar>& field,
                                     const RayKernels<Scalar>& kernels, const TurnedWeights& turned,
                                     std::span<const PassRay> rays, std::size_t batch,
                                     const PassOptions& options, Block& block) {
    const std::size_t rows = block.chosen.size();
    const bool inQuads = sharesQuads(field);
    colorSlope.makeRoom(paddedTo(4 * rows, 16));
    if (inQuads) {
        block.featureGradientStride = 4;
        block.featureGradient.makeRoom(4 * static_cast<std::size_t>(block.active));
    }
    for (std::size_t r = 0; r < rays.size(); ++r)
        compositeBackward(rays[r], batch, options, block.rays[r], inQuads, block);
    if (field.color.hasNetwork()) {
        networkBackward(field, kernels, turned, block);
    } else if (!inQuads) {
        block.featureGradientStride = 4;
        block.featureGradient.makeRoom(4 * rows);
        std::copy_n(colorSlope.data(), 4 * rows, block.featureGradient.data());
    }
    const auto planes = static_cast<std::size_t>(field.shape.size[0]);
    block.findPlanes(field.shape.size[1] * field.shape.size[2]);
    const auto active = static_cast<std::size_t>(block.active);
    typename Block::ByPlane& density = block.densityByPlane;
    density.gradient.makeRoom(Block::gradientRoom(active));
    const auto itself = [](std::size_t i) { return i; };
    if (inQuads) {
        block.sort(
            active, planes, itself,
            [&](std::size_t i, std::size_t to) {
                std::copy_n(block.featureGradient.data() + 4 * i, 4,
                            density.gradient.data() + 4 * to);
            },
            density);
        return;
    }
    block.sort(
        active, planes, itself,
        [&](std::size_t i, std::size_t to) { density.gradient[to] = block.slope[i]; }, density);
    typename Block::ByPlane& features = block.featuresByPlane;
    features.entry.resize(rows);
    block.sort(
        rows, planes, [&](std::size_t i) { return static_cast<std::size_t>(block.chosen[i]); },
        [&](std::size_t i, std::size_t to) { features.entry[to] = static_cast<std::int32_t>(i); },
        features);
}

// ---- The pass --------------------------------------------------------------------------------

template <typename Scalar>
RayPass<Scalar>::RayPass() = default;
template <typename Scalar>
RayPass<Scalar>::~RayPass() = default;

template <typename Scalar>
void RayPass<Scalar>::runLanes(std::size_t lanes, LaneWork work, const void* context) {
    parallelFor(lanes, [work, context](std::size_t lane) { work(context, lane); });
}

template <typename Scalar>
PassSums RayPass<Scalar>::differentiate(const BasicField<Scalar>& field,
                                        std::span<const PassRay> rays, const PassOptions& options) {
    const RayKernels<Scalar>& kernels = rayKernels<Scalar>();
    reserve(field, rays.size());
    turned_->set(field);
    const std::size_t lanes = std::min(laneLimit, usedBlocks_);
    const std::size_t parameters = field.network.parameters.size();
    runLanes(lanes, [&](std::size_t index) {
        Lane& lane = *lanes_[index];
        lane.sums = {};
        if (lane.gradient.size() != parameters)
            lane.gradient = AlignedArray<Scalar>(parameters);
        lane.gradient.fill(0);
        for (std::size_t b = index; b < usedBlocks_; b += lanes) {
            const auto part =
                rays.subspan(b * blockRays, std::min(blockRays, rays.size() - b * blockRays));
            lane.forward(field, kernels, part, options, *blocks_[b]);
            lane.backward(field, kernels, *turned_, part, rays.size(), options, *blocks_[b]);
        }
    });
    PassSums total;
    if (networkGradient_.size() != parameters)
        networkGradient_ = AlignedArray<Scalar>(parameters);
    networkGradient_.fill(0);
    for (std::size_t index = 0; index < lanes; ++index) {
        const Lane& lane = *lanes_[index];
        total.squares += lane.sums.squares;
        total.entropy += lane.sums.entropy;
        total.perPoint += lane.sums.perPoint;
        total.inBox += lane.sums.inBox;
        total.inMask += lane.sums.inMask;
        total.colored += lane.sums.colored;
        for (std::size_t i = 0; i < parameters; ++i)
            networkGradient_[i] += lane.gradient[i];
    }
    return total;
}

template <typename Scalar>
double RayPass<Scalar>::loss(const PassSums& sums, std::size_t rays, const PassOptions& options) {
    return (sums.squares / 3.0 + options.backgroundEntropy * sums.entropy +
            options.perPoint * sums.perPoint) /
           static_cast<double>(rays);
}

template <typename Scalar>
std::size_t RayPass<Scalar>::planeRuns(const BasicField<Scalar>& field) {
    // What lies before a run is looked at twice, so that runs should not be short.
    constexpr std::size_t shortest = 8;
    const auto planes = static_cast<std::size_t>(field.shape.size[0]);
    return std::clamp<std::size_t>(planes / shortest, 1, laneLimit);
}

template <typename Scalar>
void RayPass<Scalar>::preparePlanes(const BasicField<Scalar>& field) {
    planes_.resize(2 * planeRuns(field));
    const std::size_t points = static_cast<std::size_t>(field.shape.size[1]) *
                               static_cast<std::size_t>(field.shape.size[2]);
    const std::size_t features = points * static_cast<std::size_t>(field.featureStride);
    for (auto& plane : planes_) {
        if (plane && plane->points == points && plane->features.size() == features)
            continue;
        plane = std::make_unique<Plane>();
        plane->points = points;
        plane->density = AlignedArray<Scalar>(points);
        plane->features = AlignedArray<Scalar>(features);
        plane->densityMarks.assign((points + 63) / 64, 0);
        plane->featureMarks.assign((points + 63) / 64, 0);
    }
}

template <typename Scalar>
void RayPass<Scalar>::gatherCells(const BasicField<Scalar>& field, int x, std::size_t run,
                                  bool wantsLower, bool wantsUpper) {
    const RayKernels<Scalar>& kernels = rayKernels<Scalar>();
    PlanePair<Scalar> density{}, features{};
    for (std::size_t axis = 0; axis < 3; ++axis)
        density.size[axis] = features.size[axis] = field.shape.size[axis];
    density.x = features.x = x;
    density.stride = 1;
    features.stride = field.featureStride;
    for (std::size_t side = 0; side < 2; ++side) {
        if (!(side ? wantsUpper : wantsLower))
            continue;
        // A run has two buffers, which planes take in turn.
        Plane& plane = *planes_[2 * run + (static_cast<std::size_t>(x) + side) % 2];
        density.sums[side] = plane.density.data();
        density.marks[side] = plane.densityMarks.data();
        features.sums[side] = plane.features.data();
        features.marks[side] = plane.featureMarks.data();
    }
    const bool inQuads = sharesQuads(field);
    for (std::size_t b = 0; b < usedBlocks_; ++b) {
        const Block& block = *blocks_[b];
        const auto samplesIn = [&](const typename Block::ByPlane& order) {
            const auto p = static_cast<std::size_t>(x);
            PlaneSamples<Scalar> samples{};
            samples.places = order.places.data() + order.starts[p];
            samples.count = order.starts[p + 1] - order.starts[p];
            return samples;
        };
        PlaneSamples<Scalar> samples = samplesIn(block.densityByPlane);
        samples.gradientStride = inQuads ? 4 : 1;
        samples.gradient =
            block.densityByPlane.gradient.data() +
            block.densityByPlane.starts[static_cast<std::size_t>(x)] * samples.gradientStride;
        samples.snapped = field.activation == Activation::nearest;
        kernels.scatter(inQuads ? features : density, samples);
        if (inQuads || field.featureStride == 0)
            continue;
        samples = samplesIn(block.featuresByPlane);
        samples.entry = block.featuresByPlane.entry.data() +
                        block.featuresByPlane.starts[static_cast<std::size_t>(x)];
        samples.gradient = block.featureGradient.data();
        samples.gradientStride = static_cast<std::int32_t>(block.featureGradientStride);
        kernels.scatter(features, samples);
    }
}

template <typename Scalar>
PlaneGradient<Scalar> RayPass<Scalar>::finishPlane(const BasicField<Scalar>& field, int x,
                                                   std::size_t run) {
    Plane& plane = *planes_[2 * run + static_cast<std::size_t>(x) % 2];
    if (sharesQuads(field)) {
        for (std::size_t i = 0; i < plane.points; ++i) {
            plane.density[i] = plane.features[4 * i + 3];
            plane.features[4 * i + 3] = 0;
        }
        std::copy(plane.featureMarks.begin(), plane.featureMarks.end(), plane.densityMarks.begin());
    }
    if (field.activation == Activation::in || field.activation == Activation::pre)
        rayKernels<Scalar>().chain(field.activation, static_cast<Scalar>(field.shift),
                                   static_cast<Scalar>(field.interval()),
                                   field.density.data() +
                                       static_cast<std::size_t>(x) * plane.points,
                                   plane.density.data(), static_cast<std::ptrdiff_t>(plane.points));
    return {.x = x,
            .density = plane.density.data(),
            .features = plane.features.data(),
            .touchedDensity = plane.densityMarks.data(),
            .touchedFeatures = plane.featureMarks.data(),
            .points = plane.points};
}

template <typename Scalar>
void RayPass<Scalar>::render(const BasicField<Scalar>& field, std::span<const PassRay> rays,
                             const PassOptions& options, std::span<PassResult> results) {
    const RayKernels<Scalar>& kernels = rayKernels<Scalar>();
    const std::size_t blocks = (rays.size() + blockRays - 1) / blockRays;
    const std::size_t lanes = std::min(laneLimit, blocks);
    runLanes(lanes, [&](std::size_t index) {
        Lane lane;
        Block block;
        for (std::size_t b = index; b < blocks; b += lanes) {
            const std::size_t first = b * blockRays;
            const auto part = rays.subspan(first, std::min(blockRays, rays.size() - first));
            lane.forward(field, kernels, part, options, block);
            for (std::size_t r = 0; r < part.size(); ++r) {
                const auto& ray = block.rays[r];
                const std::array<Scalar, 3> color = lane.composite(ray, block, options.background);
                PassResult& result = results[first + r];
                for (std::size_t channel = 0; channel < 3; ++channel)
                    result.color[channel] = static_cast<float>(color[channel]);
                result.last = static_cast<float>(ray.last);
                double depth = 0.0;
                for (std::int32_t j = ray.firstChosen; j < ray.firstChosen + ray.chosen; ++j) {
                    const auto s =
                        static_cast<std::size_t>(block.chosen[static_cast<std::size_t>(j)]);
                    depth +=
                        static_cast<double>(block.transmittance[s] * block.opacity[s]) *
                        (ray.begin + static_cast<double>(block.place[s]) * field.sampleDistance());
                }
                result.depth = static_cast<float>(depth);
            }
        }
    });
}

template <typename Scalar>
std::vector<RaySample> RayPass<Scalar>::samplesOf(const BasicField<Scalar>& field,
                                                  const PassRay& ray, const PassOptions& options) {
    Lane lane;
    Block block;
    lane.forward(field, rayKernels<Scalar>(), {&ray, 1}, options, block);
    const auto& part = block.rays.front();
    std::vector<RaySample> samples(static_cast<std::size_t>(part.active));
    std::size_t next = 0;
    const std::ptrdiff_t strideY = field.shape.size[2];
    const std::ptrdiff_t strideX = strideY * field.shape.size[1];
    for (std::size_t s = 0; s < samples.size(); ++s) {
        RaySample& sample = samples[s];
        sample.distance = part.begin + static_cast<double>(block.place[s]) * field.sampleDistance();
        sample.opacity = static_cast<double>(block.opacity[s]);
        sample.transmittance = static_cast<double>(block.transmittance[s]);
        const Scalar* at = field.density.data() + block.cell[s];
        for (int corner = 0; corner < 8; ++corner) {
            double weight = 1.0;
            for (std::size_t axis = 0; axis < 3; ++axis) {
                const auto f = static_cast<double>(block.fraction[axis][s]);
                const bool upper = (corner >> (2 - axis) & 1) != 0;
                if (field.activation == Activation::nearest)
                    weight *= (f >= 0.5) == upper ? 1.0 : 0.0;
                else
                    weight *= upper ? f : 1.0 - f;
            }
            sample.density +=
                weight *
                static_cast<double>(
                    at[(corner >> 2) * strideX + (corner >> 1 & 1) * strideY + (corner & 1)]);
        }
        if (next == block.chosen.size() || block.chosen[next] != static_cast<std::int32_t>(s))
            continue;
        for (std::size_t channel = 0; channel < 3; ++channel)
            sample.color[channel] = static_cast<float>(lane.color[4 * next + channel]);
        ++next;
    }
    return samples;
}

template <typename Scalar>
std::vector<std::array<float, 3>>
RayPass<Scalar>::colorsAt(const BasicField<Scalar>& field, std::span<const Eigen::Vector3d> points,
                          std::span<const Eigen::Vector3d> directions) {
    std::vector<std::array<float, 3>> colors(points.size());
    const std::size_t blocks = (points.size() + blockRays - 1) / blockRays;
    const std::size_t lanes = std::min(laneLimit, blocks);
    runLanes(lanes, [&](std::size_t index) {
        Lane lane;
        Block block;
        std::vector<PassRay> rays;
        // Each point is the only sample of a ray of its own.
        for (std::size_t b = index; b < blocks; b += lanes) {
            const std::size_t first = b * blockRays;
            const std::size_t count = std::min(blockRays, points.size() - first);
            block.prepare(count);
            rays.assign(count, PassRay{});
            for (std::size_t i = 0; i < count; ++i) {
                rays[i].direction = directions[first + i];
                std::array<int, 3> cell{};
                for (std::size_t axis = 0; axis < 3; ++axis) {
                    const double u = points[first + i][static_cast<Eigen::Index>(axis)];
                    cell[axis] = std::clamp(static_cast<int>(u), 0, field.shape.size[axis] - 2);
                    block.fraction[axis][i] = static_cast<Scalar>(u - cell[axis]);
                }
                block.cell[i] =
                    static_cast<std::int32_t>(field.shape.index(cell[0], cell[1], cell[2]));
                block.chosen.push_back(static_cast<std::int32_t>(i));
                block.rays.push_back({.firstChosen = static_cast<std::int32_t>(i), .chosen = 1});
            }
            lane.colors(field, rayKernels<Scalar>(), rays, block);
            for (std::size_t i = 0; i < count; ++i)
                for (std::size_t channel = 0; channel < 3; ++channel)
                    colors[first + i][channel] = static_cast<float>(lane.color[4 * i + channel]);
        }
    });
    return colors;
}

template class RayPass<float>;
template class RayPass<double>;

} // namespace convergence::radiance
