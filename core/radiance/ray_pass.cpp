#include "core/radiance/ray_pass.h"

#include <algorithm>
#include <cmath>

#include "core/parallel/parallel_for.h"
#include "core/radiance/ray_lane.h"

namespace convergence::radiance {

namespace {

// A lane has memory of its own and takes every lane-th block, so that sums are the same whichever
// thread takes which lane.
constexpr std::size_t laneLimit = 16;

} // namespace

template <typename Scalar>
struct RayPass<Scalar>::Plane {
    AlignedArray<Scalar> density, features;
    std::vector<std::uint64_t> densityMarks, featureMarks;
    std::size_t points = 0;
};

template <typename Scalar>
RayPass<Scalar>::RayPass() = default;
template <typename Scalar>
RayPass<Scalar>::~RayPass() = default;

template <typename Scalar>
void RayPass<Scalar>::reserve(const BasicField<Scalar>& field, std::size_t rays) {
    usedBlocks_ = (rays + blockRays - 1) / blockRays;
    const std::size_t lanes = std::min(laneLimit, usedBlocks_);
    // No ray has more samples than one from corner to corner.
    const double most = std::ceil(field.shape.box.extent().norm() / field.sampleDistance()) + 2.0;
    const std::size_t capacity = blockRays * static_cast<std::size_t>(most);
    while (blocks_.size() < usedBlocks_)
        blocks_.push_back(std::make_unique<RayBlock<Scalar>>());
    for (std::size_t b = 0; b < usedBlocks_; ++b)
        blocks_[b]->reserve(capacity, static_cast<std::size_t>(field.shape.size[0]),
                            gradientColumns(field));
    while (lanes_.size() < lanes)
        lanes_.push_back(std::make_unique<RayLane<Scalar>>());
    for (std::size_t lane = 0; lane < lanes; ++lane)
        lanes_[lane]->reserve(field, capacity);
    if (!turned_)
        turned_ = std::make_unique<TurnedWeights<Scalar>>();
}

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
        RayLane<Scalar>& lane = *lanes_[index];
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
        const RayLane<Scalar>& lane = *lanes_[index];
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
                                  Planes wanted) {
    const RayKernels<Scalar>& kernels = rayKernels<Scalar>();
    PlanePair<Scalar> density{}, features{};
    for (std::size_t axis = 0; axis < 3; ++axis)
        density.size[axis] = features.size[axis] = field.shape.size[axis];
    density.x = features.x = x;
    density.stride = 1;
    features.stride = field.featureStride;
    for (std::size_t side = 0; side < 2; ++side) {
        if (wanted == (side ? Planes::lower : Planes::upper))
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
        const RayBlock<Scalar>& block = *blocks_[b];
        const auto samplesIn = [&](const typename RayBlock<Scalar>::ByPlane& order) {
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
        RayLane<Scalar> lane;
        RayBlock<Scalar> block;
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
    RayLane<Scalar> lane;
    RayBlock<Scalar> block;
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
        RayLane<Scalar> lane;
        RayBlock<Scalar> block;
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
