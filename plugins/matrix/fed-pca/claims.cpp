// What the paper claims about federated PCA, and how each claim is measured and refuted.

#include <cmath>

#include "core/experiment/measure_judges.h"
#include "core/experiment/parameter_builders.h"
#include "core/experiment/trait_table.h"
#include "plugins/matrix/fed-pca/arms.h"
#include "plugins/matrix/fed-pca/experiment.h"

namespace convergence::federated_pca {

namespace {

using namespace measures;
using Names = std::vector<std::string>;

constexpr const char* alikeLabel = "clients alike";

// ---- What is measured ----------------------------------------------------------------------

FlowPartition partitionOf(const EvidenceRun& run) {
    return traitsOf(partitionChoices, run.values->text("partition")).partition;
}
bool clientsDiffer(const EvidenceRun& run) {
    return partitionOf(run) == FlowPartition::sorted;
}

const Measure gap = final("final_gap");
/// Infinite where it never came so near.
const Measure roundsToFive = orElse(final("rounds_to_5"), INFINITY);
const Measure beforeCentral = of("fedpg", final("auc")) - of("central", final("auc"));
const Measure beforeAlone = of("fedpg", final("auc")) - of("local", final("best_local_auc"));
const Measure aloneFromCentral =
    abs(of("local", final("best_local_auc")) - of("central", final("auc")));
const Measure shareOfNumbers = of("fedpg", final("numbers")) / of("central_ae", final("numbers"));

/// A person's own run is judged where its clients differ.
bool isJudged(const EvidenceRun& run) {
    return !run.label.empty() || clientsDiffer(run);
}
/// Where the protocol means clients that are alike, and elsewhere a number that satisfies the
/// threshold; whatever a refutation makes of them.
enum class Meant { differing, alike };
Measure where(Meant clients, Measure measure, double elsewhere) {
    return Measure([=](const Place& place) -> Number {
        const bool alike = place.run.label == alikeLabel;
        return alike == (clients == Meant::alike) ? measure.at(place) : Number(elsewhere);
    });
}

Told areas() {
    return {" {place}: {:.3f}, central {:.3f}, best client {:.3f}.",
            {of("fedpg", final("auc")), of("central", final("auc")),
             of("local", final("best_local_auc"))}};
}

} // namespace

std::vector<Claim> claims() {
    const Names both{"fedpg", "fedpe"};
    const Overrides alike{{"partition", std::string("iid")}};
    const Overrides common{{"arms", both}, {"record_every", whole(50)}};
    const auto fraction = [&](double share, std::int64_t rounds) {
        return with(common, {{"fraction", share}, {"rounds", rounds}});
    };
    const Overrides weak{{"arms", Names{"fedpg"}},   {"record_every", whole(50)},
                         {"penalty", 0.01},          {"coupling_scale", std::string("per_sample")},
                         {"local_steps", whole(30)}, {"fraction", 0.1}};
    const Overrides detection{{"arms", Names{"fedpg", "central", "local"}},
                              {"record_every", whole(50)}};
    const Overrides authors{{"arms", both},
                            {"record_every", whole(50)},
                            {"rank", whole(2)},
                            {"local_rate", 1e-4},
                            {"penalty", 0.01},
                            {"coupling_scale", std::string("per_sample")},
                            {"local_steps", whole(30)},
                            {"fraction", 0.1},
                            {"start", std::string("uniform")},
                            {"rounds", whole(200)}};
    const Refutation uncoupled{"next to no coupling (ρ = 0.01)", {{"penalty", 0.01}}, {}};
    return {
        {.id = "consensus",
         .statement = "Clients that differ agree on the subspace of central PCA, three tenths of "
                      "them a round.",
         .threshold = Below{"gap", 0.01, baseline("central PCA; margin ours")},
         .also = {AtMost{"rounds to 5 %", 50.0, ours("before half of the 100 rounds are over")}},
         .hold = Hold::onAverage,
         .protocol = {{{"three tenths", fraction(0.3, 100)}}, twentySeeds},
         .judge = EachTrial{.arms = both,
                            .numbers = {gap, roundsToFive},
                            .what = "Gap to central PCA after 100 rounds",
                            .told = {},
                            .where =
                                [](const EvidenceRun& run) {
                                    return clientsDiffer(run) &&
                                           run.values->real("fraction") == 0.3;
                                }},
         .refutations = {uncoupled},
         .live = true},
        {.id = "subsampling_costs_rounds",
         .statement = "Fewer clients a round cost rounds, not the limit.",
         .threshold = Below{"gap after 300 rounds", 0.01, baseline("central PCA; margin ours")},
         .also = {Above{"more rounds to 5 % with a tenth than with three tenths", 0.0,
                        baseline("three tenths of the clients a round")},
                  Above{"more with three tenths than with all", 0.0,
                        baseline("all clients a round")}},
         .hold = Hold::onAverage,
         .protocol = {{{"all", fraction(1.0, 100)},
                       {"three tenths", fraction(0.3, 100)},
                       {"a tenth", fraction(0.1, 300)}},
                      twentySeeds},
         .judge =
             EachTrial{
                 .arms = both,
                 .numbers = {gap, roundsToFive - inRun("three tenths", roundsToFive),
                             inRun("three tenths", roundsToFive) - inRun("all", roundsToFive)},
                 .what = "Gap after 300 rounds with a tenth of the clients a round",
                 .told = {" {place}: {:.0f}, {:.0f}, {:.0f} rounds to 5 % with all, three "
                          "tenths, a tenth.",
                          {inRun("all", roundsToFive), inRun("three tenths", roundsToFive),
                           roundsToFive}},
                 .where = {},
                 .label = "a tenth"},
         .refutations = {uncoupled}},
        {.id = "coupling_is_what_does_it",
         .statement = "With next to no coupling there is no consensus among clients that differ, "
                      "while clients that are alike come near it.",
         .threshold =
             Above{"gap where clients differ", 0.5, ablation("next to no coupling; margin ours")},
         .also = {Above{"more than where they are alike", 0.5,
                        ours("most of the gap comes from the difference")}},
         .hold = Hold::onAverage,
         .protocol = {{{"clients differ", weak}, {alikeLabel, with(weak, alike)}}, twentySeeds},
         .judge = EachRun{.numbers = {of("fedpg", gap),
                                      of("fedpg", gap) - inRun(alikeLabel, of("fedpg", gap))},
                          .what = "Gap after 100 rounds with next to no coupling",
                          .told = {" {place}: {:.3f} where they are alike.",
                                   {inRun(alikeLabel, of("fedpg", gap))}},
                          .where = {},
                          .label = "clients differ"},
         .refutations = {{"full coupling (ρ = 10, c = 1, 10 steps)",
                          {{"penalty", 10.0},
                           {"coupling_scale", std::string("one")},
                           {"local_steps", whole(10)}},
                          {}}}},
        {.id = "detection",
         .statement = "Attacks are found as well as by central PCA, and far better than by any "
                      "client alone, provided that clients differ.",
         .threshold = Within{"AUC less that of central PCA", 0.0, 0.005,
                             baseline("central PCA; margin ours")},
         .also = {AtLeast{"AUC less that of the best client alone, where they differ", 0.1,
                          baseline("the best client alone; margin ours")},
                  AtMost{"distance of the best client from central PCA, where they are alike", 0.02,
                         baseline("central PCA; margin ours")}},
         .hold = Hold::onAverage,
         .protocol = {{{"clients differ", detection}, {alikeLabel, with(detection, alike)}},
                      twentySeeds},
         .judge = EachRun{.numbers = {beforeCentral, where(Meant::differing, beforeAlone, 1.0),
                                      where(Meant::alike, aloneFromCentral, 0.0)},
                          .what = "Area under ROC of FEDPG less that of central PCA",
                          .told = areas(),
                          .where = isJudged},
         .refutations = {{"all clients alike", alike, {}}, uncoupled},
         .live = true},
        {.id = "autoencoder",
         .statement = "A central autoencoder finds hardly more, at seven times the numbers.",
         .threshold = Within{"AUC less that of the autoencoder", 0.0, 0.02,
                             baseline("a central autoencoder; margin ours")},
         .also = {Below{"share of the numbers", 0.2, baseline("a central autoencoder")}},
         .hold = Hold::onAverage,
         .protocol = {{{"", {{"arms", Names{"fedpg", "central_ae"}}, {"record_every", whole(50)}}}},
                      twentySeeds},
         .judge = EachRun{.numbers = {of("fedpg", final("auc")) - of("central_ae", final("auc")),
                                      shareOfNumbers},
                          .what = "Area under ROC less that of a central autoencoder"},
         .refutations = {{"the average of local bases in FEDPG's place",
                          {{"arms", Names{"average", "central_ae"}}},
                          {{"fedpg", "average"}}}},
         .live = true},
        {.id = "grassmann_needs_fewer_rounds",
         .statement = "With the authors' defaults FEDPG is ahead of FEDPE after 200 rounds, which "
                      "spends them on making Z orthonormal.",
         .threshold = Below{"gap less FEDPE's", 0.0, baseline("FEDPE with the authors' defaults")},
         .hold = Hold::onAverage,
         .protocol = {{{"clients differ", authors}, {alikeLabel, with(authors, alike)}},
                      twentySeeds},
         .judge = EachRun{.numbers = {of("fedpg", gap) - of("fedpe", gap)},
                          .what = "Gap of FEDPG less that of FEDPE after 200 rounds",
                          .told = {" {place}: {:.2g} against {:.2g}.",
                                   {of("fedpg", gap), of("fedpe", gap)}}},
         .refutations =
             {{"an orthonormal start and a rate that converges (η = 0.01, ρ = 10, c = 1, "
               "three tenths)",
               {{"start", std::string("orthonormal")},
                {"local_rate", 0.01},
                {"penalty", 10.0},
                {"coupling_scale", std::string("one")},
                {"local_steps", whole(10)},
                {"rank", whole(6)},
                {"fraction", 0.3}},
               {}}}},
        {.id = "local_bases_are_orthonormal",
         .statement = "FEDPG's local bases are orthonormal after every step.",
         .threshold = Below{"‖UᵀU − I‖", 1e-10,
                            identity("a QR retraction gives orthonormal columns, up to rounding")},
         .protocol = {{{"", {{"arms", Names{"fedpg"}}, {"record_every", whole(50)}}}}, threeSeeds},
         .judge = EachTrial{.arms = {"fedpg"},
                            .numbers = {final("local_departure")},
                            .what = "Largest ‖UᵀU − I‖ after any local step"},
         .refutations = {replacedArm("fedpg", "fedpe", "no retraction")},
         .live = true}};
}

} // namespace convergence::federated_pca
