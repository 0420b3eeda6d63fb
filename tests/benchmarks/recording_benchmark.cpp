// Goals: at most 100 ns a recorded value, 10⁷ values in at most 200 MB, and a reader that does not
// hold the writer up.

#include <array>
#include <atomic>
#include <thread>

#include <benchmark/benchmark.h>

#include "core/experiment/table.h"

using namespace convergence;

namespace {

constexpr std::size_t columns = 10;

std::vector<Column> tenColumns() {
    std::vector<Column> list;
    for (std::size_t i = 0; i < columns; ++i)
        list.push_back({std::to_string(i)});
    return list;
}

/// Appends 10⁶ rows of ten values.
void appendMillionRows(Table& table) {
    std::array<double, columns> row{};
    for (int i = 0; i < 1000000; ++i) {
        row[0] = i;
        table.append(row);
    }
}

void appendValues(benchmark::State& state) {
    double bytes = 0.0;
    for (auto _ : state) {
        Table table(tenColumns());
        appendMillionRows(table);
        bytes = static_cast<double>(table.bytes());
    }
    state.counters["time_per_value"] =
        benchmark::Counter(1e7 * static_cast<double>(state.iterations()),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["megabytes"] = bytes / 1e6;
}

void appendValuesWhileOneReads(benchmark::State& state) {
    for (auto _ : state) {
        Table table(tenColumns());
        std::atomic<bool> done{false};
        std::jthread reader([&] {
            double sum = 0.0;
            while (!done)
                for (std::size_t row = 0, rows = table.rows(); row < rows;) {
                    const auto run = table.contiguous(0, row, rows);
                    for (const double value : run)
                        sum += value;
                    row += run.size();
                }
            benchmark::DoNotOptimize(sum);
        });
        appendMillionRows(table);
        done = true;
    }
    state.counters["time_per_value"] =
        benchmark::Counter(1e7 * static_cast<double>(state.iterations()),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK(appendValues)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(appendValuesWhileOneReads)->Unit(benchmark::kMillisecond)->UseRealTime();

} // namespace
