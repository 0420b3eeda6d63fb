#include "plugins/statistics/frechet-sdr/frames.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include <fmt/format.h>

#include "core/data/utf8.h"
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

/// What colors features: an entry of s, or a response of a table.
std::string colorNameOf(const Setting& setting, Index colored) {
    if (!setting.table)
        return fmt::format("s{}", colored == 0 ? "₁" : "₂");
    const auto& names = setting.table->responses;
    return printable(names[std::min(static_cast<std::size_t>(colored), names.size() - 1)], 24);
}

PointsFrame cloudOf(const Setting& setting, const MatrixXd& features, const MatrixXd& s,
                    Index colored) {
    PointsFrame cloud{.label = "samples not seen"};
    append(cloud.x, features.col(0));
    if (features.cols() > 1)
        append(cloud.y, features.col(1));
    else
        append(cloud.y, s.col(colored));
    if (setting.table && setting.metric == ObjectMetric::labels) {
        for (const std::string& label : setting.table->labels)
            cloud.classLabels.push_back(printable(label, 24));
        for (const double label : s.col(0))
            cloud.classes.push_back(static_cast<std::uint16_t>(label));
        return cloud;
    }
    append(cloud.values, s.col(colored));
    cloud.valueLabel = colorNameOf(setting, colored);
    return cloud;
}

/// Where a response is drawn. Outliers among numbers are drawn at the edge. Of a table the first
/// two numbers of the response; one alone against the first predictor.
Eigen::Vector3d placeOf(const Setting& setting, const statistics::SdrSample& sample, Index k) {
    constexpr double farthest = 15.0;
    const ResponseChoice& response = setting.response;
    const auto y = sample.objects.col(k);
    if (setting.table)
        return y.size() == 1 ? Eigen::Vector3d(sample.x(k, 0), y[0], 0.0)
                             : Eigen::Vector3d(y[0], y[1], y.size() > 2 ? y[2] : 0.0);
    const double s = sample.predictors(k, 0);
    if (response.metric == ObjectMetric::euclidean)
        return {s, std::clamp(y[0], -farthest, farthest), 0.0};
    if (response.metric == ObjectMetric::logEuclidean || response.metric == ObjectMetric::labels)
        return {s, sample.predictors(k, 1), 0.0};
    return {y[0], y[1], y.size() > 2 ? y[2] : 0.0};
}

enum Membership : std::uint16_t { outside, inside, middle };
/// Of each response: in the ball are the nearest ones, with all ties.
struct Memberships {
    std::vector<std::uint16_t> of;
    double radius = 0.0;

    [[nodiscard]] std::vector<std::string> labels() const {
        return {"outside", fmt::format("in the ball, radius {:.3g}", radius), "its center"};
    }
};

Memberships membershipsOf(const Setting& setting, const Data& data, const ShownBall& ball) {
    const Index n = data.distances.rows();
    Index center = 0;
    const auto away = [&](Index k) {
        const Eigen::Vector3d place = placeOf(setting, data.training, k);
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
    Memberships memberships{.radius = sorted[last]};
    for (const double distance : from)
        memberships.of.push_back(distance <= sorted[last] ? inside : outside);
    memberships.of[static_cast<std::size_t>(center)] = middle;
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

CurvesFrame densitiesOf(const Data& data, const Memberships& memberships) {
    constexpr Index curves = 30, points = 81;
    constexpr double farthest = 5.0; // of outliers no more is seen
    // One curve a membership: from density to density it goes back along the axis.
    CurvesFrame frame;
    for (const std::string& label : memberships.labels())
        frame.curves.push_back({.label = label});
    Index drawn = 0;
    for (Index k = 0; k < data.training.objects.cols(); ++k) {
        const std::uint16_t member = memberships.of[static_cast<std::size_t>(k)];
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

void drawFeatures(const Setting& setting, const Data& data, const MatrixXd& features,
                  FrameMap& frames) {
    const MatrixXd& s = data.test.predictors;
    frames["by_first"] = cloudOf(setting, features, s, 0);
    if (s.cols() > 1)
        frames["by_second"] = cloudOf(setting, features, s, 1);
    if (data.side == 0)
        return;
    constexpr Index most = 200;
    const Index count = std::min(most, features.rows());
    PointsFrame pictures = cloudOf(setting, features.topRows(count), s.topRows(count), 0);
    pictures.thumbnailWidth = pictures.thumbnailHeight = static_cast<std::size_t>(data.side);
    for (Index k = 0; k < count; ++k)
        for (const double pixel : data.test.x.row(k))
            for (int channel = 0; channel < 3; ++channel)
                pictures.thumbnails.push_back(
                    static_cast<std::uint8_t>(std::lround(255.0 * std::clamp(pixel, 0.0, 1.0))));
    frames["thumbnails"] = std::move(pictures);
}

void drawResponses(const Setting& setting, const Data& data, const ShownBall& ball,
                   FrameMap& frames) {
    const Memberships memberships = membershipsOf(setting, data, ball);
    const statistics::SdrSample& sample = data.training;
    if (setting.metric == ObjectMetric::wasserstein) {
        frames["densities"] = densitiesOf(data, memberships);
        return;
    }
    const bool isSphere =
        sample.objects.rows() == 3 && setting.metric == ObjectMetric::arc && !setting.table;
    const bool isMatrix = setting.response.metric == ObjectMetric::logEuclidean;
    constexpr Index most = 400, mostEllipses = 150;
    PointsFrame cloud{.label = "responses"};
    cloud.classLabels = memberships.labels();
    for (Index k = 0; k < sample.objects.cols(); ++k) {
        const std::uint16_t member = memberships.of[static_cast<std::size_t>(k)];
        if (k >= (isMatrix ? mostEllipses : most) && member != middle)
            continue;
        const Eigen::Vector3d place = placeOf(setting, sample, k);
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

namespace {

/// One bar a series of one method: a number of its trials at one share of outliers.
void addBar(BarsFrame::Series& series, const Recording& soFar, const std::string& arm, double share,
            const std::function<double(const std::vector<double>&)>& numberOf) {
    std::vector<double> numbers;
    for (const std::size_t trial : soFar.trialsOf(arm))
        if (soFar.plans()[trial].factors.at("outliers") == share)
            if (const auto finals = soFar.finals(trial))
                if (const double number = numberOf(*finals); applies(number))
                    numbers.push_back(number);
    series.values.push_back(numbers.empty() ? 0.0 : mean(numbers));
    series.dots.push_back(std::move(numbers));
}

} // namespace

BarsFrame qualityBars(const Recording& soFar, const std::vector<double>& shares) {
    const std::size_t known = placeOfFinal("quality"), own = placeOfFinal("response_quality");
    BarsFrame bars;
    for (const double share : shares)
        bars.series.push_back({.label = fmt::format("{:g} % outliers", 100.0 * share)});
    for (const std::string& id : soFar.arms()) {
        bars.categories.emplace_back(traitsOf(methodArms, id).label);
        for (std::size_t i = 0; i < shares.size(); ++i)
            addBar(bars.series[i], soFar, id, shares[i], [&](const std::vector<double>& finals) {
                return applies(finals[known]) ? finals[known] : finals[own];
            });
    }
    return bars;
}

BarsFrame predictionBars(const Recording& soFar, const std::vector<double>& shares) {
    const std::size_t guess = placeOfFinal("constant_error");
    struct Way {
        const char* label;
        std::size_t place;
    };
    const Way ways[] = {{"by neighbors", placeOfFinal("neighbor_error")},
                        {"globally", placeOfFinal("global_error")}};
    BarsFrame bars;
    for (const Way& way : ways)
        for (const double share : shares)
            bars.series.push_back(
                {.label = fmt::format("{}, {:g} % outliers", way.label, 100.0 * share)});
    for (const std::string& id : soFar.arms()) {
        bars.categories.emplace_back(traitsOf(methodArms, id).label);
        std::size_t series = 0;
        for (const Way& way : ways)
            for (const double share : shares)
                addBar(bars.series[series++], soFar, id, share,
                       [&](const std::vector<double>& finals) {
                           return applies(finals[way.place]) && finals[guess] > 0.0
                                      ? finals[way.place] / finals[guess]
                                      : notApplicable;
                       });
    }
    return bars;
}

} // namespace convergence::frechet_sdr
