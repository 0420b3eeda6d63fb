// The running cost in the windows of an evaluation, and what rules make of its samples.

#include "plugins/control/integral-rl/frames.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/control/quadrature_rules.h"
#include "core/error.h"

namespace convergence::integral_rl {

namespace {

using Eigen::Index;
using Eigen::VectorXd;

CurvesFrame::Curve curveOf(std::string label, const VectorXd& x, const VectorXd& y,
                           bool markers = false) {
    return {.label = std::move(label),
            .x = {x.begin(), x.end()},
            .y = {y.begin(), y.end()},
            .markers = markers};
}

/// The polygon through samples at even nodes.
VectorXd polygonAt(const VectorXd& samples, const VectorXd& times, double length) {
    const double h = length / static_cast<double>(samples.size() - 1);
    VectorXd polygon(times.size());
    for (Index i = 0; i < times.size(); ++i) {
        const auto left = std::min(static_cast<Index>(times[i] / h), samples.size() - 2);
        const double part = times[i] / h - static_cast<double>(left);
        polygon[i] = (1.0 - part) * samples[left] + part * samples[left + 1];
    }
    return polygon;
}

/// A window at fine times: l, its samples, the polygon and the Gaussian process through them.
struct Window {
    Window(const ShownWindows& of, Index number, Index fine)
        : times(control::evenNodes(fine, of.length)),
          nodes(control::evenNodes(of.samples, of.length)), truth(costs(of, number, fine)),
          samples(costs(of, number, of.samples)), polygon(polygonAt(samples, times, of.length)) {
        if (of.smoothness > 0.0)
            process = posteriorProcess(MaternKernel(of.smoothness, of.lengthScale), nodes, samples,
                                       times);
    }
    static VectorXd costs(const ShownWindows& of, Index number, Index count) {
        const auto loop = of.system.closedLoop(of.policy, of.starts.col(number), of.length, count);
        loop->next();
        return loop->costs();
    }
    VectorXd times, nodes, truth, samples, polygon;
    std::optional<PosteriorProcess> process;
};

void drawCloseUp(const Window& window, FrameMap& frames) {
    CurvesFrame closeUp, difference;
    const auto add = [&](const std::string& label, const VectorXd& made) {
        closeUp.curves.push_back(curveOf(label, window.times, made));
        difference.curves.push_back(curveOf(label, window.times, made - window.truth));
    };
    closeUp.curves.push_back(curveOf("running cost l(t)", window.times, window.truth));
    add("polygon of the trapezoid", window.polygon);
    if (window.process) {
        const auto& [middle, deviation] = *window.process;
        add("mean of the Gaussian process", middle);
        add("mean + 2 s.d.", middle + 2.0 * deviation);
        add("mean − 2 s.d.", middle - 2.0 * deviation);
    }
    closeUp.curves.push_back(curveOf("samples", window.nodes, window.samples, true));
    difference.curves.push_back(
        curveOf("samples", window.nodes, VectorXd::Zero(window.nodes.size()), true));
    frames["close_up"] = std::move(closeUp);
    frames["difference"] = std::move(difference);
}

/// Windows side by side, which the scene runs through: above the cost and what is made of it,
/// below what is made of it less the cost, filled to its integral. Each to a scale of its own.
class Film {
public:
    Film(double length, bool hasProcess) : length_(length) {
        scene.timeLabel = "t";
        scene.timeUnit = "s";
        // The first runs; the others are the legend's.
        scene.bodyLabels = {"running cost l(t)", "polygon of the trapezoid"};
        scene.bodyColors = {text, polygon};
        if (hasProcess) {
            scene.bodyLabels.emplace_back("Gaussian process ± 2 s.d.");
            scene.bodyColors.push_back(process);
        }
        scene.bodies = scene.bodyLabels.size();
        scene.shapes.push_back({.body = 0, .x = {0.0, 0.0}, .y = {bottom, top}, .color = text});
        scene.camera = SceneFrame::Camera::follows;
        scene.viewHeight = 1.3 * (top - bottom);
    }

    void add(const Window& window, Index number, Index count) {
        const double left = pitch * static_cast<double>(number);
        const VectorXd x = (left + window.times.array() / length_).matrix();
        const double least = window.truth.minCoeff();
        const double range = std::max(window.truth.maxCoeff() - least, 1e-12);
        const auto above = [&](const VectorXd& l) -> VectorXd {
            return ((l.array() - least) / range).matrix();
        };
        const VectorXd error = window.polygon - window.truth;
        double largest = std::max(error.lpNorm<Eigen::Infinity>(), 1e-300);
        if (window.process)
            largest =
                std::max(largest, (window.process->mean - window.truth).lpNorm<Eigen::Infinity>());
        const auto below = [&](const VectorXd& e) -> VectorXd {
            return (middle + reach * e.array() / largest).matrix();
        };
        for (const double y : {0.0, middle})
            line(VectorXd{{left, left + 1.0}}, VectorXd{{y, y}}, text, 0.5);
        area(x, below(error), polygon);
        line(x, above(window.truth), text, 1.4);
        line(x, above(window.polygon), polygon, 1.0);
        std::string told =
            fmt::format("window {} of {}: relative error of the integral: trapezoid {:.1e}",
                        number + 1, count, error.sum() / window.truth.sum());
        if (window.process) {
            const auto& [mean, deviation] = *window.process;
            line(x, above(mean), process, 1.0);
            for (const double side : {-2.0, 2.0})
                line(x, above(mean + side * deviation), process, 0.5);
            line(x, below(mean - window.truth), process, 1.0);
            told += fmt::format(", Gaussian process {:.1e}",
                                (mean - window.truth).sum() / window.truth.sum());
        }
        const VectorXd heights = above(window.samples);
        for (Index k = 0; k < window.nodes.size(); ++k)
            scene.shapes.push_back({.kind = SceneFrame::ShapeKind::circle,
                                    .x = {left + window.nodes[k] / length_},
                                    .y = {heights[k]},
                                    .radius = 0.016});
        constexpr int moments = 12; // of a window
        for (int m = 0; m < moments; ++m) {
            const double part = static_cast<double>(m) / moments;
            scene.times.push_back((static_cast<double>(number) + part) * length_);
            scene.captions.push_back(told);
            for (std::size_t body = 0; body < scene.bodies; ++body)
                scene.poses.push_back({static_cast<float>(left + pitch * part), 0.0F});
        }
        scene.secondsToPlay = secondsOfWindow * static_cast<double>(number + 1);
    }

    SceneFrame scene;

private:
    static constexpr double pitch = 1.25, top = 1.15, bottom = -1.1, middle = -0.6, reach = 0.4;
    static constexpr double secondsOfWindow = 1.2;
    static constexpr int text = -1, polygon = 0, process = 1; ///< colors

    void line(const VectorXd& x, const VectorXd& y, int color, double width) {
        scene.shapes.push_back(
            {.x = {x.begin(), x.end()}, .y = {y.begin(), y.end()}, .color = color, .width = width});
    }
    void area(const VectorXd& x, const VectorXd& y, int color) {
        SceneFrame::Shape shape{.kind = SceneFrame::ShapeKind::polygon,
                                .x = {x.begin(), x.end()},
                                .y = {y.begin(), y.end()},
                                .color = color};
        for (const Index end : {x.size() - 1, Index{0}}) {
            shape.x.push_back(x[end]);
            shape.y.push_back(middle);
        }
        scene.shapes.push_back(std::move(shape));
    }

    double length_;
};

} // namespace

void drawWindows(const ShownWindows& windows, Index shown, FrameMap& frames) {
    constexpr Index fine = 241, coarse = 49, most = 24; // windows of the film
    try {
        drawCloseUp({windows, std::min(shown, windows.starts.cols()) - 1, fine}, frames);
        Film film(windows.length, windows.smoothness > 0.0);
        const Index count = std::min(most, windows.starts.cols());
        for (Index number = 0; number < count; ++number)
            film.add({windows, number, coarse}, number, windows.starts.cols());
        frames["windows"] = std::move(film.scene);
    } catch (const NumericalError&) {
        // An unstable loop has run off: there is nothing to draw.
    }
}

} // namespace convergence::integral_rl
