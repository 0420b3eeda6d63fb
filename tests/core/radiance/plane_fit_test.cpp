// The fit in the plane against finite differences, direct formulas and published orders.

#include <cmath>

#include <QtTest>

#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "core/radiance/image_quality.h"
#include "core/radiance/plane_fit.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::radiance;
using Eigen::VectorXd;

namespace {

constexpr std::uint64_t seed = 4;

VectorXd randomValues(int gridSize) {
    VectorXd values(gridSize * gridSize);
    RandomStream({.seed = seed, .purpose = "test values"})
        .fillNormal({values.data(), std::size_t(values.size())}, 2.0);
    return values;
}

double trained(PlaneShape shape, Activation activation, int gridSize) {
    PlaneFit fit(shape, activation, gridSize);
    for (std::int64_t t = 0; t < PlaneFit::steps; ++t)
        fit.step();
    return psnr(fit.error());
}

} // namespace

class PlaneFitTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void gradientsAgreeWithDifferences() {
        qInfo("seed %llu", static_cast<unsigned long long>(seed));
        for (const Activation activation :
             {Activation::post, Activation::in, Activation::pre, Activation::nearest}) {
            PlaneFit fit(PlaneShape::disc, activation, 5);
            VectorXd values = randomValues(5);
            fit.setValues(values);
            const VectorXd gradient = fit.gradient();
            const auto error = [&] {
                fit.setValues(values);
                return fit.error();
            };
            const GradientCheck check = checkGradient(error, values, gradient, {.step = 1e-5});
            expectNear(check.relativeError(), 0.0, 2e-8, check.text());
        }
    }

    void opacitiesFollowTheirDefinition() {
        const VectorXd values = randomValues(3);
        // Pixel (40, 10): u = 40.5/64·2, v = 10.5/64·2, in the cell of points 1, 2, 4, 5.
        const double fu = 40.5 / 32 - 1.0;
        const double fv = 10.5 / 32;
        const auto mix = [&](auto&& f) {
            return (1 - fv) * ((1 - fu) * f(values[1]) + fu * f(values[2])) +
                   fv * ((1 - fu) * f(values[4]) + fu * f(values[5]));
        };
        const auto softplus = [](double x) { return std::log(1.0 + std::exp(x)); };
        const auto activate = [&](double x) { return 1.0 - std::exp(-softplus(x)); };
        const std::size_t pixel = 10 * 64 + 40;
        const auto at = [&](Activation activation) {
            PlaneFit fit(PlaneShape::disc, activation, 3);
            fit.setValues(values);
            return fit.picture()[pixel];
        };
        expectNear(at(Activation::post), activate(mix([](double x) { return x; })), 1e-12);
        expectNear(at(Activation::in), 1.0 - std::exp(-mix(softplus)), 1e-12);
        expectNear(at(Activation::pre), mix(activate), 1e-12);
        expectNear(at(Activation::nearest), activate(values[1]), 1e-12);
    }

    void shapesHaveTheirArea() {
        const auto area = [](PlaneShape shape) {
            const PlaneFit fit(shape, Activation::post, 2);
            double sum = 0.0;
            for (const double value : fit.truth())
                sum += value / 4096.0;
            return sum;
        };
        expectNear(area(PlaneShape::disc), std::acos(-1.0) * 0.31 * 0.31, 5e-3);
        // Below the line y = (0.72 − 0.8 x)/0.6, cut off at y = 1 for x < 0.15.
        expectNear(area(PlaneShape::halfPlane), 0.15 + 0.75 * 0.5, 5e-3);
    }

    void postHalvesTheErrorOfTheOthers() {
        for (const auto& [shape, sizes] : {std::pair{PlaneShape::disc, std::array{4, 8, 16}},
                                           std::pair{PlaneShape::halfPlane, std::array{2, 4, 8}}})
            for (const int size : sizes) {
                const double post = trained(shape, Activation::post, size);
                const double in = trained(shape, Activation::in, size);
                const double pre = trained(shape, Activation::pre, size);
                qInfo("g = %d: post %.1f, in %.1f, pre %.1f dB", size, post, in, pre);
                QVERIFY(post - std::max(in, pre) > 3.01);
            }
    }
};

REGISTER_TEST(PlaneFitTest)
#include "plane_fit_test.moc"
