#include <cmath>
#include <set>

#include <QTemporaryFile>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/sweep/sweep_plan.h"
#include "core/sweep/sweep_task.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using nlohmann::json;

namespace {

const Registry& registry() {
    static const Registry known = [] {
        Registry made;
        made.add(testing::quadratic());
        return made;
    }();
    return known;
}

SweepPlan planOf(const char* text) {
    return SweepPlan::fromJson(json::parse(text), registry());
}

} // namespace

class SweepPlanTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Independent truth: nested loops in the documented order.
    void tasksAreTheProductWithSeedsFastest() {
        const SweepPlan plan = planOf(R"({"experiment": "quadratic", "fixed": {"iterations": 7},
            "axes": [{"parameter": "curvature", "list": [1, 2, 4]},
                     {"parameter": "learning_rate", "linear": {"from": 0.1, "to": 0.3, "count": 2}}],
            "seeds": [5, 9]})");
        QCOMPARE(plan.taskCount(), 12U);
        std::uint64_t task = 0;
        for (const double curvature : {1.0, 2.0, 4.0})
            for (const double rate : {0.1, 0.3})
                for (const std::int64_t seed : {5, 9}) {
                    const Overrides overrides = plan.overrides(task++);
                    QCOMPARE(std::get<double>(overrides.at("curvature")), curvature);
                    QCOMPARE(std::get<double>(overrides.at("learning_rate")), rate);
                    QCOMPARE(std::get<std::int64_t>(overrides.at("seed")), seed);
                    QCOMPARE(std::get<std::int64_t>(overrides.at("iterations")), 7);
                }
        QCOMPARE(plan.columns(), (std::vector<std::string>{"curvature", "learning_rate", "seed"}));
        QCOMPARE(plan.cells(11), (std::vector<std::string>{"4", "0.3", "9"}));
    }

    void aLogarithmicRangeHasEqualRatiosAndExactEnds() {
        const SweepPlan plan = planOf(R"({"experiment": "quadratic", "axes":
            [{"parameter": "learning_rate", "log": {"from": 0.001, "to": 10, "count": 5}}]})");
        QCOMPARE(plan.taskCount(), 5U);
        std::vector<double> values;
        for (std::uint64_t task = 0; task < 5; ++task)
            values.push_back(std::get<double>(plan.overrides(task).at("learning_rate")));
        QCOMPARE(values.front(), 0.001);
        QCOMPARE(values.back(), 10.0);
        for (std::size_t i = 1; i < values.size(); ++i)
            expectNear(values[i] / values[i - 1], 10.0, 1e-12);
    }

    void randomAxesAreDrawnTogetherWithinTheirRange() {
        const SweepPlan plan = planOf(R"({"experiment": "quadratic", "draws": 400, "axes":
            [{"parameter": "learning_rate", "log_uniform": {"from": 0.001, "to": 1}},
             {"parameter": "curvature", "uniform": {"from": 1, "to": 3}}]})");
        QCOMPARE(plan.taskCount(), 400U);
        double logSum = 0.0;
        double sum = 0.0;
        std::set<double> different;
        for (std::uint64_t task = 0; task < 400; ++task) {
            const Overrides overrides = plan.overrides(task);
            const double rate = std::get<double>(overrides.at("learning_rate"));
            const double curvature = std::get<double>(overrides.at("curvature"));
            QVERIFY(rate >= 0.001 && rate <= 1.0 && curvature >= 1.0 && curvature <= 3.0);
            logSum += std::log10(rate);
            sum += curvature;
            different.insert(rate);
        }
        QCOMPARE(different.size(), 400U);
        // Means −1.5 and 2 with standard errors 3/√12/20 and 2/√12/20: five of them.
        expectNear(logSum / 400.0, -1.5, 5 * 0.0433);
        expectNear(sum / 400.0, 2.0, 5 * 0.0289);
        QCOMPARE(plan.overrides(123), plan.overrides(123));
    }

    void badFilesAreRefusedInOneSentence_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("names");
        const auto row = [](const char* name, const char* text, const char* names) {
            QTest::newRow(name) << QByteArray(text) << QByteArray(names);
        };
        row("not an object", "[1]", "expected an object");
        row("no experiment", "{}", "'experiment' is missing");
        row("unknown experiment", R"({"experiment": "quadratik"})", "quadratic");
        row("unknown key", R"({"experiment": "quadratic", "axis": []})", "'axis'");
        row("unknown parameter",
            R"({"experiment": "quadratic", "axes": [{"parameter": "rate", "list": [1]}]})", "rate");
        row("unknown fixed parameter", R"({"experiment": "quadratic", "fixed": {"x": 1}})", "x");
        row("out of range",
            R"({"experiment": "quadratic", "axes": [{"parameter": "curvature", "list": [1, 99]}]})",
            "99");
        row("empty list",
            R"({"experiment": "quadratic", "axes": [{"parameter": "curvature", "list": []}]})",
            "at least one value");
        row("empty range",
            R"({"experiment": "quadratic", "draws": 2, "axes": [{"parameter": "curvature",
                "uniform": {"from": 2, "to": 2}}]})",
            "empty");
        row("count of zero",
            R"({"experiment": "quadratic", "axes": [{"parameter": "curvature",
                "linear": {"from": 1, "to": 2, "count": 0}}]})",
            "count");
        row("log of zero",
            R"({"experiment": "quadratic", "axes": [{"parameter": "curvature",
                "log": {"from": 0, "to": 2, "count": 3}}]})",
            "above 0");
        row("too many tasks",
            R"({"experiment": "quadratic", "seeds": {"count": 1000000}, "axes":
                [{"parameter": "curvature", "linear": {"from": 1, "to": 2, "count": 1000000}}]})",
            "1e+12 tasks");
        row("named twice",
            R"({"experiment": "quadratic", "fixed": {"curvature": 1}, "axes":
                [{"parameter": "curvature", "list": [1]}]})",
            "twice");
        row("random without draws",
            R"({"experiment": "quadratic", "axes": [{"parameter": "curvature",
                "uniform": {"from": 1, "to": 2}}]})",
            "draws");
        row("draws without random", R"({"experiment": "quadratic", "draws": 3})", "draws");
        row("bad seeds", R"({"experiment": "quadratic", "seeds": [-1]})", "seeds");
        row("seed set twice", R"({"experiment": "quadratic", "seeds": [1], "fixed": {"seed": 3}})",
            "once more");
        row("negative random seed", R"({"experiment": "quadratic", "random_seed": -1})",
            "'random_seed' is -1");
        row("random seed that is not whole", R"({"experiment": "quadratic", "random_seed": 1e300})",
            "'random_seed' is 1e+300");
        row("unknown keep", R"({"experiment": "quadratic", "keep": ["all"]})", "'all'");
        row("unknown preset", R"({"experiment": "quadratic", "preset": "x"})", "preset");
        row("not a number", R"({"experiment": "quadratic", "fixed": {"curvature": "a"}})",
            "curvature");
    }
    void badFilesAreRefusedInOneSentence() {
        QFETCH(const QByteArray, text);
        QFETCH(const QByteArray, names);
        const QString complaint = refusalOf([&] { return planOf(text.constData()); });
        QVERIFY2(complaint.contains(names), qPrintable(complaint));
        QVERIFY2(!complaint.contains('\n'), qPrintable(complaint));
        QVERIFY2(complaint.endsWith('.') || complaint.endsWith('?'), qPrintable(complaint));
    }

    void whatIsFoundIsToldInPart() {
        json plan{{"experiment", "quadratic"}};
        plan["axes"] = std::string(1'000'000, 'x');
        QVERIFY(refusalOf([&] { SweepPlan::fromJson(plan, registry()); }).size() < 400);
        plan["axes"] = json::array(
            {{{"parameter", "curvature"}, {"list", json::array({std::string(1'000'000, 'x')})}}});
        QVERIFY(refusalOf([&] { SweepPlan::fromJson(plan, registry()); }).size() < 400);
    }

    void textThatIsNoUsableJsonIsRefusedWithTheFile_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("names");
        QTest::newRow("cut short") << QByteArray("{\"experiment\": ") << QByteArray("line 1");
        QTest::newRow("number beyond doubles")
            << QByteArray(R"({"experiment": "quadratic", "draws": 1e999})") << QByteArray("1e999");
        QTest::newRow("nested without end")
            << QByteArray(R"({"experiment": )") + QByteArray(2000000, '[') +
                   QByteArray(2000000, ']') + "}"
            << QByteArray("deeper than 64 levels");
        QTest::newRow("brackets in a text")
            << QByteArray(R"({"experiment": "\"quadratic)") + QByteArray(100, '[') + "\"}"
            << QByteArray("quadratic");
    }
    void textThatIsNoUsableJsonIsRefusedWithTheFile() {
        QFETCH(const QByteArray, text);
        QFETCH(const QByteArray, names);
        QTemporaryFile file;
        QVERIFY(file.open());
        file.write(text);
        file.close();
        const QString sentence =
            refusalOf([&] { SweepPlan::fromFile(file.fileName().toStdString(), registry()); });
        QVERIFY2(sentence.contains(names), qPrintable(sentence));
        QVERIFY2(!sentence.contains('\n'), qPrintable(sentence));
    }

    /// |x| after t steps at rate η is |1 − ηL|ᵗ; beyond 10⁶ the run diverges.
    void aTaskGivesWhatTheRunGives() {
        const SweepPlan plan = planOf(R"({"experiment": "quadratic", "fixed":
            {"iterations": 20, "curvature": 1}, "axes":
            [{"parameter": "learning_rate", "list": [0.1, 10]}]})");
        const TaskResult result = runTask(plan, 0, {}, StopToken());
        QCOMPARE(nameOf(result.state), std::string_view("finished"));
        QCOMPARE(result.trials.size(), 2U);
        QCOMPARE(result.trials[0].arm, std::string("plain"));
        QCOMPARE(result.trials[0].cells.front().first, std::string("final_x"));
        expectNear(std::stod(result.trials[0].cells.front().second), std::pow(0.9, 20), 1e-15);

        const TaskResult other = runTask(plan, 1, {}, StopToken());
        QCOMPARE(nameOf(other.state), std::string_view("diverged"));
        QVERIFY(!other.message.empty());

        const TaskResult again = taskResultFromJson(json::parse(toJson(other).dump()));
        QCOMPARE(toJson(again), toJson(other));
    }
};

REGISTER_TEST(SweepPlanTest)
#include "sweep_plan_test.moc"
