// What an ensemble of networks records.

#pragma once

#include <vector>

#include "core/experiment/columns.h"

namespace convergence::tangent_kernel {

/// Components of the error that are recorded, by falling eigenvalue.
inline constexpr std::size_t recordedComponents = 8;

/// Means over the ensemble; components and rates are those of its first network, as many as there
/// are points.
struct State {
    double loss = 0.0;
    double linearLoss = 0.0;
    double kernelChange = 0.0;
    double limitDistance = 0.0;
    double linearDistance = 0.0;
    double movement = 0.0;
    double initialDistance = 0.0;
    std::vector<double> components;
    std::vector<double> predictedComponents;
    std::vector<double> rates; ///< ηλᵢ
};

const Columns<State>& traceTable();
const Columns<State>& finalTable();

} // namespace convergence::tangent_kernel
