// For the crash test: an experiment that says when it made each step, and, in the program under
// test, somebody who presses the window's buttons. Both only where HEARTBEAT_FILE is set; elsewhere
// the experiment is the same, at full speed.

#include <chrono>
#include <cmath>
#include <ctime>
#include <thread>

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QFileDialog>
#include <QMainWindow>
#include <QTimer>

#include "core/experiment/parameter_builders.h"
#include "core/experiment/plugin.h"
#include "tests/app/runs/heartbeat.h"

namespace {

using namespace convergence;
using testing::Heartbeat;

/// Ticks of the presser between two exports of a bundle.
constexpr int ticksBetweenExports = 16;

Heartbeat* heartbeat() {
    static Heartbeat* const shared = [] {
        const QByteArray path = qgetenv("HEARTBEAT_FILE");
        return path.isEmpty() ? nullptr : testing::mapHeartbeat(path.constData());
    }();
    return shared;
}

std::int64_t now() {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return std::int64_t{1'000'000'000} * time.tv_sec + time.tv_nsec;
}

/// The logistic map, whose every digit depends on all before it: x ← r x (1 − x).
class HeartbeatSolver final : public Solver {
public:
    HeartbeatSolver(double rate, double start, double microseconds, bool isFirst)
        : rate_(rate), x_(start), microseconds_(microseconds), isFirst_(isFirst) {}
    StepStatus step(const StopToken&) override {
        x_ *= rate_ * (1.0 - x_);
        ++steps_;
        if (heartbeat()) {
            std::this_thread::sleep_for(std::chrono::duration<double, std::micro>(microseconds_));
            if (isFirst_)
                beat();
        }
        return StepStatus::running;
    }
    void measure(std::span<double> metrics) override {
        metrics[0] = x_;
        metrics[1] = std::sin(static_cast<double>(steps_));
    }
    void conclude(std::span<double> finals) override {
        finals[0] = x_;
        if (heartbeat() && isFirst_ && steps_ > 0)
            heartbeat()->hasEnded = 1;
    }
    void draw(const Recording&, FrameMap& frames) const override {
        frames["x"] = TextFrame{std::to_string(x_)};
    }

private:
    void beat() const {
        if (steps_ == 1) {
            heartbeat()->hasEnded = 0;
            heartbeat()->steps = 0;
            ++heartbeat()->runs;
        }
        if (steps_ < Heartbeat::mostSteps) {
            heartbeat()->nanoseconds[steps_] = now();
            heartbeat()->steps = steps_;
        }
    }

    double rate_;
    double x_;
    double microseconds_;
    bool isFirst_;
    std::int64_t steps_ = 0;
};

class HeartbeatExperiment final : public Experiment {
public:
    explicit HeartbeatExperiment(const ParameterValues& values) : values_(values) {}
    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        return {{.arm = "chaotic", .factors = {}, .steps = values_.integer("iterations")},
                {.arm = "calm", .factors = {}, .steps = values_.integer("iterations")}};
    }
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        return {{"x", "x"}, {"wave", "sin t"}};
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override { return {{"end", "end"}}; }
    [[nodiscard]] Cadence cadence() const override { return {1}; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        const bool isFirst = plan.arm == "chaotic";
        return std::make_unique<HeartbeatSolver>(isFirst ? 3.99 : 2.5, values_.real("start"),
                                                 values_.real("microseconds"), isFirst);
    }

private:
    ParameterValues values_;
};

/// Starts a run, another when that has ended, and all the while saves the session and exports
/// bundles to the file BUNDLE_FILE.
class Presser : public QObject {
public:
    Presser() : QObject(qApp) {
        auto* timer = new QTimer(this);
        connect(timer, &QTimer::timeout, this, [this] { press(); });
        timer->start(50);
    }

private:
    void press() {
        for (QWidget* widget : QApplication::topLevelWidgets()) {
            if (!widget->isVisible())
                continue;
            if (auto* dialog = qobject_cast<QFileDialog*>(widget)) {
                dialog->selectFile(qEnvironmentVariable("BUNDLE_FILE"));
                QMetaObject::invokeMethod(dialog, "accept");
                return;
            }
        }
        for (QWidget* widget : QApplication::topLevelWidgets())
            if (auto* window = qobject_cast<QMainWindow*>(widget); window && window->isVisible())
                return pressIn(*window);
    }
    void pressIn(QMainWindow& window) {
        for (auto* box : window.findChildren<QComboBox*>())
            if (box->accessibleName() == "Speed")
                box->setCurrentIndex(box->findData(0.0));
        if (ticks_ == 0 || heartbeat()->hasEnded.exchange(0) == 1)
            trigger(window, "Restart");
        trigger(window, "Save session");
        if (++ticks_ % ticksBetweenExports == 0)
            trigger(window, "Export bundle …");
    }
    static void trigger(QMainWindow& window, const QString& text) {
        for (auto* action : window.findChildren<QAction*>())
            if (action->text().remove('&') == text)
                return action->trigger();
        qFatal("no action %s", qPrintable(text));
    }
    int ticks_ = 0;
};

void registerHeartbeat(Registry& registry) {
    Description description{.id = "heartbeat",
                            .title = "Heartbeat",
                            .family = "test",
                            .summary = "Says when it makes its steps.",
                            .question = "When are its steps made?"};
    description.parameters = {
        realParameter({"start", "x₀", "Start", "Where the map begins."},
                      {.from = 0.01, .to = 0.99, .value = 0.3}, "Run"),
        realParameter({"microseconds", "", "Microseconds", "How long a step rests."},
                      {.from = 0, .to = 1e5, .value = 100}, "Run"),
        integerParameter({"iterations", "T", "Iterations", "How many steps."},
                         {.from = 1, .to = 1e6, .value = 2000}, "Run")};
    description.mainParameters = {"start", "microseconds", "iterations"};
    description.records = {.trace = {{.id = "x", .label = "x"}, {.id = "wave", .label = "sin t"}},
                           .finals = {{.id = "end", .label = "end"}},
                           .frames = {"x"}};
    description.arms = {{"chaotic", "chaotic", ""}, {"calm", "calm", ""}};
    description.views = {
        {.id = "map",
         .title = "Map",
         .x = {.column = "iteration", .label = "iteration t"},
         .y = {.label = "x"},
         .series = {{"x", ""}},
         .isMain = true},
        {.id = "state", .title = "State", .kind = ViewKind::text, .frames = {"x"}}};
    registry.add({.description = description, .create = [](const ParameterValues& values) {
                      return std::make_unique<HeartbeatExperiment>(values);
                  }});
    if (heartbeat() && qobject_cast<QApplication*>(QCoreApplication::instance()))
        new Presser;
}

} // namespace

CONVERGENCE_PLUGIN("heartbeat", registerHeartbeat)
