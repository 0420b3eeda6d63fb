// What the paper claims, the runs that each claim needs, and what refutes it.

#include "core/experiment/judging.h"
#include "core/experiment/measure_judges.h"
#include "core/experiment/parameter_builders.h"
#include "plugins/stochastic/bilevel-borep/arms.h"
#include "plugins/stochastic/bilevel-borep/experiment.h"

namespace convergence::borep {

namespace {

using namespace measures;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;
using Seeds = std::vector<std::uint64_t>;

const Seeds five{0, 1, 2, 3, 4}, ten{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

// ---- What is measured ----------------------------------------------------------------------

Measure slope(const char* arm) {
    return slopeOf(arm, factor("horizon"), final("late_gradient"));
}
/// Mean steps to ‖∇Φ‖ = 1 at the best step size of the grid; T where it is never reached.
Measure stepsAtBest(const char* arm) {
    return tuned(arm, {.factor = "step", .validation = "race_score", .metric = "reached"});
}
/// Of the others over BO-REP.
Measure lead(const char* other) {
    return stepsAtBest(other) / stepsAtBest("bo_rep");
}
/// At the step with the least validation loss.
Measure accuracyAtBest(const char* arm) {
    return tuned(arm, {.factor = "step", .validation = "validation_loss", .metric = "accuracy"});
}
Measure aurocAtBest(const char* arm) {
    return tuned(arm, {.factor = "step", .validation = "validation_loss", .metric = "auroc"});
}
Measure difference(const char* a, const char* b, const Measure& ofTrial) {
    return of(a, ofTrial) - of(b, ofTrial);
}

// ---- Where it is measured ------------------------------------------------------------------

bool isCosh(const EvidenceRun& run) {
    return !traitsOf(problemChoices, run.values->text("problem")).isText;
}
bool isCleaning(const EvidenceRun& run) {
    return traitsOf(problemChoices, run.values->text("problem")).weighs();
}

/// Theory's schedule from a start nearby, with noise of size 1.
Overrides rates(Names arms, const Overrides& further = {}) {
    return with({{"arms", std::move(arms)},
                 {"start", std::string("equal")},
                 {"start_value", 0.5},
                 {"schedule", std::string("theory")},
                 {"iterations", Numbers{250, 1000, 4000, 16000}},
                 {"noise_upper", 1.0},
                 {"noise_lower", 1.0},
                 {"replicates", whole(8)},
                 {"record_every", whole(4000)}},
                further);
}
/// From 4 to 12, every method on its grid.
Overrides far(Names arms, const Overrides& further = {}) {
    return with({{"arms", std::move(arms)},
                 {"step", Numbers{0.03, 0.1, 0.3, 1, 3}},
                 {"raw_step", Numbers{1e-5, 2e-5, 3e-5, 5e-5, 1e-4, 2e-4, 3e-4}},
                 {"replicates", whole(3)},
                 {"record_every", whole(1000)}},
                further);
}
/// 6 in every coordinate, where one step size fits all of the way.
const Overrides nearStart{{"start", std::string("equal")},
                          {"start_value", 6.0},
                          {"raw_step", Numbers{1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2}}};

Overrides poorStart(const Overrides& further = {}) {
    return with({{"arms", Names{"bo_rep", "no_refinement"}},
                 {"start", std::string("equal")},
                 {"start_value", 0.3},
                 {"lower_start", 20.0},
                 {"step", Numbers{0.02}},
                 {"lower_step", 0.02},
                 {"linear_step", 0.3},
                 {"refinement_step", 0.2},
                 {"iterations", Numbers{300}},
                 {"record_every", whole(100)}},
                further);
}
Overrides periods(std::int64_t period, std::int64_t steps) {
    return {{"arms", Names{"bo_rep"}}, {"start", std::string("equal")},
            {"start_value", 1.0},      {"step", Numbers{0.005}},
            {"lower_step", 0.05},      {"noise_upper", 1.0},
            {"noise_lower", 1.0},      {"iterations", Numbers{2000}},
            {"period", period},        {"lower_steps", steps},
            {"replicates", whole(8)},  {"record_every", whole(1000)}};
}
Overrides cleaning(Names arms, const Overrides& further = {}) {
    return with({{"problem", std::string("cleaning")},
                 {"arms", std::move(arms)},
                 {"step", Numbers{0.3}},
                 {"lower_step", 5.0},
                 {"linear_step", 1.0},
                 {"period", whole(2)},
                 {"lower_steps", whole(3)},
                 {"refinement_steps", whole(100)},
                 {"iterations", Numbers{600}},
                 {"replicates", whole(5)},
                 {"record_every", whole(600)}},
                further);
}

// ---- Claims --------------------------------------------------------------------------------

std::vector<Claim> ofRates() {
    const Origin quarter = theorem("O(T^(−1/4)), the paper's theorem; margin ours");
    return {
        {.id = "rate",
         .statement = "With theory's steps the mean gradient norm falls like T^(−1/4).",
         .threshold = Within{"slope of mean ‖∇Φ‖ in T", -0.25, 0.08, quarter},
         .protocol = {{{"rate", rates({"bo_rep"})}}, five},
         .judge = EachRun{.numbers = {slope("bo_rep")},
                          .what = "Slope of ln mean ‖∇Φ‖ over the second half against ln T",
                          .where = isCosh},
         .refutations = {{"steps and momentum frozen at those of the shortest horizon",
                          {{"schedule", std::string("frozen")}},
                          {}}}},
        {.id = "average_before_normalizing",
         .statement = "With skewed noise the rate is the same, and normalizing without an average "
                      "does not get there.",
         .threshold = Within{"slope of mean ‖∇Φ‖ in T", -0.25, 0.08, quarter},
         .also = {DifferenceAbove{"ln mean ‖∇Φ‖ at T = 16000, without the average less with it",
                                  0.0, ablation("β = 0")}},
         .protocol = {{{"skewed",
                        rates({"bo_rep", "no_momentum"}, {{"noise_kind", std::string("skewed")}})}},
                      five},
         .judge =
             MeanOverRuns{.numbers = {slope("bo_rep"),
                                      where("horizon", 16000,
                                            log(meanOf("no_momentum", final("late_gradient"))) -
                                                log(meanOf("bo_rep", final("late_gradient"))))},
                          .what = "Slope of ln mean ‖∇Φ‖ against ln T with skewed noise",
                          .told = {" {place}: without the average the slope is {:.3f}.",
                                   {slope("no_momentum")}},
                          .where = isCosh},
         .refutations = {
             replacedArm("bo_rep", "no_momentum", "no average: β = 0 in the method's place")}}};
}

std::vector<Claim> ofRaces() {
    const Origin best = baseline("at the best step size of its grid; a lead of three is ours");
    return {
        {.id = "race_from_far",
         .statement = "From a start of curvature cosh 12, BO-REP is there in at most a third of "
                      "the steps of the methods that do not normalize.",
         .threshold = AtLeast{"steps of MA-SOBA over those of BO-REP", 3.0, best},
         .also = {AtLeast{"of SOBA", 3.0, best},
                  AtLeast{"of BO-REP without normalization", 3.0,
                          ablation("x ← x − ηm; a lead of three is ours")}},
         .protocol = {{{"far", far({"bo_rep", "ma_soba", "soba", "no_normalization"})}}, five},
         .judge = EachRun{.numbers = {lead("ma_soba"), lead("soba"), lead("no_normalization")},
                          .what = "Steps until ‖∇Φ‖ is 1, MA-SOBA over BO-REP",
                          .told = {" {place}: BO-REP {:.0f}, MA-SOBA {:.0f}, SOBA {:.0f}, not "
                                   "normalized {:.0f}.",
                                   {stepsAtBest("bo_rep"), stepsAtBest("ma_soba"),
                                    stepsAtBest("soba"), stepsAtBest("no_normalization")}},
                          .where = isCosh},
         .refutations = {{"a start where one plain step size fits all of the way", nearStart, {}}}},
        {.id = "refinement_aims",
         .statement = "From a poor first y, refinement turns the first steps of x into the right "
                      "direction, and the gradient stays smaller.",
         .threshold = DifferenceAbove{"mean cosine of direction and ∇Φ over 50 steps, with less "
                                      "without refinement",
                                      0.0, ablation("K₀ = 0")},
         .also = {DifferenceAbove{"ln mean ‖∇Φ‖ over 100 steps, without less with", 0.0,
                                  ablation("K₀ = 0")}},
         .protocol = {{{"poor start", poorStart()}}, ten},
         .judge =
             MeanOverRuns{
                 .numbers = {difference("bo_rep", "no_refinement", final("early_alignment")),
                             difference("no_refinement", "bo_rep", log(final("early_gradient")))},
                 .what = "Gain in the cosine of direction and ∇Φ over the first 50 steps",
                 .where = isCosh},
         .refutations = {
             {"no refinement: K₀ = 0 for both", {{"refinement_steps", whole(0)}}, {}}}}};
}

std::vector<Claim> ofCleaningLines() {
    return {
        {.id = "wrong_labels_found",
         .statement = "Cleaning gives lines with wrong labels less weight, and so classifies new "
                      "lines better than equal weights do.",
         .threshold = DifferenceAbove{"AUROC of weights, right against wrong labels", 0.5,
                                      identity("½ is chance")},
         .also = {DifferenceAbove{"test accuracy less that of equal weights", 0.0,
                                  baseline("x kept, the same steps on y")},
                  DifferenceAbove{"the same of classifiers trained anew with the weights", 0.0,
                                  baseline("equal weights")}},
         .protocol = {{{"cleaning", cleaning({"bo_rep", "fixed_upper"})}}, {}},
         .judge =
             MeanOverRuns{
                 .numbers = {of("bo_rep", final("auroc")),
                             difference("bo_rep", "fixed_upper", final("accuracy")),
                             difference("bo_rep", "fixed_upper", final("retrained"))},
                 .what = "AUROC of the weights",
                 .told = {" {place}: accuracy {:.3f} against {:.3f}, trained anew {:.3f} against "
                          "{:.3f}; mean weight {:.2f} of right, {:.2f} of wrong labels.",
                          {of("bo_rep", final("accuracy")), of("fixed_upper", final("accuracy")),
                           of("bo_rep", final("retrained")), of("fixed_upper", final("retrained")),
                           of("bo_rep", final("right_weight")),
                           of("bo_rep", final("wrong_weight"))}},
                 .where = isCleaning,
                 .per = Per::replicate},
         .refutations = {{"validation labels shuffled",
                          {{"validation_labels", std::string("shuffled")}},
                          {}}}}};
}

// ---- Observations --------------------------------------------------------------------------

Claim seen(const char* id, std::string statement, Protocol protocol, Observe observe) {
    return {.id = id,
            .statement = std::move(statement),
            .threshold = Stated{"what it is"},
            .kind = ClaimKind::observation,
            .protocol = std::move(protocol),
            .judge = std::move(observe)};
}

std::vector<Claim> observedOnCosh() {
    const auto late = [](const char* label) {
        return inRun(label, meanOf("bo_rep", final("late_gradient")));
    };
    const auto error = [](const char* label) {
        return inRun(label, meanOf("bo_rep", final("late_lower_error")));
    };
    const auto calls = [](const char* label) {
        return inRun(label, meanOf("bo_rep", final("calls")));
    };
    return {
        seen("periods_cost_little",
             "How much larger the gradient norm ends where y is updated once in twenty steps, by "
             "twenty, than where it is in each.",
             {{{"1, 1", periods(1, 1)},
               {"4, 4", periods(4, 4)},
               {"20, 20", periods(20, 20)},
               {"20, 1", periods(20, 1)}},
              five},
             {.number = late("20, 20") / late("1, 1"),
              .what = "Mean ‖∇Φ‖, I = N = 20 over I = N = 1",
              .told = {" {place}: ‖∇Φ‖, ‖y − y*‖ and calls for (I, N) = (1, 1) {:.3f}, {:.3f}, "
                       "{:.0f}; (4, 4) {:.3f}, {:.3f}, {:.0f}; (20, 20) {:.3f}, {:.3f}, {:.0f}; "
                       "(20, 1) {:.3f}, {:.3f}, {:.0f}.",
                       {late("1, 1"), error("1, 1"), calls("1, 1"), late("4, 4"), error("4, 4"),
                        calls("4, 4"), late("20, 20"), error("20, 20"), calls("20, 20"),
                        late("20, 1"), error("20, 1"), calls("20, 1")}},
              .where = isCosh,
              .label = "1, 1"}),
        seen("other_methods_from_far",
             "How many times the steps of BO-REP StocBio, TTSA, SABA and VRBO take from far away.",
             {{{"far", far({"bo_rep", "stocbio", "ttsa", "saba", "vrbo"},
                           {{"raw_step", Numbers{1e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3}},
                            {"replicates", whole(2)}})}},
              {0, 1}},
             {.number = lead("stocbio"),
              .what = "Steps until ‖∇Φ‖ is 1, StocBio over BO-REP",
              .told = {" {place}: TTSA {:.1f}, SABA {:.1f}, VRBO {:.1f} times.",
                       {lead("ttsa"), lead("saba"), lead("vrbo")}},
              .where = isCosh}),
        seen(
            "floor_nearby",
            "By how much BO-REP's constant step ends above MA-SOBA's, from a start where one "
            "step size fits all of the way.",
            {{{"near", far({"bo_rep", "ma_soba"}, with(nearStart, {{"step", Numbers{0.1}},
                                                                   {"raw_step", Numbers{0.01}}}))}},
             five},
            {.number = meanOf("bo_rep", final("late_gradient")) -
                       meanOf("ma_soba", final("late_gradient")),
             .what = "Mean ‖∇Φ‖ over the second half, BO-REP (0.1) less MA-SOBA (0.01)",
             .where = isCosh})};
}

std::vector<Claim> observedOnLines() {
    const Names all{"bo_rep", "ma_soba", "soba", "stocbio", "ttsa", "saba", "vrbo"};
    return {seen(
        "cleaning_needs_no_normalization",
        "By how much MA-SOBA's accuracy is above BO-REP's on cleaning, each at the step of least "
        "validation loss.",
        {{{"grids", cleaning(all, {{"step", Numbers{0.1, 0.3, 1, 3}},
                                   {"raw_step", Numbers{300, 1e3, 3e3, 1e4, 3e4, 1e5, 3e5}},
                                   {"replicates", whole(4)}})}},
         {}},
        {.number = accuracyAtBest("ma_soba") - accuracyAtBest("bo_rep"),
         .what = "Test accuracy, MA-SOBA less BO-REP",
         .told = {" {place}, accuracy and AUROC: BO-REP {:.3f} {:.3f}, MA-SOBA {:.3f} {:.3f}, SOBA "
                  "{:.3f} {:.3f}, StocBio {:.3f} {:.3f}, TTSA {:.3f} {:.3f}, SABA {:.3f} {:.3f}, "
                  "VRBO {:.3f} {:.3f}.",
                  {accuracyAtBest("bo_rep"), aurocAtBest("bo_rep"), accuracyAtBest("ma_soba"),
                   aurocAtBest("ma_soba"), accuracyAtBest("soba"), aurocAtBest("soba"),
                   accuracyAtBest("stocbio"), aurocAtBest("stocbio"), accuracyAtBest("ttsa"),
                   aurocAtBest("ttsa"), accuracyAtBest("saba"), aurocAtBest("saba"),
                   accuracyAtBest("vrbo"), aurocAtBest("vrbo")}},
         .where = isCleaning,
         .per = Per::replicate})};
}

} // namespace

std::vector<Claim> claims() {
    return joined({ofRates(), ofRaces(), ofCleaningLines(), observedOnCosh(), observedOnLines()});
}

} // namespace convergence::borep
