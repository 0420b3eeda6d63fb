// Pictures of clients in the plane.

#pragma once

#include "core/experiment/frames.h"
#include "core/federated/quadratics.h"
#include "core/federated/rounds.h"

namespace convergence::federated {

/// "fan": the way of every client in the last round, from the server's x to where it came, over the
/// level lines of f; the clients' own optima and x*. Of two dimensions.
void drawFan(const Quadratics& problem, const Rounds<double>& rounds, FrameMap& frames);
/// "round": the same as an episode: all clients on their ways, then together where the server is.
void drawRound(const Quadratics& problem, const Rounds<double>& rounds, FrameMap& frames);

} // namespace convergence::federated
