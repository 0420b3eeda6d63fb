#include "core/statistics/top_two_model.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence::statistics {

AnswerProbabilities answerProbabilities(double reliability, double clarity, Index choices) {
    const double guess = (1.0 - reliability) / static_cast<double>(choices);
    return {reliability * clarity + guess, reliability * (1.0 - clarity) + guess, guess};
}

namespace {

void checkRange(const char* name, const UniformRange& range, double low, double high) {
    if (!(range.low >= low && range.high <= high && range.low <= range.high))
        throw InputError(fmt::format("{} from {} to {} is not accepted; expected a range within "
                                     "[{}, {}].",
                                     name, range.low, range.high, low, high));
}

void checkDesign(const TopTwoDesign& design) {
    if (design.workers < 1 || design.tasks < 1 || design.choices < 3 ||
        design.choices > CrowdTable::mostChoices)
        throw InputError(fmt::format(
            "A crowd of {} workers and {} tasks with {} choices is not accepted; expected at "
            "least one of each, and 3 choices: with two there is nothing besides the pair.",
            design.workers, design.tasks, design.choices));
    if (design.experts < 0 || design.experts > design.workers)
        throw InputError(fmt::format("{} experts are not accepted; expected 0 to {}.",
                                     design.experts, design.workers));
    checkRange("Reliability", design.reliability, 0.0, 1.0);
    checkRange("Reliability of experts", design.expertReliability, 0.0, 1.0);
    checkRange("Clarity", design.clarity, 0.5, 1.0);
}

} // namespace

TopTwoCrowd drawCrowd(const TopTwoDesign& design, std::uint64_t seed, std::uint64_t replicate) {
    checkDesign(design);
    TopTwoCrowd crowd{
        design.choices, Eigen::VectorXd(design.workers), Eigen::VectorXd(design.tasks), {}};
    const auto streamOf = [&](const char* purpose, Index index) {
        return RandomStream({seed, purpose, replicate, static_cast<std::uint64_t>(index)});
    };
    for (Index i = 0; i < design.workers; ++i) {
        const bool isExpert = i >= design.workers - design.experts;
        const UniformRange& range = isExpert ? design.expertReliability : design.reliability;
        crowd.reliability[i] = streamOf("workers", i).uniform(range.low, range.high);
    }
    const auto K = static_cast<std::uint64_t>(design.choices);
    for (Index j = 0; j < design.tasks; ++j) {
        RandomStream stream = streamOf("tasks", j);
        crowd.clarity[j] = stream.uniform(design.clarity.low, design.clarity.high);
        const std::uint64_t first = stream.integer(K);
        const std::uint64_t second = (first + 1 + stream.integer(K - 1)) % K;
        crowd.truth.push_back(
            {static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second)});
    }
    return crowd;
}

CrowdTable drawAnswers(const TopTwoCrowd& crowd, std::uint64_t seed, std::uint64_t replicate) {
    CrowdTable table(crowd.workers(), crowd.choices);
    std::vector<CrowdTable::Answer> row(static_cast<std::size_t>(crowd.workers()));
    for (Index j = 0; j < crowd.tasks(); ++j) {
        RandomStream stream({seed, "answers", replicate, static_cast<std::uint64_t>(j)});
        const AnswerPair& pair = crowd.truth[static_cast<std::size_t>(j)];
        for (Index i = 0; i < crowd.workers(); ++i) {
            const double u = stream.uniform(), p = crowd.reliability[i];
            std::uint8_t choice = u < p * crowd.clarity[j] ? pair.first : pair.second;
            if (u >= p) { // a guess, by what is left of the same number
                const double guess = (u - p) / (1.0 - p) * static_cast<double>(crowd.choices);
                choice = static_cast<std::uint8_t>(
                    std::min(static_cast<Index>(guess), crowd.choices - 1));
            }
            row[static_cast<std::size_t>(i)] = {static_cast<std::uint32_t>(i), choice};
        }
        table.addTask(row);
    }
    return table;
}

Coefficients bhattacharyya(double reliability, double clarity, Index choices) {
    const auto [a, b, c] = answerProbabilities(reliability, clarity, choices);
    const auto K = static_cast<double>(choices);
    const double ab = std::sqrt(a * b), ac = std::sqrt(a * c), bc = std::sqrt(b * c);
    // Under (g, h) the answers g, h, x, y and each other have probabilities a, b, c, c, c.
    return {{2.0 * ab + (K - 2.0) * c,             // (h, g)
             a + 2.0 * bc + (K - 3.0) * c,         // (g, x)
             2.0 * ac + b + (K - 3.0) * c,         // (x, h)
             ab + ac + bc + (K - 3.0) * c,         // (x, g): g, x and h answer
             ac + ab + bc + (K - 3.0) * c,         // (h, x)
             2.0 * ac + 2.0 * bc + (K - 4.0) * c}, // (x, y); there are none if K = 3
            {1.0, K - 2.0, K - 2.0, K - 2.0, K - 2.0, (K - 2.0) * (K - 3.0)}};
}

double pairErrorBound(const Eigen::VectorXd& reliability, double clarity, Index choices,
                      double share) {
    double logs[Coefficients::kinds] = {};
    double counts[Coefficients::kinds] = {};
    for (const double p : reliability) {
        const Coefficients of = bhattacharyya(p, clarity, choices);
        for (int kind = 0; kind < Coefficients::kinds; ++kind) {
            counts[kind] = of.counts[kind];
            logs[kind] += of.counts[kind] > 0.0 ? std::log1p(share * (of.values[kind] - 1.0)) : 0.0;
        }
    }
    double sum = 0.0;
    for (int kind = 0; kind < Coefficients::kinds; ++kind)
        sum += counts[kind] * std::exp(logs[kind]);
    return std::min(1.0, 0.5 * sum);
}

} // namespace convergence::statistics
