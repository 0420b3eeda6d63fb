// What the paper claims, the runs that each claim needs, and what refutes it.

#include <cmath>

#include "core/experiment/measure_judges.h"
#include "core/experiment/parameter_builders.h"
#include "core/math/statistics.h"
#include "plugins/statistics/top-two-crowdsourcing/arms.h"
#include "plugins/statistics/top-two-crowdsourcing/experiment.h"

namespace convergence::top_two {

namespace {

using namespace measures;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

// ---- What is measured ----------------------------------------------------------------------

Measure error(const char* arm, const char* column = "pair_error") {
    return of(arm, final(column));
}
/// How much less one arm errs than another in the same run.
Measure gain(const char* arm, const char* over, const char* column = "pair_error") {
    return error(over, column) - error(arm, column);
}
/// Slope of the logarithm of the pair error in the answers per task.
Measure decay(const char* arm) {
    return linearSlopeOf(arm, parameter("workers") * factor("sampling"), log(final("pair_error")));
}
/// How much better an exponential explains an arm's errors than a power does: the difference of R².
Measure exponentialRatherThanPower(const char* arm) {
    return Measure([arm](const Place& place) -> Number {
        Numbers share, wrong;
        for (const Place& trial : trialsAt(place, arm)) {
            const Number s = factor("sampling").at(trial), e = final("pair_error").at(trial);
            if (!s || !e)
                return std::nullopt;
            share.push_back(*s);
            wrong.push_back(*e);
        }
        const LineFit exponential = fitLogLinear(share, wrong), power = fitLogLog(share, wrong);
        if (!exponential.valid() || !power.valid())
            return std::nullopt;
        return exponential.rSquared - power.rSquared;
    });
}

// ---- Where it is measured ------------------------------------------------------------------

const std::vector<std::uint64_t> twentySeeds = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,
                                                10, 11, 12, 13, 14, 15, 16, 17, 18, 19};

/// One crowd of a scenario.
Overrides crowdOf(const char* scenario, Names arms, Overrides further = {}) {
    further.insert({{"scenario", std::string(scenario)},
                    {"arms", std::move(arms)},
                    {"sampling", Numbers{0.6}},
                    {"repetitions", whole(1)}});
    return further;
}

struct Label {
    const char *scenario, *label;
};
constexpr Label fourScenarios[] = {{"few_smart", "few smart"},
                                   {"easy", "easy"},
                                   {"hard", "hard"},
                                   {"high_variance", "high variance"}};
std::vector<ProtocolRun> everyScenario(const Names& arms) {
    std::vector<ProtocolRun> runs;
    for (const Label& of : fourScenarios)
        runs.push_back({of.label, crowdOf(of.scenario, arms)});
    return runs;
}
/// The number in each scenario, at the same seed.
std::vector<Measure> inEveryScenario(const Measure& number) {
    std::vector<Measure> numbers;
    for (const Label& of : fourScenarios)
        numbers.push_back(inRun(of.label, number));
    return numbers;
}
MeanOverRuns meanInEveryScenario(const Measure& number, std::string what) {
    return {.numbers = inEveryScenario(number),
            .what = std::move(what),
            .label = fourScenarios[0].label};
}
/// The same threshold for the scenarios after the first.
template <typename Difference>
std::vector<Threshold> alsoInOthers(const std::string& of, const Origin& origin) {
    std::vector<Threshold> others;
    for (const char* scenario : {"easy", "hard", "high variance"})
        others.push_back(Difference{of + ", " + scenario, 0.0, origin});
    return others;
}

const Numbers decayShares{0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0};
Protocol decaying(Names arms) {
    return {{{"decay", crowdOf("decay", std::move(arms),
                               {{"tasks", whole(4000)}, {"sampling", decayShares}})}},
            twelveSeeds};
}
/// Pictures, at a fifth of all answers.
Protocol pictures(Names arms) {
    return {
        {{"pictures",
          crowdOf("images", std::move(arms),
                  {{"workers", whole(40)}, {"tasks", whole(2000)}, {"sampling", Numbers{0.2}}})}},
        twentySeeds};
}

constexpr int sizes[] = {25, 50, 100, 200, 400};
std::string labelOf(int workers) {
    return "n = " + std::to_string(workers);
}
std::vector<ProtocolRun> growingCrowds() {
    std::vector<ProtocolRun> runs;
    for (const int workers : sizes)
        runs.push_back({labelOf(workers), crowdOf("high_variance", {"toptwo1"},
                                                  {{"workers", whole(workers)},
                                                   {"clarity_low", 0.55},
                                                   {"clarity_high", 0.95}})});
    return runs;
}
/// Least-squares slope of ln y in ln n over these crowds.
Measure slopeInWorkers(const Measure& y) {
    double mean = 0.0, spread = 0.0;
    for (const int workers : sizes)
        mean += std::log(workers) / static_cast<double>(std::size(sizes));
    for (const int workers : sizes)
        spread += std::pow(std::log(workers) - mean, 2);
    Measure slope = 0.0;
    for (const int workers : sizes)
        slope = slope + (std::log(workers) - mean) / spread * log(inRun(labelOf(workers), y));
    return slope;
}

/// On few tasks the share of wrong ones may exceed what is expected by chance.
bool hasManyTasks(const EvidenceRun& run) {
    constexpr std::int64_t many = 200;
    return run.values->integer("tasks") >= many;
}

// ---- What breaks it ------------------------------------------------------------------------

Refutation broken(const char* parameter, const char* to, std::string description) {
    return {std::move(description), {{parameter, std::string(to)}}, {}};
}
const Refutation equalSkills =
    broken("stage_two_skills", "equal", "the same skill for everybody in stage 2");
const Refutation exchangedSkills =
    broken("stage_two_skills", "exchanged",
           "in stage 2 the first worker has the skill of the last, and so on");
const Refutation dealtAmongWorkers =
    broken("dealing", "workers", "the answers to each task dealt among its workers");
const Refutation dealtAmongTasks =
    broken("dealing", "tasks", "the answers of each worker dealt among the tasks");

Refutation inPlace(const char* arm, const char* by, std::string description) {
    return {std::move(description), {}, {{arm, by}}};
}

// ---- Claims --------------------------------------------------------------------------------

std::vector<Claim> ofErrors() {
    const Names all{"toptwo2",     "toptwo1", "majority", "dawid_skene_1",
                    "dawid_skene", "pgd",     "mmsr"};
    const Measure best = least({error("toptwo1"), error("majority"), error("dawid_skene_1"),
                                error("dawid_skene"), error("pgd"), error("mmsr")});
    const Origin others = baseline("the best of the six others on the same answers");
    const Origin quarter = baseline("majority vote on the same answers; the quarter is ours");
    const Origin voting = baseline("majority vote on the same answers");
    const Origin stageOne = ablation("stage 1 alone");
    const Measure beyondOracle =
        error("toptwo2") - error("oracle") - 0.25 * gain("oracle", "majority");
    return {
        {.id = "few_smart_lowest",
         .statement = "Among many who guess and few who know, TopTwo2 has fewer wrong pairs than "
                      "any other method that is not told the truth.",
         .threshold = DifferenceAbove{"wrong pairs of the best other − TopTwo2", 0.0, others},
         .protocol = {{{"few smart", crowdOf("few_smart", all)}}, twentySeeds},
         .judge = MeanOverRuns{.numbers = {best - error("toptwo2")},
                               .what = "Difference from the best other",
                               .label = "few smart"},
         .refutations = {equalSkills, exchangedSkills, dealtAmongWorkers}},
        {.id = "near_oracle",
         .statement =
             "TopTwo2's excess of wrong pairs over the oracle is less than a quarter of the "
             "majority's, in each scenario.",
         .threshold =
             DifferenceBelow{"TopTwo2 − oracle − ¼(majority − oracle), few smart", 0.0, quarter},
         .also = alsoInOthers<DifferenceBelow>("the same", quarter),
         .protocol = {everyScenario({"toptwo2", "oracle", "majority"}), twentySeeds},
         .judge = meanInEveryScenario(beyondOracle, "Wrong pairs beyond that"),
         .refutations = {equalSkills, exchangedSkills}},
        {.id = "beats_majority",
         .statement = "TopTwo2 has fewer wrong pairs than the majority, in each scenario.",
         .threshold = DifferenceAbove{"majority − TopTwo2, few smart", 0.0, voting},
         .also = alsoInOthers<DifferenceAbove>("the same", voting),
         .protocol = {everyScenario({"toptwo2", "majority"}), twentySeeds},
         .judge = meanInEveryScenario(gain("toptwo2", "majority"), "Difference from the majority"),
         .refutations = {equalSkills, inPlace("toptwo2", "majority", "the majority in its place")}},
        {.id = "stage_two_helps",
         .statement = "Stage 2 has fewer wrong pairs than stage 1 alone, in each scenario.",
         .threshold = DifferenceAbove{"TopTwo1 − TopTwo2, few smart", 0.0, stageOne},
         .also = alsoInOthers<DifferenceAbove>("the same", stageOne),
         .protocol = {everyScenario({"toptwo2", "toptwo1"}), twentySeeds},
         .judge = meanInEveryScenario(gain("toptwo2", "toptwo1"), "Difference from stage 1"),
         .refutations = {exchangedSkills, inPlace("toptwo2", "toptwo1", "stage 1 in its place")}},
        {.id = "rounds_lose_the_second",
         .statement = "Ten rounds of Dawid–Skene find fewer second answers than one round, in each "
                      "scenario.",
         .threshold = DifferenceAbove{"10 rounds − 1 round, few smart", 0.0, baseline("one round")},
         .also = alsoInOthers<DifferenceAbove>("the same", baseline("one round")),
         .protocol = {everyScenario({"dawid_skene_1", "dawid_skene"}), twentySeeds},
         .judge = meanInEveryScenario(gain("dawid_skene_1", "dawid_skene", "second_error"),
                                      "Wrong second answers more"),
         .refutations = {{"one round in the place of ten", {{"em_rounds", whole(1)}}, {}}}}};
}

std::vector<Claim> ofDecay() {
    const Refutation confused{"the two answers equally likely, q = 0.501: the exponent is 0",
                              {{"clarity_low", 0.501}, {"clarity_high", 0.501}},
                              {}};
    return {
        {.id = "exponential_decay",
         .statement = "Wrong pairs fall exponentially in the number of answers, and not like a "
                      "power of it.",
         .threshold = DifferenceAbove{"R² of the exponential − R² of the power", 0.0,
                                      theorem("exponential decay of TopTwo2's error")},
         .protocol = decaying({"toptwo2"}),
         .judge = MeanOverRuns{.numbers = {exponentialRatherThanPower("toptwo2")},
                               .what = "Difference of R²",
                               .label = "decay"},
         .refutations = {confused}},
        {.id = "oracle_exponent",
         .statement = "TopTwo2's error falls at the rate of the oracle's.",
         .threshold = Within{"slope over the oracle's", 1.0, 0.05,
                             theorem("the minimax-optimal exponent; margin ours")},
         .protocol = decaying({"toptwo2", "oracle"}),
         .judge = MeanOverRuns{.numbers = {decay("toptwo2") / decay("oracle")},
                               .what = "Slope over the oracle's",
                               .label = "decay"},
         .refutations = {equalSkills, exchangedSkills}},
        {.id = "steeper_than_majority",
         .statement = "TopTwo2's error falls faster than the majority's.",
         .threshold = DifferenceAbove{"slope of the majority − slope of TopTwo2", 0.0,
                                      baseline("majority vote on the same answers")},
         .protocol = decaying({"toptwo2", "majority"}),
         .judge = MeanOverRuns{.numbers = {decay("majority") - decay("toptwo2")},
                               .what = "Difference of slopes per answer",
                               .label = "decay"},
         .refutations = {equalSkills, exchangedSkills}},
        {.id = "bound_holds",
         .statement = "The oracle's error never exceeds the union of Bhattacharyya bounds.",
         .threshold = AtMost{"greatest error over bound", 1.0,
                             theorem("union of Bhattacharyya bounds over all pairs")},
         .protocol = decaying({"oracle"}),
         .judge = EachRun{.numbers = {largestOf("oracle", final("pair_error") / final("bound"))},
                          .what = "Greatest error over bound",
                          .where = hasManyTasks},
         .refutations = {dealtAmongWorkers},
         .live = true}};
}

std::vector<Claim> ofClarity() {
    const Protocol varied{{{"high variance", crowdOf("high_variance", {"toptwo2", "majority"})}},
                          twentySeeds};
    return {
        {.id = "clarity_is_found",
         .statement = "The more workers, the better the estimate of the clarity: it gains at least "
                      "half of the exponent ½.",
         .threshold = AtMost{"slope of the root mean square of q̂ − q in n", -0.25,
                             theorem("n^−½ for known skills; half of it, which clipping and the "
                                     "norm of p̂ leave, is ours")},
         .protocol = {growingCrowds(), twelveSeeds},
         .judge = MeanOverRuns{.numbers = {slopeInWorkers(error("toptwo1", "clarity_deviation"))},
                               .what = "Slope over n = 25 … 400",
                               .label = labelOf(25)},
         .refutations = {dealtAmongTasks}},
        {.id = "clarity_ranks_tasks",
         .statement = "Ordered by their estimated clarity, tasks stand in the order of their true "
                      "one, as far as 30 answers can tell.",
         .threshold = AtLeast{"rank correlation of q̂ and q", 0.3, ours("0 is chance")},
         .protocol = varied,
         .judge = MeanOverRuns{.numbers = {error("toptwo2", "rank_correlation")},
                               .what = "Rank correlation",
                               .label = "high variance"},
         .refutations = {dealtAmongTasks}},
        {.id = "votes_rank_tasks",
         .statement = "The plain share of votes of the first of two answers ranks tasks, too: rank "
                      "correlation of q̂ less that of this share.",
         .threshold = Stated{"which of them ranks better"},
         .kind = ClaimKind::observation,
         .protocol = varied,
         .judge = Observe{.number = error("toptwo2", "rank_correlation") -
                                    error("majority", "rank_correlation"),
                          .what = "Rank correlation of q̂ − of the share",
                          .label = "high variance"}},
        {.id = "clarity_against_constant",
         .statement =
             "Mean |q̂ − q| where q is from U(0.501, 0.899); who says 0.7 of every task has "
             "0.0995.",
         .threshold = Stated{"whether q̂ beats a constant"},
         .kind = ClaimKind::observation,
         .protocol = varied,
         .judge = Observe{.number = error("toptwo2", "clarity_error"),
                          .what = "Mean |q̂ − q|",
                          .label = "high variance"}}};
}

std::vector<Claim> ofPictures() {
    return {
        {.id = "pictures_first",
         .statement = "On pictures named by weak classifiers, no model's crowd, TopTwo2 has fewer "
                      "wrong labels than the majority.",
         .threshold = DifferenceAbove{"wrong labels of the majority − TopTwo2", 0.0,
                                      baseline("majority vote on the same answers")},
         .protocol = pictures({"toptwo2", "majority"}),
         .judge = MeanOverRuns{.numbers = {gain("toptwo2", "majority", "first_error")},
                               .what = "Difference from the majority",
                               .label = "pictures"},
         .refutations = {equalSkills}},
        {.id = "pictures_clarity",
         .statement = "The quarter of pictures that it calls least clear is wrong at least twice "
                      "as often as the quarter that it calls clearest.",
         .threshold = AtLeast{"ratio of wrong labels", 2.0, ours("a factor that one sees")},
         .protocol = pictures({"toptwo2", "majority"}),
         .judge = MeanOverRuns{.numbers = {error("toptwo2", "hard_error") /
                                           error("toptwo2", "clear_error")},
                               .what = "Ratio of wrong labels",
                               .label = "pictures"},
         .refutations = {dealtAmongTasks}}};
}

Claim pgdAgainst(const char* id, const char* scenario, const char* label) {
    return {.id = id,
            .statement =
                std::string("Wrong pairs of PGD less those of TopTwo2, scenario '") + label + "'.",
            .threshold = Stated{"who leads"},
            .kind = ClaimKind::observation,
            .protocol = {{{label, crowdOf(scenario, {"toptwo2", "pgd"})}}, twentySeeds},
            .judge = Observe{.number = gain("toptwo2", "pgd"),
                             .what = "Wrong pairs of PGD − TopTwo2",
                             .label = label}};
}

std::vector<Claim> observed() {
    return {pgdAgainst("pgd_easy", "easy", "easy"),
            pgdAgainst("pgd_hard", "hard", "hard"),
            pgdAgainst("pgd_high_variance", "high_variance", "high variance"),
            {.id = "halves_cost",
             .statement = "What the halves of the theory cost: wrong pairs with the answers split "
                          "between the stages, less those without.",
             .threshold = Stated{"what it costs"},
             .kind = ClaimKind::observation,
             .protocol = {{{"whole", crowdOf("few_smart", {"toptwo2"})},
                           {"halves", crowdOf("few_smart", {"toptwo2"}, {{"split", true}})}},
                          twentySeeds},
             .judge = Observe{.number = inRun("halves", error("toptwo2")) - error("toptwo2"),
                              .what = "Wrong pairs with halves − without",
                              .label = "whole"}},
            {.id = "soft_labels",
             .statement = "Softmax regression trained on the pictures with both answers as soft "
                          "labels, less with the first alone: accuracy on pictures never seen.",
             .threshold = Stated{"whether soft labels help"},
             .kind = ClaimKind::observation,
             .protocol = {{{"trained", crowdOf("images", {"toptwo2"},
                                               {{"workers", whole(40)},
                                                {"tasks", whole(2000)},
                                                {"sampling", Numbers{0.2}},
                                                {"train_classifier", true}})}},
                          twelveSeeds},
             .judge = Observe{.number = error("toptwo2", "pair_accuracy") -
                                        error("toptwo2", "hard_accuracy"),
                              .what = "Accuracy with soft − with hard labels",
                              .label = "trained"}}};
}

} // namespace

std::vector<Claim> claims() {
    return joined({ofErrors(), ofDecay(), ofClarity(), ofPictures(), observed()});
}

} // namespace convergence::top_two
