#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include <QtTest>

#include "core/experiment/registry.h"
#include "core/experiment/run_files.h"
#include "core/experiment/runner.h"
#include "core/experiment/verification.h"
#include "plugins/matrix/matrix-sensing/experiment.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;

/// A run of one arm whose error is what the test says it is. σ₄(F) is 0.3, σ₄(G) as said.
EvidenceRun constructed(const Overrides& overrides, const std::string& arm, std::int64_t last,
                        const std::function<double(double)>& error,
                        TrialStatus status = TrialStatus::finished, double sigmaOfG = 0.0) {
    const ExperimentType type = matrixSensing();
    Overrides all = overrides;
    all.insert_or_assign("arms", Names{arm});
    auto values = std::make_shared<const ParameterValues>(type.description.parameters, all);
    auto recording = std::make_shared<Recording>(
        std::vector<Column>{{"iteration"}, {"error"}, {"sigma_f_4"}, {"sigma_g_4"}},
        std::vector<Column>{{"initial_scale"}}, std::vector<Column>{{"product_change"}}, Names{arm},
        std::vector<TrialPlan>{{.arm = arm, .factors = {{"initial_scale", 0.3}}, .steps = last}});
    for (std::int64_t t = 0; t <= last; t = Cadence{}.next(t)) {
        const auto x = static_cast<double>(t);
        recording->traceForWriting(0).append(std::array{x, error(x), 0.3, sigmaOfG});
    }
    recording->traceForWriting(0).append(
        std::array{static_cast<double>(last), error(static_cast<double>(last)), 0.3, sigmaOfG});
    recording->setStatus(0, status);
    return {"run", 0, values, recording};
}

/// A run of both asymmetric arms from two scales, with the change of FGᵀ by the modified step at
/// each.
EvidenceRun withModifiedSteps(const std::array<double, 2>& changes) {
    const ExperimentType type = matrixSensing();
    std::vector<TrialPlan> plans;
    for (const char* arm : {"a_mod", "a_over"})
        for (const double scale : {0.1, 0.3})
            plans.push_back({.arm = arm, .factors = {{"initial_scale", scale}}, .steps = 4000});
    auto recording = std::make_shared<Recording>(
        std::vector<Column>{{"iteration"}, {"error"}}, std::vector<Column>{{"initial_scale"}},
        std::vector<Column>{{"product_change"}}, Names{"a_mod", "a_over"}, plans);
    for (std::size_t i = 0; i < plans.size(); ++i) {
        const double rate = plans[i].arm == "a_mod" ? 0.2 : 0.01;
        for (int t = 0; t <= 4000; t += 10)
            recording->traceForWriting(i).append(std::array{double(t), std::exp(-rate * t)});
        recording->setStatus(i, TrialStatus::finished);
        recording->conclude(i, std::array{i < 2 ? changes[i] : 0.0});
    }
    return {"run", 0,
            std::make_shared<const ParameterValues>(type.description.parameters, Overrides{}),
            recording};
}

Judgement judged(const std::string& claim, const EvidenceRun& run) {
    return judged(matrixSensing(), claim, {run});
}

} // namespace

class MatrixSensingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionIsConsistent() {
        Registry registry;
        registry.add(matrixSensing());
        QCOMPARE(registry.all().size(), std::size_t{1});
    }

    void thePowerLawClaimHoldsForOneOverTOnly() {
        const std::string claim = "symmetric_power_law";
        const auto run = [&](const std::function<double(double)>& e) {
            return constructed({}, "s_over", 20000, e);
        };
        expectVerdict(judged(claim, run([](double t) { return 5.0 / (t + 1); })), Verdict::holds);
        expectVerdict(judged(claim, run([](double t) { return 5.0 / std::sqrt(t + 1); })),
                      Verdict::fails);
        expectVerdict(judged(claim, run([](double t) { return 5.0 / (t * t + 1); })),
                      Verdict::fails);
        expectVerdict(judged(claim, run([](double t) { return std::exp(-0.003 * t); })),
                      Verdict::fails);
    }

    void aRunThatIsNotFarEnoughGivesNoVerdict() {
        const auto early = constructed(
            {}, "s_over", 500, [](double t) { return 5.0 / (t + 1); }, TrialStatus::running);
        expectVerdict(judged("symmetric_power_law", early), Verdict::notEnoughData);
        expectVerdict(judged("symmetric_constant", early), Verdict::notEnoughData);
    }

    void theConstantIsOne() {
        // √(k − r)/(2ηt) with k − r = 2 and η = 0.1.
        const auto exact = [](double t) { return std::sqrt(2.0) / (0.2 * (t + 1e-9)); };
        const auto off = [&](double t) { return 1.05 * exact(t); };
        expectVerdict(judged("symmetric_constant", constructed({}, "s_over", 20000, exact)),
                      Verdict::holds);
        expectVerdict(judged("symmetric_constant", constructed({}, "s_over", 20000, off)),
                      Verdict::fails);
    }

    void theExactRankRateIsTwoPercentWide() {
        for (const auto& [factor, verdict] :
             {std::pair{1.0, Verdict::holds}, std::pair{1.015, Verdict::holds},
              std::pair{1.03, Verdict::fails}, std::pair{0.9, Verdict::fails}}) {
            const double rate = -std::log1p(-0.1) * factor;
            const auto run = constructed({}, "s_exact", 2000,
                                         [&](double t) { return std::exp(-rate * t) + 1e-15; });
            expectVerdict(judged("exact_rank_linear", run), verdict);
        }
        const auto stuck = constructed({}, "s_exact", 2000, [](double) { return 0.5; });
        expectVerdict(judged("exact_rank_linear", stuck), Verdict::fails);
    }

    void theAsymmetricRateIsThatOfTheSmallestSingularValue() {
        const double predicted = -std::log1p(-0.1 * 0.3 * 0.3); // σ_k(F) = 0.3 as constructed
        for (const auto& [factor, verdict] :
             {std::pair{1.02, Verdict::holds}, std::pair{1.05, Verdict::fails}}) {
            const auto run = constructed({}, "a_over", 20000, [&](double t) {
                return std::exp(-predicted * factor * t) + 1e-15;
            });
            expectVerdict(judged("asymmetric_rate", run), verdict);
        }
    }

    void aSingularValueThatIsNaNPredictsNoRate() {
        const double predicted = -std::log1p(-0.1 * 0.3 * 0.3);
        const auto error = [&](double t) { return std::exp(-predicted * t) + 1e-15; };
        for (const auto& [sigmaOfG, verdict] :
             {std::pair{0.2, Verdict::holds}, std::pair{double(NAN), Verdict::fails}})
            expectVerdict(judged("asymmetric_rate", constructed({}, "a_over", 20000, error,
                                                                TrialStatus::finished, sigmaOfG)),
                          verdict);
    }

    void everyModifiedStepMustKeepTheProduct() {
        const auto judgedAt = [](double first, double second) {
            return judged("modified_step_gains", withModifiedSteps({first, second}));
        };
        expectVerdict(judgedAt(1e-14, 1e-15), Verdict::holds);
        expectVerdict(judgedAt(1e-11, 1e-15), Verdict::fails);
        expectVerdict(judgedAt(1e-15, 1e-11), Verdict::fails);
        // NaN: no step was taken.
        expectVerdict(judgedAt(NAN, 1e-15), Verdict::fails);
        expectVerdict(judgedAt(1e-15, NAN), Verdict::fails);
    }

    void claimsOnThePopulationLimitSayNothingOfMeasuredRuns() {
        const auto run = constructed({{"measurements", std::int64_t{800}}}, "s_over", 20000,
                                     [](double t) { return 5.0 / (t + 1); });
        expectVerdict(judged("symmetric_power_law", run), Verdict::notEnoughData);
        expectVerdict(judged("measured_power_law", run), Verdict::holds);
    }

    void combinationsThatCannotWorkAreRefused() {
        expectRefusal(resolving(matrixSensing(), {{"columns", std::int64_t{15}}}), "'arms'");
        expectRefusal(resolving(matrixSensing(), {{"factor_rank", std::int64_t{21}}}),
                      "'factor_rank'");
        expectRefusal(resolving(matrixSensing(), {{"factor_rank", std::int64_t{1}}}),
                      "'factor_rank'");
        expectRefusal(resolving(matrixSensing(), {{"initial_scale", 0.0}}), "saddle");
        expectRefusal(resolving(matrixSensing(), {{"problem", std::string("plane")}}), "'problem'");
        expectRefusal(resolving(matrixSensing(), {{"path_first_entry", std::vector<double>{1.0}}}),
                      "'path_first_entry'");
        static_cast<void>(resolving(matrixSensing(), {{"columns", std::int64_t{15}},
                                                      {"arms", Names{"a_over"}}})()); // accepted
    }

    void recordingsDoNotDependOnThreads() {
        const ExperimentType type = matrixSensing();
        for (const std::int64_t measurements : {0, 150}) {
            const auto experiment =
                createExperiment(type, resolveValues(type, "",
                                                     {{"iterations", std::int64_t{300}},
                                                      {"measurements", measurements},
                                                      {"seed", std::int64_t{1}}}));
            std::string first;
            for (const int threads : {1, 2}) {
                const auto recording = makeRecording(*experiment);
                runToEnd(*experiment, *recording, {.threads = threads});
                if (first.empty())
                    first = tables(*recording);
                QCOMPARE(tables(*recording), first);
            }
        }
    }

    void divergenceIsReportedWithItsIteration() {
        const ExperimentType type = matrixSensing();
        const auto experiment =
            createExperiment(type, resolveValues(type, "",
                                                 {{"learning_rate", 1.5},
                                                  {"iterations", std::int64_t{500}},
                                                  {"initial_scale", 2.0},
                                                  {"arms", Names{"s_over"}}}));
        const auto recording = makeRecording(*experiment);
        runToEnd(*experiment, *recording, {.threads = 1});
        QVERIFY(outcome(*recording) == RunState::diverged);
        const QString sentence = QString::fromStdString(troubles(*recording).front());
        QVERIFY2(sentence.startsWith(
                     QString("s_over diverged at iteration %1: ").arg(recording->iterations(0))),
                 qPrintable(sentence));
        QVERIFY(recording->trace(0).rows() > 0);
    }

    void theModifiedStepCanBeTakenAtOnce() {
        const ExperimentType type = matrixSensing();
        const auto experiment = createExperiment(
            type,
            resolveValues(type, "", {{"arms", Names{"a_mod"}}, {"iterations", std::int64_t{100}}}));
        const auto recording = makeRecording(*experiment);
        const LiveEvent now{
            .trial = 0, .iteration = 5, .name = "take_modified_step", .isAction = true};
        runToEnd(*experiment, *recording, {.threads = 1, .events = {now}});
        const Table& trials = recording->trials();
        QCOMPARE(trials.at(0, trials.columnIndex("switch_iteration")), 5.0);
        QVERIFY(trials.at(0, trials.columnIndex("product_change")) < 1e-12);
        // FᵀF = β²I with β = 1: all singular values of F are 1 just after the step.
        const Table& trace = recording->trace(0);
        expectNear(trace.at(6, trace.columnIndex("sigma_f_4")), 1.0, 0.1);
    }
};

REGISTER_TEST(MatrixSensingTest)
#include "matrix-sensing/experiment_test.moc"
