// What the paper claims about single epochs, and how each claim is measured and refuted.

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/experiment/parameter_builders.h"
#include "core/experiment/tuning.h"
#include "core/math/statistics.h"
#include "plugins/stochastic/one-epoch/experiment.h"
#include "plugins/stochastic/one-epoch/frames.h"
#include "plugins/stochastic/one-epoch/judges.h"

namespace convergence {

namespace {

using namespace one_epoch;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

// ---- Protocols -----------------------------------------------------------------------------

Overrides epochs(Names arms, std::int64_t width, std::int64_t iterations, Numbers dropout = {0}) {
    return {{"arms", std::move(arms)},
            {"width", width},
            {"iterations", iterations},
            {"dropout", std::move(dropout)},
            {"replicates", whole(3)}};
}

Overrides powerLaw(std::int64_t width, std::int64_t iterations) {
    Overrides overrides = epochs({"epochs_1"}, width, iterations);
    overrides.insert({{"schedule", std::string("constant")},
                      {"learning_rate", 2e-3},
                      {"record_every", whole(0)}});
    return overrides;
}

Overrides sizes(double budget, Numbers widths) {
    return {{"study", std::string("sizes")},
            {"compute_budget", Numbers{budget}},
            {"widths", std::move(widths)},
            {"record_every", whole(0)}};
}

/// All runs are then the same to the last bit, at any size; a small one shows it.
const Refutation alwaysFresh{"fresh chunks for every run, so that nothing is repeated",
                             {{"supply", std::string("fresh")},
                              {"replicates", whole(1)},
                              {"width", whole(32)},
                              {"iterations", whole(500)}},
                             {}};
const Refutation shuffled{"the symbols of the text in random order",
                          {{"text_order", std::string("shuffled")},
                           {"widths", Numbers{16, 32, 64}},
                           {"tuned_rates", Numbers{3e-3}}},
                          {}};

Refutation repeated(const std::string& by, std::string description) {
    return {std::move(description), {{"replicates", whole(1)}}, {{"epochs_1", by}}};
}

std::vector<Claim> claimsOnEpochs() {
    const Protocol full{
        {{"full", epochs({"epochs_1", "epochs_10", "epochs_20", "epochs_50"}, 64, 1500)}}, {}};
    return {
        {.id = "one_epoch_wins",
         .statement = "For the same number of steps one epoch ends lower than several, and the "
                      "lower the more it replaces.",
         .threshold = Stated{"loss 1 < 10 < 20 < 50", {}},
         .protocol = full,
         .judge = judgeOneEpochWins,
         .refutations = {alwaysFresh, repeated("epochs_20", "twenty epochs in the place of one")},
         .live = true},
        {.id = "hundred_epochs",
         .statement = "A hundred epochs end more than 1 nat above one.",
         .threshold = Stated{"difference > 1 nat", {}},
         .protocol = {{{"quick", epochs({"epochs_1", "epochs_100"}, 32, 500)}}, {}},
         .judge = judgeHundredEpochs,
         .refutations = {alwaysFresh},
         .live = true},
        {.id = "no_overfitting",
         .statement = "One epoch does not overfit: test and training loss stay together.",
         .threshold = Stated{"gap < 0.05; > 0.08 at ten epochs", {}},
         .protocol = full,
         .judge = judgeOverfitting,
         .refutations = {alwaysFresh, repeated("epochs_10", "ten epochs in the place of one")},
         .live = true},
        {.id = "speed_up",
         .statement = "One epoch reaches the least loss of twenty in fewer steps.",
         .threshold = Stated{"speed-up ≥ 1.3", {}},
         .protocol = full,
         .judge = judgeSpeedUp,
         .refutations = {alwaysFresh},
         .live = true},
        {.id = "speed_up_of_ten",
         .statement = "How much faster one epoch is than ten.",
         .threshold = Stated{"1.9 to 3.3 in the paper", {}},
         .kind = ClaimKind::observation,
         .protocol = full,
         .judge = observeTenEpochs,
         .live = true}};
}

std::vector<Claim> claimsOnDropout() {
    return {
        {.id = "dropout_slows",
         .statement = "With one epoch dropout only slows training.",
         .threshold = Stated{"loss higher by ≥ 0.1", {}},
         .protocol = {{{"width 32", epochs({"epochs_1", "epochs_10"}, 32, 1000, {0, 0.1})}}, {}},
         .judge = judgeDropoutSlows,
         .refutations = {{"dropout so rare that it drops next to nothing",
                          {{"dropout", Numbers{0, 1e-4}}, {"replicates", whole(1)}},
                          {}}},
         .live = true},
        {.id = "dropout_helps_repetition",
         .statement = "With fifty epochs dropout helps.",
         .threshold = Stated{"loss lower by ≥ 1 nat", {}},
         .protocol = {{{"width 64", epochs({"epochs_50"}, 64, 1500, {0, 0.1})}}, {}},
         .judge = judgeDropoutHelps,
         .refutations = {alwaysFresh},
         .live = true}};
}

std::vector<Claim> claimsOnScaling() {
    const ProtocolRun some{"10^10", sizes(1e10, {8, 16, 32, 64, 96})};
    const ProtocolRun more{"4.1*10^10", sizes(4.1e10, {16, 32, 64, 96})};
    return {{.id = "power_law",
             .statement = "At a constant rate the test loss falls as a power of the iterations.",
             .threshold = Stated{"R² ≥ 0.94", {}},
             .protocol = {{{"width 32", powerLaw(32, 3000)}, {"width 64", powerLaw(64, 2000)}}, {}},
             .judge = judgePowerLaw,
             .refutations = {{"a hundred epochs in the place of one",
                              {{"arms", Names{"epochs_100"}}, {"replicates", whole(1)}},
                              {{"epochs_1", "epochs_100"}}}},
             .live = true},
            {.id = "interior_size",
             .statement = "At the same compute there is a best size, neither smallest nor largest.",
             .threshold = Stated{"best width inside; 64 above 16 by > 0.3", {}},
             .protocol = {{some}, {}},
             .judge = [](const Evidence& evidence) { return judgeSizes(evidence, 1e10, true); },
             .refutations = {shuffled},
             .live = true},
            {.id = "size_at_more_compute",
             .statement = "Four times the compute does not make width 64 worth its price either.",
             .threshold = Stated{"64 above 16 by > 0.3", {}},
             .protocol = {{more}, {}},
             .judge = [](const Evidence& evidence) { return judgeSizes(evidence, 4.1e10, false); },
             .refutations = {shuffled},
             .live = true},
            {.id = "best_ratio",
             .statement = "The ratio T/P of the best size.",
             .threshold = Stated{"about 5 in the paper", {}},
             .kind = ClaimKind::observation,
             .protocol = {{some, more}, {}},
             .judge = observeRatio,
             .live = true}};
}

} // namespace

std::vector<Claim> oneEpochClaims() {
    std::vector<Claim> claims = claimsOnEpochs();
    for (auto further : {claimsOnDropout(), claimsOnScaling()})
        for (Claim& claim : further)
            claims.push_back(std::move(claim));
    return claims;
}

} // namespace convergence
