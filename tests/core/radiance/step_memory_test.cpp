// Training steps take no memory once a stage is set up.

#include <cstdlib>

#include <QtTest>
#include <tbb/global_control.h>

#include "core/radiance/analytic_scene.h"
#include "core/radiance/trainer.h"
#include "tests/registered_test.h"

using namespace convergence::radiance;

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define COUNTS_ALLOCATIONS
// Grids take memory by calloc and not by operator new, so malloc and calloc are what is counted.
namespace {
thread_local long allocations = 0;
}
extern "C" void* __libc_malloc(std::size_t size);
extern "C" void* __libc_calloc(std::size_t count, std::size_t size);
extern "C" void* malloc(std::size_t size) {
    ++allocations;
    return __libc_malloc(size);
}
extern "C" void* calloc(std::size_t count, std::size_t size) {
    ++allocations;
    return __libc_calloc(count, size);
}
#endif

class StepMemoryTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void stepsDoNotAllocate_data() {
        QTest::addColumn<int>("activation");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("features");
        QTest::addColumn<double>("smoothing");
        QTest::newRow("post, 12 features") << int(Activation::post) << 16 << 12 << 0.0;
        QTest::newRow("pre, 5 features") << int(Activation::pre) << 32 << 5 << 0.0;
        QTest::newRow("nearest, no features") << int(Activation::nearest) << 16 << 0 << 0.0;
        QTest::newRow("smoothed") << int(Activation::post) << 16 << 12 << 1e-3;
    }
    void stepsDoNotAllocate() {
#ifndef COUNTS_ALLOCATIONS
        QSKIP("allocations cannot be counted in this build");
#else
        QFETCH(int, activation);
        QFETCH(int, width);
        QFETCH(int, features);
        QFETCH(double, smoothing);
        const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
        const auto scene = std::make_shared<const Scene>(
            analyticScene({.imageSize = 24, .trainingViews = 8, .seed = 1}));
        TrainerOptions options;
        options.coarse.steps = 300;
        options.coarse.voxels = 16 * 16 * 16;
        options.fine.steps = 60;
        options.fine.voxels = 20 * 20 * 20;
        options.activation = Activation(activation);
        options.color = {.features = features, .width = width};
        options.rays = 500; // several permutations of the rays
        options.checkpoints = {30};
        options.tvDensity = options.tvFeatures = smoothing;
        Trainer trainer(scene, options);
        long counted = 0;
        bool useful = true;
        while (trainer.phase() != Phase::finished) {
            // A stage, a doubling begins: its memory is taken.
            const std::int64_t inFine = trainer.steps() - 300;
            const bool begins = trainer.steps() == 0 || inFine == 0 || inFine == 29;
            const long before = allocations;
            useful &= trainer.step() == Trainer::Outcome::stepped;
            if (!begins)
                counted += allocations - before;
            else
                QVERIFY2(allocations > before, "the counter does not see allocations");
        }
        QVERIFY(useful && trainer.coloredSamples() > 1e5);
        QCOMPARE(counted, 0L);
#endif
    }
};

REGISTER_TEST(StepMemoryTest)
#include "step_memory_test.moc"
