// The window on stage, by its keys.

#include <QApplication>
#include <QDockWidget>
#include <QLabel>
#include <QMenuBar>
#include <QSlider>
#include <QStatusBar>
#include <QTextBrowser>
#include <QtTest>

#include "app/plugin_loader.h"
#include "app/window/stage.h"
#include "app/window/stage_cover.h"
#include "app/window/stage_parameters.h"
#include "tests/app/window/driven_session.h"
#include "tests/registered_test.h"
#include "widgets/lessons/lesson_reader.h"

using namespace convergence;
using testing::patience;
using testing::Session;

namespace {

void press(QWidget& window, int key, Qt::KeyboardModifiers modifiers = {}) {
    QWidget* focus = QApplication::focusWidget();
    QTest::keyClick(focus && focus->window() == &window ? focus : &window, Qt::Key(key), modifiers);
}

QStringList shownViews(const MainWindow& window) {
    QStringList shown;
    for (const auto* view : window.findChildren<ViewWidget*>())
        if (view->isVisible())
            shown << QString::fromStdString(view->view().id);
    shown.sort();
    return shown;
}

QStringList shownPanels(const MainWindow& window) {
    QStringList shown;
    for (const auto* dock : window.findChildren<QDockWidget*>(Qt::FindDirectChildrenOnly))
        if (dock->isVisible())
            shown << dock->objectName();
    shown.sort();
    return shown;
}

bool isCovered(const MainWindow& window) {
    return window.findChild<StageCover*>()->isVisible();
}

} // namespace

class StageTest : public QObject {
    Q_OBJECT

private:
    static void enter(MainWindow& window) {
        QApplication::setActiveWindow(&window);
        QTest::keyClick(&window, Qt::Key_F5);
        QTRY_VERIFY(window.stage().isOn());
    }

private Q_SLOTS:
    void theStageHasOnlyTheMainViewAndTheQuestion() {
        const Session session;
        MainWindow& window = *session.window;
        QVERIFY(session.ready());
        const QStringList panels = shownPanels(window), views = shownViews(window);
        QVERIFY(panels.size() > 1);
        const double points = QApplication::font().pointSizeF();
        enter(window);
        QVERIFY(!window.menuBar()->isVisible() && !window.statusBar()->isVisible());
        QCOMPARE(shownPanels(window), QStringList());
        QCOMPARE(shownViews(window), QStringList{"distance"});
        QCOMPARE(window.findChild<QLabel*>("question")->text(),
                 QString("<b>How fast does x fall to zero?</b>"));
        QVERIFY(session.transport().isVisible());
        QVERIFY(QApplication::font().pointSizeF() > points);
        QVERIFY(QApplication::overrideCursor()); // the large pointer
        press(window, Qt::Key_F5);
        QVERIFY(!window.stage().isOn());
        QTRY_COMPARE(shownPanels(window), panels);
        QTRY_COMPARE(shownViews(window), views);
        QVERIFY(window.menuBar()->isVisible());
        QCOMPARE(QApplication::font().pointSizeF(), points);
        QVERIFY(!QApplication::overrideCursor());
    }

    void digitsChooseViews() {
        const Session session;
        QVERIFY(session.ready());
        enter(*session.window);
        press(*session.window, Qt::Key_2);
        QCOMPARE(shownViews(*session.window), QStringList{"state"});
        press(*session.window, Qt::Key_9); // there is none
        QCOMPARE(shownViews(*session.window), QStringList{"state"});
        press(*session.window, Qt::Key_0);
        QCOMPARE(shownViews(*session.window), QStringList{"distance"});
        session.window->stage().leave();
    }

    void theScreenGoesBlankAndComesBack() {
        const Session session;
        QVERIFY(session.ready());
        enter(*session.window);
        for (const int key : {Qt::Key_B, Qt::Key_Period, Qt::Key_W, Qt::Key_F1}) {
            press(*session.window, key);
            QVERIFY(isCovered(*session.window));
            press(*session.window, Qt::Key_Space); // any key
            QVERIFY(!isCovered(*session.window));
            QCOMPARE(session.window->controller().runner()->state(), RunState::ready);
        }
        session.window->stage().leave();
    }

    void spacePlaysAndArrowsGoThroughTime() {
        const Session session({{"iterations", std::int64_t{200}}});
        session.playAsFastAsPossible();
        QVERIFY(session.ready());
        enter(*session.window);
        press(*session.window, Qt::Key_Greater, Qt::ShiftModifier); // Shift+.
        QTRY_COMPARE(session.iterations(), std::int64_t{1});
        press(*session.window, Qt::Key_Space);
        QVERIFY(session.reaches(RunState::finished));
        auto* slider = session.transport().findChild<QSlider*>();
        QTRY_VERIFY_WITH_TIMEOUT(slider->maximum() > 10, patience);
        press(*session.window, Qt::Key_Left);
        QCOMPARE(slider->value(), slider->maximum() - 1);
        press(*session.window, Qt::Key_PageUp);
        QCOMPARE(slider->value(), slider->maximum() - 2);
        press(*session.window, Qt::Key_Home);
        QCOMPARE(slider->value(), 0);
        press(*session.window, Qt::Key_Right);
        QCOMPARE(slider->value(), 1);
        press(*session.window, Qt::Key_End);
        QCOMPARE(slider->value(), slider->maximum());
        session.window->stage().leave();
    }

    /// Arrows belong to a view that was clicked, until Escape; digits never do.
    void aClickedViewHasTheArrowsUntilEscape() {
        const Session session({{"iterations", std::int64_t{200}}});
        session.playAsFastAsPossible();
        QVERIFY(session.ready());
        enter(*session.window);
        press(*session.window, Qt::Key_Space);
        QVERIFY(session.reaches(RunState::finished));
        auto* slider = session.transport().findChild<QSlider*>();
        QTRY_VERIFY_WITH_TIMEOUT(slider->maximum() > 10, patience);
        auto* canvas = session.window->view("distance").findChild<QWidget*>("canvas");
        canvas->setFocus();
        press(*session.window, Qt::Key_Left);
        QCOMPARE(slider->value(), slider->maximum());
        press(*session.window, Qt::Key_PageUp); // a clicker's
        QCOMPARE(slider->value(), slider->maximum() - 1);
        press(*session.window, Qt::Key_2);
        QCOMPARE(shownViews(*session.window), QStringList{"state"});
        press(*session.window, Qt::Key_1);
        canvas->setFocus();
        press(*session.window, Qt::Key_Escape);
        QVERIFY(session.window->stage().isOn());
        press(*session.window, Qt::Key_Left);
        QCOMPARE(slider->value(), slider->maximum() - 2);
        press(*session.window, Qt::Key_Escape);
        QVERIFY(!session.window->stage().isOn());
    }

    void aLessonStandsBesideTheViewsAndIsSteppedThrough() {
        Registry registry;
        loadAllPlugins(registry);
        MainWindow window(registry, "light", MainWindow::Memory::forget);
        window.show();
        window.openLesson("fitted-slopes");
        QTRY_VERIFY_WITH_TIMEOUT(window.controller().runner(), patience);
        enter(window);
        LessonReader& reader = *window.lessonReader();
        auto* text = reader.findChild<QTextBrowser*>("lessonText");
        QVERIFY(text->isVisible());
        QVERIFY(text->font().pointSizeF() >= QApplication::font().pointSizeF());
        QTRY_VERIFY(window.findChild<StageParameters*>());
        // Only what the step is about: @set arms.
        auto* few = window.findChild<StageParameters*>();
        QTRY_VERIFY(few->findChild<QWidget*>("arms")->isVisible());
        QVERIFY(!few->findChild<QWidget*>("learning_rate")->isVisible());
        press(window, Qt::Key_PageDown);
        QCOMPARE(reader.step(), 1);
        press(window, Qt::Key_Right);
        QCOMPARE(reader.step(), 2);
        press(window, Qt::Key_Left);
        QCOMPARE(reader.step(), 1);
        press(window, Qt::Key_End);
        QCOMPARE(reader.step(), 5);
        QTRY_VERIFY(!window.findChild<StageParameters*>() ||
                    !window.findChild<StageParameters*>()->isVisible());
        window.stage().leave();
        QVERIFY(reader.isVisible());
    }

    void whatIsChangedOnStageIsChangedInTheForm() {
        const Session session;
        QVERIFY(session.ready());
        StageParameters few(std::make_shared<const ExperimentType>(testing::judgedQuadratic()),
                            session.form(), {"curvature"});
        few.show();
        auto* edit = few.findChild<QWidget*>("curvature")->findChild<QLineEdit*>();
        edit->selectAll();
        QTest::keyClicks(edit, "4");
        QTest::keyClick(edit, Qt::Key_Return);
        QCOMPARE(session.value("curvature"), Value(4.0));
    }

    void aThemeChosenOnStageIsThatOfTheWindowAfterwards() {
        const Session session;
        QVERIFY(session.ready());
        enter(*session.window);
        session.window->setTheme("dark");
        QVERIFY(QApplication::font().pointSizeF() > Theme::load("dark").fontPointSize - 0.1);
        session.window->stage().leave();
        QCOMPARE(QApplication::font().pointSizeF(), Theme::load("dark").fontPointSize);
        QCOMPARE(qApp->palette().color(QPalette::Window), Theme::load("dark").window);
    }
};

REGISTER_GUI_TEST(StageTest)
#include "stage_test.moc"
