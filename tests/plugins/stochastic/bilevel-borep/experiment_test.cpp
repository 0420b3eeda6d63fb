#include <cmath>
#include <numeric>

#include <QtTest>

#include "core/experiment/parameter_builders.h"
#include "core/experiment/registry.h"
#include "plugins/stochastic/bilevel-borep/arms.h"
#include "plugins/stochastic/bilevel-borep/experiment.h"
#include "plugins/stochastic/bilevel-borep/lines.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

Overrides cosh(const Overrides& further = {}) {
    return with({{"arms", Names{"bo_rep"}}, {"iterations", Numbers{200}}}, further);
}

Overrides cleaning(const Overrides& further = {}) {
    return with({{"problem", std::string("cleaning")},
                 {"arms", Names{"bo_rep", "fixed_upper"}},
                 {"step", Numbers{0.3}},
                 {"lower_step", 5.0},
                 {"linear_step", 1.0},
                 {"period", whole(2)},
                 {"lower_steps", whole(3)},
                 {"iterations", Numbers{200}},
                 {"record_every", whole(100)}},
                further);
}

double lastOf(const Recording& recording, std::size_t trial, const char* column) {
    return recording.trace(trial).column(column).back();
}

/// One run for each seed, as `verify` would make them.
std::vector<EvidenceRun> runsOf(const Overrides& overrides, std::int64_t seeds,
                                const std::string& label) {
    std::vector<EvidenceRun> runs;
    for (std::int64_t seed = 0; seed < seeds; ++seed) {
        const Overrides seeded = with(overrides, {{"seed", seed}});
        runs.push_back({.label = label,
                        .seed = static_cast<std::uint64_t>(seed),
                        .values = std::make_shared<const ParameterValues>(
                            resolveValues(bilevelBorep(), "", seeded)),
                        .recording = record(bilevelBorep(), seeded)});
    }
    return runs;
}

} // namespace

class BilevelBorepTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionIsConsistent() {
        Registry registry;
        registry.add(bilevelBorep());
        QCOMPARE(registry.all().size(), std::size_t{1});
        for (const Preset& preset : bilevelBorep().description.presets)
            static_cast<void>(resolveValues(bilevelBorep(), preset.id, {}));
    }

    void recordingsDoNotDependOnThreads() {
        Names all = idsOf(borep::methodArms);
        const auto run = [&](int threads) {
            return tables(*record(bilevelBorep(), cosh({{"arms", all}, {"replicates", whole(2)}}),
                                  {.threads = threads}));
        };
        QCOMPARE(run(1), run(3));
    }

    void theSeedDecidesTheProblem() {
        const auto end = [](std::int64_t seed) {
            return lastOf(*record(bilevelBorep(), cosh({{"seed", seed}})), 0, "gradient_norm");
        };
        QCOMPARE(end(1), end(1));
        QVERIFY(end(1) != end(2));
    }

    void stepsFollowTheSchedule() {
        const auto recording = record(bilevelBorep(), cosh({{"schedule", std::string("theory")},
                                                            {"iterations", Numbers{100, 1600}},
                                                            {"step_scale", 2.0}}));
        expectNear(finalOf(*recording, 0, "step"), 2.0 * std::pow(100.0, -0.75), 1e-12);
        expectNear(finalOf(*recording, 1, "step"), 2.0 * std::pow(1600.0, -0.75), 1e-12);
        const auto frozen =
            record(bilevelBorep(),
                   cosh({{"schedule", std::string("frozen")}, {"iterations", Numbers{100, 1600}}}));
        QCOMPARE(finalOf(*frozen, 0, "step"), finalOf(*frozen, 1, "step"));
    }

    void theFirstRowIsTheStart() {
        const auto recording = record(bilevelBorep(), cosh({{"refinement_steps", whole(0)}}));
        QCOMPARE(recording->trace(0).column("largest_upper").front(), 12.0);
        expectNear(recording->trace(0).column("curvature").front(), std::cosh(12.0), 1e-6);
        QCOMPARE(recording->trace(0).column("calls").front(), 0.0);
        QCOMPARE(recording->trace(0).column("lower_1").front(), 0.0);
    }

    void largePlainStepsDivergeAndSayWhy() {
        const auto recording =
            record(bilevelBorep(), cosh({{"arms", Names{"soba"}}, {"raw_step", Numbers{0.1}}}));
        QCOMPARE(recording->status(0), TrialStatus::diverged);
        QVERIFY(QString::fromStdString(recording->message(0)).contains("step size 0.1"));
        QCOMPARE(finalOf(*recording, 0, "reached"), 200.0);
    }

    void theRaceCountsSteps() {
        const auto recording = record(
            bilevelBorep(), cosh({{"iterations", Numbers{600}}, {"record_every", whole(1)}}));
        const auto norms = recording->trace(0).column("gradient_norm");
        // Brute force on the recorded rows; the first is the start.
        double expected = 600.0;
        for (std::size_t t = 50; t < norms.size(); ++t)
            if (std::accumulate(norms.begin() + std::ptrdiff_t(t) - 49,
                                norms.begin() + std::ptrdiff_t(t) + 1, 0.0) <= 50.0) {
                expected = static_cast<double>(t);
                break;
            }
        QVERIFY(expected < 600.0);
        QCOMPARE(finalOf(*recording, 0, "reached"), expected);
        const double late = std::accumulate(norms.begin() + 301, norms.end(), 0.0) / 300.0;
        expectNear(finalOf(*recording, 0, "late_gradient"), late, 1e-9);
    }

    void yWaitsForThePeriod() {
        const auto recording = record(
            bilevelBorep(),
            cosh({{"period", whole(5)}, {"iterations", Numbers{21}}, {"record_every", whole(1)}}));
        const auto y = recording->trace(0).column("lower_1");
        for (std::size_t t = 1; t < y.size(); ++t)
            QCOMPARE(y[t] != y[t - 1], (t - 1) % 5 == 0);
    }

    void aLivePeriodCountsFromTheNextStep() {
        const auto recording = record(
            bilevelBorep(),
            cosh({{"period", whole(1)}, {"iterations", Numbers{20}}, {"record_every", whole(1)}}),
            {.events = {{.trial = 0, .iteration = 10, .name = "period", .value = whole(1000)}}});
        const auto y = recording->trace(0).column("lower_1");
        QVERIFY(y[10] != y[9]);
        QCOMPARE(y[20], y[10]);
    }

    void refinementIsJudged() {
        const ExperimentType type = bilevelBorep();
        const Claim& claim = claimNamed(type.description.claims, "refinement_aims");
        const ProtocolRun& run = claim.protocol.runs.front();
        expectVerdict(judged(type, claim.id, runsOf(run.overrides, 5, run.label)), Verdict::holds);
        const Overrides broken = with(run.overrides, claim.refutations.front().overrides);
        QVERIFY(judged(type, claim.id, runsOf(broken, 5, run.label)).verdict != Verdict::holds);
    }

    void linesArePlain() {
        using borep::plainLine;
        QCOMPARE(plainLine("Zeigt 12 GRÖSSEN, «Łódź» -- an; und weiter"),
                 std::string("zeigt grössen łódź an und weiter"));
        QCOMPARE(plainLine("kurz"), std::string());
        QCOMPARE(plainLine("aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj"),
                 std::string("aaaa bbbb cccc dddd eeee ffff gggg hhhh"));
    }

    void tasksHaveTheSharesThatTheyShould() {
        const ParameterValues values = resolveValues(bilevelBorep(), "", cleaning());
        const borep::LanguageLines lines = borep::loadLines(values);
        QCOMPARE(lines.lines.size(), std::size_t{3600});
        const borep::LineTask task = borep::drawTask(lines, values, 0);
        QCOMPARE(task.task.training.size(), std::size_t{1000});
        QCOMPARE(task.task.validation.size(), std::size_t{200});
        QCOMPARE(task.task.test.size(), std::size_t{1200});
        std::size_t turned = 0;
        for (std::size_t i = 0; i < task.truth.size(); ++i)
            turned += task.isWrong(i) ? 1U : 0U;
        // Five standard errors of 1000 draws.
        expectNear(static_cast<double>(turned), 400.0, 5.0 * std::sqrt(1000.0 * 0.24));
        for (std::size_t i = 0; i < task.task.training.size(); ++i) {
            double squares = 0.0;
            for (auto k = task.task.training.begins[i]; k < task.task.training.begins[i + 1]; ++k)
                squares += task.task.training.values[k] * task.task.training.values[k];
            expectNear(squares, 1.0, 1e-12);
        }
        // More noise turns further labels alone.
        const borep::LineTask more = borep::drawTask(
            lines, resolveValues(bilevelBorep(), "", cleaning({{"label_noise", 0.6}})), 0);
        for (std::size_t i = 0; i < task.truth.size(); ++i)
            QVERIFY(!task.isWrong(i) || more.isWrong(i));
    }

    void cleaningFindsWrongLabels() {
        const auto recording = record(bilevelBorep(), cleaning());
        if (recording->provenance().standIn)
            QSKIP(recording->provenance().data.c_str());
        QVERIFY(finalOf(*recording, 0, "auroc") > 0.7);
        QCOMPARE(finalOf(*recording, 1, "auroc"), 0.5); // all weights are equal
        QVERIFY(finalOf(*recording, 0, "right_weight") > finalOf(*recording, 0, "wrong_weight"));
    }

    void framesAreDrawn() {
        const auto experiment =
            createExperiment(bilevelBorep(), resolveValues(bilevelBorep(), "", cleaning()));
        const auto solver = experiment->start(experiment->trials().front());
        for (int t = 0; t < 20; ++t)
            QCOMPARE(solver->step(StopToken()), StepStatus::running);
        FrameMap frames;
        solver->draw(*makeRecording(*experiment), frames);
        double lines = 0.0;
        for (const auto& series : std::get<BarsFrame>(frames.at("weights")).series)
            lines += std::accumulate(series.values.begin(), series.values.end(), 0.0);
        QCOMPARE(lines, 1000.0);
        QCOMPARE(std::get<TableFrame>(frames.at("least_trusted")).rows.size(), std::size_t{10});
    }

    void aRidgeIsFound() {
        const auto recording =
            record(bilevelBorep(), cleaning({{"problem", std::string("regularizer")},
                                             {"arms", Names{"bo_rep"}},
                                             {"step", Numbers{0.05}},
                                             {"lower_step", 1.0}}));
        if (recording->provenance().standIn)
            QSKIP(recording->provenance().data.c_str());
        // From 1, which is far too much for rows of norm 1.
        QVERIFY(lastOf(*recording, 0, "log_ridge") < -2.0);
        QVERIFY(lastOf(*recording, 0, "validation_loss") <
                recording->trace(0).column("validation_loss").front());
    }

    void whatCannotWorkIsRefused() {
        const ExperimentType type = bilevelBorep();
        expectRefusal(resolving(type, cosh({{"iterations", Numbers{10.5}}})), "iterations");
        expectRefusal(resolving(type, cleaning({{"languages", Names{"de", "fr"}}})), "languages");
        expectRefusal(resolving(type, cosh({{"step", Numbers{0.0}}})), "step");
    }
};

REGISTER_TEST(BilevelBorepTest)
#include "bilevel-borep/experiment_test.moc"
