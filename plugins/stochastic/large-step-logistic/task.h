#pragma once

#include <memory>
#include <optional>

#include "core/experiment/parameter.h"
#include "core/experiment/recording.h"
#include "core/optim/linear_separation.h"

namespace convergence::large_step {

/// What is to be separated, and what is known about it before any method runs.
struct Task {
    SeparationTask samples;
    Eigen::VectorXi labels; ///< n, each ±1
    Provenance provenance;
    double radius = 0.0;               ///< R
    double classicalLimit = 0.0;       ///< 2/L
    std::optional<MaximumMargin> best; ///< where it was asked for, and there is one

    [[nodiscard]] bool isOfImages() const;
    [[nodiscard]] bool isInPlane() const { return samples.dimension() == 2; }
    /// The theorem's bound on updates until the data is separated; not applicable without a margin.
    [[nodiscard]] double bound(SeparationMethod method, double stepSize) const;
};

/// Throws InputError if the images cannot be read, or are too few.
Task makeTask(const ParameterValues& values);

constexpr Eigen::Index imageSide = 28;

} // namespace convergence::large_step
