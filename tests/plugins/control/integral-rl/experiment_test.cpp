#include <array>
#include <cmath>
#include <functional>
#include <numbers>
#include <stdexcept>

#include <QtTest>

#include "core/experiment/not_applicable.h"
#include "core/experiment/registry.h"
#include "core/experiment/verification.h"
#include "plugins/control/integral-rl/arms.h"
#include "plugins/control/integral-rl/experiment.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::string text(const char* value) {
    return value;
}

/// One trial of an arm at one N.
Overrides one(const char* arm, double samples, Overrides further = {}) {
    further.insert(
        {{"arms", Names{arm}}, {"samples", Numbers{samples}}, {"starts", std::int64_t{1}}});
    return further;
}

const Overrides halfASecond{
    {"window", Numbers{0.5}}, {"excitation", text("restarted")}, {"iterations", std::int64_t{15}}};

Overrides with(Overrides base, const Overrides& more) {
    base.insert(more.begin(), more.end());
    return base;
}

/// A recording in which floors are as the test says, for N = 5, 7, 9 of two starts.
EvidenceRun constructed(const std::string& label, const Names& arms,
                        const std::function<double(const std::string&, double)>& floor) {
    std::vector<TrialPlan> plans;
    for (const double samples : {5, 7, 9})
        for (const std::string& arm : arms)
            for (std::uint64_t start = 0; start < 2; ++start)
                plans.push_back({.arm = arm,
                                 .factors = {{"intervals", samples - 1}, {"window", 0.1}},
                                 .replicate = start,
                                 .steps = 1});
    auto recording = std::make_shared<Recording>(std::vector<Column>{{"iteration"}},
                                                 std::vector<Column>{{"intervals"}, {"window"}},
                                                 std::vector<Column>{{"error"}}, arms, plans);
    for (std::size_t i = 0; i < plans.size(); ++i) {
        recording->setStatus(i, TrialStatus::finished);
        recording->conclude(i, std::array{floor(plans[i].arm, plans[i].factors["intervals"] + 1)});
    }
    auto values =
        std::make_shared<const ParameterValues>(integralRl().description.parameters, Overrides{});
    return {label, 0, values, recording};
}

} // namespace

class IntegralRlTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionIsConsistent() {
        Registry registry;
        registry.add(integralRl());
        QCOMPARE(registry.all().size(), std::size_t{1});
        for (const Preset& preset : integralRl().description.presets)
            QVERIFY(createExperiment(integralRl(), resolveValues(integralRl(), preset.id, {})));
    }

    void floorsAreThoseOfAnIndependentComputation() {
        const auto linear = record(integralRl(), one("trapezoid", 5));
        expectNear(finalOf(*linear, 0, "error"), 1.17757e-3, 1e-8);
        expectNear(finalOf(*linear, 0, "floor"), 1.17757e-3, 1e-8);
        expectNear(finalOf(*linear, 0, "intervals"), 4.0, 0.0);
        expectNear(finalOf(*linear, 0, "samples"), 5.0, 0.0);
        QVERIFY(!applies(finalOf(*linear, 0, "deviation"))); // no Bayesian rule
        const auto sine =
            record(integralRl(),
                   one("trapezoid", 15, {{"system", text("sine")}, {"x1", 1.0}, {"x2", 1.0}}));
        expectNear(finalOf(*sine, 0, "error"), 1.041e-5, 1e-8);
        QVERIFY(!applies(finalOf(*sine, 0, "real_part"))); // not of a nonlinear system
    }

    // E|δK x| over standard normal x is ‖δK‖ √(2/π).
    void controllersAreComparedOverNormalStates() {
        const auto run = record(integralRl(), one("trapezoid", 5));
        const Table& trace = run->trace(0);
        const auto weight = [&](const char* column) {
            return trace.at(trace.rows() - 1, trace.columnIndex(column));
        };
        const Eigen::Vector3d gain(weight("weight_3"), weight("weight_5"), weight("weight_6"));
        const Eigen::Vector3d best(0.904987562112, 1.893095222031, 1.596995960829);
        const double expected = (gain - best).norm() * std::sqrt(2.0 / std::numbers::pi);
        expectNear(finalOf(*run, 0, "controller_error") / expected, 1.0, 0.03);
    }

    void aPolicyThatDoesNotStabilizeEndsItsTrial() {
        const auto run = record(integralRl(), with(one("trapezoid", 5), halfASecond));
        QCOMPARE(run->status(0), TrialStatus::diverged);
        QCOMPARE(run->iterations(0), std::int64_t{6});
        QVERIFY2(QString::fromStdString(run->message(0)).contains("not stabilizing"),
                 run->message(0).c_str());
        expectNear(finalOf(*run, 0, "real_part"), 0.27, 0.005);
        QVERIFY(!applies(finalOf(*run, 0, "floor")));
        QVERIFY(std::isfinite(finalOf(*run, 0, "error")));
        const auto settled = record(integralRl(), with(one("matern", 5), halfASecond));
        QCOMPARE(settled->status(0), TrialStatus::finished);
        expectNear(finalOf(*settled, 0, "floor"), 1.6e-2, 5e-4);
    }

    void aGainThatGrowsWithoutEndIsTold() {
        const auto run = record(integralRl(), one("trapezoid", 9,
                                                  {{"window", Numbers{1.0}},
                                                   {"excitation", text("drawn")},
                                                   {"iterations", std::int64_t{15}}}));
        QCOMPARE(run->status(0), TrialStatus::diverged);
        QVERIFY2(QString::fromStdString(run->message(0)).contains("without end"),
                 run->message(0).c_str());
    }

    void toleranceEndsATrial() {
        const auto run =
            record(integralRl(),
                   one("exact", 5, {{"tolerance", 1e-3}, {"iterations", std::int64_t{120}}}));
        QCOMPARE(run->status(0), TrialStatus::finished);
        QCOMPARE(run->iterations(0), std::int64_t{8});
    }

    void aRuleMayBeExchangedWhileItRuns() {
        const Overrides values = one("trapezoid", 5);
        const auto run =
            record(integralRl(), values,
                   {.events = {{.iteration = 8, .name = "use_exact", .isAction = true}}});
        QVERIFY(finalOf(*run, 0, "error") < 1e-6);
        const auto finer =
            record(integralRl(), values,
                   {.events = {{.iteration = 8, .name = "more_samples", .isAction = true}}});
        expectNear(finalOf(*finer, 0, "error"), 2.94182e-4, 1e-8); // N = 9
        expectNear(finalOf(*finer, 0, "samples"), 9.0, 0.0);
        const auto carried = record(integralRl(), one("matern", 5), {});
        const auto shorter =
            record(integralRl(), one("matern", 5),
                   {.events = {{.iteration = 2, .name = "length_scale", .value = 0.05}}});
        QVERIFY(finalOf(*shorter, 0, "error") > 1.5 * finalOf(*carried, 0, "error"));
    }

    void theOrderClaimsHoldForTheirSlopesOnly() {
        const auto floors = [](double slope) {
            return [=](const std::string&, double samples) { return std::pow(samples - 1, slope); };
        };
        const auto verdict = [&](double slope) {
            return judged(integralRl(), "trapezoid_order",
                          {constructed("third order", {"trapezoid"}, floors(slope)),
                           constructed("sine", {"trapezoid"}, floors(-2.0))});
        };
        expectVerdict(verdict(-2.0), Verdict::holds);
        expectVerdict(verdict(-1.9), Verdict::fails);
        expectVerdict(verdict(-2.1), Verdict::fails);
        expectVerdict(verdict(std::nan("")), Verdict::fails);
        const auto beats = [&](double factor) {
            const auto floor = [=](const std::string& arm, double samples) {
                return std::pow(samples, -2.0) / (arm == "matern" && samples == 9 ? factor : 10.0);
            };
            return judged(integralRl(), "bayesian_beats_trapezoid",
                          {constructed("third order", {"trapezoid", "matern"}, floor)});
        };
        expectVerdict(beats(1.0 / 3.0), Verdict::fails); // at one N only
        expectVerdict(judged(integralRl(), "bayesian_beats_trapezoid",
                             {constructed("third order", {"trapezoid", "matern"},
                                          [](const std::string& arm, double) {
                                              return arm == "matern" ? 1.0 : 2.5;
                                          })}),
                      Verdict::holds);
    }

    void whetherTheRuleDecidesIsJudgedOnRealRuns() {
        const ExperimentType type = integralRl();
        for (const ClaimReport& report :
             verify(type, {.claims = {"rule_decides", "newton"}}, StopToken()))
            QVERIFY2(report.ok, report.judgement.explanation.c_str());
    }

    void combinationsThatCannotWorkAreRefused() {
        const ExperimentType type = integralRl();
        expectRefusal(resolving(type, {{"samples", Numbers{5.5}}}), "'samples'", "5.5");
        expectRefusal(resolving(type, {{"samples", Numbers{1}}}), "'samples'");
        expectRefusal(resolving(type, {{"arms", Names{"simpson"}}, {"samples", Numbers{6}}}),
                      "'samples'", "simpson", "odd");
        expectRefusal(resolving(type, {{"arms", Names{"derived"}}, {"system", text("sine")}}),
                      "'arms'", "third_order");
        expectRefusal(resolving(type, {{"arms", Names{"matern"}},
                                       {"samples", Numbers{65}},
                                       {"length_scale", 10.0}}),
                      "'samples'", "singular");
        expectRefusal(resolving(type, {{"rows", std::int64_t{5}}}), "'rows'");
        expectRefusal(resolving(type, {{"x1", 0.0}, {"x2", 0.0}, {"x3", 0.0}}), "'x1'", "origin");
    }

    void framesShowTheWindowThePolesAndTheLoops() {
        const ExperimentType type = integralRl();
        const auto experiment = createExperiment(
            type, resolveValues(type, "unstable", {{"iterations", std::int64_t{3}}}));
        const auto recording = record(*experiment);
        FrameMap shared, frames;
        experiment->draw(*recording, shared);
        const auto& scene = std::get<SceneFrame>(shared.at("loops"));
        QCOMPARE(scene.bodies, std::size_t{4}); // the best policy, and three arms
        expectNear(scene.poses[1].x, 2.0F, 0.0);
        const auto solver = experiment->start(experiment->trials()[1]); // Matérn's
        QCOMPARE(solver->step(StopToken()), StepStatus::running);
        solver->draw(*recording, frames);
        const auto& closeUp = std::get<CurvesFrame>(frames.at("close_up")).curves;
        QCOMPARE(closeUp.size(), std::size_t{6});
        expectNear(closeUp[0].y[0], 17.0, 1e-12); // |x⁰|², before there is a control
        // The second view is the first less the truth; samples lie on all of it.
        const auto& difference = std::get<CurvesFrame>(frames.at("difference")).curves;
        QCOMPARE(difference.size(), std::size_t{5});
        for (const std::size_t curve : {0, 1, 2, 3})
            for (std::size_t i = 0; i < closeUp[0].y.size(); ++i) {
                expectNear(difference[curve].y[i], closeUp[curve + 1].y[i] - closeUp[0].y[i],
                           1e-12);
                if (i % 60 == 0) // five samples among 241 times
                    expectNear(closeUp[curve + 1].y[i], closeUp[5].y[i / 60], 1e-6);
            }
        const auto& poles = std::get<CurvesFrame>(frames.at("poles")).curves;
        QCOMPARE(poles.size(), std::size_t{5});
        QCOMPARE(poles[3].x.size(), std::size_t{3});
        QVERIFY(std::get<PathFrame>(frames.at("state_path")).x.size() > 100);
    }

    void anArmThatTheTableDoesNotHaveIsAMistake() {
        const ExperimentType type = integralRl();
        const auto experiment = createExperiment(type, resolveValues(type, "", {}));
        QVERIFY_EXCEPTION_THROWN(
            static_cast<void>(experiment->start(
                {.arm = "nonsense", .factors = {{"intervals", 4}, {"window", 0.1}}, .steps = 1})),
            std::logic_error);
    }

    void recordingsDoNotDependOnThreads() {
        const ExperimentType type = integralRl();
        for (const char* preset : {"quick", "sine", "unstable"}) {
            const auto values = [&](int threads) {
                return tables(*record(type, {{"samples", Numbers{5, 7}}},
                                      {.preset = preset, .threads = threads}));
            };
            const std::string once = values(1);
            QVERIFY(!once.empty());
            QCOMPARE(once, values(2));
        }
    }
};

REGISTER_TEST(IntegralRlTest)
#include "integral-rl/experiment_test.moc"
