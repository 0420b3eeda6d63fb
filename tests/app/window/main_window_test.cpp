#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QProgressBar>
#include <QPushButton>
#include <QThread>
#include <QToolButton>
#include <QTreeWidget>
#include <QtTest>

#include "app/window/main_window.h"
#include "core/error.h"
#include "core/experiment/preparation.h"
#include "tests/app/window/driven_session.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/panels/claims_panel.h"
#include "widgets/panels/experiment_browser.h"
#include "widgets/panels/parameter_form.h"
#include "widgets/panels/transport_bar.h"

using namespace convergence;

namespace {

using testing::judgedQuadratic, testing::otherQuadratic;
using testing::patience, testing::Session;

constexpr int settling = 300; ///< milliseconds in which nothing more must happen

} // namespace

class MainWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void openingShowsTheExperimentAtItsStart() {
        const Session session({{"curvature", 2.0}});
        QVERIFY(session.ready());
        QCOMPARE(session.window->windowTitle(), QString("Quadratic – Convergence Lab"));
        QCOMPARE(session.window->controller().runner()->state(), RunState::ready);
        QCOMPARE(session.iterations(), std::int64_t{0});
        QCOMPARE(session.value("curvature"), Value(2.0));
        QCOMPARE(session.window->view("distance").view().title, std::string("Distance"));
    }

    void whatDoesNotExistIsRefusedAndNothingChanges() {
        const Session session;
        QVERIFY(session.ready());
        MainWindow& window = *session.window;
        expectRefusal([&] { window.openExperiment("cubic", {}); }, "'cubic'");
        expectRefusal(
            [&] {
                window.openExperiment("parabola", {{"curvature", 1e9}});
            },
            "'curvature'");
        expectRefusal([&] { static_cast<void>(window.view("nowhere")); }, "'nowhere'");
        expectRefusal([&] { window.showTab("nowhere"); }, "nowhere");
        expectRefusal([&] { window.setTheme("sepia"); }, "sepia");
        QCOMPARE(window.windowTitle(), QString("Quadratic – Convergence Lab"));
    }

    void aParameterIsChangedByKeyboard() {
        const Session session;
        QVERIFY(session.ready());
        session.type("learning_rate", "0.05");
        QCOMPARE(session.value("learning_rate"), Value(0.05));
        QVERIFY(session.refusal().isHidden());
        session.click("Step");
        QVERIFY(session.reaches(RunState::paused));
        QTRY_COMPARE(session.iterations(), std::int64_t{1});
        const auto recording = session.window->controller().runner()->recording();
        QTRY_COMPARE(recording->trace(0).rows(), std::size_t{2});
        QCOMPARE(recording->trace(0).column("x").back(), 1.0 - 0.05);
    }

    void aValueThatDoesNotFitIsRefusedInASentenceAndTheOldOneKept_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("out of range") << "11";
        QTest::newRow("nan") << "nan";
        QTest::newRow("words") << "fast";
        QTest::newRow("nothing") << "";
    }
    void aValueThatDoesNotFitIsRefusedInASentenceAndTheOldOneKept() {
        QFETCH(QString, text);
        const Session session;
        QVERIFY(session.ready());
        session.type("curvature", "3");
        QVERIFY(session.ready());
        session.type("curvature", text);
        QVERIFY(session.refusal().isVisible());
        const QString sentence = session.refusal().text();
        QVERIFY2(sentence.contains("'curvature'") && sentence.contains("from 0.1 to 10"),
                 qPrintable(sentence));
        QCOMPARE(session.value("curvature"), Value(3.0));
        session.type("curvature", "4"); // a value that fits takes the sentence away
        QVERIFY(session.refusal().isHidden());
        QCOMPARE(session.value("curvature"), Value(4.0));
    }

    void editsAreUndoneAndRedoneByKeyboard() {
        const Session session;
        QVERIFY(session.ready());
        session.type("curvature", "3");
        session.type("learning_rate", "0.2");
        QLineEdit* focused = session.box("learning_rate");
        QTest::keyClick(focused, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(session.value("learning_rate"), Value(0.1));
        QCOMPARE(session.value("curvature"), Value(3.0));
        QTest::keyClick(focused, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(session.value("curvature"), Value(1.0));
        QTest::keyClick(focused, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QTest::keyClick(focused, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(session.value("curvature"), Value(3.0));
        QCOMPARE(session.value("learning_rate"), Value(0.2));
    }

    void undoWhileTypingUndoesTheTypingAlone() {
        const Session session;
        QVERIFY(session.ready());
        session.type("curvature", "3");
        QLineEdit* edit = session.box("curvature");
        edit->selectAll();
        QTest::keyClicks(edit, "45");
        QTest::keyClick(edit, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(session.value("curvature"), Value(3.0));
        QVERIFY(edit->text() != "45");
    }

    void aPresetSetsItsValuesAndCanBeUndone() {
        const Session session;
        QVERIFY(session.ready());
        QComboBox* preset = nullptr;
        for (auto* box : session.form().findChildren<QComboBox*>())
            if (box->accessibleName() == "Preset")
                preset = box;
        QVERIFY(preset);
        QCOMPARE(preset->currentIndex(), -1);
        preset->setFocus();
        QTest::keyClick(preset, Qt::Key_Down);
        QCOMPARE(session.value("curvature"), Value(2.0));
        QTest::keyClick(session.window.get(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(session.value("curvature"), Value(1.0));
        QCOMPARE(preset->currentIndex(), -1);
    }

    void playAdvancesAndPauseHalts() {
        const Session session(
            {{"iterations", std::int64_t{1000000}}, {"record_every", std::int64_t{0}}});
        session.transport().setPlaybackSeconds(3.0);
        QVERIFY(session.ready());
        session.click("▶ Play");
        QVERIFY(session.reaches(RunState::playing));
        QTRY_VERIFY_WITH_TIMEOUT(session.iterations() >= 2, patience);
        QTRY_COMPARE(session.button("▶ Play").text(), QString("❚❚ Pause"));
        session.click("▶ Play");
        QVERIFY(session.reaches(RunState::paused));
        QTest::qWait(settling); // the slice under way ends
        const std::int64_t halted = session.iterations();
        QVERIFY(halted < 1000000);
        QTest::qWait(settling);
        QCOMPARE(session.iterations(), halted);
    }

    void spacePlaysAndPauses() {
        const Session session(
            {{"iterations", std::int64_t{1000000}}, {"record_every", std::int64_t{0}}});
        session.transport().setPlaybackSeconds(3.0);
        QVERIFY(session.ready());
        session.window->setFocus();
        QTest::keyClick(session.window.get(), Qt::Key_Space);
        QVERIFY(session.reaches(RunState::playing));
        QTest::keyClick(session.window.get(), Qt::Key_Space);
        QVERIFY(session.reaches(RunState::paused));
    }

    void oneStepIsOneIterationOfEveryArm() {
        const Session session;
        QVERIFY(session.ready());
        for (std::int64_t expected = 1; expected <= 3; ++expected) {
            session.click("Step");
            QTRY_COMPARE(session.iterations(0), expected);
            QTRY_COMPARE(session.iterations(1), expected);
            QTest::qWait(settling);
            QCOMPARE(session.iterations(0), expected);
            QCOMPARE(session.iterations(1), expected);
            QCOMPARE(session.window->controller().runner()->state(), RunState::paused);
        }
        const auto recording = session.window->controller().runner()->recording();
        expectNear(recording->trace(0).column("x").back(), 0.9 * 0.9 * 0.9, 1e-15);
        expectNear(recording->trace(1).column("x").back(), 0.95 * 0.95 * 0.95, 1e-15);
    }

    void theRunEndsAtTheClosedForm() {
        const Session session({{"iterations", std::int64_t{40}}});
        session.playAsFastAsPossible();
        QVERIFY(session.ready());
        session.click("▶ Play");
        QVERIFY(session.reaches(RunState::finished));
        const auto recording = session.window->controller().runner()->recording();
        QCOMPARE(recording->trace(0).rows(), std::size_t{41});
        expectNear(recording->trace(0).column("x").back(), std::pow(0.9, 40), 1e-15);
    }

    void restartBeginsAgainAndKeepsTheEarlierRun() {
        const Session session({{"iterations", std::int64_t{40}}});
        session.playAsFastAsPossible();
        QVERIFY(session.ready());
        session.click("▶ Play");
        QVERIFY(session.reaches(RunState::finished));
        const auto first = session.window->controller().runner()->recording();
        session.click("Restart");
        QVERIFY(session.reaches(RunState::finished));
        const auto second = session.window->controller().runner()->recording();
        QVERIFY(first != second);
        QCOMPARE(second->trace(0).column("x"), first->trace(0).column("x"));
        QCOMPARE(session.window->controller().earlierRuns().size(), std::size_t{1});
        QCOMPARE(session.window->controller().earlierRuns().front().recording, first);
    }

    void aChangeThatNeedsANewRunMakesOneAndALiveOneDoesNot() {
        const Session session;
        QVERIFY(session.ready());
        session.click("Step");
        QTRY_COMPARE(session.iterations(), std::int64_t{1});
        const auto recording = session.window->controller().runner()->recording();
        session.type("learning_rate", "0.2");
        session.click("Step");
        QTRY_COMPARE(session.iterations(), std::int64_t{2});
        QCOMPARE(session.window->controller().runner()->recording(), recording);
        QTRY_COMPARE(recording->trace(0).rows(), std::size_t{3});
        expectNear(recording->trace(0).column("x").back(), 0.9 * 0.8, 1e-15);
        QCOMPARE(recording->events().front().name, std::string("learning_rate"));

        session.type("curvature", "2");
        QVERIFY(session.ready());
        QVERIFY(session.window->controller().runner()->recording() != recording);
        QCOMPARE(session.iterations(), std::int64_t{0});
    }

    void aThemeIsChosenFromTheMenu() {
        const Session session;
        const Theme dark = Theme::load("dark");
        session.action(dark.label)->trigger();
        QCOMPARE(qApp->palette().color(QPalette::Window), dark.window);
        session.window->refreshEverything();
        session.window->setTheme("light");
        QCOMPARE(qApp->palette().color(QPalette::Window), Theme::load("light").window);
    }

    void searchingFiltersTheBrowser() {
        const Session session;
        auto* browser = session.window->findChild<ExperimentBrowser*>();
        auto* search = browser->findChild<QLineEdit*>();
        QTest::keyClick(session.window.get(), Qt::Key_F, Qt::ControlModifier);
        QVERIFY(search->hasFocus());
        QCOMPARE(shown(*browser), QStringList({"Parabola", "Quadratic"}));
        QTest::keyClicks(search, "cauchy");
        QCOMPARE(shown(*browser), QStringList({"Quadratic"}));
        search->selectAll();
        QTest::keyClicks(search, "apoll para"); // every word somewhere
        QCOMPARE(shown(*browser), QStringList({"Parabola"}));
        search->selectAll();
        QTest::keyClicks(search, "euler");
        QCOMPARE(shown(*browser), QStringList());
        search->clear();
        QCOMPARE(shown(*browser), QStringList({"Parabola", "Quadratic"}));
    }

    void choosingInTheBrowserOpensAlsoDuringARun() {
        const Session session(
            {{"iterations", std::int64_t{1000000}}, {"record_every", std::int64_t{0}}});
        QVERIFY(session.ready());
        session.click("▶ Play");
        QVERIFY(session.reaches(RunState::playing));
        auto* tree = session.window->findChild<ExperimentBrowser*>()->findChild<QTreeWidget*>();
        tree->setCurrentItem(
            tree->findItems("Parabola", Qt::MatchExactly | Qt::MatchRecursive).first());
        QCOMPARE(session.window->windowTitle(), QString("Parabola – Convergence Lab"));
        QVERIFY(session.reaches(RunState::ready));
        QCOMPARE(session.iterations(), std::int64_t{0});
        QVERIFY(session.window->controller().earlierRuns().empty());
    }

    void theClaimsPanelShowsTheVerdictOnTheRun_data() {
        QTest::addColumn<double>("curvature");
        QTest::addColumn<QString>("verdict");
        QTest::newRow("holds") << 1.0 << "✔ holds (this run)";
        QTest::newRow("fails") << 2.0 << "✘ fails (this run)";
    }
    void theClaimsPanelShowsTheVerdictOnTheRun() {
        QFETCH(double, curvature);
        QFETCH(QString, verdict);
        const Session session({{"iterations", std::int64_t{40}}, {"curvature", curvature}});
        session.window->showTab("claims");
        session.playAsFastAsPossible();
        QVERIFY(session.ready());
        QVERIFY(session.verdict().contains("not yet judged"));
        session.click("▶ Play");
        QTRY_VERIFY_WITH_TIMEOUT(session.verdict().contains(verdict), patience);
    }

    void aClaimIsVerifiedByItsProtocolWhateverTheRunSays() {
        const Session session({{"curvature", 2.0}});
        QVERIFY(session.ready());
        auto* card = session.window->findChild<ClaimsPanel*>()->findChild<QWidget*>("rate");
        card->findChild<QPushButton*>()->click();
        QTRY_VERIFY_WITH_TIMEOUT(session.verdict().contains("✔ holds (protocol)"), patience);
        QTRY_COMPARE(card->findChild<QPushButton*>()->text(), QString("Verify"));
    }

    void divergenceIsToldInTheMessageBarAndForgottenAtTheNextRun() {
        // The step multiplies x by 1 − 3 = −2, and |x| ≥ 10⁶ > 2¹⁹ counts as diverged.
        const Session session({{"learning_rate", 3.0}, {"iterations", std::int64_t{100}}});
        session.playAsFastAsPossible();
        QVERIFY(session.ready());
        QVERIFY(session.messageBar().isHidden());
        session.click("▶ Play");
        QVERIFY(session.reaches(RunState::diverged));
        QTRY_VERIFY(session.messageBar().isVisible());
        // As chips to those who see, in words to others.
        QCOMPARE(session.messageBar().accessibleName(),
                 QString("plain diverged at iteration 20: the iterate is not finite."));
        session.type("learning_rate", "0.1");
        QVERIFY(session.messageBar().isHidden());
        QVERIFY(session.reaches(RunState::finished)); // a run that had ended plays again
        QCOMPARE(session.iterations(), std::int64_t{100});
    }

    void whatIsLongInTheMakingTellsHowFarItIsAndCanBeStopped() {
        ExperimentType type = testing::quadratic();
        type.create = [](const ParameterValues& values) -> std::unique_ptr<Experiment> {
            for (int picture = 1; values.real("curvature") == 2.0; ++picture) {
                if (Preparation::stopToken().stopRequested())
                    throw InputError("Reading the pictures was stopped.");
                Preparation::tell(0.25, "picture " + std::to_string(picture) + " of many");
                QThread::msleep(5);
            }
            return std::make_unique<testing::QuadraticExperiment>(values);
        };
        Registry registry;
        registry.add(type);
        MainWindow window(registry, "light", MainWindow::Memory::forget);
        window.show();
        window.openExperiment("quadratic", {{"curvature", 2.0}});
        const auto& bar = *window.findChild<TransportBar*>();
        const auto tells = [&] {
            for (const auto* label : bar.findChildren<QLabel*>())
                if (label->text().startsWith("preparing: picture "))
                    return bar.findChild<QProgressBar*>()->value() == 250;
            return false;
        };
        QTRY_VERIFY_WITH_TIMEOUT(tells(), patience);
        QVERIFY(!window.controller().runner());
        for (auto* button : bar.findChildren<QToolButton*>())
            if (button->accessibleName() == "Stop") {
                QVERIFY(button->isEnabled());
                button->click();
            }
        const auto& message = *window.findChild<QLabel*>("messageBar");
        QTRY_COMPARE_WITH_TIMEOUT(message.text(), QString("Reading the pictures was stopped."),
                                  patience);
        QVERIFY(!tells() && !window.controller().isPreparing());
        // Another run while one is in the making: that one is given up without a word.
        window.openExperiment("quadratic", {{"curvature", 2.0}});
        QTRY_VERIFY_WITH_TIMEOUT(tells(), patience);
        window.openExperiment("quadratic", {{"curvature", 1.0}});
        QTRY_VERIFY_WITH_TIMEOUT(window.controller().runner() != nullptr, patience);
        QVERIFY(message.isHidden());
        // Closed while one is in the making.
        window.openExperiment("quadratic", {{"curvature", 2.0}});
        QTRY_VERIFY_WITH_TIMEOUT(tells(), patience);
    }

    void closingDuringARunIsQuiet() {
        auto session = std::make_unique<Session>(
            Overrides{{"iterations", std::int64_t{1000000}}, {"record_every", std::int64_t{0}}});
        QVERIFY(session->ready());
        session->click("▶ Play");
        QVERIFY(session->reaches(RunState::playing));
        session->click("Restart"); // while the next one is being prepared
        QVERIFY(session->window->close());
        session.reset();
        QTest::qWait(settling);
    }

private:
    static QStringList shown(const ExperimentBrowser& browser) {
        QStringList titles;
        for (QTreeWidgetItemIterator it(browser.findChild<QTreeWidget*>(),
                                        QTreeWidgetItemIterator::NotHidden |
                                            QTreeWidgetItemIterator::NoChildren);
             *it; ++it)
            if (!(*it)->parent()->isHidden())
                titles << (*it)->text(0);
        titles.sort();
        return titles;
    }
};

REGISTER_GUI_TEST(MainWindowTest)
#include "main_window_test.moc"
