#include "plugins/stochastic/large-step-logistic/frames.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace convergence::large_step {

using Eigen::Index;

CurvesFrame planeFrame(const Task& task, const Eigen::VectorXd& theta) {
    CurvesFrame frame;
    CurvesFrame::Curve positive{.label = "label +1", .markers = true};
    CurvesFrame::Curve negative{.label = "label −1", .markers = true};
    double extent = 0.0;
    for (Index i = 0; i < task.samples.count(); ++i) {
        const Eigen::Vector2d a = task.samples.z.col(i) * task.labels[i];
        auto& curve = task.labels[i] > 0 ? positive : negative;
        curve.x.push_back(a[0]);
        curve.y.push_back(a[1]);
        extent = std::max(extent, a.lpNorm<Eigen::Infinity>());
    }
    frame.curves = {std::move(positive), std::move(negative)};
    if (const double norm = theta.norm(); norm > 0.0) {
        const Eigen::Vector2d along = 1.2 * extent / norm * Eigen::Vector2d(-theta[1], theta[0]);
        frame.curves.push_back(
            {.label = "θᵀx = 0", .x = {-along[0], along[0]}, .y = {-along[1], along[1]}});
    }
    return frame;
}

MatrixFrame thetaFrame(const Eigen::VectorXd& theta) {
    MatrixFrame frame{.title = "θ",
                      .rows = imageSide,
                      .columns = imageSide,
                      .values = {},
                      .symmetricScale = true};
    frame.values.reserve(imageSide * imageSide);
    for (Index i = 0; i < imageSide * imageSide; ++i)
        frame.values.push_back(static_cast<float>(theta[i]));
    return frame;
}

MatrixFrame hardestImages(const Task& task, const LinearSeparator& separator) {
    constexpr Index imagesShown = 6;
    std::vector<Index> order(static_cast<std::size_t>(task.samples.count()));
    std::iota(order.begin(), order.end(), Index{0});
    const auto shown = std::min<Index>(imagesShown, task.samples.count());
    std::partial_sort(order.begin(), order.begin() + shown, order.end(), [&](Index a, Index b) {
        return separator.margins()[a] < separator.margins()[b];
    });
    MatrixFrame frame{.title = fmt::format("smallest margins ({} mistakes)", separator.mistakes()),
                      .rows = imageSide,
                      .columns = static_cast<std::size_t>(imageSide * shown)};
    for (Index row = 0; row < imageSide; ++row)
        for (Index image = 0; image < shown; ++image)
            for (Index column = 0; column < imageSide; ++column)
                frame.values.push_back(static_cast<float>(std::abs(task.samples.z(
                    row * imageSide + column, order[static_cast<std::size_t>(image)]))));
    return frame;
}

TextFrame taskFrame(const Task& task, MarginSearch search) {
    std::string text = fmt::format(
        "{} samples in {} dimensions\nlargest feature norm R   {:.6g}\nclassical limit 2/L     "
        " {:.6g}\n",
        task.samples.count(), task.samples.dimension(), task.radius, task.classicalLimit);
    if (task.best)
        text += fmt::format("margin μ                 {:.6g}\nR²/μ²                    {:.6g}\n"
                            "nR²/μ²                   {:.6g}\n",
                            task.best->margin, task.bound(SeparationMethod::perceptron, 1.0),
                            task.bound(SeparationMethod::logistic, 1.0));
    else if (search == MarginSearch::done)
        text += "not separable, or the margin is too small to be found: no bound\n";
    return {std::move(text)};
}

} // namespace convergence::large_step
