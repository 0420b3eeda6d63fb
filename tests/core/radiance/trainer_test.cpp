// Training: its parts against direct computations, and the whole on a small scene.

#include <cmath>

#include <QtTest>
#include <tbb/global_control.h>

#include "core/error.h"
#include "core/math/random.h"
#include "core/radiance/analytic_scene.h"
#include "core/radiance/coarse_geometry.h"
#include "core/radiance/grid_optimizer.h"
#include "core/radiance/quality_sample.h"
#include "core/radiance/trainer.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::radiance;
using Eigen::Vector3d;

namespace {

constexpr std::uint64_t seed = 9;

std::shared_ptr<const Scene> smallScene() {
    static const auto scene = std::make_shared<const Scene>(
        analyticScene({.imageSize = 32, .trainingViews = 12, .seed = 1}));
    return scene;
}

TrainerOptions smallOptions() {
    TrainerOptions options;
    options.coarse.steps = 250;
    options.coarse.voxels = 20 * 20 * 20;
    options.fine.steps = 400;
    options.fine.voxels = 28 * 28 * 28;
    options.color = {.features = 6, .width = 16};
    options.rays = 128;
    options.checkpoints = {20, 40};
    options.seed = seed;
    return options;
}

double quality(const Field& field) {
    return qualityOf(smallScene()->heldOut,
                     [&](const Camera& camera) { return render(field, camera, {}).rgb; })
        .psnr;
}

Field randomField(const ColorOptions& color) {
    Field field(GridShape::forVoxels({{-1, -1, -1}, {1, 1, 1}}, 9 * 9 * 9, 9 * 9 * 9),
                Activation::post, 1e-2, color, seed);
    RandomStream stream({.seed = seed, .purpose = "test field"});
    for (float& value : field.density)
        value = static_cast<float>(stream.normal() * 2.0);
    return field;
}

std::vector<PassRay> someRays(int count) {
    RandomStream stream({.seed = seed, .purpose = "test rays"});
    std::vector<PassRay> rays;
    for (int i = 0; i < count; ++i) {
        const Vector3d origin =
            4.0 * Vector3d(stream.normal(), stream.normal(), stream.normal()).normalized();
        rays.push_back({.origin = origin, .direction = -origin.normalized()});
    }
    return rays;
}

} // namespace

class TrainerTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void stepsAreAdam_data() {
        QTest::addColumn<bool>("skipZero");
        QTest::addColumn<bool>("relative");
        QTest::addColumn<double>("smoothing");
        QTest::addColumn<bool>("dense");
        QTest::newRow("plain") << false << false << 0.0 << false;
        QTest::newRow("rates by voxel") << false << true << 0.0 << false;
        QTest::newRow("zero gradients skipped") << true << false << 0.0 << false;
        QTest::newRow("smoothed where touched") << true << false << 3.0 << false;
        QTest::newRow("smoothed everywhere") << true << false << 3.0 << true;
    }
    void stepsAreAdam() {
        QFETCH(bool, skipZero);
        QFETCH(bool, relative);
        QFETCH(double, smoothing);
        QFETCH(bool, dense);
        Field field = randomField({.features = 5, .width = 16});
        const auto rays = someRays(6); // few, so that most of the grid is not touched
        const PassOptions passOptions{.nearest = 1.0};
        RayPass<float> pass;
        GridOptimizer optimizer(field, skipZero ? GridOptimizer::AtZero::keep
                                                : GridOptimizer::AtZero::step);
        const std::size_t points = field.density.size();
        AlignedArray<float> rates(relative ? points : 0);
        for (std::size_t i = 0; i < rates.size(); ++i)
            rates[i] = static_cast<float>(i % 7) / 7.0F;
        std::vector<double> m(points), v(points);
        std::size_t untouched = 0;
        for (int t = 1; t <= 4; ++t) {
            // The gradient of this step, taken by another pass.
            RayPass<float> other;
            other.differentiate(field, rays, passOptions);
            std::vector<double> gradient(points);
            other.takePlanes(field, [&](PlaneGradient<float>& plane) {
                std::copy_n(plane.density, plane.points,
                            gradient.begin() + std::ptrdiff_t(std::size_t(plane.x) * plane.points));
                std::fill_n(plane.density, plane.points, 0.0F);
                std::fill_n(plane.features, plane.points * 8, 0.0F);
            });
            const std::vector<float> before(field.density.begin(), field.density.end());
            pass.differentiate(field, rays, passOptions);
            optimizer.step(field, pass, {0.1, 0.1, 1e-3}, rates,
                           {.density = smoothing, .dense = dense, .rays = 6});
            const GridShape& shape = field.shape;
            const double decay = std::pow(0.1, (t - 1) / 20000.0);
            const double h =
                0.1 * decay * std::sqrt(1 - std::pow(0.99, t)) / (1 - std::pow(0.9, t));
            std::size_t i = 0;
            for (int x = 0; x < shape.size[0]; ++x)
                for (int y = 0; y < shape.size[1]; ++y)
                    for (int z = 0; z < shape.size[2]; ++z, ++i) {
                        double g = gradient[i];
                        const double w = smoothing * shape.size[0] / 128.0 / 6.0 / 6.0;
                        if (smoothing > 0.0 && (dense || g != 0.0))
                            for (const auto& [dx, dy, dz] : {std::array{1, 0, 0},
                                                             {-1, 0, 0},
                                                             {0, 1, 0},
                                                             {0, -1, 0},
                                                             {0, 0, 1},
                                                             {0, 0, -1}}) {
                                const std::array n{x + dx, y + dy, z + dz};
                                if (std::all_of(n.begin(), n.end(),
                                                [&](int c) { return c >= 0 && c < shape.size[0]; }))
                                    g += w * std::clamp(double(before[i]) -
                                                            before[shape.index(n[0], n[1], n[2])],
                                                        -1.0, 1.0);
                            }
                        untouched += g == 0.0;
                        double expected = before[i];
                        if (!skipZero || g != 0.0) {
                            m[i] = 0.9 * m[i] + 0.1 * g;
                            v[i] = 0.99 * v[i] + 0.01 * g * g;
                            expected -= h * (relative ? double(rates[i]) : 1.0) * m[i] /
                                        (std::sqrt(v[i]) + 1e-8);
                        }
                        // Tiny gradients have a sign that only doubles know.
                        if (std::abs(g) > 1e-9 || g == 0.0)
                            expectNear(field.density[i], expected, 2e-3);
                    }
        }
        QVERIFY(dense || untouched > 0);
    }

    void boxesHoldWhatTheySay() {
        const Scene& scene = *smallScene();
        const Box box = frustumOf(scene);
        for (const PosedPicture& posed : scene.training)
            for (const double distance : {2.0, 4.0, 6.0}) {
                const Vector3d point =
                    posed.camera.position() + distance * posed.camera.direction(31, 0).normalized();
                QVERIFY(((point - box.low).array() >= -1e-12).all());
                QVERIFY(((box.high - point).array() >= -1e-12).all());
            }
        Field field = randomField({.features = 3, .width = 0});
        field.density.fill(-10.0F);
        const GridShape& shape = field.shape;
        field.density[shape.index(2, 3, 4)] = 10.0F;
        field.density[shape.index(5, 6, 5)] = 10.0F;
        const Box tight = tightBox(field, 1e-3, 1.05);
        const Vector3d low = shape.toWorld(Vector3d(2, 3, 4));
        const Vector3d high = shape.toWorld(Vector3d(5, 6, 5));
        expectNear(tight.low, low - 0.025 * (high - low), 1e-12);
        expectNear(tight.high, high + 0.025 * (high - low), 1e-12);
        field.density.fill(-10.0F); // nothing at all: the whole box
        QVERIFY(tightBox(field, 1e-3, 1.0).extent().isApprox(shape.box.extent()));
    }

    void viewsAreCounted() {
        const Scene& scene = *smallScene();
        Field field(GridShape::forVoxels(frustumOf(scene), 12 * 12 * 12, 12 * 12 * 12),
                    Activation::post, 1e-6, {.features = 3, .width = 0}, seed);
        const auto views = countViews(field, scene, {});
        QVERIFY(views.has_value());
        // What all cameras look at is seen by all; what is behind a camera by none of it.
        const Vector3d u = field.shape.toGrid(Vector3d::Zero());
        const std::size_t middle = field.shape.index(int(std::lround(u[0])), int(std::lround(u[1])),
                                                     int(std::lround(u[2])));
        QCOMPARE(int((*views)[middle]), 12);
        QVERIFY(*std::min_element(views->begin(), views->end()) < 3);
        // Twin for one grid point: sums of weights, sample by sample.
        const auto point = field.shape.index(4, 6, 3);
        int expected = 0;
        for (const PosedPicture& posed : scene.training) {
            double sum = 0.0;
            for (int row = 0; row < 32; ++row)
                for (int column = 0; column < 32; ++column) {
                    const auto march =
                        marchRay(field,
                                 PassRay{.origin = posed.camera.position(),
                                         .direction = posed.camera.direction(column, row)},
                                 2.0);
                    for (int k = 0; k < march.count; ++k) {
                        double weight = 1.0;
                        bool inside = true;
                        for (std::size_t axis = 0; axis < 3; ++axis) {
                            const double at =
                                double(march.start[axis]) + k * double(march.step[axis]);
                            inside = inside && at >= 0.0 && at <= field.shape.size[axis] - 1;
                            weight *= std::max(0.0, 1.0 - std::abs(at - std::array{4, 6, 3}[axis]));
                        }
                        sum += inside ? weight : 0.0;
                    }
                }
            expected += sum > 1.0;
        }
        QCOMPARE(int((*views)[point]), expected);
        QVERIFY(!countViews(field, scene, [] { return true; }).has_value());
    }

    void bothStagesLearn() {
        Trainer trainer(smallScene(), smallOptions());
        QVERIFY(trainer.field() == nullptr);
        while (trainer.steps() < 250)
            QVERIFY(trainer.step() == Trainer::Outcome::stepped);
        const double coarse = quality(*trainer.field());
        QVERIFY(trainer.coarseField() == nullptr);
        std::vector<std::size_t> sizes;
        while (trainer.phase() != Phase::finished) {
            QVERIFY(trainer.step() == Trainer::Outcome::stepped);
            if (sizes.empty() || sizes.back() != trainer.field()->shape.count())
                sizes.push_back(trainer.field()->shape.count());
            if (trainer.stepInPhase() == 20)
                QCOMPARE(trainer.field()->shift,
                         std::log(1.0 / 0.99 - 1.0) - trainer.options().shiftDecay);
        }
        const double fine = quality(*trainer.field());
        qInfo("coarse %.2f dB, fine %.2f dB", coarse, fine);
        QVERIFY(coarse > 12.0 && fine > coarse);
        QCOMPARE(sizes.size(), std::size_t{3});
        expectNear(double(sizes[2]) / double(sizes[0]), 4.0, 0.6);
        // The fine box is a part of what cameras see.
        QVERIFY(trainer.field()->shape.box.extent().prod() <
                0.5 * trainer.frustumBox().extent().prod());
        QCOMPARE(trainer.rates().density, 0.1 * std::pow(0.1, 361 / 20000.0)); // restarted at 40
    }

    void resultsDoNotDependOnThreads() {
        const auto train = [] {
            TrainerOptions options = smallOptions();
            options.coarse.steps = 30;
            options.fine.steps = 30;
            options.jitter = true;
            options.tvDensity = 1e-3;
            Trainer trainer(smallScene(), options);
            while (trainer.phase() != Phase::finished)
                trainer.step();
            const Field& field = *trainer.field();
            return std::tuple{trainer.metrics().loss,
                              std::vector<float>(field.density.begin(), field.density.end()),
                              std::vector<float>(field.features.begin(), field.features.end())};
        };
        const auto parallel = train();
        const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
        QVERIFY(parallel == train());
    }

    void stopsDuringPreparationAndGoesOn() {
        TrainerOptions options = smallOptions();
        options.coarse.steps = 3;
        options.fine.steps = 3;
        Trainer stopped(smallScene(), options);
        Trainer other(smallScene(), options);
        QVERIFY(stopped.step([] { return true; }) == Trainer::Outcome::interrupted);
        QCOMPARE(stopped.steps(), 0);
        while (other.phase() != Phase::finished) {
            stopped.step([] { return true; });
            QVERIFY(other.step() == Trainer::Outcome::stepped);
            while (stopped.steps() < other.steps())
                QVERIFY(stopped.step() == Trainer::Outcome::stepped);
            QCOMPARE(stopped.metrics().loss, other.metrics().loss);
        }
    }

    void stagesMayBeLeftOut() {
        TrainerOptions options = smallOptions();
        options.coarse.steps = 0;
        options.fine.steps = 4;
        options.checkpoints = {2};
        Trainer fineOnly(smallScene(), options);
        while (fineOnly.phase() != Phase::finished)
            QVERIFY(fineOnly.step() == Trainer::Outcome::stepped);
        QVERIFY(fineOnly.field()->shape.box.extent().isApprox(fineOnly.frustumBox().extent()));
        options.fine.steps = 0;
        QVERIFY_THROWS_EXCEPTION(InputError, Trainer(smallScene(), options));
        QVERIFY_THROWS_EXCEPTION(InputError, Trainer(std::make_shared<const Scene>(), options));
    }

    void viewCountsEmptyOnlyWithTheirRate() {
        const auto firstStep = [](bool rate) {
            TrainerOptions options = smallOptions();
            options.viewCountRate = rate;
            Trainer trainer(smallScene(), options);
            trainer.step();
            return std::pair{trainer.field()->occupancy.fraction(), trainer.viewCounts()};
        };
        const auto [withRate, views] = firstStep(true);
        const auto seen = std::count_if(views.begin(), views.end(), [](int n) { return n > 2; });
        QVERIFY(seen > 0 && std::size_t(seen) < views.size());
        QCOMPARE(withRate, double(seen) / double(views.size()));
        const auto [without, none] = firstStep(false);
        QCOMPARE(without, 1.0);
        QVERIFY(none.empty());
    }

    void coarseGridKeepsItsRatesWhenDoubled() {
        TrainerOptions options = smallOptions();
        options.coarse.steps = 5;
        options.coarse.initialOpacity = 0.1; // gradients far above Adam's ε
        Trainer trainer(smallScene(), options);
        trainer.step();
        QVERIFY(trainer.doubleGrid());
        const Field before = *trainer.field();
        const std::vector<std::uint16_t> views = trainer.viewCounts();
        QCOMPARE(views.size(), before.shape.count());
        QVERIFY(trainer.step() == Trainer::Outcome::stepped);
        // Adam's first step is the rate itself, whatever the gradient.
        const double most = *std::max_element(views.begin(), views.end());
        std::size_t moved = 0;
        for (std::size_t i = 0; i < views.size(); ++i) {
            const double step =
                std::abs(double(trainer.field()->density[i]) - double(before.density[i]));
            QVERIFY(step <= 0.1 * views[i] / most + 1e-4);
            moved += step > 0.09 * views[i] / most && step > 1e-3;
        }
        QVERIFY(moved > views.size() / 10);
    }

    void gridAndMaskChangeOnDemand() {
        TrainerOptions options = smallOptions();
        options.coarse.steps = 5;
        Trainer trainer(smallScene(), options);
        QVERIFY(!trainer.doubleGrid()); // nothing there yet
        trainer.step();
        const std::size_t before = trainer.field()->shape.count();
        QVERIFY(trainer.doubleGrid());
        expectNear(double(trainer.field()->shape.count()) / double(before), 2.0, 0.4);
        trainer.refreshMask();
        QVERIFY(trainer.step() == Trainer::Outcome::stepped);
    }

    void gridGrowsToWhatTheOptionsReserveAndNoFurther() {
        TrainerOptions options = smallOptions();
        options.coarse.steps = 5;
        Trainer trainer(smallScene(), options);
        trainer.step();
        // Five numbers a point in the coarse stage, of 28³ times nine that the fine one takes; no
        // machine lacks the memory for one doubling more.
        std::size_t doublings = 0;
        try {
            for (; doublings < 10; ++doublings)
                QVERIFY(trainer.doubleGrid());
            QFAIL("never refused");
        } catch (const InputError& error) {
            QVERIFY2(QString(error.what()).contains("reserve"), error.what());
        }
        QCOMPARE(doublings, std::size_t(2));
        const std::size_t points = trainer.field()->shape.count();
        QVERIFY(Field::bytes(double(points), trainer.field()->color, FieldUse::training) <=
                Trainer::gridBytes(options));
        QVERIFY(trainer.step() == Trainer::Outcome::stepped); // the trial goes on
    }
};

REGISTER_TEST(TrainerTest)
#include "trainer_test.moc"
