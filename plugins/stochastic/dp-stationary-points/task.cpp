// The data of dp-stationary-points: synthetic problems, and pairs of classes of images.

#include "plugins/stochastic/dp-stationary-points/task.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "core/data/fashion_mnist.h"
#include "core/error.h"
#include "plugins/stochastic/dp-stationary-points/arms.h"

namespace convergence::private_points {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index freshBlock = 4000;                           ///< drawn at once
constexpr std::uint64_t freshDraws = std::uint64_t{1} << 62; ///< apart from those of replicates

/// Two classes with labels ±1, every image scaled to norm 1.
std::shared_ptr<const PrivateProblem> imagePair(const LabelledImages& images, std::int64_t positive,
                                                std::int64_t negative) {
    std::vector<Index> members;
    for (Index i = 0; i < images.count(); ++i) {
        const std::int64_t label = images.labels[static_cast<std::size_t>(i)];
        if (label == positive || label == negative)
            members.push_back(i);
    }
    MatrixXd x(images.images.rows(), static_cast<Index>(members.size()));
    VectorXd y(x.cols());
    for (Index i = 0; i < x.cols(); ++i) {
        const Index from = members[static_cast<std::size_t>(i)];
        x.col(i) = images.images.col(from).cast<double>().normalized();
        y[i] = images.labels[static_cast<std::size_t>(from)] == positive ? 1.0 : -1.0;
    }
    return std::make_shared<const PrivateProblem>(PrivateLoss::logistic, std::move(x),
                                                  std::move(y));
}

/// The half with the smaller responses, or first coordinates where there are none, in the order of
/// the draw.
PrivateProblem selectedHalf(const PrivateProblem& problem) {
    const bool hasResponse = problem.responses().size() > 0;
    const auto key = [&](std::uint32_t i) {
        return hasResponse ? problem.responses()[i] : problem.samples()(0, i);
    };
    std::vector<std::uint32_t> order(static_cast<std::size_t>(problem.count()));
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
    order.resize(order.size() / 2);
    std::sort(order.begin(), order.end());
    return reordered(problem, order);
}

} // namespace

PrivateTask::PrivateTask(const ParameterValues& values)
    : loss_(problemOf(values).loss), seed_(static_cast<std::uint64_t>(values.integer("seed"))),
      rank_(values.integer("rank")), selected_(mistakeOf(values) == Mistake::selectedData) {
    if (problemOf(values).kind != ProblemKind::images)
        return;
    const ImageDataset data = findFashionMnist(values.text("data_folder"));
    provenance_ = {data.source, data.standIn};
    const std::int64_t positive = values.integer("class_positive");
    const std::int64_t negative = values.integer("class_negative");
    pool_ = imagePair(data.train, positive, negative);
    if (selected_)
        pool_ = std::make_shared<const PrivateProblem>(selectedHalf(*pool_));
    heldOut_ = imagePair(data.test, positive, negative);
    const auto& counts = values.numbers("sample_counts");
    const double largest = *std::max_element(counts.begin(), counts.end());
    if (largest > static_cast<double>(pool_->count()))
        throw InputError(fmt::format("Parameter 'sample_counts': {} is not accepted, the two "
                                     "classes have {} training images to draw from.",
                                     largest, pool_->count()));
}

Index PrivateTask::rank(Index dimension) const {
    return rank_ == 0 ? dimension : std::min(rank_, dimension);
}

PrivateProblem PrivateTask::draw(Index dimension, Index count, std::uint64_t index) const {
    switch (loss_) {
    case PrivateLoss::robustLocation:
        return robustLocation(dimension, count, seed_, index);
    case PrivateLoss::robustRegression:
        return robustRegression(dimension, rank(dimension), count, seed_, index);
    case PrivateLoss::logistic:
        break;
    }
    return privateLogistic(dimension, count, seed_, index);
}

std::shared_ptr<const PrivateProblem> PrivateTask::sample(Index dimension, Index count,
                                                          std::uint64_t replicate) const {
    const auto n = static_cast<std::uint64_t>(count);
    if (pool_) {
        RandomStream stream(
            {.seed = seed_, .purpose = "private images", .replicate = replicate, .index = n});
        return std::make_shared<const PrivateProblem>(
            reordered(*pool_, stream.choice(static_cast<std::size_t>(pool_->count()), n)));
    }
    const std::uint64_t index = (replicate << 32) + n;
    return std::make_shared<const PrivateProblem>(
        selected_ ? selectedHalf(draw(dimension, 2 * count, index))
                  : draw(dimension, count, index));
}

double PrivateTask::freshGradientNorm(const VectorXd& w, Index count) const {
    VectorXd g(w.size());
    if (heldOut_) {
        heldOut_->fullGradient(w, g);
        return g.norm();
    }
    VectorXd sum = VectorXd::Zero(w.size());
    for (Index first = 0; first < count; first += freshBlock) {
        const Index size = std::min(freshBlock, count - first);
        draw(w.size(), size, freshDraws + static_cast<std::uint64_t>(first)).fullGradient(w, g);
        sum += static_cast<double>(size) * g;
    }
    return sum.norm() / static_cast<double>(count);
}

} // namespace convergence::private_points
