// Dictionary learning against finite differences, steps written out by hand, and known optima.

#include <cmath>

#include <QtTest>

#include "core/math/decompositions.h"
#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "core/matrix/dictionary_learning.h"
#include "tests/core/matrix/gaussian_matrix.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::matrix;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr std::uint64_t seed = 5;

MatrixXd polarOf(const MatrixXd& m) {
    const auto svd = fullSvd(m);
    return svd.u * svd.v.transpose();
}

MatrixXd gradientOf(const SparsityObjective& objective, const MatrixXd& d, const MatrixXd& y) {
    MatrixXd z, out(d.rows(), d.cols());
    objective.gradient(d, y, z, out);
    return out;
}

MatrixXd signedPermutation() {
    MatrixXd p = MatrixXd::Zero(4, 4);
    p(0, 2) = 1.0;
    p(1, 0) = -1.0;
    p(2, 3) = -1.0;
    p(3, 1) = 1.0;
    return p;
}

} // namespace

class DictionaryLearningTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qInfo("seed %llu", static_cast<unsigned long long>(seed)); }

    void gradientIsTheFiniteDifference() {
        const MatrixXd d = gaussianMatrix(seed, 5, 5, 0), y = gaussianMatrix(seed, 5, 13, 1);
        for (const double power : {2.5, 3.0, 4.0, 6.0}) {
            const SparsityObjective objective(power);
            const MatrixXd gradient = gradientOf(objective, d, y);
            MatrixXd moved = d;
            const GradientCheck check =
                checkGradient([&] { return objective.value(moved, y); }, moved, gradient);
            QVERIFY2(check.relativeError() < 1e-6, check.text().c_str());
        }
    }

    void threeFrankWolfeStepsAreThoseWrittenByHand() {
        const SparsityObjective objective(3.0);
        MatrixXd d = orthonormalized(gaussianMatrix(seed, 4, 4, 2)), g = MatrixXd::Zero(4, 4);
        OnlineFrankWolfe learner(objective, d, {.exponent = 0.5}, {.exponent = 0.75});
        for (int t = 1; t <= 3; ++t) {
            const MatrixXd y = gaussianMatrix(seed, 4, 6, 10 + std::uint64_t(t));
            const double rho = std::pow(t, -0.5), gamma = std::pow(t, -0.75);
            g = (1.0 - rho) * g + rho * gradientOf(objective, d, y);
            d = d + gamma * (polarOf(-g) - d);
            learner.step(y);
            expectNear(learner.dictionary(), d, 1e-12);
            expectNear(learner.averagedGradient(), g, 1e-12);
        }
    }

    void theFirstStepForgetsTheStart() {
        const MatrixXd y = gaussianMatrix(seed, 4, 30, 3);
        OnlineFrankWolfe learner(SparsityObjective(3.0), gaussianMatrix(seed, 4, 4, 4), {},
                                 {.exponent = 0.75});
        learner.step(y);
        const MatrixXd& d = learner.dictionary();
        expectNear(d * d.transpose(), MatrixXd::Identity(4, 4), 1e-12);
    }

    void iteratesStayInTheHull() {
        OnlineFrankWolfe learner(SparsityObjective(3.0), MatrixXd::Zero(5, 5), {},
                                 {.exponent = 0.75});
        for (std::uint64_t t = 0; t < 200; ++t) {
            learner.step(gaussianMatrix(seed, 5, 1, 1000 + t)); // rank-one gradients at first
            QVERIFY(singularValues(learner.dictionary())[0] <= 1.0 + 1e-12);
        }
    }

    void riemannianStepIsTheOneWrittenByHand() {
        const SparsityObjective objective(3.0);
        const MatrixXd d = orthonormalized(gaussianMatrix(seed, 5, 5, 5)),
                       y = gaussianMatrix(seed, 5, 8, 6);
        const MatrixXd g = gradientOf(objective, d, y);
        const MatrixXd r = g - d * (d.transpose() * g + g.transpose() * d) / 2.0;
        // R is tangent: DᵀR is skew.
        expectNear(d.transpose() * r, -(r.transpose() * d), 1e-12);
        RiemannianDictionary learner(objective, d, 0.2);
        learner.step(y);
        expectNear(learner.dictionary(), orthonormalized(d - 0.2 * r), 1e-12);
        learner.step(y);
        const MatrixXd second = learner.dictionary();
        expectNear(second * second.transpose(), MatrixXd::Identity(5, 5), 1e-12);
    }

    void batchPassIsThePolarFactorAndNeverDecreasesTheNorm() {
        const MatrixXd y = gaussianMatrix(seed, 6, 200, 7);
        for (const double power : {3.0, 4.0}) {
            const SparsityObjective objective(power);
            const MatrixXd start = orthonormalized(gaussianMatrix(seed, 6, 6, 8));
            BatchDictionary learner(objective, start);
            learner.pass(y);
            expectNear(learner.dictionary(), polarOf(-gradientOf(objective, start, y)), 1e-11);
            double last = objective.value(learner.dictionary(), y);
            for (int i = 0; i < 20; ++i) { // maximizing a convex function by linearization
                learner.pass(y);
                const double now = objective.value(learner.dictionary(), y);
                QVERIFY(now <= last + 1e-12 * std::abs(last));
                last = now;
            }
        }
    }

    void codesSolveTheirLassoProblem() {
        const MatrixXd b = orthonormalized(gaussianMatrix(seed, 6, 6, 9)),
                       y = gaussianMatrix(seed, 6, 4, 10);
        OnlineDictionaryCoding learner(b, 0.3);
        learner.step(y);
        // With orthonormal atoms the lasso has a closed form: soft thresholding.
        const MatrixXd c = b.transpose() * y;
        const MatrixXd expected = c.array().sign() * (c.array().abs() - 0.3).max(0.0);
        expectNear(learner.codes(), expected, 1e-10);
        QVERIFY((learner.atoms().colwise().norm().array() <= 1.0 + 1e-12).all());
    }

    void atomsMinimizeTheSurrogateOneByOne() {
        const MatrixXd b = orthonormalized(gaussianMatrix(seed, 5, 5, 11)),
                       y = gaussianMatrix(seed, 5, 40, 12);
        OnlineDictionaryCoding learner(b, 0.2);
        learner.step(y);
        const MatrixXd alpha = learner.codes();
        const auto surrogate = [&](const MatrixXd& atoms) {
            return 0.5 * (y - atoms * alpha).squaredNorm();
        };
        QVERIFY(surrogate(learner.atoms()) < surrogate(b));
        // The last atom was updated last: no feasible move of it alone is better.
        const double best = surrogate(learner.atoms());
        for (std::uint64_t i = 0; i < 50; ++i) {
            MatrixXd other = learner.atoms();
            other.col(4) += 0.05 * gaussianMatrix(seed, 5, 1, 200 + i);
            other.col(4) /= std::max(other.col(4).norm(), 1.0);
            QVERIFY(surrogate(other) >= best - 1e-10);
        }
    }

    void gapIsTheLargestOverTheHull() {
        const MatrixXd d = 0.7 * orthonormalized(gaussianMatrix(seed, 4, 4, 13)),
                       gradient = gaussianMatrix(seed, 4, 4, 14);
        const double gap = frankWolfeGap(d, gradient);
        QVERIFY(gap > 0.0);
        for (std::uint64_t i = 0; i < 200; ++i) {
            MatrixXd s = gaussianMatrix(seed, 4, 4, 300 + i);
            s /= singularValues(s)[0];
            QVERIFY((s - d).cwiseProduct(-gradient).sum() <= gap);
        }
        const MatrixXd vertex = polarOf(-gradient);
        expectNear(frankWolfeGap(vertex, gradient), 0.0, 1e-12);
    }

    void recoveryMeasuresVanishForSignedPermutationsOnly() {
        expectNear(recoveryError(signedPermutation()), 0.0, 1e-15);
        expectNear(amariIndex(signedPermutation()), 0.0, 1e-15);
        QVERIFY(recoveryError(0.5 * signedPermutation()) > 0.9); // short rows are penalized
        expectNear(amariIndex(MatrixXd::Ones(4, 4)), 1.0, 1e-15);
        // A Hadamard matrix is as far from a permutation as orthogonal matrices get: 1 − 1/N.
        MatrixXd h(4, 4);
        h << 1, 1, 1, 1, 1, -1, 1, -1, 1, 1, -1, -1, 1, -1, -1, 1;
        expectNear(recoveryError(0.5 * h), 0.75, 1e-15);
    }

    void keptEnergyIsThatOfTheLargestCoefficients() {
        const MatrixXd q = orthonormalized(gaussianMatrix(seed, 5, 5, 15)).transpose();
        MatrixXd z(5, 2);
        z << 3, 0, -1, 2, 0.5, 0, 0, -1, 2, 0;
        const MatrixXd y = q.transpose() * z;
        expectNear(keptEnergy(q, y, 1), (9.0 + 4.0) / z.squaredNorm(), 1e-12);
        expectNear(keptEnergy(q, y, 2), (13.0 + 5.0) / z.squaredNorm(), 1e-12);
        expectNear(keptEnergy(q, y, 5), 1.0, 1e-12);
    }

    void cosineBasisIsOrthonormalAndDiagonalizesReflectedSmoothing() {
        const MatrixXd c = cosineBasis(8);
        expectNear(c * c.transpose(), MatrixXd::Identity(64, 64), 1e-12);
        // The second difference with reflecting ends has the cosines as eigenvectors.
        MatrixXd one = MatrixXd::Zero(8, 8);
        for (Index i = 0; i < 8; ++i) {
            one(i, i) = (i == 0 || i == 7) ? 1.0 : 2.0;
            if (i > 0)
                one(i, i - 1) = one(i - 1, i) = -1.0;
        }
        MatrixXd laplacian = MatrixXd::Zero(64, 64);
        for (Index i = 0; i < 8; ++i)
            for (Index j = 0; j < 8; ++j)
                for (Index k = 0; k < 8; ++k) {
                    laplacian(i * 8 + k, j * 8 + k) += one(i, j);
                    laplacian(k * 8 + i, k * 8 + j) += one(i, j);
                }
        const MatrixXd turned = c * laplacian * c.transpose();
        expectNear(turned, MatrixXd(turned.diagonal().asDiagonal()), 1e-11);
    }

    void weightsFollowTheirExponents() {
        for (const double exponent : {0.3, 0.5, 0.75, 1.0})
            for (const std::int64_t t : {1, 2, 17, 10000})
                expectNear(PowerWeight{.exponent = exponent}.at(t) / std::pow(double(t), -exponent),
                           1.0, 1e-14);
        QCOMPARE((PowerWeight{.exponent = 0.5, .constant = 0.05}.at(100)), 0.05);
    }
};

REGISTER_TEST(DictionaryLearningTest)
#include "dictionary_learning_test.moc"
