// The chips of arms govern every kind of view.

#include <QComboBox>
#include <QTableView>
#include <QTest>

#include "tests/registered_test.h"
#include "tests/widgets/views/shown_view.h"
#include "widgets/charts/arm_look.h"
#include "widgets/charts/named_arm.h"
#include "widgets/charts/pivot_table.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

/// A frame of the problem, or one for each arm's first replicate.
std::unique_ptr<ViewWidget> shown(ViewKind kind, const FrameMap& shared,
                                  const std::vector<Frame>& ofArms = {}) {
    const View spec{.id = "view", .title = "View", .kind = kind, .frames = {"frame"}};
    std::unique_ptr<ViewWidget> view(
        ViewWidget::create(spec, sampleDescription(), Theme::load("light")));
    view->resize(640, 420);
    view->show();
    view->setRuns({{QString(), sampleRecording(3)}});
    auto frames = std::make_shared<Frames>();
    frames->shared = shared;
    frames->trials.resize(4);
    for (std::size_t arm = 0; arm < ofArms.size(); ++arm)
        frames->trials[2 * arm]["frame"] = ofArms[arm];
    view->setFrames(frames);
    view->refresh();
    QApplication::processEvents();
    return view;
}

void look(ViewWidget& view, const ArmLook& arms) {
    view.setArmLook(arms);
    view.refresh();
    QApplication::processEvents();
}

const BarsFrame barsOfArms{.categories = {"power law", "exponential decay"},
                           .series = {{.label = "mean", .values = {3.0, 2.0}}}};

QColor armColor(int arm) {
    return Theme::load("light").seriesColor(arm);
}

QImage pictureOf(ViewWidget& view) {
    return canvasOf(view).grab().toImage();
}

TextFrame text(const char* what) {
    return {.text = what};
}

} // namespace

class ArmLookTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void textsNameArms() {
        Description description = *sampleDescription();
        description.arms.push_back({.id = "power-2", .label = "power law, squared", .help = ""});
        QCOMPARE(namedArm(description, "power law"), "power");
        QCOMPARE(namedArm(description, "power"), "power");
        QCOMPARE(namedArm(description, "power law (mean)"), "power");
        QCOMPARE(namedArm(description, "power law, K = 5"), "power");
        QCOMPARE(namedArm(description, "power law, squared, K = 5"), "power-2");
        QCOMPARE(namedArm(description, "powers"), "");
        QCOMPARE(namedArm(description, "power supply"), "");
        QCOMPARE(namedArm(description, ""), "");
    }

    void barsOfArmsHaveTheirColorsAndGoWithThem() {
        const auto view = shown(ViewKind::bars, {{"frame", barsOfArms}});
        QVERIFY(countOf(pictureOf(*view), armColor(0)) > 1000);
        QVERIFY(countOf(pictureOf(*view), armColor(1)) > 1000);
        look(*view, {.hidden = {"power"}});
        QCOMPARE(countOf(pictureOf(*view), armColor(0)), 0);
        QVERIFY(countOf(pictureOf(*view), armColor(1)) > 1000);
        QVERIFY(!view->csv().contains("power law") && view->csv().contains("exponential decay"));
        look(*view, {.hidden = {"power", "exponential"}});
        QCOMPARE(countOf(pictureOf(*view), armColor(1)), 0);
        look(*view, {.lifted = "power"});
        QVERIFY(countOf(pictureOf(*view), armColor(0)) > 1000);
        QCOMPARE(countOf(pictureOf(*view), armColor(1)), 0); // faint
        QVERIFY(view->csv().contains("exponential decay"));
    }

    void seriesOfArmsToo() {
        const BarsFrame frame{.categories = {"a", "b"},
                              .series = {{.label = "exponential decay", .values = {3.0, 2.0}},
                                         {.label = "optimum", .values = {1.0, 2.0}}}};
        const auto view = shown(ViewKind::bars, {{"frame", frame}});
        QVERIFY(countOf(pictureOf(*view), armColor(1)) > 1000);
        look(*view, {.hidden = {"exponential"}});
        QCOMPARE(countOf(pictureOf(*view), armColor(1)), 0);
        QCOMPARE(view->csv().section("\r\n", 0, 0), "category,optimum");
    }

    void curvesOfArmsToo() {
        const CurvesFrame frame{{{.label = "power law", .x = {0, 1}, .y = {0, 1}},
                                 {.label = "exponential decay", .x = {0, 1}, .y = {1, 0}},
                                 {.label = "reference", .x = {0, 1}, .y = {0.5, 0.5}}}};
        const auto view = shown(ViewKind::curves, {{"frame", frame}});
        QVERIFY(countOf(pictureOf(*view), armColor(1), 40) > 100);
        look(*view, {.hidden = {"exponential"}});
        QVERIFY(countOf(pictureOf(*view), armColor(1), 10) < 10);
        QVERIFY(!view->csv().contains("exponential"));
        QVERIFY(view->csv().contains("reference") && view->csv().contains("power law"));
    }

    void rowsOfTablesToo() {
        const TableFrame frame{.rowTitle = "method",
                               .rows = {"power law", "exponential decay"},
                               .columns = {{.label = "error", .values = {3.0, 2.0}}}};
        const auto view = shown(ViewKind::table, {{"frame", frame}});
        const auto& model = *view->findChild<QTableView*>()->model();
        QCOMPARE(model.rowCount(), 2);
        look(*view, {.hidden = {"power"}});
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.index(0, 0).data().toString(), "exponential decay");
        QCOMPARE(model.index(0, 1).data().toString(), "2");
        look(*view, {});
        QCOMPARE(model.rowCount(), 2);
    }

    /// A view of one arm at a time leaves out hidden ones, comes back to what was chosen, and shows
    /// the lifted one as long as it is.
    void theChoiceOfAnArmFollows() {
        const auto view =
            shown(ViewKind::text, {}, {Frame(text("of power")), Frame(text("of decay"))});
        auto& box = *view->findChild<QComboBox*>("selector_arm");
        const auto said = [&] { return view->csv(); };
        QVERIFY(said().contains("of power"));
        look(*view, {.lifted = "exponential"});
        QVERIFY(said().contains("of decay"));
        QCOMPARE(box.currentText(), "exponential decay");
        look(*view, {});
        QVERIFY(said().contains("of power"));
        QCOMPARE(box.currentText(), "power law");
        look(*view, {.hidden = {"power"}});
        QVERIFY(said().contains("of decay"));
        look(*view, {.hidden = {"power", "exponential"}});
        QVERIFY(!said().contains("of "));
        look(*view, {});
        QVERIFY(said().contains("of power"));
        QTest::keyClick(&box, Qt::Key_Down);
        QVERIFY(said().contains("of decay"));
        look(*view, {.hidden = {"exponential"}});
        QVERIFY(said().contains("of power"));
        look(*view, {});
        QVERIFY(said().contains("of decay"));
    }

    void cloudsOfPointsToo() {
        const auto cloud = [](float at) {
            PointsFrame frame;
            for (int i = 0; i < 5; ++i) {
                frame.x.push_back(at + 0.1F * float(i));
                frame.y.push_back(at);
            }
            return Frame(frame);
        };
        const auto view = shown(ViewKind::points, {}, {cloud(1.0F), cloud(7.0F)});
        QVERIFY(view->csv().contains(",1"));
        look(*view, {.hidden = {"power"}});
        QVERIFY2(view->csv().contains(",7"), qPrintable(view->csv()));
    }

    void rowsOfPivotTablesToo() {
        const auto recording = sampleTrials();
        const PivotSpec spec{.rowFactor = "arm", .columnFactor = "budget", .value = "test"};
        const Description description;
        const PivotTable all =
            pivotTable(*recording, recording->trials().rows(), spec, {}, description);
        const PivotTable part =
            pivotTable(*recording, recording->trials().rows(), spec, {}, description, {"rex"});
        QCOMPARE(all.rowLabels, (std::vector<std::string>{"rex", "linear"}));
        QCOMPARE(part.rowLabels, (std::vector<std::string>{"linear"}));
        QCOMPARE(part.values, std::vector<double>(all.values.begin() + 3, all.values.end()));
    }
};

REGISTER_GUI_TEST(ArmLookTest)
#include "arm_look_test.moc"
