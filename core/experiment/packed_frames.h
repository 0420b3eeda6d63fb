#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/experiment/frames.h"

namespace convergence {

/// A set of frames as bytes, without volumes and cameras, which are too large to be kept by the
/// dozen: a view of those shows what a replay draws.
std::string packFrames(const Frames& frames);

/// The inverse. Throws InputError for bytes that are damaged.
std::shared_ptr<const Frames> unpackFrames(std::string_view packed);

} // namespace convergence
