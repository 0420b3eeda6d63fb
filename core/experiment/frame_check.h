#pragma once

#include <string>

#include "core/experiment/frames.h"

namespace convergence {

/// What is wrong with a frame that came from a plugin or a file, for the end of a sentence and
/// without its period: "edge 3 leads to node 9, there are 5 nodes". Empty: it can be drawn as it
/// is. Sizes that do not fit each other, indices out of range and positions that are not finite are
/// found here, so that no view looks for them. Frames of the older kinds pass; their views leave
/// out what they cannot draw.
std::string frameTrouble(const Frame& frame);

std::string frameTrouble(const TableFrame& frame);
std::string frameTrouble(const TimelineFrame& frame);
std::string frameTrouble(const PointsFrame& frame);
std::string frameTrouble(const GraphFrame& frame);
std::string frameTrouble(const SceneFrame& frame);

/// Takes out the frames that cannot be drawn; says which and why, in the same way. Empty: none.
std::string dropTroubled(FrameMap& frames);

} // namespace convergence
