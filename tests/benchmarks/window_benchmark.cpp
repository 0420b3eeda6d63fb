// How long a person waits for the window: from nothing to the start page, with the experiments that
// there are and with 48, from a click to each experiment with its views painted, and for an answer
// to a key while it plays. --only ID measures one experiment.

#include <atomic>
#include <chrono>
#include <thread>

#include <QApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QMetaEnum>
#include <fmt/format.h>

#include "app/plugin_loader.h"
#include "app/window/main_window.h"

using namespace convergence;

namespace {

/// Remembers the event that took longest, and where it went to.
class TimedApplication : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override {
        if (depth_ > 0)
            return QApplication::notify(receiver, event);
        const std::string name =
            fmt::format("{} \"{}\"", receiver->metaObject()->className(),
                        receiver->objectName().toStdString()); // it may be gone afterwards
        const int type = event->type();
        QElapsedTimer timer;
        timer.start();
        ++depth_;
        const bool result = QApplication::notify(receiver, event);
        --depth_;
        const double milliseconds = double(timer.nsecsElapsed()) / 1e6;
        if (milliseconds > longest) {
            longest = milliseconds;
            const char* word = QMetaEnum::fromType<QEvent::Type>().valueToKey(type);
            what = fmt::format("{} of {}", word ? word : std::to_string(type), name);
        }
        return result;
    }
    void forget() {
        longest = 0.0;
        what.clear();
    }

    double longest = 0.0; ///< milliseconds
    std::string what;

private:
    int depth_ = 0;
};

/// Asks the event loop for an answer every few milliseconds, as a key would.
class Asker {
public:
    Asker() : thread_([this] { ask(); }) {}
    ~Asker() {
        stops_ = true;
        thread_.join();
    }
    [[nodiscard]] double longestWait() const { return longest_; }

private:
    using Clock = std::chrono::steady_clock;

    void ask() {
        while (!stops_) {
            std::this_thread::sleep_for(std::chrono::milliseconds(4));
            if (waits_.exchange(true))
                continue;
            QMetaObject::invokeMethod(
                &receiver_,
                [this, asked = Clock::now()] {
                    const std::chrono::duration<double, std::milli> waited = Clock::now() - asked;
                    longest_ = std::max(longest_, waited.count());
                    waits_ = false;
                },
                Qt::QueuedConnection);
        }
    }

    QObject receiver_;
    double longest_ = 0.0;
    std::atomic<bool> waits_ = false, stops_ = false;
    std::thread thread_;
};

void runFor(int milliseconds) {
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < milliseconds)
        QApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
}

/// Paints and lays out what was asked for.
void settle() {
    for (int i = 0; i < 3; ++i)
        QApplication::processEvents();
}

double millisecondsOf(const QElapsedTimer& timer) {
    return double(timer.nsecsElapsed()) / 1e6;
}

/// As many as asked for, by the experiments that there are under further ids.
void fill(Registry& registry, std::size_t count) {
    static_cast<void>(loadAllPlugins(registry));
    const auto types = registry.all();
    for (std::size_t i = types.size(); i < count; ++i) {
        ExperimentType copy = *types[i % types.size()];
        copy.description.id += fmt::format("-{}", i);
        registry.add(copy);
    }
}

void measureStart(std::size_t count) {
    QElapsedTimer timer;
    timer.start();
    Registry registry;
    fill(registry, count);
    const double loaded = millisecondsOf(timer);
    MainWindow window(registry, "light", MainWindow::Memory::forget);
    window.show();
    window.showStartPage();
    settle();
    fmt::print("start page with {} experiments: {:.0f} ms, {:.0f} of them to load plugins\n",
               registry.all().size(), millisecondsOf(timer), loaded);
}

/// Opening, and three seconds of a run.
void measureExperiment(TimedApplication& application, MainWindow& window, const std::string& id) {
    QElapsedTimer timer;
    timer.start();
    window.enter(QString::fromStdString(id));
    const double blocked = millisecondsOf(timer);
    settle();
    const double painted = millisecondsOf(timer);
    runFor(500); // the run is made
    application.forget();
    double waited = 0.0;
    {
        const Asker asker;
        window.play();
        runFor(3000);
        waited = asker.longestWait();
    }
    const double longest = application.longest;
    const std::string what = application.what;
    if (Runner* runner = window.controller().runner())
        runner->pause();
    settle();
    fmt::print("{:<24} {:6.0f} ms until painted, {:4.0f} of them in one go; playing, a key waits "
               "{:4.0f} ms at most, longest event {:4.0f} ms ({})\n",
               id, painted, blocked, waited, longest, what);
    std::fflush(stdout);
}

} // namespace

int main(int argc, char** argv) {
    TimedApplication application(argc, argv);
    const QStringList words = QApplication::arguments();
    const qsizetype only = words.indexOf("--only");
    if (only < 0) {
        measureStart(0);
        measureStart(48);
    }
    Registry registry;
    fill(registry, 0);
    MainWindow window(registry, "light", MainWindow::Memory::forget);
    window.show();
    settle();
    for (const auto& type : registry.all())
        if (only < 0 || words.value(only + 1).toStdString() == type->description.id)
            measureExperiment(application, window, type->description.id);
    return 0;
}
