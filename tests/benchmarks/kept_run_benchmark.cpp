// Goal: a kept run of a million rows opens in less than half a second. Run with a display or
// QT_QPA_PLATFORM=offscreen.

#include <cmath>

#include <QApplication>
#include <QTemporaryDir>
#include <benchmark/benchmark.h>

#include "app/window/main_window.h"
#include "app/window/run_desk.h"
#include "core/math/random.h"
#include "tests/core/experiment/quadratic_experiment.h"

using namespace convergence;

namespace {

constexpr std::size_t rows = 1'000'000;
constexpr const char* key = "million";

/// Ten metrics besides the iteration, as noisy as those of a stochastic method.
class WideExperiment final : public testing::QuadraticExperiment {
public:
    using QuadraticExperiment::QuadraticExperiment;
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        std::vector<Column> columns{{"x", "|x|"}};
        for (int i = 1; i < 10; ++i)
            columns.push_back({"metric_" + std::to_string(i), "metric"});
        return columns;
    }
};

ExperimentType wideType() {
    ExperimentType type = testing::quadratic();
    type.description.views = {{.id = "distance",
                               .title = "Distance",
                               .x = {.column = "iteration", .label = "iteration t"},
                               .y = {.label = "|x|", .scale = Scale::logarithmic},
                               .series = {{"x", ""}}}};
    type.create = [](const ParameterValues& values) {
        return std::make_unique<WideExperiment>(values);
    };
    return type;
}

/// A run whose first trial has a million rows.
LoadedRun wideRun(const ExperimentType& type) {
    const Overrides overrides{{"iterations", std::int64_t(rows - 1)}};
    const auto experiment = createExperiment(type, resolveValues(type, "", overrides));
    auto recording = makeRecording(*experiment);
    for (std::size_t trial = 0; trial < 2; ++trial) {
        RandomStream noise({.seed = 1, .purpose = "kept run", .index = trial});
        Table& table = recording->traceForWriting(trial);
        std::vector<double> row(table.columns().size());
        for (std::size_t t = 0; t < (trial == 0 ? rows : 1); ++t) {
            row[0] = static_cast<double>(t);
            for (std::size_t column = 1; column < row.size(); ++column)
                row[column] = std::exp(-1e-5 * static_cast<double>(t)) * (1.0 + noise.uniform());
            table.append(row);
        }
        recording->setIterations(trial, std::int64_t(table.rows()) - 1);
        recording->setStatus(trial, TrialStatus::finished, "");
        recording->conclude(trial, std::vector<double>{1.0});
    }
    LoadedRun run;
    run.run.key = key;
    run.run.experiment = "quadratic";
    run.run.state = "finished";
    run.run.parameters = R"({"iterations": 999999})";
    run.recording = recording;
    return run;
}

/// A folder with that run and, as a person would have, a hundred small ones.
class Folder {
public:
    Folder() {
        RunDatabase database(folder_.path());
        database.import(wideRun(wideType()));
        for (int i = 0; i < 100; ++i) {
            LoadedRun run;
            run.run.key = QString("small-%1").arg(i);
            run.run.experiment = "quadratic";
            run.run.state = "finished";
            run.run.parameters = "{}";
            run.recording = makeRecording(*testing::makeQuadratic({}));
            database.import(run);
        }
    }
    [[nodiscard]] QString path() const { return folder_.path(); }

private:
    QTemporaryDir folder_;
};

const Folder& folder() {
    static const Folder made;
    return made;
}

/// From nothing to the recording in memory.
void openDatabaseAndRun(benchmark::State& state) {
    const ExperimentType type = wideType();
    for (auto _ : state) {
        RunDatabase database(folder().path());
        const LoadedRun run = database.load(key, type.description);
        if (run.recording->trace(0).rows() != rows)
            state.SkipWithError("rows are missing");
    }
}

/// From the click on the run in the list until its chart is drawn.
void openRunInTheWindow(benchmark::State& state) {
    Registry registry;
    registry.add(wideType());
    MainWindow window(registry, "light", MainWindow::Memory::forget,
                      std::make_unique<RunStore>(folder().path()));
    window.resize(1280, 800);
    window.show();
    const auto wait = [](const auto& condition) {
        while (!condition())
            QApplication::processEvents(QEventLoop::AllEvents, 5);
    };
    for (auto _ : state) {
        state.PauseTiming();
        window.openExperiment("quadratic", {});
        wait([&] { return window.controller().runner() != nullptr; });
        window.store()->flush();
        state.ResumeTiming();
        window.runs().open(key);
        wait([&] { return window.controller().shownRun() != nullptr; });
        window.refreshEverything();
    }
}

BENCHMARK(openDatabaseAndRun)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(openRunInTheWindow)->Unit(benchmark::kMillisecond)->UseRealTime();

} // namespace

int main(int argc, char** argv) {
    const QApplication application(argc, argv);
    folder(); // made before anything is timed
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
