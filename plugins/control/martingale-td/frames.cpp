#include "plugins/control/martingale-td/frames.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/math/statistics.h"

namespace convergence::martingale_td {

using control::QuadraticOnMesh;
using Eigen::Index;
using Eigen::VectorXd;

namespace {

constexpr Index mostTimes = 40, states = 41; ///< of what is drawn

/// Indices of at most mostTimes + 1 times, the first and the last among them.
std::vector<Index> timesShown(const control::ValueProcess& process) {
    const Index count = std::min(process.steps(), mostTimes);
    std::vector<Index> times;
    for (Index k = 0; k <= count; ++k)
        times.push_back(k * process.steps() / count);
    return times;
}

/// States that are drawn: where |X| mostly is. Values are even.
std::vector<double> statesShown(const control::ValueProcess& process) {
    const double high = 2.0 * std::sqrt(process.mean().maxCoeff());
    std::vector<double> x;
    for (Index k = 0; k < states; ++k)
        x.push_back(high * static_cast<double>(k) / static_cast<double>(states - 1));
    return x;
}

FieldFrame surfaceOf(const control::ValueProcess& process, const QuadraticOnMesh& value) {
    const auto times = timesShown(process);
    const auto x = statesShown(process);
    FieldFrame field{.xMinimum = 0.0,
                     .xMaximum = process.problem().horizon,
                     .yMinimum = x.front(),
                     .yMaximum = x.back(),
                     .xCount = times.size(),
                     .yCount = x.size()};
    for (const double state : x)
        for (const Index i : times)
            field.values.push_back(static_cast<float>(
                (value.square[i] * state * state + value.constant[i]) / process.discount(i)));
    return field;
}

/// The same from the top, where x is largest.
MatrixFrame mapOf(std::string title, const control::ValueProcess& process,
                  const QuadraticOnMesh& value, bool isDifference = false) {
    const FieldFrame field = surfaceOf(process, value);
    MatrixFrame map{.title = std::move(title),
                    .rows = field.yCount,
                    .columns = field.xCount,
                    .symmetricScale = isDifference};
    for (std::size_t row = field.yCount; row-- > 0;)
        map.values.insert(map.values.end(), field.values.begin() + long(row * field.xCount),
                          field.values.begin() + long((row + 1) * field.xCount));
    const auto x = statesShown(process);
    for (std::size_t row = x.size(); row-- > 0;)
        map.rowLabels.push_back(fmt::format("{:.2f}", x[row]));
    for (const Index i : timesShown(process))
        map.columnLabels.push_back(fmt::format("{:.2f}", process.time(i)));
    return map;
}

PointsFrame cloudOf(const control::ValueProcess& process, const Eigen::ArrayXXd& learned,
                    const Eigen::ArrayXXd& truth) {
    PointsFrame cloud{.label = "at the learned θ"};
    cloud.behind.label = "at the value";
    const auto times = timesShown(process);
    for (std::size_t k = 1; k < times.size(); ++k) {
        const Index i = times[k];
        // Spread over the time before, or the cloud is a row of columns.
        const double width = process.time(i) - process.time(times[k - 1]);
        for (Index b = 0; b < learned.rows(); ++b) {
            const double share = static_cast<double>(b) / static_cast<double>(learned.rows());
            cloud.x.push_back(static_cast<float>(process.time(i) - share * width));
            cloud.y.push_back(static_cast<float>(learned(b, i) - learned(b, i - 1)));
            cloud.behind.x.push_back(cloud.x.back());
            cloud.behind.y.push_back(static_cast<float>(truth(b, i) - truth(b, i - 1)));
        }
    }
    return cloud;
}

CurvesFrame driftOf(const control::ValueProcess& process, const Eigen::ArrayXXd& learned) {
    CurvesFrame::Curve middle{"mean"}, above{"+ 2 standard errors"}, below{"− 2 standard errors"},
        fair{"fair"};
    for (const Index i : timesShown(process)) {
        const Eigen::ArrayXd gains = learned.col(i) - learned.col(0);
        const std::vector<double> sample(gains.begin(), gains.end());
        const double center = mean(sample), width = 2.0 * standardError(sample);
        for (auto* curve : {&middle, &above, &below, &fair})
            curve->x.push_back(process.time(i));
        middle.y.push_back(center);
        above.y.push_back(center + width);
        below.y.push_back(center - width);
        fair.y.push_back(0.0);
    }
    return {{middle, above, below, fair}};
}

CurvesFrame gameOf(const control::MartingalePopulation& population, const QuadraticOnMesh& value,
                   const Eigen::ArrayXXd& learned, const Eigen::ArrayXXd& y) {
    const Index last = learned.cols() - 1, half = last / 2;
    CurvesFrame::Curve won{.label = "won", .markers = true}, expected{"expected"}, fair{"fair"};
    for (Index b = 0; b < y.rows(); ++b) {
        won.x.push_back(y(b, half));
        won.y.push_back(learned(b, last) - learned(b, half));
    }
    const QuadraticOnMesh gain = population.expectedGain(value);
    for (const double at : {0.0, y.col(half).maxCoeff()}) {
        expected.x.push_back(at);
        expected.y.push_back(gain.square[half] * at + gain.constant[half]);
        fair.x.push_back(at);
        fair.y.push_back(0.0);
    }
    return {{won, expected, fair}};
}

} // namespace

FieldFrame trueSurface(const Mesh& mesh) {
    return surfaceOf(mesh.family->process(), mesh.family->process().value());
}

void drawLearned(const Mesh& mesh, const VectorXd& theta, FrameMap& frames) {
    const control::ValueProcess& process = mesh.family->process();
    const control::ValueTable table = mesh.family->table(theta);
    if (!table.square.allFinite() || !table.constant.allFinite())
        return;
    const QuadraticOnMesh learned{table.square, table.constant}, &truth = process.value();
    const QuadraticOnMesh difference{learned.square - truth.square,
                                     learned.constant - truth.constant};
    const Eigen::ArrayXXd martingale = martingaleOf(process, learned, mesh.shown);
    frames["differences"] = cloudOf(process, martingale, martingaleOf(process, truth, mesh.shown));
    frames["drift"] = driftOf(process, martingale);
    frames["game"] = gameOf(mesh.population, learned, martingale, mesh.shown);
    frames["learned"] = surfaceOf(process, learned);
    frames["learned_map"] = mapOf("learned J^θ", process, learned);
    frames["true_map"] = mapOf("value J", process, truth);
    frames["difference"] = mapOf("J^θ − J", process, difference, true);
}

void drawSolutions(const Mesh& mesh, FrameMap& frames) {
    const auto& population = mesh.population;
    CurvesFrame traces{{{"CTD(λ)"}, {"nearest there is"}}};
    const auto nearest = population.projection();
    for (int k = 0; k <= 20; ++k)
        if (const auto solution = population.solution({Condition::traces, k / 20.0})) {
            traces.curves[0].x.push_back(k / 20.0);
            traces.curves[0].y.push_back(population.valueError(*solution));
            if (nearest) {
                traces.curves[1].x.push_back(k / 20.0);
                traces.curves[1].y.push_back(population.valueError(*nearest));
            }
        }
    frames["traces"] = std::move(traces);

    const auto smoothest = population.solution({Condition::squaredError});
    if (!smoothest || !nearest)
        return;
    struct Objective {
        const char* label;
        double (*at)(const control::MartingalePopulation&, const VectorXd&);
    };
    constexpr int points = 120;
    CurvesFrame curves;
    CurvesFrame::Curve minima{.label = "minima", .markers = true};
    for (const Objective& objective :
         {Objective{"TD error", [](const auto&p, const VectorXd&t) { return p.squaredError(t); }},
          Objective{"quadratic variation",
                    [](const auto&p, const VectorXd&t) { return p.quadraticVariation(t); }},
          Objective{"martingale loss",
                    [](const auto&p, const VectorXd&t) { return p.martingaleLoss(t); }}}) {
        CurvesFrame::Curve curve{objective.label};
        const double atValue = objective.at(population, *nearest);
        for (int k = 0; k <= points; ++k) {
            const double s = std::lerp(-0.25, 1.25, static_cast<double>(k) / points);
            curve.x.push_back(s);
            curve.y.push_back(objective.at(population, *smoothest + s * (*nearest - *smoothest)) /
                              atValue);
        }
        const auto least = std::min_element(curve.y.begin(), curve.y.end());
        minima.x.push_back(curve.x[static_cast<std::size_t>(least - curve.y.begin())]);
        minima.y.push_back(*least);
        curves.curves.push_back(std::move(curve));
    }
    curves.curves.push_back(std::move(minima));
    frames["objectives"] = std::move(curves);
}

} // namespace convergence::martingale_td
