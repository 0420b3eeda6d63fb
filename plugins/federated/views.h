// Views that federated experiments share; each is given what chooses among trials.

#pragma once

#include <vector>

#include "core/experiment/view_words.h"

namespace convergence::federated {

/// "gap": over rounds with the closed form dashed, or what else the given chart says.
Chart gapOverRounds(Chart chart);
/// Of problems with samples: accuracy over rounds, samples, bytes and virtual seconds, that of the
/// single clients, test loss.
std::vector<View> accuracyCharts(const std::vector<SelectorSpec>& by);
/// The rest of what every experiment records: gap over bytes, samples and virtual seconds, gradient
/// norm, drift, dissimilarity, cosine between updates.
std::vector<View> commonCharts(const std::vector<SelectorSpec>& by);
/// "updates", "work" and "shares": of the last rounds, and of the partition.
std::vector<View> roundViews(std::vector<SelectorSpec> by);
/// "sharpness" where runs end, against a design factor.
SweepChart sharpnessOver(std::string factor, std::vector<SelectorSpec> by);
/// "fan" and "round": the clients' ways of a round, in two dimensions, as a picture and played.
std::vector<View> planeViews(std::vector<SelectorSpec> by);

} // namespace convergence::federated
