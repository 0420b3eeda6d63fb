// From the start page to an experiment, its arms and back, by mouse and keyboard.

#include <QApplication>
#include <QCheckBox>
#include <QDir>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTabBar>
#include <QtTest>

#include "app/start/gallery.h"
#include "app/start/start_page.h"
#include "app/start/syllabus.h"
#include "app/window/experiment_header.h"
#include "app/window/message_bar.h"
#include "core/error.h"
#include "tests/app/window/driven_session.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/charts/chart_canvas.h"
#include "widgets/lessons/lesson.h"
#include "widgets/panels/arm_chips.h"
#include "widgets/views/line_chart_view.h"

using namespace convergence;

namespace {

using testing::patience, testing::Session;

/// The quadratic and the parabola in a window that has opened neither.
class Entered {
public:
    Entered() {
        ExperimentType quadratic = testing::judgedQuadratic();
        quadratic.description.topics = {"step size"};
        registry_.add(quadratic);
        registry_.add(testing::otherQuadratic());
        window = std::make_unique<MainWindow>(registry_, "light", MainWindow::Memory::forget);
        window->show();
        QApplication::setActiveWindow(window.get());
        window->showStartPage();
    }
    QLineEdit& search() const { return *window->startPage()->findChild<QLineEdit*>(); }
    QStringList cards() const {
        QStringList titles;
        for (const ExperimentCard* card : window->startPage()->gallery().cards())
            titles << card->text();
        return titles;
    }
    QWidget& card(const char* id) const {
        return *window->startPage()->findChild<QWidget*>(QString("card_") + id);
    }
    QString title() const { return window->windowTitle(); }
    bool isReady() const {
        return QTest::qWaitFor([&] { return window->controller().runner() != nullptr; }, patience);
    }

private:
    Registry registry_; // outlives the window

public:
    std::unique_ptr<MainWindow> window;
};

ArmChip& chip(const MainWindow& window, const std::string& arm) {
    return *window.findChild<ArmChips*>()->chip(arm);
}

LineChartView& distance(const MainWindow& window) {
    return dynamic_cast<LineChartView&>(window.view("distance"));
}

/// Arms of the curves that are drawn, in strong colors and in faint ones.
std::pair<int, int> strongAndFaint(const MainWindow& window) {
    LineChartView& view = distance(window);
    view.refresh();
    std::pair<int, int> count{0, 0};
    for (const auto& curve : view.chart().content().curves)
        ++(curve.color.alphaF() > 0.5F ? count.first : count.second);
    return count;
}

/// Runs to the end as fast as possible.
bool finishes(const Session& session) {
    session.playAsFastAsPossible();
    if (!session.ready())
        return false;
    session.click("▶ Play");
    return QTest::qWaitFor(
        [&] {
            const Runner* runner = session.window->controller().runner();
            return runner && runner->state() >= RunState::finished;
        },
        patience);
}

} // namespace

class FirstMinuteTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theStartPageFiltersAndLeadsInByKeyboard() {
        const Entered at;
        QVERIFY(at.window->startPage());
        QVERIFY(at.search().hasFocus());
        for (const auto* dock : at.window->findChildren<QDockWidget*>())
            QVERIFY2(!dock->isVisible(), qPrintable(dock->objectName()));
        QCOMPARE(at.cards(), QStringList({"Parabola", "Quadratic"}));
        QTest::keyClicks(&at.search(), "apoll");
        QCOMPARE(at.cards(), QStringList{"Parabola"});
        at.search().selectAll();
        QTest::keyClicks(&at.search(), "step size"); // a topic
        QCOMPARE(at.cards(), QStringList{"Quadratic"});
        at.search().selectAll();
        QTest::keyClicks(&at.search(), "gradient boosting");
        QCOMPARE(at.cards(), QStringList());
        QVERIFY(at.window->startPage()->findChild<QLabel*>("nothingFound")->isVisible());
        QTest::keyClick(&at.search(), Qt::Key_Escape); // clears the search
        QVERIFY(at.window->startPage());
        QCOMPARE(at.cards().size(), 2);
        QTest::keyClick(&at.search(), Qt::Key_Down);
        QVERIFY(at.card("parabola").hasFocus());
        QTest::keyClick(&at.card("parabola"), Qt::Key_Right);
        QVERIFY(at.card("quadratic").hasFocus());
        QTest::keyClick(&at.card("quadratic"), Qt::Key_Up);
        QVERIFY(at.card("parabola").hasFocus());
        QTest::keyClick(&at.card("parabola"), Qt::Key_Down);
        QVERIFY(at.card("quadratic").hasFocus());
        QTest::keyClick(&at.card("quadratic"), Qt::Key_Return);
        QVERIFY(!at.window->startPage());
        QCOMPARE(at.title(), QString("Quadratic – Convergence Lab"));
        // The keyboard is where Space plays.
        QVERIFY(at.isReady());
        QVERIFY(QApplication::focusWidget());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
        QTRY_VERIFY_WITH_TIMEOUT(at.window->controller().runner()->state() != RunState::ready,
                                 patience);
    }

    void theMouseLeadsInAndAltHomeBack() {
        const Entered at;
        QTest::mouseClick(&at.card("parabola"), Qt::LeftButton);
        QCOMPARE(at.title(), QString("Parabola – Convergence Lab"));
        QVERIFY(at.window->findChild<QDockWidget*>("experiment")->isVisible());
        QTest::keyClick(at.window.get(), Qt::Key_Home, Qt::AltModifier);
        QVERIFY(at.window->startPage());
        QVERIFY(!at.window->findChild<QDockWidget*>("experiment")->isVisible());
        QTest::keyClick(&at.search(), Qt::Key_Escape);
        QVERIFY(!at.window->startPage());
        QCOMPARE(at.title(), QString("Parabola – Convergence Lab"));
        QVERIFY(at.window->findChild<QDockWidget*>("experiment")->isVisible());
    }

    void escapeLeadsInWhereNothingIsOpen() {
        const Entered at;
        QTest::keyClick(&at.search(), Qt::Key_Escape);
        QVERIFY(!at.window->startPage());
        QCOMPARE(at.title(), QString("Parabola – Convergence Lab"));
    }

    void anExperimentThatIsAskedForOpensWithoutTheStartPage() {
        const Session session;
        QVERIFY(!session.window->startPage());
        session.window->showStartPage();
        session.window->openExperiment("parabola", {});
        QVERIFY(!session.window->startPage());
    }

    void theHeaderSaysWhatIsAsked() {
        const Session session;
        const auto* question = session.window->findChild<QLabel*>("question");
        QVERIFY(question && question->isVisible());
        QVERIFY(question->text().contains("How fast does x fall to zero?"));
        QVERIFY(chip(*session.window, "plain").isVisible());
        QVERIFY(chip(*session.window, "half").isVisible());
    }

    void chipsHideAndLiftArmsByMouse() {
        const Session session({{"iterations", std::int64_t{40}}});
        QVERIFY(finishes(session));
        session.window->refreshEverything();
        using Counts = std::pair<int, int>;
        QCOMPARE(strongAndFaint(*session.window), Counts(2, 0));
        // Chips are the legend.
        QVERIFY(distance(*session.window).chart().content().legend.empty());
        QTest::mouseClick(&chip(*session.window, "half"), Qt::LeftButton);
        QCOMPARE(strongAndFaint(*session.window), Counts(1, 0));
        QTest::mouseClick(&chip(*session.window, "half"), Qt::LeftButton);
        QEnterEvent enter(QPointF(3, 3), QPointF(3, 3), QPointF(3, 3));
        QApplication::sendEvent(&chip(*session.window, "plain"), &enter);
        QCOMPARE(strongAndFaint(*session.window), Counts(1, 1));
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(&chip(*session.window, "plain"), &leave);
        QCOMPARE(strongAndFaint(*session.window), Counts(2, 0));
        QTest::mouseClick(&chip(*session.window, "plain"), Qt::LeftButton, Qt::ControlModifier);
        QVERIFY(chip(*session.window, "plain").isChecked());
        QVERIFY(!chip(*session.window, "half").isChecked());
    }

    void chipsHideAndLiftArmsByKeyboard() {
        const Session session;
        QVERIFY(session.ready());
        ArmChip& plain = chip(*session.window, "plain");
        ArmChip& half = chip(*session.window, "half");
        QVERIFY(plain.focusPolicy() & Qt::TabFocus);
        QVERIFY(!(half.focusPolicy() & Qt::TabFocus)); // one stop of Tab for all of them
        plain.setFocus(Qt::TabFocusReason);
        QCOMPARE(session.window->findChild<ArmChips*>()->lifted(), std::string("plain"));
        QTest::keyClick(&plain, Qt::Key_Right);
        QVERIFY(half.hasFocus());
        QCOMPARE(session.window->findChild<ArmChips*>()->lifted(), std::string("half"));
        QTest::keyClick(&half, Qt::Key_Space); // it is the chip's: nothing plays
        QVERIFY(!half.isChecked());
        QTest::qWait(100);
        QCOMPARE(session.window->controller().runner()->state(), RunState::ready);
        QTest::keyClick(&half, Qt::Key_Space, Qt::ControlModifier);
        QVERIFY(half.isChecked() && !plain.isChecked());
        QTest::keyClick(&half, Qt::Key_Space, Qt::ControlModifier);
        QVERIFY(half.isChecked() && plain.isChecked());
    }

    void anArmThatDivergesLeavesTheScaleToTheOthers() {
        // "plain" is multiplied by −2 a step, "half" by −1/2.
        const Session session({{"learning_rate", 3.0}, {"iterations", std::int64_t{100}}});
        QVERIFY(finishes(session));
        session.window->refreshEverything();
        const auto& content = distance(*session.window).chart().content();
        QTRY_VERIFY((session.window->refreshEverything(),
                     distance(*session.window).chart().content().frame.y.range.maximum < 100.0));
        QCOMPARE(content.escapes.size(), std::size_t{1});
        QVERIFY(session.messageBar().text().contains("arm:plain")); // a chip
        QVERIFY(!session.messageBar().text().contains("arm:half"));
        auto* inFull = session.window->findChild<QCheckBox*>("divergedInFull");
        QVERIFY(inFull->isVisible());
        inFull->click();
        session.window->refreshEverything();
        QVERIFY(distance(*session.window).chart().content().frame.y.range.maximum > 1e5);
        QVERIFY(distance(*session.window).chart().content().escapes.empty());
    }

    void anExperimentOneReturnsToIsAsItWasLeft() {
        const Session session;
        QVERIFY(session.ready());
        session.type("curvature", "2");
        session.type("iterations", "40");
        QVERIFY(finishes(session));
        MainWindow& window = *session.window;
        const auto recording = window.controller().recording();
        const Scale before = distance(window).chart().state().yScale;
        distance(window).chart().setScales(Scale::linear, Scale::linear);
        QVERIFY(before != Scale::linear);
        chip(window, "half").click();
        QCOMPARE(window.view("state").isVisible(), true);
        window.view("state").setFocus();
        session.action("Close view")->trigger();
        QVERIFY(!window.view("state").isVisible());

        window.enter("parabola");
        QVERIFY(session.ready());
        QVERIFY(window.controller().recording() != recording);
        window.enter("quadratic");
        QCOMPARE(window.controller().recording(), recording);
        QCOMPARE(window.controller().runner()->state(), RunState::finished);
        QCOMPARE(window.controller().values()->value("curvature"), Value(2.0));
        QVERIFY(distance(window).chart().state().yScale == Scale::linear);
        QVERIFY(!chip(window, "half").isChecked());
        QVERIFY(!window.view("state").isVisible());
        QCOMPARE(distance(window).model().runs().front().recording, recording);
        // At other values it is another run.
        window.openExperiment("parabola", {});
        window.openExperiment("quadratic", {});
        QVERIFY(session.ready());
        QVERIFY(window.controller().recording() != recording);
    }

    void ctrlWClosesTheViewAndUndoBringsItBack() {
        const Session session;
        QVERIFY(session.ready());
        ViewWidget& state = session.window->view("state");
        state.setFocus();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_W, Qt::ControlModifier);
        QVERIFY(!state.isVisible());
        QTest::keyClick(session.window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(state.isVisible());
        QCOMPARE(session.action("Sweep …")->shortcut(), QKeySequence("Ctrl+Shift+W"));
    }

    void everyViewIsNamedOnceAndTheMainOneIsLarge() {
        const Session session;
        QVERIFY(session.ready());
        QTest::qWait(20);
        const auto* main = session.window->findChild<QDockWidget*>("quadratic/distance");
        const auto* other = session.window->findChild<QDockWidget*>("quadratic/state");
        QVERIFY(main->width() * main->height() > other->width() * other->height());
        const auto* name = main->findChild<QLabel*>("viewTitle");
        QCOMPARE(name->text(), QString("Distance"));
        QVERIFY(main->titleBarWidget() && main->titleBarWidget()->isAncestorOf(name));
        // Behind tabs these say it.
        session.window->resize(640, 480);
        session.window->findChild<ViewArea*>()->resize(200, 200);
        QTRY_COMPARE(session.window->findChild<ViewArea*>()
                         ->tabifiedDockWidgets(const_cast<QDockWidget*>(main))
                         .size(),
                     1);
        QTRY_COMPARE(name->text(), QString());
    }

    void theSyllabusHasEveryLessonOnce() {
        QStringList lessons, placed;
        for (const Lesson& lesson : loadLessons(resourceFolder("lessons")))
            lessons << lesson.id;
        const auto parts = loadSyllabus(resourceFolder("lessons") + "/syllabus.json");
        QCOMPARE(parts.size(), std::size_t{10});
        for (const SyllabusPart& part : parts) {
            QVERIFY2(!part.entries.empty() || !part.note.isEmpty(), qPrintable(part.title));
            for (const SyllabusPart::Entry& entry : part.entries)
                placed << entry.lesson;
        }
        lessons.sort();
        placed.sort();
        QCOMPARE(placed, lessons);
        expectRefusal([] { loadSyllabus("nowhere.json"); }, "nowhere.json");
    }

    /// Small enough to be shipped, each light and dark; an experiment without one gets a plain
    /// card.
    void picturesComeInPairsAndAreSmall() {
        const QDir folder(resourceFolder("gallery"));
        const QStringList light = folder.entryList({"*-light.png"}, QDir::Files);
        QVERIFY(light.size() >= 15);
        qint64 bytes = 0;
        for (const QString& name : light) {
            const QString id = name.chopped(QString("-light.png").size());
            const QFileInfo dark(folder.filePath(id + "-dark.png"));
            QVERIFY2(dark.exists(), qPrintable(dark.filePath()));
            bytes += dark.size() + QFileInfo(folder.filePath(name)).size();
        }
        QVERIFY2(bytes < 100'000 * light.size(), qPrintable(QString::number(bytes)));
    }
};

REGISTER_GUI_TEST(FirstMinuteTest)
#include "first_minute_test.moc"
