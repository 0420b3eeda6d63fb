// What the window says of a run is so.

#include <QFileDialog>
#include <QProgressBar>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include "app/window/main_window.h"
#include "app/window/message_bar.h"
#include "tests/app/window/window_driver.h"
#include "tests/core/experiment/throwing_experiment.h"
#include "tests/registered_test.h"
#include "widgets/charts/chart_canvas.h"
#include "widgets/panels/transport_bar.h"
#include "widgets/views/line_chart_view.h"

using namespace convergence;

namespace {

using testing::patience;

/// A window on one run of the quadratic, the chart of which fits a line from some iteration on.
class Run {
public:
    explicit Run(double fittedFrom = 1.0, std::unique_ptr<RunStore> store = nullptr) {
        ExperimentType type = testing::watchedQuadratic();
        type.description.views.front().x.scale = Scale::logarithmic;
        type.description.views.front().fit = {.kind = FitKind::logLinear,
                                              .windowMinimum = fittedFrom};
        registry_.add(type);
        window = std::make_unique<MainWindow>(registry_, "light", MainWindow::Memory::forget,
                                              std::move(store));
        window->show();
    }
    bool open(std::int64_t iterations) const {
        window->openExperiment("quadratic", {{"iterations", iterations}});
        return QTest::qWaitFor([&] { return window->controller().runner(); }, patience);
    }
    bool playTo(std::int64_t iteration) const {
        window->controller().setPlayback({.seconds = 0.0, .until = iteration});
        window->play();
        return QTest::qWaitFor(
            [&] {
                const Runner& runner = *window->controller().runner();
                return runner.state() != RunState::playing &&
                       runner.progress().iteration == iteration;
            },
            patience);
    }
    QToolButton& button(const QString& name) const {
        for (auto* candidate : window->findChild<TransportBar*>()->findChildren<QToolButton*>())
            if (candidate->accessibleName() == name)
                return *candidate;
        qFatal("%s", qPrintable("no button " + name));
    }
    QString fitText() const {
        window->refreshEverything();
        window->refreshEverything();
        return dynamic_cast<LineChartView&>(window->view("distance")).chart().content().fitText;
    }

private:
    Registry registry_; // outlives the window

public:
    std::unique_ptr<MainWindow> window;
};

/// A window on an experiment whose trials make a file each, unless told to throw instead.
class MadeFilesWindow {
public:
    explicit MadeFilesWindow(const std::string& place = "nowhere") {
        registry_.add(testing::throwing());
        registry_.add(testing::watchedQuadratic());
        window = std::make_unique<MainWindow>(registry_, "light", MainWindow::Memory::forget);
        window->show();
        window->openExperiment("throwing", {{"place", place}});
    }
    Runner& runner() const { return *window->controller().runner(); }
    bool isReady() const {
        return QTest::qWaitFor([&] { return window->controller().runner(); }, patience);
    }
    QAction& save() const { return *testing::actionOf(*window, "Save what the trials made …"); }
    void saveIn(const QString& folder) const {
        save().trigger();
        auto* dialog = window->findChild<QFileDialog*>();
        Q_EMIT dialog->fileSelected(folder);
        dialog->close();
    }
    QString said() const { return window->messageBar().history().join("\n"); }

private:
    Registry registry_; // outlives the window

public:
    std::unique_ptr<MainWindow> window;
};

} // namespace

class SayingsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRunThatWasStoppedEarlyHasNotComeToItsEnd() {
        const Run run;
        QVERIFY(run.open(5000));
        QVERIFY(run.playTo(5));
        QTRY_VERIFY(run.button("Stop").isEnabled());
        run.button("Stop").click();
        QTRY_COMPARE_WITH_TIMEOUT(run.window->controller().runner()->state(), RunState::stopped,
                                  patience);
        QTRY_COMPARE(run.button("▶ Play").text(), QString("▶ Again"));
        const auto& bar = *run.window->findChild<TransportBar*>()->findChild<QProgressBar*>();
        QCOMPARE(bar.value(), bar.maximum() * 5 / 5000);
    }

    /// Also if it began and ended between two looks of the store, which are two seconds apart.
    void theListOfRunsHearsOfTheEnd() {
        const QTemporaryDir folder;
        RunStore store(folder.path());
        RunController controller;
        controller.setStore(&store);
        controller.setPlayback({.seconds = 0.0});
        controller.start(std::make_shared<const ExperimentType>(testing::quadratic()),
                         {{"iterations", std::int64_t{2000}}}, {.play = true});
        const auto state = [&] {
            const KeptRun* run = store.find(controller.key());
            return run ? run->state : QString();
        };
        QTRY_COMPARE_WITH_TIMEOUT(state(), QString("finished"), 20000);
    }

    void savingAfterAStopSaysWhatWasSaved() {
        const QTemporaryDir folder;
        const MadeFilesWindow made;
        QVERIFY(made.isReady());
        made.runner().stepOnce();
        QTRY_COMPARE_WITH_TIMEOUT(made.runner().recording()->iterations(1), std::int64_t{1},
                                  patience);
        made.runner().stop();
        QTRY_COMPARE_WITH_TIMEOUT(made.runner().state(), RunState::stopped, patience);
        QVERIFY(made.save().isEnabled() && made.save().toolTip().contains("half of a file"));
        made.saveIn(folder.path());
        QTRY_VERIFY_WITH_TIMEOUT(made.said().contains("saved in"), patience);
        QVERIFY2(made.said().contains("2 file(s) saved in " + folder.path() +
                                      ": bad/half.txt, good/half.txt."),
                 qPrintable(made.said()));
        QVERIFY(QFile::exists(folder.filePath("good/half.txt")));
    }

    void whereNothingWasMadeNothingIsSaidToBeSaved() {
        const QTemporaryDir folder;
        const MadeFilesWindow made;
        QVERIFY(made.isReady());
        made.saveIn(folder.path()); // no trial has begun
        QTRY_VERIFY_WITH_TIMEOUT(made.said().contains("Nothing was saved"), patience);
        QVERIFY2(!made.said().contains("saved in"), qPrintable(made.said()));
    }

    void whatCouldNotBeSavedIsSaid() {
        const QTemporaryDir folder;
        const MadeFilesWindow made("save");
        QVERIFY(made.isReady());
        made.runner().stepOnce();
        QTRY_COMPARE_WITH_TIMEOUT(made.runner().recording()->iterations(1), std::int64_t{1},
                                  patience);
        made.saveIn(folder.path());
        QTRY_VERIFY_WITH_TIMEOUT(made.said().contains("saved in"), patience);
        QVERIFY2(made.said().contains("bad was not saved: the well is dry."),
                 qPrintable(made.said()));
        QVERIFY2(made.said().contains("1 file(s)"), qPrintable(made.said()));
    }

    void savingIsNotOfferedWhereTrialsMakeNoFiles() {
        const MadeFilesWindow made;
        made.window->openExperiment("quadratic", {});
        QVERIFY(made.isReady());
        QVERIFY(!made.save().isEnabled());
        QVERIFY2(made.save().toolTip().contains("make no files"),
                 qPrintable(made.save().toolTip()));
    }

    /// While it rests, too: nothing but the picture has changed.
    void whatCannotBeDrawnIsSaid() {
        const MadeFilesWindow made("draw");
        QVERIFY(made.isReady());
        made.runner().stepOnce();
        QTRY_VERIFY_WITH_TIMEOUT(made.said().contains("the well is dry"), patience);
    }

    void aFitWindowBeyondTheDataDoesNotClaimToHold() {
        const Run run(100.0);
        QVERIFY(run.open(5000));
        QVERIFY(run.playTo(5));
        QVERIFY2(run.fitText().startsWith("nothing to fit"), qPrintable(run.fitText()));
        QVERIFY(run.playTo(400));
        QVERIFY2(run.fitText().startsWith("fit 100"), qPrintable(run.fitText()));
    }
};

REGISTER_GUI_TEST(SayingsTest)
#include "sayings_test.moc"
