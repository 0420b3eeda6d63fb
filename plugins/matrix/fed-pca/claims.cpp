// What the paper claims about federated PCA, and how each claim is measured and refuted.

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "core/experiment/judging.h"
#include "core/experiment/not_applicable.h"
#include "core/experiment/parameter_builders.h"
#include "core/experiment/trait_table.h"
#include "plugins/matrix/fed-pca/arms.h"
#include "plugins/matrix/fed-pca/experiment.h"

namespace convergence::federated_pca {

namespace {

using Names = std::vector<std::string>;

FlowPartition partitionOf(const EvidenceRun& run) {
    return traitsOf(partitionChoices, run.values->text("partition")).partition;
}

bool hasArms(const Evidence& evidence, const EvidenceRun& run, const Names& arms) {
    return std::all_of(arms.begin(), arms.end(), [&](const std::string& arm) {
        const auto trials = evidence.trialsOf(run, arm);
        return !trials.empty() && ended(run, trials.front()) &&
               trials.front() < run.recording->trials().rows();
    });
}

Judgement judgeConsensus(const Evidence& evidence) {
    std::vector<Sample> samples;
    std::string rounds;
    for (const EvidenceRun& run : evidence.runs) {
        if (partitionOf(run) != FlowPartition::sorted || run.values->real("fraction") != 0.3)
            continue;
        for (const std::string arm : {"fedpg", "fedpe"}) {
            if (!hasArms(evidence, run, {arm}))
                continue;
            const double gap = finalOf(evidence, run, arm, "final_gap");
            const double arrival = finalOf(evidence, run, arm, "rounds_to_5");
            samples.push_back({gap, gap < 0.01 && arrival <= 40.0, arm + ", " + placeOf(run)});
            rounds += fmt::format(" {} {}: {:.0f} rounds.", arm, placeOf(run), arrival);
        }
    }
    Judgement judgement = judgeAll(samples, "gap below 1 %, 5 % within 40 rounds",
                                   "Gap to central PCA after 100 rounds");
    judgement.explanation += " To 5 %:" + rounds;
    return judgement;
}

Judgement judgeSubsampling(const Evidence& evidence) {
    std::vector<Sample> samples;
    std::string table;
    for (const EvidenceRun* run : evidence.labelled("a tenth")) {
        const auto sameSeed = [&](const std::string& label) -> const EvidenceRun* {
            for (const EvidenceRun* other : evidence.labelled(label))
                if (other->seed == run->seed)
                    return other;
            return nullptr;
        };
        const EvidenceRun* third = sameSeed("three tenths");
        const EvidenceRun* all = sameSeed("all");
        if (!third || !all)
            continue;
        for (const std::string arm : {"fedpg", "fedpe"}) {
            const Names one{arm};
            if (!hasArms(evidence, *run, one) || !hasArms(evidence, *third, one) ||
                !hasArms(evidence, *all, one))
                continue;
            const double gap = finalOf(evidence, *run, arm, "final_gap");
            const double few = finalOf(evidence, *run, arm, "rounds_to_5");
            const double some = finalOf(evidence, *third, arm, "rounds_to_5");
            const double every = finalOf(evidence, *all, arm, "rounds_to_5");
            samples.push_back({gap, gap < 0.002 && every < some && some < few,
                               fmt::format("{}, seed {}", arm, run->seed)});
            table += fmt::format(" {} seed {}: {:.0f}, {:.0f}, {:.0f}.", arm, run->seed, every,
                                 some, few);
        }
    }
    Judgement judgement =
        judgeAll(samples, "gap below 0.2 %, more rounds to 5 % the fewer take part",
                 "Gap after 300 rounds with a tenth of the clients a round");
    judgement.explanation += " Rounds to 5 % with all, three tenths, a tenth:" + table;
    return judgement;
}

Judgement judgeCoupling(const Evidence& evidence) {
    std::vector<Sample> samples;
    std::string alike;
    for (const EvidenceRun& run : evidence.runs) {
        if (!hasArms(evidence, run, {"fedpg"}))
            continue;
        const double gap = finalOf(evidence, run, "fedpg", "final_gap");
        if (run.label == "clients alike") {
            samples.push_back({gap, gap < 0.02, placeOf(run)});
            alike += fmt::format(" {:.3f}", gap);
        } else {
            samples.push_back({gap, gap > 0.5, placeOf(run)});
        }
    }
    Judgement judgement =
        judgeAll(samples, "above 50 % where clients differ, below 2 % where they are alike",
                 "Gap after 100 rounds with next to no coupling");
    judgement.explanation += " Clients alike:" + alike + ".";
    return judgement;
}

Judgement judgeDetection(const Evidence& evidence) {
    std::vector<Sample> samples;
    std::string table;
    for (const EvidenceRun& run : evidence.runs) {
        if (!hasArms(evidence, run, {"fedpg", "central", "local"}) ||
            (run.label.empty() && partitionOf(run) != FlowPartition::sorted))
            continue;
        const double federated = finalOf(evidence, run, "fedpg", "auc");
        const double central = finalOf(evidence, run, "central", "auc");
        const double best = finalOf(evidence, run, "local", "best_local_auc");
        const bool alike = run.label == "clients alike";
        const bool inside = std::abs(federated - central) <= 0.005 &&
                            (alike ? std::abs(best - central) <= 0.02 : federated - best >= 0.1);
        samples.push_back({federated - central, inside, placeOf(run)});
        table += fmt::format(" {}: {:.3f}, central {:.3f}, best client {:.3f}.", placeOf(run),
                             federated, central, best);
    }
    Judgement judgement = judgeAll(
        samples,
        "within 0.005 of central PCA; 0.1 above every client alone where they differ, and clients "
        "within 0.02 of central where they are alike",
        "Area under ROC of FEDPG less that of central PCA");
    judgement.explanation += table;
    return judgement;
}

Judgement judgeAutoencoder(const Evidence& evidence) {
    std::vector<Sample> samples;
    double share = 0.0;
    for (const EvidenceRun& run : evidence.runs) {
        if (!hasArms(evidence, run, {"fedpg", "central_ae"}))
            continue;
        const double difference =
            finalOf(evidence, run, "fedpg", "auc") - finalOf(evidence, run, "central_ae", "auc");
        share = finalOf(evidence, run, "fedpg", "numbers") /
                finalOf(evidence, run, "central_ae", "numbers");
        samples.push_back({difference, std::abs(difference) <= 0.02 && share < 0.2, placeOf(run)});
    }
    Judgement judgement = judgeAll(samples, "within 0.02, at less than a fifth of the numbers",
                                   "Area under ROC less that of a central autoencoder");
    judgement.explanation += fmt::format(" Share of the numbers sent: {:.3f}.", share);
    return judgement;
}

Judgement judgeAuthors(const Evidence& evidence) {
    std::vector<Sample> samples;
    std::string table;
    for (const EvidenceRun& run : evidence.runs) {
        if (!hasArms(evidence, run, {"fedpg", "fedpe"}) || run.label.empty())
            continue;
        const double grassmann = finalOf(evidence, run, "fedpg", "final_gap");
        const double euclidean = finalOf(evidence, run, "fedpe", "final_gap");
        samples.push_back({grassmann - euclidean, grassmann < euclidean, placeOf(run)});
        table += fmt::format(" {}: {:.2g} against {:.2g}.", placeOf(run), grassmann, euclidean);
    }
    Judgement judgement =
        judgeAll(samples, "below 0", "Gap of FEDPG less that of FEDPE after 200 rounds");
    judgement.explanation += table;
    return judgement;
}

Judgement judgeOrthonormal(const Evidence& evidence) {
    std::vector<Sample> samples;
    for (const EvidenceRun& run : evidence.runs) {
        const double departure = finalOf(evidence, run, "fedpg", "local_departure");
        if (!std::isnan(departure))
            samples.push_back({departure, departure < 1e-10, placeOf(run)});
    }
    return judgeAll(samples, "below 1e-10", "Largest ‖UᵀU − I‖ after any local step");
}

} // namespace

std::vector<Claim> claims() {
    const std::vector<std::uint64_t> seeds{0, 1, 2};
    const Names both{"fedpg", "fedpe"};
    const Overrides alike{{"partition", std::string("iid")}};
    const auto with = [](Overrides base, const Overrides& more) {
        for (const auto& [name, value] : more)
            base.insert_or_assign(name, value);
        return base;
    };
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
         .threshold =
             Stated{"gap < 1 %, 5 % within 40 rounds", baseline("central PCA; margins ours")},
         .protocol = {{{"three tenths", fraction(0.3, 100)}}, seeds},
         .judge = judgeConsensus,
         .refutations = {uncoupled},
         .live = true},
        {.id = "subsampling_costs_rounds",
         .statement = "Fewer clients a round cost rounds, not the limit.",
         .threshold = Stated{"gap < 0.2 % after 300 rounds, more rounds to 5 % the fewer take part",
                             baseline("central PCA; margin ours")},
         .protocol = {{{"all", fraction(1.0, 100)},
                       {"three tenths", fraction(0.3, 100)},
                       {"a tenth", fraction(0.1, 300)}},
                      seeds},
         .judge = judgeSubsampling,
         .refutations = {uncoupled}},
        {.id = "coupling_is_what_does_it",
         .statement = "With next to no coupling there is no consensus among clients that differ; "
                      "clients that are alike do not need it.",
         .threshold =
             Stated{"gap > 50 %, alike < 2 %", ablation("next to no coupling; margins ours")},
         .protocol = {{{"clients differ", weak}, {"clients alike", with(weak, alike)}}, seeds},
         .judge = judgeCoupling,
         .refutations = {{"full coupling (ρ = 10, c = 1, 10 steps)",
                          {{"penalty", 10.0},
                           {"coupling_scale", std::string("one")},
                           {"local_steps", whole(10)}},
                          {}}}},
        {.id = "detection",
         .statement = "Attacks are found as well as by central PCA, and far better than by any "
                      "client alone, provided that clients differ.",
         .threshold = Stated{"AUC within 0.005 of central PCA, 0.1 above any client alone; alike: "
                             "clients within 0.02",
                             baseline("central PCA, and the best client alone; margins ours")},
         .protocol = {{{"clients differ", detection}, {"clients alike", with(detection, alike)}},
                      seeds},
         .judge = judgeDetection,
         .refutations = {{"all clients alike", alike, {}}, uncoupled},
         .live = true},
        {.id = "autoencoder",
         .statement = "A central autoencoder finds hardly more, at seven times the numbers.",
         .threshold = Stated{"AUC within 0.02, at less than a fifth of the numbers",
                             baseline("a central autoencoder; margins ours")},
         .protocol = {{{"", {{"arms", Names{"fedpg", "central_ae"}}, {"record_every", whole(50)}}}},
                      seeds},
         .judge = judgeAutoencoder,
         .refutations = {{"the average of local bases in FEDPG's place",
                          {{"arms", Names{"average", "central_ae"}}},
                          {{"fedpg", "average"}}}},
         .live = true},
        {.id = "grassmann_needs_fewer_rounds",
         .statement = "With the authors' defaults FEDPG is ahead of FEDPE after 200 rounds, which "
                      "spends them on making Z orthonormal.",
         .threshold = Stated{"gap below FEDPE's", baseline("FEDPE with the authors' defaults")},
         .protocol = {{{"clients differ", authors}, {"clients alike", with(authors, alike)}},
                      seeds},
         .judge = judgeAuthors,
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
         .threshold = Stated{"‖UᵀU − I‖ < 1e-10",
                             identity("a QR retraction gives orthonormal columns, up to rounding")},
         .protocol = {{{"", {{"arms", Names{"fedpg"}}, {"record_every", whole(50)}}}}, seeds},
         .judge = judgeOrthonormal,
         .refutations = {replacedArm("fedpg", "fedpe", "no retraction")},
         .live = true}};
}

} // namespace convergence::federated_pca
