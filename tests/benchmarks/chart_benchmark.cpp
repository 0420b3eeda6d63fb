// Goals, with four line charts of 20 series of 10⁶ points each in a window of 1600 × 1000 while
// another thread saturates a core appending rows: a chart takes up new data, is laid out and
// painted in at most 16 ms (median), and each chart is repainted at least ten times a second.
//
// Run on a virtual display: xvfb-run -a -s "-screen 0 1600x1000x24" chart_benchmark [seconds]

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <thread>

#include <QAbstractScrollArea>
#include <QApplication>
#include <QElapsedTimer>
#include <QGridLayout>
#include <QThread>

#include "core/experiment/description.h"
#include "core/experiment/recording.h"
#include "widgets/view_widget.h"
#include "widgets/views/refresh_scheduler.h"

using namespace convergence;

namespace {

constexpr std::size_t charts = 4;
constexpr std::size_t series = 20;
constexpr std::size_t rowsBefore = 1000000;

/// What a row of a trace holds: a power law, an exponential, a noisy and an oscillating metric.
std::array<double, charts + 1> row(std::size_t trial, std::size_t iteration) {
    const double t = double(iteration), k = double(trial + 1);
    // A cheap noise that does not repeat.
    const double noise = std::fmod(std::sin(t * 12.9898 + k * 78.233) * 43758.5453, 1.0);
    return {t, k / (1.0 + t), std::exp(-1e-5 * k * t) + 1e-9,
            (1.0 + 0.5 * noise) / std::sqrt(t + k), 1.5 + std::sin(1e-4 * t * k) + 0.3 * noise};
}

std::shared_ptr<Recording> makeRecording(const Description& description) {
    std::vector<Column> columns{{.name = "iteration", .role = ColumnRole::clock}};
    for (std::size_t i = 0; i < charts; ++i)
        columns.push_back({.name = "metric_" + std::to_string(i)});
    std::vector<std::string> arms;
    std::vector<TrialPlan> plans;
    for (const Arm& arm : description.arms) {
        arms.push_back(arm.id);
        plans.push_back({.arm = arm.id, .steps = 1 << 30});
    }
    return std::make_shared<Recording>(columns, std::vector<Column>{}, std::vector<Column>{}, arms,
                                       plans);
}

void append(Recording& recording, std::size_t iteration) {
    for (std::size_t trial = 0; trial < series; ++trial)
        recording.traceForWriting(trial).append(row(trial, iteration));
}

/// Counts the paint events of a chart.
class PaintCounter : public QObject {
public:
    int paints = 0;
    bool eventFilter(QObject*, QEvent* event) override {
        paints += event->type() == QEvent::Paint ? 1 : 0;
        return false;
    }
};

/// Processor time of this thread in ms: what a frame costs on a machine that does other work too.
double processorTime() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) * 1e3 + double(now.tv_nsec) * 1e-6;
}

double quantileOf(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    return values[std::size_t(share * double(values.size() - 1))];
}

} // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const double seconds = argc > 1 ? std::atof(argv[1]) : 5.0;

    auto description = std::make_shared<Description>();
    description->id = "benchmark";
    for (std::size_t i = 0; i < series; ++i)
        description->arms.push_back(
            {.id = "arm_" + std::to_string(i), .label = "arm " + std::to_string(i)});
    for (std::size_t i = 0; i < charts; ++i)
        description->views.push_back(
            {.id = "chart_" + std::to_string(i),
             .title = "Chart " + std::to_string(i),
             .x = {.column = "iteration",
                   .label = "iteration",
                   .scale = i % 2 == 0 ? Scale::logarithmic : Scale::linear},
             .y = {.label = "metric", .scale = i == 3 ? Scale::linear : Scale::logarithmic},
             .series = {{"metric_" + std::to_string(i), ""}}});
    const auto recording = makeRecording(*description);
    for (std::size_t iteration = 0; iteration < rowsBefore; ++iteration)
        append(*recording, iteration);

    QWidget window;
    window.resize(1600, 1000);
    auto* grid = new QGridLayout(&window);
    RefreshScheduler scheduler;
    scheduler.setActive(false);
    std::array<PaintCounter, charts> counters;
    std::vector<ViewWidget*> views;
    const Theme theme = Theme::load("light");
    for (std::size_t i = 0; i < charts; ++i) {
        ViewWidget* view = ViewWidget::create(description->views[i], description, theme, &window);
        grid->addWidget(view, int(i / 2), int(i % 2));
        scheduler.add(view);
        views.push_back(view);
    }
    window.show();
    QElapsedTimer clock;
    clock.start();
    for (ViewWidget* view : views)
        view->setRuns({{QString(), recording}});
    for (std::size_t i = 0; i < charts; ++i) {
        scheduler.refreshNext();
        QApplication::processEvents();
    }
    std::printf("first picture of all charts: %lld ms\n", static_cast<long long>(clock.elapsed()));
    for (std::size_t i = 0; i < charts; ++i)
        views[i]->findChild<QAbstractScrollArea*>("canvas")->viewport()->installEventFilter(
            &counters[i]);

    std::atomic<bool> stop = false;
    std::atomic<std::size_t> iterations = rowsBefore;
    std::thread writer([&] {
        while (!stop)
            append(*recording, iterations++);
    });

    // One chart at a time, as fast as possible: what a frame costs.
    std::vector<double> frames, processor;
    for (clock.restart(); double(clock.elapsed()) < 500.0 * seconds;) {
        QElapsedTimer frame;
        frame.start();
        const double before = processorTime();
        const bool changed = scheduler.refreshNext();
        QApplication::processEvents();
        if (changed) {
            frames.push_back(double(frame.nsecsElapsed()) * 1e-6);
            processor.push_back(processorTime() - before);
        }
    }
    // By the clock: how often each chart is seen anew.
    for (PaintCounter& counter : counters)
        counter.paints = 0;
    scheduler.setActive(true);
    for (clock.restart(); double(clock.elapsed()) < 500.0 * seconds;)
        QApplication::processEvents(QEventLoop::WaitForMoreEvents, 5);
    const double elapsed = double(clock.elapsed()) * 1e-3;
    stop = true;
    writer.join();

    std::printf("rows at the end: %zu in each of %zu series of %zu charts\n", iterations.load(),
                series, charts);
    std::printf("a chart takes %.1f ms (median), %.1f ms (99th percentile), %zu frames\n",
                quantileOf(frames, 0.5), quantileOf(frames, 0.99), frames.size());
    std::printf("of that on the processor %.1f ms (median), %.1f ms (99th percentile)\n",
                quantileOf(processor, 0.5), quantileOf(processor, 0.99));
    double least = 1e9;
    for (const PaintCounter& counter : counters)
        least = std::min(least, counter.paints / elapsed);
    std::printf("each chart is repainted at least %.1f times a second\n", least);
    const bool reached = quantileOf(frames, 0.5) <= 16.0 && least >= 10.0;
    std::printf("%s\n", reached ? "goals reached" : "goals missed");
    return reached ? 0 : 1;
}
