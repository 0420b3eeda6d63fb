#pragma once

#include <vector>

#include <Eigen/Core>

/// Predicting a random object from features. Of objects distances alone are known, so that a
/// prediction is one of those that were seen: the weighted Fréchet mean among them,
///
///     argmin_l Σ_k w_k D_kl².
namespace convergence::statistics {

/// Its number, for all weights 1: the one object that is the best guess without features.
Eigen::Index frechetMean(const Eigen::MatrixXd& distances);

/// What is predicted at each row of `at`, by number, from rows of `features` that go with the
/// objects. Weights are 1 of the nearest `neighbors` rows (of equally near ones those with lower
/// number), else 0. Throws std::logic_error unless sizes fit, and for no neighbors.
std::vector<Eigen::Index> predictByNeighbors(const Eigen::MatrixXd& features,
                                             const Eigen::MatrixXd& distances,
                                             const Eigen::MatrixXd& at, Eigen::Index neighbors);

/// Global Fréchet regression (Petersen and Müller 2019), linear regression without a vector space:
/// w_k = 1 + (f_k − f̄)ᵀS⁻¹(f − f̄), S the features' covariance and 10⁻⁹ of its trace on the
/// diagonal. For numbers it is least squares, rounded to a number that was seen.
std::vector<Eigen::Index> predictGlobally(const Eigen::MatrixXd& features,
                                          const Eigen::MatrixXd& distances,
                                          const Eigen::MatrixXd& at);

/// Mean of d² over rows of `fromSeen` (a row an object to be predicted, a column one that was
/// seen) and the predictions for them.
double meanSquaredDistance(const Eigen::MatrixXd& fromSeen,
                           const std::vector<Eigen::Index>& predicted);

} // namespace convergence::statistics
