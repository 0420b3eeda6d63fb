#include <cmath>

#include <QtTest>

#include "core/bilevel/cosh_problem.h"
#include "core/bilevel/methods.h"
#include "core/experiment/shared_draws.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::bilevel;
using namespace convergence::testing;

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define COUNTS_ALLOCATIONS
// Eigen takes memory by malloc and not by operator new, so malloc is what is counted.
namespace {
thread_local long allocations = 0;
}
extern "C" void* __libc_malloc(std::size_t size);
extern "C" void* malloc(std::size_t size) {
    ++allocations;
    return __libc_malloc(size);
}
#endif

namespace {

using Vector = Eigen::VectorXd;
using Maker = std::unique_ptr<Method> (*)(std::unique_ptr<Problem>, const MethodOptions&);
constexpr Maker makers[] = {boRep,        soba, averagedSoba,   stocBio,
                            twoTimescale, saba, varianceReduced};

const CoshModel& model() {
    static const CoshModel made(10, 0);
    return made;
}

CoshProblem::Options problemOptions(double start, double noise) {
    return {.upperStart = Vector::Constant(10, start),
            .lowerStart = Vector::Constant(10, 0.5),
            .upperNoise = noise,
            .lowerNoise = noise};
}

std::unique_ptr<Problem> problemOf(double start, double noise) {
    return std::make_unique<CoshProblem>(model(), problemOptions(start, noise));
}

double gradientNorm(const Method& method) {
    CoshModel::Exact exact;
    model().exact(method.x(), exact);
    return exact.gradient.norm();
}

} // namespace

class BilevelMethodsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The card's lines, written down once more.
    void boRepIsItsPseudocode() {
        const MethodOptions options{.upperStep = 0.05,
                                    .momentum = 0.8,
                                    .lowerStep = 0.1,
                                    .linearStep = 0.2,
                                    .period = 3,
                                    .lowerSteps = 2,
                                    .refinement = 5,
                                    .refinementStep = 0.3,
                                    .radius = 0.15};
        const auto method = boRep(problemOf(0.5, 0.5), options);
        CoshProblem oracles(model(), problemOptions(0.5, 0.5));
        Vector x = oracles.upperStart(), y = oracles.lowerStart(), z = Vector::Zero(10), m;
        Vector g(10), a(10), b(10);
        const auto sample = [](std::uint32_t t, std::uint32_t k) {
            return Sample{.index = indexPair(t, k)};
        };
        for (std::uint32_t k = 0; k < 5; ++k) {
            oracles.lowerByY(x, y, sample(0, (1U << 20U) + k), g);
            y -= 0.3 / (1.0 + k * 0.3 / 4.0) * g;
        }
        expectNear(method->y(), y, 1e-14);
        bool projected = false;
        for (std::uint32_t t = 0; t < 20; ++t) {
            if (t % 3 == 0) {
                const Vector center = y;
                for (std::uint32_t k = 0; k < 2; ++k) {
                    oracles.lowerByY(x, y, sample(t, k), g);
                    y -= 0.1 * g;
                    if ((y - center).norm() > 0.15) {
                        y = center + 0.15 * (y - center).normalized();
                        projected = true;
                    }
                }
            }
            oracles.hessianProduct(x, y, z, sample(t, 0), a);
            oracles.upperByY(x, y, sample(t, 0), b);
            z -= 0.2 * (a - b);
            oracles.upperByX(x, y, sample(t, 0), a);
            oracles.mixedProduct(x, y, z, sample(t, 0), b);
            m = t == 0 ? Vector(a - b) : Vector(0.8 * m + 0.2 * (a - b));
            x -= 0.05 * m / (m.norm() + 1e-12);
            method->step();
            expectNear(method->x(), x, 1e-12);
            expectNear(method->y(), y, 1e-12);
            expectNear(method->z(), z, 1e-12);
        }
        QVERIFY(projected);
    }

    void sobaMovesAllFromTheOldIterate() {
        const MethodOptions options{.upperStep = 0.05, .momentum = 0.7};
        const auto plain = soba(problemOf(0.5, 0.5), options);
        const auto averaged = averagedSoba(problemOf(0.5, 0.5), options);
        CoshProblem oracles(model(), problemOptions(0.5, 0.5));
        for (const bool averages : {false, true}) {
            Method& method = averages ? *averaged : *plain;
            Vector x = oracles.upperStart(), y = oracles.lowerStart(), z = Vector::Zero(10), m;
            Vector g(10), a(10), b(10), c(10), d(10);
            for (std::uint32_t t = 0; t < 10; ++t) {
                const Sample s{.index = indexPair(t, 0)};
                oracles.lowerByY(x, y, s, g);
                oracles.hessianProduct(x, y, z, s, a);
                oracles.upperByY(x, y, s, b);
                oracles.upperByX(x, y, s, c);
                oracles.mixedProduct(x, y, z, s, d);
                m = t == 0 || !averages ? Vector(c - d) : Vector(0.7 * m + 0.3 * (c - d));
                y -= 0.1 * g;
                z -= 0.1 * (a - b);
                x -= 0.05 * m;
                method.step();
                expectNear(method.x(), x, 1e-13);
                expectNear(method.z(), z, 1e-13);
            }
        }
    }

    void normalizedStepsHaveTheirLength() {
        const auto method = boRep(problemOf(8.0, 1.0), {.upperStep = 0.3});
        for (int t = 0; t < 20; ++t) {
            const Vector before = method->x();
            method->step();
            expectNear((method->x() - before).norm(), 0.3, 1e-12);
        }
    }

    /// 10,050 calls for I = N = 1, 8,550 for (4, 1) and 8,150 for (20, 1), of 2000 steps.
    void callsAreCounted() {
        const auto calls = [](std::int64_t period, std::int64_t steps) {
            const auto method = boRep(
                problemOf(1.0, 1.0),
                {.upperStep = 0.005, .period = period, .lowerSteps = steps, .refinement = 50});
            for (int t = 0; t < 2000; ++t)
                method->step();
            return method->calls();
        };
        QCOMPARE(calls(1, 1), 10050.0);
        QCOMPARE(calls(4, 4), 10050.0);
        QCOMPARE(calls(4, 1), 8550.0);
        QCOMPARE(calls(20, 1), 8150.0);
    }

    void everyMethodFindsTheMinimum() {
        for (const Maker& make : makers) {
            MethodOptions options{.upperStep = 0.03};
            // A normalized average swings by η/(1 − β).
            if (make == Maker(boRep))
                options.upperStep = 0.003;
            // Few terms of the series of a small step are far from the inverse.
            if (make == Maker(varianceReduced)) {
                options.linearStep = 0.3;
                options.recursiveTerms = 12;
            }
            // TTSA's steps fall.
            if (make == Maker(twoTimescale))
                options.upperStep = options.lowerStep = 0.5;
            const auto method = make(problemOf(1.0, 0.1), options);
            const double start = gradientNorm(*method);
            for (int t = 0; t < 3000; ++t)
                method->step();
            QVERIFY2(gradientNorm(*method) < 0.25 && gradientNorm(*method) < 0.1 * start,
                     qPrintable(
                         QString("method %1: %2").arg(&make - makers).arg(gradientNorm(*method))));
        }
    }

    void theWrongSignDoesNot() {
        const auto method =
            soba(problemOf(1.0, 0.1), {.upperStep = 0.03, .addsMixedProduct = true});
        for (int t = 0; t < 3000; ++t)
            method->step();
        QVERIFY(gradientNorm(*method) > 0.4);
    }

    void refinementComesNearTheMinimumOfG() {
        for (const bool byEpochs : {false, true}) {
            const auto method =
                boRep(problemOf(0.3, 0.3),
                      {.refinement = 400, .refinementStep = 0.2, .refinesByEpochs = byEpochs});
            expectNear(method->y(), model().best(method->x()), 0.4);
        }
    }

    /// The estimates of SABA are exact in the mean over parts, and without noise once all parts
    /// agree: at a start where nothing moves, each is the mean of the table.
    void sabaSeesAFiniteSum() {
        const auto method =
            saba(problemOf(1.0, 3.0), {.upperStep = 1e-9, .lowerStep = 1e-9, .linearStep = 1e-9});
        method->step();
        // z = 0: the direction is sinh x, without the noise of size 3.
        expectNear(method->direction(), Vector::Constant(10, std::sinh(1.0)), 1e-6);
    }

    void stepsDoNotAllocate() {
#ifndef COUNTS_ALLOCATIONS
        QSKIP("malloc cannot be counted in this build");
#else
        const long atStart = allocations;
        const Vector counted(10);
        QVERIFY2(allocations > atStart, "the counter does not see Eigen's allocations");
        for (const Maker make : makers) {
            const auto method = make(problemOf(0.5, 1.0), {.upperStep = 0.01});
            method->step();
            const long before = allocations;
            for (int t = 0; t < 30; ++t)
                method->step();
            const long after = allocations;
            QCOMPARE(after - before, 0L);
        }
#endif
    }

    void methodsAreReproducible() {
        for (const Maker make : makers) {
            const auto a = make(problemOf(0.5, 1.0), {.upperStep = 0.01});
            const auto b = make(problemOf(0.5, 1.0), {.upperStep = 0.01});
            for (int t = 0; t < 30; ++t) {
                a->step();
                b->step();
            }
            QVERIFY(a->x() == b->x());
        }
    }
};

REGISTER_TEST(BilevelMethodsTest)
#include "methods_test.moc"
