#include <cmath>

#include <Eigen/Dense>
#include <QtTest>

#include "core/federated/quadratics.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::federated;

class QuadraticsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Of the losses themselves, by finite differences.
    void gapAndGradientAreThoseOfTheMeanLoss() {
        for (const bool rotated : {false, true}) {
            const Quadratics problem({.clients = 5, .dimension = 6, .rotated = rotated, .seed = 3});
            const auto evaluator = problem.evaluator();
            Eigen::VectorXd x(6);
            problem.start(x);
            const Measured here = evaluator->at(x);
            const double least = evaluator->at(problem.optimum()).loss;
            expectNear(*here.gap, here.loss - least, 1e-13);
            expectNear(*here.distance, (x - problem.optimum()).norm(), 1e-14);
            const Eigen::VectorXd gradient = problem.gradient(x);
            expectNear(here.gradientSquare, gradient.squaredNorm(), 1e-13);
            const auto cheap = evaluator->everyRound(x);
            expectNear(cheap->gradientSquare, gradient.squaredNorm(), 1e-13);
            expectNear(cheap->gap, *here.gap, 1e-13);
            constexpr double h = 1e-5;
            for (Index k = 0; k < 6; ++k) {
                const Eigen::VectorXd e = h * Eigen::VectorXd::Unit(6, k);
                expectNear(gradient[k],
                           (evaluator->at(x + e).loss - evaluator->at(x - e).loss) / (2 * h), 1e-9);
            }
        }
    }
    void curvaturesHaveTheSpectrumThatWasAskedFor() {
        const Quadratics problem({.clients = 3, .dimension = 4, .rotated = true, .seed = 1});
        for (ClientId i = 0; i < 3; ++i) {
            const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(problem.curvature(i));
            expectNear(solver.eigenvalues(),
                       Eigen::Vector4d(0.1, std::pow(10, -2.0 / 3), std::pow(10, -1.0 / 3), 1.0),
                       1e-12);
        }
    }
    void conflictIsTheSquareOfItsScale() {
        const auto conflict = [](double zeta) {
            return Quadratics({.heterogeneity = zeta, .seed = 2}).conflict();
        };
        expectNear(conflict(3.0), 9.0 * conflict(1.0), 1e-12);
        QVERIFY(conflict(1.0) > 0.01);
        expectNear(Quadratics({.sameOptimum = true, .seed = 2}).conflict(), 0.0, 0.0);
    }
    /// The recurrence itself, run with M = (I − ηA)^K as a product of matrices.
    void restingPointIsWhereTheClosedIterationStops() {
        for (const bool rotated : {false, true}) {
            const Quadratics problem({.clients = 4, .dimension = 5, .rotated = rotated, .seed = 7});
            constexpr double rate = 0.3;
            constexpr int steps = 4;
            Eigen::VectorXd x = Eigen::VectorXd::Zero(5);
            for (int round = 0; round < 3000; ++round) {
                Eigen::VectorXd mean = Eigen::VectorXd::Zero(5);
                for (ClientId i = 0; i < 4; ++i) {
                    Eigen::VectorXd off = x - problem.clientOptima().col(i);
                    for (int k = 0; k < steps; ++k)
                        off -= rate * problem.curvature(i) * off;
                    mean += (off + problem.clientOptima().col(i)) / 4.0;
                }
                x = mean;
            }
            expectNear(problem.restingPoint(rate, steps), x, 1e-12);
            QVERIFY(problem.gap(x) > 1e-5);
        }
    }
    void restingPointIsTheOptimumWithoutDriftOrConflict() {
        const Quadratics plain({.seed = 4}), alike({.sameCurvature = true, .seed = 4}),
            agreed({.sameOptimum = true, .seed = 4});
        QVERIFY(plain.gap(plain.restingPoint(0.5, 1)) < 1e-28);
        QVERIFY(alike.gap(alike.restingPoint(0.5, 10)) < 1e-28);
        QVERIFY(agreed.gap(agreed.restingPoint(0.5, 10)) < 1e-28);
    }

    void aBatchIsTheSameNoiseAtAnyPoint() {
        const Quadratics problem({.clients = 3, .dimension = 4, .noise = 2.0, .seed = 5});
        const auto batches = problem.batches(2, {.batch = 1});
        const Visit visits[] = {{2, 0}, {0, 0}};
        batches->begin(visits);
        batches->next(0, 2);
        Eigen::MatrixXd here(4, 2), there(4, 2);
        const Eigen::MatrixXd x = Eigen::MatrixXd::Ones(4, 2);
        batches->evaluate(0, x, here);
        batches->evaluate(0, 2.0 * x, there);
        expectNear(there.col(0) - here.col(0), problem.curvature(2) * x.col(0), 1e-14);
        expectNear(there.col(1) - here.col(1), problem.curvature(0) * x.col(1), 1e-14);
        batches->next(0, 2);
        batches->evaluate(0, x, there);
        QVERIFY((there - here).norm() > 0.1);
    }
    /// E‖ξ‖² = σ²/B.
    void noiseShrinksWithTheBatch() {
        const Quadratics problem({.clients = 1, .dimension = 10, .noise = 3.0, .seed = 6});
        const Visit visit{0, 0};
        Eigen::VectorXd exact(10);
        Eigen::MatrixXd noisy(10, 1);
        const Eigen::MatrixXd x = Eigen::MatrixXd::Zero(10, 1);
        problem.evaluator()->gradient(0, x, exact);
        for (const Index batch : {1, 9}) {
            const auto batches = problem.batches(1, {.batch = batch});
            batches->begin({&visit, 1});
            double squares = 0.0;
            constexpr int draws = 20000;
            for (int t = 0; t < draws; ++t) {
                batches->next(0, 1);
                batches->evaluate(0, x, noisy);
                squares += (noisy.col(0) - exact).squaredNorm() / draws;
            }
            expectNear(squares * static_cast<double>(batch), 9.0, 0.2);
        }
    }

    void settingsOutOfRangeAreNamed() {
        expectRefusal([] { Quadratics({.clients = 0}); }, "N = 0");
        expectRefusal([] { Quadratics({.smallest = 2.0}); }, "L = 1");
        expectRefusal([] { Quadratics({.heterogeneity = -1.0}); }, "ζ = -1");
        expectRefusal([] { Quadratics({.noise = std::nan("")}); }, "σ = nan");
    }
};

REGISTER_TEST(QuadraticsTest)
#include "quadratics_test.moc"
