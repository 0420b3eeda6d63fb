// Steps of voxel-radiance, coarse and fine, of its presets quick and standard, and what each part
// of a fine step does beside what the machine can do. voxel_radiance_vs_pytorch.py runs the same
// training in PyTorch.
//
// Threads: oneTBB's default, all cores; parts are measured on one.

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <string>

#include <benchmark/benchmark.h>
#include <tbb/task_arena.h>

#include "core/radiance/analytic_scene.h"
#include "core/radiance/image_quality.h"
#include "core/radiance/ray_pass.h"
#include "core/radiance/renderer.h"
#include "core/radiance/trainer.h"

using namespace convergence::radiance;

namespace {

using Clock = std::chrono::steady_clock;

struct Setting {
    std::shared_ptr<const Scene> scene;
    TrainerOptions options;
};

Setting quick() {
    Setting setting;
    setting.scene = std::make_shared<Scene>(analyticScene({.imageSize = 64, .trainingViews = 30}));
    TrainerOptions& options = setting.options;
    options.coarse.steps = 600;
    options.coarse.voxels = 32.0 * 32.0 * 32.0;
    options.fine.steps = 1000;
    options.fine.voxels = 64.0 * 64.0 * 64.0;
    options.rays = 256;
    options.color.width = 32;
    options.checkpoints = {50, 100};
    options.shiftDecay = 0.0;
    return setting;
}

Setting standard() {
    Setting setting = quick();
    setting.scene = std::make_shared<Scene>(analyticScene({.imageSize = 100, .trainingViews = 50}));
    TrainerOptions& options = setting.options;
    options.coarse.steps = 1000;
    options.coarse.voxels = 64.0 * 64.0 * 64.0;
    options.fine.steps = 1500;
    options.fine.voxels = 96.0 * 96.0 * 96.0;
    options.rays = 2048;
    options.color.width = 64;
    options.checkpoints = {75, 150};
    return setting;
}

double heldOutPsnr(const Field& field, const Scene& scene) {
    double sum = 0.0;
    for (const PosedPicture& posed : scene.heldOut)
        sum += psnr(meanSquaredError(render(field, posed.camera, {.nearest = scene.nearest}).rgb,
                                     colorsOf(posed.picture)));
    return sum / static_cast<double>(scene.heldOut.size());
}

/// Processor time of this process: what other programs take does not count.
double processorSeconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// RADIANCE_STEPS_SCALE=0.2 makes runs a fifth as long.
double stepsScale() {
    const char* text = std::getenv("RADIANCE_STEPS_SCALE");
    return text ? std::atof(text) : 1.0;
}

struct PhaseTimes {
    double wall = 0.0, processor = 0.0, samples = 0.0;
    double first = 0.0; ///< wall time of the first step, mostly preparation; not in the sums
};

/// A whole training run. Refreshes of the mask and doublings are in the steps they belong to.
void training(benchmark::State& state, Setting (*setting)(), int threads) {
    tbb::task_arena arena(threads == 0 ? tbb::task_arena::automatic : threads);
    for (auto _ : state) {
        Setting now = setting();
        for (StageOptions* stage : {&now.options.coarse, &now.options.fine})
            stage->steps = std::lround(static_cast<double>(stage->steps) * stepsScale());
        for (std::int64_t& checkpoint : now.options.checkpoints)
            checkpoint = std::lround(static_cast<double>(checkpoint) * stepsScale());
        Trainer trainer(now.scene, now.options);
        PhaseTimes coarse, fine;
        arena.execute([&] {
            while (trainer.phase() != Phase::finished) {
                const bool inCoarse = trainer.steps() < now.options.coarse.steps;
                const bool isFirst =
                    trainer.steps() == 0 || trainer.steps() == now.options.coarse.steps;
                PhaseTimes& times = inCoarse ? coarse : fine;
                const double samples = trainer.coloredSamples();
                const double processor = processorSeconds();
                const auto begin = Clock::now();
                trainer.step();
                const double wall = std::chrono::duration<double>(Clock::now() - begin).count();
                if (isFirst) {
                    times.first = wall;
                    continue;
                }
                times.wall += wall;
                times.processor += processorSeconds() - processor;
                times.samples += trainer.coloredSamples() - samples;
            }
        });
        const auto report = [&](const PhaseTimes& times, const std::string& name,
                                std::int64_t steps) {
            const auto n = static_cast<double>(steps - 1);
            state.counters[name + "_steps_per_s"] = n / times.wall;
            state.counters[name + "_wall_ms"] = 1e3 * times.wall / n;
            state.counters[name + "_processor_ms"] = 1e3 * times.processor / n;
            state.counters[name + "_first_step_ms"] = 1e3 * times.first;
            state.counters[name + "_samples_a_step"] = times.samples / n;
        };
        report(coarse, "coarse", now.options.coarse.steps);
        report(fine, "fine", now.options.fine.steps);
        state.counters["psnr_held_out"] = heldOutPsnr(*trainer.field(), *now.scene);
    }
}
BENCHMARK_CAPTURE(training, quick_all_cores, quick, 0)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(training, quick_one_core, quick, 1)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(training, standard_all_cores, standard, 0)
    ->Iterations(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(training, standard_one_core, standard, 1)
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

// ---- Parts of a fine step of quick, on the field that 1,600 steps gave -------------------------

struct Trained {
    Setting setting = quick();
    Trainer trainer{setting.scene, setting.options};
    std::vector<PassRay> rays;

    Trained() {
        while (trainer.phase() != Phase::finished)
            trainer.step();
        const PosedPicture& posed = setting.scene->training.front();
        for (int i = 0; i < 256; ++i) {
            const int column = (i % 16) * 4 + 2, row = (i / 16) * 4 + 2;
            rays.push_back({.origin = posed.camera.position(),
                            .direction = posed.camera.direction(column, row),
                            .target = {0.5F, 0.5F, 0.5F}});
        }
    }
};
Trained& trained() {
    static Trained once;
    return once;
}

/// Samples of 256 rays: marched once, then what later parts work on.
struct Marched {
    AlignedArray<std::int32_t> cell{1 << 20};
    std::array<AlignedArray<float>, 3> fraction{
        AlignedArray<float>(1 << 20), AlignedArray<float>(1 << 20), AlignedArray<float>(1 << 20)};
    AlignedArray<float> place{1 << 20}, opacity{1 << 20}, transmittance{1 << 20}, slope{1 << 20};
    std::vector<std::int32_t> chosen;
    std::int64_t inBox = 0;
    std::int32_t active = 0;

    Samples<float> from(std::int32_t n) {
        return {cell.data() + n,
                {fraction[0].data() + n, fraction[1].data() + n, fraction[2].data() + n},
                place.data() + n,
                opacity.data() + n,
                transmittance.data() + n,
                slope.data() + n};
    }
    void march() {
        const Trained& from_ = trained();
        const Field& field = *from_.trainer.field();
        const MarchGrid<float> grid = marchGrid(field);
        active = 0;
        inBox = 0;
        chosen.clear();
        for (const PassRay& ray : from_.rays) {
            const auto result = rayKernels<float>().march(
                grid, marchRay(field, ray, from_.setting.scene->nearest), from(active));
            for (std::int32_t i = active; i < active + result.active; ++i) {
                const auto s = static_cast<std::size_t>(i);
                if (opacity[s] * transmittance[s] > grid.threshold)
                    chosen.push_back(i);
            }
            active += result.active;
            inBox += result.inBox;
        }
    }
};

void samplesPerSecond(benchmark::State& state, std::size_t samples) {
    state.counters["samples_per_s"] = benchmark::Counter(
        static_cast<double>(samples), benchmark::Counter::kIsIterationInvariantRate);
}

/// Setting rays up, marching them, opacity and choice; samples are those in the box.
void march(benchmark::State& state) {
    Marched marched;
    marched.march(); // trains the field if this is the first part
    for (auto _ : state)
        marched.march();
    samplesPerSecond(state, static_cast<std::size_t>(marched.inBox));
    state.counters["colored"] = static_cast<double>(marched.chosen.size());
}
BENCHMARK(march);

void gatherFeatures(benchmark::State& state) {
    Marched marched;
    marched.march();
    const Field& field = *trained().trainer.field();
    AlignedArray<float> out(marched.chosen.size() * 12 + 64);
    const auto count = static_cast<std::int32_t>(marched.chosen.size());
    for (auto _ : state)
        rayKernels<float>().gather(field.shape.size.data(), field.features.data(),
                                   field.featureStride, marched.from(0), marched.chosen.data(),
                                   count, out.data(), 12);
    samplesPerSecond(state, marched.chosen.size());
    state.counters["bytes_per_s"] = benchmark::Counter(
        static_cast<double>(marched.chosen.size()) * (8 + 1) * 12 * sizeof(float),
        benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(gatherFeatures);

/// A hidden layer's product for 1,024 samples: `transposed` as for the weights' gradient.
void product(benchmark::State& state) {
    constexpr std::int32_t rows = 1024;
    const auto width = static_cast<std::int32_t>(state.range(0));
    const bool transposed = state.range(1) != 0;
    const auto wide = static_cast<std::size_t>(width);
    AlignedArray<float> a(rows * wide), b(std::max<std::size_t>(rows, wide) * wide),
        c(std::max<std::size_t>(rows, wide) * wide);
    a.fill(1.0F);
    b.fill(0.5F);
    Product<float> p{};
    p.a = a.data();
    p.aRow = transposed ? 1 : width;
    p.aStep = transposed ? width : 1;
    p.b = b.data();
    p.bRow = width;
    p.c = c.data();
    p.cRow = width;
    p.rows = transposed ? width : rows;
    p.columns = width;
    p.depth = transposed ? rows : width;
    for (auto _ : state) {
        rayKernels<float>().multiply(ProductKind::plain, p);
        benchmark::ClobberMemory();
    }
    state.counters["flops"] = benchmark::Counter(2.0 * rows * width * width,
                                                 benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(product)->ArgsProduct({{32, 64, 128}, {0, 1}});

/// Forward and back of a whole batch, without the optimizer.
void differentiate(benchmark::State& state) {
    Trained& from = trained();
    RayPass<float> pass;
    tbb::task_arena one(1);
    double colored = 0.0;
    for (auto _ : state)
        one.execute([&] {
            colored = pass.differentiate(*from.trainer.field(), from.rays,
                                         {.backgroundEntropy = 0.001, .perPoint = 0.01})
                          .colored;
        });
    samplesPerSecond(state, static_cast<std::size_t>(colored));
}
BENCHMARK(differentiate);

/// Gathering the grids' gradients plane by plane, and dropping them.
void gatherPlanes(benchmark::State& state) {
    Trained& from = trained();
    const Field& field = *from.trainer.field();
    RayPass<float> pass;
    tbb::task_arena one(1);
    const double colored = pass.differentiate(field, from.rays, {}).colored;
    for (auto _ : state)
        one.execute([&] {
            pass.takePlanes(field, [&](PlaneGradient<float>& plane) {
                std::fill_n(plane.density, plane.points, 0.0F);
                std::fill_n(plane.features,
                            plane.points * static_cast<std::size_t>(field.featureStride), 0.0F);
                std::fill_n(plane.touchedDensity, (plane.points + 63) / 64, std::uint64_t{0});
                std::fill_n(plane.touchedFeatures, (plane.points + 63) / 64, std::uint64_t{0});
            });
        });
    samplesPerSecond(state, static_cast<std::size_t>(colored));
}
BENCHMARK(gatherPlanes);

// ---- What the machine can do -----------------------------------------------------------------

void adam(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    AlignedArray<float> p(count), m(count), v(count), g(count);
    for (AlignedArray<float>* array : {&p, &m, &v, &g})
        array->fill(1e-3F);
    const AdamStep<float> step{1e-3F, 0.9F, 0.99F, 1e-8F, false};
    for (auto _ : state)
        rayKernels<float>().adam(step, p.data(), m.data(), v.data(), g.data(), nullptr,
                                 static_cast<std::ptrdiff_t>(count));
    state.counters["bytes_per_s"] =
        benchmark::Counter(8.0 * sizeof(float) * static_cast<double>(count),
                           benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(adam)->Arg(1 << 14)->Arg(1 << 24);

/// Reads and writes an array larger than all caches.
void memoryRoof(benchmark::State& state) {
    constexpr std::size_t count = std::size_t{1} << 26;
    AlignedArray<float> a(count);
    a.fill(1.0F);
    for (auto _ : state) {
        for (std::size_t i = 0; i < count; ++i)
            a[i] *= 1.0001F;
        benchmark::ClobberMemory();
    }
    state.counters["bytes_per_s"] =
        benchmark::Counter(2.0 * sizeof(float) * static_cast<double>(count),
                           benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(memoryRoof);

/// Multiply-adds that stay in registers.
__attribute__((target_clones("arch=x86-64-v4", "default"))) float multiplyAdds(int rounds) {
    typedef float Lanes __attribute__((vector_size(64)));
    Lanes sum[12];
    for (int i = 0; i < 12; ++i)
        sum[i] = Lanes{} + static_cast<float>(i);
    Lanes factor = Lanes{} + 0.999F, term = Lanes{} + 0.001F;
    benchmark::DoNotOptimize(factor);
    benchmark::DoNotOptimize(term);
    for (int round = 0; round < rounds; ++round)
        for (auto& s : sum)
            s = s * factor + term;
    float total = 0.0F;
    for (const auto& s : sum)
        total += s[0];
    return total;
}
void arithmeticRoof(benchmark::State& state) {
    constexpr int rounds = 10000;
    for (auto _ : state)
        benchmark::DoNotOptimize(multiplyAdds(rounds));
    state.counters["flops"] =
        benchmark::Counter(2.0 * 16 * 12 * rounds, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(arithmeticRoof);

} // namespace
