// What the paper claims about large steps, the runs that each claim needs, and what refutes it.

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/experiment/measure_judges.h"
#include "core/experiment/not_applicable.h"
#include "core/experiment/parameter_builders.h"
#include "plugins/stochastic/large-step-logistic/arms.h"
#include "plugins/stochastic/large-step-logistic/experiment.h"

namespace convergence::large_step {

namespace {

using namespace measures;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

constexpr double never = std::numeric_limits<double>::infinity();

// ---- Where it is measured ------------------------------------------------------------------

/// The protocol's runs have labels. A run of the person's own has none, and is judged where it is
/// about the same thing and its step size did not change on the way.
RunFilter protocolsOrOwn(std::function<bool(const ParameterValues&)> isAlike) {
    return [isAlike = std::move(isAlike)](const EvidenceRun& run) {
        if (!run.label.empty())
            return true;
        for (std::size_t trial = 0; trial < run.recording->plans().size(); ++trial)
            if (finalOf(run, trial, "mixed") == 1.0)
                return false;
        return isAlike(*run.values);
    };
}
bool isAbout(const ParameterValues& values, Dataset dataset) {
    return traitsOf(datasetChoices, values.text("dataset")).dataset == dataset;
}
/// T-shirts against trousers: other pairs differ, or cannot be separated.
bool isTheImages(const ParameterValues& values) {
    return isAbout(values, Dataset::images) && values.integer("class_positive") == 0 &&
           values.integer("class_negative") == 1;
}
double largestStep(const ParameterValues& values) {
    return std::ranges::max(values.numbers("step_size"));
}
double smallestStep(const ParameterValues& values) {
    return std::ranges::min(values.numbers("step_size"));
}
bool isTheWorstCase(const EvidenceRun& run) {
    return run.values->integer("sample_count") == 1000 && protocolsOrOwn([](const auto& values) {
               return isAbout(values, Dataset::worstCase);
           })(run);
}
bool takesFirst(const EvidenceRun& run) {
    return traitsOf(perceptronRules, run.values->text("perceptron_rule")).takesFirst;
}

// ---- What is measured ----------------------------------------------------------------------

/// Iterations to separate; infinite where the data never were.
Measure count() {
    return orOnceEnded(final("separated_at"), never);
}

/// The paper's table for n = 1000, and where it has none the counts of an independent computation
/// in numpy.
std::vector<EachPart::Part> publishedCounts() {
    struct Published {
        const char* arm;
        double gamma, count; ///< γ = 0 for methods without one
    };
    constexpr Published all[] = {{"lr_gd", 1, 7313},           {"lr_gd", 10, 729},
                                 {"lr_gd", 100, 308},          {"lr_gd", 1000, 301},
                                 {"normalized_gd", 0.1, 157},  {"normalized_gd", 1, 16},
                                 {"normalized_gd", 10, 2},     {"normalized_gd", 100, 2},
                                 {"batch_perceptron", 0, 301}, {"normalized_perceptron", 0, 2},
                                 {"perceptron", 0, 2}};
    std::vector<EachPart::Part> parts;
    for (const auto& [arm, gamma, published] : all) {
        const Measure counted = of(arm, count());
        Measure off = (gamma == 0.0 ? counted : where("gamma", gamma, counted)) - published;
        // One misclassified sample at a time: the count is known where the first is taken.
        const bool isOneByOne =
            traitsOf(separationArms, arm).method == SeparationMethod::perceptron;
        parts.push_back({fmt::format("{}, γ = {:g}", arm, gamma),
                         isOneByOne ? given(takesFirst, std::move(off)) : std::move(off)});
    }
    return parts;
}

/// Iterations of a trial over the bound of the method that the claim names, whatever ran in its
/// place, from the measured n, R and μ. Nothing while it may still keep its bound.
Measure overBound(const std::string& arm) {
    const SeparationMethod method = traitsOf(separationArms, arm).method;
    return Measure([method](const Place& place) -> Number {
        const auto finalNumber = [&](const char* column) {
            return finalOf(place.run, *place.trial, column);
        };
        const auto& factors = place.run.recording->plans()[*place.trial].factors;
        const auto gamma = factors.find("gamma");
        const double bound = updateBound(
            method, {.samples = static_cast<double>(place.run.values->integer("sample_count")),
                     .radius = finalNumber("radius"),
                     .margin = finalNumber("margin"),
                     .stepSize = gamma == factors.end() ? 0.0 : gamma->second});
        const double separated = finalNumber("separated_at");
        const auto made = static_cast<double>(place.run.recording->iterations(*place.trial));
        if (std::isnan(bound) || (!applies(separated) && made <= bound))
            return std::nullopt;
        return (applies(separated) ? separated : made) / bound;
    });
}
std::vector<EachPart::Part> countsOverBounds() {
    std::vector<EachPart::Part> parts = {
        {"normalized_gd, small γ",
         atSmallest("gamma", "normalized_gd", overBound("normalized_gd"))},
        {"normalized_gd, large γ",
         atLargest("gamma", "normalized_gd", overBound("normalized_gd"))}};
    for (const char* arm : {"batch_perceptron", "normalized_perceptron", "perceptron"})
        parts.push_back({arm, of(arm, overBound(arm))});
    return parts;
}

/// Of LR+GD at γ = 100, after some steps; NaN where it was through before.
Measure afterStep(double step, const char* column) {
    return where("gamma", 100,
                 of("lr_gd", orOnceEnded(atIteration(step, column),
                                         std::numeric_limits<double>::quiet_NaN())));
}

/// Of LR+GD, at the smallest and the largest step.
Measure atSmall(Measure ofTrial) {
    return atSmallest("gamma", "lr_gd", std::move(ofTrial));
}
Measure atLarge(Measure ofTrial) {
    return atLargest("gamma", "lr_gd", std::move(ofTrial));
}

/// Largest ‖θ_t/γ − θ̂_t‖/‖θ̂_t‖ over t = 1 … 60 at a step size, in decades and not below rounding.
Measure distanceInDecades(double gamma) {
    return apply(
        [](double x) { return std::log10(x); },
        greatest({where("gamma", gamma, of("lr_gd", final("largest_reduction_distance"))), 1e-16}));
}

// ---- Protocols -----------------------------------------------------------------------------

constexpr const char* speedOrigin = "the paper shows fewer iterations; the factor is ours";
constexpr const char* lossOrigin = "the paper shows a higher loss; the factor is ours";

Overrides images(Names arms, Numbers gammas, Overrides further = {}) {
    further.insert({{"arms", std::move(arms)},
                    {"step_size", std::move(gammas)},
                    {"margin", false},
                    {"reduction", false}});
    return further;
}

Overrides worstCase(Names arms, std::int64_t n, Overrides further = {}) {
    further.insert({{"dataset", std::string("worst_case")},
                    {"arms", std::move(arms)},
                    {"sample_count", n},
                    {"perceptron_rule", std::string("first")},
                    {"max_iterations", whole(10000)},
                    {"reduction", false}});
    return further;
}

std::vector<Claim> deterministicClaims() {
    const Names all = {"lr_gd", "normalized_gd", "batch_perceptron", "normalized_perceptron",
                       "perceptron"};
    Protocol growth;
    for (const std::int64_t n : {100, 300, 1000, 3000})
        growth.runs.push_back({fmt::format("n = {}", n),
                               worstCase({"batch_perceptron", "normalized_perceptron"}, n)});
    return {
        {.id = "worst_case_table",
         .statement = "The paper's table for its worst case: counts match exactly.",
         .threshold = Within{"every count less the published one", 0.0, 0.0,
                             paper("table of the worst case at n = 1000; counts that it does not "
                                   "have by an independent computation")},
         .protocol = {{{"n = 1000",
                        worstCase(all, 1000, {{"step_size", Numbers{0.1, 1, 10, 100, 1000}}})}},
                      {}},
         .judge = EachPart{.parts = publishedCounts(),
                           .what = "Iterations to separate less the published count",
                           .told = {" {place}: {:+g}.", {0.0}},
                           .where = isTheWorstCase},
         .refutations = {{"plain LR+GD in the place of the normalized method",
                          {},
                          {{"normalized_gd", "lr_gd"}}},
                         {"the normalized method in the place of LR+GD",
                          {},
                          {{"lr_gd", "normalized_gd"}}}},
         .live = true},
        {.id = "linear_in_n",
         .statement = "The factor n is real: on the worst case the batch perceptron needs a number "
                      "of steps proportional to n.",
         .threshold = Within{"slope of the iterations in n", 1.0, 0.05,
                             theorem("Theorem 5.1: proportional to n; margin ours")},
         .protocol = growth,
         .judge =
             EachRun{.numbers = {slopeOf("batch_perceptron", parameter("sample_count"), count())},
                     .what = "Log–log slope of the iterations against n",
                     .per = Per::pool},
         .refutations = {{"the normalized batch perceptron in its place",
                          {},
                          {{"batch_perceptron", "normalized_perceptron"}}}}},
        {.id = "two_points",
         .statement = "The loss can rise without bound on the way to a solution.",
         .threshold = Within{"f(θ₁) at γ = 100", 12.5, 1e-9,
                             identity("½ log(1 + e^{γ/4}) + ½ log(1 + e^{−7γ/2})")},
         .also = {Below{"f(θ₂)", 1e-9, theorem("Theorem 4.1")},
                  Above{"smallest margin at θ₂", 0.0, theorem("Theorem 4.1: θ₂ solves it")}},
         .protocol = {{{"two points",
                        {{"dataset", std::string("two_points")},
                         {"arms", Names{"lr_gd", "normalized_gd"}},
                         {"step_size", Numbers{100}}}}},
                      {}},
         .judge = EachRun{.numbers = {afterStep(1, "loss"), afterStep(2, "loss"),
                                      afterStep(2, "smallest_margin")},
                          .what = "Loss after one step at γ = 100",
                          .where = protocolsOrOwn([](const auto& values) {
                              return isAbout(values, Dataset::twoPoints);
                          })},
         .refutations = {{"the normalized method in its place", {}, {{"lr_gd", "normalized_gd"}}}},
         .live = true},
        {.id = "bounds",
         .statement = "No count exceeds its bound, with the measured margin and radius.",
         .threshold = AtMost{"iterations over their bound", 1.0,
                             theorem("nR²/μ², R²/μ², and R²/μ² + 2 log(2n − 1)/(γμ²)")},
         .protocol = {{{"worst case", worstCase({"normalized_gd", "batch_perceptron",
                                                 "normalized_perceptron", "perceptron"},
                                                1000, {{"step_size", Numbers{1, 100}}})},
                       {"images",
                        {{"arms", Names{"normalized_gd", "batch_perceptron",
                                        "normalized_perceptron", "perceptron"}},
                         {"step_size", Numbers{1, 100}},
                         {"reduction", false}}}},
                      {0, 1, 2}},
         .judge = EachPart{.parts = countsOverBounds(), .what = "Iterations over their bound"},
         .refutations = {{"the batch perceptron in the place of the normalized one",
                          {},
                          {{"normalized_perceptron", "batch_perceptron"}}}},
         .live = true}};
}

std::vector<Claim> imageClaims() {
    return {
        {.id = "reduction",
         .statement = "As γ → ∞, θ_t/γ of LR+GD becomes the batch perceptron.",
         .threshold = AtMost{"decades of the distance from γ = 100 to γ = 1e6", -1.0,
                             theorem("the distance vanishes as γ → ∞; a decade is ours")},
         .protocol = {{{"images",
                        {{"arms", Names{"lr_gd"}},
                         {"step_size", Numbers{1, 10, 100, 1e3, 1e4, 1e6}},
                         {"max_iterations", whole(60)},
                         {"margin", false}}}},
                      twelveSeeds},
         .judge = MeanOverRuns{.numbers = {distanceInDecades(1e6) - distanceInDecades(100)},
                               .what = "log₁₀ of the largest ‖θ_t/γ − θ̂_t‖/‖θ̂_t‖ over t = 1 … 60, "
                                       "γ = 1e6 less γ = 100",
                               .told = {" {place}: {:.1f}, {:.1f} and {:.1f} at γ = 100, 1e4, 1e6.",
                                        {distanceInDecades(100), distanceInDecades(1e4),
                                         distanceInDecades(1e6)}}},
         .refutations = {{"a full first step of the batch perceptron",
                          {{"first_step", std::string("full")}},
                          {}}}},
        {.id = "more_loss_fewer_steps",
         .statement = "A larger step has a higher loss and separates sooner.",
         .threshold = AtLeast{"iterations at γ = 1 over those at γ = 100", 1.5, ours(speedOrigin)},
         .also = {AtLeast{"largest loss, the other way round", 30.0, ours(lossOrigin)},
                  AtLeast{"median loss", 10.0, ours(lossOrigin)}},
         .protocol = {{{"images", images({"lr_gd"}, {1, 100})}}, twelveSeeds},
         .judge =
             MeanOverRuns{
                 .numbers = {atSmall(count()) / atLarge(count()),
                             atLarge(final("largest_loss")) / atSmall(final("largest_loss")),
                             atLarge(final("median_loss")) / atSmall(final("median_loss"))},
                 .what = "Iterations at γ = 1 over those at γ = 100",
                 .told = {" {place}: {} against {} iterations.",
                          {atSmall(count()), atLarge(count())}}},
         .refutations = {{"γ = 1.5 in the place of 100", {{"step_size", Numbers{1, 1.5}}}, {}}}},
        {.id = "large_step_is_perceptron",
         .statement =
             "At γ = 10,000 LR+GD takes as long as the batch perceptron, on average over images.",
         .threshold = Within{"iterations over the batch perceptron's", 1.0, 0.05,
                             theorem("θ/γ tends to the batch perceptron as γ → ∞; margin ours")},
         .hold = Hold::onAverage,
         .protocol = {{{"images", images({"lr_gd", "batch_perceptron"}, {1e4})}}, twentySeeds},
         .judge = EachRun{.numbers = {atLarge(count()) / of("batch_perceptron", count())},
                          .what = "Iterations of LR+GD at γ = 10,000 over the batch perceptron's",
                          .told = {" {place}: {} over {}.",
                                   {atLarge(count()), of("batch_perceptron", count())}},
                          .where = protocolsOrOwn([](const auto& values) {
                              return isTheImages(values) && largestStep(values) == 1e4;
                          })},
         .refutations = {{"γ = 1 in the place of 10,000", {{"step_size", Numbers{1}}}, {}}},
         .live = true},
        {.id = "imbalance",
         .statement = "On imbalanced data the normalized method needs fewer iterations, on average "
                      "over images.",
         .threshold = Below{"iterations of the normalized over the plain method", 1.0,
                            baseline("plain LR+GD with its largest step, on the same images")},
         .hold = Hold::onAverage,
         .protocol = {{{"share 0.02", images({"lr_gd", "normalized_gd"}, {1, 100},
                                             {{"positive_fraction", 0.02}})},
                       {"share 0.05", images({"lr_gd", "normalized_gd"}, {1, 100},
                                             {{"positive_fraction", 0.05}})}},
                      twentySeeds},
         .judge =
             EachRun{.numbers = {atSmallest("gamma", "normalized_gd", count()) / atLarge(count())},
                     .what = "Iterations of normalized LR+GD at γ = 1 over those of LR+GD at "
                             "γ = 100",
                     .told = {" {place}: {} over {}.",
                              {atSmallest("gamma", "normalized_gd", count()), atLarge(count())}},
                     .where = protocolsOrOwn([](const auto& values) {
                         return isTheImages(values) && largestStep(values) == 100.0 &&
                                smallestStep(values) == 1.0 &&
                                values.real("positive_fraction") <= 0.05;
                     })},
         .refutations = {{"plain and normalized methods exchanged",
                          {},
                          {{"lr_gd", "normalized_gd"}, {"normalized_gd", "lr_gd"}}}},
         .live = true}};
}

} // namespace

std::vector<Claim> claims() {
    return joined({deterministicClaims(), imageClaims()});
}

} // namespace convergence::large_step
