#pragma once

#include <array>
#include <cstdint>

#include "core/radiance/ray_pass.h"

namespace convergence::radiance {

/// Total variation of the grids, added to their gradients: for each of a point's six neighbors
/// (w/6)·clip(V − V_neighbor, −1, 1) with w = weight · (largest size of the grid)/128 / rays.
struct GridSmoothing {
    double density = 0.0; ///< weights; 0: off
    double features = 0.0;
    bool dense = false; ///< false: only where the loss has a gradient
    int rays = 1;
    [[nodiscard]] bool any() const { return density > 0.0 || features > 0.0; }
};

/// Adam with β = (0.9, 0.99), ε = 1e-8 for the three tensors of a field (density, features,
/// network), all rates times 0.1^{1/20000} after each step. One step counter for all.
class GridOptimizer {
public:
    /// What happens to grid entries whose gradient is exactly 0: a step like any other, or they
    /// keep value and moments.
    enum class AtZero { step, keep };
    GridOptimizer(const Field& field, AtZero atZero);

    struct Rates {
        double density, features, network;
    };
    /// Takes the gradients of the last batch out of `pass`. `relativeRates`, if not empty, scales
    /// the density's step of each grid point (and nothing else).
    void step(Field& field, RayPass<float>& pass, const Rates& rates,
              const AlignedArray<float>& relativeRates, const GridSmoothing& smoothing);

    /// What the rates of the next step are multiplied by.
    [[nodiscard]] double decay() const;

private:
    struct Moments {
        AlignedArray<float> mean, square;
    };
    [[nodiscard]] AdamStep<float> adamStep(double rate, AtZero atZero) const;

    AtZero atZero_;
    std::int64_t steps_ = 0;
    Moments density_, features_, network_;
    AlignedArray<float> oldDensity_, oldFeatures_; ///< what the smoothing compares with
};

} // namespace convergence::radiance
