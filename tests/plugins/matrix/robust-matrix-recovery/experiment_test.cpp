#include <array>
#include <cmath>

#include <QtTest>

#include "core/experiment/not_applicable.h"
#include "core/experiment/parameter_builders.h"
#include "core/experiment/registry.h"
#include "core/experiment/run_files.h"
#include "core/experiment/runner.h"
#include "core/experiment/verification.h"
#include "plugins/matrix/robust-matrix-recovery/experiment.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;

std::shared_ptr<Recording> run(const std::string& preset, const Overrides& overrides,
                               int threads = 1, const std::vector<LiveEvent>& events = {}) {
    return record(robustRecovery(), overrides,
                  {.preset = preset, .threads = threads, .events = events});
}

/// A run from a small and a large start that ended with these errors.
EvidenceRun endedWith(const std::string& label, double small, double large) {
    auto recording = std::make_shared<Recording>(
        std::vector<Column>{{"iteration"}}, std::vector<Column>{},
        std::vector<Column>{{"final_error"}}, Names{"small", "large"},
        std::vector<TrialPlan>{{.arm = "small", .steps = 1}, {.arm = "large", .steps = 1}});
    for (std::size_t i = 0; i < 2; ++i) {
        recording->setStatus(i, TrialStatus::finished);
        recording->conclude(i, std::array{i == 0 ? small : large});
    }
    return {label, 0,
            std::make_shared<const ParameterValues>(robustRecovery().description.parameters,
                                                    Overrides{}),
            recording};
}

} // namespace

class RobustRecoveryExperimentTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionIsConsistent() {
        Registry registry;
        registry.add(robustRecovery());
        for (const Preset& preset : robustRecovery().description.presets)
            static_cast<void>(resolveValues(robustRecovery(), preset.id, {}));
    }

    void recordingsDoNotDependOnThreads() {
        const Overrides small{{"iterations", whole(40)}, {"measurements", whole(150)}};
        QCOMPARE(tables(*run("", small, 1)), tables(*run("", small, 2)));
    }

    void theQuickRunShowsWhatThePaperSays() {
        const auto recording = run("", {});
        const std::size_t small = recording->trialsOf("small").front();
        const std::size_t large = recording->trialsOf("large").front();
        const std::size_t squared = recording->trialsOf("l2").front();
        QVERIFY(finalOf(*recording, small, "final_error") < 1e-4);
        QVERIFY(finalOf(*recording, large, "final_error") > 1e-3);
        QVERIFY(finalOf(*recording, squared, "final_error") > 0.3);
        expectVerdict(judged(robustRecovery(), "outliers_are_harmless", {}, recording),
                      Verdict::holds);
        // The run has outliers: nothing can be said about clean data.
        expectVerdict(judged(robustRecovery(), "exact_rank_linear", {}, recording),
                      Verdict::notEnoughData);
    }

    void surplusColumnsAreComparedOnlyWhereBothErrorsAreKnown() {
        const auto judgedOf = [](double few, double many) {
            return judged(robustRecovery(), "surplus_rank_ignored",
                          {endedWith("r′ = 3", few, 0.01), endedWith("r′ = 20", many, 0.1)});
        };
        expectVerdict(judgedOf(1e-5, 1.1e-5), Verdict::holds);
        expectVerdict(judgedOf(1e-5, 2e-5), Verdict::fails);
        expectVerdict(judgedOf(2e-5, 1e-5), Verdict::fails);
        expectVerdict(judgedOf(1e-5, notApplicable), Verdict::notEnoughData);
        expectVerdict(judgedOf(notApplicable, 1e-5), Verdict::notEnoughData);
        expectVerdict(judgedOf(1e-5, NAN), Verdict::fails);
    }

    void everyArmAndStepRuleRuns() {
        const Names all{"small",    "small_exact", "large",    "large_exact",  "l2",
                        "residual", "random",      "constant", "inverse_root", "polyak"};
        const auto recording =
            run("", {{"arms", all}, {"iterations", whole(30)}, {"outlier_fraction", 0.0}});
        for (std::size_t trial = 0; trial < all.size(); ++trial)
            QVERIFY2(std::isfinite(finalOf(*recording, trial, "final_error")), all[trial].c_str());
    }

    void sweepsHaveOneTrialForEachValue() {
        const auto recording = run("alpha-sweep", {{"iterations", whole(10)}});
        QCOMPARE(recording->plans().size(), std::size_t{14});
        QCOMPARE(recording->plans()[1].factors.at("initial_scale"), 0.1);
        const auto counts =
            run("measurement-sweep", {{"iterations", whole(10)}, {"arms", Names{"small"}}});
        QCOMPARE(counts->plans()[3].factors.at("measurements"), 4000.0);
    }

    void arrivalIsWhereTheIdealLossSaysOnCleanData() {
        const auto recording = run("clean", {{"arms", Names{"small_exact"}},
                                             {"measurements", whole(4000)},
                                             {"iterations", whole(100)}});
        const Table& trace = recording->trace(0);
        const auto error = trace.column("error"), predicted = trace.column("predicted_error");
        const auto arrival = [](const std::vector<double>& e) {
            return std::find_if(e.begin(), e.end(), [](double v) { return v < 0.1; }) - e.begin();
        };
        expectNear(double(arrival(error) - arrival(predicted)), 0.0, 2.0);
    }

    void restartingSmallerBeginsAgainWithATenth() {
        const auto recording =
            run("", {{"arms", Names{"small"}}, {"iterations", whole(60)}}, 1,
                {{.trial = 0, .iteration = 50, .name = "restart_smaller", .isAction = true}});
        expectNear(finalOf(*recording, 0, "growth_needed"), std::log(1e5), 1e-12);
        QVERIFY(finalOf(*recording, 0, "final_error") > 0.9); // ten steps from the new start
    }

    void freshCorruptionIsHarmlessToo() {
        const auto recording =
            run("", {{"arms", Names{"small"}}}, 1,
                {{.trial = 0, .iteration = 400, .name = "fresh_corruption", .isAction = true},
                 {.trial = 0, .iteration = 500, .name = "outlier_fraction", .value = 0.2}});
        QVERIFY(finalOf(*recording, 0, "final_error") < 1e-3);
    }

    void combinationsThatCannotWorkAreRefused() {
        expectRefusal(resolving(robustRecovery(), {{"initial_scale", 0.0}}), "stationary");
        expectRefusal(resolving(robustRecovery(), {{"factor_rank", whole(21)}}), "'factor_rank'");
        expectRefusal(
            resolving(robustRecovery(), {{"sweep", std::string("measurements")},
                                         {"sweep_measurements", std::vector<double>{100.5}}}),
            "'sweep_measurements': 100.5");
        expectRefusal(
            resolving(robustRecovery(), {{"sweep", std::string("factor_rank")},
                                         {"sweep_factor_rank", std::vector<double>{1.0}}}),
            "'sweep_factor_rank': 1");
        expectRefusal(
            resolving(robustRecovery(), {{"sweep", std::string("factor_rank")},
                                         {"sweep_factor_rank", std::vector<double>{40.0}}}),
            "'sweep_factor_rank': 40");
    }
};

REGISTER_TEST(RobustRecoveryExperimentTest)
#include "robust-matrix-recovery/experiment_test.moc"
