#include <algorithm>
#include <array>
#include <cmath>

#include <QtTest>

#include "core/experiment/registry.h"
#include "core/experiment/run_files.h"
#include "core/experiment/runner.h"
#include "core/experiment/verification.h"
#include "plugins/stochastic/large-step-logistic/experiment.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

Overrides worstCase(std::int64_t n) {
    return {{"dataset", std::string("worst_case")},
            {"sample_count", n},
            {"perceptron_rule", std::string("first")}};
}

/// Two runs alike, of two trials of LR+GD with the given counts.
Judgement speedJudged(double slow, double fast, double lossRatio) {
    const ExperimentType type = largeStepLogistic();
    auto recording = std::make_shared<Recording>(
        std::vector<Column>{{"iteration"}}, std::vector<Column>{{"gamma"}},
        std::vector<Column>{{"separated_at"}, {"largest_loss"}, {"median_loss"}}, Names{"lr_gd"},
        std::vector<TrialPlan>{{.arm = "lr_gd", .factors = {{"gamma", 1.0}}, .steps = 10},
                               {.arm = "lr_gd", .factors = {{"gamma", 100.0}}, .steps = 10}});
    for (std::size_t i = 0; i < 2; ++i) {
        recording->setStatus(i, TrialStatus::finished);
        recording->conclude(i, std::array{i == 0 ? slow : fast, i == 0 ? 1.0 : lossRatio,
                                          i == 0 ? 1.0 : lossRatio});
    }
    const auto values =
        std::make_shared<const ParameterValues>(type.description.parameters, Overrides{});
    return judged(type, "more_loss_fewer_steps",
                  {{"images", 0, values, recording}, {"images", 1, values, recording}});
}

} // namespace

class LargeStepLogisticTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionIsConsistent() {
        Registry registry;
        registry.add(largeStepLogistic());
        QCOMPARE(registry.all().size(), std::size_t{1});
    }

    void deterministicClaimsHoldAndTheirRefutationsFail() {
        const ExperimentType type = largeStepLogistic();
        for (const bool refute : {false, true})
            for (const ClaimReport& report :
                 verify(type,
                        {.refute = refute,
                        .claims = {"worst_case_table", "linear_in_n", "two_points"}},
                        StopToken()))
                QVERIFY2(report.ok, (report.claim + ": " + report.judgement.explanation).c_str());
    }

    void countsAreUpdatesUntilTheFirstSeparator() {
        auto overrides = worstCase(100);
        overrides["arms"] = Names{"batch_perceptron", "normalized_perceptron", "perceptron"};
        const auto recording = record(largeStepLogistic(), overrides, {.threads = 2});
        QCOMPARE(finalOf(*recording, 0, "separated_at"), 31.0);
        QCOMPARE(finalOf(*recording, 1, "separated_at"), 2.0);
        QCOMPARE(finalOf(*recording, 2, "separated_at"), 2.0);
        expectNear(finalOf(*recording, 0, "margin"), 0.5, 1e-5);
    }

    void goingOnTurnsTowardsTheLargestMargin() {
        const auto recording =
            record(largeStepLogistic(), {{"arms", Names{"lr_gd"}}, {"step_size", Numbers{1}}},
                   {.preset = "implicit-bias", .threads = 2});
        QCOMPARE(recording->iterations(0), std::int64_t{10000});
        const auto angles = recording->trace(0).column("angle");
        QVERIFY(angles.back() < 0.5 * angles[1] || angles.back() < 5.0);
    }

    void aLivelyStepSizeMarksTheRun() {
        const ExperimentType type = largeStepLogistic();
        auto overrides = worstCase(100);
        overrides["arms"] = Names{"lr_gd"};
        overrides["step_size"] = Numbers{10};
        const auto experiment = createExperiment(type, resolveValues(type, "", overrides));
        auto recording = makeRecording(*experiment);
        runToEnd(*experiment, *recording,
                 {.threads = 1,
                  .events = {{.trial = 0, .iteration = 5, .name = "step_factor", .value = 10.0}}});
        QCOMPARE(finalOf(*recording, 0, "mixed"), 1.0);
    }

    void theSpeedClaimNeedsBothSpeedAndLoss() {
        expectVerdict(speedJudged(800, 250, 100), Verdict::holds);
        expectVerdict(speedJudged(350, 250, 100), Verdict::fails);
        expectVerdict(speedJudged(800, 250, 5), Verdict::fails);
    }

    void combinationsThatCannotWorkAreRefused() {
        expectRefusal(resolving(largeStepLogistic(), {{"class_negative", std::int64_t{0}}}),
                      "'class_negative'");
        expectRefusal(resolving(largeStepLogistic(),
                                {{"dataset", std::string("points")}, {"points", Numbers{1, 2}}}),
                      "'points'");
    }

    void recordingsDoNotDependOnThreads() {
        auto overrides = worstCase(50);
        overrides["perceptron_rule"] = std::string("random");
        std::string tables[2];
        for (const int threads : {1, 2}) {
            const auto recording = record(largeStepLogistic(), overrides, {.threads = threads});
            for (std::size_t i = 0; i < recording->plans().size(); ++i)
                tables[threads - 1] += toCsv(recording->trace(i));
            tables[threads - 1] += toCsv(recording->trials());
        }
        QCOMPARE(tables[0], tables[1]);
    }
};

REGISTER_TEST(LargeStepLogisticTest)
#include "large-step-logistic/experiment_test.moc"
