#pragma once

#include <string>

#include "widgets/volume/viewpoint.h"

namespace convergence {

/// A viewpoint as a figure keeps it and a person can type it: "azimuth=35,elevation=25,
/// distance=7.7,target=0/0/-0.1", angles in degrees, lengths in scene units. A roll ("up=…") and
/// another opening ("angle=…") are written only where there are any. Six digits.
std::string toText(const Viewpoint& viewpoint);

/// Reads that; what is not said is as in `home`. Throws InputError naming `what`, the text and what
/// is accepted.
Viewpoint viewpointFrom(const std::string& text, const Viewpoint& home, const std::string& what);

} // namespace convergence
