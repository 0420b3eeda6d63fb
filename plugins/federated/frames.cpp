#include "plugins/federated/frames.h"

#include <algorithm>
#include <cmath>
#include <limits>
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

void add(CurvesFrame::Curve& curve, const Eigen::Vector2d& at) {
    curve.x.push_back(at[0]);
    curve.y.push_back(at[1]);
}
/// What follows begins anew.
void lift(CurvesFrame::Curve& curve) {
    constexpr double gap = std::numeric_limits<double>::quiet_NaN();
    add(curve, {gap, gap});
}

/// About where each client began, as large as it went far: with exact solves, where it ended its
/// loss is least within.
CurvesFrame::Curve ballsOf(const Cohort<double>& cohort) {
    CurvesFrame::Curve curve{.label = "balls of the spring"};
    constexpr int points = 60;
    for (Index j = 0; j < cohort.size(); ++j) {
        const double radius = (cohort.x.col(j) - cohort.start.col(j)).norm();
        for (int k = 0; k <= points; ++k) {
            const double phi = 2.0 * std::numbers::pi * k / points;
            add(curve,
                cohort.start.col(j) + radius * Eigen::Vector2d(std::cos(phi), std::sin(phi)));
        }
        lift(curve);
    }
    return curve;
}

/// From the mean of where clients came to, to the server's x: closed at rest.
CurvesFrame::Curve chainOf(const Eigen::MatrixXd& corrections, const Eigen::Vector2d& server) {
    CurvesFrame::Curve curve{.label = "corrections, end to end"};
    const Eigen::MatrixXd links = corrections / static_cast<double>(corrections.cols());
    Eigen::Vector2d at = server - links.rowwise().sum();
    add(curve, at);
    for (const auto link : links.colwise())
        add(curve, at += link);
    return curve;
}

CurvesFrame::Curve arrow(const Eigen::Vector2d& from, const Eigen::Vector2d& way,
                         const char* label) {
    CurvesFrame::Curve curve{.label = label};
    const Eigen::Vector2d to = from + way, across(-way[1], way[0]);
    constexpr double back = 0.18, aside = 0.07;
    for (const Eigen::Vector2d& corner :
         {from, to, Eigen::Vector2d(to - back * way + aside * across), to,
          Eigen::Vector2d(to - back * way - aside * across)})
        add(curve, corner);
    return curve;
}

/// What a method has besides the ways of its clients.
std::vector<CurvesFrame::Curve> besides(const Plane& plane) {
    std::vector<CurvesFrame::Curve> curves;
    const Cohort<double>& cohort = plane.rounds.work().cohort();
    const Method<double>& method = plane.rounds.method();
    if (plane.isSprung && cohort.size() > 0)
        curves.push_back(ballsOf(cohort));
    if (const auto* corrections = method.clientCorrections())
        curves.push_back(chainOf(*corrections, plane.rounds.model()));
    if (const auto* direction = method.serverDirection(); direction && cohort.size() > 0)
        curves.push_back(arrow(plane.rounds.model(),
                               -plane.rounds.localRate() * cohort.meanSteps() * *direction,
                               "K steps along g"));
    return curves;
}

/// As lines of the world, each curve in a color of its own.
void addLines(SceneFrame& scene, const std::vector<CurvesFrame::Curve>& curves, int color) {
    for (const CurvesFrame::Curve& curve : curves) {
        SceneFrame::Shape line{.kind = SceneFrame::ShapeKind::line, .color = color++, .width = 0.7};
        const auto finish = [&] {
            if (!line.x.empty())
                scene.shapes.push_back(line);
            line.x.clear();
            line.y.clear();
        };
        for (std::size_t k = 0; k < curve.x.size(); ++k) {
            if (std::isnan(curve.x[k])) {
                finish();
                continue;
            }
            line.x.push_back(curve.x[k]);
            line.y.push_back(curve.y[k]);
        }
        finish();
    }
}

} // namespace

void drawFan(const Plane& plane, FrameMap& frames) {
    const Quadratics& problem = plane.problem;
    const Rounds<double>& rounds = plane.rounds;
    CurvesFrame frame;
    const auto& paths = rounds.work().paths();
    const double gap = problem.gap(paths.empty() ? rounds.model() : paths.front().col(0));
    frame.curves = {levelLine(problem, gap, "level line of f"),
                    marks(problem.clientOptima(), "the clients' own optima"),
                    marks(problem.optimum(), "x*"), marks(rounds.model(), "x of the server")};
    CurvesFrame::Curve ways{.label = "ways of the clients"};
    for (Index j = 0; !paths.empty() && j < paths.front().cols(); ++j) {
        for (const auto& path : paths)
            add(ways, path.col(j));
        lift(ways);
    }
    frame.curves.push_back(std::move(ways));
    for (CurvesFrame::Curve& curve : besides(plane))
        frame.curves.push_back(std::move(curve));
    frames["fan"] = std::move(frame);
}

void drawRound(const Plane& plane, FrameMap& frames) {
    const Quadratics& problem = plane.problem;
    const Rounds<double>& rounds = plane.rounds;
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
    addLines(scene, besides(plane), serverColor + 1);
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

template <typename Scalar>
void drawUpdates(const Rounds<Scalar>& rounds, FrameMap& frames) {
    const Cohort<Scalar>& cohort = rounds.work().cohort();
    std::vector<double> lengths;
    for (Index j = 0; j < cohort.size(); ++j)
        lengths.push_back(static_cast<double>((cohort.x.col(j) - cohort.start.col(j)).norm()));
    std::sort(lengths.begin(), lengths.end(), std::greater<>());
    constexpr std::size_t most = 40; // of more, so many at equal distances
    const std::size_t shown = std::min(most, lengths.size());
    BarsFrame bars{.categories = {}, .series = {{.label = "length of the update", .values = {}}}};
    for (std::size_t k = 0; k < shown; ++k) {
        const std::size_t rank = shown == 1 ? 0 : k * (lengths.size() - 1) / (shown - 1);
        bars.categories.push_back(std::to_string(rank + 1));
        bars.series.front().values.push_back(lengths[rank]);
    }
    frames["updates"] = std::move(bars);
}

template <typename Scalar>
void drawUphill(const Rounds<Scalar>& rounds, const LocalPlan& plan, const AscentOptions& ascent,
                FrameMap& frames) {
    constexpr Index most = 4;
    constexpr int points = 10; // to the step's end; then as many beyond
    const Cohort<Scalar>& cohort = rounds.work().cohort();
    const Index shown = std::min(most, cohort.size());
    if (shown == 0 || !ascent.isThere())
        return;
    std::vector<Visit> visits;
    for (Index j = 0; j < shown; ++j)
        visits.push_back({cohort.clients[static_cast<std::size_t>(j)],
                          static_cast<std::uint64_t>(cohort.round)});
    const auto batches = rounds.problem().batches(shown, plan);
    batches->begin(visits);
    batches->next(0, shown);
    const MatrixOf<Scalar> start = cohort.start.leftCols(shown);
    MatrixOf<Scalar> uphill(start.rows(), shown), gradients(start.rows(), shown);
    batches->evaluate(0, start, uphill);
    for (Index j = 0; j < shown; ++j)
        uphill.col(j) *= static_cast<Scalar>(ascent.lengthFor(uphill.col(j)));
    CurvesFrame frame;
    for (const Visit& visit : visits)
        frame.curves.push_back({.label = fmt::format("client {}", visit.client + 1)});
    // The loss is the integral of its slope along the way, by the trapezoidal rule.
    std::vector<double> losses(static_cast<std::size_t>(shown)), slopes(losses.size());
    for (int k = 0; k <= 2 * points; ++k) {
        const double share = static_cast<double>(k) / points;
        batches->evaluate(0, start + static_cast<Scalar>(share) * uphill, gradients);
        for (std::size_t j = 0; j < losses.size(); ++j) {
            const auto column = static_cast<Index>(j);
            const auto slope = static_cast<double>(gradients.col(column).dot(uphill.col(column)));
            if (k > 0)
                losses[j] += 0.5 * (slope + slopes[j]) / points;
            slopes[j] = slope;
            frame.curves[j].x.push_back(share);
            frame.curves[j].y.push_back(losses[j]);
        }
    }
    frames["uphill"] = std::move(frame);
}

template void drawUpdates(const Rounds<float>&, FrameMap&);
template void drawUpdates(const Rounds<double>&, FrameMap&);
template void drawUphill(const Rounds<float>&, const LocalPlan&, const AscentOptions&, FrameMap&);
template void drawUphill(const Rounds<double>&, const LocalPlan&, const AscentOptions&, FrameMap&);

// ---- Lanes ---------------------------------------------------------------------------------

namespace {

constexpr std::size_t mostLanes = 40; ///< of clients

std::vector<std::string> lanesOf(std::string first, std::size_t clients) {
    std::vector<std::string> lanes{std::move(first)};
    for (std::size_t i = 0; i < std::min(mostLanes, clients); ++i)
        lanes.push_back(fmt::format("client {}", i + 1));
    return lanes;
}

} // namespace

void PastRounds::add(const Span& round, const std::vector<Reply>& replies) {
    Round& place = rounds_[count_++ % rounds_.size()];
    place.span = round;
    place.replies.assign(replies.begin(), replies.end());
}

TimelineFrame PastRounds::timeline(Index clients) const {
    enum Kind : std::uint32_t { works, ends };
    TimelineFrame frame{.lanes = lanesOf("server", static_cast<std::size_t>(clients)),
                        .kinds = {"works", "next x"}};
    for (std::size_t k = 0; k < std::min(count_, rounds_.size()); ++k) {
        const Round& round = rounds_[k];
        frame.instants.push_back({0, ends, round.span.end});
        for (const Reply& reply : round.replies)
            if (reply.client < mostLanes)
                frame.intervals.push_back({reply.client + 1, works, reply.began, reply.arrived});
    }
    return frame;
}

TimelineFrame labelBars(const LabelledSamples& samples, const Partition& partition) {
    const auto counts = labelCounts(samples, partition);
    TimelineFrame frame{.lanes =
                            lanesOf(fmt::format("all, skew {:.2f}", labelSkew(samples, partition)),
                                    partition.size()),
                        .valueLabel = "samples"};
    std::vector<double> all(samples.classes);
    for (std::uint32_t c = 0; c < samples.classes; ++c)
        frame.kinds.push_back(fmt::format("class {}", c));
    const auto bar = [&](std::uint32_t lane, const std::vector<double>& sizes) {
        double begin = 0.0;
        for (std::uint32_t c = 0; c < sizes.size(); ++c) {
            if (sizes[c] > 0.0)
                frame.intervals.push_back({lane, c, begin, begin + sizes[c], sizes[c]});
            begin += sizes[c];
        }
    };
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (i < mostLanes)
            bar(static_cast<std::uint32_t>(i + 1), {counts[i].begin(), counts[i].end()});
        for (std::size_t c = 0; c < all.size(); ++c)
            all[c] += static_cast<double>(counts[i][c]) / static_cast<double>(counts.size());
    }
    bar(0, all); // of the mean client
    return frame;
}

} // namespace convergence::federated
