#pragma once

#include <memory>
#include <vector>

#include "core/statistics/crowd_table.h"
#include "core/statistics/top_two_model.h"

namespace convergence::statistics {

/// What a method says of a crowd. Methods that know nothing of p and q leave these empty.
struct CrowdEstimate {
    std::vector<AnswerPair> pairs; ///< of each task
    Eigen::VectorXd reliability;   ///< p̂, of each worker
    Eigen::VectorXd clarity;       ///< q̂, of each task
};

/// A method that finds two answers for every task, round by round. Every worker and every task of
/// its table has an answer (withoutSilent()).
class CrowdMethod {
public:
    virtual ~CrowdMethod() = default;

    /// One round. False where it changed nothing: the method has come to its end.
    virtual bool advance() = 0;
    /// After the rounds so far; of no rounds, whatever the method begins with.
    virtual const CrowdEstimate& estimate() = 0;
    /// How it ranks the choices of a task, K numbers, larger is better; for views.
    [[nodiscard]] virtual Eigen::VectorXd scores(Index task) const = 0;
};

/// The two largest of K scores; of equal ones those with lower index.
AnswerPair largestTwo(const double* scores, Index choices);

/// Answers counted, each with the weight of its worker.
Eigen::VectorXd votes(const CrowdTable& table, Index task, const Eigen::VectorXd& weights);
/// The two with the most weight, for every task.
void leadingPairs(const CrowdTable& table, const Eigen::VectorXd& weights,
                  std::vector<AnswerPair>& pairs);

/// Every vote counts the same. One round.
std::unique_ptr<CrowdMethod> majorityVote(std::shared_ptr<const CrowdTable> table);

} // namespace convergence::statistics
