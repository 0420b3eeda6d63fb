#pragma once

#include "core/experiment/experiment.h"

namespace convergence {

/// learning-curve-prediction (Vilares Ferro, Darriba, Ribadas 2017): from a tagger's accuracies on
/// the first portions of a corpus, its whole learning curve, and when to stop annotating.
ExperimentType learningCurvePrediction();

namespace learning_curve {
std::vector<Parameter> parameters();
std::vector<Preset> presets();
std::vector<std::pair<std::string, std::string>> questions();
std::vector<View> views();
std::vector<Claim> claims();
} // namespace learning_curve

} // namespace convergence
