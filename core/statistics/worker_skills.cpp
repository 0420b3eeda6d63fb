#include "core/statistics/worker_skills.h"

#include <algorithm>
#include <cmath>

#include "core/math/decompositions.h"

namespace convergence::statistics {

using Eigen::MatrixXd;
using Eigen::VectorXd;

Agreement agreementOf(const CrowdTable& table) {
    const Index n = table.workers();
    const auto K = static_cast<double>(table.choices());
    MatrixXd same = MatrixXd::Zero(n, n), together = MatrixXd::Zero(n, n);
    for (Index j = 0; j < table.tasks(); ++j) {
        const auto answers = table.of(j);
        for (std::size_t a = 0; a < answers.size(); ++a)
            for (std::size_t b = a + 1; b < answers.size(); ++b) {
                together(answers[b].worker, answers[a].worker) += 1.0;
                if (answers[a].choice == answers[b].choice)
                    same(answers[b].worker, answers[a].worker) += 1.0;
            }
    }
    Agreement agreement{MatrixXd::Zero(n, n), MatrixXd::Zero(n, n)};
    for (Index l = 0; l < n; ++l)
        for (Index i = l + 1; i < n; ++i)
            if (together(i, l) > 0.0) {
                const double excess = K / (K - 1.0) * same(i, l) / together(i, l) - 1.0 / (K - 1.0);
                agreement.excess(i, l) = agreement.excess(l, i) = excess;
                agreement.common(i, l) = agreement.common(l, i) = 1.0;
            }
    return agreement;
}

VectorXd votingWeights(const VectorXd& skills, Index choices) {
    const auto K = static_cast<double>(choices);
    return skills.unaryExpr([K](double x) {
        const double a = x * (K - 1.0) / K + 1.0 / K;
        return std::log(a * (K - 1.0) / (1.0 - a));
    });
}

SkillRange skillRange(Index choices, Index tasks) {
    const double margin = 1.0 / std::sqrt(static_cast<double>(tasks));
    return {-1.0 / static_cast<double>(choices - 1) + margin, 1.0 - margin};
}

namespace {

constexpr double leastChange = 1e-10;

/// Skills that come nearer round by round, and the vote that they weight.
class SkilledVote : public CrowdMethod {
public:
    const CrowdEstimate& estimate() override {
        leadingPairs(*table_, weights(), estimate_.pairs);
        return estimate_;
    }
    [[nodiscard]] VectorXd scores(Index task) const override {
        return votes(*table_, task, weights());
    }

protected:
    explicit SkilledVote(std::shared_ptr<const CrowdTable> table)
        : table_(std::move(table)), agreement_(agreementOf(*table_)),
          size_(agreement_.excess.cwiseAbs()),
          range_(skillRange(table_->choices(), table_->tasks())) {}
    [[nodiscard]] virtual VectorXd skills() const = 0;
    [[nodiscard]] VectorXd weights() const {
        return votingWeights(skills().cwiseMax(range_.low).cwiseMin(range_.high),
                             table_->choices());
    }

    std::shared_ptr<const CrowdTable> table_;
    Agreement agreement_;
    MatrixXd size_; ///< |C|
    SkillRange range_;

private:
    CrowdEstimate estimate_;
};

class ProjectedSkills final : public SkilledVote {
public:
    ProjectedSkills(std::shared_ptr<const CrowdTable> table, int stepsPerRound)
        : SkilledVote(std::move(table)), steps_(stepsPerRound),
          rate_(0.5 / static_cast<double>(table_->workers())),
          x_(VectorXd::Constant(table_->workers(), 0.5)), next_(x_), square_(x_) {}

    bool advance() override {
        const bool wasDone = isDone_;
        for (int step = 0; step < steps_ && !isDone_; ++step) {
            square_.noalias() = agreement_.common * x_.cwiseAbs2();
            next_.noalias() = size_ * x_; // |C| is 0 outside W
            next_ = (x_ + rate_ * (next_ - x_.cwiseProduct(square_)))
                        .cwiseMax(range_.low)
                        .cwiseMin(range_.high);
            isDone_ = (next_ - x_).lpNorm<1>() < leastChange;
            x_.swap(next_);
        }
        return !wasDone;
    }

protected:
    [[nodiscard]] VectorXd skills() const override { return x_; }

private:
    int steps_;
    double rate_;
    VectorXd x_, next_, square_;
    bool isDone_ = false;
};

class RobustSkills final : public SkilledVote {
public:
    RobustSkills(std::shared_ptr<const CrowdTable> table, std::uint64_t seed)
        : SkilledVote(std::move(table)), u_(table_->workers()), v_(table_->workers()) {
        const double degree = agreement_.common.rowwise().sum().minCoeff();
        trimmed_ = std::max<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(degree / 2.0) - 1, 0);
        RandomStream stream({.seed = seed, .purpose = "robust skills"});
        for (VectorXd* start : {&u_, &v_})
            for (double& entry : *start)
                entry = 1.0 - stream.uniform(); // in (0, 1]
        const VectorXd leading = symmetricEigen<double>(agreement_.excess).vectors.rightCols<1>();
        signs_ = (leading.sum() < 0.0 ? -leading : leading).cwiseSign();
        uBefore_ = u_;
        vBefore_ = v_;
    }

    bool advance() override {
        if (isDone_)
            return false;
        uBefore_ = u_;
        vBefore_ = v_;
        trimmedMeans(u_, v_);
        trimmedMeans(v_, u_);
        double change = 0.0; // ‖uvᵀ − the one before‖², column by column
        for (Index j = 0; j < v_.size(); ++j)
            change += (u_ * v_[j] - uBefore_ * vBefore_[j]).squaredNorm();
        isDone_ = std::sqrt(change) < leastChange;
        return true;
    }

protected:
    [[nodiscard]] VectorXd skills() const override {
        const double size = u_.norm();
        return size > 0.0 ? VectorXd(u_.cwiseProduct(signs_) * std::sqrt(v_.norm() / size)) : u_;
    }

private:
    /// `into` from the ratios to `by`; |C| is symmetric.
    void trimmedMeans(const VectorXd& by, VectorXd& into) {
        for (Index j = 0; j < into.size(); ++j) {
            ratios_.clear();
            for (Index i = 0; i < by.size(); ++i)
                if (agreement_.common(i, j) > 0.0 && by[i] > 0.0)
                    ratios_.push_back(size_(i, j) / by[i]);
            std::sort(ratios_.begin(), ratios_.end());
            const auto below = std::lower_bound(ratios_.begin(), ratios_.end(), into[j]);
            const auto above = std::upper_bound(ratios_.begin(), ratios_.end(), into[j]);
            const auto from = ratios_.begin() + std::min(trimmed_, below - ratios_.begin());
            const auto to = ratios_.end() - std::min(trimmed_, ratios_.end() - above);
            if (from >= to)
                continue; // nothing is left that says otherwise
            double sum = 0.0;
            for (auto ratio = from; ratio != to; ++ratio)
                sum += *ratio;
            into[j] = sum / static_cast<double>(to - from);
        }
    }

    VectorXd u_, v_, uBefore_, vBefore_, signs_;
    std::ptrdiff_t trimmed_ = 0; ///< F
    std::vector<double> ratios_;
    bool isDone_ = false;
};

} // namespace

std::unique_ptr<CrowdMethod> projectedSkills(std::shared_ptr<const CrowdTable> table,
                                             int stepsPerRound) {
    return std::make_unique<ProjectedSkills>(std::move(table), stepsPerRound);
}

std::unique_ptr<CrowdMethod> robustSkills(std::shared_ptr<const CrowdTable> table,
                                          std::uint64_t seed) {
    return std::make_unique<RobustSkills>(std::move(table), seed);
}

} // namespace convergence::statistics
