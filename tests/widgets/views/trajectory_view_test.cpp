#include <QApplication>
#include <QTest>

#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "tests/widgets/sample_recording.h"
#include "widgets/view_widget.h"

using namespace convergence;

namespace {

/// A short path with an arrow, over a flat field, with dots at the given points.
QImage drawn(std::vector<double> dotsX, std::vector<double> dotsY, const std::string& arrowLabel,
             const std::string& dotsLabel = "") {
    const View spec{.id = "plane",
                    .title = "Plane",
                    .kind = ViewKind::trajectory,
                    .x = {.label = "x"},
                    .y = {.label = "y"},
                    .frames = {"path", "field", "samples"}};
    const std::unique_ptr<ViewWidget> view(
        ViewWidget::create(spec, sampleDescription(), Theme::load("light")));
    view->resize(500, 500);
    view->show();
    view->setRuns({{QString(), sampleRecording(3)}});
    auto frames = std::make_shared<Frames>();
    frames->trials.resize(4);
    frames->trials[0]["path"] =
        PathFrame{.x = {-0.5, -0.4}, .y = {-0.5, -0.5}, .iteration = {0, 1}, .arrows = {}};
    if (!arrowLabel.empty())
        std::get<PathFrame>(frames->trials[0]["path"]).arrows = {
            {arrowLabel == "none" ? "" : arrowLabel, -0.4, -0.5, 0.1, 0.1}};
    frames->shared["field"] = FieldFrame{
        .xCount = 2, .yCount = 2, .values = {0, 0, 0, 0}, .gradientX = {}, .gradientY = {}};
    CurvesFrame samples;
    samples.curves.push_back({.label = dotsLabel, .x = dotsX, .y = dotsY, .markers = true});
    frames->shared["samples"] = samples;
    view->setFrames(frames);
    view->refresh();
    QApplication::processEvents();
    return view->findChild<QWidget*>("canvas")->grab().toImage();
}

/// Middle of the pixels in which two pictures differ, and how many they are.
std::pair<QPointF, int> difference(const QImage& a, const QImage& b) {
    QPointF sum;
    int count = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x)
            if (a.pixel(x, y) != b.pixel(x, y)) {
                sum += QPointF(x, y);
                ++count;
            }
    return {count > 0 ? sum / count : QPointF(), count};
}

} // namespace

class TrajectoryViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void samplesAreDotsWhereTheyBelong() {
        const QImage empty = drawn({}, {}, "");
        const auto [left, leftCount] = difference(empty, drawn({-0.5}, {0.5}, ""));
        const auto [right, rightCount] = difference(empty, drawn({0.5}, {0.5}, ""));
        const auto [middle, middleCount] = difference(empty, drawn({0.0}, {0.5}, ""));
        QVERIFY(leftCount > 0 && leftCount < 60);
        expectNear(left.y(), right.y(), 1.0);
        QVERIFY(right.x() - left.x() > 100.0);
        expectNear(0.5 * (left.x() + right.x()), middle.x(), 1.5);
    }

    /// A cross and its name, where one point alone has one; several are samples.
    void onePointWithANameIsALandmark() {
        const QImage empty = drawn({}, {}, "");
        const int dot = difference(empty, drawn({0.0}, {0.5}, "")).second;
        const int landmark = difference(empty, drawn({0.0}, {0.5}, "", "minimum")).second;
        QVERIFY(landmark > 5 * dot);
        const int several = difference(empty, drawn({0.0, 0.2}, {0.5, 0.5}, "", "minimum")).second;
        QVERIFY(several < 3 * dot);
    }

    /// A cloud of arrows would be covered by its labels.
    void arrowsWithoutALabelHaveNoBox() {
        const QImage without = drawn({}, {}, "");
        const int bare = difference(without, drawn({}, {}, "none")).second;
        const int labelled = difference(without, drawn({}, {}, "a label of some length")).second;
        QVERIFY(bare > 0);
        QVERIFY(bare < labelled / 2);
    }
};

REGISTER_GUI_TEST(TrajectoryViewTest)
#include "trajectory_view_test.moc"
