#include "core/matrix/low_rank_problem.h"

#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/matrix/orthonormal.h"

namespace convergence::matrix {

namespace {

LowRankProblem assemble(Eigen::MatrixXd left, Eigen::MatrixXd right,
                        Eigen::VectorXd singularValues) {
    LowRankProblem problem;
    problem.target = left * singularValues.asDiagonal() * right.transpose();
    problem.left = std::move(left);
    problem.right = std::move(right);
    problem.singularValues = std::move(singularValues);
    return problem;
}

} // namespace

LowRankProblem randomLowRankProblem(const LowRankOptions& options) {
    const auto& [rows, columns, rank, conditionNumber, symmetric, seed] = options;
    if (rank < 1 || rank > std::min(rows, columns))
        throw InputError(fmt::format("A matrix of {} by {} cannot have rank {}; the rank must be "
                                     "from 1 to {}.",
                                     rows, columns, rank, std::min(rows, columns)));
    if (!(conditionNumber >= 1.0))
        throw InputError(fmt::format("A condition number of {} was asked for; it is at least 1.",
                                     conditionNumber));
    if (symmetric && rows != columns)
        throw InputError(
            fmt::format("A symmetric matrix must be square, but {} rows and {} columns were given.",
                        rows, columns));
    Eigen::MatrixXd left =
        randomOrthonormal(rows, rank, RandomStream({.seed = seed, .purpose = "left factor"}));
    Eigen::MatrixXd right =
        symmetric ? left
                  : randomOrthonormal(columns, rank,
                                      RandomStream({.seed = seed, .purpose = "right factor"}));
    return assemble(std::move(left), std::move(right),
                    Eigen::VectorXd::LinSpaced(rank, 1.0, rank == 1 ? 1.0 : 1.0 / conditionNumber));
}

LowRankProblem planeProblem() {
    return assemble(Eigen::Vector2d::UnitX(), Eigen::Vector2d::UnitX(), Eigen::VectorXd::Ones(1));
}

LowRankProblem scalarToy() {
    return assemble(Eigen::MatrixXd(1, 0), Eigen::MatrixXd(1, 0), Eigen::VectorXd(0));
}

LossAt planeLoss(double x, double y) {
    return {0.25 * (std::pow(x * x - 1.0, 2) + 2.0 * x * x * y * y + std::pow(y, 4)),
            x * (x * x - 1.0) + x * y * y, x * x * y + y * y * y};
}

LossAt toyLoss(double x, double y) {
    return {0.5 * x * x * y * y, x * y * y, x * x * y};
}

Eigen::MatrixXd gaussianFactor(Eigen::Index rows, Eigen::Index columns, double scale,
                               RandomStream stream) {
    Eigen::MatrixXd factor(rows, columns);
    stream.fillNormal({factor.data(), static_cast<std::size_t>(factor.size())},
                      scale / std::sqrt(static_cast<double>(rows)));
    return factor;
}

Components componentsOf(const Eigen::MatrixXd& factor, const Eigen::MatrixXd& basis) {
    const Eigen::MatrixXd coefficients = basis.transpose() * factor;
    return {coefficients.norm(), (factor - basis * coefficients).norm()};
}

} // namespace convergence::matrix
