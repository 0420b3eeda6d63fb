#include <QAction>
#include <QLineEdit>
#include <QListWidget>
#include <QSlider>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include "app/window/comparison_header.h"
#include "app/window/lock_step.h"
#include "app/window/main_window.h"
#include "app/window/run_desk.h"
#include "core/error.h"
#include "core/experiment/recording_outline.h"
#include "tests/app/window/window_driver.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/charts/chart_canvas.h"
#include "widgets/panels/parameter_form.h"
#include "widgets/panels/run_list.h"
#include "widgets/panels/transport_bar.h"
#include "widgets/views/line_chart_view.h"

using namespace convergence;

namespace {

using testing::patience;
using testing::watchedQuadratic;
/// A window with two runs side by side, driven by its widgets.
class ComparedWindow {
public:
    explicit ComparedWindow(const QString& folder) {
        registry_.add(watchedQuadratic());
        open(folder);
        window->openExperiment("quadratic", {{"iterations", std::int64_t{400}}});
    }
    void open(const QString& folder) {
        window.reset();
        window = std::make_unique<MainWindow>(registry_, "light", MainWindow::Memory::forget,
                                              std::make_unique<RunStore>(folder));
        window->resize(1280, 800);
        window->show();
        QApplication::setActiveWindow(window.get());
    }
    /// By the same key that leaves.
    void pressCompare() const {
        window->setFocus();
        QTest::keyClick(window.get(), Qt::Key_F9);
    }
    bool ready() const {
        return QTest::qWaitFor(
            [&] {
                return window->beside() && runner(0) && runner(1) &&
                       !window->controller().isPreparing() &&
                       !window->beside()->controller().isPreparing();
            },
            patience);
    }
    RunController& controller(int side) const {
        return side == 0 ? window->controller() : window->beside()->controller();
    }
    Runner* runner(int side) const { return controller(side).runner(); }
    std::int64_t iteration(int side) const {
        return runner(side) ? runner(side)->progress().iteration : -1;
    }
    bool reaches(RunState state) const {
        return QTest::qWaitFor(
            [&] { return window->lockStep() && window->lockStep()->state() == state; }, patience);
    }
    ParameterForm& form(int side) const {
        return *(side == 0 ? window->findChildren<ParameterForm*>().front()
                           : window->beside()->form());
    }
    void type(int side, const QString& parameter, const QString& text) const {
        auto* edit = form(side).findChild<QWidget*>(parameter)->findChild<QLineEdit*>();
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, text);
        QTest::keyClick(edit, Qt::Key_Return);
    }
    QToolButton& button(const QString& name) const {
        for (auto* candidate : window->findChild<TransportBar*>()->findChildren<QToolButton*>())
            if (candidate->accessibleName() == name)
                return *candidate;
        qFatal("%s", qPrintable("no button " + name));
    }
    void playFast() const {
        window->findChild<TransportBar*>()->setPlaybackSeconds(0.0);
        button("▶ Play").click();
    }
    ElidedButton& heading(const char* side) const {
        return *window->findChild<ElidedButton*>(side);
    }
    QSlider& slider() const { return *window->findChild<TransportBar*>()->findChild<QSlider*>(); }
    const LineChartView& chart(int side) const {
        return dynamic_cast<LineChartView&>(side == 0 ? window->view("distance")
                                                      : window->viewBeside("distance"));
    }

private:
    Registry registry_; // outlives the window

public:
    std::unique_ptr<MainWindow> window;
};

} // namespace

class ComparisonTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void twoParameterSetsRunAndAreKeptAsTwoRuns() {
        ComparedWindow sides(folder_->path());
        sides.pressCompare();
        QVERIFY(sides.ready());
        QVERIFY(sides.heading("sideA").fullText().contains("the same values"));
        sides.type(1, "curvature", "2");
        QVERIFY(sides.ready());
        QVERIFY(sides.heading("sideA").fullText().endsWith("= 1"));
        QVERIFY(sides.heading("sideB").fullText().endsWith("= 2"));
        sides.playFast();
        QVERIFY(sides.reaches(RunState::finished));
        // Closed form: x shrinks by 1 − ηL a step, L = 1 and L = 2.
        const auto a = sides.controller(0).recording()->trace(0).column("x");
        const auto b = sides.controller(1).recording()->trace(0).column("x");
        QCOMPARE(a.size(), std::size_t{401});
        QCOMPARE(b.size(), std::size_t{401});
        expectNear(a[10], std::pow(0.9, 10), 1e-15);
        expectNear(b[10], std::pow(0.8, 10), 1e-15);
        sides.window->store()->flush();
        QTRY_COMPARE_WITH_TIMEOUT(sides.window->findChild<RunList*>()->shown().size(), 2, patience);

        // The same key leaves; the first run stays.
        const QString keyOfA = sides.controller(0).key();
        sides.pressCompare();
        QVERIFY(!sides.window->beside());
        QCOMPARE(sides.window->controller().key(), keyOfA);
        QCOMPARE(sides.window->controller().recording()->trace(0).rows(), std::size_t{401});
        expectRefusal([&] { static_cast<void>(sides.window->viewBeside("distance")); },
                      "'distance'");
    }

    void bothAreAtTheSameIterationWheneverTheyHalt() {
        ComparedWindow sides(folder_->path());
        sides.window->openExperiment("quadratic", {{"iterations", std::int64_t{2000000}},
                                                   {"record_every", std::int64_t{0}}});
        sides.pressCompare();
        QVERIFY(sides.ready());
        sides.window->findChild<TransportBar*>()->setPlaybackSeconds(3.0);
        for (int round = 0; round < 4; ++round) {
            QTRY_VERIFY(sides.button("▶ Play").text() != "❚❚ Pause");
            sides.button("▶ Play").click();
            QVERIFY(sides.reaches(RunState::playing));
            const std::int64_t from = sides.iteration(0);
            QTRY_VERIFY_WITH_TIMEOUT(sides.iteration(0) > from && sides.iteration(1) > from,
                                     patience);
            QTRY_COMPARE(sides.button("▶ Play").text(), QString("❚❚ Pause"));
            sides.button("▶ Play").click();
            QVERIFY(sides.reaches(RunState::paused));
            QTRY_VERIFY_WITH_TIMEOUT(sides.runner(0)->state() != RunState::playing &&
                                         sides.runner(1)->state() != RunState::playing,
                                     patience);
            QCOMPARE(sides.iteration(0), sides.iteration(1));
        }
        const std::int64_t at = sides.iteration(0);
        sides.button("Step").click();
        QTRY_COMPARE_WITH_TIMEOUT(sides.iteration(0), at + 1, patience);
        QTRY_COMPARE_WITH_TIMEOUT(sides.iteration(1), at + 1, patience);
    }

    void theShorterRunEndsAndTheOtherGoesOn() {
        ComparedWindow sides(folder_->path());
        sides.pressCompare();
        QVERIFY(sides.ready());
        sides.type(1, "iterations", "40");
        QVERIFY(sides.ready());
        sides.playFast();
        QVERIFY(sides.reaches(RunState::finished));
        QCOMPARE(sides.iteration(0), std::int64_t{400});
        QCOMPARE(sides.iteration(1), std::int64_t{40});
    }

    void theChartsHaveTheSameAxesAndAreZoomedTogether() {
        ComparedWindow sides(folder_->path());
        sides.pressCompare();
        QVERIFY(sides.ready());
        sides.type(1, "curvature", "8"); // falls a thousand times as low
        QVERIFY(sides.ready());
        sides.playFast();
        QVERIFY(sides.reaches(RunState::finished));
        const auto range = [&](int side) {
            return std::pair(sides.chart(side).chart().content().frame.x.range,
                             sides.chart(side).chart().content().frame.y.range);
        };
        sides.window->refreshEverything();
        sides.window->refreshEverything();
        QCOMPARE(range(0), range(1));
        QVERIFY(range(0).second.minimum <= std::pow(0.2, 390));
        sides.chart(0).chart().zoom(2.0, QPointF(200, 100));
        QCOMPARE(range(0), range(1));
        sides.chart(1).chart().setScales(Scale::logarithmic, Scale::linear);
        QVERIFY(sides.chart(0).chart().state().xScale == Scale::logarithmic);
        QVERIFY(sides.chart(0).chart().state().yScale == Scale::linear);
    }

    void bothAreScrubbedToTheSameIteration() {
        ComparedWindow sides(folder_->path());
        sides.pressCompare();
        QVERIFY(sides.ready());
        sides.type(1, "curvature", "2");
        QVERIFY(sides.ready());
        sides.playFast();
        QVERIFY(sides.reaches(RunState::finished));
        QTRY_VERIFY_WITH_TIMEOUT(sides.slider().maximum() > 10, patience);
        sides.slider().setValue(sides.slider().maximum() / 2);
        const auto moment = sides.window->session().iteration;
        QVERIFY(moment && *moment > 1 && *moment < 400);
        const auto at = [&](int side) {
            return QString::fromStdString(std::to_string(
                sides.controller(side).recording()->trace(0).column("x").at(std::size_t(*moment))));
        };
        QTRY_VERIFY_WITH_TIMEOUT(sides.window->view("state").csv().contains(at(0)), patience);
        QTRY_VERIFY_WITH_TIMEOUT(sides.window->viewBeside("state").csv().contains(at(1)), patience);
    }

    /// A stays where it is; B, begun later, plays to there and waits.
    void theSecondCatchesUpWithAHaltedFirst() {
        ComparedWindow sides(folder_->path());
        QTRY_VERIFY_WITH_TIMEOUT(sides.window->controller().runner(), patience);
        for (int step = 1; step <= 3; ++step) {
            sides.button("Step").click();
            QTRY_COMPARE_WITH_TIMEOUT(sides.iteration(0), std::int64_t{step}, patience);
        }
        sides.window->findChild<TransportBar*>()->setPlaybackSeconds(0.0);
        const auto before = sides.controller(0).recording();
        sides.pressCompare();
        QVERIFY(sides.ready());
        QTRY_COMPARE_WITH_TIMEOUT(sides.iteration(1), std::int64_t{3}, patience);
        QVERIFY(sides.reaches(RunState::paused));
        QCOMPARE(sides.controller(0).recording(), before);
        // A change of B begins B alone anew.
        sides.type(1, "curvature", "2");
        QTRY_VERIFY_WITH_TIMEOUT(sides.ready() && sides.iteration(1) == 3, patience);
        QCOMPARE(sides.controller(0).recording(), before);
        expectNear(sides.controller(1).recording()->trace(0).column("x").back(), std::pow(0.8, 3),
                   1e-15);
        QVERIFY(sides.reaches(RunState::paused));
        QTRY_VERIFY_WITH_TIMEOUT(sides.button("▶ Play").text() != "❚❚ Pause", patience);
        sides.button("▶ Play").click(); // both go on, together
        QVERIFY(sides.reaches(RunState::finished));
        QCOMPARE(sides.iteration(0), std::int64_t{400});
        QCOMPARE(sides.iteration(1), std::int64_t{400});
    }

    void aSessionRemembersBothSides() {
        ComparedWindow sides(folder_->path());
        sides.pressCompare();
        QVERIFY(sides.ready());
        sides.type(1, "curvature", "2");
        QVERIFY(sides.ready());
        sides.playFast();
        QVERIFY(sides.reaches(RunState::finished));
        const auto a = sides.controller(0).recording(), b = sides.controller(1).recording();
        const QString session = folder_->filePath("s.clab"), bundle = folder_->filePath("b.clabz");
        sides.window->files().save(session);
        sides.window->files().exportBundle(bundle);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(bundle), patience);
        const QTemporaryDir elsewhere;
        for (const auto& [folder, document] :
             {std::pair{folder_->path(), session}, std::pair{elsewhere.path(), bundle}}) {
            sides.open(folder);
            sides.window->files().open(document);
            QTRY_VERIFY_WITH_TIMEOUT(sides.window->beside() && sides.controller(0).shownRun() &&
                                         sides.controller(1).shownRun(),
                                     patience);
            QCOMPARE(firstDifference(*sides.controller(0).recording(), *a), std::string());
            QCOMPARE(firstDifference(*sides.controller(1).recording(), *b), std::string());
            QVERIFY(sides.heading("sideB").fullText().endsWith("= 2"));
        }
    }

    void aKeptRunIsOpenedOnTheSideThatIsChosen() {
        ComparedWindow sides(folder_->path());
        QTRY_VERIFY_WITH_TIMEOUT(sides.window->controller().runner(), patience);
        sides.playFast();
        QTRY_VERIFY_WITH_TIMEOUT(sides.window->controller().runner()->state() == RunState::finished,
                                 patience);
        const QString key = sides.window->controller().key();
        sides.window->store()->flush();
        sides.pressCompare();
        QVERIFY(sides.ready());
        QCOMPARE(sides.controller(0).key(), key);   // A is the run that was shown
        QVERIFY(sides.reaches(RunState::finished)); // and B has caught up
        QCOMPARE(sides.iteration(1), std::int64_t{400});
        sides.window->runs().open(key);
        QTRY_VERIFY_WITH_TIMEOUT(sides.controller(1).shownRun(), patience);
        QCOMPARE(sides.controller(1).key(), key);
        QVERIFY(sides.runner(0));
        sides.button("▶ Play").click(); // a kept run does not run: both start again
        QVERIFY(sides.ready());
        QVERIFY(sides.reaches(RunState::finished));
    }

    void changesDuringTheRunAreThoseOfOneSide() {
        ComparedWindow sides(folder_->path());
        sides.pressCompare();
        QVERIFY(sides.ready());
        sides.button("Step").click();
        QTRY_COMPARE_WITH_TIMEOUT(sides.iteration(1), std::int64_t{1}, patience);
        QTRY_COMPARE_WITH_TIMEOUT(sides.iteration(0), std::int64_t{1}, patience);
        sides.type(1, "learning_rate", "0.2");
        sides.button("Step").click();
        QTRY_COMPARE_WITH_TIMEOUT(sides.controller(1).recording()->trace(0).rows(), std::size_t{3},
                                  patience);
        QTRY_COMPARE_WITH_TIMEOUT(sides.controller(0).recording()->trace(0).rows(), std::size_t{3},
                                  patience);
        expectNear(sides.controller(0).recording()->trace(0).column("x").back(), 0.81, 1e-15);
        expectNear(sides.controller(1).recording()->trace(0).column("x").back(), 0.72, 1e-15);
        QVERIFY(sides.controller(0).recording()->events().empty());
    }

    /// A click in a view of B sets B's values, and plays.
    void aGestureIsThatOfItsSide() {
        ComparedWindow sides(folder_->path());
        sides.pressCompare();
        QVERIFY(sides.ready());
        sides.window->findChild<TransportBar*>()->setPlaybackSeconds(0.0);
        Q_EMIT sides.window->viewBeside("distance")
            .gestureMade("curvature", 3.0, "learning_rate", 0.2);
        QVERIFY(sides.ready());
        QVERIFY(sides.reaches(RunState::finished));
        QCOMPARE(sides.form(0).values().value("curvature"), Value(1.0));
        QCOMPARE(sides.form(1).values().value("curvature"), Value(3.0));
        expectNear(sides.controller(1).recording()->trace(0).column("x")[2], std::pow(1.0 - 0.6, 2),
                   1e-15);
    }

    /// Parameters that a run takes up on its way do not begin it again.
    void aGestureIsTakenByTheRunThatGoesOn() {
        ComparedWindow sides(folder_->path());
        sides.pressCompare();
        QVERIFY(sides.ready());
        sides.button("Step").click();
        QTRY_COMPARE_WITH_TIMEOUT(sides.iteration(1), std::int64_t{1}, patience);
        Q_EMIT sides.window->viewBeside("distance")
            .gestureMade("learning_rate", 0.3, "learning_rate", 0.2);
        sides.button("Step").click();
        QTRY_COMPARE_WITH_TIMEOUT(sides.controller(1).recording()->trace(0).rows(), std::size_t{3},
                                  patience);
        std::vector<Value> taken; // by the first trial, in the order of the gesture
        for (const LiveEvent& event : sides.controller(1).recording()->events())
            if (event.trial == 0)
                taken.push_back(event.value);
        QVERIFY((taken == std::vector<Value>{Value(0.3), Value(0.2)}));
        expectNear(sides.controller(1).recording()->trace(0).column("x").back(), 0.72, 1e-15);
        QCOMPARE(sides.form(1).values().value("learning_rate"), Value(0.2));
    }

    void anotherExperimentOrClosingEndsIt() {
        ComparedWindow sides(folder_->path());
        sides.pressCompare();
        QVERIFY(sides.ready());
        sides.button("▶ Play").click();
        sides.window->openExperiment("quadratic", {});
        QVERIFY(!sides.window->beside());
        sides.pressCompare();
        QVERIFY(sides.ready());
        sides.button("▶ Play").click();
        QVERIFY(sides.reaches(RunState::playing));
        QVERIFY(sides.window->close());
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
};

REGISTER_GUI_TEST(ComparisonTest)
#include "comparison_test.moc"
