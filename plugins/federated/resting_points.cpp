#include "plugins/federated/resting_points.h"

#include <cmath>

#include <Eigen/Eigenvalues>

namespace convergence::federated {

Eigen::VectorXd restOf(const Quadratics& problem, const std::function<double(double)>& pull) {
    std::vector<MatrixOf<double>> pulls;
    for (Index i = 0; i < problem.clients(); ++i) {
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> axes(
            problem.curvature(static_cast<ClientId>(i)));
        const Eigen::VectorXd values = axes.eigenvalues().unaryExpr(pull);
        pulls.emplace_back(axes.eigenvectors() * values.asDiagonal() *
                           axes.eigenvectors().transpose());
    }
    return problem.balance(pulls);
}

Eigen::VectorXd proximalRest(const Quadratics& problem, const ProximalWork& work) {
    return restOf(problem, [&](double s) {
        const double t = s * (1.0 + work.mergedStep * s), c = t + work.weight;
        return (1.0 - std::pow(1.0 - work.rate * c, static_cast<double>(work.steps))) * t / c;
    });
}

Eigen::VectorXd uphillRest(const Quadratics& problem, double mergedStep) {
    return restOf(problem, [&](double s) { return s * (1.0 + mergedStep * s); });
}

} // namespace convergence::federated
