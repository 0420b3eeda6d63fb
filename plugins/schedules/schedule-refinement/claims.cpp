// What the paper claims about linear decay and refinement, and how each claim is measured and
// refuted.

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include <fmt/format.h>

#include "core/experiment/measure_judges.h"
#include "core/math/gradient_check.h"
#include "plugins/schedules/schedule-refinement/arms.h"
#include "plugins/schedules/schedule-refinement/experiment.h"

namespace convergence::schedule_refinement {

namespace {

using namespace measures;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

/// Schedules that linear decay is compared with, first the one that comes nearest.
const Names classicalRivals = {"cosine", "inverse_time", "step", "inverse_sqrt", "constant"};

// ---- What is measured ----------------------------------------------------------------------

/// Of a seed: an arm's final training loss at its best base rate.
Measure loss(const std::string& arm) {
    return tuned(arm, {.factor = "learning_rate",
                       .validation = "final_loss",
                       .metric = "final_loss",
                       .over = Tuning::Over::each});
}
Measure excess(const std::string& arm) {
    return loss(arm) - loss("linear");
}
Measure refinedOverLinear() {
    return loss("refined") / loss("linear");
}

/// B·√T of an arm.
Measure boundOf(const std::string& arm) {
    return sqrt(parameter("steps")) * of(arm, final("bound_b"));
}
/// Largest distance of an arm's schedule from (T − t)/(T − 1), from its trace of every step.
Measure distanceFromLinear(const std::string& arm) {
    return of(arm, Measure([](const Place& place) -> Number {
                  if (!ended(place.run, *place.trial))
                      return std::nullopt;
                  Numbers schedule = place.run.recording->trace(*place.trial).column("multiplier");
                  schedule.erase(schedule.begin()); // before the first step there is none
                  const auto T = static_cast<double>(schedule.size());
                  const double largest = *std::max_element(schedule.begin(), schedule.end());
                  double worst = 0.0;
                  for (std::size_t t = 1; t <= schedule.size(); ++t)
                      worst =
                          largerError(worst, std::abs(schedule[t - 1] / largest -
                                                      (T - static_cast<double>(t)) / (T - 1.0)));
                  return worst;
              }));
}

/// Least bound B times √T for constant norms, of an independent implementation.
struct Figure {
    const char* run;
    const char* arm;
    double value;
};
constexpr Figure figures[] = {{"T = 1000", "linear", 2.006},
                              {"T = 1000", "cosine", 2.063},
                              {"T = 1000, e = ½", "polynomial", 2.121},
                              {"T = 1000", "polynomial", 2.124},
                              {"T = 1000", "inverse_time", 2.353},
                              {"T = 1000", "inverse_sqrt", 2.570},
                              {"T = 1000", "step", 2.795},
                              {"T = 1000", "constant", 2.913},
                              {"T = 100", "linear", 2.036},
                              {"T = 100", "cosine", 2.091},
                              {"T = 100, e = ½", "polynomial", 2.111},
                              {"T = 100", "polynomial", 2.149},
                              {"T = 100", "inverse_time", 2.172},
                              {"T = 100", "inverse_sqrt", 2.253},
                              {"T = 100", "step", 2.873},
                              {"T = 100", "constant", 2.485}};

constexpr const char* boundRuns[] = {"T = 1000", "T = 1000, e = ½", "T = 100", "T = 100, e = ½"};

Measure largestDistance() {
    std::vector<Measure> all;
    for (const char* run : boundRuns)
        all.push_back(inRun(run, distanceFromLinear("refined")));
    return greatest(std::move(all));
}
Measure farthestFromFigures() {
    std::vector<Measure> all;
    for (const Figure& figure : figures)
        all.push_back(abs(inRun(figure.run, boundOf(figure.arm)) / figure.value - 1.0));
    return greatest(std::move(all));
}
Measure leastOverLinear() {
    std::vector<Measure> all;
    for (const Figure& figure : figures)
        all.push_back(inRun(figure.run, boundOf(figure.arm) - boundOf("linear")));
    return least(std::move(all));
}

/// For the claims that are also judged on a person's own run.
bool isSoftmaxWithSgd(const EvidenceRun& run) {
    return traitsOf(taskChoices, run.values->text("task")).task == Task::softmax &&
           traitsOf(optimizerChoices, run.values->text("optimizer")).isPlain &&
           run.values->text("norms").empty();
}
Judge onSoftmaxWithSgd(Judge judge) {
    return about(isSoftmaxWithSgd, "The claim is about softmax regression with SGD.",
                 std::move(judge));
}

// ---- Protocols -----------------------------------------------------------------------------

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
    std::vector<EachPart::Part> profiles;
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
        profiles.push_back({std::string(noise.id), refinedOverLinear(), noise.varies ? 0U : 1U,
                            std::string(noise.id)});
    }
    std::vector<Threshold> rivals;
    std::vector<Measure> excesses = {excess(classicalRivals.front())};
    for (const std::string& rival : std::span(classicalRivals).subspan(1)) {
        rivals.push_back(DifferenceAbove{rival + " − linear", 0.0, baseline("the same schedule")});
        excesses.push_back(excess(rival));
    }
    Names six = {"linear"};
    six.insert(six.end(), classicalRivals.begin(), classicalRivals.end());
    Names seven = six;
    seven.push_back("refined");
    const Protocol sgd{{{"softmax, SGD", training("softmax", "sgd", seven, firstSeeds(5))}}, {}};
    const Protocol adam{{{"softmax, Adam", training("softmax", "adam", seven, firstSeeds(10))}},
                        {}};
    Overrides network =
        training("network", "momentum", {"linear", "refined", "constant"}, firstSeeds(10));
    network.insert_or_assign("norm_rate", 0.2);
    const Protocol networkRuns{{{"network", network}}, {}};
    const Protocol all{{sgd.runs.front(), adam.runs.front(), networkRuns.runs.front()}, {}};

    return {
        {.id = "refinement_pays",
         .statement =
             "When gradient norms vary over the run, a refined schedule at least halves the "
             "gap of linear decay, on average; when they are constant it changes nothing.",
         .threshold = AtMost{"gap of refined over linear", 0.5,
                             ours("half the gap is a gain that one would notice")},
         .also = {Between{"the same with flat noise", 0.9, 1.1,
                          theorem("constant norms give linear decay again; margin ours")}},
         .hold = Hold::onAverage,
         .protocol = pays,
         .judge = EachPart{.parts = profiles,
                           .what = "Gap of refined over linear",
                           .per = Per::replicate,
                           .missing = Missing::undecided},
         .refutations = {instead("refined", "linear"),
                         {"flat noise in all runs", {{"noise_profile", std::string("flat")}}, {}}}},
        {.id = "linear_is_best_classical",
         .statement = "Of the classical schedules, linear decay reaches the lowest loss (softmax "
                      "regression, SGD).",
         .threshold = DifferenceAbove{"cosine − linear", 0.0, baseline("cosine")},
         .also = rivals,
         .protocol = sgd,
         .judge = onSoftmaxWithSgd(
             MeanOverRuns{.numbers = excesses,
                          .what = "Final training loss at the best base rate, cosine less linear",
                          .per = Per::replicate}),
         .refutations = {instead("linear", "constant"), instead("linear", "step")},
         .live = true},
        {.id = "linear_with_adam",
         .statement = "With Adam too, only cosine comes near linear decay.",
         .threshold = AtLeast{"cosine − linear", -0.001, ours("a tie within a thousandth")},
         .also = rivals,
         .protocol = adam,
         .judge =
             MeanOverRuns{.numbers = excesses,
                          .what = "Final training loss with Adam at the best base rate, cosine "
                                  "less linear",
                          .per = Per::replicate},
         .refutations = {instead("linear", "constant"), instead("linear", "inverse_time")}},
        {.id = "warm_up_appears",
         .statement = "A warm-up appears in the refined schedule without being asked for.",
         .threshold =
             Above{"mean place of the peak", 0.0, ours("without a warm-up the peak is the start")},
         .also = {Below{"mean first value", 0.75, ours("a start well below the peak")}},
         .protocol = all,
         .judge =
             EachRun{.numbers = {meanOf("refined", final("schedule_peak_at")),
                                 meanOf("refined", final("schedule_first"))},
                     .what = "Place of the peak of the refined schedule",
                     .told = {" {place}: first value {:.3f} ({:.3f} to {:.3f}), peak at {:.2f} "
                              "({:.2f} to {:.2f}).",
                              {meanOf("refined", final("schedule_first")),
                               smallestOf("refined", final("schedule_first")),
                               largestOf("refined", final("schedule_first")),
                               meanOf("refined", final("schedule_peak_at")),
                               smallestOf("refined", final("schedule_peak_at")),
                               largestOf("refined", final("schedule_peak_at"))}},
                     .missing = Missing::undecided},
         .refutations = {instead("refined", "linear")}},
        {.id = "network_training_loss",
         .statement =
             "On the network the refined schedule reaches a lower training loss than linear "
             "decay.",
         .threshold = DifferenceAbove{"linear − refined", 0.0, baseline("linear decay")},
         .protocol = networkRuns,
         .judge = MeanOverRuns{.numbers = {loss("linear") - loss("refined")},
                               .what = "Final training loss, linear less refined (test error shows "
                                       "no order)",
                               .told = {" {place}: {:.4f} and {:.4f}.",
                                        {loss("linear"), loss("refined")}},
                               .per = Per::replicate},
         .refutations = {instead("refined", "constant")}},
        {.id = "adam_is_a_tie",
         .statement = "On softmax regression with Adam, refined and linear are within 2 %.",
         .threshold =
             Within{"final loss of refined over linear", 1.0, 0.02, ours("what we call a tie")},
         .protocol = adam,
         .judge = EachRun{.numbers = {refinedOverLinear()},
                          .what = "Final loss of refined over linear",
                          .per = Per::replicate},
         .refutations = {instead("refined", "constant")}},
        {.id = "no_gain_on_softmax",
         .statement = "On softmax regression with SGD, refined against linear.",
         .threshold = Stated{"no gain", {}},
         .kind = ClaimKind::observation,
         .protocol = sgd,
         .judge = onSoftmaxWithSgd(
             Observe{.number = refinedOverLinear(),
                     .what = "Final loss of refined over linear, both at their best base rate; "
                             "below 1 refinement gains",
                     .told = {" {place}: {:.4f}.", {refinedOverLinear()}},
                     .per = Per::replicate}),
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
         .also = {AtMost{"farthest value of B·√T from its figure, relatively", 0.005,
                         ours("the digits of an independent computation")},
                  AtLeast{"least bound B·√T of a schedule less that of linear decay", 0.0,
                          theorem("linear decay minimizes bound B")}},
         .kind = ClaimKind::selfCheck,
         .protocol = bounds,
         .judge = EachRun{.numbers = {largestDistance(), farthestFromFigures(), leastOverLinear()},
                          .what = "Largest distance of the refined schedule from (T − t)/(T − 1)",
                          .told = {" The farthest value of B·√T is {:.3g} of its figure away.",
                                   {farthestFromFigures()}},
                          .label = boundRuns[0]},
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
         .judge = EachRun{.numbers = {boundOf("numeric"), distanceFromLinear("numeric")},
                          .what = "B·√T of the minimizer",
                          .told = {" Over {} step sizes it reaches {:.4f} and differs from "
                                   "(T − t)/(T − 1) by at most {:.4f}.",
                                   {parameter("steps"), boundOf("numeric"),
                                    distanceFromLinear("numeric")}}},
         .refutations = {varying,
                         {"cosine in the place of the minimizer", {}, {{"numeric", "cosine"}}}}}};
    for (Claim& claim : trainingClaims())
        all.push_back(std::move(claim));
    return all;
}

} // namespace convergence::schedule_refinement
