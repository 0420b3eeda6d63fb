#include "core/control/learning_curvature.h"

#include "core/math/decompositions.h"

namespace convergence::control {

using Eigen::MatrixXd;
using Eigen::VectorXd;

LearningCurvature learningCurvature(Method method, const MartingalePopulation& population,
                                    const MartingaleCondition& condition, Eigen::Index dimension) {
    const VectorXd origin = VectorXd::Zero(dimension);
    const MatrixXd response = population.response(condition, origin);
    const auto norm = [](const MatrixXd& matrix) { return singularValues(matrix)[0]; };
    if (method == Method::gradient)
        return {norm(response.transpose() * response), 1.0};
    if (method != Method::preconditionedGradient)
        return {norm(response), 1.0};
    const MatrixXd gram = population.gram(origin);
    const auto whitened = solvePositiveDefinite(gram, response);
    return {whitened ? norm(response.transpose() * *whitened) : norm(response), norm(gram)};
}

} // namespace convergence::control
