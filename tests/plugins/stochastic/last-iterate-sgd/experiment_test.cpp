#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>
#include <stdexcept>

#include <QtTest>

#include "core/experiment/registry.h"
#include "core/experiment/run_files.h"
#include "core/experiment/runner.h"
#include "core/experiment/verification.h"
#include "core/math/statistics.h"
#include "plugins/stochastic/last-iterate-sgd/experiment.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

/// A run in which every arm ends at the gap that the test says, by arm, horizon and replicate.
EvidenceRun constructed(const std::string& label, const Names& arms, const Numbers& horizons,
                        std::size_t replicates,
                        const std::function<double(const std::string&, double, double)>& gap,
                        TrialStatus status = TrialStatus::finished) {
    std::vector<TrialPlan> plans;
    for (const double horizon : horizons)
        for (const std::string& arm : arms)
            for (std::size_t r = 0; r < replicates; ++r)
                plans.push_back({.arm = arm,
                                 .factors = {{"horizon", horizon}},
                                 .replicate = r,
                                 .steps = std::int64_t(horizon)});
    auto recording = std::make_shared<Recording>(
        std::vector<Column>{{"iteration"}}, std::vector<Column>{{"horizon"}},
        std::vector<Column>{{"gap"}, {"scaled_gap"}}, arms, plans);
    for (std::size_t i = 0; i < plans.size(); ++i) {
        const double u = (double(plans[i].replicate) + 0.5) / double(replicates);
        const double value = gap(plans[i].arm, double(plans[i].steps), u);
        recording->setStatus(i, status);
        recording->conclude(i, std::array{value, value * std::sqrt(double(plans[i].steps))});
    }
    auto values = std::make_shared<const ParameterValues>(lastIterateSgd().description.parameters,
                                                          Overrides{});
    return {label, 0, values, recording};
}

Judgement judged(const std::string& claim, std::vector<EvidenceRun> runs) {
    return judged(lastIterateSgd(), claim, std::move(runs));
}

const Numbers horizons = {256, 1024, 4096, 16384};

} // namespace

class LastIterateSgdTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionIsConsistent() {
        Registry registry;
        registry.add(lastIterateSgd());
        QCOMPARE(registry.all().size(), std::size_t{1});
    }

    void theRateClaimHoldsForItsSlopesOnly() {
        const auto run = [](double ofSqrt, double ofLinear) {
            return constructed("absolute", {"sqrt", "const", "linear"}, horizons, 2,
                               [=](const std::string& arm, double T, double u) {
                                   return (1.0 + 0.1 * u) *
                                          std::pow(T, arm == "linear" ? ofLinear : ofSqrt);
                               });
        };
        expectVerdict(judged("lipschitz_rate", {run(-0.5, -1.0)}), Verdict::holds);
        expectVerdict(judged("lipschitz_rate", {run(-0.35, -1.0)}), Verdict::fails);
        expectVerdict(judged("lipschitz_rate", {run(-0.65, -1.0)}), Verdict::fails);
        expectVerdict(judged("lipschitz_rate", {run(-0.5, -0.4)}), Verdict::fails);
    }

    void tailsThatBendUpFail() {
        const auto run = [](const std::function<double(double)>& ofTail) {
            return constructed("gaussian", {"linear"}, {2048}, 4000,
                               [=](const std::string&, double, double u) { return ofTail(1 - u); });
        };
        // Gaussian-like: √ln(1/δ) is concave in ln(1/δ). Pareto: δ^{−1/2} is not.
        const auto concave = [](double tail) { return 1.0 + 0.3 * std::sqrt(-std::log(tail)); };
        const auto polynomial = [](double tail) { return std::pow(tail, -0.1); };
        expectVerdict(judged("high_probability", {run(concave)}), Verdict::holds);
        expectVerdict(judged("high_probability", {run(polynomial)}), Verdict::fails);
    }

    void unfinishedRunsGiveNoVerdict() {
        const auto early = constructed(
            "absolute", {"sqrt", "const", "linear"}, horizons, 1,
            [](const std::string&, double T, double) { return 1.0 / std::sqrt(T); },
            TrialStatus::stopped);
        expectVerdict(judged("lipschitz_rate", {early}), Verdict::notEnoughData);
        expectVerdict(judged("linear_beats_sqrt", {early}), Verdict::notEnoughData);
    }

    void combinationsThatCannotWorkAreRefused() {
        const auto text = [](const char* value) { return std::string(value); };
        expectRefusal(resolving(lastIterateSgd(), {{"geometry", text("entropic")}}), "'geometry'");
        expectRefusal(resolving(lastIterateSgd(), {{"arms", Names{"strong_1"}}}), "'arms'");
        expectRefusal(
            resolving(lastIterateSgd(), {{"problem", text("simplex")}, {"arms", Names{"heavy"}}}),
            "'arms'");
        expectRefusal(resolving(lastIterateSgd(), {{"horizons", Numbers{100.5}}}), "'horizons'");
        expectRefusal(resolving(lastIterateSgd(),
                                {{"problem", text("adversarial")}, {"horizons", Numbers{1048576}}}),
                      "'horizons'");
        expectRefusal(resolving(lastIterateSgd(), {{"noise", text("pareto")}, {"tail_index", 1.2}}),
                      "'moment'");
    }

    void finalGapsAreDrawnFromTheRecording() {
        const ExperimentType type = lastIterateSgd();
        const auto experiment =
            createExperiment(type, resolveValues(type, "",
                                                 {{"arms", Names{"sqrt", "linear"}},
                                                  {"horizons", Numbers{16, 32}},
                                                  {"replicates", std::int64_t{30}}}));
        FrameMap frames;
        experiment->draw(*makeRecording(*experiment), frames);
        QVERIFY(!frames.contains("histogram") && !frames.contains("quantiles"));

        const auto recording = record(*experiment);
        experiment->draw(*recording, frames);
        Numbers ofSqrt; // at the longest horizon
        for (const std::size_t trial : recording->trialsOf("sqrt"))
            if (recording->plans()[trial].steps == 32)
                ofSqrt.push_back(finalOf(*recording, trial, "gap"));
        QCOMPARE(ofSqrt.size(), std::size_t{30});
        const auto& quantiles = std::get<CurvesFrame>(frames.at("quantiles")).curves;
        QCOMPARE(quantiles.size(), std::size_t{2});
        QCOMPARE(quantiles[1].label, std::string("η/√t"));
        expectNear(quantiles[1].y.front(), median(ofSqrt), 1e-12);
        for (const BarsFrame::Series& series : std::get<BarsFrame>(frames.at("histogram")).series) {
            const double counted = std::accumulate(series.values.begin(), series.values.end(), 0.0);
            QVERIFY(counted >= 28.0 && counted <= 30.0); // all but the largest hundredth
        }
    }

    void anArmThatTheTableDoesNotHaveIsAMistake() {
        const ExperimentType type = lastIterateSgd();
        const auto experiment = createExperiment(type, resolveValues(type, "", {}));
        QVERIFY_EXCEPTION_THROWN(
            static_cast<void>(experiment->start(
                {.arm = "nonsense", .factors = {{"horizon", 16.0}}, .steps = 16})),
            std::logic_error);
    }

    void recordingsDoNotDependOnThreads() {
        const ExperimentType type = lastIterateSgd();
        for (const char* preset : {"quick", "adversarial", "heavy-tails", "simplex", "plane"}) {
            Overrides small{{"horizons", Numbers{16, 64}}, {"replicates", std::int64_t{5}}};
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

REGISTER_TEST(LastIterateSgdTest)
#include "last-iterate-sgd/experiment_test.moc"
