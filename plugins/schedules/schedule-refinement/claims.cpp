// What the paper claims about linear decay and refinement, and how each claim is measured and
// refuted.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/math/statistics.h"
#include "plugins/schedules/schedule-refinement/arms.h"
#include "plugins/schedules/schedule-refinement/experiment.h"
#include "plugins/schedules/schedule-refinement/judges.h"

namespace convergence::schedule_refinement {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

Numbers firstSeeds(std::size_t count) {
    Numbers seeds(count);
    std::iota(seeds.begin(), seeds.end(), 0.0);
    return seeds;
}

Overrides profile(std::int64_t steps, Names schedules) {
    return {{"task", std::string("profile")},
            {"norm_profile", std::string("flat")},
            {"steps", steps},
            {"schedules", std::move(schedules)},
            {"record_every", std::int64_t{1}}};
}

Overrides training(const char* task, const char* optimizer, Names schedules, Numbers seeds) {
    // The grids reach beyond the best rates of all schedules.
    return {{"task", std::string(task)},
            {"optimizer", std::string(optimizer)},
            {"softmax_learning_rates", Numbers{0.03, 0.1, 0.3, 1, 2, 4, 8}},
            {"adam_learning_rates", Numbers{0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1}},
            {"schedules", std::move(schedules)},
            {"seeds", std::move(seeds)}};
}

std::vector<Claim> trainingClaims() {
    const auto instead = [](const std::string& arm, const std::string& by) {
        return Refutation{
            fmt::format("the schedule '{}' in the place of '{}'", by, arm), {}, {{arm, by}}};
    };
    Protocol pays;
    for (const NoiseChoice& noise : noiseChoices) {
        if (!noise.level)
            continue;
        Overrides overrides =
            training("noisy_stream", "sgd", {"linear", "refined"}, firstSeeds(10));
        overrides.insert_or_assign("noise_profile", std::string(noise.id));
        // Wide enough that linear decay, too, has its best rate inside.
        overrides.insert_or_assign(
            "stream_learning_rates",
            Numbers{0.00125, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64});
        pays.runs.push_back({std::string(noise.id), std::move(overrides)});
    }
    Names six = {"linear"};
    six.insert(six.end(), classicalRivals.begin(), classicalRivals.end());
    Names seven = six;
    seven.push_back("refined");
    const Protocol sgd{{{"softmax, SGD", training("softmax", "sgd", seven, firstSeeds(5))}}, {}};
    const Protocol adam{{{"softmax, Adam", training("softmax", "adam", seven, firstSeeds(5))}}, {}};
    Overrides network =
        training("network", "momentum", {"linear", "refined", "constant"}, firstSeeds(10));
    network.insert_or_assign("norm_rate", 0.2);
    const Protocol networkRuns{{{"network", network}}, {}};
    const Protocol all{{sgd.runs.front(), adam.runs.front(), networkRuns.runs.front()}, {}};

    return {
        {.id = "refinement_pays",
         .statement =
             "When gradient norms vary over the run, a refined schedule at least halves the "
             "gap of linear decay; when they are constant it changes nothing.",
         .threshold = AtMost{"gap of refined over linear", 0.5,
                             ours("half the gap is a gain that one would notice")},
         .also = {Between{"the same with flat noise", 0.9, 1.1,
                          theorem("constant norms give linear decay again; margin ours")}},
         .protocol = pays,
         .judge = judgeRefinementPays,
         .refutations = {instead("refined", "linear"),
                         {"flat noise in all runs", {{"noise_profile", std::string("flat")}}, {}}}},
        {.id = "linear_is_best_classical",
         .statement = "Of the classical schedules, linear decay reaches the lowest loss (softmax "
                      "regression, SGD).",
         .threshold = DifferenceAbove{"every other schedule − linear", 0.0,
                                      baseline("the classical schedules")},
         .protocol = sgd,
         .judge = judgeLinearBest,
         .refutations = {instead("linear", "constant"), instead("linear", "step")},
         .live = true},
        {.id = "linear_with_adam",
         .statement = "With Adam too, only cosine comes near linear decay.",
         .threshold = AtLeast{"other schedules − linear", 0.01, ours("beyond the spread of seeds")},
         .also = {AtLeast{"cosine − linear", -0.001, ours("a tie within a thousandth")}},
         .protocol = adam,
         .judge = judgeAdam,
         .refutations = {instead("linear", "constant"), instead("linear", "inverse_time")}},
        {.id = "warm_up_appears",
         .statement = "A warm-up appears in the refined schedule without being asked for.",
         .threshold = Between{"mean place of the peak", 0.05, 0.45, ours("what we call a warm-up")},
         .also = {Below{"mean first value", 0.5, ours("what we call a start from small rates")}},
         .protocol = all,
         .judge = judgeWarmUp,
         .refutations = {instead("refined", "linear")}},
        {.id = "network_training_loss",
         .statement =
             "On the network the refined schedule reaches a lower training loss than linear "
             "decay.",
         .threshold = DifferenceAbove{"linear − refined", 0.0, baseline("linear decay")},
         .protocol = networkRuns,
         .judge = judgeNetworkLoss,
         .refutations = {instead("refined", "constant")}},
        {.id = "adam_is_a_tie",
         .statement = "On softmax regression with Adam, refined and linear are within 2 %.",
         .threshold =
             Within{"final loss of refined over linear", 1.0, 0.02, ours("what we call a tie")},
         .protocol = adam,
         .judge = judgeTie,
         .refutations = {instead("refined", "constant")}},
        {.id = "no_gain_on_softmax",
         .statement = "On softmax regression with SGD, refined against linear.",
         .threshold = Stated{"no gain", {}},
         .kind = ClaimKind::observation,
         .protocol = sgd,
         .judge = observeNoGain,
         .live = true}};
}

} // namespace

std::vector<Claim> claims() {
    const Names shapes = {"linear", "cosine",     "inverse_time", "inverse_sqrt",
                          "step",   "polynomial", "constant",     "refined"};
    Protocol bounds;
    for (const std::int64_t steps : {1000, 100}) {
        bounds.runs.push_back({fmt::format("T = {}", steps), profile(steps, shapes)});
        Overrides root = profile(steps, {"linear", "polynomial", "refined"});
        root.insert_or_assign("polynomial_exponent", 0.5);
        bounds.runs.push_back({fmt::format("T = {}, e = ½", steps), std::move(root)});
    }
    const Refutation varying{
        "norms that vary: large at first", {{"norm_profile", std::string("peak")}}, {}};
    std::vector<Claim> all = {
        {.id = "linear_is_optimal",
         .statement =
             "With constant gradient norms the closed form is linear decay, and no classical "
             "schedule has a smaller bound.",
         .threshold = AtMost{"distance of the closed form from linear decay", 1e-12,
                             identity("w constant gives (T − t)/(T − 1); margin for rounding")},
         .also = {Stated{
             "bound B smallest for linear decay, each to 0.5 % of an independent computation",
             ours("the margin is for the digits of that computation")}},
         .kind = ClaimKind::selfCheck,
         .protocol = bounds,
         .judge = judgeLinearOptimal,
         .refutations = {varying}},
        {.id = "numeric_minimizer",
         .statement = "Minimizing bound B over all step sizes gives linear decay again, up to the "
                      "last steps.",
         .threshold =
             Within{"B·√T", 2.0040, 0.002, ours("the value of an independent computation")},
         .also = {AtMost{"distance from linear decay", 0.06,
                         ours("the last steps differ; the margin is ours")}},
         .kind = ClaimKind::selfCheck,
         .protocol = {{{"T = 200", profile(200, {"numeric", "cosine"})}}, {}},
         .judge = judgeNumeric,
         .refutations = {varying,
                         {"cosine in the place of the minimizer", {}, {{"numeric", "cosine"}}}}}};
    for (Claim& claim : trainingClaims())
        all.push_back(std::move(claim));
    return all;
}

} // namespace convergence::schedule_refinement
