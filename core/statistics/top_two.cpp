#include "core/statistics/top_two.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/power_iteration.h"

namespace convergence::statistics {

using Eigen::MatrixXd;
using Eigen::VectorXd;

// ---- Likelihood of pairs -------------------------------------------------------------------

PairWeights pairWeights(double reliability, double clarity, Index choices) {
    const double odds = static_cast<double>(choices) * reliability / (1.0 - reliability);
    return {std::log1p(odds * clarity), std::log1p(odds * (1.0 - clarity))};
}

namespace {

/// Sums of first and of second weights by choice.
struct WeightSums {
    double first[CrowdTable::mostChoices];
    double second[CrowdTable::mostChoices];

    WeightSums(const CrowdTable& table, Index task, const VectorXd& reliability, double clarity) {
        std::fill(first, first + table.choices(), 0.0);
        std::fill(second, second + table.choices(), 0.0);
        for (const CrowdTable::Answer& answer : table.of(task)) {
            const PairWeights weights =
                pairWeights(reliability[answer.worker], clarity, table.choices());
            first[answer.choice] += weights.first;
            second[answer.choice] += weights.second;
        }
    }
};

AnswerPair likeliest(const WeightSums& sums, Index choices) {
    AnswerPair best;
    double most = -std::numeric_limits<double>::infinity();
    for (Index a = 0; a < choices; ++a)
        for (Index b = 0; b < choices; ++b)
            if (a != b && sums.first[a] + sums.second[b] > most) {
                most = sums.first[a] + sums.second[b];
                best = {static_cast<std::uint8_t>(a), static_cast<std::uint8_t>(b)};
            }
    return best;
}

} // namespace

MatrixXd pairLikelihoods(const CrowdTable& table, Index task, const VectorXd& reliability,
                         double clarity) {
    const Index K = table.choices();
    const WeightSums sums(table, task, reliability, clarity);
    MatrixXd likelihoods(K, K);
    for (Index a = 0; a < K; ++a)
        for (Index b = 0; b < K; ++b)
            likelihoods(a, b) =
                a == b ? -std::numeric_limits<double>::infinity() : sums.first[a] + sums.second[b];
    return likelihoods;
}

void likeliestPairs(const CrowdTable& table, const VectorXd& reliability, const VectorXd& clarity,
                    std::vector<AnswerPair>& pairs) {
    pairs.resize(static_cast<std::size_t>(table.tasks()));
    for (Index j = 0; j < table.tasks(); ++j)
        pairs[static_cast<std::size_t>(j)] =
            likeliest({table, j, reliability, clarity[j]}, table.choices());
}

namespace {

class PairOracle final : public CrowdMethod {
public:
    PairOracle(std::shared_ptr<const CrowdTable> table, VectorXd reliability, VectorXd clarity)
        : table_(std::move(table)) {
        estimate_.reliability = std::move(reliability);
        estimate_.clarity = std::move(clarity);
        leadingPairs(*table_, VectorXd::Ones(table_->workers()), estimate_.pairs);
    }
    bool advance() override {
        if (std::exchange(isDone_, true))
            return false;
        likeliestPairs(*table_, estimate_.reliability, estimate_.clarity, estimate_.pairs);
        return true;
    }
    const CrowdEstimate& estimate() override { return estimate_; }
    [[nodiscard]] VectorXd scores(Index task) const override {
        return pairLikelihoods(*table_, task, estimate_.reliability, estimate_.clarity[task])
            .rowwise()
            .maxCoeff();
    }

private:
    std::shared_ptr<const CrowdTable> table_;
    CrowdEstimate estimate_;
    bool isDone_ = false;
};

} // namespace

std::unique_ptr<CrowdMethod> pairOracle(std::shared_ptr<const CrowdTable> table,
                                        VectorXd reliability, VectorXd clarity) {
    return std::make_unique<PairOracle>(std::move(table), std::move(reliability),
                                        std::move(clarity));
}

// ---- The two stages ------------------------------------------------------------------------

namespace {

constexpr Index blockTasks = 256;
constexpr double leastSum = 1e-6; ///< of a singular vector, relative to √n
constexpr PowerIterationOptions ofSingularVectors{.tolerance = 1e-10, .maximumIterations = 5000};

double signOf(const CrowdTable::Answer& answer, Index cut) {
    return static_cast<Index>(answer.choice) < cut ? -1.0 : 1.0;
}
double centeringOf(const CrowdTable& table, double share, Index cut) {
    const auto K = static_cast<double>(table.choices());
    return share * (K - 2.0 * static_cast<double>(cut)) / K;
}

/// Columns of B for the tasks from `first` on.
void fillCut(const CrowdTable& table, Index cut, double centering, Index first,
             Eigen::Ref<MatrixXd> block) {
    block.setConstant(-centering);
    for (Index j = 0; j < block.cols(); ++j)
        for (const CrowdTable::Answer& answer : table.of(first + j))
            block(answer.worker, j) += signOf(answer, cut);
}

} // namespace

MatrixXd cutMatrix(const CrowdTable& table, Index cut) {
    MatrixXd b(table.workers(), table.tasks());
    fillCut(table, cut, centeringOf(table, table.density(), cut), 0, b);
    return b;
}

TopTwo::TopTwo(std::shared_ptr<const CrowdTable> table, Options options)
    : table_(std::move(table)), options_(std::move(options)), share_(table_->density()) {
    const Index n = table_->workers(), m = table_->tasks(), K = table_->choices();
    if (K < 3)
        throw InputError(fmt::format("{} choices are not accepted; expected at least 3: with two "
                                     "every answer is one of the pair.",
                                     K));
    sum_ = VectorXd::Zero(n);
    u_ = VectorXd::Constant(n, 1.0 / std::sqrt(static_cast<double>(n)));
    gram_.resize(n, n);
    block_.resize(n, std::min(blockTasks, m));
    delta_.resize(K, m);
    estimate_.pairs.resize(static_cast<std::size_t>(m));
    estimate_.reliability.resize(n);
    estimate_.clarity.resize(m);
    refresh();
}

Index TopTwo::rounds() const {
    return table_->choices() - (options_.stages == Stages::two ? 0 : 1);
}

double TopTwo::centering(Index cut) const {
    return centeringOf(*table_, share_, cut);
}

bool TopTwo::advance() {
    if (cuts_ + 1 < table_->choices()) {
        addCut(++cuts_);
        if (cuts_ + 1 == table_->choices()) { // many methods may be kept after they ended
            gram_.resize(0, 0);
            block_.resize(0, 0);
        }
        refresh();
        return true;
    }
    if (options_.stages == Stages::one || isDecided_)
        return false;
    decide();
    return true;
}

void TopTwo::addCut(Index cut) {
    const Index n = table_->workers(), m = table_->tasks();
    gram_.setZero();
    for (Index first = 0; first < m; first += blockTasks) {
        auto block = block_.leftCols(std::min(blockTasks, m - first));
        fillCut(*table_, cut, centering(cut), first, block);
        gram_.selfadjointView<Eigen::Lower>().rankUpdate(block);
    }
    const auto leading = largestEigenvalue(
        [&](const VectorXd& v, VectorXd& result) {
            result.noalias() = gram_.selfadjointView<Eigen::Lower>() * v;
        },
        n, ofSingularVectors);
    const double total = leading.vector.sum();
    signIsUnclear_ |= !(std::abs(total) > leastSum * std::sqrt(static_cast<double>(n)));
    sum_ += total < 0.0 ? VectorXd(-leading.vector) : leading.vector;
    u_ = (sum_ / static_cast<double>(cut)).cwiseMax(0.0).cwiseMin(1.0);
}

void TopTwo::refresh() {
    findPairs();
    estimateReliability();
    estimateClarity();
}

/// Δ, and the two smallest of each task.
void TopTwo::findPairs() {
    const Index K = table_->choices();
    const double half = 0.5 / share_, all = u_.sum();
    VectorXd negative(K);
    for (Index j = 0; j < table_->tasks(); ++j) {
        // Σ_i B⁽ᵏ⁾_ij u_i, from the weight of each choice: up to k it counts −1, beyond +1.
        auto weight = delta_.col(j);
        weight.setZero();
        for (const CrowdTable::Answer& answer : table_->of(j))
            weight[answer.choice] += u_[answer.worker];
        const double total = weight.sum();
        double upTo = 0.0, before = 0.0;
        for (Index k = 1; k <= K; ++k) {
            upTo += weight[k - 1];
            const double w = k == K ? 0.0 : half * (total - 2.0 * upTo - centering(k) * all);
            weight[k - 1] = w - std::exchange(before, w);
        }
        negative = -weight;
        estimate_.pairs[static_cast<std::size_t>(j)] = largestTwo(negative.data(), K);
    }
}

void TopTwo::estimateReliability() {
    VectorXd hits = VectorXd::Zero(table_->workers()), answers = hits;
    for (Index j = 0; j < table_->tasks(); ++j) {
        const AnswerPair pair = estimate_.pairs[static_cast<std::size_t>(j)];
        for (const CrowdTable::Answer& answer : table_->of(j)) {
            answers[answer.worker] += 1.0;
            if (answer.choice == pair.first || answer.choice == pair.second)
                hits[answer.worker] += 1.0;
        }
    }
    const double guessed = 2.0 / static_cast<double>(table_->choices());
    for (Index i = 0; i < table_->workers(); ++i) {
        // Who answered nothing in this half is as good as a guess.
        const double share = answers[i] > 0.0 ? hits[i] / answers[i] : guessed;
        estimate_.reliability[i] = std::clamp((share - guessed) / (1.0 - guessed), 0.001, 0.999);
    }
}

void TopTwo::estimateClarity() {
    const double norm = estimate_.reliability.norm();
    const double even = 1.0 / static_cast<double>(table_->choices());
    for (Index j = 0; j < table_->tasks(); ++j) {
        const double delta = delta_(estimate_.pairs[static_cast<std::size_t>(j)].first, j);
        estimate_.clarity[j] = std::clamp(even - delta / norm, 0.501, 0.999);
    }
}

void TopTwo::decide() {
    VectorXd skills = estimate_.reliability;
    if (options_.skills == SkillsTaken::equal)
        skills.setConstant(skills.mean());
    else if (options_.skills == SkillsTaken::exchanged)
        skills.reverseInPlace();
    const CrowdTable& seen = options_.stageTwo ? *options_.stageTwo : *table_;
    likeliestPairs(seen, skills, estimate_.clarity, estimate_.pairs);
    isDecided_ = true;
}

const CrowdEstimate& TopTwo::estimate() {
    return estimate_;
}

VectorXd TopTwo::scores(Index task) const {
    if (!isDecided_)
        return -delta_.col(task);
    const CrowdTable& seen = options_.stageTwo ? *options_.stageTwo : *table_;
    return pairLikelihoods(seen, task, estimate_.reliability, estimate_.clarity[task])
        .rowwise()
        .maxCoeff();
}

} // namespace convergence::statistics
