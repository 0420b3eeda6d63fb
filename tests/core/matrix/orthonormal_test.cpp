// Orthonormal bases, polar factors and principal angles against decompositions and closed forms.

#include <array>
#include <cmath>

#include <QtTest>

#include "core/math/decompositions.h"
#include "core/matrix/orthonormal.h"
#include "tests/core/matrix/gaussian_matrix.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::matrix;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr std::uint64_t seed = 3;

double departure(const MatrixXd& q) {
    return (q.transpose() * q - MatrixXd::Identity(q.cols(), q.cols())).norm();
}

/// UVᵀ by the textbook.
MatrixXd polarByDecomposition(const MatrixXd& m) {
    const auto svd = fullSvd(m);
    return svd.u * svd.v.transpose();
}

} // namespace

class OrthonormalTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qInfo("seed %llu", static_cast<unsigned long long>(seed)); }

    void retractionIsGramSchmidt() {
        const MatrixXd m = gaussianMatrix(seed, 9, 4, 0);
        const MatrixXd q = orthonormalized(m);
        MatrixXd expected = m;
        for (Index j = 0; j < 4; ++j) {
            for (Index i = 0; i < j; ++i)
                expected.col(j) -= expected.col(i).dot(m.col(j)) * expected.col(i);
            expected.col(j).normalize();
        }
        expectNear(q, expected, 1e-12);
        const MatrixXd r = q.transpose() * m;
        QVERIFY((r.diagonal().array() > 0.0).all());
        // A basis is its own retraction: no column flips.
        expectNear(orthonormalized(q), q, 1e-13);
    }

    void polarFactorIsThatOfTheDecomposition_data() {
        QTest::addColumn<int>("size");
        QTest::addColumn<double>("condition");
        for (const int size : {1, 2, 10, 33, 64})
            for (const double condition : {1.0, 1e2, 1e6, 1e9})
                QTest::addRow("%d, condition %g", size, condition) << size << condition;
    }
    void polarFactorIsThatOfTheDecomposition() {
        QFETCH(int, size);
        QFETCH(double, condition);
        const MatrixXd u = orthonormalized(gaussianMatrix(seed, size, size, 1));
        const MatrixXd v = orthonormalized(gaussianMatrix(seed, size, size, 2));
        VectorXd sigma(size);
        for (Index i = 0; i < size; ++i)
            sigma[i] = std::pow(condition, -double(i) / std::max(size - 1, 1));
        const MatrixXd m = 37.0 * u * sigma.asDiagonal() * v.transpose();
        const MatrixXd q = PolarFactor(size)(m);
        QVERIFY(departure(q) < 1e-12 * size);
        // The factor is as sensitive as the smallest singular value says.
        expectNear(q, u * v.transpose(), 1e-13 * size * condition + 1e-12 * size);
        expectNear(q.cwiseProduct(m).sum(), singularValues(m).sum(),
                   1e-11 * singularValues(m).sum());
    }

    void polarFactorOfSingularMatricesMaximizesAndIsDeterministic() {
        for (const MatrixXd& m :
             {MatrixXd(gaussianMatrix(seed, 8, 1, 3) * gaussianMatrix(seed, 1, 8, 4)),
              MatrixXd(MatrixXd::Zero(8, 8)),
              MatrixXd(gaussianMatrix(seed, 8, 3, 5) * gaussianMatrix(seed, 3, 8, 6))}) {
            PolarFactor polar(8);
            const MatrixXd q = polar(m);
            QVERIFY(departure(q) < 1e-12);
            expectNear(q.cwiseProduct(m).sum(), singularValues(m).sum(), 1e-10);
            polar(gaussianMatrix(seed, 8, 8, 7)); // no memory of other matrices
            expectNear(polar(m), q, 0.0);
        }
    }

    void noPointOfTheHullBeatsThePolarFactor() {
        const MatrixXd m = gaussianMatrix(seed, 6, 6, 8);
        const double best = polarByDecomposition(m).cwiseProduct(m).sum();
        for (std::uint64_t i = 0; i < 200; ++i) {
            MatrixXd s = gaussianMatrix(seed, 6, 6, 100 + i);
            s /= singularValues(s)[0];
            QVERIFY(s.cwiseProduct(m).sum() <= best);
        }
        expectNear(PolarFactor(6)(m).cwiseProduct(m).sum(), best, 1e-12);
    }

    void principalAnglesAreThoseBuiltIn() {
        // B = cos θ · A + sin θ · C with C orthogonal to A.
        const MatrixXd basis = orthonormalized(gaussianMatrix(seed, 12, 6, 9));
        const VectorXd theta = VectorXd::Map(std::array{1e-10, 0.3, 1.5}.data(), 3);
        const MatrixXd a = basis.leftCols(3), c = basis.rightCols(3);
        MatrixXd b = a * theta.array().cos().matrix().asDiagonal();
        b += c * theta.array().sin().matrix().asDiagonal();
        // Any bases of the two spaces will do.
        const MatrixXd turnedA = a * orthonormalized(gaussianMatrix(seed, 3, 3, 10));
        const MatrixXd turnedB = b * orthonormalized(gaussianMatrix(seed, 3, 3, 11));
        const VectorXd angles = principalAngles(turnedA, turnedB);
        expectNear(angles[0], 1e-10, 1e-14);
        expectNear(angles[1], 0.3, 1e-13);
        expectNear(angles[2], 1.5, 1e-13);
        expectNear(subspaceDistance(turnedA, turnedB),
                   std::sqrt(theta.array().sin().square().sum()), 1e-13);
        expectNear(principalAngles(turnedA, a.leftCols(2)), Eigen::Vector2d::Zero(), 1e-13);
    }

    void principalComponentsAreTheLeftSingularVectors() {
        for (const Index n : {5, 9, 400}) {
            const MatrixXd x = gaussianMatrix(seed, 9, n, 12);
            const auto svd = fullSvd(x);
            const Index k = 3;
            const MatrixXd components = principalComponents(x, k);
            QVERIFY(departure(components) < 1e-12);
            for (Index i = 0; i < k; ++i)
                expectNear(std::abs(components.col(i).dot(svd.u.col(i))), 1.0, 1e-10);
        }
    }

    void randomBasesAreOrthonormalAndUniform() {
        double first = 0.0, square = 0.0;
        constexpr int count = 2000;
        for (int i = 0; i < count; ++i) {
            const MatrixXd q = randomOrthonormal(
                4, 2, RandomStream({.seed = seed, .purpose = "bases", .index = std::uint64_t(i)}));
            QVERIFY(departure(q) < 1e-13);
            first += q(0, 0);
            square += q(0, 0) * q(0, 0);
        }
        // An entry of a Haar basis has mean 0 and mean square 1/d.
        expectNear(first / count, 0.0, 5.0 * 0.5 / std::sqrt(double(count)));
        expectNear(square / count, 0.25, 5.0 * 0.25 / std::sqrt(double(count)));
    }
};

REGISTER_TEST(OrthonormalTest)
#include "orthonormal_test.moc"
