// What the paper claims about long local intervals, the runs that each claim needs, and what
// refutes it.

#include <limits>

#include "core/experiment/measure_judges.h"
#include "core/experiment/parameter_builders.h"
#include "plugins/federated/fed-speed/arms.h"
#include "plugins/federated/fed-speed/experiment.h"
#include "plugins/federated/parameters.h"

namespace convergence::fed_speed {

namespace {

using namespace measures;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

// ---- Runs ----------------------------------------------------------------------------------

/// Quadratics with exact gradients, without a step uphill: FedSpeed is FedDyn.
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
/// Also a person's own run, if it is such.
bool isExact(const EvidenceRun& run) {
    if (!run.label.empty())
        return true;
    const ParameterValues& v = *run.values;
    constexpr double leastRate = 0.5, leastWeight = 0.1, mostWeight = 1.0;
    constexpr std::int64_t leastRounds = 150; // to rounding at this rate and K = 1
    return traitsOf(federated::problemChoices, v.text("problem")).kind ==
               federated::ProblemKind::quadratic &&
           v.real("noise") == 0.0 && v.real("clip") == 0.0 && v.real("relaxed_start") == 0.0 &&
           v.real("local_rate_decay") == 1.0 && v.real("local_rate") >= leastRate &&
           v.real("prox_weight") >= leastWeight && v.real("prox_weight") <= mostWeight &&
           v.numbers("ascent") == Numbers{0} && v.integer("rounds") >= leastRounds &&
           traitsOf(federated::attendanceChoices, v.text("participation")).isFixedInSize() &&
           traitsOf(federated::delayChoices, v.text("delay")).kind ==
               federated::Delays::Kind::none &&
           traitsOf(federated::intervalChoices, v.text("local_work")).interval ==
               federated::Interval::steps &&
           v.integer("sampled_clients") == v.integer("clients");
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
         .statement = "A longer local interval buys rounds: to a gap of 1e−6 fewer are needed at "
                      "K = 50 than at K = 1.",
         .threshold = DifferenceBelow{"rounds at K = 50 less rounds at K = 1", 0.0,
                                      paper("larger local interval, less communication round")},
         .hold = Hold::onAverage,
         .protocol = {{{"K = 1, 10, 50", exact({"fedspeed", "no_correction"}, {1, 10, 50})}},
                      twelveSeeds},
         .judge = EachRun{.numbers = {roundsAt(50, "fedspeed") - roundsAt(1, "fedspeed")},
                          .what = "Rounds at K = 50 less rounds at K = 1",
                          .told = {" {place}: {:.3g} at K = 1, {:.3g} at 10, {:.3g} at 50.",
                                   {roundsAt(1, "fedspeed"), roundsAt(10, "fedspeed"),
                                    roundsAt(50, "fedspeed")}},
                          .where = isExact},
         .refutations = {inPlaceOf("fedspeed", "no_correction", "without the correction")},
         .live = true},
        {.id = "no_bias",
         .statement = "The correction removes the spring's bias: with exact steps FedSpeed without "
                      "ascent reaches the optimum to rounding.",
         .threshold = AtMost{"final gap", 1e-20, identity("at rest Σĝ_i = 0; margin for rounding")},
         .protocol = {{{"K = 10", exact({"fedspeed", "no_correction", "flipped"}, {10})}},
                      threeSeeds},
         .judge = EachTrial{.arms = {"fedspeed"},
                            .numbers = {final("final_gap")},
                            .what = "Gap at the end",
                            .where = isExact},
         .refutations = {inPlaceOf("fedspeed", "no_correction", "without the correction"),
                         inPlaceOf("fedspeed", "flipped", "with the correction's sign turned")},
         .live = true},
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
         .refutations = {inPlaceOf("fedspeed", "no_correction", "without the correction"),
                         {"clients with one optimum, which plain ascent does not move",
                          {{"same_optimum", true}},
                          {}}}},
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
                                   "it")}}};
}

/// Observations and identities.
std::vector<Claim> besides() {
    return {
        {.id = "sampled_average",
         .statement = "The listing's average over the clients of the round, beside FedAvg, which "
                      "knows no correction.",
         .threshold = Stated{"0, if the listing were right for few clients a round",
                             paper("the listing, from memory")},
         .kind = ClaimKind::observation,
         .protocol = {{{"5 of 20", exact({"fedadmm", "fedavg"}, {10}, fewClients)}}, twelveSeeds},
         .judge = Observe{.number = log(of("fedadmm", final("late_gap"))) -
                                    log(of("fedavg", final("late_gap"))),
                          .what = "ln of how many times farther off than FedAvg it stays"}},
        {.id = "scaffold_turns",
         .statement = "Rounds that SCAFFOLD needs at K = 50 over those at K = 5, at a rate that "
                      "FedSpeed bears.",
         .threshold =
             Stated{"1, where longer intervals cost nothing", ours("a yardstick, no bound")},
         .kind = ClaimKind::observation,
         .protocol = {{{"K = 5, 50", exact({"scaffold"}, {5, 50})}}, twelveSeeds},
         .judge = Observe{.number = roundsAt(50, "scaffold") / roundsAt(5, "scaffold"),
                          .what = "SCAFFOLD's rounds at K = 50 over those at K = 5"}},
        {.id = "same_average",
         .statement = "Where all clients take part, both averages of corrections are the same.",
         .threshold = AtMost{"difference of the gaps after 5 rounds", 1e-12,
                             identity("S = N; margin for rounding")},
         .kind = ClaimKind::selfCheck,
         .protocol = {{{"S = N", exact({"feddyn", "fedadmm"}, {10}, {{"rounds", whole(5)}})}}, {}},
         .judge = EachRun{.numbers = {abs(of("feddyn", final("final_gap")) -
                                          of("fedadmm", final("final_gap")))},
                          .what = "Difference of the gaps"},
         .refutations = {{"half of the clients a round", {{"sampled_clients", whole(5)}}, {}}}},
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
         .protocol = {{{"K = 20", pictures({"feddyn", "fedspeed"})}}, twelveSeeds},
         .judge = Observe{.number = ahead("fedspeed", "feddyn"),
                          .what = "Points of FedSpeed above FedDyn"}},
        {.id = "beside_scaffold",
         .statement = "Points of test accuracy between FedSpeed and SCAFFOLD, which sends twice as "
                      "much and evaluates half as many gradients.",
         .threshold = Stated{"above 0 in the authors' repository", paper("CIFAR-10, ResNet-18")},
         .kind = ClaimKind::observation,
         .protocol = {{{"K = 20", pictures({"scaffold", "fedspeed"})}}, twelveSeeds},
         .judge = Observe{.number = ahead("fedspeed", "scaffold"),
                          .what = "Points of FedSpeed above SCAFFOLD"}}};
}

} // namespace

std::vector<Claim> claims() {
    return joined({exactClaims(), besides(), pictureClaims()});
}

} // namespace convergence::fed_speed
