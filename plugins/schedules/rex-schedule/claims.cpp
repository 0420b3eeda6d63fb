// What the paper claims about schedules on a budget, the runs that each claim needs, and what
// refutes it.

#include <numeric>

#include <fmt/format.h>

#include "core/optim/schedule.h"
#include "plugins/schedules/rex-schedule/experiment.h"
#include "plugins/schedules/rex-schedule/judges.h"

namespace convergence::rex {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

/// Differences of a few tenths of a point drown in the spread of three seeds.
Numbers twentySeeds() {
    Numbers seeds(20);
    std::iota(seeds.begin(), seeds.end(), 0.0);
    return seeds;
}

Overrides sgd(Names schedules, Numbers budgets, Numbers seeds) {
    return {{"named_schedules", std::move(schedules)},
            {"budget_percent", std::move(budgets)},
            {"seeds", std::move(seeds)},
            {"learning_rates", Numbers{0.03, 0.1, 0.3, 1}},
            {"adam_learning_rates", Numbers{0.001, 0.003, 0.01, 0.03, 0.1}},
            {"record_every", std::int64_t{0}}};
}

} // namespace

std::vector<Claim> claims() {
    // No seeds: they are in the overrides, since one run holds all of them.
    const Protocol all{{{"SGD", sgd(scheduleNames(), {5, 10, 25, 50, 100}, twentySeeds())}}, {}};
    Overrides grid = sgd({"rex"}, {5, 10}, twentySeeds());
    grid.insert_or_assign("grid", true);
    Overrides adam = sgd({"rex", "linear", "delayed_50", "constant"}, {5, 25}, twentySeeds());
    adam.insert_or_assign("optimizer", Names{"adam"});
    Overrides tiny = sgd({"rex"}, {0.5}, {0});
    tiny.insert_or_assign("learning_rates", Numbers{0.1});

    const auto instead = [](const std::string& arm, const std::string& by) {
        return Refutation{
            fmt::format("the {} schedule in the place of {}", by, arm), {}, {{arm, by}}};
    };
    return {
        {.id = "low_budgets",
         .statement = "At low budgets REX beats the linear schedule and is among the two best.",
         .threshold = DifferenceAbove{"linear − REX, mean over 5, 10, 25 %", 0.0,
                                      baseline("the linear schedule")},
         .also = {Stated{"at most one schedule better than REX at each of them",
                         ours("first or second; the rank is ours")}},
         .protocol = all,
         .judge = judgeLowBudgets,
         .known = knownToLackData("Over twenty seeds the interval of linear minus REX lies on both "
                                  "sides of zero."),
         .refutations = {instead("rex", "constant"), instead("rex", "exponential")},
         .live = true},
        {.id = "steps_lose_at_low_budgets",
         .statement = "At low budgets step decay is worse than REX by at least a point.",
         .threshold = AtLeast{"step decay − REX at 5, 10, 25 %, points", 1.0,
                              ours("a point is far beyond the spread of seeds")},
         .protocol = all,
         .judge = judgeStepsLose,
         .refutations = {instead("step_30_60_90", "linear")},
         .live = true},
        {.id = "high_budgets",
         .statement =
             "At high budgets REX stays close to the best, and step decay overtakes linear.",
         .threshold = AtMost{"REX − best at 50 and 100 %, points", 0.5,
                             ours("good schedules differ by a few tenths of a point")},
         .also = {Stated{"both step schedules below linear at 100 %",
                         baseline("the linear schedule")}},
         .protocol = all,
         .judge = judgeHighBudgets,
         .refutations = {instead("rex", "constant"), instead("step_30_60_90", "constant")},
         .live = true},
        {.id = "sampling_rate",
         .statement = "REX gains from being sampled at every iteration.",
         .threshold = AtLeast{"50-75 − every iteration at 5 and 10 %, points", 0.5,
                              ours("beyond the few tenths by which good schedules differ")},
         .protocol = {{{"grid", grid}}, {}},
         .judge = judgeSamplingRate,
         .refutations = {{"every iteration replaced by sampling at 50-75",
                          {},
                          {{"grid_rex_every_iteration", "grid_rex_50_75"}}}}},
        {.id = "adam",
         .statement = "With Adam too, REX is better than linear at low budgets.",
         .threshold = AtLeast{"linear − REX at 5 and 25 %, points", 0.2,
                              ours("a gain that one would notice")},
         .protocol = {{{"Adam", adam}}, {}},
         .judge = judgeAdam,
         .known = knownToFail("Over twenty seeds REX leads linear by 0.17 points at 5 % and 0.01 "
                              "at 25 %, less than the margin."),
         .refutations = {instead("rex", "constant")}},
        {.id = "identities",
         .statement = "The schedules are what their formulas say.",
         .threshold = Below{"violation", 1e-12,
                            identity("the formulas of the schedules; margin for rounding")},
         .also = {Stated{"every schedule finite", identity("the formulas of the schedules")}},
         .kind = ClaimKind::selfCheck,
         .protocol = {{{"shape of REX", tiny}}, {}},
         .judge = judgeIdentities,
         .refutations = {{"REX with α = 0.1, β = 0.9, as in some copies",
                          {{"rex_alpha", 0.1}, {"rex_beta", 0.9}},
                          {}}},
         .live = true}};
}

} // namespace convergence::rex
