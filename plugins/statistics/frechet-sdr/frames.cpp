#include "plugins/statistics/frechet-sdr/frames.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include <fmt/format.h>

#include "core/math/decompositions.h"
#include "core/math/statistics.h"

namespace convergence::frechet_sdr {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

void append(std::vector<float>& out, const auto& column) {
    for (const double value : column)
        out.push_back(static_cast<float>(value));
}

PointsFrame cloudOf(const MatrixXd& features, const MatrixXd& s, Index colored) {
    PointsFrame cloud{.label = "samples not seen"};
    append(cloud.x, features.col(0));
    if (features.cols() > 1)
        append(cloud.y, features.col(1));
    else
        append(cloud.y, s.col(0));
    append(cloud.values, s.col(colored));
    cloud.valueLabel = fmt::format("s{}", colored == 0 ? "₁" : "₂");
    return cloud;
}

/// Where a response is drawn. Outliers among numbers are drawn at the edge.
Eigen::Vector3d placeOf(const ResponseChoice& response, const statistics::SdrSample& sample,
                        Index k) {
    constexpr double farthest = 15.0;
    const auto y = sample.objects.col(k);
    const double s = sample.predictors(k, 0);
    if (response.metric == ObjectMetric::euclidean)
        return {s, std::clamp(y[0], -farthest, farthest), 0.0};
    if (response.metric == ObjectMetric::logEuclidean || response.metric == ObjectMetric::labels)
        return {s, sample.predictors(k, 1), 0.0};
    return {y[0], y[1], y.size() > 2 ? y[2] : 0.0};
}

enum Membership : std::uint16_t { outside, inside, middle };
const std::vector<std::string> membershipLabels{"outside", "in the ball", "its center"};

/// Of each response: in the ball are the nearest ones, with all ties.
std::vector<std::uint16_t> membershipsOf(const ResponseChoice& response, const Data& data,
                                         const ShownBall& ball) {
    const Index n = data.distances.rows();
    Index center = 0;
    const auto away = [&](Index k) {
        const Eigen::Vector3d place = placeOf(response, data.training, k);
        return std::hypot(place[0] - ball.x, place[1] - ball.y);
    };
    for (Index k = 1; k < n; ++k)
        if (away(k) < away(center))
            center = k;
    const VectorXd from = data.distances.col(center);
    std::vector<double> sorted(from.begin(), from.end());
    std::ranges::sort(sorted);
    const auto last = static_cast<std::size_t>(
        std::clamp(std::lround(ball.share * double(n)) - 1, 0L, long(n - 1)));
    std::vector<std::uint16_t> memberships;
    for (const double distance : from)
        memberships.push_back(distance <= sorted[last] ? inside : outside);
    memberships[static_cast<std::size_t>(center)] = middle;
    return memberships;
}

/// A matrix as the ellipse of its eigenvalues, where s is.
PointsFrame::Ellipse ellipseOf(const VectorXd& logarithm, const Eigen::Vector3d& s, int member) {
    constexpr double size = 0.06, largest = 3.0; // of an eigenvalue of 1; of eigenvalues
    const double mean = 0.5 * (logarithm[0] + logarithm[2]);
    const double half = 0.5 * (logarithm[0] - logarithm[2]);
    const double r = std::hypot(half, logarithm[1]);
    const auto axis = [&](double x) {
        return size * std::exp(0.5 * std::clamp(x, -largest, largest));
    };
    return {.x = s[0],
            .y = s[1],
            .semiMajor = axis(mean + r),
            .semiMinor = axis(mean - r),
            .angle = 0.5 * std::atan2(logarithm[1], half),
            .classIndex = member};
}

CurvesFrame densitiesOf(const Data& data, const std::vector<std::uint16_t>& memberships) {
    constexpr Index curves = 30, points = 81;
    constexpr double farthest = 5.0; // of outliers no more is seen
    // One curve a membership: from density to density it goes back along the axis.
    CurvesFrame frame;
    for (const std::string& label : membershipLabels)
        frame.curves.push_back({.label = label});
    Index drawn = 0;
    for (Index k = 0; k < data.training.objects.cols(); ++k) {
        const std::uint16_t member = memberships[static_cast<std::size_t>(k)];
        if (member != middle && ++drawn > curves)
            continue;
        const double mean = data.training.objects(0, k);
        const double deviation = std::max(0.02, data.training.objects(1, k));
        CurvesFrame::Curve& curve = frame.curves[member];
        for (Index i = 0; i < points; ++i) {
            const double y = farthest * (2.0 * double(i) / double(points - 1) - 1.0);
            const double z = (y - mean) / deviation;
            curve.x.push_back(y);
            curve.y.push_back(std::exp(-0.5 * z * z) /
                              (deviation * std::sqrt(2.0 * std::numbers::pi)));
        }
    }
    return frame;
}

} // namespace

void drawFeatures(const Data& data, const MatrixXd& features, FrameMap& frames) {
    const MatrixXd& s = data.test.predictors;
    frames["by_first"] = cloudOf(features, s, 0);
    if (s.cols() > 1)
        frames["by_second"] = cloudOf(features, s, 1);
    if (data.side == 0)
        return;
    constexpr Index most = 200;
    const Index count = std::min(most, features.rows());
    PointsFrame pictures = cloudOf(features.topRows(count), s.topRows(count), 0);
    pictures.thumbnailWidth = pictures.thumbnailHeight = static_cast<std::size_t>(data.side);
    for (Index k = 0; k < count; ++k)
        for (const double pixel : data.test.x.row(k))
            for (int channel = 0; channel < 3; ++channel)
                pictures.thumbnails.push_back(
                    static_cast<std::uint8_t>(std::lround(255.0 * std::clamp(pixel, 0.0, 1.0))));
    frames["thumbnails"] = std::move(pictures);
}

void drawResponses(const ResponseChoice& response, const Data& data, const ShownBall& ball,
                   FrameMap& frames) {
    const auto memberships = membershipsOf(response, data, ball);
    const statistics::SdrSample& sample = data.training;
    if (response.metric == ObjectMetric::wasserstein) {
        frames["densities"] = densitiesOf(data, memberships);
        return;
    }
    const bool isSphere = sample.objects.rows() == 3 && response.metric == ObjectMetric::arc;
    const bool isMatrix = response.metric == ObjectMetric::logEuclidean;
    constexpr Index most = 400, mostEllipses = 150;
    PointsFrame cloud{.label = "responses"};
    cloud.classLabels = membershipLabels;
    for (Index k = 0; k < sample.objects.cols(); ++k) {
        const std::uint16_t member = memberships[static_cast<std::size_t>(k)];
        if (k >= (isMatrix ? mostEllipses : most) && member != middle)
            continue;
        const Eigen::Vector3d place = placeOf(response, sample, k);
        cloud.classes.push_back(member);
        cloud.names.push_back(
            fmt::format("response {}{}", k + 1,
                        sample.isOutlier[static_cast<std::size_t>(k)] ? ", an outlier" : ""));
        cloud.x.push_back(static_cast<float>(place[0]));
        cloud.y.push_back(static_cast<float>(place[1]));
        if (isSphere)
            cloud.z.push_back(static_cast<float>(place[2]));
        if (isMatrix)
            cloud.ellipses.push_back(ellipseOf(sample.objects.col(k), place, member));
    }
    frames[isSphere ? "globe" : "responses"] = std::move(cloud);
}

void drawSpectrum(const MatrixXd& weights, FrameMap& frames) {
    constexpr Index shown = 10;
    const auto svd = randomizedSvd(
        weights, {.columns = std::min(2 * shown, weights.rows()), .powerIterations = 2});
    CurvesFrame::Curve curve{.label = "share of tr W", .markers = true};
    for (Index i = 0; i < std::min(shown, svd.values.size()); ++i) {
        curve.x.push_back(static_cast<double>(i + 1));
        curve.y.push_back(svd.values[i] / weights.trace());
    }
    frames["spectrum"] = CurvesFrame{{std::move(curve)}};
}

BarsFrame qualityBars(const Recording& soFar, const std::vector<double>& shares) {
    BarsFrame bars;
    for (const double share : shares)
        bars.series.push_back({.label = fmt::format("{:g} % outliers", 100.0 * share)});
    for (const std::string& id : soFar.arms()) {
        bars.categories.emplace_back(traitsOf(methodArms, id).label);
        for (std::size_t i = 0; i < shares.size(); ++i) {
            std::vector<double> qualities;
            for (const std::size_t trial : soFar.trialsOf(id))
                if (soFar.plans()[trial].factors.at("outliers") == shares[i])
                    if (const auto finals = soFar.finals(trial); finals && applies(finals->front()))
                        qualities.push_back(finals->front()); // the first of them is the quality
            bars.series[i].values.push_back(qualities.empty() ? 0.0 : mean(qualities));
            bars.series[i].dots.push_back(std::move(qualities));
        }
    }
    return bars;
}

} // namespace convergence::frechet_sdr
