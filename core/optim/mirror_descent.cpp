#include "core/optim/mirror_descent.h"

#include <cmath>

#include "core/optim/projection.h"

namespace convergence {

MirrorDescent::MirrorDescent(Parts parts, const StreamKey& stream)
    : parts_(std::move(parts)), stream_(stream),
      averages_(parts_.problem->dimension(), parts_.horizon), x_(parts_.problem->start()),
      gradient_(x_.size()), stepSize_(parts_.steps.at(1)) {}

bool MirrorDescent::step() {
    stepSize_ = parts_.steps.at(averages_.count() + 1);
    averages_.add(x_, stepSize_);
    parts_.problem->subgradient(x_, stream_, gradient_);
    parts_.noise.addTo(gradient_, stream_);
    if (std::isfinite(parts_.clipLevel))
        projectOntoBall(gradient_, parts_.clipLevel);
    parts_.map->step(x_, gradient_, stepSize_);
    return std::isfinite(x_.sum());
}

} // namespace convergence
