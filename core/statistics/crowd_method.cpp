#include "core/statistics/crowd_method.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace convergence::statistics {

AnswerPair largestTwo(const double* scores, Index choices) {
    AnswerPair pair;
    double first = -std::numeric_limits<double>::infinity(), second = first;
    bool hasFirst = false, hasSecond = false;
    for (Index c = 0; c < choices; ++c) {
        if (!hasFirst || scores[c] > first) {
            pair.second = pair.first;
            second = first;
            hasSecond = hasFirst;
            pair.first = static_cast<std::uint8_t>(c);
            first = scores[c];
            hasFirst = true;
        } else if (!hasSecond || scores[c] > second) {
            pair.second = static_cast<std::uint8_t>(c);
            second = scores[c];
            hasSecond = true;
        }
    }
    return pair;
}

Eigen::VectorXd votes(const CrowdTable& table, Index task, const Eigen::VectorXd& weights) {
    Eigen::VectorXd sums = Eigen::VectorXd::Zero(table.choices());
    for (const CrowdTable::Answer& answer : table.of(task))
        sums[answer.choice] += weights[answer.worker];
    return sums;
}

void leadingPairs(const CrowdTable& table, const Eigen::VectorXd& weights,
                  std::vector<AnswerPair>& pairs) {
    pairs.resize(static_cast<std::size_t>(table.tasks()));
    double sums[CrowdTable::mostChoices];
    for (Index j = 0; j < table.tasks(); ++j) {
        std::fill(sums, sums + table.choices(), 0.0);
        for (const CrowdTable::Answer& answer : table.of(j))
            sums[answer.choice] += weights[answer.worker];
        pairs[static_cast<std::size_t>(j)] = largestTwo(sums, table.choices());
    }
}

namespace {

class MajorityVote final : public CrowdMethod {
public:
    explicit MajorityVote(std::shared_ptr<const CrowdTable> table)
        : table_(std::move(table)), weights_(Eigen::VectorXd::Ones(table_->workers())) {
        leadingPairs(*table_, weights_, estimate_.pairs);
    }
    bool advance() override { return !std::exchange(isDone_, true); }
    const CrowdEstimate& estimate() override { return estimate_; }
    [[nodiscard]] Eigen::VectorXd scores(Index task) const override {
        return votes(*table_, task, weights_);
    }

private:
    std::shared_ptr<const CrowdTable> table_;
    Eigen::VectorXd weights_;
    CrowdEstimate estimate_;
    bool isDone_ = false;
};

} // namespace

std::unique_ptr<CrowdMethod> majorityVote(std::shared_ptr<const CrowdTable> table) {
    return std::make_unique<MajorityVote>(std::move(table));
}

} // namespace convergence::statistics
