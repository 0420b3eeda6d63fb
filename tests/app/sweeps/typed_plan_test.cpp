#include <QtTest>

#include "app/sweeps/typed_plan.h"
#include "core/error.h"
#include "core/experiment/parameter_builders.h"
#include "core/sweep/sweep_plan.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using nlohmann::json;

namespace {

const Registry& registry() {
    static const Registry known = [] {
        Registry made;
        ExperimentType type = testing::quadratic();
        type.description.parameters.push_back(
            choiceSetParameter({"arms", "Arms", "Which run."},
                               {{"plain", "plain", ""}, {"half", "half", ""}}, {"plain"}, "Run"));
        made.add(type);
        return made;
    }();
    return known;
}

json typed(const TypedSweep& sweep) {
    return sweepJson(registry().find("quadratic")->description, sweep);
}

} // namespace

class TypedPlanTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void saysWhatTheFileSays() {
        const json expected = json::parse(R"({"experiment": "quadratic", "fixed": {"iterations": 7},
            "axes": [{"parameter": "learning_rate", "log": {"from": 0.01, "to": 1, "count": 5}},
                     {"parameter": "curvature", "linear": {"from": 1, "to": 3, "count": 3}},
                     {"parameter": "iterations", "list": [2, 3, 4]},
                     {"parameter": "arms", "list": [["plain", "half"], ["half"]]}],
            "seeds": {"count": 10}})");
        QCOMPARE(typed({.fixed = {{"iterations", std::int64_t{7}}},
                        .vary = {"learning_rate=0.01..1:log:5", "curvature=1..3:3",
                                 "iterations=2,3,4", "arms=[plain;half],half"},
                        .seeds = "10"}),
                 expected);
        QCOMPARE(typed({.seeds = "3,5,8"})["seeds"], json({3, 5, 8}));
    }

    void isAPlan() {
        const SweepPlan plan = SweepPlan::fromJson(
            typed({.vary = {"learning_rate=0.01..1:log:5", "curvature=1,2"}, .seeds = "10"}),
            registry());
        QCOMPARE(plan.taskCount(), 100U);
        QCOMPARE(std::get<double>(plan.overrides(99).at("learning_rate")), 1.0);
        QCOMPARE(std::get<std::int64_t>(plan.overrides(99).at("seed")), 9);
    }

    void whatCannotBeReadIsRefused_data() {
        QTest::addColumn<QString>("vary");
        QTest::addColumn<QString>("named");
        const auto row = [](const char* vary, const char* named) {
            QTest::newRow(vary) << vary << named;
        };
        row("learning_rate", "NAME=2,3,4");
        row("=1,2", "NAME=2,3,4");
        row("learning_rate=", "NAME=2,3,4");
        row("lerning_rate=1,2", "did you mean 'learning_rate'?");
        row("learning_rate=0.01..1", "FROM..TO:COUNT");
        row("learning_rate=0.01..1:5:log", "FROM..TO:log:COUNT");
        row("learning_rate=0.01..one:5", "'0.01..one' is no range of numbers");
        row("learning_rate=0.01..1:many", "'many' is no number of values");
        row("learning_rate=0.01..1:0", "from 1 to");
        row("learning_rate=0..1:log:5", "both above 0");
        row("learning_rate=0.1,fast", "'fast'");
        row("learning_rate=0.1,100", "'learning_rate'");
        row("iterations=2,,4", "'iterations'");
        row("arms=[plain;third]", "'third'");
    }
    void whatCannotBeReadIsRefused() {
        QFETCH(QString, vary);
        QFETCH(QString, named);
        expectRefusal(
            [&] { return SweepPlan::fromJson(typed({.vary = {vary.toStdString()}}), registry()); },
            named);
    }

    void seedsThatAreNoneAreRefused() {
        for (const char* seeds : {"ten", "-1", "3,", "1.5"})
            expectRefusal([&] { static_cast<void>(typed({.seeds = seeds})); }, "seed");
    }
};

REGISTER_TEST(TypedPlanTest)
#include "typed_plan_test.moc"
