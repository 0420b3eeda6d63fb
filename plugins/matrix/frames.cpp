#include "plugins/matrix/frames.h"

#include <algorithm>
#include <utility>

#include "core/experiment/column_pattern.h"
#include "core/math/decompositions.h"

namespace convergence {

using Eigen::Index;

MatrixFrame heatMap(std::string title, const Eigen::MatrixXd& matrix, HeatColors colors) {
    MatrixFrame frame{.title = std::move(title),
                      .rows = static_cast<std::size_t>(matrix.rows()),
                      .columns = static_cast<std::size_t>(matrix.cols()),
                      .values = {},
                      .symmetricScale = colors == HeatColors::symmetric,
                      .rowLabels = {},
                      .columnLabels = {}};
    frame.values.reserve(static_cast<std::size_t>(matrix.size()));
    for (Index i = 0; i < matrix.rows(); ++i)
        for (Index j = 0; j < matrix.cols(); ++j)
            frame.values.push_back(static_cast<float>(matrix(i, j)));
    return frame;
}

BarsFrame spectrumBars(const Eigen::MatrixXd& truth, const Eigen::MatrixXd& recovered,
                       Index shown) {
    const Eigen::VectorXd expected = singularValues(truth);
    const Eigen::VectorXd now = singularValues(recovered);
    BarsFrame bars;
    bars.series = {{"M*", {}}, {"recovered", {}}};
    for (Index i = 0; i < std::min(shown, now.size()); ++i) {
        bars.categories.push_back("σ" + subscript(static_cast<std::size_t>(i + 1)));
        bars.series[0].values.push_back(expected[i]);
        bars.series[1].values.push_back(now[i]);
    }
    return bars;
}

FieldFrame landscape(matrix::PlaneLoss loss) {
    constexpr std::size_t points = 81;
    FieldFrame field{.xMinimum = -1.5,
                     .xMaximum = 1.5,
                     .yMinimum = -1.5,
                     .yMaximum = 1.5,
                     .xCount = points,
                     .yCount = points};
    for (std::size_t j = 0; j < points; ++j)
        for (std::size_t i = 0; i < points; ++i) {
            const auto [f, fx, fy] = loss(-1.5 + 3.0 * static_cast<double>(i) / (points - 1),
                                          -1.5 + 3.0 * static_cast<double>(j) / (points - 1));
            field.values.push_back(static_cast<float>(f));
            field.gradientX.push_back(static_cast<float>(fx));
            field.gradientY.push_back(static_cast<float>(fy));
        }
    return field;
}

PathFrame pathOf(const Recording& soFar, const TrialPlan& plan, const char* x, const char* y) {
    for (const std::size_t trial : soFar.trialsOf(plan.arm)) {
        const TrialPlan& other = soFar.plans()[trial];
        if (other.factors != plan.factors || other.replicate != plan.replicate)
            continue;
        const Table& trace = soFar.trace(trial);
        const std::vector<double> iterations = trace.column("iteration");
        PathFrame path{.x = trace.column(x), .y = trace.column(y), .iteration = {}};
        path.iteration.assign(iterations.begin(), iterations.end());
        return path;
    }
    return {};
}

} // namespace convergence
