// What the paper claims about momentum in local steps, the runs that each claim needs, and what
// refutes it.

#include "core/experiment/measure_judges.h"
#include "core/experiment/parameter_builders.h"
#include "plugins/federated/momentum-fl/arms.h"
#include "plugins/federated/momentum-fl/experiment.h"

namespace convergence::momentum_fl {

namespace {

using namespace measures;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

// ---- Runs ----------------------------------------------------------------------------------

/// Exact gradients of all clients, to the end: γ = β/2.
Overrides toRest(Names arms, Numbers momentum, std::int64_t rounds) {
    return {{"arms", std::move(arms)},
            {"local_rate", Numbers{0.1}},
            {"momentum", std::move(momentum)},
            {"server_factor", 0.5},
            {"rounds", Numbers{static_cast<double>(rounds)}}};
}
Overrides noisy(Names arms, Numbers rounds, std::int64_t replicates) {
    return {{"arms", std::move(arms)},
            {"heterogeneity", 10.0},
            {"noise", 1.0},
            {"scaling", std::string("with_rounds")},
            {"rounds", std::move(rounds)},
            {"replicates", replicates}};
}
const Numbers fourTimes{100, 400, 1600, 6400};

Overrides softmax(Names arms) {
    return {{"problem", std::string("synthetic")}, {"arms", std::move(arms)}};
}
Overrides fewClients(Names arms, Numbers rates, std::int64_t replicates) {
    return with(softmax(std::move(arms)), {{"clients", whole(20)},
                                           {"sampled_clients", whole(4)},
                                           {"batch", whole(10)},
                                           {"momentum", Numbers{0.5}},
                                           {"local_rate", std::move(rates)},
                                           {"record_every", whole(10)},
                                           {"replicates", replicates}});
}

/// 4 of 20 clients with few classes each, at three rates.
Overrides pictures(Names arms, std::int64_t replicates) {
    return {{"problem", std::string("fashion")},
            {"model", std::string("small")},
            {"arms", std::move(arms)},
            {"train_samples", whole(5000)},
            {"dirichlet", 0.1},
            {"clients", whole(20)},
            {"sampled_clients", whole(4)},
            {"batch", whole(32)},
            {"momentum", Numbers{0.1}},
            {"local_rate", Numbers{0.05, 0.1, 0.2}},
            {"rounds", Numbers{100}},
            {"record_every", whole(5)},
            {"replicates", replicates}};
}

/// That arm takes the other's place, and runs besides.
Refutation inPlaceOf(const std::string& arm, const std::string& by, std::string description) {
    return {std::move(description), {}, {{arm, by}}};
}

// ---- What is measured ----------------------------------------------------------------------

/// How much smaller a method's number is than another's, as a logarithm.
Measure advantage(const char* method, const char* over, const char* column) {
    return log(of(over, final(column))) - log(of(method, final(column)));
}
Measure tunedAdvantage(const char* method, const char* over) {
    const Tuning best{.factor = "local_rate", .validation = "mean_gap", .metric = "mean_gap"};
    return log(tuned(over, best)) - log(tuned(method, best));
}
/// Percentage points of test accuracy, each at its best rate, chosen on validation pictures.
Measure pointsAhead(const char* method, const char* of_) {
    const Tuning best{
        .factor = "local_rate", .validation = "late_validation_error", .metric = "late_accuracy"};
    return 100.0 * (tuned(method, best) - tuned(of_, best));
}
/// Slope of the mean over replicates against R.
Measure slopeInRounds(const char* arm) {
    return slopeOf(arm, factor("rounds"), final("mean_gradient_square"));
}
/// Mean ‖∇f‖² over the rounds, over its value where FedAvg comes to rest. FedAvg's place is the
/// closed form: whatever runs, it is that of these clients.
Measure overFloor(const char* arm) {
    return where("rounds", fourTimes.back(),
                 meanOf(arm, final("mean_gradient_square")) /
                     meanOf("fedavg", final("floor_gradient_square")));
}

// ---- Claims --------------------------------------------------------------------------------

std::vector<Claim> restingPlaces() {
    return {
        {.id = "fedavg_floor",
         .statement = "FedAvg of all clients with exact gradients comes to rest at the closed form "
                      "x∞(η, K), whatever the server's step.",
         .threshold = AtMost{"‖x − x∞‖", 1e-10,
                             identity("Σ(I − (I − ηA_i)^K)(x∞ − b_i) = 0; margin for rounding")},
         .protocol = {{{"γ = ½", toRest({"fedavg"}, {1.0}, 2000)},
                       {"γ = ¼", with(toRest({"fedavg"}, {1.0}, 4000), {{"server_factor", 0.25}})}},
                      threeSeeds},
         .judge = EachTrial{.arms = {"fedavg"},
                            .numbers = {final("off_floor")},
                            .what = "Distance from the closed form"},
         .refutations = {{"one sample a step", {{"noise", 1.0}}, {}}}},
        {.id = "momentum_floor",
         .statement = "FedAvg-M goes through it: its gap at rest falls with the square of β.",
         .threshold = Within{"slope of the gap at rest in β", 2.0, 0.1,
                             theorem("it rests at x∞(βη, K), which is off by βη to first order; "
                                     "margin ours")},
         .also = {AtMost{"‖x − x∞(βη, K)‖", 1e-10,
                         identity("at rest g = 0 and a step is −βη∇f_i; margin for rounding")}},
         .protocol = {{{"β = ½ to 1/20",
                        toRest({"fedavg_m", "server_momentum"}, {0.5, 0.2, 0.1, 0.05}, 10000)}},
                      threeSeeds},
         .judge = EachRun{.numbers = {slopeOf("fedavg_m", factor("momentum"), final("final_gap")),
                                      largestOf("fedavg_m", final("off_floor"))},
                          .what = "Log–log slope of the gap at rest against β"},
         .refutations = {inPlaceOf("fedavg_m", "server_momentum",
                                   "the same momentum outside the local steps")}},
        {.id = "no_momentum",
         .statement = "With β = 1 FedAvg-M is FedAvg and SCAFFOLD-M is SCAFFOLD, bit for bit.",
         .threshold = AtMost{"difference of the gaps", 0.0, identity("the same operations")},
         .kind = ClaimKind::selfCheck,
         .protocol = {{{"β = 1",
                        {{"arms", Names{"fedavg", "fedavg_m", "fedavg_m_vr", "scaffold",
                                        "scaffold_m", "scaffold_m_vr"}},
                         {"momentum", Numbers{1.0}},
                         {"noise", 1.0},
                         {"full_start", true},
                         {"rounds", Numbers{50}}}}},
                      {}},
         .judge =
             EachRun{
                 .numbers = {greatest(
                     {abs(of("fedavg_m", final("final_gap")) - of("fedavg", final("final_gap"))),
                      abs(of("fedavg_m_vr", final("final_gap")) - of("fedavg", final("final_gap"))),
                      abs(of("scaffold_m", final("final_gap")) -
                          of("scaffold", final("final_gap"))),
                      abs(of("scaffold_m_vr", final("final_gap")) -
                          of("scaffold", final("final_gap")))})},
                 .what = "Largest difference of the gaps"},
         .refutations = {{"β = ½", {{"momentum", Numbers{0.5}}}, {}}}}};
}

std::vector<Claim> ratesInRounds() {
    const Protocol rates{
        {{"ζ = 10", noisy({"fedavg", "fedavg_m", "server_momentum"}, fourTimes, 4)}}, twelveSeeds};
    return {
        {.id = "root_rate",
         .statement =
             "With momentum in the local steps, at a constant local rate, mean ‖∇f‖² falls "
             "like 1/√R or faster, however different the clients.",
         .threshold =
             AtMost{"slope in R", -0.45, theorem("√(LΔσ²/NKR) + LΔ/R: −½ or steeper; margin ours")},
         .protocol = rates,
         .judge = EachRun{.numbers = {slopeInRounds("fedavg_m")},
                          .what = "Log–log slope of mean ‖∇f‖² against R",
                          .told = {" {place}: FedAvg {:.2f}.", {slopeInRounds("fedavg")}}},
         .refutations = {inPlaceOf("fedavg_m", "server_momentum",
                                   "the same momentum outside the local steps")}},
        {.id = "below_the_floor",
         .statement = "After 6,400 rounds FedAvg-M has been, on average, below the place where "
                      "FedAvg comes to rest; FedAvg has not.",
         .threshold = Below{"FedAvg-M's mean ‖∇f‖² over that of x∞(η, K)", 1.0,
                            theorem("FedAvg cannot go below: E‖∇f(x)‖² ≥ ‖∇f(Ex)‖², and Ex tends "
                                    "to x∞")},
         .also = {Above{"FedAvg's", 1.0, theorem("the same inequality")}},
         .hold = Hold::onAverage,
         .protocol = rates,
         .judge = EachRun{.numbers = {overFloor("fedavg_m"), overFloor("fedavg")},
                          .what = "Mean ‖∇f‖² of FedAvg-M at R = 6,400 over the closed form's"},
         .refutations = {inPlaceOf("fedavg_m", "server_momentum",
                                   "the same momentum outside the local steps"),
                         {"clients without conflict", {{"same_optimum", true}}, {}}}},
        {.id = "variance_reduction",
         .statement = "Slope of mean ‖∇f‖² in R of FedAvg-M-VR, whose bound has −2/3.",
         .threshold = Stated{"−2/3 in the bound", theorem("(LΔσ/NKR)^{2/3} + LΔ/R")},
         .kind = ClaimKind::observation,
         .protocol = {{{"ζ = 10", noisy({"fedavg_m_vr"}, fourTimes, 4)}}, threeSeeds},
         .judge = Observe{.number = slopeInRounds("fedavg_m_vr"),
                          .what = "Log–log slope of mean ‖∇f‖² against R"}},
        {.id = "shrinking_rate",
         .statement = "Slope of mean ‖∇f‖² in R of a FedAvg whose local rate shrinks like 1/√R: "
                      "that does it too. The point is that FedAvg-M need not shrink its rate.",
         .threshold = Stated{"−½ with momentum at a constant rate", theorem("√(LΔσ²/NKR) + LΔ/R")},
         .kind = ClaimKind::observation,
         .protocol = {{{"ζ = 10", noisy({"fedavg_shrunk"}, fourTimes, 4)}}, threeSeeds},
         .judge = Observe{.number = slopeInRounds("fedavg_shrunk"),
                          .what = "Log–log slope of mean ‖∇f‖² against R"}}};
}

std::vector<Claim> softmaxClaims() {
    const char* scaffoldM = "scaffold_m";
    return {
        {.id = "place_of_momentum",
         .statement = "On softmax regression with clients that differ, FedAvg-M ends closer to the "
                      "optimum than the same momentum at the server, and than FedAvg.",
         .threshold = DifferenceAbove{"ln gap of server momentum − ln gap of FedAvg-M", 0.0,
                                      ablation("momentum outside the local steps")},
         .also = {DifferenceAbove{"ln gap of FedAvg − ln gap of FedAvg-M", 0.0,
                                  baseline("FedAvg, same clients and start")}},
         .protocol = {{{"synthetic(1, 1)", softmax({"fedavg", "fedavg_m", "server_momentum"})}},
                      twelveSeeds},
         .judge =
             MeanOverRuns{.numbers = {advantage("fedavg_m", "server_momentum", "final_gap"),
                                      advantage("fedavg_m", "fedavg", "final_gap")},
                          .what = "ln of how many times closer FedAvg-M is than server momentum"},
         .refutations = {inPlaceOf("fedavg_m", "server_momentum",
                                   "the same momentum outside the local steps"),
                         {"alike clients", {{"same_clients", true}}, {}}}},
        {.id = "helps_scaffold",
         .statement = "With few clients a round momentum helps SCAFFOLD: each at its best local "
                      "rate, SCAFFOLD-M has the smaller gap over the run.",
         .threshold = DifferenceAbove{"ln mean gap without g − ln mean gap of SCAFFOLD-M", 0.0,
                                      ablation("the term (1 − β)g left out")},
         .also = {DifferenceAbove{"ln mean gap of SCAFFOLD − ln mean gap of SCAFFOLD-M", 0.0,
                                  baseline("SCAFFOLD, same clients, batches and grid of rates")}},
         .protocol = {{{"4 of 20", fewClients({"scaffold", scaffoldM, "scaffold_damped"},
                                              {0.03, 0.05, 0.07, 0.1, 0.2}, 12)}},
                      {0}},
         .judge = MeanOverRuns{.numbers = {tunedAdvantage(scaffoldM, "scaffold_damped"),
                                           tunedAdvantage(scaffoldM, "scaffold")},
                               .what = "ln of how many times smaller SCAFFOLD-M's mean gap is than "
                                       "without g",
                               .per = Per::replicate},
         .refutations = {inPlaceOf(scaffoldM, "scaffold_damped", "the term (1 − β)g left out")}},
        {.id = "same_rate",
         .statement =
             "At one local rate, 0.1, SCAFFOLD-M's late gap is smaller than SCAFFOLD's; but "
             "so is that without g, which is SCAFFOLD at half the rate.",
         .threshold = Stated{"above 0 would be momentum's", ablation("the term (1 − β)g left out")},
         .kind = ClaimKind::observation,
         .protocol = {{{"4 of 20",
                        fewClients({"scaffold", scaffoldM, "scaffold_damped"}, {0.1}, 12)}},
                      {0}},
         .judge = Observe{.number = advantage(scaffoldM, "scaffold_damped", "late_gap"),
                          .what = "ln of how many times smaller SCAFFOLD-M's late gap is than "
                                  "without g",
                          .told = {" {place}: {:.2f} than SCAFFOLD's.",
                                   {advantage(scaffoldM, "scaffold", "late_gap")}},
                          .per = Per::replicate}},
        {.id = "acceleration",
         .statement =
             "Exact gradients of one of 100 clients a round: SCAFFOLD's mean ‖∇f‖² against "
             "SCAFFOLD-M's, each at its best; the bounds differ by N^{2/3}/S against "
             "(N/S)^{2/3}.",
         .threshold = Stated{"above 0 in the bounds", theorem("second terms of the two bounds")},
         .kind = ClaimKind::observation,
         .protocol = {{{"1 of 100",
                        {{"arms", Names{"scaffold", scaffoldM}},
                         {"clients", whole(100)},
                         {"sampled_clients", whole(1)},
                         {"momentum", Numbers{0.5, 0.2}},
                         {"local_rate", Numbers{0.02, 0.05, 0.1}},
                         {"full_start", true},
                         {"rounds", Numbers{400}}}}},
                      threeSeeds},
         .judge = Observe{.number = log(smallestOf("scaffold", final("mean_gradient_square"))) -
                                    log(smallestOf(scaffoldM, final("mean_gradient_square"))),
                          .what = "ln of SCAFFOLD's mean ‖∇f‖² over SCAFFOLD-M's"}},
        {.id = "acceleration_vr",
         .statement = "The same of SCAFFOLD-M-VR, whose second term has N^{1/2}/S and which "
                      "evaluates two gradients a step.",
         .threshold = Stated{"above 0 in the bounds", theorem("second terms of the two bounds")},
         .kind = ClaimKind::observation,
         .protocol = {{{"1 of 100",
                        {{"arms", Names{"scaffold", "scaffold_m_vr"}},
                         {"clients", whole(100)},
                         {"sampled_clients", whole(1)},
                         {"momentum", Numbers{0.2, 0.1}},
                         {"local_rate", Numbers{0.02, 0.05, 0.1}},
                         {"full_start", true},
                         {"rounds", Numbers{400}}}}},
                      threeSeeds},
         .judge = Observe{.number = log(smallestOf("scaffold", final("mean_gradient_square"))) -
                                    log(smallestOf("scaffold_m_vr", final("mean_gradient_square"))),
                          .what = "ln of SCAFFOLD's mean ‖∇f‖² over SCAFFOLD-M-VR's"}}};
}

/// The practical side; the theorem is for all clients.
std::vector<Claim> pictureClaims() {
    const Protocol pictured{{{"4 of 20", pictures({"fedavg", "fedavg_m", "server_momentum"}, 6)}},
                            {0}};
    return {{.id = "pictures",
             .statement = "On Fashion-MNIST with 4 of 20 clients a round: points of test accuracy "
                          "by which FedAvg-M is ahead of FedAvg, each at the rate that does best "
                          "on validation pictures.",
             .threshold = Stated{"above 0 in the paper", paper("CIFAR-10, all clients")},
             .kind = ClaimKind::observation,
             .protocol = pictured,
             .judge = Observe{.number = pointsAhead("fedavg_m", "fedavg"),
                              .what = "Points of FedAvg-M above FedAvg",
                              .told = {" {place}: {:.2f} above server momentum.",
                                       {pointsAhead("fedavg_m", "server_momentum")}},
                              .per = Per::replicate}}};
}

} // namespace

std::vector<Claim> claims() {
    return joined({restingPlaces(), ratesInRounds(), softmaxClaims(), pictureClaims()});
}

} // namespace convergence::momentum_fl
