#include "plugins/control/integral-rl/frames.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <set>

#include "core/error.h"

namespace convergence::integral_rl {

namespace {

using Curve = CurvesFrame::Curve;
using Eigen::Index;
using Eigen::VectorXd;

struct Path {
    Eigen::MatrixXd states; ///< n × times
    bool isWhole = true;
};
/// Where the state is at even times; where it runs off beyond numbers, nowhere.
Path pathOf(const control::ControlledSystem& system, const VectorXd& weights, const VectorXd& start,
            double seconds, Index count) {
    try {
        const auto loop = system.closedLoop(weights, start, seconds, count);
        loop->next();
        return {loop->states()};
    } catch (const NumericalError&) {
        return {start.replicate(1, count), false};
    }
}

} // namespace

void drawLoop(const control::ControlledSystem& system, const VectorXd& weights,
              const VectorXd& start, FrameMap& frames) {
    constexpr double seconds = 12.0, farthest = 30.0;
    constexpr Index count = 241;
    const Path path = pathOf(system, weights, start, seconds, count);
    PathFrame frame;
    for (Index i = 0; i < count; ++i) {
        if (!(path.states.col(i).head(2).lpNorm<Eigen::Infinity>() <= farthest))
            break;
        frame.x.push_back(path.states(0, i));
        frame.y.push_back(path.states(1, i));
        frame.iteration.push_back(i);
    }
    frames["state_path"] = std::move(frame);
}

void drawPoles(const control::ControlledSystem& system, const std::vector<VectorXd>& policies,
               FrameMap& frames) {
    constexpr double border = -4.0; // faster modes are drawn there
    CurvesFrame frame;
    double highest = 1.0;
    const auto add = [&](const char* label, auto first, auto last) {
        Curve curve{.label = label, .markers = true};
        for (auto policy = first; policy != last; ++policy)
            for (const std::complex<double>& pole : system.poles(*policy)) {
                curve.x.push_back(std::max(border, pole.real()));
                curve.y.push_back(pole.imag());
                highest = std::max(highest, std::abs(pole.imag()));
            }
        frame.curves.push_back(std::move(curve));
    };
    const VectorXd* const best = &system.solution();
    add("best policy", best, best + 1);
    add("without control", policies.begin(), policies.begin() + 1);
    add("earlier policies", policies.begin() + 1,
        std::max(policies.begin() + 1, policies.end() - 1));
    add("present policy", policies.end() - 1, policies.end());
    frame.curves.push_back({.label = "imaginary axis: unstable to its right",
                            .x = {0.0, 0.0},
                            .y = {-1.2 * highest, 1.2 * highest}});
    frames["poles"] = std::move(frame);
}

SceneFrame loopsOf(const Recording& soFar, const control::ControlledSystem& system,
                   const VectorXd& start) {
    constexpr double seconds = 12.0, border = 9.0, lane = 1.8, radius = 0.08;
    constexpr Index count = 241;
    const bool isCart = system.poles(system.solution()).size() > 0;
    SceneFrame scene{.timeLabel = "t", .timeUnit = "s", .secondsToPlay = 8.0};
    std::vector<Eigen::MatrixXd> paths;
    const auto add = [&](const std::string& label, int color, const VectorXd& weights) {
        const auto body = static_cast<int>(paths.size());
        const double y = -lane * body;
        using Kind = SceneFrame::ShapeKind;
        if (isCart) {
            scene.shapes.push_back({.kind = Kind::line, .x = {-border, border}, .y = {y, y}});
            scene.shapes.push_back({.kind = Kind::polygon,
                                    .body = body,
                                    .x = {-0.6, 0.6, 0.6, -0.6},
                                    .y = {0.3, 0.3, 0.9, 0.9},
                                    .color = color});
            for (const double x : {-0.35, 0.35})
                scene.shapes.push_back({.kind = Kind::circle,
                                        .body = body,
                                        .x = {x},
                                        .y = {0.18},
                                        .radius = 0.18,
                                        .color = color});
        } else {
            scene.shapes.push_back({.kind = Kind::circle,
                                    .body = body,
                                    .x = {0.0},
                                    .y = {0.0},
                                    .radius = radius,
                                    .color = color});
        }
        scene.bodyLabels.push_back(label);
        scene.bodyColors.push_back(color);
        paths.push_back(pathOf(system, weights, start, seconds, count).states);
    };
    add("best policy", -1, system.solution());
    std::set<std::string> seen;
    for (std::size_t trial = 0; trial < soFar.plans().size(); ++trial) {
        const std::string& id = soFar.plans()[trial].arm;
        const Table& trace = soFar.trace(trial);
        if (trace.rows() == 0 || !seen.insert(id).second)
            continue;
        VectorXd weights(system.featureCount());
        const std::size_t last = trace.rows() - 1, first = trace.columnIndex("weight_1");
        for (Index i = 0; i < weights.size(); ++i)
            weights[i] = trace.at(last, first + static_cast<std::size_t>(i));
        add(std::string(traitsOf(ruleArms, id).label), static_cast<int>(indexOf(ruleArms, id)),
            weights);
    }
    const double bottom = isCart ? -lane * double(paths.size() - 1) - 0.3 : -1.0;
    scene.shapes.push_back(
        {.kind = SceneFrame::ShapeKind::line, .x = {0.0, 0.0}, .y = {bottom, isCart ? 1.3 : 1.0}});
    if (!isCart)
        scene.shapes.push_back(
            {.kind = SceneFrame::ShapeKind::line, .x = {-1.0, 1.0}, .y = {0.0, 0.0}});
    scene.bodies = paths.size();
    scene.hasTrail.assign(scene.bodies, isCart ? 0 : 1);
    for (Index i = 0; i < count; ++i) {
        scene.times.push_back(seconds * double(i) / double(count - 1));
        for (std::size_t body = 0; body < paths.size(); ++body) {
            const auto at = [&](Index row) {
                return static_cast<float>(std::clamp(paths[body](row, i), -border, border));
            };
            scene.poses.push_back(
                {at(0), isCart ? static_cast<float>(-lane * double(body)) : at(1)});
        }
    }
    return scene;
}

} // namespace convergence::integral_rl
