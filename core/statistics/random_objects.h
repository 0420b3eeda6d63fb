#pragma once

#include <Eigen/Core>

/// Random objects: responses of which only distances are known.
namespace convergence::statistics {

/// How far two responses are from each other. Objects are columns, coded as said.
enum class ObjectMetric {
    euclidean,   ///< any vector
    wasserstein, ///< N(μ, σ²) as (μ, σ): √((μ − μ′)² + (σ − σ′)²)
    quantiles,   ///< a distribution by its quantiles at even levels: √mean(q − q′)²
    logEuclidean, ///< a 2 × 2 positive definite A as L = ln A, (l₁₁, l₂₁, l₂₂): ‖ln A − ln B‖_F
    cholesky,        ///< the same: lower parts of the factors, logarithms on their diagonals
    affineInvariant, ///< the same: ‖ln(A^{−½}BA^{−½})‖_F
    arc,             ///< a unit vector: arccos⟨y, y′⟩
    labels,          ///< a number: 0 if equal, else 1
};

/// D, n × n, symmetric with zeros on its diagonal. Throws InputError where an object has not the
/// code of its metric: another number of entries, a vector that is not of length 1 (to 1e-6), a
/// number that is not finite. Where a metric needs a matrix itself, eigenvalues of its logarithm
/// beyond ±12 count as ±12: what is farther is no matrix to double precision.
Eigen::MatrixXd distancesBetween(const Eigen::MatrixXd& objects, ObjectMetric metric);
/// From each object, a row, to each of others, a column.
Eigen::MatrixXd distancesBetween(const Eigen::MatrixXd& objects, const Eigen::MatrixXd& others,
                                 ObjectMetric metric);

/// exp L of a symmetric 2 × 2 matrix, as (a₁₁, a₂₁, a₂₂), limited so.
Eigen::Vector3d positiveMatrix(const Eigen::Vector3d& logarithm);

/// Distance correlation (Székely, Rizzo, Bakirov 2007) of two samples, a column a point: with the
/// doubly centered distance matrices A and B, √(mean(AB)/√(mean(A²)mean(B²))); in [0, 1], and 0
/// in the population where the two are independent. 0 where one sample is constant. Throws
/// std::logic_error unless both have as many columns.
double distanceCorrelation(const Eigen::MatrixXd& x, const Eigen::MatrixXd& y);
/// The same of what is known by its distances, n × n, alone.
double distanceCorrelationOf(const Eigen::MatrixXd& xDistances, const Eigen::MatrixXd& yDistances);

} // namespace convergence::statistics
