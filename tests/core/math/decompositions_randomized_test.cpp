// Signs of singular vectors, the randomized decomposition, and what is made of symmetric pairs.

#include <cmath>
#include <limits>
#include <stdexcept>

#include <QtTest>

#include "core/math/decompositions.h"
#include "core/math/matrix_exponential.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

constexpr std::uint64_t seed = 20261129;

MatrixXd normal(Index rows, Index columns, std::uint64_t index) {
    MatrixXd numbers(rows, columns);
    RandomStream({.seed = seed, .purpose = "randomized decompositions", .index = index})
        .fillNormal({numbers.data(), static_cast<std::size_t>(numbers.size())});
    return numbers;
}

/// U diag(values) Vᵀ in random orthonormal bases.
MatrixXd withValues(Index rows, Index columns, const VectorXd& values) {
    return thinQr(normal(rows, values.size(), 1)).q * values.asDiagonal() *
           thinQr(normal(columns, values.size(), 2)).q.transpose();
}

MatrixXd positive(Index n, std::uint64_t index) {
    const MatrixXd x = normal(n, n, index);
    return x * x.transpose() + 0.1 * MatrixXd::Identity(n, n);
}

template <typename Scalar>
void checkSigns(const SingularValueDecomposition<Scalar>& svd) {
    for (Index i = 0; i < svd.v.cols(); ++i)
        QCOMPARE(svd.v.col(i).maxCoeff(), svd.v.col(i).cwiseAbs().maxCoeff());
}

} // namespace

class DecompositionsRandomizedTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void signsAreTurnedInPairs() {
        const MatrixXd m = normal(12, 7, 3);
        SingularValueDecomposition<double> svd = thinSvd(m), turned = svd;
        for (const Index i : {0, 2, 5}) {
            turned.u.col(i) *= -1.0;
            turned.v.col(i) *= -1.0;
        }
        const auto fixed = withFixedSigns(svd), same = withFixedSigns(turned);
        checkSigns(fixed);
        expectNear(fixed.u, same.u, 0.0);
        expectNear(fixed.v, same.v, 0.0);
        expectNear(fixed.u * fixed.values.asDiagonal() * fixed.v.transpose(), m, 1e-13);
        checkSigns(withFixedSigns(thinSvd<float>(m.cast<float>())));
    }

    void lowRankIsFoundToRounding() {
        VectorXd values(4);
        values << 5.0, 2.0, 1.0, 1e-3;
        for (const auto& [rows, columns] :
             {std::pair<Index, Index>(80, 50), std::pair<Index, Index>(30, 90)}) {
            const MatrixXd m = withValues(rows, columns, values);
            const auto svd = randomizedSvd(m, {.columns = 8});
            QCOMPARE(svd.values.size(), 8);
            expectNear(svd.values.head(4), values, 1e-13);
            expectNear(svd.u * svd.values.asDiagonal() * svd.v.transpose(), m, 1e-13);
            expectNear(svd.u.transpose() * svd.u, MatrixXd::Identity(8, 8), 1e-13);
            expectNear(svd.v.transpose() * svd.v, MatrixXd::Identity(8, 8), 1e-13);
            checkSigns(svd);
        }
    }

    // σ falls slowly; of 16 columns the first 8 are good to (σ₁₇/σ₈)^18 = 10⁻⁵ or so.
    void leadingPairsAgreeWithTheExactOnes() {
        VectorXd values(128);
        for (Index i = 0; i < 128; ++i)
            values[i] = std::pow(static_cast<double>(i + 1), -1.0);
        const MatrixXd m = withValues(128, 196, values);
        const auto svd = randomizedSvd(m, {.columns = 16}), exact = withFixedSigns(thinSvd(m));
        for (Index i = 0; i < 8; ++i) {
            expectNear(svd.values[i], values[i], 1e-5 * values[i]);
            QVERIFY(svd.values[i] <= values[i] * (1.0 + 1e-13));
            expectNear(svd.u.col(i), exact.u.col(i), 1e-2);
            expectNear(svd.v.col(i), exact.v.col(i), 1e-2);
        }
        const auto rough = randomizedSvd(m, {.columns = 16, .powerIterations = 0});
        QVERIFY((rough.values.head(8) - values.head(8)).norm() >
                10.0 * (svd.values.head(8) - values.head(8)).norm());
        expectNear(randomizedSvd(m, {.columns = 16}).u, svd.u, 0.0); // the seed decides
        const auto single = randomizedSvd<float>(m.cast<float>(), {.columns = 16});
        expectNear(single.values.cast<double>().head(8), values.head(8), 1e-5);
    }

    void asManyColumnsAsThereAre() {
        const MatrixXd m = normal(5, 9, 4);
        const auto all = randomizedSvd(m, {.columns = 100});
        expectNear(all.values, singularValues(m), 1e-13);
        QCOMPARE(randomizedSvd(MatrixXd(0, 3), {}).values.size(), 0);
        MatrixXd spoilt = m;
        spoilt(1, 1) = std::nan("");
        QVERIFY(randomizedSvd(spoilt, {.columns = 3}).values.array().isNaN().all());
        QCOMPARE(randomizedSvd(spoilt, {.columns = 3}).u.cols(), 3);
        QVERIFY_EXCEPTION_THROWN(randomizedSvd(m, {.columns = 0}), std::logic_error);
    }

    void generalizedEigenvectorsDiagonalizeBoth() {
        for (const Index n : {1, 4, 30}) {
            const MatrixXd x = normal(n, n, 5), a = x + x.transpose(), b = positive(n, 6);
            const auto eigen = generalizedSymmetricEigen(a, b);
            QVERIFY(eigen.has_value());
            const auto& [values, v] = *eigen;
            const double scale = a.norm() * v.squaredNorm();
            expectNear(v.transpose() * b * v, MatrixXd::Identity(n, n), 1e-13 * scale);
            expectNear(v.transpose() * a * v, MatrixXd(values.asDiagonal()), 1e-13 * scale);
            expectNear(a * v, b * v * values.asDiagonal(), 1e-13 * scale * b.norm());
            QVERIFY(std::is_sorted(values.begin(), values.end()));
        }
    }

    void ofDiagonalMatricesTheyAreRatios() {
        MatrixXd b = MatrixXd::Zero(3, 3), a = b;
        b.diagonal() << 4.0, 1.0, 0.25;
        a.diagonal() << 0.8, 0.9, 0.075; // ratios 0.2, 0.9, 0.3
        const auto eigen = generalizedSymmetricEigen(a, b);
        expectNear(eigen->values, Eigen::Vector3d(0.2, 0.3, 0.9), 1e-15);
        expectNear(eigen->vectors.col(2).cwiseAbs(), Eigen::Vector3d(0.0, 1.0, 0.0), 1e-15);
        expectNear(eigen->vectors.col(1).cwiseAbs(), Eigen::Vector3d(0.0, 0.0, 2.0), 1e-15);
    }

    void onlyLowerTrianglesAreRead() {
        MatrixXd a = positive(5, 7), b = positive(5, 8);
        const VectorXd expected = generalizedSymmetricEigen(a, b)->values;
        const MatrixXd logarithm = *symmetricLogarithm(b);
        a.triangularView<Eigen::StrictlyUpper>().setConstant(17.0);
        b.triangularView<Eigen::StrictlyUpper>().setConstant(-3.0);
        expectNear(generalizedSymmetricEigen(a, b)->values, expected, 1e-13 * expected.norm());
        expectNear(*symmetricLogarithm(b), logarithm, 1e-13);
    }

    void whatIsNotPositiveDefiniteHasNone() {
        const MatrixXd a = positive(3, 9);
        MatrixXd b = MatrixXd::Identity(3, 3);
        b(1, 1) = 0.0;
        QVERIFY(!generalizedSymmetricEigen(a, b));
        QVERIFY(!symmetricLogarithm(b));
        b(1, 1) = std::nan("");
        QVERIFY(!generalizedSymmetricEigen(a, b));
        QVERIFY(!symmetricLogarithm(b));
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(generalizedSymmetricEigen(a, MatrixXd(2, 2))),
                                 std::logic_error);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(symmetricLogarithm(MatrixXd(2, 3))),
                                 std::logic_error);
    }

    void logarithmsUndoExponentials() {
        const MatrixXd x = normal(6, 6, 10), s = 0.5 * (x + x.transpose());
        expectNear(*symmetricLogarithm(matrixExponential(s)), s, 1e-12);
        const MatrixXd p = positive(6, 11);
        expectNear(matrixExponential(*symmetricLogarithm(p)), p, 1e-13 * p.norm());
        MatrixXd diagonal = MatrixXd::Zero(2, 2);
        diagonal.diagonal() << std::exp(3.0), std::exp(-7.0);
        MatrixXd expected = MatrixXd::Zero(2, 2);
        expected.diagonal() << 3.0, -7.0;
        expectNear(*symmetricLogarithm(diagonal), expected, 1e-13);
    }

    // The affine-invariant distance of S and T does not change with G·Gᵀ.
    void theAffineInvariantDistanceIsThat() {
        const MatrixXd s = positive(4, 12), t = positive(4, 13), g = normal(4, 4, 14);
        const auto distance = [](const MatrixXd& a, const MatrixXd& b) {
            return generalizedSymmetricEigen(a, b)->values.array().log().matrix().norm();
        };
        expectNear(distance(g * s * g.transpose(), g * t * g.transpose()), distance(s, t), 1e-10);
        expectNear(distance(s, t), distance(t, s), 1e-10);
    }
};

REGISTER_TEST(DecompositionsRandomizedTest)
#include "decompositions_randomized_test.moc"
