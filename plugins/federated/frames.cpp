#include "plugins/federated/frames.h"

#include <cmath>
#include <numbers>

#include <Eigen/Dense>

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

} // namespace convergence::federated
