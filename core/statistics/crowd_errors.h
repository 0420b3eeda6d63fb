#pragma once

#include <optional>
#include <vector>

#include "core/statistics/crowd_method.h"

namespace convergence::statistics {

/// What is known of the tasks of a table. Without a truth an answer cannot be wrong.
struct KnownAnswers {
    std::vector<std::optional<std::uint8_t>> first, second;
};
KnownAnswers knownAnswers(const std::vector<AnswerPair>& truth);

/// Shares of the tasks whose truth is known; none where it is of none. A pair is wrong
/// where either answer is; it counts where both are known.
struct AnswerErrors {
    std::optional<double> first, second, pair;
};
AnswerErrors answerErrors(const std::vector<AnswerPair>& estimate, const KnownAnswers& known);

/// Share of wrong first answers among the quarter of tasks with the least and with the greatest
/// value, of those whose truth is known; none for fewer than four of these. Ties go by index.
struct QuarterErrors {
    double least, greatest;
};
std::optional<QuarterErrors> quarterErrors(const std::vector<AnswerPair>& estimate,
                                           const KnownAnswers& known, const Eigen::VectorXd& value);

/// Mean absolute and root mean square difference.
struct Deviation {
    double mean, rootMeanSquare;
};
Deviation deviation(const Eigen::VectorXd& estimate, const Eigen::VectorXd& truth);

/// Spearman's: the correlation of the ranks, ties averaged. None where one is constant.
std::optional<double> rankCorrelation(const Eigen::VectorXd& a, const Eigen::VectorXd& b);

} // namespace convergence::statistics
