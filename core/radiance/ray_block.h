#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/radiance/aligned_array.h"
#include "core/radiance/ray_kernels.h"

namespace convergence::radiance {

/// Rays of a batch are worked on in blocks of so many.
inline constexpr std::size_t blockRays = 32;

/// What is kept of a block of rays until its gradients have been gathered.
template <typename Scalar>
struct RayBlock {
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

} // namespace convergence::radiance
