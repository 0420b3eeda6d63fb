// What the paper claims about private stationary points, the runs that each claim needs, and what
// refutes it.

#include "core/experiment/judging.h"
#include "core/experiment/parameter_builders.h"
#include "plugins/stochastic/dp-stationary-points/experiment.h"
#include "plugins/stochastic/dp-stationary-points/judges.h"

namespace convergence::private_points {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::string text(const char* value) {
    return value;
}

Overrides counts(Names arms, Numbers n, Overrides further = {}) {
    further.insert(
        {{"arms", std::move(arms)}, {"sample_counts", std::move(n)}, {"repeats", whole(1)}});
    return further;
}

std::vector<Claim> descentClaims() {
    const Protocol rates{
        {{"location", counts({"noisy_gd", "spiderboost"}, {2000, 4000, 8000, 16000, 32000})}},
        threeSeeds};
    return {
        {.id = "rates",
         .statement = "Private SpiderBoost's gradient norm falls with n to the power −2/3, that "
                      "of noisy gradient descent to the power −1/2.",
         .threshold = Within{"slope of SpiderBoost", -2.0 / 3.0, 0.1,
                             theorem("rate (√d/(nε))^{2/3}; margin ours")},
         .also = {Within{"slope of noisy GD", -0.5, 0.12,
                         theorem("rate (√d/(nε))^{1/2}; margin ours")}},
         .protocol = rates,
         .judge = judgeRates,
         .refutations = {{"the two methods exchanged",
                          {},
                          {{"spiderboost", "noisy_gd"}, {"noisy_gd", "spiderboost"}}},
                         {"one long phase, too long for the noise",
                          {{"mistake", text("one_phase")}},
                          {}}},
         .live = true},
        {.id = "work",
         .statement = "SpiderBoost's work, in gradients of single samples, grows with n to the "
                      "power 5/3.",
         .threshold = Within{"exponent of the work", 5.0 / 3.0, 0.1,
                             theorem("steps times batch; margin ours")},
         .protocol = rates,
         .judge = judgeWork,
         .refutations = {{"noisy gradient descent in its place",
                          {},
                          {{"spiderboost", "noisy_gd"}}}},
         .live = true},
        {.id = "crossing",
         .statement = "For few samples noisy gradient descent is better; SpiderBoost pays from the "
                      "crossing on.",
         .threshold = Stated{"the ratio falls below 1 as n grows", {}},
         .kind = ClaimKind::observation,
         .protocol = rates,
         .judge = observeCrossing,
         .live = true},
        {.id = "telescoping",
         .statement = "Without noise and with full batches SpiderBoost is gradient descent.",
         .threshold = AtMost{"largest error, and difference from gradient descent", 1e-12,
                             identity("the telescoping sum is the gradient, up to rounding")},
         .kind = ClaimKind::selfCheck,
         .protocol = {{{"silent", counts({"noisy_gd", "spiderboost"}, {2000},
                                         {{"noise_constant", 0.0}, {"exact_accounting", true}})}},
                      {}},
         .judge = judgeTelescoping,
         .refutations = {
             {"batches in the place of all samples", {{"exact_accounting", false}}, {}}}}};
}

std::vector<Claim> treeClaims() {
    const Protocol tree{{{"tree", counts({"tree_spider"}, {2000, 8000, 32000, 128000})}},
                        threeSeeds};
    const Refutation selected{
        "half of the population is left out", {{"mistake", text("selected_data")}}, {}};
    return {
        {.id = "tree_rate",
         .statement = "In a single pass, the tree mechanism's population gradient falls at least "
                      "with n to the power −1/3.",
         .threshold = AtMost{"slope", -1.0 / 3.0 + 0.05,
                             theorem("rate n^{−1/3} + (√d/(nε))^{1/2}; margin ours")},
         .protocol = tree,
         .judge = judgeTreeRate,
         .refutations = {selected,
                         {"the theorem's stop factor: it stops at once",
                          {{"stop_factor", 5e4}},
                          {}}},
         .live = true},
        {.id = "tree_stop",
         .statement = "Where the leaf test stops the tree mechanism, the population gradient is at "
                      "most 3α̃; no sample is used twice.",
         .threshold = AtMost{"population gradient over α̃", 3.0,
                             theorem("3α̃ where the estimate errs by at most α̃")},
         .also = {AtMost{"samples used over n", 1.0, identity("each sample is in one release")}},
         .protocol = tree,
         .judge = judgeTreeStop,
         .known = knownToFail("At κ = ½ the error of the estimate where the leaf test stops (1.6 α̃ "
                              "at n = 128,000) exceeds the stop level, and stopping selects "
                              "estimates that are too small: 50 of 67 runs are within 3α̃."),
         .refutations = {selected},
         .live = true},
        {.id = "tree_stop_wide",
         .statement = "The same with a stop level above the error of the estimate.",
         .threshold = AtMost{"population gradient over α̃ at κ = 2", 3.0,
                             theorem("3α̃ where the estimate errs by at most α̃")},
         .also = {AtMost{"samples used over n", 1.0, identity("each sample is in one release")}},
         .protocol = {{{"wide",
                        counts({"tree_spider"}, {8000, 32000, 128000}, {{"stop_factor", 2.0}})}},
                      threeSeeds},
         .judge = judgeTreeStop,
         .refutations = {selected}}};
}

std::vector<Claim> furtherClaims() {
    const Protocol embedding{{{"regression", counts({"noisy_gd", "jl_noisy_gd"}, {2000},
                                                    {{"problem", text("regression")},
                                                     {"rank", whole(5)},
                                                     {"dimensions", Numbers{50, 3200}}})}},
                             threeSeeds};
    return {
        {.id = "recursive_rate",
         .statement = "On convex losses recursive regularization reaches 1/√n + √d/(nε) on "
                      "fresh samples.",
         .threshold =
             Between{"slope", -1.05, -0.45,
                     theorem("rate n^{−1/2} + √d/(nε), between −1/2 and −1; margins ours")},
         .protocol = {{{"logistic", counts({"recursive_gd"}, {1000, 4000, 16000, 64000},
                                           {{"problem", text("logistic")}})}},
                      threeSeeds},
         .judge = judgeRecursive,
         .refutations = {{"noise made for the sum added to the mean",
                          {{"mistake", text("noise_on_sum")}},
                          {}}},
         .live = true},
        {.id = "embedding",
         .statement = "At n = 2000 and rank 5 a random embedding makes noisy gradient descent "
                      "independent of d, for better where d is large, for worse where it is small.",
         .threshold =
             Below{"JL at d = 3200 over d = 50", 1.35,
                   ours("the rate depends on the rank alone; the margin for chance is ours")},
         .also = {Above{"JL over direct at d = 50", 1.0, baseline("noisy GD without an embedding")},
                  Below{"JL over direct at d = 3200", 1.0,
                        baseline("noisy GD without an embedding")}},
         .protocol = embedding,
         .judge = judgeEmbedding,
         .refutations = {{"no embedding", {}, {{"jl_noisy_gd", "noisy_gd"}}},
                         {"an embedding into so many dimensions that nothing is gained",
                          {{"embedding_dimension", whole(1000)}},
                          {}}},
         .live = true},
        {.id = "direct_rise",
         .statement = "At n = 2000, without an embedding, the gradient norm of noisy gradient "
                      "descent grows with d.",
         .threshold = Above{"noisy GD at d = 3200 over d = 50", 2.5,
                            ours("the bound grows like d^{1/4}, 2.83-fold; margin ours")},
         .protocol = embedding,
         .judge = judgeDirectRise,
         .known = knownToFail(
             "Averaged over all random iterates the gradient norm rises 2.05-fold, and 2.30-fold "
             "at most over 20 seeds; only a few single iterates at d = 50 give more than 2.5."),
         .refutations = {{"the embedding in its place", {}, {{"noisy_gd", "jl_noisy_gd"}}}},
         .live = true}};
}

} // namespace

std::vector<Claim> claims() {
    return joined({descentClaims(), treeClaims(), furtherClaims()});
}

} // namespace convergence::private_points
