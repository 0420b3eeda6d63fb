#include <algorithm>
#include <cmath>
#include <functional>

#include <QtTest>

#include "core/error.h"
#include "core/math/gradient_check.h"
#include "core/optim/mirror_descent.h"
#include "core/optim/projection.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::Index;
using Eigen::VectorXd;

namespace {

VectorXd normals(RandomStream& stream, Index size, double deviation = 1.0) {
    VectorXd x(size);
    stream.fillNormal({x.data(), static_cast<std::size_t>(size)}, deviation);
    return x;
}

VectorXd simplexPoint(RandomStream& stream, Index size) {
    VectorXd x = normals(stream, size).cwiseAbs();
    return x / x.sum();
}

/// A step is right if no other point of X does better in what it minimizes:
/// h(u) + ⟨g, u − x⟩ + D(u, x)/η. `toDomain` puts a perturbed point back into X.
void expectMinimizes(MirrorMap& map, const VectorXd& x, const VectorXd& g, double eta,
                     const std::function<double(const VectorXd&)>& h,
                     const std::function<VectorXd(VectorXd)>& toDomain) {
    VectorXd next = x;
    map.step(next, g, eta);
    const auto objective = [&](const VectorXd& u) {
        return h(u) + g.dot(u - x) + map.divergence(u, x) / eta;
    };
    const double best = objective(next);
    RandomStream stream({.seed = 11, .purpose = "perturbations"});
    for (const double size : {1.0, 1e-1, 1e-2, 1e-3})
        for (int trial = 0; trial < 200; ++trial) {
            const VectorXd other = toDomain(next + normals(stream, x.size(), size));
            QVERIFY2(objective(other) >= best - 1e-12 * (1.0 + std::abs(best)),
                     qPrintable(QString("perturbed by %1: %2 below %3")
                                    .arg(size)
                                    .arg(objective(other))
                                    .arg(best)));
        }
}

double nothing(const VectorXd&) {
    return 0.0;
}
VectorXd anywhere(VectorXd u) {
    return u;
}

/// The mean of many oracle calls, and its standard error by coordinate.
VectorXd meanSubgradient(const StochasticProblem& problem, const VectorXd& x, int calls) {
    RandomStream stream({.seed = 5, .purpose = "oracle"});
    VectorXd g(x.size()), sum = VectorXd::Zero(x.size());
    for (int i = 0; i < calls; ++i) {
        problem.subgradient(x, stream, g);
        sum += g;
    }
    return sum / calls;
}

/// That mean against central differences of the gap.
GradientCheck meanSubgradientChecked(const StochasticProblem& problem, VectorXd x, int calls) {
    return checkGradient([&] { return problem.gap(x); }, x, meanSubgradient(problem, x, calls));
}

MirrorDescent plainDescent(std::shared_ptr<const StochasticProblem> problem, const char* schedule,
                           std::int64_t horizon, std::unique_ptr<MirrorMap> map) {
    const Index d = problem->dimension();
    const double L = problem->smoothness();
    return {{.problem = std::move(problem),
             .map = std::move(map),
             .noise = GradientNoise("none", d, 0.0, 1.0),
             .steps = StochasticSteps(schedule, {.horizon = horizon, .smoothness = L}),
             .horizon = horizon},
            {.seed = 0, .purpose = "test"}};
}

} // namespace

class MirrorDescentTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void stepsMinimizeWhatTheyShould() {
        RandomStream stream({.seed = 1, .purpose = "points"});
        for (int repeat = 0; repeat < 3; ++repeat) {
            const VectorXd x = normals(stream, 6), g = normals(stream, 6, 2.0);
            ProximalMap plain;
            expectMinimizes(plain, x, g, 0.3, nothing, anywhere);
            ProximalMap composite(0.7, 0.4);
            const auto h = [](const VectorXd& u) {
                return 0.7 * u.lpNorm<1>() + 0.2 * u.squaredNorm();
            };
            expectMinimizes(composite, x, g, 0.5, h, anywhere);
            BallMap ball(1.5);
            const auto intoBall = [](VectorXd u) {
                projectOntoBall(u, 1.5);
                return u;
            };
            expectMinimizes(ball, intoBall(x), g, 0.8, nothing, intoBall);
            for (const double p : {1.2, 1.5, 2.0}) {
                UniformlyConvexMap uniform(p);
                expectMinimizes(uniform, x, g, 0.6, nothing, anywhere);
                expectMinimizes(uniform, VectorXd::Zero(6), g, 0.6, nothing, anywhere);
            }
            const VectorXd s = simplexPoint(stream, 6);
            const auto intoSimplex = [](VectorXd u) {
                u = u.cwiseAbs();
                return VectorXd(u / u.sum());
            };
            SimplexMap simplex(6);
            expectMinimizes(simplex, s, g, 0.2, nothing, intoSimplex);
            EntropicMap entropic(6);
            expectMinimizes(entropic, s, g, 0.5, nothing, intoSimplex);
        }
    }

    void theUniformlyConvexMapIsPlainForASecondMomentAndKeepsFiniteAtExtremes() {
        RandomStream stream({.seed = 2, .purpose = "points"});
        VectorXd x = normals(stream, 4), y = x;
        const VectorXd g = normals(stream, 4);
        UniformlyConvexMap(2.0).step(x, g, 0.3);
        ProximalMap().step(y, g, 0.3);
        expectNear(x, y, 1e-14);
        for (const double size : {1e-30, 1.0, 1e30}) {
            VectorXd z = size * normals(stream, 4);
            UniformlyConvexMap(1.05).step(z, g, 1e-3);
            QVERIFY(z.allFinite());
        }
        expectRefusal([&] { UniformlyConvexMap(1.0); }, "p = 1");
    }

    void theUniformlyConvexDivergenceDominatesItsPower() {
        RandomStream stream({.seed = 3, .purpose = "points"});
        for (const double p : {1.1, 1.5, 2.0}) {
            const double q = p / (p - 1.0);
            const UniformlyConvexMap map(p);
            for (int i = 0; i < 300; ++i) {
                const VectorXd x = normals(stream, 3, 0.7), y = normals(stream, 3, 0.7);
                QVERIFY(map.divergence(x, y) >=
                        std::pow((x - y).norm(), q) / q * (1.0 - 1e-9) - 1e-13);
            }
        }
    }

    void simplexProjectionAgreesWithBisection() {
        RandomStream stream({.seed = 4, .purpose = "points"});
        for (int repeat = 0; repeat < 200; ++repeat) {
            const VectorXd x = normals(stream, 1 + repeat % 9, 2.0);
            double low = x.minCoeff() - 1.0, high = x.maxCoeff();
            for (int i = 0; i < 200; ++i) {
                const double tau = 0.5 * (low + high);
                ((x.array() - tau).max(0.0).sum() > 1.0 ? low : high) = tau;
            }
            VectorXd projected = x, workspace(x.size());
            projectOntoSimplex(projected, workspace);
            expectNear(projected, (x.array() - low).max(0.0), 1e-12);
        }
    }

    void softThresholdShrinksByCoordinate() {
        VectorXd x(4);
        x << 2.0, -0.5, 0.3, -3.0;
        softThreshold(x, 0.5);
        QCOMPARE(x, (VectorXd(4) << 1.5, 0.0, 0.0, -2.5).finished());
    }

    void oraclesAreUnbiased() {
        RandomStream stream({.seed = 6, .purpose = "points"});
        constexpr int calls = 100000;
        const auto absolute = absoluteDeviations(4, 30, 0);
        const VectorXd x = normals(stream, 4);
        const GradientCheck drawn = meanSubgradientChecked(*absolute, x, calls);
        // Of four entries, so that all together are within 5/√calls.
        expectNear(drawn.error, 0.0, 2.5 / std::sqrt(calls), drawn.text());
        const auto adversarial = adversarialMaximum(6);
        const VectorXd y = normals(stream, 6);
        const GradientCheck steepest = meanSubgradientChecked(*adversarial, y, 1);
        expectNear(steepest.error, 0.0, 4e-9, steepest.text());
        const auto quadratic = compositeQuadratic(5, Curvature::strong, 0.0, 0.0, 1);
        const VectorXd z = normals(stream, 5);
        const GradientCheck smooth = meanSubgradientChecked(*quadratic, z, 1);
        expectNear(smooth.error, 0.0, 4e-9, smooth.text());
    }

    void minimizersAreMinimizers() {
        RandomStream stream({.seed = 8, .purpose = "points"});
        for (const Curvature curvature :
             {Curvature::decaying, Curvature::strong, Curvature::linear}) {
            const auto problem = compositeQuadratic(8, curvature, 0.3, 0.05, 2);
            for (int i = 0; i < 300; ++i)
                QVERIFY(problem->gap(problem->minimizer() + normals(stream, 8, 0.1)) >= 0.0);
        }
        const auto absolute = absoluteDeviations(5, 40, 3);
        QCOMPARE(absolute->gap(absolute->minimizer()), 0.0);
        for (int i = 0; i < 300; ++i)
            QVERIFY(absolute->gap(absolute->minimizer() + normals(stream, 5, 0.1)) >= 0.0);
    }

    void theAdversarialValuesAreTheMaximumOfTheirRows() {
        constexpr Index T = 7;
        RandomStream stream({.seed = 9, .purpose = "points"});
        const auto problem = adversarialMaximum(T);
        for (int repeat = 0; repeat < 50; ++repeat) {
            const VectorXd x = normals(stream, T);
            double best = -INFINITY;
            for (Index i = 1; i <= T + 1; ++i) {
                double value = 0.0;
                for (Index j = 1; j < i && j <= T; ++j)
                    value += x[j - 1] / (8.0 * double(T - j + 1));
                if (i <= T)
                    value -= std::sqrt(double(i)) / (2.0 * std::sqrt(double(T))) * x[i - 1];
                best = largerError(best, value);
            }
            expectNear(problem->gap(x), best, 1e-14);
        }
    }

    /// f(x^{T+1}) ≥ log T/(32√T) for 1/√t steps (Harvey et al. 2019), and no log for linear decay.
    void theLastIterateOfSqrtStepsPaysLogT() {
        for (const std::int64_t T : {64, 256, 1024}) {
            const auto gapAfter = [&](const char* schedule) {
                auto descent = plainDescent(adversarialMaximum(T), schedule, T,
                                            std::make_unique<BallMap>(1.0));
                for (std::int64_t t = 0; t < T; ++t)
                    descent.step();
                return descent.problem().gap(descent.iterate()) * std::sqrt(double(T));
            };
            QVERIFY(gapAfter("sqrt") >= std::log(double(T)) / 32.0);
            expectNear(gapAfter("linear"), 0.0345, 0.001);
        }
    }

    void stepSizesFollowTheirFormulas() {
        const StepSizeOptions options{
            .scale = 0.5, .horizon = 100, .smoothness = 2.0, .strongConvexity = 0.1, .moment = 1.5};
        const auto at = [&](const char* name, std::int64_t t) {
            return StochasticSteps(name, options).at(t);
        };
        QCOMPARE(at("sqrt", 1), 0.25); // the cap 1/(2L)
        QCOMPARE(at("sqrt", 25), 0.1);
        QCOMPARE(at("const", 60), 0.05);
        QCOMPARE(at("linear", 1), 0.05);
        QCOMPARE(at("linear", 100), 0.0005);
        QCOMPARE(at("strong_1", 60), 1.0 / (0.1 * (60 + 40)));
        QCOMPARE(at("strong_2", 20), 2.0 / (0.1 * (20 + 80)));
        QCOMPARE(at("heavy", 27), 0.5 / 9.0);
        expectNear(at("heavy_linear", 51), 25.0 / std::pow(100.0, 1.0 + 1.0 / 1.5), 1e-12);
        expectRefusal([&] { StochasticSteps("strong_1", {}); }, "'strong_1'", "strongly convex");
        expectRefusal([&] { StochasticSteps("none", {}); }, "'none'");
    }

    void averagesAgreeWithTheirDefinitions() {
        RandomStream stream({.seed = 10, .purpose = "points"});
        constexpr Index T = 9;
        IterateAverages averages(2, T);
        VectorXd sum = VectorXd::Zero(2), weighted = sum, suffix = sum;
        double weights = 0.0;
        for (Index t = 1; t <= T; ++t) {
            const VectorXd x = normals(stream, 2);
            const double eta = stream.uniform(0.1, 1.0);
            averages.add(x, eta);
            sum += x;
            weighted += eta * x;
            weights += eta;
            if (t > T / 2)
                suffix += x;
        }
        expectNear(averages.uniform(), sum / double(T), 1e-14);
        expectNear(averages.weighted(), weighted / weights, 1e-14);
        expectNear(averages.suffix(), suffix / double(T - T / 2), 1e-14);
    }

    void noisesHaveTheirSizes() {
        for (const std::string& name : GradientNoise::names()) {
            GradientNoise noise(name, 5, 0.5, 2.0); // sub-Weibull of shape 2: |N(0, 1)|
            RandomStream stream({.seed = 12, .purpose = "noise"});
            VectorXd g(5), sum = VectorXd::Zero(5);
            double square = 0.0;
            constexpr int count = 40000;
            for (int i = 0; i < count; ++i) {
                g.setZero();
                noise.addTo(g, stream);
                sum += g;
                square += g.squaredNorm() / count;
            }
            if (name == "pareto") // E Lomax(2)² is infinite
                continue;
            const double expected = name == "none" ? 0.0 : name == "signs" ? 1.25 : 0.25;
            expectNear(square, expected, 0.01, name);
            expectNear(sum / count, VectorXd::Zero(sum.size()), 0.02, name);
        }
    }

    void clippedGradientsAreNotLongerThanTheLevel() {
        auto problem = std::shared_ptr(absoluteDeviations(3, 20, 0));
        MirrorDescent descent({.problem = problem,
                               .map = std::make_unique<ProximalMap>(),
                               .noise = GradientNoise("pareto", 3, 5.0, 1.2),
                               .steps = StochasticSteps("fixed", {}),
                               .horizon = 100,
                               .clipLevel = 0.5},
                              {.seed = 0, .purpose = "test"});
        VectorXd before = descent.iterate();
        for (int t = 0; t < 100; ++t) {
            QVERIFY(descent.step());
            expectNear(descent.iterate(), before, 0.5 + 1e-12);
            before = descent.iterate();
        }
    }
};

REGISTER_TEST(MirrorDescentTest)
#include "mirror_descent_test.moc"
