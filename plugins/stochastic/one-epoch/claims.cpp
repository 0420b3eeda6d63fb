// What the paper claims about single epochs, the runs that each claim needs, and what refutes it.

#include "core/experiment/parameter_builders.h"
#include "plugins/stochastic/one-epoch/experiment.h"
#include "plugins/stochastic/one-epoch/judges.h"

namespace convergence::one_epoch {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

constexpr const char* marginOrigin = "the paper has the order; the margin against chance is ours";
constexpr const char* sizeOrigin =
    "the paper has a best size; which one, and by how much, is a matter of the text";

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
         .threshold = Above{"mean loss of 10 epochs less that of one", 0.02, ours(marginOrigin)},
         .also = {Above{"of 20 less 10", 0.1, ours(marginOrigin)},
                  Above{"of 50 less 20", 0.0,
                        paper("the more epochs are replaced, the more is gained")},
                  Above{"of each less one, at every seed", 0.0, paper("one epoch is best")}},
         .protocol = full,
         .judge = judgeOneEpochWins,
         .known = knownToFail("When attention sets in is a matter of chance, and at one of the "
                              "three seeds it sets in so late that one epoch ends 0.05 above ten."),
         .refutations = {alwaysFresh, repeated("epochs_20", "twenty epochs in the place of one")},
         .live = true},
        {.id = "hundred_epochs",
         .statement = "A hundred epochs end more than 1 nat above one.",
         .threshold = Above{"loss of 100 epochs less that of one, nats at every seed", 1.0,
                            ours(marginOrigin)},
         .protocol = {{{"quick", epochs({"epochs_1", "epochs_100"}, 32, 500)}}, {}},
         .judge = judgeHundredEpochs,
         .refutations = {alwaysFresh},
         .live = true},
        {.id = "no_overfitting",
         .statement = "One epoch does not overfit: test and training loss stay together.",
         .threshold =
             Below{"test less training loss at one epoch", 0.05,
                   ours("the paper sees no gap at one epoch; what counts as none is ours")},
         .also = {Above{"at ten epochs", 0.08,
                        ours("the paper sees one at ten; what counts as one is ours")}},
         .protocol = full,
         .judge = judgeOverfitting,
         .refutations = {alwaysFresh, repeated("epochs_10", "ten epochs in the place of one")},
         .live = true},
        {.id = "speed_up",
         .statement = "One epoch reaches the least loss of twenty in fewer steps.",
         .threshold = AtLeast{"speed-up of one epoch over twenty, at every seed", 1.3,
                              ours("the paper has 1.9 to 3.3 over ten epochs, with far larger "
                                   "models; margin ours")},
         .protocol = full,
         .judge = judgeSpeedUp,
         .known = knownToFail(
             "When attention sets in is a matter of chance, and at one of the three seeds it sets "
             "in so late that one epoch is 1.14 times as fast as twenty."),
         .refutations = {alwaysFresh},
         .live = true},
        {.id = "speed_up_of_ten",
         .statement = "How much faster one epoch is than ten.",
         .threshold = Stated{"1.9 to 3.3 in the paper", paper("abstract")},
         .kind = ClaimKind::observation,
         .protocol = full,
         .judge = observeTenEpochs,
         .live = true}};
}

std::vector<Claim> claimsOnDropout() {
    return {
        {.id = "dropout_slows",
         .statement = "With one epoch dropout only slows training.",
         .threshold =
             AtLeast{"loss with dropout less that without, at every seed", 0.1, ours(marginOrigin)},
         .protocol = {{{"width 32", epochs({"epochs_1", "epochs_10"}, 32, 1000, {0, 0.1})}}, {}},
         .judge = judgeDropoutSlows,
         .refutations = {{"dropout so rare that it drops next to nothing",
                          {{"dropout", Numbers{0, 1e-4}}, {"replicates", whole(1)}},
                          {}}},
         .live = true},
        {.id = "dropout_helps_repetition",
         .statement = "With fifty epochs dropout helps.",
         .threshold = AtLeast{"loss without dropout less that with, nats at every seed", 1.0,
                              ours(marginOrigin)},
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
             .threshold = AtLeast{"R² of ln(test loss) against ln(iteration), from 100 on", 0.94,
                                  ours("the paper shows straight lines; how straight is ours")},
             .also = {Below{"slope", 0.0, paper("the loss falls")}},
             .protocol = {{{"width 32", powerLaw(32, 3000)}, {"width 64", powerLaw(64, 2000)}}, {}},
             .judge = judgePowerLaw,
             .refutations = {{"a hundred epochs in the place of one",
                              {{"arms", Names{"epochs_100"}}, {"replicates", whole(1)}},
                              {{"epochs_1", "epochs_100"}}}},
             .live = true},
            {.id = "interior_size",
             .statement = "At the same compute there is a best size, neither smallest nor largest.",
             .threshold = Above{"loss of width 64 less that of 16", 0.3, ours(sizeOrigin)},
             .also = {Stated{"best width inside the sweep",
                             paper("there is a best T/P at a given P·T")}},
             .protocol = {{some}, {}},
             .judge =
                 [](const Evidence& evidence, const Claim& claim) {
                     return judgeSizes(evidence, claim, {.budget = 1e10, .mustBeInterior = true});
                 },
             .refutations = {shuffled},
             .live = true},
            {.id = "size_at_more_compute",
             .statement = "Four times the compute does not make width 64 worth its price either.",
             .threshold = Above{"loss of width 64 less that of 16", 0.3, ours(sizeOrigin)},
             .protocol = {{more}, {}},
             .judge =
                 [](const Evidence& evidence, const Claim& claim) {
                     return judgeSizes(evidence, claim, {.budget = 4.1e10});
                 },
             .refutations = {shuffled},
             .live = true},
            {.id = "best_ratio",
             .statement = "The ratio T/P of the best size.",
             .threshold = Stated{"about 5 in the paper", paper("ratio of symbols to parameters")},
             .kind = ClaimKind::observation,
             .protocol = {{some, more}, {}},
             .judge = observeRatio,
             .live = true}};
}

} // namespace

std::vector<Claim> claims() {
    return joined({claimsOnEpochs(), claimsOnDropout(), claimsOnScaling()});
}

} // namespace convergence::one_epoch
