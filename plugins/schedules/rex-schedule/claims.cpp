// What the paper claims about schedules on a budget, the runs that each claim needs, and what
// refutes it.

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/experiment/measure_judges.h"
#include "core/math/gradient_check.h"
#include "core/optim/schedule.h"
#include "plugins/schedules/rex-schedule/experiment.h"

namespace convergence::rex {

namespace {

using namespace measures;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

// ---- What is measured ----------------------------------------------------------------------

/// Test error of a schedule at a budget and at the base rate that validation chooses; of a seed, or
/// the mean.
Measure error(std::string arm, double budget, std::string optimizer = "momentum") {
    return Measure([=](const Place& place) -> Number {
        const Names& optimizers = place.run.values->choices("optimizer");
        const auto index = std::ranges::find(optimizers, optimizer) - optimizers.begin();
        const Measure best = tuned(
            arm,
            {.factor = "learning_rate", .validation = "validation_error", .metric = "test_error"});
        return where("budget_percent", budget,
                     where("optimizer_index", static_cast<double>(index), best))
            .at(place);
    });
}
/// Of `other`, how much more than REX's.
Measure excess(const std::string& other, double budget, const std::string& optimizer = "momentum") {
    return error(other, budget, optimizer) - error("rex", budget, optimizer);
}
Measure lossOfSampling(double budget) {
    return error("grid_rex_50_75", budget) - error("grid_rex_every_iteration", budget);
}
Measure behindTheBest(double budget) {
    std::vector<Measure> all;
    for (const std::string& arm : scheduleNames())
        all.push_back(error(arm, budget));
    return error("rex", budget) - least(std::move(all));
}
/// How many of the schedules have a smaller mean error than REX.
Measure better(double budget) {
    Measure count = 0.0;
    for (const std::string& arm : scheduleNames())
        count = count +
                apply([](double excess) { return excess >= 0.0 ? 0.0 : 1.0; }, excess(arm, budget));
    return count;
}

/// The identities need no training, only the values that shape REX.
Judgement judgeIdentities(const Evidence& evidence, const Claim& claim) {
    const ParameterValues& values = *evidence.runs.front().values;
    const Profile rex = rexProfile(values.real("rex_alpha"), values.real("rex_beta"));
    double worst = largerError(std::abs(rex(0.0) - 1.0), std::abs(rex(0.5) - 2.0 / 3.0));
    constexpr std::int64_t budget = 800;
    const ProfileSchedule sampled(stepProfile({0.3, 0.6, 0.9}), Sampling::named("30-60-90"),
                                  budget);
    const auto steps = makeSchedule("step_30_60_90", budget);
    bool finite = true;
    for (std::int64_t t = 0; t < budget; ++t) {
        const double z = static_cast<double>(t) / budget;
        worst = largerError(worst, largerError(0.0, 1.0 - z - rex(z)));
        const double expected = std::pow(10.0, -((z >= 0.3) + (z >= 0.6) + (z >= 0.9)));
        worst = largerError(worst, std::abs(sampled.factor(t) - steps->factor(t)));
        worst = largerError(worst, std::abs(steps->factor(t) - expected));
        for (const std::string& name : scheduleNames())
            finite &= std::isfinite(makeSchedule(name, budget)->factor(t));
    }
    Judgement judgement;
    judgement.measured = worst;
    judgement.threshold = claim.expected();
    judgement.verdict = finite && claim.threshold.holds(worst) ? Verdict::holds : Verdict::fails;
    judgement.explanation =
        fmt::format("Largest violation of REX(0) = 1, REX(½) = 2/3, REX(z) ≥ 1 − z and of the step "
                    "schedule's values over {} iterations; every schedule is {}finite.",
                    budget, finite ? "" : "not ");
    return judgement;
}

// ---- Protocols -----------------------------------------------------------------------------

/// Differences of a few tenths of a point drown in the spread of three seeds.
Numbers firstSeeds(std::size_t count) {
    Numbers seeds(count);
    std::iota(seeds.begin(), seeds.end(), 0.0);
    return seeds;
}

constexpr const char* spreadOrigin = "beyond the few tenths by which good schedules differ";

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
    const Protocol all{{{"SGD", sgd(scheduleNames(), {5, 10, 25, 50, 100}, firstSeeds(20))}}, {}};
    Overrides grid = sgd({"rex"}, {5, 10}, firstSeeds(20));
    grid.insert_or_assign("grid", true);
    // Differences of a tenth of a point vary by a quarter of one from seed to seed: 60 do not
    // decide.
    const Overrides two = sgd({"rex", "linear"}, {5, 10, 25}, firstSeeds(160));
    Overrides adam = sgd({"rex", "linear"}, {5, 25}, firstSeeds(160));
    adam.insert_or_assign("optimizer", Names{"adam"});
    Overrides tiny = sgd({"rex"}, {0.5}, {0});
    tiny.insert_or_assign("learning_rates", Numbers{0.1});

    const auto instead = [](const std::string& arm, const std::string& by) {
        return Refutation{
            fmt::format("the {} schedule in the place of {}", by, arm), {}, {{arm, by}}};
    };
    return {
        {.id = "low_budgets",
         .statement = "How much better REX is than the linear schedule at low budgets.",
         .threshold = Stated{"above 0 in the paper; 160 seeds here reach from −0.01 to 0.09 "
                             "points, 160 others from 0.01 to 0.11: too close to call",
                             paper("tables of test errors at 5, 10, 25 %")},
         .kind = ClaimKind::observation,
         .protocol = {{{"REX and linear", two}}, {}},
         .judge =
             Observe{.number =
                         (excess("linear", 5) + excess("linear", 10) + excess("linear", 25)) / 3.0,
                     .what = "Linear minus REX, mean over 5, 10, 25 % in points of test error "
                             "(at 1 %, 8 iterations, flat schedules win; it is left out)",
                     .per = Per::replicate},
         .live = true},
        {.id = "rank_at_low_budgets",
         .statement = "How many of the schedules do better than REX at low budgets.",
         .threshold = Stated{"none or one in the paper", paper("tables of ranks")},
         .kind = ClaimKind::observation,
         .protocol = all,
         .judge = Observe{.number = (better(5) + better(10) + better(25)) / 3.0,
                          .what = "Schedules with a smaller mean error than REX, mean over 5, 10, "
                                  "25 %",
                          .told = {" At 5, 10, 25 %: {:g}, {:g}, {:g}.",
                                   {better(5), better(10), better(25)}}},
         .live = true},
        {.id = "steps_lose_at_low_budgets",
         .statement = "At low budgets step decay is worse than REX by at least a point.",
         .threshold = AtLeast{"step decay − REX at 25 %, points", 1.0, ours(spreadOrigin)},
         .also = {AtLeast{"at 10 %", 1.0, ours(spreadOrigin)},
                  AtLeast{"at 5 %", 1.0, ours(spreadOrigin)}},
         .protocol = all,
         .judge = MeanOverRuns{.numbers = {excess("step_30_60_90", 25), excess("step_30_60_90", 10),
                                           excess("step_30_60_90", 5)},
                               .what = "Step 30-60-90 minus REX at 25 %, in points",
                               .per = Per::replicate,
                               .decidedBy = DecidedBy::estimate},
         .refutations = {instead("step_30_60_90", "linear")},
         .live = true},
        {.id = "high_budgets",
         .statement =
             "At high budgets REX stays close to the best, and step decay overtakes linear.",
         .threshold = AtMost{"REX − best at 50 and 100 %, points", 0.5,
                             ours("good schedules differ by a few tenths of a point")},
         .also = {Above{"linear − step 30-60-90 at 100 %", 0.0, baseline("the linear schedule")},
                  Above{"linear − step 50-75 at 100 %", 0.0, baseline("the linear schedule")}},
         .protocol = all,
         .judge =
             EachRun{.numbers = {greatest({behindTheBest(50), behindTheBest(100)}),
                                 error("linear", 100) - error("step_30_60_90", 100),
                                 error("linear", 100) - error("step_50_75", 100)},
                     .what = "REX behind the best schedule at 50 and 100 %, in points",
                     .told = {" REX is {:.2f} points behind the best at 50 %, {:.2f} at 100 "
                              "%; steps {:.2f} and {:.2f} % against linear {:.2f} % at 100 "
                              "%. That REX exceeds all others at high budgets does not hold "
                              "on this small network.",
                              {behindTheBest(50), behindTheBest(100), error("step_30_60_90", 100),
                               error("step_50_75", 100), error("linear", 100)}}},
         .refutations = {instead("rex", "constant"), instead("step_30_60_90", "constant")},
         .live = true},
        {.id = "sampling_rate",
         .statement = "REX gains from being sampled at every iteration.",
         .threshold = AtLeast{"50-75 − every iteration at 5 %, points", 0.5, ours(spreadOrigin)},
         .also = {AtLeast{"at 10 %", 0.5, ours(spreadOrigin)}},
         .protocol = {{{"grid", grid}}, {}},
         .judge = MeanOverRuns{.numbers = {lossOfSampling(5), lossOfSampling(10)},
                               .what = "REX sampled at 50-75 minus REX at every iteration at 5 %",
                               .per = Per::replicate,
                               .decidedBy = DecidedBy::estimate},
         .refutations = {{"every iteration replaced by sampling at 50-75",
                          {},
                          {{"grid_rex_every_iteration", "grid_rex_50_75"}}}}},
        {.id = "adam",
         .statement = "With Adam too, REX is better than linear at low budgets.",
         .threshold = DifferenceAbove{"linear − REX, mean over 5 and 25 %, points", 0.0,
                                      baseline("the linear schedule")},
         .protocol = {{{"Adam", adam}}, {}},
         .judge =
             MeanOverRuns{
                 .numbers = {(excess("linear", 5, "adam") + excess("linear", 25, "adam")) / 2.0},
                 .what = "Linear minus REX with Adam, mean over 5 and 25 %, in points",
                 .per = Per::replicate},
         .refutations = {{"the constant schedule in the place of REX",
                          {{"named_schedules", Names{"constant", "linear"}}},
                          {{"rex", "constant"}}}}},
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
