#include "plugins/federated/frames.h"

#include <cmath>
#include <numbers>

#include <Eigen/Dense>
#include <fmt/format.h>

namespace convergence::federated {

namespace {

/// Where the gap has a value: an ellipse about x*.
CurvesFrame::Curve levelLine(const Quadratics& problem, double gap, const char* label) {
    const Eigen::SelfAdjointEigenSolver<Eigen::Matrix2d> axes(
        Eigen::Matrix2d(problem.meanCurvature()));
    CurvesFrame::Curve curve{.label = label};
    constexpr int points = 90;
    for (int k = 0; k <= points; ++k) {
        const double phi = 2.0 * std::numbers::pi * k / points;
        const Eigen::Vector2d along(std::cos(phi), std::sin(phi));
        const Eigen::Vector2d at =
            problem.optimum() +
            axes.eigenvectors() *
                (std::sqrt(2.0 * gap) * along.array() / axes.eigenvalues().array().sqrt()).matrix();
        curve.x.push_back(at[0]);
        curve.y.push_back(at[1]);
    }
    return curve;
}

CurvesFrame::Curve marks(const Eigen::MatrixXd& points, const char* label) {
    CurvesFrame::Curve curve{.label = label, .markers = true};
    for (const auto point : points.colwise()) {
        curve.x.push_back(point[0]);
        curve.y.push_back(point[1]);
    }
    return curve;
}

} // namespace

void drawFan(const Quadratics& problem, const Rounds<double>& rounds, FrameMap& frames) {
    CurvesFrame frame;
    const auto& paths = rounds.work().paths();
    const double gap = problem.gap(paths.empty() ? rounds.model() : paths.front().col(0));
    frame.curves = {levelLine(problem, gap, "level line of f"),
                    marks(problem.clientOptima(), "the clients' own optima"),
                    marks(problem.optimum(), "x*"), marks(rounds.model(), "x of the server")};
    // One curve for all: there and back for each client, so that the legend stays short.
    CurvesFrame::Curve ways{.label = "ways of the clients"};
    for (Index j = 0; !paths.empty() && j < paths.front().cols(); ++j) {
        const auto add = [&](std::size_t k) {
            ways.x.push_back(paths[k](0, j));
            ways.y.push_back(paths[k](1, j));
        };
        for (std::size_t k = 0; k < paths.size(); ++k)
            add(k);
        for (std::size_t k = paths.size(); k-- > 0;)
            add(k);
    }
    frame.curves.push_back(std::move(ways));
    frames["fan"] = std::move(frame);
}

void drawRound(const Quadratics& problem, const Rounds<double>& rounds, FrameMap& frames) {
    const auto& paths = rounds.work().paths();
    if (paths.empty() || paths.front().cols() == 0)
        return;
    enum Color { clientColor, optimumColor, serverColor };
    const double extent =
        (problem.clientOptima().colwise() - problem.optimum()).colwise().norm().maxCoeff() + 1e-9;
    SceneFrame scene{.timeLabel = "step", .secondsToPlay = 4.0};
    const auto circle = [&](int body, const Eigen::Vector2d& at, double size, int color) {
        scene.shapes.push_back({.kind = SceneFrame::ShapeKind::circle,
                                .body = body,
                                .x = {at[0]},
                                .y = {at[1]},
                                .radius = size * extent,
                                .color = color});
    };
    const CurvesFrame::Curve level = levelLine(problem, problem.gap(paths.front().col(0)), "");
    scene.shapes.push_back(
        {.kind = SceneFrame::ShapeKind::line, .x = level.x, .y = level.y, .width = 0.5});
    constexpr double small = 0.012, large = 0.02;
    for (const auto optimum : problem.clientOptima().colwise())
        circle(-1, optimum, small, optimumColor);
    circle(-1, problem.optimum(), large, serverColor);
    const Index clients = paths.front().cols();
    for (Index j = 0; j < clients; ++j)
        circle(static_cast<int>(j), Eigen::Vector2d::Zero(), large, clientColor);
    scene.bodies = static_cast<std::size_t>(clients);
    scene.bodyColors.assign(scene.bodies, clientColor);
    scene.hasTrail.assign(scene.bodies, 1);
    const auto show = [&](double time, const std::string& caption, auto at) {
        scene.times.push_back(time);
        scene.captions.push_back(caption);
        for (Index j = 0; j < clients; ++j) {
            const Eigen::Vector2d x = at(j);
            scene.poses.push_back({static_cast<float>(x[0]), static_cast<float>(x[1]), 0.0F});
        }
    };
    const std::size_t steps = paths.size() - 1;
    for (std::size_t k = 0; k <= steps; ++k)
        show(static_cast<double>(k), fmt::format("step {} of {}", k, steps),
             [&](Index j) { return paths[k].col(j); });
    show(static_cast<double>(steps) + 2.0, "the server's next x",
         [&](Index) { return rounds.model(); });
    frames["round"] = std::move(scene);
}

} // namespace convergence::federated
