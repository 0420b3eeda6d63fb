// One trial of robust-matrix-recovery under way, and what the trials of a run share.

#pragma once

#include <map>
#include <memory>
#include <string>

#include <Eigen/Core>

#include "core/experiment/experiment.h"
#include "core/matrix/corruption.h"
#include "core/matrix/low_rank_problem.h"
#include "core/matrix/sensing_operator.h"

namespace convergence::robust_recovery {

/// Surplus singular values that are recorded: the largest ones.
constexpr Eigen::Index recordedSurplus = 6;

/// The design of one trial: the parameters' values with the swept one in its place.
struct Design {
    double initialScale;
    double outlierFraction;
    double noise;
    Eigen::Index measurements;
    Eigen::Index factorRank;
};

Design designAt(const ParameterValues& values, const std::map<std::string, double>& factors);

/// Measurements of the target, shared by all trials with as many.
struct Measured {
    std::shared_ptr<const matrix::SensingOperator> sensing;
    Eigen::VectorXd clean; ///< ⟨A_i, M*⟩, m
};

/// Everything that the trials of one run share, read only.
struct Setting {
    ParameterValues values;
    matrix::LowRankProblem problem;
    std::map<Eigen::Index, Measured> measured; ///< by m

    [[nodiscard]] std::uint64_t seed() const {
        return static_cast<std::uint64_t>(values.integer("seed"));
    }
    [[nodiscard]] Eigen::Index dimension() const { return problem.target.rows(); }
    [[nodiscard]] matrix::CorruptionModel corruption(const Design& design) const {
        const std::string& kind = values.text("outlier_kind");
        return {.outlierFraction = design.outlierFraction,
                .kind = kind == "constant"      ? matrix::OutlierKind::constant
                        : kind == "uniform"     ? matrix::OutlierKind::uniform
                        : kind == "adversarial" ? matrix::OutlierKind::adversarial
                                                : matrix::OutlierKind::normal,
                .outlierScale = values.real("outlier_scale"),
                .noise = design.noise};
    }
};

std::unique_ptr<Solver> makeSolver(std::shared_ptr<const Setting> setting, std::string arm,
                                   Design design);

} // namespace convergence::robust_recovery
