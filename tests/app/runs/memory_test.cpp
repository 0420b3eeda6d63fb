// Starts and stops two hundred runs in one window and looks at the memory it takes.

#include <malloc.h>
#include <unistd.h>

#include <algorithm>

#include <QAction>
#include <QFile>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include "app/plugin_loader.h"
#include "app/window/main_window.h"
#include "tests/registered_test.h"
#include "widgets/panels/transport_bar.h"

using namespace convergence;

namespace {

constexpr int patience = 120000; ///< milliseconds until something counts as never happening
constexpr std::int64_t iterations = 60;
constexpr int measuredRuns = 200;
constexpr double mostGrowth = 1.05; ///< of resident memory
/// Of the heap, megabytes a run: its entry in the list of kept runs, five kilobytes, stays;
/// anything of a run itself, its recording or frames, would be many times as much.
constexpr double mostHeapPerRun = 0.01;

struct Memory {
    double heap = 0.0;     ///< megabytes handed out by malloc
    double resident = 0.0; ///< megabytes of the process, libraries and all
};

Memory measure() {
    ::malloc_trim(0);
    const struct mallinfo2 info = ::mallinfo2();
    QFile file("/proc/self/statm");
    if (!file.open(QIODevice::ReadOnly))
        qFatal("/proc/self/statm cannot be read");
    const double pages = file.readAll().split(' ').value(1).toDouble();
    return {double(info.uordblks + info.hblkhd) / 1e6,
            pages * double(::sysconf(_SC_PAGESIZE)) / 1e6};
}

/// A window that starts and stops runs as a person does.
class Starter {
public:
    Starter(const Registry& registry, const QString& experiment, const Overrides& overrides,
            const QString& folder)
        : window_(registry, "light", MainWindow::Memory::forget,
                  std::make_unique<RunStore>(folder)) {
        window_.resize(1280, 800);
        window_.show();
        window_.openExperiment(experiment, overrides);
        // All of one length: what the window holds of the last few does not vary.
        window_.controller().setPlayback({.seconds = 0.0, .until = iterations});
        for (auto* action : window_.findChildren<QAction*>())
            if (action->text().remove('&') == "Restart")
                restart_ = action;
        for (auto* button : window_.findChild<TransportBar*>()->findChildren<QToolButton*>())
            if (button->text() == "Stop")
                stop_ = button;
    }
    bool isReady() {
        return restart_ && stop_ &&
               QTest::qWaitFor([&] { return window_.controller().runner() != nullptr; }, patience);
    }
    /// Some steps of a run, some refreshes of its views, then stop.
    bool startAndStop() {
        const QString before = window_.controller().key();
        restart_->trigger();
        const auto runs = [&] {
            const Runner* runner = window_.controller().runner();
            return runner && window_.controller().key() != before &&
                   runner->state() == RunState::paused;
        };
        if (!QTest::qWaitFor(runs, patience))
            return false;
        QTest::qWait(20);
        stop_->click();
        return QTest::qWaitFor(
            [&] { return window_.controller().runner()->state() >= RunState::finished; }, patience);
    }
    /// Memory once what is under way in other threads has ended: the least of three moments.
    Memory settled() {
        Memory least = measure();
        for (int i = 0; i < 3; ++i) {
            window_.store()->flush();
            QTest::qWait(500);
            window_.store()->flush();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            const Memory now = measure();
            least = {std::min(least.heap, now.heap), std::min(least.resident, now.resident)};
        }
        return least;
    }

private:
    MainWindow window_;
    QAction* restart_ = nullptr;
    QToolButton* stop_ = nullptr;
};

} // namespace

Q_DECLARE_METATYPE(convergence::Overrides)

class MemoryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QCOMPARE(loadAllPlugins(registry_), std::vector<std::string>()); }

    void memoryStaysFlatOverTwoHundredRuns_data() {
        QTest::addColumn<QString>("experiment");
        QTest::addColumn<Overrides>("overrides");
        QTest::addColumn<int>("warmUpRuns");
        // Charts and heat maps.
        QTest::newRow("matrix-sensing")
            << "matrix-sensing"
            << Overrides{{"rows", std::int64_t{20}}, {"columns", std::int64_t{20}}} << 40;
        // A surface as well, whose drawing takes longer to have all that it keeps.
        QTest::newRow("optimizer-playground") << "optimizer-playground" << Overrides{} << 100;
    }
    void memoryStaysFlatOverTwoHundredRuns() {
        QFETCH(QString, experiment);
        QFETCH(Overrides, overrides);
        QFETCH(int, warmUpRuns);
        const QTemporaryDir folder;
        Starter starter(registry_, experiment, overrides, folder.path());
        QVERIFY(starter.isReady());
        for (int i = 0; i < warmUpRuns; ++i)
            QVERIFY(starter.startAndStop());
        const Memory before = starter.settled();
        for (int i = 1; i <= measuredRuns; ++i) {
            QVERIFY(starter.startAndStop());
            if (i % 50 == 0) {
                const Memory now = starter.settled();
                qInfo("%s: %3d runs: heap %.1f MB (%+.1f %%), resident %.1f MB (%+.1f %%)",
                      qPrintable(experiment), i, now.heap, 100.0 * (now.heap / before.heap - 1.0),
                      now.resident, 100.0 * (now.resident / before.resident - 1.0));
            }
        }
        const Memory after = starter.settled();
        QVERIFY2(after.heap <= before.heap + measuredRuns * mostHeapPerRun,
                 "the heap grew by more than the entries of the list");
        QVERIFY2(after.resident <= mostGrowth * before.resident,
                 "the resident memory grew by more than 5 %");
    }

private:
    Registry registry_;
};

REGISTER_GUI_TEST(MemoryTest)
#include "memory_test.moc"
