// Figures from a window: the dialog, the files that it writes, and the way back.

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QListWidget>
#include <QMimeData>
#include <QTemporaryDir>

#include "app/figures/figure_dialog.h"
#include "app/window/main_window.h"
#include "app/window/message_bar.h"
#include "tests/app/window/window_driver.h"
#include "tests/registered_test.h"
#include "widgets/figures/figure_file.h"

using namespace convergence;
using testing::actionOf;

namespace {

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A window with a finished run.
class FinishedRun {
public:
    explicit FinishedRun(MainWindow::Memory memory = MainWindow::Memory::forget) {
        registry.add(testing::watchedQuadratic());
        window.emplace(registry, "light", memory);
        window->show();
        window->openExperiment("quadratic", {});
    }
    [[nodiscard]] bool play() {
        RunController& controller = window->controller();
        if (!QTest::qWaitFor([&] { return controller.runner() != nullptr; }, testing::patience))
            return false;
        controller.setPlayback({.seconds = 0.0});
        window->play();
        return QTest::qWaitFor([&] { return controller.runner()->state() == RunState::finished; },
                               testing::patience);
    }
    FigureDialog* dialog() {
        actionOf(*window, "Figure …")->trigger();
        return window->findChild<FigureDialog*>();
    }

    Registry registry;
    std::optional<MainWindow> window;
};

} // namespace

class FigureDialogTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void withoutARunThereIsASentence() {
        FinishedRun it;
        MainWindow empty(it.registry, "light", MainWindow::Memory::forget);
        actionOf(empty, "Figure …")->trigger();
        QVERIFY(!empty.findChild<FigureDialog*>());
        QCOMPARE(empty.messageBar().history().size(), 1);
    }

    void theWindowAndTheCommandLineWriteTheSameFile() {
        FinishedRun it;
        QVERIFY(it.play());
        FigureDialog* dialog = it.dialog();
        QVERIFY(dialog);
        const QTemporaryDir folder;
        for (const char* suffix : {"svg", "png", "tex"}) {
            const QString path = folder.filePath(QString("a.%1").arg(suffix));
            dialog->save(path);
            // What the command line does with the figure: its run, made without a window.
            const Figure figure = figureIn(path);
            QVERIFY(figure == dialog->figure());
            const MadeRun run = makeRun(it.registry, figure, {});
            QCOMPARE(tableHash(*run.recording), figure.run.tables);
            QVERIFY2(figureBytes(FigurePage(figure, sourceOf(run)), figure, suffix) ==
                         contentOf(path),
                     suffix);
        }
        QVERIFY2(dialog->command().startsWith("convergence-lab export quadratic"),
                 qPrintable(dialog->command()));
        QVERIFY(dialog->command().contains("--view distance --style paper-column"));
        QVERIFY2(dialog->caption().startsWith("Distance"), qPrintable(dialog->caption()));
    }

    void choicesAreSeenAtOnce() {
        FinishedRun it;
        QVERIFY(it.play());
        FigureDialog* dialog = it.dialog();
        auto* legend = dialog->findChild<QComboBox*>("figureLegend");
        legend->setCurrentIndex(legend->findData("inside"));
        QCOMPARE(dialog->redraw(), QString());
        QVERIFY(dialog->figure().style.legend == LegendPlace::inside);
        dialog->findChild<QCheckBox*>("figureGrid")->setChecked(false);
        QVERIFY(!dialog->figure().style.hasGrid);
        auto* style = dialog->findChild<QComboBox*>("figureStyle");
        style->setCurrentIndex(style->findData("slide"));
        Q_EMIT style->activated(style->currentIndex());
        QVERIFY(dialog->figure().style == loadStyle("slide"));
        auto* views = dialog->findChild<QListWidget*>("figureViews");
        views->item(0)->setCheckState(Qt::Unchecked);
        views->item(1)->setCheckState(Qt::Unchecked);
        QVERIFY(!dialog->redraw().isEmpty()); // no view: a sentence, and nothing to save
        QVERIFY(!dialog->findChild<QWidget*>("figureSave")->isEnabled());
    }

    void theLastFigureIsMadeAgain() {
        FinishedRun it;
        QVERIFY(it.play());
        FigureDialog* dialog = it.dialog();
        const QTemporaryDir folder;
        const QString path = folder.filePath("a.svg");
        dialog->save(path);
        dialog->reject();
        QVERIFY(QFile::remove(path));
        actionOf(*it.window, "Figure like the last")->trigger();
        QVERIFY(QFile::exists(path));
    }

    void theStyleIsKeptFromOneStartToTheNext() {
        const QTemporaryDir folder;
        {
            FinishedRun it(MainWindow::Memory::remember);
            QVERIFY(it.play());
            FigureDialog* dialog = it.dialog();
            auto* legend = dialog->findChild<QComboBox*>("figureLegend");
            legend->setCurrentIndex(legend->findData("below"));
            dialog->save(folder.filePath("a.svg"));
        }
        FinishedRun next(MainWindow::Memory::remember);
        QVERIFY(next.play());
        QVERIFY(next.dialog()->figure().style.legend == LegendPlace::below);
    }

    void aFigureThatIsDroppedOpensItsRun() {
        const QTemporaryDir folder;
        const QString path = folder.filePath("a.pdf");
        {
            FinishedRun it;
            QVERIFY(it.play());
            it.dialog()->save(path);
        }
        FinishedRun other;
        QVERIFY(other.play());
        other.window->files().tryToOpen(path);
        QTRY_VERIFY_WITH_TIMEOUT(other.window->findChild<FigureDialog*>(), testing::patience);
        QVERIFY2(other.window->messageBar().history().join("\n").contains("are the same"),
                 qPrintable(other.window->messageBar().history().join("\n")));
        QCOMPARE(other.window->findChild<FigureDialog*>()->figure().views, figureIn(path).views);
    }
};

REGISTER_GUI_TEST(FigureDialogTest)
#include "figure_dialog_test.moc"
