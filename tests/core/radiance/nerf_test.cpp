// The NeRF baseline against finite differences in double and against what it should learn.

#include <cmath>

#include <QtTest>
#include <tbb/global_control.h>

#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "core/radiance/analytic_scene.h"
#include "core/radiance/image_quality.h"
#include "core/radiance/nerf.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::radiance;
using Nerf = BasicNerf<double>;
using Eigen::Index;

namespace {

constexpr std::uint64_t seed = 17;

/// Rays through the scene's middle; 11 of them, so that the last block is not full.
Nerf::Rays someRays(Index count) {
    RandomStream stream({.seed = seed, .purpose = "test rays"});
    Nerf::Rays rays;
    rays.origins.resize(3, count);
    rays.directions.resize(3, count);
    rays.colors.resize(3, count);
    rays.offsets.resize(count);
    for (Index i = 0; i < count; ++i) {
        const Eigen::Vector3d from(stream.normal(), stream.normal(), stream.normal());
        rays.origins.col(i) = 4.03 * from.normalized();
        const Eigen::Vector3d to(stream.uniform(-0.5, 0.5), stream.uniform(-0.5, 0.5), 0.0);
        rays.directions.col(i) = (to - rays.origins.col(i)).normalized();
        for (int channel = 0; channel < 3; ++channel)
            rays.colors(channel, i) = stream.uniform();
        rays.offsets[i] = stream.uniform();
    }
    return rays;
}

} // namespace

class NerfTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void gradientAgreesWithDifferences() {
        qInfo("seed %llu", static_cast<unsigned long long>(seed));
        Nerf nerf(2.0, 6.0, seed);
        const Nerf::Rays rays = someRays(11);
        nerf.lossAndGradient(rays);
        const Eigen::VectorXd gradient = nerf.gradient();
        const Eigen::VectorXd parameters = nerf.parameters();
        RandomStream stream({.seed = seed, .purpose = "test directions"});
        // Single entries from all layers, then whole random directions. A ReLU that switches within
        // the step would spoil a difference: the step is small.
        const auto loss = [&] { return nerf.lossAndGradient(rays); };
        std::vector<std::size_t> entries(150);
        for (std::size_t& entry : entries)
            entry = stream.integer(std::uint64_t(parameters.size()));
        const GradientCheck check =
            checkGradient(loss, nerf.parameters(), gradient, {.entries = entries});
        QVERIFY2(check.relativeError() < 1e-5, check.text().c_str());
        // The last layers alone, exactly: biases of density and color.
        const auto total = std::size_t(parameters.size());
        const std::vector<std::size_t> biases{total - 3, total - 2, total - 1};
        const GradientCheck last =
            checkGradient(loss, nerf.parameters(), gradient, {.step = 1e-5, .entries = biases});
        expectNear(last.relativeError(), 0.0, 1e-8, last.text());
        for (int i = 0; i < 5; ++i) {
            Eigen::VectorXd direction(parameters.size());
            stream.fillNormal({direction.data(), std::size_t(direction.size())});
            double along = 0.0;
            const double slope = gradient.dot(direction);
            const auto shifted = [&] {
                nerf.parameters() = parameters + along * direction;
                return loss();
            };
            const GradientCheck directed =
                checkGradient(shifted, {&along, 1}, {&slope, 1}, {.step = 1e-8});
            expectNear(directed.error, 0.0, 1e-4 * gradient.norm(), directed.text());
        }
    }

    void lossIsThatOfTheRenderedColors() {
        Nerf nerf(2.0, 6.0, seed);
        const Nerf::Rays rays = someRays(20);
        const Nerf::Matrix3X colors = nerf.render(rays).colors;
        const double expected = (colors - rays.colors).squaredNorm() / 60.0;
        expectNear(nerf.lossAndGradient(rays), expected, 1e-14);
    }

    void nothingInTheWayIsSeenThrough() {
        // Every weight zero: density softplus(−1) everywhere, so that T_last and depth have closed
        // forms; the color is ½.
        Nerf nerf(2.0, 6.0, seed);
        nerf.parameters().setZero();
        Nerf::Rays rays = someRays(9);
        rays.offsets.setConstant(0.5);
        const Nerf::Seen seen = nerf.render(rays);
        const double keep = std::exp(-5.0 * 4.0 / 64.0 * std::log1p(std::exp(-1.0)));
        const double last = std::pow(keep, 64);
        double depth = 0.0;
        for (int k = 0; k < 64; ++k)
            depth += std::pow(keep, k) * (1.0 - keep) * (2.0 + 4.0 * (k + 0.5) / 64.0);
        for (Index i = 0; i < 9; ++i) {
            expectNear(seen.transparency[i], last, 1e-12);
            expectNear(seen.depth[i], depth, 1e-12);
            expectNear(seen.colors(1, i), 0.5 * (1.0 - last) + last, 1e-12);
        }
    }

    void resultsDoNotDependOnThreads() {
        const auto scene = std::make_shared<const Scene>(
            analyticScene({.imageSize = 16, .trainingViews = 3, .seed = 1}));
        const auto train = [&] {
            NerfTrainer trainer(scene, 50, seed);
            for (int t = 0; t < 3; ++t)
                trainer.step(1e-3);
            return std::pair{trainer.loss(), trainer.render(scene->heldOut[0].camera).rgb};
        };
        const auto parallel = train();
        const tbb::global_control one(tbb::global_control::max_allowed_parallelism, 1);
        QVERIFY(parallel == train());
    }

    void learnsTheScene() {
        const auto scene = std::make_shared<const Scene>(
            analyticScene({.imageSize = 24, .trainingViews = 12, .seed = 1}));
        NerfTrainer trainer(scene, 64, seed);
        const PosedPicture& view = scene->heldOut[0];
        const auto quality = [&] {
            return psnr(meanSquaredError(trainer.render(view.camera).rgb, colorsOf(view.picture)));
        };
        const double before = quality();
        for (int t = 0; t < 120; ++t)
            QVERIFY(trainer.step(1e-3));
        qInfo("%.2f dB, then %.2f dB", before, quality());
        QVERIFY(quality() > before + 1.0);
    }
};

REGISTER_TEST(NerfTest)
#include "nerf_test.moc"
