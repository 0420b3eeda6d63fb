// Surfaces against difference quotients and their known minima; Newton's step on them.

#include <cmath>
#include <numbers>

#include <QtTest>

#include "core/error.h"
#include "core/math/random.h"
#include "core/optim/surface.h"
#include "tests/core/math/jet_check.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

class SurfaceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void derivativesMatchDifferences() {
        RandomStream random({.seed = 8, .purpose = "surface points"});
        for (const std::string& name : surfaceNames()) {
            const Surface surface =
                makeSurface(name, {.condition = 7.0, .angle = 0.4, .formula = "sin(x)*y^2 + x"});
            const Surface::Window& window = surface.window();
            for (int i = 0; i < 30; ++i) {
                const Eigen::Vector2d p(random.uniform(window.xMinimum, window.xMaximum),
                                        random.uniform(window.yMinimum, window.yMaximum));
                const Jet jet = surface.at(p);
                const GradientCheck check =
                    testing::checkJet([&](const auto& at) { return surface.at(at).value; },
                                      [&](const auto& at) { return surface.at(at); }, p);
                const double scale = 1.0 + std::abs(jet.value) + std::abs(jet.xx) +
                                     std::abs(jet.xy) + std::abs(jet.yy);
                expectNear(check.error, 0.0, 1e-6 * scale,
                           fmt::format("{} at ({}, {}): {}", name, p.x(), p.y(), check.text()));
            }
        }
    }

    void knownMinimaAreMinima() {
        RandomStream random({.seed = 9, .purpose = "surface minima"});
        for (const std::string& name : surfaceNames()) {
            const Surface surface = makeSurface(name, {.formula = "x"});
            for (const Eigen::Vector2d& minimum : surface.minima()) {
                const Jet at = surface.at(minimum);
                expectNear(std::hypot(at.x, at.y), 0.0, 1e-9, name);
                const Surface::Window& window = surface.window();
                for (int i = 0; i < 200; ++i) {
                    const Eigen::Vector2d p(random.uniform(window.xMinimum, window.xMaximum),
                                            random.uniform(window.yMinimum, window.yMaximum));
                    QVERIFY2(surface.at(p).value >= at.value - 1e-12, name.c_str());
                }
            }
        }
    }

    void theBowlHasItsCurvatures() {
        const Jet jet =
            makeSurface("quadratic", {.condition = 25.0, .curvature = 5.0, .angle = 0.7})
                .at({0.3, -0.2});
        const double trace = jet.xx + jet.yy, determinant = jet.xx * jet.yy - jet.xy * jet.xy;
        expectNear(trace, 5.2, 1e-12);
        expectNear(determinant, 1.0, 1e-12);
    }

    void newtonSolvesABowlInOneStep() {
        const Surface bowl = makeSurface("quadratic", {.condition = 1000.0, .angle = 1.1});
        const Eigen::Vector2d start(1.3, -0.4);
        const auto step = newtonStep(bowl.at(start));
        QVERIFY(step.has_value());
        expectNear(start, -(*step), 1e-12);
    }

    void newtonHasNoStepWhereTheHessianIsSingular() {
        const Surface valley = makeSurface("formula", {.formula = "(x + y)^2"});
        QVERIFY(!newtonStep(valley.at({0.5, 0.25})).has_value());
    }

    void badOptionsAreRefused() {
        expectRefusal([&] { makeSurface("cup"); }, "'cup'");
        expectRefusal([&] { makeSurface("quadratic", {.condition = 0.5}); }, "condition 0.5");
        expectRefusal([&] { makeSurface("formula", {.formula = "x +"}); });
    }
};

REGISTER_TEST(SurfaceTest)
#include "surface_test.moc"
