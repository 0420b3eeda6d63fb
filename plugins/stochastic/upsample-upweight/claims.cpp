// What the paper claims about sampling and weighting, the runs that each claim needs, and what
// refutes it.

#include <algorithm>
#include <cmath>

#include "core/experiment/measure_judges.h"
#include "core/experiment/parameter_builders.h"
#include "plugins/stochastic/upsample-upweight/arms.h"
#include "plugins/stochastic/upsample-upweight/experiment.h"

namespace convergence::upsample {

namespace {

using namespace measures;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

// ---- What is measured ----------------------------------------------------------------------

Measure at(double temperature, const char* arm, const Measure& ofTrial) {
    return where("temperature", temperature, of(arm, ofTrial));
}
Measure smallest() {
    return final("loss_smallest");
}
Measure largest() {
    return final("loss_largest");
}
/// Loss of the smallest language under S less that under TS.
Measure lag(double temperature) {
    return at(temperature, "s", smallest()) - at(temperature, "ts", smallest());
}
Measure rise(double temperature) {
    return at(temperature, "ts", final("rise"));
}
/// Mean gaps over the second half, S over TS.
Measure floors(double temperature) {
    return at(temperature, "s", final("floor_gap")) / at(temperature, "ts", final("floor_gap"));
}
Measure noises(double temperature) {
    return at(temperature, "s", final("weighted_noise") / final("sampled_noise"));
}

/// Of power-law and of the run's own sizes, over τ from 1 to 1000: what F gains from one
/// temperature to the next, or how far F(1) is from 1.
enum class OfExcess { leastGain, leastGainWhereUnequal, startError };
Measure excess(OfExcess which) {
    return Measure([which](const Place& place) -> Number {
        constexpr int points = 61;
        constexpr std::size_t domainsOfEach = 10;
        const bool isReversed =
            traitsOf(controlChoices, place.run.values->text("control")).reversesExponent;
        double least = std::numeric_limits<double>::infinity(), start = 0.0;
        std::vector<Numbers> allSizes{place.run.values->numbers("domain_sizes")};
        for (const double skewness : {0.0, 0.5, 1.0, 1.5, 2.0})
            if (skewness > 0.0 || which != OfExcess::leastGainWhereUnequal)
                allSizes.push_back(domains::powerLawSizes(domainsOfEach, skewness));
        for (const Numbers& sizes : allSizes) {
            double before = 0.0;
            for (int k = 0; k < points; ++k) {
                const double tau = std::pow(1000.0, static_cast<double>(k) / (points - 1));
                const double F = domains::excessOf(
                    domains::temperatureShares(sizes, isReversed ? 1.0 / tau : tau), sizes);
                if (k > 0)
                    least = std::min(least, std::log(F / before));
                else
                    start = std::max(start, std::abs(F - 1.0));
                before = F;
            }
        }
        return which == OfExcess::startError ? start : least;
    });
}

// ---- Where it is measured ------------------------------------------------------------------

bool isText(const EvidenceRun& run) {
    return traitsOf(problemChoices, run.values->text("problem")).isText();
}
bool isPages(const EvidenceRun& run) {
    return traitsOf(problemChoices, run.values->text("problem")).data == Data::pages;
}
bool isSoftmax(const EvidenceRun& run) {
    return !isText(run);
}

Overrides softmax(Names arms, std::int64_t iterations, Numbers temperatures = {5},
                  const Overrides& further = {}) {
    return with({{"problem", std::string("convex")},
                 {"arms", std::move(arms)},
                 {"iterations", iterations},
                 {"temperatures", std::move(temperatures)},
                 {"batch_size", whole(8)},
                 {"record_every", whole(500)}},
                further);
}
Overrides pages(Names arms, std::int64_t iterations, Numbers temperatures, std::int64_t replicates,
                const Overrides& further = {}) {
    return with({{"arms", std::move(arms)},
                 {"iterations", iterations},
                 {"temperatures", std::move(temperatures)},
                 {"replicates", replicates},
                 {"record_every", whole(150)}},
                further);
}

const Numbers equalCaps{12e3, 12e3, 12e3};
const Refutation equalSizes{
    "languages of equal size, where all weights are 1", {{"caps", equalCaps}}, {}};

/// Once for the claims on whole trainings; once, short, for those on their beginning.
Protocol wholeTrainings() {
    return {{{"pages", pages({"ts", "s", "cooldown"}, 1500, {1, 5}, 5)}}, {}};
}
Protocol beginnings() {
    return {{{"beginning", pages({"ts", "s"}, 150, {2, 5, 100}, 12)}}, {}};
}

// ---- Claims --------------------------------------------------------------------------------

std::vector<Claim> identities() {
    return {
        {.id = "full_gradients_agree",
         .statement = "Under full gradients sampling and weighting are one algorithm.",
         .threshold = AtMost{"largest |W_TS − W_S| after 500 steps", 1e-12,
                             identity("the same sum in another order; rounding")},
         .kind = ClaimKind::selfCheck,
         .protocol = {{{"full", softmax({"full_ts", "full_s"}, 500, {5}, {{"sgd_rate", 0.5}})}},
                      threeSeeds},
         .judge = EachTrial{.arms = {"full_ts", "full_s"},
                            .numbers = {measures::largest("twin_gap")},
                            .what = "Largest |W_TS − W_S|",
                            .where = isSoftmax},
         .refutations = {{"weights with mean 1 over domains, which are those of another objective",
                          {{"control", std::string("rescaled")}},
                          {}}},
         .live = true},
        {.id = "variances_are_exact",
         .statement = "V_TS and V_S are the variances over all examples, and both estimates are "
                      "unbiased.",
         .threshold = AtMost{"relative error of V_TS and V_S", 1e-10,
                             identity("the same sum in another order; rounding")},
         .also = {AtMost{"distance of the mean of 200,000 estimates from the gradient, in standard "
                         "errors",
                         4.0, theorem("both are unbiased; four standard errors are ours")}},
         .kind = ClaimKind::selfCheck,
         .protocol = {{{"convex", softmax({"ts", "s"}, 500, {2, 5, 100})}}, threeSeeds},
         .judge = EachTrial{.arms = {"ts", "s"},
                            .numbers = {final("identity_error"), final("bias")},
                            .what = "Relative error of V_TS and V_S against enumeration",
                            .where = isSoftmax},
         .refutations = {{"weights divided by their mean over the batch",
                          {{"control", std::string("batch_normalized")}},
                          {}}}},
        {.id = "excess_rises",
         .statement = "F(τ) is 1 at τ = 1 and rises with the temperature, the skewness given.",
         .threshold = AtLeast{"least gain of ln F between temperatures", -1e-12,
                              theorem("dF/dτ ≥ 0 for τ ≥ 1; rounding")},
         .also = {Above{"the same where sizes are unequal", 0.0, theorem("strictly then")},
                  AtMost{"|F(1) − 1|", 1e-12, identity("p = q")}},
         .kind = ClaimKind::selfCheck,
         .protocol = {{{"sizes", softmax({"full_ts"}, 50)}}, {}},
         .judge = EachRun{.numbers = {excess(OfExcess::leastGain),
                                      excess(OfExcess::leastGainWhereUnequal),
                                      excess(OfExcess::startError)},
                          .what = "Least gain of ln F between temperatures from 1 to 1000",
                          .where = isSoftmax},
         .refutations = {
             {"p ∝ n^τ in the place of n^{1/τ}", {{"control", std::string("reversed")}}, {}}}}};
}

std::vector<Claim> ofNoise() {
    return {{.id = "noise_floor",
             .statement =
                 "At a constant rate SGD hovers over the same minimum, under weighting as many "
                 "times higher as F(τ) says.",
             .threshold = Within{"floor S/TS over F(5)", 1.0, 0.25,
                                 theorem("V_S/V_TS → F(τ) where gradients have equal size; margin "
                                         "ours")},
             .also = {Within{"floor S/TS over V_S/V_TS", 1.0, 0.25,
                             theorem("the floor is proportional to the variance; margin ours")},
                      Above{"floor S/TS", 1.0, baseline("temperature sampling")}},
             .hold = Hold::onAverage,
             .protocol = {{{"convex", softmax({"ts", "s"}, 4000, {1, 2, 5})}}, twentySeeds},
             .judge = EachRun{.numbers = {floors(5) / at(5, "s", final("excess")),
                                          floors(5) / noises(5), floors(5)},
                              .what = "Floor of S over that of TS, over F(5)",
                              .where = isSoftmax},
             .refutations = {{"large gradients in the largest domain, which break the theorem's "
                              "hidden assumption",
                              {{"domain_scale", Numbers{3, 1, 0.3}},
                               {"sgd_rate", 0.05},
                               {"iterations", whole(6000)}},
                              {}}}},
            {.id = "norms_vary",
             .statement = "The norm of mini-batch gradients varies more under weighting.",
             .threshold = Above{"variance under S over that under TS", 2.25 / 0.62,
                                paper("2.25 against 0.62")},
             .protocol = wholeTrainings(),
             .judge = EachRun{.numbers = {at(5, "s", final("norm_variance")) /
                                          at(5, "ts", final("norm_variance"))},
                              .what = "Variance of the norms under S over that under TS, τ = 5",
                              .where = isPages,
                              .per = Per::replicate},
             .refutations = {equalSizes}}};
}

std::vector<Claim> ofSpeed() {
    const Origin faster = paper("temperature sampling converges faster");
    return {
        {.id = "sampling_is_faster",
         .statement = "With Adam, sampling is ahead of weighting on the smallest language after a "
                      "tenth of the steps and at the end.",
         .threshold = DifferenceAbove{"loss at the end, S − TS", 0.0, faster},
         .also = {DifferenceAbove{"after 150 steps", 0.0, faster}},
         .protocol = wholeTrainings(),
         .judge =
             MeanOverRuns{.numbers = {lag(5), at(5, "s", atIteration(150, "loss_smallest")) -
                                                  at(5, "ts", atIteration(150, "loss_smallest"))},
                          .what = "Loss of the smallest language under S less that under TS, "
                                  "τ = 5",
                          .where = isPages,
                          .per = Per::replicate},
         .refutations = {equalSizes}},
        {.id = "lead_grows_with_temperature",
         .statement = "After 150 steps, the lead of sampling is the larger the higher the "
                      "temperature.",
         .threshold =
             DifferenceAbove{"lead at τ = 5 less that at 2", 0.0, paper("the gap grows with τ")},
         .also = {DifferenceAbove{"at 100 less that at 5", 0.0, paper("so too")}},
         .protocol = beginnings(),
         .judge = MeanOverRuns{.numbers = {lag(5) - lag(2), lag(100) - lag(5)},
                               .what = "Lead at τ = 5 less that at τ = 2, in nats per byte",
                               .where = isPages,
                               .per = Per::replicate},
         .refutations = {equalSizes}}};
}

std::vector<Claim> ofSchedules() {
    const auto ofCooldown = [](const Measure& loss) { return of("cooldown", loss); };
    return {
        {.id = "cooldown_between",
         .statement = "Cooldown is ahead of proportional sampling on the smallest language, of a "
                      "constant temperature on the largest, and of weighting on both.",
         .threshold =
             DifferenceAbove{"smallest, TS(1) − Cooldown", 0.0, baseline("proportional sampling")},
         .also = {DifferenceAbove{"largest, TS(5) − Cooldown", 0.0,
                                  baseline("the constant temperature")},
                  DifferenceAbove{"smallest, S(5) − Cooldown", 0.0, baseline("weighting")},
                  DifferenceAbove{"largest, S(5) − Cooldown", 0.0, baseline("weighting")}},
         .protocol = wholeTrainings(),
         .judge = MeanOverRuns{.numbers = {at(1, "ts", smallest()) - ofCooldown(smallest()),
                                           at(5, "ts", largest()) - ofCooldown(largest()),
                                           at(5, "s", smallest()) - ofCooldown(smallest()),
                                           at(5, "s", largest()) - ofCooldown(largest())},
                               .what = "Loss of the smallest language under TS(1) less that under "
                                       "Cooldown",
                               .told = {" {place}: Cooldown ends at {:.3f} and {:.3f}.",
                                        {ofCooldown(largest()), ofCooldown(smallest())}},
                               .where = isPages,
                               .per = Per::replicate},
         .refutations = {{"never hot: κ = 0, which is proportional sampling",
                          {{"switch_at", 0.0}},
                          {}}}},
        {.id = "heat_overfits",
         .statement = "Where the smallest language has forty chunks, its loss turns up at high "
                      "temperatures, the more so the hotter.",
         .threshold = DifferenceAbove{"rise over the least loss at τ = 5", 0.02,
                                      paper("overfitting at large τ; margin ours")},
         .also = {DifferenceAbove{"rise at τ = 100 less that at 5", 0.0, paper("so too")}},
         .protocol = {{{"forty chunks",
                        pages({"ts"}, 1500, {5, 100}, 6,
                              {{"caps", Numbers{4e6, 1e5, 2600}}, {"record_every", whole(50)}})}},
                      {}},
         .judge = MeanOverRuns{.numbers = {rise(5), rise(100) - rise(5)},
                               .what = "Rise of the smallest language's loss over its least, τ = 5",
                               .where = isPages,
                               .per = Per::replicate},
         .refutations = {
             {"184 chunks of the smallest language", {{"caps", Numbers{4e6, 1e5, 12e3}}}, {}}}}};
}

Claim seen(const char* id, std::string statement, Protocol protocol, Measure number,
           std::string what, Told told = {}) {
    return {.id = id,
            .statement = std::move(statement),
            .threshold = Stated{"what it is"},
            .kind = ClaimKind::observation,
            .protocol = std::move(protocol),
            .judge = Observe{.number = std::move(number),
                             .what = std::move(what),
                             .told = std::move(told),
                             .where = isPages,
                             .per = Per::replicate}};
}

std::vector<Claim> observed() {
    const Protocol schedules{{{"schedules", pages({"cooldown", "increasing", "linear", "cosine",
                                                   "unimax", "largest_first", "doremi"},
                                                  1500, {5}, 2)}},
                             {}};
    const auto both = [](const char* arm) {
        return std::vector<Measure>{of(arm, largest()), of(arm, smallest())};
    };
    std::vector<Measure> all;
    for (const char* arm :
         {"cooldown", "increasing", "linear", "cosine", "unimax", "largest_first", "doremi"})
        for (const Measure& loss : both(arm))
            all.push_back(loss);
    return {
        seen("order_of_schedules",
             "By how much the increasing schedule ends above Cooldown on the smallest language; "
             "in the paper it does.",
             schedules, of("increasing", smallest()) - of("cooldown", smallest()),
             "Loss of the smallest language, increasing less Cooldown",
             {" {place}, largest and smallest: Cooldown {:.3f} {:.3f}, increasing {:.3f} "
              "{:.3f}, linear {:.3f} {:.3f}, cosine {:.3f} {:.3f}, UniMax {:.3f} {:.3f}, "
              "largest first {:.3f} {:.3f}, DoReMi {:.3f} {:.3f}.",
              all}),
        seen("weighting_and_the_largest",
             "By how much weighting ends below sampling on the largest language, with Adam; the "
             "paper has them alike.",
             wholeTrainings(), at(5, "ts", largest()) - at(5, "s", largest()),
             "Loss of the largest language, TS less S, τ = 5")};
}

} // namespace

std::vector<Claim> claims() {
    return joined({identities(), ofNoise(), ofSpeed(), ofSchedules(), observed()});
}

} // namespace convergence::upsample
