// One arm of matrix-sensing under way, and what the trials of a run share.

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <Eigen/Core>

#include "core/experiment/experiment.h"
#include "core/matrix/low_rank_problem.h"
#include "core/matrix/sensing_operator.h"

namespace convergence::matrix_sensing {

bool isSymmetricArm(std::string_view arm);
bool isExactArm(std::string_view arm);

/// Everything that the trials of one run share, read only.
struct Setting {
    ParameterValues values;
    matrix::LowRankProblem problem;
    std::shared_ptr<const matrix::SensingOperator> general;
    std::shared_ptr<const matrix::SensingOperator> symmetric;
    Eigen::Index factorColumns = 0; ///< the most columns a factor has

    [[nodiscard]] Eigen::Index rows() const { return problem.target.rows(); }
    [[nodiscard]] Eigen::Index columns() const { return problem.target.cols(); }
    [[nodiscard]] std::uint64_t seed() const {
        return static_cast<std::uint64_t>(values.integer("seed"));
    }
    [[nodiscard]] Eigen::Index width(std::string_view arm) const {
        return isExactArm(arm) ? problem.rank() : factorColumns;
    }
    [[nodiscard]] matrix::MeasuredResidual residual(bool symmetricArm) const {
        const auto& sensing = symmetricArm ? symmetric : general;
        if (!sensing)
            return matrix::MeasuredResidual(problem.target);
        return {sensing, problem.target, values.real("noise"), seed()};
    }
};

/// `scale`: α of the start.
std::unique_ptr<Solver> makeSolver(std::shared_ptr<const Setting> setting, std::string arm,
                                   double scale);

} // namespace convergence::matrix_sensing
