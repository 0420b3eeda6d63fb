// What the paper claims about long local intervals, the runs that each claim needs, and what
// refutes it.

#include <limits>

#include "core/experiment/measure_judges.h"
#include "core/experiment/parameter_builders.h"
#include "plugins/federated/fed-speed/arms.h"
#include "plugins/federated/fed-speed/experiment.h"

namespace convergence::fed_speed {

namespace {

using namespace measures;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

// ---- Runs ----------------------------------------------------------------------------------

/// Quadratics with exact gradients; FedDyn is FedSpeed without a step uphill.
Overrides exact(Names arms, Numbers steps, Overrides further = {}) {
    return with({{"arms", std::move(arms)},
                 {"local_steps", std::move(steps)},
                 {"local_rate", 0.5},
                 {"prox_weight", 1.0 / 3.0},
                 {"ascent", Numbers{0}},
                 {"rounds", whole(600)}},
                further);
}
const Overrides fewClients{
    {"clients", whole(20)}, {"sampled_clients", whole(5)}, {"local_rate", 0.3}};
Overrides pictures(Names arms) {
    return {{"arms", std::move(arms)},
            {"problem", std::string("fashion")},
            {"model", std::string("small")},
            {"train_samples", whole(5000)},
            {"dirichlet", 0.1},
            {"clients", whole(20)},
            {"sampled_clients", whole(5)},
            {"batch", whole(32)},
            {"local_rate_decay", 0.998},
            {"record_every", whole(5)}};
}
Refutation inPlaceOf(const std::string& arm, const std::string& by, std::string description) {
    return {std::move(description), {}, {{arm, by}}};
}

// ---- What is measured ----------------------------------------------------------------------

/// Rounds to the target at an interval; a million where it never came.
Measure roundsAt(double steps, const char* arm) {
    constexpr double never = 1e6;
    return where("local_steps", steps, of(arm, orOnceEnded(final("rounds_to_target"), never)));
}
/// Percentage points of test accuracy.
Measure ahead(const char* method, const char* of_) {
    return 100.0 * (of(method, final("late_accuracy")) - of(of_, final("late_accuracy")));
}

// ---- Claims --------------------------------------------------------------------------------

std::vector<Claim> exactClaims() {
    return {
        {.id = "fewer_rounds",
         .statement = "A longer local interval buys rounds: at K = 50 fewer are needed to a gap of "
                      "1e−6 than at K = 1.",
         .threshold = DifferenceBelow{"rounds at K = 50 less rounds at K = 1", 0.0,
                                      paper("larger local interval, less communication round")},
         .protocol = {{{"K = 1, 10, 50", exact({"feddyn", "no_correction"}, {1, 10, 50})}},
                      twelveSeeds},
         .judge = MeanOverRuns{.numbers = {roundsAt(50, "feddyn") - roundsAt(1, "feddyn")},
                               .what = "Rounds at K = 50 less rounds at K = 1",
                               .told = {" {place}: {} at K = 1, {} at 10, {} at 50.",
                                        {roundsAt(1, "feddyn"), roundsAt(10, "feddyn"),
                                         roundsAt(50, "feddyn")}}},
         .refutations = {inPlaceOf("feddyn", "no_correction", "without the correction")}},
        {.id = "no_bias",
         .statement = "The correction removes the spring's bias: with K = 10 exact steps FedSpeed "
                      "without ascent reaches the optimum to rounding.",
         .threshold = AtMost{"gap after 600 rounds", 1e-20,
                             identity("at rest Σĝ_i = 0; margin for rounding")},
         .protocol = {{{"K = 10", exact({"feddyn", "no_correction", "flipped"}, {10})}},
                      threeSeeds},
         .judge = EachTrial{.arms = {"feddyn"},
                            .numbers = {final("final_gap")},
                            .what = "Gap after 600 rounds"},
         .refutations = {inPlaceOf("feddyn", "no_correction", "without the correction"),
                         inPlaceOf("feddyn", "flipped", "with the correction's sign turned")}},
        {.id = "price_of_ascent",
         .statement = "Plain steps uphill shift the resting point: the gap there grows with the "
                      "square of ρ.",
         .threshold = Within{"slope of the gap at rest in ρ", 2.0, 0.15,
                             theorem("ΣA_i(I + αρA_i)(x − b_i) = 0: off by ρ to first order; "
                                     "margin ours")},
         .also = {AtMost{"distance from the closed form", 1e-10,
                         identity("the same equation; margin for rounding")}},
         .protocol = {{{"ρ = 0.01 to 0.3", exact({"fedspeed", "no_correction"}, {10},
                                                 {{"local_rate", 0.3},
                                                  {"ascent_rule", std::string("plain")},
                                                  {"ascent", Numbers{0.01, 0.03, 0.1, 0.3}}})}},
                      threeSeeds},
         .judge = EachRun{.numbers = {slopeOf("fedspeed", factor("ascent"), final("final_gap")),
                                      largestOf("fedspeed", final("off_floor"))},
                          .what = "Log–log slope of the gap at rest against ρ"},
         .refutations = {inPlaceOf("fedspeed", "no_correction", "without the correction")}},
        {.id = "average_over_all",
         .statement = "With 5 of 20 clients a round, corrections have to be averaged over all "
                      "clients: then the optimum is reached to rounding.",
         .threshold = AtMost{"gap after 600 rounds", 1e-20,
                             identity("at rest Σĝ_i = 0; margin for rounding")},
         .protocol = {{{"5 of 20", exact({"feddyn", "fedadmm", "fedavg"}, {10}, fewClients)}},
                      threeSeeds},
         .judge = EachTrial{.arms = {"feddyn"},
                            .numbers = {final("final_gap")},
                            .what = "Gap after 600 rounds"},
         .refutations = {inPlaceOf("feddyn", "fedadmm",
                                   "averaged over the clients of the round, as the paper lists "
                                   "it")}},
        {.id = "no_spring",
         .statement = "With w = 0 and ρ = 0 FedSpeed is FedAvg, bit for bit.",
         .threshold = AtMost{"difference of the gaps", 0.0, identity("the same operations")},
         .kind = ClaimKind::selfCheck,
         .protocol = {{{"w = 0", exact({"fedavg", "fedspeed"}, {10},
                                       {{"prox_weight", 0.0}, {"rounds", whole(50)}})}},
                      {}},
         .judge = EachRun{.numbers = {abs(of("fedspeed", final("final_gap")) -
                                          of("fedavg", final("final_gap")))},
                          .what = "Difference of the gaps"},
         .refutations = {{"w = 0.1", {{"prox_weight", 0.1}}, {}}}}};
}

std::vector<Claim> pictureClaims() {
    return {
        {.id = "accuracy",
         .statement = "On Fashion-MNIST with 5 of 20 clients a round, FedSpeed's test accuracy is "
                      "above that of the same without the correction, and above FedAvg's.",
         .threshold = DifferenceAbove{"points above FedSpeed without the correction", 0.0,
                                      ablation("ĝ_i never updated")},
         .also = {DifferenceAbove{"points above FedAvg", 0.0,
                                  baseline("FedAvg at the same rate and rounds")}},
         .protocol = {{{"K = 20", pictures({"fedavg", "fedspeed", "no_correction"})}}, twelveSeeds},
         .judge = MeanOverRuns{.numbers = {ahead("fedspeed", "no_correction"),
                                           ahead("fedspeed", "fedavg")},
                               .what = "Points of test accuracy above no correction, mean of the "
                                       "last fifth"},
         .refutations = {inPlaceOf("fedspeed", "no_correction", "without the correction")}},
        {.id = "worth_of_ascent",
         .statement = "Points of test accuracy that the step uphill adds, for twice the gradients.",
         .threshold = Stated{"above 0 in the paper", paper("CIFAR-10, ResNet-18")},
         .kind = ClaimKind::observation,
         .protocol = {{{"K = 20", pictures({"feddyn", "fedspeed"})}}, threeSeeds},
         .judge = Observe{.number = ahead("fedspeed", "feddyn"),
                          .what = "Points of FedSpeed above FedDyn"}}};
}

} // namespace

std::vector<Claim> claims() {
    return joined({exactClaims(), pictureClaims()});
}

} // namespace convergence::fed_speed
