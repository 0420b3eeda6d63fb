#include "core/statistics/frechet_regression.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "core/math/decompositions.h"

namespace convergence::statistics {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

void requireFitting(const MatrixXd& features, const MatrixXd& distances, const MatrixXd& at) {
    if (features.rows() == 0 || distances.rows() != features.rows() ||
        distances.cols() != features.rows() || at.cols() != features.cols())
        throw std::logic_error("features, distances and places to predict at do not fit");
}

Index placeOfLeast(const VectorXd& values) {
    Index place = 0;
    values.minCoeff(&place);
    return place;
}

} // namespace

Index frechetMean(const MatrixXd& distances) {
    return placeOfLeast(distances.colwise().squaredNorm().transpose());
}

std::vector<Index> predictByNeighbors(const MatrixXd& features, const MatrixXd& distances,
                                      const MatrixXd& at, Index neighbors) {
    requireFitting(features, distances, at);
    if (neighbors < 1)
        throw std::logic_error("a prediction needs neighbors");
    const Index n = features.rows(), count = std::min(neighbors, n);
    std::vector<Index> order(static_cast<std::size_t>(n)), predicted;
    VectorXd cost(n);
    for (Index row = 0; row < at.rows(); ++row) {
        const VectorXd away = (features.rowwise() - at.row(row)).rowwise().squaredNorm();
        std::iota(order.begin(), order.end(), Index{0});
        std::partial_sort(order.begin(), order.begin() + count, order.end(), [&](Index a, Index b) {
            return away[a] != away[b] ? away[a] < away[b] : a < b;
        });
        cost.setZero();
        for (Index k = 0; k < count; ++k)
            cost += distances.col(order[static_cast<std::size_t>(k)]).cwiseAbs2();
        predicted.push_back(placeOfLeast(cost));
    }
    return predicted;
}

std::vector<Index> predictGlobally(const MatrixXd& features, const MatrixXd& distances,
                                   const MatrixXd& at) {
    requireFitting(features, distances, at);
    constexpr double ridge = 1e-9;
    const Eigen::RowVectorXd mean = features.colwise().mean();
    const MatrixXd centered = features.rowwise() - mean;
    MatrixXd s = centered.transpose() * centered / static_cast<double>(features.rows());
    s.diagonal().array() += ridge * s.trace();
    // One column a place to predict at. Constant features say nothing: all weights are 1.
    MatrixXd weights = MatrixXd::Ones(features.rows(), at.rows());
    if (const auto slopes = solvePositiveDefinite(s, (at.rowwise() - mean).transpose()))
        weights += centered * *slopes;
    const MatrixXd cost = distances.cwiseAbs2() * weights;
    std::vector<Index> predicted;
    for (Index row = 0; row < at.rows(); ++row)
        predicted.push_back(placeOfLeast(cost.col(row)));
    return predicted;
}

double meanSquaredDistance(const MatrixXd& fromSeen, const std::vector<Index>& predicted) {
    double sum = 0.0;
    for (Index row = 0; row < fromSeen.rows(); ++row) {
        const double d = fromSeen(row, predicted[static_cast<std::size_t>(row)]);
        sum += d * d;
    }
    return sum / static_cast<double>(fromSeen.rows());
}

} // namespace convergence::statistics
