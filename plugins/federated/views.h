// Views that federated experiments share; each is given what chooses among trials.

#pragma once

#include <vector>

#include "core/experiment/view_words.h"

namespace convergence::federated {

/// "gap": over rounds with the closed form dashed, or what else the given chart says.
Chart gapOverRounds(Chart chart);
/// The rest of what every experiment records: gap over bytes and samples, gradient norm, drift,
/// dissimilarity, cosine between updates, accuracies.
std::vector<View> commonCharts(const std::vector<SelectorSpec>& by);
/// "fan" and "round": the clients' ways of a round, in two dimensions, as a picture and played.
std::vector<View> planeViews(std::vector<SelectorSpec> by);

} // namespace convergence::federated
