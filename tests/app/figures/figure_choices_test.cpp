#include "app/figures/figure_choices.h"
#include "app/figures/figure_run.h"
#include "core/experiment/run_files.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "tests/widgets/sample_recording.h"

using namespace convergence;

namespace {

std::shared_ptr<Description> description() {
    auto result = sampleDescription();
    result->parameters = {{.name = "rate", .kind = ParameterKind::real, .defaultValue = 0.5}};
    View second = errorView();
    second.id = "other";
    result->views = {errorView(), second};
    return result;
}

} // namespace

class FigureChoicesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsTypedIsTheFigure() {
        const auto what = description();
        const FigureChoices choices{.views = {"error", "other"},
                                    .style = "paper-column",
                                    .width = "3.5in",
                                    .legend = "inside",
                                    .panels = "2x1",
                                    .limits = {"error:y=1e-15..10", "other:fit=10..0"},
                                    .scales = {"other:x=linear"},
                                    .arms = {"error:power"},
                                    .hasNoGrid = true};
        const Figure figure = figureFrom(choices, *what, {.experiment = "sample"});
        QCOMPARE(figure.views.size(), 2U);
        QVERIFY(figure.views[0].yLimits == (AxisRange{1e-15, 10.0}));
        QVERIFY(figure.views[0].arms == std::vector<std::string>{"power"});
        QVERIFY(figure.views[1].fitWindow == (AxisRange{10.0, 0.0}));
        QVERIFY(figure.views[1].xScale == Scale::linear);
        QVERIFY(figure.style.legend == LegendPlace::inside && !figure.style.hasGrid);
        expectNear(figure.style.width, 88.9, 1e-12);
        QCOMPARE(figure.rows, 2);
    }

    void theCommandNamesWhatDiffers() {
        const auto what = description();
        const ParameterValues values(what->parameters, {{"rate", 0.25}});
        Figure figure = figureFrom({.views = {"error"}, .style = "paper-column"}, *what,
                                   {.experiment = "sample"});
        figure.views[0].yLimits = AxisRange{1e-15, 10.0};
        figure.views[0].hidden = {"exponential decay"};
        figure.style.legend = LegendPlace::below;
        QCOMPARE(QString::fromStdString(figureCommand(figure, *what, values, "a.pdf")),
                 QString("convergence-lab export sample --set rate=0.25 --view error --style "
                         "paper-column --legend below --limits error:y=1e-15..10 --hide "
                         "'error:exponential decay' --out a.pdf"));
    }

    void theHashIsOfWhatWasRecorded() {
        const auto one = sampleRecording(50), same = sampleRecording(50),
                   more = sampleRecording(51);
        QCOMPARE(tableHash(*one), tableHash(*same));
        QVERIFY(tableHash(*one) != tableHash(*more));
        QCOMPARE(tableHash(*one).size(), 64U);
    }

    void pathsStayOnTheMachine() {
        auto what = description();
        what->parameters.push_back(
            {.name = "data", .kind = ParameterKind::file, .defaultValue = std::string()});
        const ParameterValues values(what->parameters,
                                     {{"data", std::string("/home/somebody/own.csv")}});
        const FigureRun run = figureRun(*what, values);
        QCOMPARE(run.parameters["data"].get<std::string>(), std::string("own.csv"));
    }
};

REGISTER_GUI_TEST(FigureChoicesTest)
#include "figure_choices_test.moc"
