// Kept runs by themselves: the list, overlays, names, deleting.

#include <QAction>
#include <QSignalSpy>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QUndoStack>
#include <QtTest>

#include "app/window/kept_runs.h"
#include "tests/app/window/window_driver.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using testing::patience;

/// A list of runs over a store of its own, without a window around it.
class Shelf {
public:
    explicit Shelf(const QString& folder) : store(folder) { runs.open(type); }
    /// Runs with these values to the end, and keeps that.
    QString keep(const Overrides& overrides) {
        RunController controller;
        controller.setStore(&store);
        controller.setPlayback({.seconds = 0.0});
        controller.start(type, overrides, {.play = true});
        const auto wait = [](const auto& condition) {
            if (!QTest::qWaitFor(condition, patience))
                qFatal("the run was never kept");
        };
        wait([&] {
            return controller.runner() && controller.runner()->state() == RunState::finished;
        });
        const QString key = controller.key();
        store.flush();
        wait([&] { return list.shown().contains(key); });
        return key;
    }

    std::shared_ptr<const ExperimentType> type =
        std::make_shared<const ExperimentType>(testing::quadratic());
    RunStore store;
    QUndoStack undo;
    RunList list{Theme::load("light")};
    KeptRuns runs{list, undo, &store};
};

} // namespace

class KeptRunsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }

    void runsAreListedByWhatSetsThemApart() {
        Shelf shelf(folder_->path());
        const QString usual = shelf.keep({});
        const QString steep = shelf.keep({{"curvature", 2.0}});
        QCOMPARE(shelf.list.shown().size(), 2);
        QVERIFY(shelf.runs.nameOf(steep).contains("curvature = 2"));
        QVERIFY(!shelf.runs.nameOf(usual).contains("curvature"));
        QCOMPARE(shelf.runs.nameOf("no such key"), QString("a run"));
    }

    void aTickedRunIsDrawnOverThePresentOne() {
        Shelf shelf(folder_->path());
        const QString kept = shelf.keep({{"curvature", 2.0}});
        RunController present;
        present.start(shelf.type, {});
        QTRY_VERIFY_WITH_TIMEOUT(present.runner(), patience);
        QCOMPARE(shelf.runs.shownRuns(present).size(), std::size_t{1});
        QSignalSpy changed(&shelf.runs, &KeptRuns::overlaysChanged);
        shelf.runs.setOverlaid({kept});
        QTRY_COMPARE_WITH_TIMEOUT(shelf.runs.shownRuns(present).size(), std::size_t{2}, patience);
        QVERIFY(changed.count() >= 2); // ticked, then read
        const ShownRun over = shelf.runs.shownRuns(present).back();
        QCOMPARE(over.key, kept);
        // Closed form: x shrinks by 1 − ηL a step, L = 2.
        expectNear(over.recording->trace(0).column("x")[10], std::pow(0.8, 10), 1e-15);
        shelf.runs.open(shelf.type); // another sitting with the experiment begins with none
        QCOMPARE(shelf.runs.shownRuns(present).size(), std::size_t{1});
    }

    void deletingIsUndone() {
        Shelf shelf(folder_->path());
        const QString key = shelf.keep({});
        QSignalSpy told(&shelf.runs, &KeptRuns::told);
        Q_EMIT shelf.list.deleteRequested({key});
        QTRY_VERIFY_WITH_TIMEOUT(shelf.list.shown().isEmpty(), patience);
        QCOMPARE(told.count(), 1);
        shelf.undo.undo();
        QTRY_COMPARE_WITH_TIMEOUT(shelf.list.shown(), QStringList{key}, patience);
    }

    void aRunThatCannotBeHadIsToldOrComesAsNull() {
        Shelf shelf(folder_->path());
        QSignalSpy troubled(&shelf.runs, &KeptRuns::troubled);
        bool called = false;
        shelf.runs.load("no such key", [&](const auto&) { called = true; });
        QTRY_COMPARE_WITH_TIMEOUT(troubled.count(), 1, patience);
        QVERIFY(troubled.front().front().toString().contains("no such key"));
        QVERIFY(!called);
        KeptRuns::LoadedRunPtr run = std::make_shared<const LoadedRun>();
        shelf.runs.tryLoad("no such key", [&](const auto& loaded) { run = loaded; });
        QTRY_VERIFY_WITH_TIMEOUT(!run, patience);
        QCOMPARE(troubled.count(), 1);
    }

    /// One of two overlays is damaged in the database: it is told, and the other is there.
    void anUnreadableOverlayDoesNotHoldUpTheOthers() {
        QStringList keys;
        {
            Shelf shelf(folder_->path());
            keys = {shelf.keep({}), shelf.keep({{"curvature", 2.0}})};
        }
        {
            auto database = QSqlDatabase::addDatabase("QSQLITE", "damage");
            database.setDatabaseName(folder_->filePath("runs.sqlite"));
            QVERIFY(database.open());
            QSqlQuery query(database);
            QVERIFY2(query.exec(QString("UPDATE chunk SET data = x'00' WHERE run = "
                                        "(SELECT id FROM run WHERE key = '%1')")
                                    .arg(keys.front())),
                     qPrintable(query.lastError().text()));
            QVERIFY(query.numRowsAffected() > 0);
        }
        QSqlDatabase::removeDatabase("damage");
        Shelf shelf(folder_->path());
        QTRY_COMPARE_WITH_TIMEOUT(shelf.list.shown().size(), 2, patience);
        shelf.list.setOverlaid(keys);
        QSignalSpy troubled(&shelf.runs, &KeptRuns::troubled);
        std::vector<KeptRuns::LoadedRunPtr> read;
        shelf.runs.whenOverlaysAreLoaded([&](const auto& runs) { read = runs; });
        QTRY_COMPARE_WITH_TIMEOUT(read.size(), std::size_t{1}, patience);
        QCOMPARE(read.front()->run.key, keys.back());
        QVERIFY(troubled.count() >= 1);
    }

    void differencesNeedTwoRuns() {
        Shelf shelf(folder_->path());
        const QString kept = shelf.keep({{"curvature", 2.0}});
        const auto present = std::make_shared<const ParameterValues>(
            shelf.type->description.parameters, Overrides{});
        QSignalSpy told(&shelf.runs, &KeptRuns::told);
        QVERIFY(shelf.runs.differences({{"shown", present}}, "").empty());
        QCOMPARE(told.count(), 1);
        shelf.runs.setOverlaid({kept});
        const auto runs = shelf.runs.differences({{"shown", present}}, "");
        QCOMPARE(runs.size(), std::size_t{2});
        QCOMPARE(runs.back().values->value("curvature"), Value(2.0));
    }

private:
    std::unique_ptr<QTemporaryDir> folder_;
};

REGISTER_GUI_TEST(KeptRunsTest)
#include "kept_runs_test.moc"
