#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <QtTest>

#include "core/math/decompositions.h"
#include "core/math/random.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::Index;
using Eigen::MatrixX;
using Eigen::VectorX;

namespace {

constexpr std::uint64_t seed = 20260701;

template <typename Scalar>
constexpr Scalar epsilon = std::numeric_limits<Scalar>::epsilon();

/// Independent normal entries.
template <typename Scalar>
MatrixX<Scalar> gaussian(Index rows, Index columns, std::uint64_t index) {
    Eigen::MatrixXd numbers(rows, columns);
    RandomStream({.seed = seed, .purpose = "decompositions", .index = index})
        .fillNormal({numbers.data(), static_cast<std::size_t>(numbers.size())});
    return numbers.cast<Scalar>();
}

/// Orthogonal, without any decomposition: the product of reflections I − 2vvᵀ/vᵀv.
template <typename Scalar>
MatrixX<Scalar> reflections(Index size, std::uint64_t index) {
    MatrixX<Scalar> q = MatrixX<Scalar>::Identity(size, size);
    for (Index i = 0; i < 3; ++i) {
        const VectorX<Scalar> v = gaussian<Scalar>(size, 1, 10 * index + std::uint64_t(i));
        q -= (Scalar(2) / v.squaredNorm()) * v * (v.transpose() * q);
    }
    return q;
}

/// The second difference matrix tridiag(−1, 2, −1); its eigenvalues are 2 − 2cos(jπ/(n + 1)).
template <typename Scalar>
MatrixX<Scalar> secondDifferences(Index n) {
    MatrixX<Scalar> s = Scalar(2) * MatrixX<Scalar>::Identity(n, n);
    s.diagonal(1).setConstant(Scalar(-1));
    s.diagonal(-1).setConstant(Scalar(-1));
    return s;
}

/// A value that must not exceed a bound; NaN exceeds every bound.
void expectAtMost(double value, double bound, const char* what) {
    QVERIFY2(value <= bound,
             qPrintable(
                 QString("%1: %2 exceeds %3 (seed %4)").arg(what).arg(value).arg(bound).arg(seed)));
}

template <typename Scalar>
double departure(const MatrixX<Scalar>& q) {
    return double((q.transpose() * q - MatrixX<Scalar>::Identity(q.cols(), q.cols())).norm());
}

template <typename Scalar>
double distance(const MatrixX<Scalar>& a, const MatrixX<Scalar>& b) {
    return a.rows() == b.rows() && a.cols() == b.cols() ? double((a - b).norm())
                                                        : std::numeric_limits<double>::quiet_NaN();
}

struct Shape {
    Index rows, columns;
};
// Wide and tall, both sides of where Jacobi's method gives way, and of blocks' sizes.
constexpr Shape shapes[] = {{1, 1}, {2, 5}, {7, 3}, {32, 40}, {60, 33}, {33, 90}, {70, 70}};

template <typename Scalar>
void checkSingularValues() {
    for (const auto& [rows, columns] : shapes) {
        const Index count = std::min(rows, columns);
        // Known: σ_i = 2^{−i/4}, in orthogonal bases made of reflections.
        VectorX<Scalar> sigma(count);
        for (Index i = 0; i < count; ++i)
            sigma[i] = Scalar(std::exp2(-0.25 * double(i)));
        const MatrixX<Scalar> m = reflections<Scalar>(rows, 1).leftCols(count) *
                                  sigma.asDiagonal() *
                                  reflections<Scalar>(columns, 2).leftCols(count).transpose();
        const double bound = 100.0 * double(epsilon<Scalar>) * std::sqrt(double(rows + columns));
        expectAtMost(double((singularValues<Scalar>(m) - sigma).norm()), bound, "singular values");
        for (const auto& svd : {thinSvd<Scalar>(m), fullSvd<Scalar>(m)}) {
            expectAtMost(double((svd.values - sigma).norm()), bound, "values with vectors");
            expectAtMost(departure(svd.u), bound, "UᵀU − I");
            expectAtMost(departure(svd.v), bound, "VᵀV − I");
            const MatrixX<Scalar> again =
                svd.u.leftCols(count) * svd.values.asDiagonal() * svd.v.leftCols(count).transpose();
            expectAtMost(distance<Scalar>(again, m), bound, "UΣVᵀ − M");
        }
        QCOMPARE(thinSvd<Scalar>(m).u.cols(), count);
        QCOMPARE(fullSvd<Scalar>(m).u.cols(), rows);
        QCOMPARE(fullSvd<Scalar>(m).v.cols(), columns);
        // M Mᵀ u = σ² u for well separated values.
        const MatrixX<Scalar> left = leftSingularVectors<Scalar>(m);
        QCOMPARE(left.cols(), count);
        expectAtMost(departure(left), bound, "left vectors");
        for (Index i = 0; i < std::min<Index>(count, 3); ++i)
            expectAtMost(
                double(
                    (m * (m.transpose() * left.col(i)) - sigma[i] * sigma[i] * left.col(i)).norm()),
                bound, "left vector");
    }
}

template <typename Scalar>
void checkSymmetric() {
    for (const Index n : {1, 2, 9, 40}) {
        const MatrixX<Scalar> s = secondDifferences<Scalar>(n);
        VectorX<Scalar> known(n);
        for (Index j = 0; j < n; ++j)
            known[j] =
                Scalar(2.0 - 2.0 * std::cos(double(j + 1) * std::numbers::pi / double(n + 1)));
        const double bound = 100.0 * double(epsilon<Scalar>) * double(n);
        const auto eigen = symmetricEigen<Scalar>(s);
        expectAtMost(double((eigen.values - known).norm()), bound, "λ");
        expectAtMost(double((symmetricEigenvalues<Scalar>(s) - known).norm()), bound, "λ alone");
        expectAtMost(departure(eigen.vectors), bound, "VᵀV − I");
        expectAtMost(distance<Scalar>(s * eigen.vectors, eigen.vectors * eigen.values.asDiagonal()),
                     bound, "SV − VΛ");
        // The upper triangle is not read.
        MatrixX<Scalar> lower = s;
        lower.template triangularView<Eigen::StrictlyUpper>().setConstant(
            std::numeric_limits<Scalar>::quiet_NaN());
        expectAtMost(double((symmetricEigenvalues<Scalar>(lower) - known).norm()), bound, "lower");
    }
}

template <typename Scalar>
void checkQr() {
    for (const auto& [rows, columns] : shapes) {
        const Index count = std::min(rows, columns);
        const MatrixX<Scalar> m = gaussian<Scalar>(rows, columns, 3);
        const double bound = 100.0 * double(epsilon<Scalar>) * double(rows + columns);
        const auto qr = thinQr<Scalar>(m);
        QCOMPARE(qr.q.cols(), count);
        expectAtMost(departure(qr.q), bound, "QᵀQ − I");
        expectAtMost(distance<Scalar>(qr.q * qr.r, m), bound, "QR − M");
        for (Index i = 0; i < count; ++i)
            for (Index j = 0; j < i; ++j)
                QCOMPARE(qr.r(i, j), Scalar(0));
        if (rows < columns)
            continue;
        Orthonormalizer<Scalar> orthonormalizer(rows, columns);
        MatrixX<Scalar> q = m;
        orthonormalizer.apply(q);
        const MatrixX<Scalar> r = q.transpose() * m;
        expectAtMost(departure(q), bound, "QᵀQ − I, signs fixed");
        expectAtMost(distance<Scalar>(q * r, m), bound, "QR − M, signs fixed");
        QVERIFY((r.diagonal().array() > Scalar(0)).all());
        // A second call forgets the first, and −M has −Q.
        MatrixX<Scalar> negative = -m;
        orthonormalizer.apply(negative);
        expectAtMost(distance<Scalar>(negative, -q), bound, "Q of −M");
    }
}

template <typename Scalar>
void checkTriangularSolves() {
    for (const Index n : {1, 2, 12, 60}) {
        const MatrixX<Scalar> s = secondDifferences<Scalar>(n);
        const double bound = 100.0 * double(epsilon<Scalar>) * double(n * n);
        const auto l = choleskyFactor<Scalar>(s);
        QVERIFY(l.has_value());
        expectAtMost(distance<Scalar>(*l * l->transpose(), s), bound, "LLᵀ − S");
        // (S⁻¹)_{ij} = min(i, j)(n + 1 − max(i, j))/(n + 1), counted from 1.
        MatrixX<Scalar> inverse(n, n);
        for (Index i = 0; i < n; ++i)
            for (Index j = 0; j < n; ++j)
                inverse(i, j) =
                    Scalar(double((std::min(i, j) + 1) * (n - std::max(i, j))) / double(n + 1));
        const auto solved = solvePositiveDefinite<Scalar>(s, MatrixX<Scalar>::Identity(n, n));
        QVERIFY(solved.has_value());
        expectAtMost(distance<Scalar>(*solved, inverse), bound * double(inverse.norm()), "S⁻¹");
        Inverter<Scalar> inverter(n);
        const MatrixX<Scalar>* byLu = inverter(s);
        QVERIFY(byLu);
        expectAtMost(distance<Scalar>(*byLu, inverse), bound * double(inverse.norm()), "LU");
        QVERIFY(!inverter(MatrixX<Scalar>::Zero(n, n)));
        // Rows exchanged: pivots are needed.
        const MatrixX<Scalar> exchanged = s.colwise().reverse();
        byLu = inverter(exchanged);
        QVERIFY(byLu);
        expectAtMost(distance<Scalar>(*byLu, inverse.rowwise().reverse()),
                     bound * double(inverse.norm()), "LU with pivots");
        QVERIFY(!choleskyFactor<Scalar>(-s));
        QVERIFY(!solvePositiveDefinite<Scalar>(-s, s));
    }
}

} // namespace

class DecompositionsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void singularValuesAreTheKnownOnes() {
        checkSingularValues<double>();
        checkSingularValues<float>();
    }

    void smallSingularValuesSurvive() {
        // A Gram matrix would lose everything below 1e-8.
        const Eigen::Vector3d sigma(1.0, 1e-6, 1e-12);
        const Eigen::MatrixXd m = reflections<double>(12, 4).leftCols(3) * sigma.asDiagonal() *
                                  reflections<double>(3, 5).transpose();
        const Eigen::VectorXd found = singularValues(m);
        expectAtMost(std::abs(found[1] / 1e-6 - 1.0), 1e-9, "σ₂ = 1e-6");
        expectAtMost(std::abs(found[2] / 1e-12 - 1.0), 1e-3, "σ₃ = 1e-12");
    }

    void deficientRanksHaveZerosAndOrthonormalBases() {
        const Eigen::MatrixXd m = gaussian<double>(50, 2, 6) * gaussian<double>(2, 40, 7);
        const Eigen::VectorXd sigma = singularValues(m);
        QVERIFY(sigma[1] > 1.0);
        expectAtMost(sigma[2], 1e-12 * sigma[0], "σ₃ of rank 2");
        expectAtMost(departure(thinSvd(m).u), 1e-12, "U of rank 2");
        expectAtMost(departure(fullSvd(m).v), 1e-12, "V of rank 2");
        expectAtMost(departure(thinQr(m).q), 1e-12, "Q of rank 2");
        expectAtMost(departure(fullSvd(Eigen::MatrixXd::Zero(4, 3)).u), 1e-15, "U of zero");
    }

    void symmetricEigenvaluesAreTheKnownOnes() {
        checkSymmetric<double>();
        checkSymmetric<float>();
    }

    void generalEigenvaluesAreTheRootsOfTheCharacteristicPolynomial() {
        // Companion matrix of (x − 3)(x² − 2x + 5): 3 and 1 ± 2i.
        Eigen::Matrix3d companion;
        companion << 5, -11, 15, 1, 0, 0, 0, 1, 0;
        auto found = eigenvalues(companion);
        std::sort(found.begin(), found.end(),
                  [](const auto& a, const auto& b) { return a.imag() < b.imag(); });
        const std::complex<double> known[] = {{1, -2}, {3, 0}, {1, 2}};
        for (Index i = 0; i < 3; ++i)
            expectAtMost(std::abs(found[i] - known[i]), 1e-13, "root");
        expectAtMost(std::abs(eigenvalues<float>(companion.cast<float>()).sum() - 5.0F), 1e-5,
                     "trace, in float");
    }

    void qrIsOrthonormalTimesTriangular() {
        checkQr<double>();
        checkQr<float>();
    }

    void positiveDefiniteAndGeneralSystemsHaveTheKnownInverse() {
        checkTriangularSolves<double>();
        checkTriangularSolves<float>();
    }

    void emptyMatricesHaveEmptyDecompositions() {
        const Eigen::MatrixXd tall(3, 0), wide(0, 3), none(0, 0);
        for (const auto& m : {tall, wide, none}) {
            QCOMPARE(singularValues(m).size(), 0);
            QCOMPARE(thinSvd(m).u.rows(), m.rows());
            QCOMPARE(thinSvd(m).v.rows(), m.cols());
            QVERIFY(fullSvd(m).u == Eigen::MatrixXd::Identity(m.rows(), m.rows()));
            QVERIFY(fullSvd(m).v == Eigen::MatrixXd::Identity(m.cols(), m.cols()));
            QCOMPARE(leftSingularVectors(m).rows(), m.rows());
            QCOMPARE(thinQr(m).q.rows(), m.rows());
            QCOMPARE(thinQr(m).r.cols(), m.cols());
        }
        QCOMPARE(symmetricEigen(none).values.size(), 0);
        QCOMPARE(eigenvalues(none).size(), 0);
        QCOMPARE(choleskyFactor(none)->size(), 0);
    }

    void whatIsNotFiniteIsToldAsNaN() {
        Eigen::MatrixXd m = gaussian<double>(4, 4, 8);
        m(2, 1) = std::numeric_limits<double>::infinity();
        QVERIFY(singularValues(m).array().isNaN().all());
        QVERIFY(thinSvd(m).u.array().isNaN().all());
        QVERIFY(fullSvd(m).v.array().isNaN().all());
        QVERIFY(leftSingularVectors(m).array().isNaN().all());
        QVERIFY(symmetricEigen(m).vectors.array().isNaN().all());
        QVERIFY(symmetricEigenvalues(m).array().isNaN().all());
        QVERIFY(std::isnan(eigenvalues(m)[0].real()));
        QVERIFY(thinQr(m).q.array().isNaN().all());
        QVERIFY(!choleskyFactor(m));
        QVERIFY(!Inverter<double>(4)(m));
    }

    /// Finite entries whose columns' norms are not: nothing is known of the vectors, and nothing is
    /// made up.
    void overflowOnTheWayIsToldAsNaN() {
        const Eigen::MatrixXd huge = 1e300 * gaussian<double>(3, 40, 9);
        QVERIFY(huge.allFinite());
        const Eigen::MatrixXd left = leftSingularVectors(huge);
        QCOMPARE(left.rows(), 3);
        QCOMPARE(left.cols(), 3);
        QVERIFY(left.array().isNaN().all());
    }

    void shapesThatCannotBeAreRefused() {
        const Eigen::MatrixXd m = Eigen::MatrixXd::Zero(3, 2);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(symmetricEigen(m)), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(eigenvalues(m)), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(static_cast<void>(choleskyFactor(m)), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(
            static_cast<void>(solvePositiveDefinite(Eigen::MatrixXd::Identity(2, 2), m)),
            std::logic_error);
    }
};

REGISTER_TEST(DecompositionsTest)
#include "decompositions_test.moc"
