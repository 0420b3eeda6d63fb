#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/radiance/ray_march.h"

namespace convergence::radiance {

/// The arithmetic of one batch of rays through a field: colors, the loss, and all gradients,
/// written by hand. float for use; double so that gradients can be compared with differences.

template <typename Scalar>
struct RayBlock; ///< ray_block.h
template <typename Scalar>
struct RayLane; ///< ray_lane.h
template <typename Scalar>
struct TurnedWeights; ///< ray_lane.h

/// What was seen along a ray.
struct PassResult {
    std::array<float, 3> color{};
    float depth = 0.0F;
    float last = 1.0F; ///< T_last
};

/// A sample on a ray.
struct RaySample {
    double distance = 0.0; ///< from the origin
    double density = 0.0;  ///< raw, interpolated
    double opacity = 0.0;
    double transmittance = 1.0; ///< before it
    std::array<float, 3> color{};
};

/// Gradients of one plane of the grid, x fixed. Points that no sample touches hold 0; what is not 0
/// is set to 0 by whoever takes it, and its marks are cleared.
template <typename Scalar>
struct PlaneGradient {
    int x = 0;
    Scalar* density = nullptr;               ///< by point of the plane
    Scalar* features = nullptr;              ///< by point, featureStride each
    std::uint64_t* touchedDensity = nullptr; ///< a bit a point
    std::uint64_t* touchedFeatures = nullptr;
    std::size_t points = 0;
};

template <typename Scalar>
class RayPass {
public:
    RayPass();
    ~RayPass();

    /// Loss and gradients of these rays. Sums have the same order whatever the number of threads.
    PassSums differentiate(const BasicField<Scalar>& field, std::span<const PassRay> rays,
                           const PassOptions& options);
    /// The loss of what differentiate() returned.
    static double loss(const PassSums& sums, std::size_t rays, const PassOptions& options);

    /// Of the last batch, laid out as the network's parameters; empty without a network.
    [[nodiscard]] AlignedArray<Scalar>& networkGradient() { return networkGradient_; }
    /// Hands over the grids' gradients of the last batch, plane by plane, planes in parallel. The
    /// field must be the same; `take(PlaneGradient&)` may change the plane's own density and
    /// features only.
    template <typename Take>
    void takePlanes(const BasicField<Scalar>& field, const Take& take);

    /// Renders rays without gradients.
    static void render(const BasicField<Scalar>& field, std::span<const PassRay> rays,
                       const PassOptions& options, std::span<PassResult> results);
    /// The samples of one ray above the threshold, in order, up to its end; black where the weight
    /// is not above it.
    static std::vector<RaySample> samplesOf(const BasicField<Scalar>& field, const PassRay& ray,
                                            const PassOptions& options);
    /// Colors at points in grid coordinates, seen along unit directions, one a point.
    static std::vector<std::array<float, 3>> colorsAt(const BasicField<Scalar>& field,
                                                      std::span<const Eigen::Vector3d> points,
                                                      std::span<const Eigen::Vector3d> directions);

private:
    struct Plane;

    using LaneWork = void (*)(const void* context, std::size_t lane);
    static void runLanes(std::size_t lanes, LaneWork work, const void* context);
    template <typename Work>
    static void runLanes(std::size_t lanes, const Work& work);
    void reserve(const BasicField<Scalar>& field, std::size_t rays);
    /// Runs of planes that are gathered at once.
    [[nodiscard]] static std::size_t planeRuns(const BasicField<Scalar>& field);
    void preparePlanes(const BasicField<Scalar>& field);
    /// Which of two planes are gathered.
    enum class Planes { lower, upper, both };
    /// Adds what lies between planes x and x + 1 to a run's buffers of the two.
    void gatherCells(const BasicField<Scalar>& field, int x, std::size_t run, Planes wanted);
    /// A plane's gradient once all its cells are there.
    [[nodiscard]] PlaneGradient<Scalar> finishPlane(const BasicField<Scalar>& field, int x,
                                                    std::size_t run);

    std::vector<std::unique_ptr<RayBlock<Scalar>>> blocks_;
    std::vector<std::unique_ptr<RayLane<Scalar>>> lanes_;
    std::vector<std::unique_ptr<Plane>> planes_; ///< two a run
    std::size_t usedBlocks_ = 0;
    std::unique_ptr<TurnedWeights<Scalar>> turned_;
    AlignedArray<Scalar> networkGradient_;
};

template <typename Scalar>
template <typename Work>
void RayPass<Scalar>::runLanes(std::size_t lanes, const Work& work) {
    runLanes(
        lanes,
        [](const void* context, std::size_t lane) { (*static_cast<const Work*>(context))(lane); },
        &work);
}

template <typename Scalar>
template <typename Take>
void RayPass<Scalar>::takePlanes(const BasicField<Scalar>& field, const Take& take) {
    preparePlanes(field);
    const std::size_t runs = planeRuns(field);
    const auto count = static_cast<std::size_t>(field.shape.size[0]);
    runLanes(runs, [&](std::size_t run) {
        const std::size_t first = run * count / runs;
        const std::size_t end = (run + 1) * count / runs;
        if (first > 0)
            gatherCells(field, static_cast<int>(first) - 1, run, Planes::upper);
        for (std::size_t x = first; x < end; ++x) {
            if (x + 1 < count)
                gatherCells(field, static_cast<int>(x), run,
                            x + 1 < end ? Planes::both : Planes::lower);
            PlaneGradient<Scalar> gradient = finishPlane(field, static_cast<int>(x), run);
            take(gradient);
        }
    });
}

extern template class RayPass<float>;
extern template class RayPass<double>;

} // namespace convergence::radiance
