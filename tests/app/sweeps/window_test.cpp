// Designs a sweep in the real window, runs it with the real program and looks at what is shown.

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "app/plugin_loader.h"
#include "app/sweeps/designer.h"
#include "app/sweeps/window.h"
#include "tests/registered_test.h"
#include "widgets/view_widget.h"

using namespace convergence;

class SweepWindowTest : public QObject {
    Q_OBJECT

private:
    QTemporaryDir home_;
    Registry registry_;
    std::unique_ptr<SweepWindow> window_;

    void runDesigned() {
        QSignalSpy shown(window_.get(), &SweepWindow::resultsShown);
        window_->run();
        QTRY_VERIFY_WITH_TIMEOUT(!window_->isRunning(), 60000);
        QTRY_VERIFY_WITH_TIMEOUT(window_->results() && window_->results()->tasks.size() ==
                                                           window_->results()->plan->taskCount(),
                                 60000);
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_DATA_HOME", home_.path().toUtf8());
        loadAllPlugins(registry_);
    }

    void init() {
        window_ = std::make_unique<SweepWindow>(registry_, Theme::load("light"), CONVERGENCE_LAB);
        window_->design(registry_.find("matrix-sensing"),
                        {{"iterations", std::int64_t{200}},
                         {"arms", std::vector<std::string>{"s_over", "s_exact"}}});
        window_->show();
    }
    void cleanup() { window_.reset(); }

    void aDesignBecomesASweepFile() {
        window_->designer().setAxis("factor_rank", "list", "3, 4");
        window_->designer().setAxis("learning_rate", "log", "0.01, 1, 3");
        window_->designer().setSeeds(4);
        const SweepPlan plan = SweepPlan::fromJson(window_->designer().plan(), registry_);
        QCOMPARE(plan.taskCount(), 24U);
        QCOMPARE(std::get<std::int64_t>(plan.overrides(0).at("iterations")), 200);
        QVERIFY(window_->findChild<QLabel*>("verdict")->text().contains("24"));
    }

    void aDesignThatCannotWorkSaysWhyAndIsNotRun() {
        window_->designer().setAxis("learning_rate", "log", "0, 1, 3");
        const auto* verdict = window_->findChild<QLabel*>("verdict");
        QVERIFY2(verdict->text().contains("learning_rate"), qPrintable(verdict->text()));
        window_->designer().setAxis("learning_rate", "log", "0.1, 1");
        QVERIFY2(verdict->text().contains("from, to, count"), qPrintable(verdict->text()));
        for (auto* button : window_->findChildren<QPushButton*>())
            QVERIFY(!button->isEnabled() || button->objectName() == "suggestSweep");
    }

    /// Before there are results the window says what will be where they come, and what to try.
    void anEmptyWindowSaysWhatComesAndSuggestsASweep() {
        const auto* blank = window_->findChild<QLabel*>("sweepBlank");
        QVERIFY(blank && blank->isVisible() && blank->text().contains("heat map"));
        window_->findChild<QPushButton*>("suggestSweep")->click();
        const SweepPlan plan = SweepPlan::fromJson(window_->designer().plan(), registry_);
        QCOMPARE(plan.taskCount(), 15U); // five values, three seeds
        QCOMPARE(plan.axes().size(), std::size_t{1});
        const auto value = [&](std::size_t i) {
            return std::get<double>(plan.axes()[0].values[i]);
        };
        QVERIFY(std::abs(value(4) / value(0) - 10.0) < 0.1);
    }

    void resultsArriveAndACellOpensItsRun() {
        window_->designer().setAxis("factor_rank", "list", "3, 4");
        window_->designer().setAxis("learning_rate", "log", "0.01, 1, 3");
        window_->designer().setSeeds(2);
        runDesigned();
        QCOMPARE(window_->findChild<QProgressBar*>()->value(), 12);
        const auto* tabs = window_->findChild<QTabWidget*>("results");
        QCOMPARE(tabs->count(), 5);

        // Metrics, axes and ways to vary are named as people name them.
        const auto* metric = window_->findChild<QComboBox*>("metric");
        for (int i = 0; i < metric->count(); ++i)
            QVERIFY2(!metric->itemText(i).contains('_'), qPrintable(metric->itemText(i)));
        QVERIFY(metric->currentText() != metric->currentData().toString());
        for (const auto* box : window_->designer().findChildren<QComboBox*>())
            for (int i = 0; i < box->count(); ++i)
                QVERIFY2(!box->itemText(i).contains('_'), qPrintable(box->itemText(i)));

        // The heat map's numbers are the means of the rows of the tasks' own table.
        ViewWidget* map = window_->resultViews().front();
        const QString csv = map->csv();
        QCOMPARE(csv.count('\n'), 4); // a head and three rates

        QSignalSpy chosen(window_.get(), &SweepWindow::runChosen);
        Q_EMIT map->trialChosen(2 * 11); // the first of the two arms of the last task
        QCOMPARE(chosen.count(), 1);
        const auto overrides = chosen[0][1].value<Overrides>();
        QCOMPARE(std::get<std::int64_t>(overrides.at("factor_rank")), 4);
        QCOMPARE(std::get<double>(overrides.at("learning_rate")), 1.0);
        QCOMPARE(std::get<std::int64_t>(overrides.at("seed")), 1);
    }

    void clickingAHeatMapCellChoosesItsRun() {
        window_->designer().setAxis("factor_rank", "list", "3, 4");
        window_->designer().setAxis("learning_rate", "list", "0.1, 0.2");
        window_->designer().setSeeds(1);
        runDesigned();
        QSignalSpy chosen(window_.get(), &SweepWindow::runChosen);
        ViewWidget* map = window_->resultViews().front();
        QWidget* canvas = nullptr;
        for (auto* child : map->findChildren<QWidget*>())
            if (child->inherits("convergence::Canvas"))
                canvas = child;
        QVERIFY(canvas);
        QApplication::processEvents(); // lays out results that have just come
        QTest::mouseClick(canvas, Qt::LeftButton, {},
                          QPoint(canvas->width() / 3, canvas->height() / 3));
        QCOMPARE(chosen.count(), 1);
    }

    void resultsOfASweepMadeElsewhereOpen() {
        window_->designer().setAxis("learning_rate", "list", "0.1, 0.2");
        window_->designer().setSeeds(3);
        runDesigned();
        const auto folders = QDir(home_.path() + "/convergence-lab/sweeps")
                                 .entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Time);
        QVERIFY(!folders.isEmpty());
        SweepWindow other(registry_, Theme::load("dark"), CONVERGENCE_LAB);
        QSignalSpy shown(&other, &SweepWindow::resultsShown);
        other.openResults(folders.first().filePath());
        QVERIFY(shown.wait(20000));
        QCOMPARE(other.results()->tasks.size(), 6U);

        other.openResults(home_.path());
        QTRY_VERIFY(other.findChild<QLabel*>("sweepMessage")->text().contains("cannot be read"));
    }
};

REGISTER_GUI_TEST(SweepWindowTest)
#include "window_test.moc"
