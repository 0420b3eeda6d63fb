#include <QTest>

#include <cmath>

#include "core/math/statistics.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "tests/widgets/sample_recording.h"
#include "widgets/charts/chart_model.h"
#include "widgets/charts/pivot_table.h"

using namespace convergence;

namespace {

std::vector<std::string> labels(const ChartModel& model) {
    std::vector<std::string> list;
    for (const ChartGroup& group : model.groups())
        list.push_back(group.label);
    return list;
}

View budgetView() {
    return {.id = "budget",
            .title = "Error against budget",
            .fromTrials = true,
            .x = {.column = "budget", .label = "budget", .scale = Scale::logarithmic},
            .y = {.label = "test error"},
            .series = {{"test", ""}},
            .aggregate = Aggregate::mean,
            .pivot = PivotSpec{.rowFactor = "arm",
                               .columnFactor = "budget",
                               .value = "test",
                               .tunedFactor = "rate",
                               .tunedBy = "validation"}};
}

using Strings = std::vector<std::string>;

} // namespace

class ChartModelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTrialAndColumnIsACurveInTheColorOfItsArm() {
        ChartModel model(errorView(), sampleDescription());
        model.setRuns({{"", sampleRecording()}});
        QVERIFY(model.update());
        QVERIFY(!model.update()); // nothing new
        QCOMPARE(model.curves().size(), 8U);
        QCOMPARE(labels(model), (Strings{"power law", "exponential decay", "theory"}));
        for (const ChartCurve& curve : model.curves())
            QCOMPARE(curve.color, curve.arm == "power" ? 0 : 1);
        QVERIFY(model.groups()[2].stroke == StrokeStyle::dashed);
    }

    void newRowsAreTakenUp() {
        const auto recording = sampleRecording(10);
        ChartModel model(errorView(), sampleDescription());
        model.setRuns({{"", recording}});
        model.update();
        recording->traceForWriting(1).append(std::array{10.0, 1.0, 1.0});
        QVERIFY(model.update());
        QCOMPARE(model.curves()[2].data.rows(), 11U);
    }

    void whatAPersonHidesInAllViewsIsHiddenHere() {
        ChartModel model(errorView(), sampleDescription());
        model.setRuns({{"", sampleRecording()}});
        model.update();
        model.setArmLook({.hidden = {"power"}});
        QVERIFY(model.update());
        for (const ChartCurve& curve : model.curves())
            QCOMPARE(model.isVisible(curve), curve.arm != "power");
        model.setArmLook({});
        QVERIFY(model.update());
        QVERIFY(!model.update());
        QCOMPARE(model.visibleCurves(), 8U);
    }

    /// The curves of "power" reach 10 at t = 1, those of "exponential" at most 1.1.
    void whatDivergedDoesNotSetTheScaleUnlessAllDid() {
        const auto recording = sampleRecording();
        ChartModel model(errorView(), sampleDescription());
        model.setRuns({{"", recording}});
        model.update();
        QCOMPARE(model.yData(Scale::linear).maximum, 11.0);
        for (const std::size_t trial : {0, 1})
            recording->setStatus(trial, TrialStatus::diverged, "too fast");
        QVERIFY(model.update()); // without new rows
        QCOMPARE(model.yData(Scale::linear).maximum, 1.1);
        model.setArmLook({.isDivergedInFull = true});
        QCOMPARE(model.yData(Scale::linear).maximum, 11.0);
        model.setArmLook({});
        for (const std::size_t trial : {2, 3})
            recording->setStatus(trial, TrialStatus::diverged, "too fast");
        QCOMPARE(model.yData(Scale::linear).maximum, 11.0);
    }

    void hidingAnArmHidesItsPredictionToo() {
        ChartModel model(errorView(), sampleDescription());
        model.setRuns({{"", sampleRecording()}});
        model.update();
        model.setHidden(0, true);
        QVERIFY(model.update());
        for (const ChartCurve& curve : model.curves())
            QCOMPARE(model.isVisible(curve), curve.arm != "power");
        // It stays hidden when another run takes the place of this one.
        model.setRuns({{"", sampleRecording()}});
        QVERIFY(model.groups()[0].isHidden);
    }

    void columnsOfOneArmGetColorsOfTheirOwn() {
        View view = errorView();
        view.series = {{"*error", "", false}};
        view.selectors = {{"arm", "Arm"}};
        ChartModel model(view, sampleDescription());
        model.setRuns({{"", sampleRecording()}});
        QCOMPARE(labels(model), (Strings{"error e", "predicted"}));
        QCOMPARE(model.groups()[0].color, 0);
        QCOMPARE(model.groups()[1].color, 1);
        QCOMPARE(selectionText(model.selectors()), std::string("Arm: power law"));
        model.select(0, 1);
        for (const ChartCurve& curve : model.curves())
            QCOMPARE(curve.arm, std::string("exponential"));
    }

    void earlierRunsAreNamedInTheLegend() {
        ChartModel model(errorView(), sampleDescription());
        model.setRuns({{"", sampleRecording()}, {"run 1", sampleRecording(50)}});
        const auto all = labels(model);
        QVERIFY(std::find(all.begin(), all.end(), "run 1: power law") != all.end());
    }

    void medianAndQuartilesAreThoseOfTheReplicates() {
        View view = errorView();
        view.aggregate = Aggregate::medianAndQuartiles;
        ChartModel model(view, sampleDescription());
        model.setRuns({{"", sampleRecording(300)}});
        model.update();
        QCOMPARE(model.curves().size(), 4U);
        const ChartCurve& curve = model.curves()[0];
        QVERIFY(curve.low && curve.high);
        for (std::size_t row = 1; row < curve.data.rows(); ++row) {
            const double e = 10.0 / curve.data.x(row);
            expectNear(curve.data.y(row) / (1.05 * e), 1, 1e-12);
            expectNear(curve.low->y(row) / (1.025 * e), 1, 1e-12);
            expectNear(curve.high->y(row) / (1.075 * e), 1, 1e-12);
        }
    }

    void fitsFollowTheAxesAndTheWindow() {
        View view = errorView();
        view.fit = {FitKind::logLog, 10.0, 0.0};
        ChartModel model(view, sampleDescription());
        model.setRuns({{"", sampleRecording()}});
        model.update();
        for (const ChartCurve& curve : model.curves())
            if (model.groups()[curve.group].isPrediction)
                QVERIFY(!curve.fit.valid());
            else if (curve.arm == "power")
                expectNear(curve.fit.slope, -1.0, 1e-9);
        model.setFitKind(FitKind::logLinear);
        model.setFitWindow(20.0, 200.0);
        for (const ChartCurve& curve : model.curves())
            if (curve.arm == "exponential" && curve.column == "error") {
                expectNear(curve.fit.slope, -1.0 / 50.0, 1e-9);
                QVERIFY(curve.fit.xMinimum >= 20.0 && curve.fit.xMaximum <= 200.0);
            }
    }

    void fitsLeaveRoundingNoiseOut() {
        View view = errorView();
        view.series = {{"error", ""}};
        view.fit = {FitKind::logLinear, 0.0, 0.0};
        const auto recording = sampleRecording(0);
        for (int t = 0; t < 500; ++t) // falls to 1e-15 and stays there
            recording->traceForWriting(0).append(
                std::array{double(t), std::max(1e-15, std::exp(-0.2 * t)), 0.0});
        ChartModel model(view, sampleDescription());
        model.setRuns({{"", recording}});
        model.update();
        expectNear(model.curves()[0].fit.slope, -0.2, 1e-9);
    }

    void millionRowsAreFittedOnSpacedSamples() {
        View view = errorView();
        view.fit = {FitKind::logLog, 100.0, 0.0};
        ChartModel model(view, sampleDescription());
        model.setRuns({{"", sampleRecording(200000)}});
        model.update();
        expectNear(model.curves()[0].fit.slope, -1.0, 1e-9);
        QVERIFY(model.curves()[0].fit.count <= 300);
    }

    void csvHoldsTheRowsOfTheTableInFullPrecision() {
        View view = errorView();
        view.series = {{"error", ""}};
        const auto recording = sampleRecording(50);
        ChartModel model(view, sampleDescription());
        model.setRuns({{"", recording}});
        model.update();
        const QStringList lines = QString::fromStdString(model.csv({3, 20})).split("\r\n");
        QCOMPARE(lines[0], QString("run,arm,trial,factors,series,iteration,value"));
        QCOMPARE(lines.size(), 1 + 4 * 18 + 1);
        const QStringList cells = lines[1 + 18 + 2].split(','); // second trial, x = 5
        QCOMPARE(cells[2], QString("1"));
        QCOMPARE(cells[5].toDouble(), 5.0);
        QCOMPARE(cells[6].toDouble(), recording->trace(1).at(5, 1));
    }

    void trialsChartTakesTheTunedRateAndAveragesReplicates() {
        auto description = sampleDescription();
        description->arms = {{.id = "rex", .label = "REX", .help = ""},
                             {.id = "linear", .label = "linear", .help = ""}};
        ChartModel model(budgetView(), description);
        model.setRuns({{"", sampleTrials()}});
        model.update();
        QCOMPARE(labels(model), (Strings{"REX", "linear"}));
        const ChartCurve& rex = model.curves()[0];
        QCOMPARE(rex.data.rows(), 3U);
        // Rate 1 wins on validation data: test error 100/budget + 4, and ½ from the replicates.
        QCOMPARE(rex.data.x(1), 10.0);
        QCOMPARE(rex.data.y(1), 14.5);
        QCOMPARE(model.curves()[1].data.y(1), 19.5);
    }

    /// A metric on the x axis that the pivot's column factor decides: one curve an arm all the
    /// same.
    void theColumnFactorDoesNotSplitCurves() {
        auto description = sampleDescription();
        description->arms = {{.id = "rex", .label = "REX", .help = ""},
                             {.id = "linear", .label = "linear", .help = ""}};
        View view = budgetView();
        view.x = {.column = "validation", .label = "validation error"};
        ChartModel model(view, description);
        model.setRuns({{"", sampleTrials()}});
        model.update();
        QCOMPARE(labels(model), (Strings{"REX", "linear"}));
        view.pivot->columnFactor = "arm";
        ChartModel split(view, description);
        split.setRuns({{"", sampleTrials()}});
        QCOMPARE(labels(split).size(), std::size_t{6});
    }

    void pivotAveragesTunedTrialsAndRanksColumns() {
        const auto description = sampleDescription();
        const auto recording = sampleTrials();
        PivotSpec spec = *budgetView().pivot;
        const auto rows = recording->trials().rows();
        PivotTable table = pivotTable(*recording, rows, spec, {}, *description);
        QCOMPARE(table.rowLabels, (Strings{"rex", "linear"}));
        QCOMPARE(table.columnLabels, (Strings{"1", "10", "100"}));
        QCOMPARE(table.values, (std::vector<double>{104.5, 14.5, 5.5, 109.5, 19.5, 10.5}));
        spec.ranks = true;
        table = pivotTable(*recording, rows, spec, {}, *description);
        QCOMPARE(table.values, (std::vector<double>{1, 1, 1, 2, 2, 2}));
    }

    void selectorsListWhatOccursAndKeepTheChoice() {
        const auto recording = sampleTrials();
        const std::vector<SelectorSpec> specs{{"budget", "Budget"}, {"replicate", "Seed"}};
        const auto description = sampleDescription();
        auto selectors = trialSelectors(specs, *recording, *description, {});
        QCOMPARE(selectors.size(), 2U);
        QCOMPARE(selectors[0].options.size(), 3U);
        selectors[0].current = 2;
        const auto again = trialSelectors(specs, *recording, *description, selectors);
        QCOMPARE(again[0].chosen().value, 100.0);
        int chosen = 0;
        for (const TrialPlan& plan : recording->plans())
            chosen += isSelected(again, plan) ? 1 : 0;
        QCOMPARE(chosen, 4); // two arms, two rates
    }

    /// Options are in order, but what was listed first is shown first.
    void selectorsOpenAtWhatIsListedFirst() {
        std::vector<TrialPlan> plans;
        for (const double budget : {10.0, 1.0, 100.0})
            plans.push_back({.arm = "rex", .factors = {{"budget", budget}}});
        const Recording recording({{.name = "iteration"}},
                                  {{.name = "budget", .role = ColumnRole::factor}}, {}, {"rex"},
                                  plans);
        const auto description = sampleDescription();
        const auto selectors = trialSelectors({{"budget", "Budget"}}, recording, *description, {});
        QCOMPARE(selectors[0].options.front().value, 1.0);
        QCOMPARE(selectors[0].chosen().value, 10.0);
    }

    void xMayBeTheTimingTable() {
        const auto recording = sampleRecording(5);
        for (int row = 0; row < 5; ++row)
            recording->timingForWriting(0).append(std::array{double(row), 0.5 * row});
        View view = errorView();
        view.x = {.column = "seconds", .label = "time", .unit = "s"};
        ChartModel model(view, sampleDescription());
        model.setRuns({{"", recording}});
        model.update();
        QCOMPARE(model.curves()[0].data.x(3), 1.5);
        QCOMPARE(model.curves()[0].data.y(3), recording->trace(0).at(3, 1));
        QCOMPARE(model.xOfIteration(3).value(), 1.5);
    }
};

REGISTER_TEST(ChartModelTest)
#include "chart_model_test.moc"
