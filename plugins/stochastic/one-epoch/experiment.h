#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// "One Epoch Is All You Need" (Komatsuzaki 2019): language models trained for as many steps on
/// fresh text as on fewer chunks again and again, and larger models against longer training.
ExperimentType oneEpoch();

/// Its parts, each in a file of its own.
namespace one_epoch {

std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<std::pair<std::string, std::string>> questions();
std::vector<View> views();
std::vector<Claim> claims();

} // namespace one_epoch

} // namespace convergence
