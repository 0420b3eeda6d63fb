#include "core/optim/random_embedding.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace convergence {

using Eigen::Index;
using Eigen::MatrixXd;

namespace {

constexpr double growth = 2.0; ///< of the norm bound, to which longer rows are scaled down

} // namespace

MatrixXd signEmbedding(Index k, Index d, RandomStream stream) {
    const double entry = 1.0 / std::sqrt(static_cast<double>(k));
    MatrixXd result(k, d);
    std::uint64_t bits = 0;
    for (Index i = 0; i < result.size(); ++i) {
        if (i % 64 == 0)
            bits = stream.bits();
        result.data()[i] = (bits >> (i % 64)) & 1U ? entry : -entry;
    }
    return result;
}

PrivateProblem embedded(const PrivateProblem& problem, const MatrixXd& embedding) {
    if (problem.loss() == PrivateLoss::robustLocation)
        throw std::logic_error("The location loss does not depend on ⟨w, x⟩ only.");
    const double bound = growth * problem.normBound();
    MatrixXd x = embedding * problem.samples();
    for (Index i = 0; i < x.cols(); ++i)
        if (const double norm = x.col(i).norm(); norm > bound)
            x.col(i) *= bound / norm;
    return {problem.loss(), std::move(x), problem.responses(), bound};
}

double privateRate(PrivateRate rate, const PrivateConstants& problem, const PrivacyBudget& budget) {
    const auto count = static_cast<double>(problem.count);
    const auto dimension = static_cast<double>(problem.dimension);
    const double lipschitz = problem.lipschitz, smoothness = problem.smoothness;
    const double alpha =
        std::sqrt(dimension * std::log(1.0 / budget.delta)) / (count * budget.epsilon);
    switch (rate) {
    case PrivateRate::noisyDescent:
        return std::sqrt(std::sqrt(smoothness) * lipschitz * alpha);
    case PrivateRate::spiderBoost:
        return std::pow(std::sqrt(smoothness) * lipschitz * alpha, 2.0 / 3.0);
    case PrivateRate::recursive:
        break;
    }
    return lipschitz * (1.0 / std::sqrt(count) + alpha);
}

Index embeddingDimension(const PrivateConstants& problem, Index rank, PrivateRate rate,
                         const PrivacyBudget& budget) {
    const auto n = static_cast<double>(problem.count);
    PrivateConstants projected = problem;
    projected.lipschitz *= growth;
    projected.smoothness *= growth * growth;
    PrivacyBudget halved = budget;
    halved.delta /= 2.0;
    Index best = 2;
    double least = INFINITY;
    for (Index j = 2; j <= problem.dimension; ++j) {
        projected.dimension = j;
        const double bound = privateRate(rate, projected, halved) +
                             problem.lipschitz * std::log(n) / std::sqrt(static_cast<double>(j));
        if (bound < least) {
            least = bound;
            best = j;
        }
    }
    const auto ofRank =
        static_cast<Index>(std::ceil(static_cast<double>(rank) * std::log(2.0 * n / budget.delta)));
    return std::max<Index>(2, std::min(best, ofRank));
}

} // namespace convergence
