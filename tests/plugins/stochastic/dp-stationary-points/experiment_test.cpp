#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include <QtTest>

#include "core/experiment/registry.h"
#include "core/experiment/run_files.h"
#include "core/experiment/runner.h"
#include "core/experiment/verification.h"
#include "plugins/stochastic/dp-stationary-points/experiment.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

/// A run of three replicates in which every arm ends at the gradient norm that the test says.
EvidenceRun constructed(const Names& arms, const char* problem, const Numbers& counts,
                        const std::function<double(const std::string&, double)>& gradient,
                        TrialStatus status = TrialStatus::finished) {
    std::vector<TrialPlan> plans;
    for (const double n : counts)
        for (const std::string& arm : arms)
            for (std::uint64_t r = 0; r < 3; ++r)
                plans.push_back(
                    {.arm = arm,
                     .factors = {{"sample_count", n}, {"dimension", 10.0}, {"epsilon", 1.0}},
                     .replicate = r,
                     .steps = 1});
    auto recording = std::make_shared<Recording>(
        std::vector<Column>{{"iteration"}},
        std::vector<Column>{{"sample_count"}, {"dimension"}, {"epsilon"}},
        std::vector<Column>{{"gradient_norm"}, {"samples_used"}, {"stopped_early"}, {"stop_level"}},
        arms, plans);
    for (std::size_t i = 0; i < plans.size(); ++i) {
        const double n = plans[i].factors.at("sample_count");
        recording->setStatus(i, status);
        recording->conclude(i, std::array{gradient(plans[i].arm, n), n, 1.0, 0.01});
    }
    return {"", 0,
            std::make_shared<const ParameterValues>(dpStationaryPoints().description.parameters,
                                                    Overrides{{"problem", std::string(problem)}}),
            recording};
}

Judgement judged(const std::string& claim, EvidenceRun run) {
    return judged(dpStationaryPoints(), claim, {std::move(run)});
}

const Numbers counts = {2000, 4000, 8000, 16000};

} // namespace

class DpStationaryPointsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionIsConsistent() {
        Registry registry;
        registry.add(dpStationaryPoints());
        QCOMPARE(registry.all().size(), std::size_t{1});
    }

    void theRateClaimHoldsForItsSlopesOnly() {
        const auto run = [](double ofBoost, double ofDescent) {
            return constructed({"spiderboost", "noisy_gd"}, "location", counts,
                               [=](const std::string& arm, double n) {
                                   return std::pow(n, arm == "spiderboost" ? ofBoost : ofDescent);
                               });
        };
        expectVerdict(judged("rates", run(-0.66, -0.5)), Verdict::holds);
        expectVerdict(judged("rates", run(-0.5, -0.5)), Verdict::fails);
        expectVerdict(judged("rates", run(-0.66, -0.7)), Verdict::fails);
    }

    void theStopClaimIsAboutTheGradientOfThePopulation() {
        const auto run = [](double gradient) {
            return constructed({"tree_spider"}, "location", counts,
                               [=](const std::string&, double) { return gradient; });
        };
        expectVerdict(judged("tree_stop_wide", run(0.029)), Verdict::holds);
        expectVerdict(judged("tree_stop_wide", run(0.031)), Verdict::fails);
        QCOMPARE(judged("tree_stop", run(0.029)).measured, 1.0); // all of them
        QCOMPARE(judged("tree_stop", run(0.031)).measured, 0.0);
    }

    void nanInATraceIsNoAgreement() {
        const auto run = [](double error, double norm) {
            const Names arms = {"spiderboost", "noisy_gd"};
            auto recording = std::make_shared<Recording>(
                std::vector<Column>{{"iteration"}, {"gradient_norm"}, {"estimator_error"}},
                std::vector<Column>{}, std::vector<Column>{}, arms,
                std::vector<TrialPlan>{{.arm = arms[0], .steps = 2}, {.arm = arms[1], .steps = 2}});
            for (std::size_t trial = 0; trial < 2; ++trial) {
                for (int t = 0; t < 3; ++t)
                    recording->traceForWriting(trial).append(
                        std::array{double(t), t == 1 && trial == 0 ? norm : 0.5,
                                   t == 1 && trial == 0 ? error : 0.0});
                recording->setStatus(trial, TrialStatus::finished);
            }
            return EvidenceRun{"silent", 0,
                               std::make_shared<const ParameterValues>(
                                   dpStationaryPoints().description.parameters, Overrides{}),
                               recording};
        };
        const std::string claim = "telescoping";
        expectVerdict(judged(claim, run(0.0, 0.5)), Verdict::holds);
        expectVerdict(judged(claim, run(std::nan(""), 0.5)), Verdict::fails);
        expectVerdict(judged(claim, run(0.0, std::nan(""))), Verdict::fails);
    }

    void tooLittleGivesNoVerdict() {
        const auto slope = [](const std::string&, double n) { return 1.0 / std::sqrt(n); };
        const Names both = {"spiderboost", "noisy_gd"};
        expectVerdict(judged("rates", constructed(both, "location", {2000, 4000}, slope)),
                      Verdict::notEnoughData);
        expectVerdict(judged("rates", constructed(both, "logistic", counts, slope)),
                      Verdict::notEnoughData);
        expectVerdict(
            judged("rates", constructed(both, "location", counts, slope, TrialStatus::stopped)),
            Verdict::notEnoughData);
    }

    void theSelfCheckHoldsAndItsRefutationFails() {
        for (const bool refute : {false, true})
            for (const ClaimReport& report :
                 verify(dpStationaryPoints(), {.refute = refute, .claims = {"telescoping"}},
                        StopToken()))
                QVERIFY2(report.ok, (report.claim + ": " + report.judgement.explanation).c_str());
    }

    void noisyDescentSpendsItsBudgetAndNoMore() {
        const auto recording = record(
            dpStationaryPoints(),
            {{"arms", Names{"noisy_gd"}}, {"sample_counts", Numbers{1000}}, {"epsilon", 0.5}},
            {.threads = 2});
        const double expected = 0.5 + 0.25 / (4.0 * std::log(1e5));
        expectNear(finalOf(*recording, 0, "epsilon_spent"), expected, 1e-9);
    }

    void exactAccountingKeepsSpiderBoostWithinItsBudget() {
        const auto recording = record(
            dpStationaryPoints(), {{"arms", Names{"spiderboost"}}, {"sample_counts", Numbers{500}}},
            {.preset = "exact", .threads = 2});
        const double all = 1.0 + 1.0 / (4.0 * std::log(1e5));
        QVERIFY(finalOf(*recording, 0, "epsilon_spent") <= all * (1.0 + 1e-9));
    }

    void everyMethodRunsOnEveryProblemItIsFor() {
        const Names linear = {"noisy_gd",       "spiderboost",      "tree_spider",
                              "recursive_gd",   "recursive_phased", "jl_noisy_gd",
                              "jl_spiderboost", "jl_recursive_gd"};
        const auto recording = record(dpStationaryPoints(),
                                      {{"problem", std::string("logistic")},
                                       {"arms", linear},
                                       {"sample_counts", Numbers{1000}},
                                       {"embedding_dimension", std::int64_t{5}},
                                       {"repeats", std::int64_t{1}}},
                                      {.threads = 2});
        for (std::size_t i = 0; i < linear.size(); ++i) {
            QCOMPARE(recording->status(i), TrialStatus::finished);
            QVERIFY(finalOf(*recording, i, "gradient_norm") > 0.0);
            QVERIFY(finalOf(*recording, i, "gradient_norm") < 1.0);
        }
    }

    void combinationsThatCannotWorkAreRefused() {
        expectRefusal(resolving(dpStationaryPoints(), {{"arms", Names{"recursive_gd"}}}), "'arms'");
        expectRefusal(resolving(dpStationaryPoints(), {{"arms", Names{"jl_noisy_gd"}}}), "'arms'");
        expectRefusal(resolving(dpStationaryPoints(), {{"sample_counts", Numbers{2000.5}}}),
                      "'sample_counts'");
        expectRefusal(resolving(dpStationaryPoints(), {{"arms", Names{"tree_spider"}},
                                                       {"epsilon", 0.01},
                                                       {"dimensions", Numbers{5000}}}),
                      "'sample_counts'");
        expectRefusal(resolving(dpStationaryPoints(), {{"arms", Names{"recursive_gd"}},
                                                       {"problem", std::string("logistic")},
                                                       {"radius", 0.1}}),
                      "'radius'");
        expectRefusal(resolving(dpStationaryPoints(), {{"problem", std::string("images")},
                                                       {"class_negative", std::int64_t{0}}}),
                      "'class_negative'");
    }

    void recordingsDoNotDependOnThreads() {
        const ExperimentType type = dpStationaryPoints();
        for (const char* preset : {"quick", "plane", "single-pass", "convex", "embedding"}) {
            Overrides small{{"sample_counts", Numbers{1000, 2000}}};
            if (std::string(preset) == "embedding")
                small["dimensions"] = Numbers{50};
            const auto experiment = createExperiment(type, resolveValues(type, preset, small));
            std::string tables[2];
            for (const int threads : {1, 2}) {
                const auto recording = makeRecording(*experiment);
                runToEnd(*experiment, *recording, {.threads = threads});
                tables[threads - 1] = toCsv(recording->trials()) + toCsv(recording->trace(0));
            }
            QVERIFY(!tables[0].empty());
            QCOMPARE(tables[0], tables[1]);
        }
    }
};

REGISTER_TEST(DpStationaryPointsTest)
#include "dp-stationary-points/experiment_test.moc"
