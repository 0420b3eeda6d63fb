// What the paper claims about single epochs, the runs that each claim needs, and what refutes it.

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/experiment/measure_judges.h"
#include "core/experiment/parameter_builders.h"
#include "core/math/statistics.h"
#include "plugins/stochastic/one-epoch/arms.h"
#include "plugins/stochastic/one-epoch/experiment.h"
#include "plugins/stochastic/one-epoch/frames.h"

namespace convergence::one_epoch {

namespace {

using namespace measures;
using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

// ---- What is measured ----------------------------------------------------------------------

/// Of a replicate, a final metric of an arm without dropout, and with the most there is.
Measure without(const char* arm, const char* column = "test_loss") {
    return where("dropout", 0.0, of(arm, final(column)));
}
Measure withDropout(const char* arm, const char* column = "test_loss") {
    return atLargest("dropout", arm, final(column));
}
bool hasDropout(const EvidenceRun& run) {
    return std::ranges::any_of(run.values->numbers("dropout"), [](double p) { return p > 0.0; });
}
/// Final test loss of an arm less that of another.
Measure excess(const char* arm, const char* over) {
    return without(arm) - without(over);
}

/// Of a replicate: iterations at which an arm reaches its least test loss over the first at which
/// one epoch is as low; 0 where one epoch never is.
Measure speedUp(const char* arm) {
    return where("dropout", 0.0, Measure([arm](const Place& place) -> Number {
                     const auto once = trialsAt(place, "epochs_1"), many = trialsAt(place, arm);
                     if (once.empty() || many.empty() || !ended(place.run, *once[0].trial) ||
                         !ended(place.run, *many[0].trial))
                         return std::nullopt;
                     const Recording& recording = *place.run.recording;
                     const SpeedUp up = speedUpOf(lossCurve(recording, *once[0].trial),
                                                  lossCurve(recording, *many[0].trial));
                     return up.found ? up.factor() : 0.0;
                 }));
}

/// A width at a budget with its best learning rate: mean test loss over replicates.
struct TunedSize {
    double width, ratio, loss;
};
/// Of all widths of the run; empty until all have ended.
std::vector<TunedSize> tunedSizesAt(const Place& place, double budget) {
    std::vector<TunedSize> sizes;
    for (const double width : place.run.values->numbers("widths")) {
        const auto at = [&](Measure measure) {
            return where("compute_budget", budget, where("width", width, std::move(measure)))
                .at(place);
        };
        if (!at(Measure([](const Place& here) {
                 return Number(static_cast<double>(trialsAt(here, "epochs_1").size()));
             })).value_or(0.0))
            continue; // too small a width takes too many steps, and is left out
        const Number loss = at(
            tuned("epochs_1",
                  {.factor = "learning_rate", .validation = "tuning_loss", .metric = "test_loss"}));
        const Number ratio = at(of("epochs_1", final("ratio")));
        if (!loss || !ratio)
            return {};
        sizes.push_back({width, *ratio, *loss});
    }
    return sizes;
}
/// NaN is the best, so that it is seen.
const TunedSize& bestOf(const std::vector<TunedSize>& sizes) {
    return *std::ranges::min_element(sizes, [](const TunedSize& a, const TunedSize& b) {
        return std::isnan(a.loss) || a.loss < b.loss;
    });
}
/// Loss of width 64 less that of 16 at a budget; the losses of all are remarked.
Measure largeLessSmall(double budget) {
    return Measure([budget](const Place& place) -> Number {
        Number small, large;
        std::string all;
        for (const TunedSize& size : tunedSizesAt(place, budget)) {
            if (size.width == 16.0)
                small = size.loss;
            if (size.width == 64.0)
                large = size.loss;
            all += fmt::format(" d = {} (T/P {:.3g}): {:.3f}.", size.width, size.ratio, size.loss);
        }
        if (!small || !large)
            return std::nullopt;
        if (place.remarks)
            place.remarks->insert(fmt::format("P·T = {:.3g}:{}", budget, all));
        return *large - *small;
    });
}
/// The smaller loss at both ends of the sweep less the least inside.
Measure gainInside(double budget) {
    return Measure([budget](const Place& place) -> Number {
        const std::vector<TunedSize> sizes = tunedSizesAt(place, budget);
        if (sizes.size() < 3)
            return std::nullopt;
        const std::vector<TunedSize> inside(sizes.begin() + 1, sizes.end() - 1);
        return bestOf({sizes.front(), sizes.back()}).loss - bestOf(inside).loss;
    });
}
/// Of the best width, at the run's first budget.
Measure best(double TunedSize::*part) {
    return Measure([part](const Place& place) -> Number {
        const auto sizes = tunedSizesAt(place, place.run.values->numbers("compute_budget").front());
        return sizes.empty() ? std::nullopt : Number(bestOf(sizes).*part);
    });
}

/// R² and slope of ln(test loss) against ln(iteration) of one epoch at a constant rate.
Judgement judgePowerLaw(const Evidence& evidence, const Claim& claim) {
    constexpr std::size_t samplesOfFit = 40, leastPoints = 20;
    Samples samples(claim);
    std::string text;
    for (std::size_t r = 0; r < evidence.runs.size(); ++r) {
        const EvidenceRun& run = evidence.runs[r];
        if (traitsOf(rateSchedules, run.values->text("schedule")).decays)
            continue;
        for (const std::size_t trial : evidence.trialsOf(run, "epochs_1")) {
            const Table& trace = run.recording->trace(trial);
            const LineFit fit = fitLogLog(trace.column("iteration"), trace.column("test_loss"),
                                          {.xMinimum = 100.0, .logSpacedSamples = samplesOfFit});
            if (!ended(run, trial) || run.recording->plans()[trial].factors.at("dropout") > 0.0 ||
                !fit.valid() || fit.count < leastPoints)
                continue;
            const std::string place = fmt::format("{}, replicate {}", placeOf(run),
                                                  run.recording->plans()[trial].replicate);
            samples.add({.place = place, .group = place}, {fit.rSquared, fit.slope});
            samples.draw(
                {.view = "power_law",
                 .run = r,
                 .trial = trial,
                 .kind = FitKind::logLog,
                 .label = fmt::format("slope {:.3f} (R² {:.3f})", fit.slope, fit.rSquared)},
                fit);
            text += fmt::format(" {}: slope {:.3f}, R² {:.3f} over {} points.", place, fit.slope,
                                fit.rSquared, fit.count);
        }
    }
    Judgement judgement = samples.judged("R² of ln(test loss) against ln(iteration)");
    judgement.explanation += text;
    return judgement;
}

// ---- Protocols -----------------------------------------------------------------------------

constexpr const char* marginOrigin = "the paper has the order; the margin against chance is ours";
constexpr const char* sizeOrigin =
    "the paper has a best size; which one, and by how much, is a matter of the text";

constexpr std::int64_t manyReplicates = 24;

Overrides epochs(Names arms, std::int64_t width, std::int64_t iterations, Numbers dropout = {0}) {
    return {{"arms", std::move(arms)},
            {"width", width},
            {"iterations", iterations},
            {"dropout", std::move(dropout)},
            {"replicates", whole(3)}};
}
Overrides replicated(std::int64_t replicates, Overrides overrides) {
    overrides.insert_or_assign("replicates", replicates);
    return overrides;
}

Overrides powerLaw(std::int64_t width, std::int64_t iterations) {
    Overrides overrides = epochs({"epochs_1"}, width, iterations);
    overrides.insert({{"schedule", std::string("constant")},
                      {"learning_rate", 2e-3},
                      {"record_every", whole(0)}});
    return overrides;
}

Overrides sizes(double budget, Numbers widths) {
    return {{"study", std::string("sizes")},
            {"compute_budget", Numbers{budget}},
            {"widths", std::move(widths)},
            {"record_every", whole(0)}};
}

/// All runs are then the same to the last bit, at any size; a small one shows it.
const Refutation alwaysFresh{"fresh chunks for every run, so that nothing is repeated",
                             {{"supply", std::string("fresh")},
                              {"replicates", whole(2)},
                              {"width", whole(32)},
                              {"iterations", whole(500)}},
                             {}};
const Refutation shuffled{"the symbols of the text in random order",
                          {{"text_order", std::string("shuffled")},
                           {"widths", Numbers{16, 32, 64}},
                           {"tuned_rates", Numbers{3e-3}}},
                          {}};

Refutation repeated(const std::string& by, std::string description) {
    return {std::move(description), {}, {{"epochs_1", by}}};
}

std::vector<Claim> claimsOnEpochs() {
    // When attention sets in is a matter of chance, which eight replicates do not even out.
    const Overrides all = epochs({"epochs_1", "epochs_10", "epochs_20", "epochs_50"}, 64, 1500);
    const Protocol full{{{"full", replicated(manyReplicates, all)}}, {}};
    return {
        {.id = "one_epoch_wins",
         .statement = "For the same number of steps one epoch ends lower than several, and the "
                      "lower the more it replaces.",
         .threshold =
             DifferenceAbove{"loss of 10 epochs less that of one", 0.0, paper("one epoch is best")},
         .also = {DifferenceAbove{"of 20 less 10", 0.0,
                                  paper("the more epochs are replaced, the more is gained")},
                  DifferenceAbove{"of 50 less 20", 0.0,
                                  paper("the more epochs are replaced, the more is gained")}},
         .protocol = full,
         .judge = MeanOverRuns{.numbers = {excess("epochs_10", "epochs_1"),
                                           excess("epochs_20", "epochs_10"),
                                           excess("epochs_50", "epochs_20")},
                               .what = "Final test loss of 10 epochs less that of one",
                               .told = {" {place}: {:.3f}, {:.3f}, {:.3f}, {:.3f}.",
                                        {without("epochs_1"), without("epochs_10"),
                                         without("epochs_20"), without("epochs_50")}},
                               .per = Per::replicate},
         .refutations = {alwaysFresh, repeated("epochs_20", "twenty epochs in the place of one")},
         .live = true},
        {.id = "hundred_epochs",
         .statement = "A hundred epochs end more than 1 nat above one.",
         .threshold = Above{"loss of 100 epochs less that of one, nats at every seed", 1.0,
                            ours(marginOrigin)},
         .protocol = {{{"quick", epochs({"epochs_1", "epochs_100"}, 32, 500)}}, {}},
         .judge = EachRun{.numbers = {excess("epochs_100", "epochs_1")},
                          .what = "Final test loss of 100 epochs less that of one",
                          .told = {" {place}: one {:.3f}, 100 {:.3f}, at best {:.3f}.",
                                   {without("epochs_1"), without("epochs_100"),
                                    without("epochs_100", "best_test_loss")}},
                          .per = Per::replicate},
         .refutations = {alwaysFresh},
         .live = true},
        {.id = "no_overfitting",
         .statement = "One epoch does not overfit: test and training loss stay together.",
         .threshold =
             Below{"test less training loss at one epoch", 0.05,
                   ours("the paper sees no gap at one epoch; what counts as none is ours")},
         .also = {Above{"at ten epochs", 0.08,
                        ours("the paper sees one at ten; what counts as one is ours")}},
         .protocol = full,
         .judge = MeanOverRuns{.numbers = {without("epochs_1", "gap"), without("epochs_10", "gap")},
                               .what = "Test minus training loss at one epoch",
                               .told = {" {place}: {:.3f}, at ten epochs {:.3f}.",
                                        {without("epochs_1", "gap"), without("epochs_10", "gap")}},
                               .per = Per::replicate},
         .refutations = {alwaysFresh, repeated("epochs_10", "ten epochs in the place of one")},
         .live = true},
        {.id = "speed_up",
         .statement = "One epoch reaches the least loss of twenty in fewer steps.",
         .threshold = DifferenceAbove{"speed-up of one epoch over twenty", 1.0,
                                      paper("1.9 to 3.3 over ten epochs, with far larger models")},
         .protocol = full,
         .judge = MeanOverRuns{.numbers = {speedUp("epochs_20")},
                               .what = "Speed-up of one epoch over twenty",
                               .told = {" {place}: {:.2f}.", {speedUp("epochs_20")}},
                               .per = Per::replicate},
         .refutations = {alwaysFresh},
         .live = true},
        {.id = "speed_up_of_ten",
         .statement = "How much faster one epoch is than ten.",
         .threshold = Stated{"1.9 to 3.3 in the paper", paper("abstract")},
         .kind = ClaimKind::observation,
         .protocol = full,
         .judge = Observe{.number = speedUp("epochs_10"),
                          .what = "Speed-up of one epoch over ten; the paper's models and corpus "
                                  "are far larger",
                          .told = {" {place}: {:.2f}.", {speedUp("epochs_10")}},
                          .per = Per::replicate},
         .live = true}};
}

std::vector<Claim> claimsOnDropout() {
    return {
        {.id = "dropout_slows",
         .statement = "With one epoch dropout only slows training.",
         .threshold =
             AtLeast{"loss with dropout less that without, at every seed", 0.1, ours(marginOrigin)},
         .protocol = {{{"width 32", epochs({"epochs_1", "epochs_10"}, 32, 1000, {0, 0.1})}}, {}},
         .judge = EachRun{.numbers = {withDropout("epochs_1") - without("epochs_1")},
                          .what = "Final test loss at one epoch with dropout minus without",
                          .told = {" {place}: without {:.3f}, with {:.3f}; at ten epochs {:+.3f}.",
                                   {without("epochs_1"), withDropout("epochs_1"),
                                    withDropout("epochs_10") - without("epochs_10")}},
                          .where = hasDropout,
                          .per = Per::replicate},
         .refutations = {{"dropout so rare that it drops next to nothing",
                          {{"dropout", Numbers{0, 1e-4}}, {"replicates", whole(1)}},
                          {}}},
         .live = true},
        {.id = "dropout_helps_repetition",
         .statement = "With fifty epochs dropout helps.",
         .threshold = AtLeast{"loss without dropout less that with, nats at every seed", 1.0,
                              ours(marginOrigin)},
         .protocol = {{{"width 64", epochs({"epochs_50"}, 64, 1500, {0, 0.1})}}, {}},
         .judge = EachRun{.numbers = {without("epochs_50") - withDropout("epochs_50")},
                          .what = "Final test loss at 50 epochs without dropout minus with",
                          .told = {" {place}: without {:.3f}, with {:.3f}.",
                                   {without("epochs_50"), withDropout("epochs_50")}},
                          .where = hasDropout,
                          .per = Per::replicate},
         .refutations = {alwaysFresh},
         .live = true}};
}

std::vector<Claim> claimsOnScaling() {
    const ProtocolRun some{"10^10", sizes(1e10, {8, 16, 32, 64, 96})};
    const ProtocolRun more{"4.1*10^10", sizes(4.1e10, {16, 32, 64, 96})};
    return {{.id = "power_law",
             .statement = "At a constant rate the test loss falls as a power of the iterations.",
             .threshold = AtLeast{"R² of ln(test loss) against ln(iteration), from 100 on", 0.94,
                                  ours("the paper shows straight lines; how straight is ours")},
             .also = {Below{"slope", 0.0, paper("the loss falls")}},
             .protocol = {{{"width 32", powerLaw(32, 3000)}, {"width 64", powerLaw(64, 2000)}}, {}},
             .judge = judgePowerLaw,
             .refutations = {{"a hundred epochs in the place of one",
                              {{"arms", Names{"epochs_100"}}, {"replicates", whole(1)}},
                              {{"epochs_1", "epochs_100"}}}},
             .live = true},
            {.id = "interior_size",
             .statement = "At the same compute there is a best size, neither smallest nor largest.",
             .threshold = Above{"loss of width 64 less that of 16", 0.3, ours(sizeOrigin)},
             .also = {Above{"loss at the ends of the sweep less that inside", 0.0,
                            paper("there is a best T/P at a given P·T")}},
             .protocol = {{some}, {}},
             .judge = EachRun{.numbers = {largeLessSmall(1e10), gainInside(1e10)},
                              .what = "Loss of width 64 minus that of width 16"},
             .refutations = {shuffled},
             .live = true},
            {.id = "size_at_more_compute",
             .statement = "Four times the compute does not make width 64 worth its price either.",
             .threshold = Above{"loss of width 64 less that of 16", 0.3, ours(sizeOrigin)},
             .protocol = {{more}, {}},
             .judge = EachRun{.numbers = {largeLessSmall(4.1e10)},
                              .what = "Loss of width 64 minus that of width 16"},
             .refutations = {shuffled},
             .live = true},
            {.id = "best_ratio",
             .statement = "The ratio T/P of the best size.",
             .threshold = Stated{"about 5 in the paper", paper("ratio of symbols to parameters")},
             .kind = ClaimKind::observation,
             .protocol = {{some, more}, {}},
             .judge = Observe{.number = best(&TunedSize::ratio),
                              .what = "T/P of the best width; the models are tiny, the symbols are "
                                      "characters, the mini-batch is fixed and the steps are few",
                              .told = {" {place}: {:.3g} (width {}).",
                                       {best(&TunedSize::ratio), best(&TunedSize::width)}}},
             .live = true}};
}

} // namespace

std::vector<Claim> claims() {
    return joined({claimsOnEpochs(), claimsOnDropout(), claimsOnScaling()});
}

} // namespace convergence::one_epoch
