#include "core/statistics/crowd_errors.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "core/math/statistics.h"

namespace convergence::statistics {

KnownAnswers knownAnswers(const std::vector<AnswerPair>& truth) {
    KnownAnswers known;
    for (const AnswerPair& pair : truth) {
        known.first.emplace_back(pair.first);
        known.second.emplace_back(pair.second);
    }
    return known;
}

AnswerErrors answerErrors(const std::vector<AnswerPair>& estimate, const KnownAnswers& known) {
    double wrong[3] = {}, count[3] = {};
    const auto add = [&](int what, bool isWrong) {
        count[what] += 1.0;
        wrong[what] += isWrong ? 1.0 : 0.0;
    };
    for (std::size_t j = 0; j < estimate.size(); ++j) {
        const auto& first = known.first[j];
        const auto& second = known.second[j];
        if (first)
            add(0, estimate[j].first != *first);
        if (second)
            add(1, estimate[j].second != *second);
        if (first && second)
            add(2, estimate[j].first != *first || estimate[j].second != *second);
    }
    const auto share = [&](int what) {
        return count[what] > 0.0 ? std::optional(wrong[what] / count[what]) : std::nullopt;
    };
    return {share(0), share(1), share(2)};
}

std::optional<QuarterErrors> quarterErrors(const std::vector<AnswerPair>& estimate,
                                           const KnownAnswers& known,
                                           const Eigen::VectorXd& value) {
    std::vector<std::size_t> order;
    for (std::size_t j = 0; j < estimate.size(); ++j)
        if (known.first[j])
            order.push_back(j);
    const std::size_t quarter = order.size() / 4;
    if (quarter == 0)
        return std::nullopt;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return value[static_cast<Index>(a)] < value[static_cast<Index>(b)];
    });
    const auto wrong = [&](std::span<const std::size_t> tasks) {
        const auto count = std::ranges::count_if(
            tasks, [&](std::size_t j) { return estimate[j].first != *known.first[j]; });
        return static_cast<double>(count) / static_cast<double>(tasks.size());
    };
    return QuarterErrors{wrong(std::span(order).first(quarter)),
                         wrong(std::span(order).last(quarter))};
}

Deviation deviation(const Eigen::VectorXd& estimate, const Eigen::VectorXd& truth) {
    const Eigen::VectorXd difference = estimate - truth;
    return {difference.cwiseAbs().mean(),
            difference.norm() / std::sqrt(static_cast<double>(difference.size()))};
}

std::optional<double> rankCorrelation(const Eigen::VectorXd& a, const Eigen::VectorXd& b) {
    const auto centeredRanks = [](const Eigen::VectorXd& of) {
        const std::vector<double> rank = ranks({of.data(), static_cast<std::size_t>(of.size())});
        Eigen::VectorXd centered =
            Eigen::Map<const Eigen::VectorXd>(rank.data(), static_cast<Index>(rank.size()));
        centered.array() -= centered.mean();
        return centered;
    };
    const Eigen::VectorXd x = centeredRanks(a), y = centeredRanks(b);
    const double size = x.norm() * y.norm();
    return size > 0.0 ? std::optional(x.dot(y) / size) : std::nullopt;
}

} // namespace convergence::statistics
