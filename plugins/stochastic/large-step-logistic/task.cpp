// The data of large-step-logistic: the paper's instances, points of one's own, pairs of classes of
// images.

#include "plugins/stochastic/large-step-logistic/task.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/data/fashion_mnist.h"
#include "core/error.h"
#include "core/experiment/not_applicable.h"
#include "core/math/random.h"
#include "plugins/stochastic/large-step-logistic/arms.h"

namespace convergence::large_step {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

struct Labelled {
    MatrixXd features; ///< d × n
    Eigen::VectorXi labels;
};

/// `count` random images of one class, in the order of the draw.
std::vector<Index> drawClass(const LabelledImages& images, std::int64_t label, std::int64_t count,
                             std::uint64_t seed, std::string_view parameter) {
    std::vector<Index> members;
    for (Index i = 0; i < images.count(); ++i)
        if (images.labels[static_cast<std::size_t>(i)] == label)
            members.push_back(i);
    if (count > std::ssize(members))
        throw InputError(fmt::format(
            "Parameter '{}': {} images of class {} are needed, but the data has {}; choose a "
            "smaller sample_count or another positive_fraction.",
            parameter, count, label, members.size()));
    RandomStream stream(
        {.seed = seed, .purpose = "images of a class", .index = static_cast<std::uint64_t>(label)});
    std::vector<Index> drawn;
    for (const std::uint32_t i : stream.choice(members.size(), static_cast<std::size_t>(count)))
        drawn.push_back(members[i]);
    return drawn;
}

Labelled imagePair(const ParameterValues& values, Provenance& provenance) {
    const ImageDataset data = findFashionMnist(values.text("data_folder"));
    provenance = {data.source, data.standIn};
    const std::int64_t n = values.integer("sample_count");
    const auto positive = std::clamp<std::int64_t>(
        std::llround(values.real("positive_fraction") * static_cast<double>(n)), 1, n - 1);
    const auto seed = static_cast<std::uint64_t>(values.integer("seed"));
    const auto first =
        drawClass(data.train, values.integer("class_positive"), positive, seed, "sample_count");
    const auto second =
        drawClass(data.train, values.integer("class_negative"), n - positive, seed, "sample_count");
    Labelled result{MatrixXd(data.train.images.rows(), n), Eigen::VectorXi(n)};
    for (Index i = 0; i < n; ++i) {
        const bool isPositive = i < positive;
        const Index image = isPositive ? first[static_cast<std::size_t>(i)]
                                       : second[static_cast<std::size_t>(i - positive)];
        result.features.col(i) = data.train.images.col(image).cast<double>();
        result.labels[i] = isPositive ? 1 : -1;
    }
    return result;
}

/// The points of the list, and the one that is dragged.
Labelled ownPoints(const ParameterValues& values) {
    const auto& list = values.numbers("points");
    const auto n = static_cast<Index>(list.size() / 3) + 1;
    Labelled result{MatrixXd(2, n), Eigen::VectorXi(n)};
    for (Index i = 0; i + 1 < n; ++i) {
        const auto at = static_cast<std::size_t>(3 * i);
        result.features.col(i) = Eigen::Vector2d(list[at], list[at + 1]);
        result.labels[i] = list[at + 2] > 0.0 ? 1 : -1;
    }
    result.features.col(n - 1) =
        Eigen::Vector2d(values.real("dragged_x"), values.real("dragged_y"));
    result.labels[n - 1] = traitsOf(labelChoices, values.text("dragged_label")).sign;
    return result;
}

/// z = y a, with a constant feature below where asked for.
SeparationTask signedSamples(const Labelled& data, bool hasBias) {
    SeparationTask task;
    const Index d = data.features.rows();
    task.z.resize(d + (hasBias ? 1 : 0), data.features.cols());
    task.z.topRows(d) = data.features;
    if (hasBias)
        task.z.row(d).setOnes();
    for (Index i = 0; i < task.count(); ++i)
        task.z.col(i) *= data.labels[i];
    return task;
}

/// One sample of class +1, all others of class −1.
Eigen::VectorXi oneAgainstAll(Index count) {
    Eigen::VectorXi labels = Eigen::VectorXi::Constant(count, -1);
    labels[0] = 1;
    return labels;
}

void load(Task& task, const ParameterValues& values) {
    const auto take = [&](const Labelled& data) {
        task.samples = signedSamples(data, values.boolean("bias"));
        task.labels = data.labels;
    };
    switch (traitsOf(datasetChoices, values.text("dataset")).dataset) {
    case Dataset::worstCase:
        task.samples = worstCaseTask(values.integer("sample_count"));
        task.labels = oneAgainstAll(task.samples.count());
        break;
    case Dataset::twoPoints:
        task.samples = twoPointTask();
        task.labels = oneAgainstAll(task.samples.count());
        break;
    case Dataset::images:
        take(imagePair(values, task.provenance));
        break;
    case Dataset::ownPoints:
        take(ownPoints(values));
        break;
    }
}

} // namespace

bool Task::isOfImages() const {
    return samples.dimension() >= imageSide * imageSide;
}

double Task::bound(SeparationMethod method, double stepSize) const {
    if (!best)
        return notApplicable;
    return updateBound(method, {.samples = static_cast<double>(samples.count()),
                                .radius = radius,
                                .margin = best->margin,
                                .stepSize = stepSize});
}

Task makeTask(const ParameterValues& values) {
    Task task;
    load(task, values);
    task.radius = task.samples.radius();
    task.classicalLimit = 2.0 / task.samples.smoothness();
    if (values.boolean("margin"))
        task.best = maximumMargin(task.samples);
    return task;
}

} // namespace convergence::large_step
