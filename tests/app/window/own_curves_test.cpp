// Logs of one's own in a window: opened, dropped, fitted, overlaid, restored, drawn over a run.

#include <algorithm>
#include <cmath>

#include <QComboBox>
#include <QDropEvent>
#include <QFileDialog>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTextStream>
#include <QtTest>

#include "app/curves/own_curves.h"
#include "app/window/experiment_header.h"
#include "app/window/log_over_run.h"
#include "app/window/main_window.h"
#include "app/window/message_bar.h"
#include "core/error.h"
#include "core/math/random.h"
#include "tests/app/window/window_driver.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/charts/chart_canvas.h"
#include "widgets/panels/arm_chips.h"
#include "widgets/panels/parameter_form.h"
#include "widgets/panels/run_list.h"
#include "widgets/views/line_chart_view.h"

using namespace convergence;

namespace {

using testing::patience;

/// x = 3·t^−½ and another curve, with noise of one percent.
QString writeLog(const QString& path, double slope = -0.5) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        qFatal("cannot write the log");
    QTextStream out(&file);
    out << "step,x,val/loss\n";
    RandomStream random({.seed = 4, .purpose = "own log"});
    for (int t = 1; t <= 500; ++t)
        out << t << ',' << 3.0 * std::pow(t, slope) * std::exp(0.01 * random.normal()) << ','
            << std::exp(-0.004 * t) * std::exp(0.01 * random.normal()) << '\n';
    return path;
}

class Desk {
public:
    explicit Desk(const QString& folder) {
        registry_.add(testing::watchedQuadratic());
        window = std::make_unique<MainWindow>(registry_, "light", MainWindow::Memory::forget,
                                              std::make_unique<RunStore>(folder));
        window->show();
    }
    bool finishes() const {
        return QTest::qWaitFor(
            [&] {
                const Runner* runner = window->controller().runner();
                return runner && runner->state() == RunState::finished;
            },
            patience);
    }
    void openByMenu(const QString& path) const { choose("Open …", path); }
    void choose(const QString& command, const QString& path) const {
        testing::actionOf(*window, command)->trigger();
        auto* dialog = window->findChild<QFileDialog*>();
        Q_EMIT dialog->fileSelected(path);
        dialog->close();
        delete dialog;
    }
    void drop(const QString& path) const {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window.get(), &event);
    }
    LineChartView& chart(const QString& id) const {
        auto& view = dynamic_cast<LineChartView&>(window->view(id));
        view.refresh();
        return view;
    }
    /// Curves of a chart that have something to show.
    std::size_t drawn(const QString& id) const {
        const auto& curves = chart(id).chart().content().curves;
        return std::size_t(std::count_if(curves.begin(), curves.end(),
                                         [](const auto& curve) { return !curve.lines.empty(); }));
    }
    QStringList chips() const {
        QStringList arms;
        for (const std::string& arm : recording()->arms())
            if (window->findChild<ArmChips*>()->chip(arm))
                arms << QString::fromStdString(arm);
        return arms;
    }
    std::shared_ptr<const Recording> recording() const { return window->controller().recording(); }
    QListWidget& rows() const { return *window->findChild<RunList*>()->findChild<QListWidget*>(); }
    bool listed(int runs) const {
        window->store()->flush();
        return QTest::qWaitFor([&] { return rows().count() == runs; }, patience);
    }
    QString said() const { return window->messageBar().history().join("\n"); }

private:
    Registry registry_; // outlives the window

public:
    std::unique_ptr<MainWindow> window;
};

} // namespace

class OwnCurvesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void anOpenedLogIsThereAsAWhole() {
        const Desk desk(folder_->filePath("runs"));
        desk.openByMenu(writeLog(folder_->filePath("mine.csv")));
        QVERIFY(desk.finishes());
        QCOMPARE(desk.window->windowTitle(), QString("Own curves: mine.csv – Convergence Lab"));
        QCOMPARE(desk.chips(), (QStringList{"x", "val_loss"}));
        QCOMPARE(desk.recording()->trace(0).rows(), std::size_t(500));
        QCOMPARE(desk.drawn("power_law"), std::size_t(2));
        QCOMPARE(desk.window->files().recent().size(), 1);
    }

    void aDroppedLogHasItsRateWithAnInterval() {
        const Desk desk(folder_->filePath("runs"));
        desk.window->openExperiment("quadratic", {});
        desk.drop(writeLog(folder_->filePath("mine.csv")));
        QTRY_VERIFY_WITH_TIMEOUT(desk.window->windowTitle().contains("mine.csv"), patience);
        QVERIFY(desk.finishes());
        const ChartModel& model = desk.chart("power_law").model();
        const LineFit& fit = model.curves().front().fit;
        QVERIFY(fit.slopeLow < -0.5 && -0.5 < fit.slopeHigh);
        QVERIFY(fit.slopeHigh - fit.slopeLow < 0.02);
        const QString label = desk.chart("power_law").chart().content().labels.front().text;
        QVERIFY2(label.contains("slope −0.") && label.contains("±"), qPrintable(label));
        // The table says it of several windows; of x the power law is the better one.
        desk.window->refreshEverything();
        QTRY_VERIFY_WITH_TIMEOUT(desk.window->view("rates").csv().contains("power law"), patience);
        const QString table = desk.window->view("rates").csv();
        QVERIFY2(table.contains("second half") && table.contains("last decade") &&
                     table.contains("exponential"),
                 qPrintable(table));
    }

    void aWindowOfOnesOwnIsInTheTable() {
        const Desk desk(folder_->filePath("runs"));
        desk.window->files().open(writeLog(folder_->filePath("mine.csv")));
        QVERIFY(desk.finishes());
        auto* form = desk.window->findChild<ParameterForm*>();
        Overrides changed = form->overrides();
        changed["fit_from"] = 20.0;
        changed["fit_to"] = 200.0;
        changed["smoothing"] = 0.9;
        form->setOverrides(changed);
        testing::actionOf(*desk.window, "Restart")->trigger();
        QVERIFY(desk.finishes());
        desk.window->refreshEverything();
        QTRY_VERIFY_WITH_TIMEOUT(desk.window->view("rates").csv().contains("yours: 20 – 200"),
                                 patience);
        // Smoothed by hand: weights 0.1·0.9^k, made to sum to 1.
        const Table& trace = desk.recording()->trace(0);
        const auto value = trace.column("value"), smoothed = trace.column("smoothed");
        double mean = 0.0, weight = 0.0;
        for (std::size_t t = 0; t < 30; ++t) {
            mean = 0.9 * mean + 0.1 * value[t];
            weight = 0.9 * weight + 0.1;
            expectNear(smoothed[t], mean / weight, 1e-12);
        }
    }

    void logsAreKeptAndDrawnOverEachOther() {
        const Desk desk(folder_->filePath("runs"));
        desk.window->files().open(writeLog(folder_->filePath("first.csv")));
        QVERIFY(desk.finishes());
        desk.window->files().open(writeLog(folder_->filePath("second.csv"), -1.0));
        QTRY_VERIFY_WITH_TIMEOUT(desk.window->windowTitle().contains("second.csv"), patience);
        QVERIFY(desk.finishes());
        QVERIFY(desk.listed(2));
        const auto names = [&] {
            QStringList all;
            for (int row = 0; row < desk.rows().count(); ++row)
                all << desk.rows().item(row)->text();
            return all.join("|");
        };
        QTRY_VERIFY2(names().contains("second.csv"), qPrintable(names()));
        auto* list = desk.window->findChild<RunList*>();
        QString other;
        for (const QString& key : list->shown())
            if (key != desk.window->controller().key())
                other = key;
        list->setOverlaid({other});
        QTRY_COMPARE_WITH_TIMEOUT(desk.drawn("curves"), std::size_t(4), patience);
    }

    void aSessionRestoresItsCurves() {
        const QString log = writeLog(folder_->filePath("mine.csv"));
        const QString session = folder_->filePath("kept.clab");
        {
            const Desk desk(folder_->filePath("runs"));
            desk.window->files().open(log);
            QVERIFY(desk.finishes());
            desk.window->files().save(session);
            desk.window->store()->flush();
        }
        {
            const Desk desk(folder_->filePath("runs"));
            desk.window->files().open(session);
            QTRY_VERIFY_WITH_TIMEOUT(desk.window->controller().shownRun(), patience);
            QCOMPARE(desk.recording()->trace(0).rows(), std::size_t(500));
        }
        { // on another machine, where nothing is kept, from the log
            const Desk desk(folder_->filePath("elsewhere"));
            desk.window->files().open(session);
            QVERIFY(desk.finishes());
        }
        QVERIFY(QFile::remove(log));
        { // the log is gone: as kept, and that is said
            const Desk desk(folder_->filePath("runs"));
            desk.window->files().open(session);
            QTRY_VERIFY_WITH_TIMEOUT(desk.window->controller().shownRun(), patience);
            QCOMPARE(desk.chips(), (QStringList{"x", "val_loss"}));
            QVERIFY2(desk.said().contains("mine.csv") && desk.said().contains("as they were kept"),
                     qPrintable(desk.said()));
        }
        { // neither
            const Desk desk(folder_->filePath("nowhere"));
            desk.window->files().tryToOpen(session);
            QTRY_VERIFY2_WITH_TIMEOUT(desk.said().contains("are not kept"), qPrintable(desk.said()),
                                      patience);
        }
    }

    void aBundleCarriesItsCurves() {
        const QString log = writeLog(folder_->filePath("mine.csv"));
        const QString bundle = folder_->filePath("all.clabz");
        {
            const Desk desk(folder_->filePath("runs"));
            desk.window->files().open(log);
            QVERIFY(desk.finishes());
            desk.window->files().exportBundle(bundle);
            QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(bundle), patience);
        }
        QVERIFY(QFile::remove(log));
        const Desk desk(folder_->filePath("elsewhere"));
        desk.window->files().open(bundle);
        QTRY_VERIFY2_WITH_TIMEOUT(desk.window->controller().shownRun(), qPrintable(desk.said()),
                                  10000);
        QCOMPARE(desk.recording()->trace(1).rows(), std::size_t(500));
    }

    void aLogIsDrawnOverARun() {
        const Desk desk(folder_->filePath("runs"));
        desk.window->openExperiment("quadratic", {{"iterations", std::int64_t{200}}});
        desk.window->controller().setPlayback({.seconds = 0.0});
        QTRY_VERIFY_WITH_TIMEOUT(desk.window->controller().runner(), patience);
        desk.window->play();
        QVERIFY(desk.finishes());
        const std::size_t before = desk.drawn("distance");
        desk.choose("Draw a log over the run …", writeLog(folder_->filePath("mine.csv")));
        CurvesDialog* dialog = nullptr;
        QTRY_VERIFY_WITH_TIMEOUT(dialog = desk.window->findChild<CurvesDialog*>(), patience);
        auto* x = dialog->findChild<QComboBox*>("curve_x");
        auto* other = dialog->findChild<QComboBox*>("curve_val_loss");
        QVERIFY(x && other);
        QCOMPARE(x->currentData().toString(), QString("x")); // by its name
        QCOMPARE(other->currentIndex(), 0);
        QVERIFY(!x->accessibleName().isEmpty());
        dialog->accept();
        QTRY_COMPARE_WITH_TIMEOUT(desk.drawn("distance"), before + 1, patience);
        QVERIFY(desk.listed(2));
        // It is kept: another session on this experiment has it too.
        const SessionDocument session = desk.window->session();
        QCOMPARE(session.overlays.size(), std::size_t(1));
        QVERIFY2(desk.said().contains("mine.csv is drawn over the run"), qPrintable(desk.said()));
    }

    void whatIsNoLogIsOneSentence() {
        const Desk desk(folder_->filePath("runs"));
        desk.window->openExperiment("quadratic", {});
        QFile words(folder_->filePath("words.csv"));
        QVERIFY(words.open(QIODevice::WriteOnly));
        words.write("step,name\n1,a\n2,b\n");
        words.close();
        desk.drop(words.fileName());
        QTRY_VERIFY2_WITH_TIMEOUT(desk.said().contains("has no curve"), qPrintable(desk.said()),
                                  patience);
        QCOMPARE(desk.window->windowTitle(), QString("Quadratic – Convergence Lab"));
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
};

REGISTER_GUI_TEST(OwnCurvesTest)
#include "own_curves_test.moc"
