#include "plugins/matrix/fed-pca/frames.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/math/decompositions.h"
#include "core/math/kernel_density.h"
#include "core/math/statistics.h"

namespace convergence::federated_pca {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {
constexpr std::size_t shownFlows = 300;
}

PointsFrame flowsAbove(const MatrixXd& q, const FlowData& data) {
    constexpr double ninetyFivePercent = 2.4477; // deviations, of a Gaussian in the plane
    PointsFrame cloud{.classLabels = {"normal", "attack"}};
    if (q.cols() < 2)
        return cloud;
    for (const std::uint16_t kind : {std::uint16_t{0}, std::uint16_t{1}}) {
        const MatrixXd& all = kind == 0 ? data.normalTest : data.attackTest;
        const MatrixXd flows = all.leftCols(std::min<Index>(all.cols(), shownFlows));
        const VectorXd heights = matrix::reconstructionScores(q, flows);
        const std::size_t first = cloud.x.size();
        for (Index j = 0; j < flows.cols(); ++j) {
            cloud.x.push_back(static_cast<float>(q.col(0).dot(flows.col(j))));
            cloud.y.push_back(static_cast<float>(q.col(1).dot(flows.col(j))));
            cloud.z.push_back(static_cast<float>(heights[j]));
            cloud.classes.push_back(kind);
            cloud.names.push_back(kind == 0
                                      ? std::string("flow")
                                      : data.flows.kindNames[static_cast<std::size_t>(
                                            data.flows.attackKinds[static_cast<std::size_t>(j)])]);
        }
        if (cloud.x.size() < first + 3)
            continue;
        const auto e = covarianceEllipse(std::span(cloud.x).subspan(first),
                                         std::span(cloud.y).subspan(first), ninetyFivePercent);
        if (e.semiMinor > 0.0)
            cloud.ellipses.push_back({"", e.x, e.y, e.semiMajor, e.semiMinor, e.angle, kind});
    }
    return cloud;
}

GraphFrame subspaceMap(const std::vector<MatrixXd>& bases,
                       const std::vector<std::uint32_t>& participants) {
    const auto count = static_cast<Index>(bases.size());
    MatrixXd squared = MatrixXd::Zero(count, count);
    for (Index i = 0; i < count; ++i)
        for (Index j = 0; j < i; ++j)
            squared(i, j) = squared(j, i) =
                std::pow(matrix::subspaceDistance(bases[static_cast<std::size_t>(i)],
                                                  bases[static_cast<std::size_t>(j)]),
                         2);
    const MatrixXd center = MatrixXd::Identity(count, count) -
                            MatrixXd::Constant(count, count, 1.0 / static_cast<double>(count));
    const auto eigen = symmetricEigen(-0.5 * center * squared * center);
    const auto coordinate = [&](Index axis, Index point) {
        return eigen.vectors(point, count - 1 - axis) *
               std::sqrt(std::max(eigen.values[count - 1 - axis], 0.0));
    };
    GraphFrame map{.classLabels = {"clients", "server", "central PCA"}, .weightLabel = "weight"};
    for (Index i = 0; i < count; ++i) {
        map.x.push_back(static_cast<float>(coordinate(0, i)));
        map.y.push_back(static_cast<float>(coordinate(1, i)));
        map.classes.push_back(static_cast<std::uint16_t>(std::max<Index>(0, i - count + 3)));
        map.sizes.push_back(i < count - 2 ? 1.0F : 1.6F);
        map.labels.push_back(i < count - 2 ? std::to_string(i + 1) : std::string());
    }
    const auto server = static_cast<std::uint32_t>(count - 2);
    for (std::uint32_t i = 0; i < server; ++i)
        map.edges.push_back({i, server, 1.0F});
    for (const std::uint32_t client : participants)
        if (client < server) // some may have been dropped since
            map.highlightedEdges.push_back(client);
    return map;
}

void drawDetection(const Scores& s, const matrix::Detection& found, const FlowData& data,
                   FrameMap& frames) {
    const double most = quantile({s.attack.begin(), s.attack.end()}, 0.98);
    constexpr std::size_t bins = 24;
    BarsFrame histogram{.categories = {}, .series = {{"normal", {}}, {"attack", {}}}};
    for (auto& series : histogram.series)
        series.values.assign(bins, 0.0);
    for (std::size_t bin = 0; bin < bins; ++bin)
        histogram.categories.push_back(
            fmt::format("{:.5g}", most * (static_cast<double>(bin) + 0.5) / bins));
    const auto count = [&](const VectorXd& all, std::vector<double>& into) {
        for (const double score : all)
            into[std::min(bins - 1, static_cast<std::size_t>(
                                        std::max(0.0, bins * score / std::max(most, 1e-300))))] +=
                1.0 / static_cast<double>(all.size());
    };
    count(s.normal, histogram.series[0].values);
    count(s.attack, histogram.series[1].values);
    frames["histogram"] = std::move(histogram);

    std::vector<double> thresholds(s.normal.begin(), s.normal.end());
    CurvesFrame::Curve roc{
        .label = fmt::format("area {:.3f}", found.areaUnderRoc), .x = {}, .y = {}};
    std::sort(thresholds.begin(), thresholds.end());
    std::vector<double> attacks(s.attack.begin(), s.attack.end());
    std::sort(attacks.begin(), attacks.end());
    for (int percent = 0; percent <= 100; ++percent) {
        const double threshold = thresholds[std::min(
            thresholds.size() - 1, thresholds.size() * std::size_t(percent) / 100)];
        const auto above = [&](const std::vector<double>& sorted) {
            return static_cast<double>(sorted.end() -
                                       std::upper_bound(sorted.begin(), sorted.end(), threshold)) /
                   static_cast<double>(sorted.size());
        };
        roc.x.push_back(above(thresholds));
        roc.y.push_back(above(attacks));
    }
    CurvesFrame::Curve here{
        .label = "threshold", .x = {found.falseAlarmRate}, .y = {found.recall}, .markers = true};
    frames["roc"] = CurvesFrame{
        {std::move(roc), {.label = "chance", .x = {0, 1}, .y = {0, 1}}, std::move(here)}};

    BarsFrame kinds{.categories = data.flows.kindNames, .series = {{"recall", found.recallByKind}}};
    frames["kinds"] = std::move(kinds);
}

TextFrame confusion(const Scores& s, const matrix::Detection& found, double stability) {
    const double normals = static_cast<double>(s.normal.size());
    const double attackCount = static_cast<double>(s.attack.size());
    return {
        fmt::format("threshold {:.4g}\n\n"
                    "                 called normal   called attack\n"
                    "normal flows     {:13.0f}   {:13.0f}\n"
                    "attacks          {:13.0f}   {:13.0f}\n\n"
                    "area under ROC {:.4f}\naccuracy       {:.4f}\nprecision      {:.4f}\n"
                    "recall         {:.4f}\nF1             {:.4f}\nfalse alarms   {:.4f}\n"
                    "missed         {:.4f}\n\nη(4λ₁ + ρ) = {:.2f}, {}\n",
                    s.threshold, normals * (1.0 - found.falseAlarmRate),
                    normals * found.falseAlarmRate, attackCount * found.missRate,
                    attackCount * found.recall, found.areaUnderRoc, found.accuracy, found.precision,
                    found.recall, found.f1, found.falseAlarmRate, found.missRate, stability,
                    stability < 2.0 ? "below 2: stable" : "not below 2: local steps may diverge")};
}

} // namespace convergence::federated_pca
