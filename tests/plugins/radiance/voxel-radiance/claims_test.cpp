// The judges of voxel-radiance on constructed recordings: qualities as a prototype of the
// experiment measured them, on which every claim holds, and changes of them under which it must
// not.

#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include <QtTest>

#include "core/experiment/column_pattern.h"
#include "core/experiment/not_applicable.h"
#include "core/experiment/verification.h"
#include "plugins/radiance/voxel-radiance/experiment.h"
#include "plugins/radiance/voxel-radiance/gradient_check.h"
#include "plugins/radiance/voxel-radiance/trials.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

/// How one trial ends, and what its trace says.
struct Outcome {
    std::map<std::string, double> finals;
    std::vector<std::map<std::string, double>> trace; ///< of the last rows
    std::vector<double> iterations, seconds;
    TrialStatus status = TrialStatus::finished;
};
using Outcomes = std::function<Outcome(const TrialPlan& plan, std::uint64_t seed)>;

/// Of three seeds, again and again.
double psnrOf(const std::string& arm, double start, std::uint64_t seed) {
    static const std::map<std::string, std::array<double, 3>> small{
        {"grid", {24.32, 24.95, 24.76}},
        {"opaque_start", {22.19, 22.61, 22.22}},
        {"no_coarse", {22.36, 22.80, 22.63}},
        {"no_scaling", {25.44, 26.21, 26.12}},
        {"no_view_counts", {24.40, 24.87, 24.62}},
        {"no_skipping", {23.92, 24.66, 24.68}},
        {"in", {22.45, 24.69, 24.45}},
        {"pre", {23.90, 24.76, 24.43}},
        {"coarse_only", {20.87, 21.12, 20.97}}};
    if (start > 0.1)
        return std::array{17.84, 17.63, 17.26}[seed % 3];
    return small.at(arm)[seed % 3];
}

std::shared_ptr<Recording> recordingOf(const ParameterValues& values, std::uint64_t seed,
                                       const Outcomes& outcomeOf) {
    // Of the description: an experiment would render its scene.
    static const Description description = voxelRadiance().description;
    const auto columnsOf = [&](const std::vector<ColumnPattern>& patterns, ColumnRole role) {
        return ColumnLayout(patterns, description.parameters, values, role).columns();
    };
    const auto finalColumns = columnsOf(description.records.finals, ColumnRole::metric);
    std::vector<Column> trace{{"iteration", "iteration", "", ColumnRole::clock, {}}};
    for (const Column& column : columnsOf(description.records.trace, ColumnRole::metric))
        trace.push_back(column);
    std::vector<TrialPlan> plans = voxelRadianceTrials(values);
    std::vector<std::string> arms;
    for (const TrialPlan& plan : plans)
        if (std::find(arms.begin(), arms.end(), plan.arm) == arms.end())
            arms.push_back(plan.arm);
    auto recording = std::make_shared<Recording>(
        trace, columnsOf(description.records.factors, ColumnRole::factor), finalColumns, arms,
        plans);
    for (std::size_t trial = 0; trial < plans.size(); ++trial) {
        const Outcome outcome = outcomeOf(plans[trial], seed);
        for (std::size_t row = 0; row < outcome.trace.size(); ++row) {
            std::vector<double> numbers(trace.size(), notApplicable);
            numbers[0] = outcome.iterations[row];
            for (const auto& [column, value] : outcome.trace[row])
                numbers[recording->trace(trial).columnIndex(column)] = value;
            recording->traceForWriting(trial).append(numbers);
            recording->timingForWriting(trial).append(
                std::array{outcome.iterations[row], outcome.seconds[row]});
        }
        std::vector<double> finals(finalColumns.size(), notApplicable);
        for (const auto& [column, value] : outcome.finals)
            finals[recording->trials().columnIndex(column) - recording->firstFinalColumn()] = value;
        recording->setIterations(trial, plans[trial].steps);
        recording->setStatus(trial, outcome.status);
        recording->conclude(trial, finals);
    }
    return recording;
}

const Claim& claimOf(const std::string& id) {
    static const std::vector<Claim> claims = voxelRadianceClaims();
    return claimNamed(claims, id);
}

/// The claim on its own protocol, or on that of a refutation, with the given outcomes.
Judgement judged(const std::string& id, const Outcomes& outcomeOf,
                 const Refutation* refutation = nullptr) {
    const Claim& claim = claimOf(id);
    Evidence evidence;
    const auto parameters = voxelRadianceParameters();
    for (const ProtocolRun& run : claim.protocol.runs) {
        std::vector<std::uint64_t> seeds = claim.protocol.seeds;
        if (seeds.empty())
            seeds.push_back(0);
        for (const std::uint64_t seed : seeds) {
            Overrides overrides = run.overrides;
            overrides["seed"] = static_cast<std::int64_t>(seed);
            if (refutation)
                for (const auto& [name, value] : refutation->overrides)
                    overrides[name] = value;
            auto values = std::make_shared<const ParameterValues>(parameters, overrides);
            auto recording = recordingOf(*values, seed, outcomeOf);
            evidence.runs.push_back({run.label, seed, values, recording});
        }
    }
    if (refutation)
        evidence.replacedArms = refutation->replaceArms;
    return judgeClaim(claim, evidence);
}

Outcome prototype(const TrialPlan& plan, std::uint64_t seed) {
    const auto start = plan.factors.find("alpha_init_coarse");
    const double opaque = start == plan.factors.end() ? 0.0 : start->second;
    Outcome outcome;
    outcome.finals = {{"psnr", psnrOf(plan.arm, opaque, seed)},
                      {"ssim", 0.94},
                      {"train_psnr", 22.5},
                      {"box_share", plan.arm == "opaque_start" ? 1.16 : 0.07}};
    return outcome;
}

/// As the prototype, with the PSNR of one arm at one seed changed.
Outcomes changed(const std::string& arm, std::uint64_t seed, double by) {
    return [=](const TrialPlan& plan, std::uint64_t at) {
        Outcome outcome = prototype(plan, at);
        if (plan.arm == arm && at == seed)
            outcome.finals["psnr"] += by;
        return outcome;
    };
}

} // namespace

class VoxelRadianceClaimsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void advantagesHoldInEveryRun() {
        for (const char* id : {"transparent_start", "coarse_stage"}) {
            const Judgement judgement = judged(id, prototype);
            expectVerdict(judgement, Verdict::holds);
        }
        expectNear(judged("transparent_start", prototype).measured, 2.3367, 1e-3);
        // One run in which the advantage is too small is enough to fail.
        expectVerdict(judged("transparent_start", changed("opaque_start", 1, 1.5)), Verdict::fails);
        expectVerdict(judged("coarse_stage", changed("grid", 2, -1.2)), Verdict::fails);
    }

    void everyRefutationByArmFails() {
        for (const char* id :
             {"transparent_start", "coarse_stage", "box_shrinks", "post_activation_in_space"})
            for (const Refutation& refutation : claimOf(id).refutations) {
                const Judgement judgement = judged(id, prototype, &refutation);
                expectVerdict(judgement, Verdict::fails);
            }
    }

    void qualityNeedsBothMeasures() {
        const auto with = [](double psnr, double ssim) {
            return [=](const TrialPlan& plan, std::uint64_t seed) {
                Outcome outcome = prototype(plan, seed);
                outcome.finals["psnr"] = psnr + 0.1 * static_cast<double>(seed);
                outcome.finals["ssim"] = ssim;
                return outcome;
            };
        };
        expectVerdict(judged("quick_converges", with(25.0, 0.93)), Verdict::holds);
        expectVerdict(judged("quick_converges", with(24.95, 0.93)), Verdict::fails);
        expectVerdict(judged("quick_converges", with(26.0, 0.92)), Verdict::fails);
        expectVerdict(judged("medium_converges", with(28.5, 0.5)), Verdict::holds);
        expectVerdict(judged("medium_converges", with(28.4, 0.99)), Verdict::fails);
    }

    void gainsOfActivationAreMeans() {
        expectVerdict(judged("post_activation_in_space", prototype), Verdict::holds);
        // One bad loss widens the interval; an order that is ahead on average refutes.
        expectVerdict(judged("post_activation_in_space", changed("in", 1, 15.0)),
                      Verdict::notEnoughData);
        const auto ahead = [](const char* arm) {
            return [arm = std::string(arm)](const TrialPlan& plan, std::uint64_t seed) {
                Outcome outcome = prototype(plan, seed);
                if (plan.arm == arm)
                    outcome.finals["psnr"] = psnrOf("grid", 0.0, seed) + 0.1;
                return outcome;
            };
        };
        expectVerdict(judged("post_activation_in_space", ahead("in")), Verdict::fails);
        expectVerdict(judged("post_activation_in_space", ahead("pre")), Verdict::fails);
    }

    void boxesAreComparedWithTheFrustum() {
        expectVerdict(judged("box_shrinks", prototype), Verdict::holds);
        const auto withShares = [](double grid, double opaque) {
            return [=](const TrialPlan& plan, std::uint64_t seed) {
                Outcome outcome = prototype(plan, seed);
                outcome.finals["box_share"] = plan.arm == "opaque_start" ? opaque : grid;
                return outcome;
            };
        };
        expectVerdict(judged("box_shrinks", withShares(0.3, 1.16)), Verdict::fails);
        expectVerdict(judged("box_shrinks", withShares(0.07, 0.5)), Verdict::fails);
    }

    void overfittingIsALossOnHeldOutViews() {
        const auto coarse = [](const TrialPlan& plan, std::uint64_t seed) {
            Outcome outcome = prototype(plan, seed);
            if (plan.factors.at("alpha_init_coarse") < 0.1)
                outcome.finals["psnr"] = psnrOf("coarse_only", 0.0, seed);
            return outcome;
        };
        expectVerdict(judged("opaque_start_overfits", coarse), Verdict::holds);
        const Refutation& refutation = claimOf("opaque_start_overfits").refutations.front();
        expectVerdict(judged("opaque_start_overfits", coarse, &refutation), Verdict::fails);
    }

    void planeErrorsAreHalved() {
        const auto plane = [](double advantage) {
            return [=](const TrialPlan& plan, std::uint64_t) {
                Outcome outcome;
                outcome.finals = {
                    {"plane_psnr", plan.arm == "plane_post" ? 15.0 + advantage : 15.0}};
                return outcome;
            };
        };
        expectVerdict(judged("post_activation_in_the_plane", plane(3.1)), Verdict::holds);
        expectVerdict(judged("post_activation_in_the_plane", plane(2.9)), Verdict::fails);
        for (const Refutation& r : claimOf("post_activation_in_the_plane").refutations)
            expectVerdict(judged("post_activation_in_the_plane", plane(5.0), &r), Verdict::fails);
    }

    void speedsAreComparedAtEqualSeconds() {
        const auto race = [](double nerfSecondsAStep, double nerfGain) {
            return [=](const TrialPlan& plan, std::uint64_t) {
                Outcome outcome;
                const bool grid = plan.arm == "grid";
                for (int row = 0; row <= 10; ++row) {
                    outcome.iterations.push_back(row);
                    outcome.seconds.push_back(row * (grid ? 1.0 : nerfSecondsAStep));
                    outcome.trace.push_back(
                        {{"psnr_held_out", 10.0 + row * (grid ? 1.4 : nerfGain)}});
                }
                return outcome;
            };
        };
        // After the grid's 10 s: 24 dB against 10 + 5·0.8 = 14 dB.
        const Judgement judgement = judged("faster_than_nerf", race(2.0, 0.8));
        expectVerdict(judgement, Verdict::holds);
        expectNear(judgement.measured, 10.0, 1e-9);
        // A NeRF that ended early is compared at its own end: 5 s, 17 dB against 18 dB.
        expectVerdict(judged("faster_than_nerf", race(0.5, 0.8)), Verdict::fails);
        const Refutation& refutation = claimOf("faster_than_nerf").refutations.front();
        expectVerdict(judged("faster_than_nerf", race(2.0, 0.8), &refutation), Verdict::fails);
    }

    void colouredShareMustFall() {
        const auto shares = [](double first, double last) {
            return [=](const TrialPlan& plan, std::uint64_t) {
                Outcome outcome;
                for (std::int64_t step = 700; step <= plan.steps; step += 100) {
                    const bool fine = step > 800;
                    const double share = step <= 1050 ? first : step > 2050 ? last : 0.55;
                    outcome.iterations.push_back(static_cast<double>(step));
                    outcome.seconds.push_back(static_cast<double>(step));
                    outcome.trace.push_back({{"phase", fine ? 1.0 : 0.0},
                                             {"samples_in_box", 100.0},
                                             {"samples_colored", fine ? 100.0 * share : 5.0}});
                }
                return outcome;
            };
        };
        const Judgement judgement = judged("skipping_saves_work", shares(0.65, 0.44));
        expectVerdict(judgement, Verdict::holds);
        expectNear(judgement.measured, 0.44, 1e-12);
        expectVerdict(judged("skipping_saves_work", shares(0.58, 0.44)), Verdict::fails);
        expectVerdict(judged("skipping_saves_work", shares(0.65, 0.52)), Verdict::fails);
    }

    void observationsHaveNoVerdict() {
        const Judgement judgement = judged("scaling_at_this_budget", prototype);
        expectNear(judgement.measured, (25.44 + 26.21 + 26.12 - 24.32 - 24.95 - 24.76) / 3, 1e-9);
        expectVerdict(judgement, Verdict::observed);
    }

    void unfinishedRunsAreNotEnough() {
        const auto stopped = [](const TrialPlan& plan, std::uint64_t seed) {
            Outcome outcome = prototype(plan, seed);
            if (plan.arm == "grid" && seed == 1)
                outcome.status = TrialStatus::stopped;
            return outcome;
        };
        for (const char* id : {"transparent_start", "coarse_stage", "post_activation_in_space"})
            expectVerdict(judged(id, stopped), Verdict::notEnoughData);
        for (const char* id : {"quick_converges", "box_shrinks", "skipping_saves_work"}) {
            const auto none = [](const TrialPlan& plan, std::uint64_t seed) {
                Outcome outcome = prototype(plan, seed);
                outcome.status = TrialStatus::stopped;
                return outcome;
            };
            expectVerdict(judged(id, none), Verdict::notEnoughData);
        }
    }

    void selfChecksHoldAndCanFail() {
        for (const char* id : {"gradients", "light_is_conserved"}) {
            const Claim& claim = claimOf(id);
            expectVerdict(judgeClaim(claim, {}), Verdict::holds);
            Evidence broken;
            broken.replacedArms = claim.refutations.front().replaceArms;
            expectVerdict(judgeClaim(claim, broken), Verdict::fails);
        }
    }
};

REGISTER_TEST(VoxelRadianceClaimsTest)
#include "voxel-radiance/claims_test.moc"
