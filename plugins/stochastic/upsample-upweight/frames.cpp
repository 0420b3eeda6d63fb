// Pictures of one trial: its mixture, its moments, its path.

#include "plugins/stochastic/upsample-upweight/frames.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace convergence::upsample {

using namespace domains;

namespace {

constexpr double highest = 1000.0; ///< temperature that is drawn
constexpr double another = 100.0;  ///< temperature that spans the slice where the first is 1

/// Two orthonormal directions, the first towards the optimum at the first static temperature.
Eigen::MatrixXd planeOf(const Setting& setting) {
    const double temperature = setting.values.numbers("temperatures").front();
    const Eigen::VectorXd& own = *setting.optimum(0, temperature);
    const Eigen::VectorXd& other = *setting.optimum(0, temperature == 1.0 ? another : 1.0);
    Eigen::MatrixXd plane(own.size(), 2);
    plane.col(0) = own.normalized();
    Eigen::VectorXd across = other - plane.col(0).dot(other) * plane.col(0);
    // Equal sizes have one optimum: any direction will do then.
    if (across.norm() < 1e-9 * own.norm())
        across = Eigen::VectorXd::Unit(own.size(), 0) - plane(0, 0) * plane.col(0);
    plane.col(1) = across.normalized();
    return plane;
}

} // namespace

SlicePath::SlicePath(const Setting& setting, const TrialPlan& plan)
    : isShown_(plan.replicate == 0) {
    if (isShown_)
        plane_ = planeOf(setting);
}

void SlicePath::add(std::int64_t iteration, const Eigen::VectorXd& W) {
    if (!isShown_ || (!path_.iteration.empty() && path_.iteration.back() == iteration))
        return;
    const Eigen::Vector2d at = plane_.transpose() * W;
    path_.x.push_back(at[0]);
    path_.y.push_back(at[1]);
    path_.iteration.push_back(iteration);
}

void SlicePath::draw(FrameMap& frames) const {
    if (isShown_)
        frames["path"] = path_;
}

FieldFrame sliceField(const Setting& setting) {
    constexpr std::size_t count = 41;
    constexpr double margin = 0.6;
    const double temperature = setting.values.numbers("temperatures").front();
    const Eigen::MatrixXd plane = planeOf(setting);
    const Eigen::VectorXd& best = *setting.optimum(0, temperature);
    const double reach = best.norm();
    const auto problem = setting.softmax(0);
    const Numbers shares = setting.sharesAt(temperature);
    const double least = problem->objective(best, shares);
    FieldFrame field{.xMinimum = -0.3 * reach,
                     .xMaximum = 1.4 * reach,
                     .yMinimum = -margin * reach,
                     .yMaximum = margin * reach,
                     .xCount = count,
                     .yCount = count};
    const auto between = [](double low, double high, std::size_t i) {
        return low + (high - low) * static_cast<double>(i) / (count - 1);
    };
    for (std::size_t j = 0; j < count; ++j)
        for (std::size_t i = 0; i < count; ++i) {
            const Eigen::Vector2d at(between(field.xMinimum, field.xMaximum, i),
                                     between(field.yMinimum, field.yMaximum, j));
            field.values.push_back(
                static_cast<float>(problem->objective(plane * at, shares) - least));
        }
    return field;
}

BarsFrame shareBars(const Setting& setting, const Mixture& mixture) {
    return {.categories = setting.names,
            .series = {{"of the data, q", setting.sharesAt(1.0)}, {"drawn", mixture.shares}}};
}

CurvesFrame excessCurves(const Setting& setting, std::optional<double> temperature,
                         double skewness) {
    constexpr int points = 61;
    constexpr std::size_t domains = 10;
    Numbers temperatures;
    for (int k = 0; k < points; ++k)
        temperatures.push_back(std::pow(highest, static_cast<double>(k) / (points - 1)));
    const auto curve = [&](std::string label, const Numbers& sizes) {
        CurvesFrame::Curve drawn{.label = std::move(label), .x = temperatures, .y = {}};
        for (const double tau : temperatures)
            drawn.y.push_back(excessOf(temperatureShares(sizes, tau), sizes));
        return drawn;
    };
    CurvesFrame frame;
    for (const double alpha : {0.5, 1.0, 1.5, 2.0})
        if (alpha != skewness)
            frame.curves.push_back(
                curve(fmt::format("α = {}", alpha), powerLawSizes(domains, alpha)));
    frame.curves.push_back(
        curve(fmt::format("α = {:.3g}, chosen", skewness), powerLawSizes(domains, skewness)));
    frame.curves.push_back(curve("these data", setting.sizes));
    if (temperature)
        frame.curves.push_back(
            {.label = "now",
             .x = {std::clamp(*temperature, 1.0, highest)},
             .y = {excessOf(temperatureShares(setting.sizes, *temperature), setting.sizes)},
             .markers = true});
    return frame;
}

TableFrame domainTable(const Setting& setting, const Mixture& mixture, const State& state) {
    return {.rowTitle = "domain",
            .rows = setting.names,
            .columns = {{.label = "examples n", .unit = {}, .values = setting.sizes},
                        {.label = "share q", .unit = {}, .values = setting.sharesAt(1.0)},
                        {.label = "drawn p", .unit = {}, .values = mixture.shares, .hasBars = true},
                        {.label = "weight w", .unit = {}, .values = mixture.weights},
                        {.label = "repetitions r", .unit = {}, .values = state.repetitions},
                        {.label = "loss", .unit = "nats", .values = state.losses}}};
}

MomentBars momentBars(const Setting& setting, const ExampleLearner& learner, double temperature) {
    const Numbers shares = setting.sharesAt(temperature);
    const Numbers weights = weightsOf(shares, setting.sizes);
    Numbers moments, terms;
    std::uint32_t begin = 0;
    for (std::size_t i = 0; i < setting.names.size(); ++i) {
        const std::uint32_t size = setting.exampleCounts[i];
        const std::uint32_t taken =
            setting.isText() ? std::min(size, setting.model.momentSample) : size;
        std::vector<std::uint32_t> examples;
        for (std::uint32_t k = 0; k < taken; ++k)
            examples.push_back(begin + k);
        Numbers norms(taken);
        learner.squaredNorms(examples, norms);
        double sum = 0.0;
        for (const double norm : norms)
            sum += norm;
        moments.push_back(sum / taken);
        terms.push_back(shares[i] * (weights[i] - 1.0) * moments.back());
        begin += size;
    }
    return {{.categories = setting.names, .series = {{"m", std::move(moments)}}},
            {.categories = setting.names, .series = {{"p (w − 1) m", std::move(terms)}}}};
}

} // namespace convergence::upsample
