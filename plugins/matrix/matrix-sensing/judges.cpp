#include "plugins/matrix/matrix-sensing/judges.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "core/experiment/trait_table.h"
#include "plugins/matrix/matrix-sensing/trial.h"

namespace convergence::matrix_sensing {

namespace {

double learningRate(const EvidenceRun& run) {
    return run.values->real("learning_rate");
}

double lastOf(const EvidenceRun& run, std::size_t trial, const std::string& column) {
    const Table& trace = run.recording->trace(trial);
    return trace.at(trace.rows() - 1, trace.columnIndex(column));
}

} // namespace

double rateAtExactRank(const EvidenceRun& run, std::size_t) {
    return -std::log1p(-learningRate(run) / run.values->real("condition_number"));
}

double rateOfSurplus(const EvidenceRun& run, std::size_t trial) {
    const auto k = run.values->integer("factor_rank");
    const double sigma = std::fmax(lastOf(run, trial, fmt::format("sigma_f_{}", k)),
                                   lastOf(run, trial, fmt::format("sigma_g_{}", k)));
    return -std::log1p(-learningRate(run) * sigma * sigma);
}

Judgement judgeConstant(const Evidence& evidence, const Claim& claim) {
    Samples samples(claim);
    for (const EvidenceRun& run : evidence.runs)
        for (const std::size_t trial : evidence.trialsOf(run, "s_over")) {
            const auto surplus = static_cast<double>(run.values->integer("factor_rank") -
                                                     run.values->integer("true_rank"));
            if (ended(run, trial) && run.recording->trace(trial).rows() > 0 && surplus > 0.0)
                samples.add(run, trial,
                            {lastOf(run, trial, "error") * 2.0 * learningRate(run) *
                             lastOf(run, trial, "iteration") / std::sqrt(surplus)});
        }
    return samples.judged("e_T·2ηT/√(k − r) at the last step");
}

Judgement judgeGain(const Evidence& evidence, const Claim& claim) {
    Samples samples(claim);
    std::string changes;
    for (const EvidenceRun& run : evidence.runs) {
        const auto rates = [&](const char* arm) {
            return ratesBy("initial_scale", evidence, run, {arm, "error", {}}, decayLevels);
        };
        const Rates modified = rates("a_mod"), plain = rates("a_over");
        if (modified.empty() || plain.empty())
            continue;
        double change = 0.0;
        for (const std::size_t trial : evidence.trialsOf(run, "a_mod")) {
            const double ofTrial = finalOf(run, trial, "product_change");
            change = ofTrial <= change ? change : ofTrial; // NaN where no step was taken stays
        }
        samples.add(placeOf(run), {modified.begin()->second / plain.begin()->second, change});
        changes += fmt::format("{}{:.1e}", changes.empty() ? "" : ", ", change);
    }
    Judgement judgement =
        samples.judged("Rate after the modified step over the plain rate at the smallest α");
    judgement.explanation += " Relative change of FGᵀ by the step: " + changes + ".";
    return judgement;
}

Judgement judgeBalance(const Evidence& evidence, const Claim& claim) {
    std::map<std::uint64_t, Rates> rates; // by seed, then β
    for (const EvidenceRun& run : evidence.runs)
        for (const std::size_t trial : evidence.trialsOf(run, "a_mod")) {
            const Decay decay = decayOf(run, trial, "error", decayLevels);
            if (!decay.decided())
                return {};
            rates[run.seed][run.values->real("balance")] = decay.rate();
        }
    Samples samples(claim);
    std::string table;
    for (const auto& [seed, byBeta] : rates) {
        double best = 0.0, bestRate = -1.0, second = -1.0;
        for (const auto& [beta, rate] : byBeta) {
            second = std::max(second, std::min(rate, bestRate));
            best = rate > bestRate ? beta : best;
            bestRate = std::max(bestRate, rate);
            table += fmt::format(" β {}: {:.4f}", beta, rate);
        }
        table += ";";
        samples.add(fmt::format("seed {}", seed), {best, bestRate / second});
    }
    Judgement judgement = samples.judged("β of the fastest rate");
    judgement.explanation += table;
    return judgement;
}

Judge worstOf(std::vector<Judge> arms) {
    return [arms = std::move(arms)](const Evidence& evidence, const Claim& claim) {
        std::vector<Judgement> judgements;
        std::string explanations;
        for (const Judge& judge : arms) {
            judgements.push_back(judge(evidence, claim));
            explanations += (explanations.empty() ? "" : " ") + judgements.back().explanation;
        }
        auto worst = judgements.begin();
        for (const Verdict verdict : {Verdict::notEnoughData, Verdict::fails}) {
            const auto found = std::find_if(judgements.begin(), judgements.end(),
                                            [&](const auto& j) { return j.verdict == verdict; });
            worst = found == judgements.end() ? worst : found;
        }
        worst->explanation = explanations;
        return *worst;
    };
}

Judge inPopulationLimit(Judge judge) {
    return [judge = std::move(judge)](const Evidence& evidence, const Claim& claim) {
        for (const EvidenceRun& run : evidence.runs)
            if (run.values->integer("measurements") > 0 ||
                traitsOf(sensingProblems, run.values->text("problem")).fixed) {
                Judgement none;
                none.explanation = "The claim is about a random target in the population limit; "
                                   "set measurements to 0.";
                return none;
            }
        return judge(evidence, claim);
    };
}

} // namespace convergence::matrix_sensing
