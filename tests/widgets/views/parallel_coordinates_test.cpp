#include <QApplication>
#include <QSignalSpy>
#include <QtTest>

#include "tests/registered_test.h"
#include "tests/widgets/sample_recording.h"
#include "widgets/views/frame_view.h"

using namespace convergence;

namespace {

/// Two factors and a metric, each trial a known straight line: a = 0, 1, 2 and metric = 10ᵃ.
std::shared_ptr<Recording> threeLines() {
    std::vector<TrialPlan> plans;
    for (const double a : {0.0, 1.0, 2.0})
        plans.push_back({.arm = "power", .factors = {{"a", a}}, .steps = 1});
    auto recording = std::make_shared<Recording>(
        std::vector<Column>{{.name = "iteration", .label = "iteration", .role = ColumnRole::clock}},
        std::vector<Column>{{.name = "a", .label = "factor a", .role = ColumnRole::factor}},
        std::vector<Column>{{.name = "metric", .label = "metric"}},
        std::vector<std::string>{"power"}, plans);
    for (std::size_t i = 0; i < 3; ++i) {
        recording->setStatus(i, TrialStatus::finished);
        recording->conclude(i, std::array{std::pow(10.0, double(i))});
    }
    return recording;
}

View parallelView() {
    return {.id = "parallel",
            .title = "All",
            .help = "",
            .kind = ViewKind::parallelCoordinates,
            .fromTrials = true,
            .y = {"metric", "metric"},
            .series = {{"a", "factor a"}, {"metric", "metric"}}};
}

} // namespace

class ParallelCoordinatesTest : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<ViewWidget> view_;
    QWidget* canvas_ = nullptr;

private Q_SLOTS:
    void init() {
        view_.reset(ViewWidget::create(parallelView(), sampleDescription(), Theme::load("light")));
        view_->resize(600, 400);
        view_->setRuns({{"", threeLines()}});
        view_->show();
        QVERIFY(view_->refresh());
        canvas_ = view_->findChild<Canvas*>();
        QVERIFY(canvas_);
    }

    void dataAreTheLinesShown() {
        QCOMPARE(view_->csv(), QString("a,metric,metric\r\n0,1,1\r\n1,10,10\r\n2,100,100\r\n"));
    }

    /// The lines rise in order: where they cross the middle, the highest is the last trial.
    void aClickOnALineChoosesItsTrial() {
        QSignalSpy chosen(view_.get(), &ViewWidget::trialChosen);
        std::vector<int> order;
        for (int y = canvas_->height() - 1; y >= 0; --y) {
            QTest::mouseClick(canvas_, Qt::LeftButton, {}, QPoint(canvas_->width() / 2, y));
            if (!chosen.isEmpty())
                order.push_back(int(chosen.takeFirst()[0].toULongLong()));
        }
        order.erase(std::unique(order.begin(), order.end()), order.end());
        QCOMPARE(order, (std::vector<int>{0, 1, 2}));
    }

    void trialsWithoutAValueAreLeftOut() {
        auto view = parallelView();
        view.series.push_back({"nothing", ""});
        std::unique_ptr<ViewWidget> other(
            ViewWidget::create(view, sampleDescription(), Theme::load("dark")));
        other->setRuns({{"", threeLines()}});
        other->refresh();
        QCOMPARE(other->csv().count('\n'), 1);
    }
};

REGISTER_GUI_TEST(ParallelCoordinatesTest)
#include "parallel_coordinates_test.moc"
