#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

#include <QtTest>

#include "core/experiment/parameter_builders.h"
#include "core/experiment/registry.h"
#include "core/experiment/verification.h"
#include "plugins/control/martingale-td/experiment.h"
#include "plugins/control/martingale-td/trial.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

const Overrides brief{
    {"steps", Numbers{6, 12}}, {"updates", std::int64_t{40}}, {"batch", std::int64_t{8}}};

Overrides briefly(const Overrides& further) {
    Overrides all = further;
    all.insert(brief.begin(), brief.end());
    return all;
}

} // namespace

class MartingaleTdTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionIsConsistent() {
        Registry registry;
        registry.add(martingaleTd());
        QCOMPARE(registry.all().size(), std::size_t{1});
    }

    // Claims about solutions need no sampling, and are quick enough to be judged here in full, as
    // are their refutations.
    void claimsAboutSolutionsHoldAndAreRefuted() {
        const ExperimentType type = martingaleTd();
        int judgedClaims = 0;
        for (const Claim& claim : type.description.claims) {
            if (!claim.protocol.seeds.empty())
                continue;
            ++judgedClaims;
            const auto evidence = [&](const Refutation& broken) {
                Evidence of;
                for (const ProtocolRun& run : claim.protocol.runs) {
                    Overrides overrides = run.overrides;
                    for (const auto& [name, value] : broken.overrides)
                        overrides.insert_or_assign(name, value);
                    of.runs.push_back({run.label, 0,
                                       std::make_shared<const ParameterValues>(
                                           resolveValues(type, "", overrides)),
                                       record(type, overrides)});
                }
                of.replacedArms = broken.replaceArms;
                return of;
            };
            expectVerdict(judgeClaim(claim, evidence({})), claim.knownVerdict(), claim.id);
            for (const Refutation& refutation : claim.refutations)
                expectVerdict(judgeClaim(claim, evidence(refutation)), Verdict::fails,
                              claim.id + ": " + refutation.description);
        }
        QCOMPARE(judgedClaims, 6);
    }

    // All learners on both problems stay finite and come nearer, but for the one of the TD error.
    void learnersComeNearer() {
        for (const auto& [problem, basis] :
             {std::pair{"ou", "exact"}, {"ou", "linear"}, {"gbm", "exact"}, {"gbm", "linear"}}) {
            Names arms{"ml",   "ctd0", "ctd0_online", "ctd_lambda", "ctd_lambda_online",
                       "cgtd", "cgtd2"};
            if (std::string(basis) == "linear")
                arms.insert(arms.end(), {"clstd", "clstd_lambda"});
            const auto recording =
                record(martingaleTd(), briefly({{"problem", std::string(problem)},
                                                {"basis", std::string(basis)},
                                                {"arms", arms},
                                                {"batch", std::int64_t{32}},
                                                {"updates", std::int64_t{300}}}));
            for (std::size_t trial = 0; trial < recording->plans().size(); ++trial) {
                const std::string context =
                    std::string(problem) + ", " + basis + ", " + recording->plans()[trial].arm;
                QVERIFY2(recording->status(trial) == TrialStatus::finished, context.c_str());
                const std::vector<double> errors = recording->trace(trial).column("value_error");
                if (recording->plans()[trial].arm != "cgtd") // swings on its two time scales first
                    QVERIFY2(errors.back() < errors.front(), context.c_str());
            }
        }
    }

    // The errors that are recorded are those of the value: at iteration 0, θ = 0.
    void errorsAreThoseOfTheValue() {
        const auto recording = record(martingaleTd(), briefly({{"arms", Names{"ctd0"}}}));
        const Table& trace = recording->trace(0);
        QCOMPARE(trace.column("error").front(), std::sqrt(2.0));
        // E Σ(a x² + c)²Δt by the moments of the process, n = 6.
        double squared = 0.0, tdError = 0.0;
        for (int i = 0; i < 6; ++i) {
            const double tau = 1.0 - i / 6.0, v = std::exp(-i / 3.0) + (1 - std::exp(-i / 3.0)) / 2;
            const double a = (1 - std::exp(-2 * tau)) / 2, c = (tau - a) / 2;
            squared += (3 * a * a * v * v + 2 * a * c * v + c * c) / 6.0;
            tdError += 0.5 * 3 * v * v / 6.0; // ΔM = x²Δt
        }
        expectNear(trace.column("value_error").front(), std::sqrt(squared), 1e-12);
        expectNear(trace.column("td_error").front(), tdError, 1e-12);
    }

    void stepsThatAreTooLargeEndThatLearnerAlone() {
        const auto recording = record(martingaleTd(), {{"arms", Names{"mstde", "clstd"}},
                                                       {"learning_rate", 100.0},
                                                       {"updates", std::int64_t{300}}});
        QVERIFY(recording->status(0) == TrialStatus::diverged);
        QVERIFY(recording->message(0).find("step size") != std::string::npos);
        QVERIFY(recording->status(1) == TrialStatus::finished);
    }

    void aLiveChangeOfTraceDecayMovesTheGoal() {
        const Overrides values =
            briefly({{"arms", Names{"ctd_lambda"}}, {"basis", std::string("linear")}});
        const auto goal = [](const Recording& run, double at) {
            const Table& trace = run.trace(0);
            const auto iterations = trace.column("iteration"), goals = trace.column("solution_1");
            for (std::size_t row = 0; row < iterations.size(); ++row)
                if (iterations[row] == at)
                    return goals[row];
            return std::nan("");
        };
        const auto changed =
            record(martingaleTd(), values,
                   {.events = {{.trial = 0, .iteration = 20, .name = "lambda", .value = 1.0}}});
        const auto one = record(martingaleTd(), with(values, {{"lambda", 1.0}}));
        const auto half = record(martingaleTd(), values);
        expectNear(goal(*changed, 10), goal(*half, 10), 0.0);
        expectNear(goal(*changed, 40), goal(*one, 40), 0.0);
        QVERIFY(std::abs(goal(*one, 40) - goal(*half, 40)) > 1e-3);
    }

    void whatIsDrawnIsWhatWasLearned() {
        const ExperimentType type = martingaleTd();
        const auto experiment =
            createExperiment(type, resolveValues(type, "", briefly({{"arms", Names{"clstd"}}})));
        const auto solver = experiment->start(experiment->trials().front());
        FrameMap frames, shared;
        std::vector<double> row(experiment->traceColumns().size());
        solver->measure(row);
        solver->draw(*makeRecording(*experiment), frames);
        experiment->draw(*makeRecording(*experiment), shared);
        const auto& learned = std::get<FieldFrame>(frames.at("learned"));
        const auto& truth = std::get<FieldFrame>(shared.at("true"));
        QCOMPARE(learned.values.size(), learned.xCount * learned.yCount);
        QVERIFY(std::all_of(learned.values.begin(), learned.values.end(),
                            [](float value) { return value == 0.0F; })); // θ = 0
        // J(0, x) = a(0)x² + c(0) at the largest x; J(T, x) = 0.
        const double a = (1 - std::exp(-2.0)) / 2, c = (1 - a) / 2, x = truth.yMaximum;
        expectNear(truth.values[(truth.yCount - 1) * truth.xCount], a * x * x + c, 1e-5);
        QCOMPARE(truth.values.back(), 0.0F);
        for (const std::string& id : type.description.records.frames)
            QVERIFY2(frames.contains(id) || shared.contains(id), id.c_str());
        // Minima of the objectives: the TD error's at 0, the loss's near the value.
        const auto& curves = std::get<CurvesFrame>(frames.at("objectives")).curves;
        QCOMPARE(curves.size(), std::size_t{4});
        expectNear(curves[3].x[0], 0.0, 0.02);
        QVERIFY(curves[3].x[2] > 0.85);
    }

    void recordingsDoNotDependOnThreads() {
        for (const char* preset : {"quick", "full", "misspecified", "cubic", "nonlinear"}) {
            const auto one = record(martingaleTd(), brief, {.preset = preset, .threads = 1});
            const auto two = record(martingaleTd(), brief, {.preset = preset, .threads = 2});
            QCOMPARE(tables(*one), tables(*two));
        }
    }

    void combinationsThatCannotWorkAreRefused() {
        expectRefusal(resolving(martingaleTd(), {{"steps", Numbers{50.5}}}), "'steps'", "whole");
        expectRefusal(resolving(martingaleTd(), {{"steps", Numbers{1}}}), "steps");
        expectRefusal(
            resolving(martingaleTd(), {{"problem", std::string("gbm")}, {"arms", Names{"clstd"}}}),
            "'arms'", "not linear in θ");
        expectRefusal(resolving(martingaleTd(), {{"volatility", 0.0}}), "volatility");
        expectRefusal(resolving(martingaleTd(), {{"lambda", 1.5}}), "lambda");
        static_cast<void>(resolveValues(martingaleTd(), "",
                                        {{"problem", std::string("gbm")},
                                         {"basis", std::string("poly")},
                                         {"arms", Names{"clstd"}}}));
    }

    void anArmThatTheTableDoesNotHaveIsAMistake() {
        const ExperimentType type = martingaleTd();
        const auto experiment = createExperiment(type, resolveValues(type, "", {}));
        QVERIFY_EXCEPTION_THROWN(
            static_cast<void>(
                experiment->start({.arm = "nonsense", .factors = {{"steps", 50.0}}, .steps = 16})),
            std::logic_error);
    }
};

REGISTER_TEST(MartingaleTdTest)
#include "martingale-td/experiment_test.moc"
