#include "plugins/playground/optimizer-playground/tables.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/error.h"
#include "plugins/playground/optimizer-playground/arms.h"
#include "plugins/playground/optimizer-playground/shipped_tables.h"

namespace convergence::playground {

namespace {

using Vector = Eigen::Vector2d;
using Straight = TableLoss::Straight;

constexpr std::size_t mostDrawn = 2000; ///< rows

struct Box {
    double xLow, xHigh, yLow, yHigh;
};

/// Where the rows are, with a margin.
Box boxOf(const FitTable& table) {
    const auto padded = [](const std::vector<double>& values) {
        const auto [low, high] = std::minmax_element(values.begin(), values.end());
        const double pad = *high > *low ? 0.06 * (*high - *low) : 0.5;
        return std::pair{*low - pad, *high + pad};
    };
    const auto [xLow, xHigh] = padded(table.first);
    const auto [yLow, yHigh] = padded(table.second);
    return {xLow, xHigh, yLow, yHigh};
}

/// The part of a straight line that lies within the box, as its two ends; empty if there is none.
CurvesFrame::Curve within(const Box& box, const Straight& line) {
    CurvesFrame::Curve curve;
    // p + t·d, from where it is nearest to the middle of the box, in units of the box.
    const double width = box.xHigh - box.xLow, height = box.yHigh - box.yLow;
    const double a = line.a * width, b = line.b * height;
    const double c = line.c - line.a * box.xLow - line.b * box.yLow;
    const double size = std::hypot(a, b);
    if (!(size > 0.0) || !std::isfinite(size) || !std::isfinite(c))
        return curve;
    const Vector normal(a / size, b / size), d(-normal.y(), normal.x());
    const Vector middle(0.5, 0.5);
    const Vector p = middle + (c / size - normal.dot(middle)) * normal;
    double from = -2.0, to = 2.0; // the diagonal of the box is shorter
    for (int k = 0; k < 2; ++k) {
        if (std::abs(d[k]) < 1e-12) {
            if (p[k] < 0.0 || p[k] > 1.0)
                return curve;
            continue;
        }
        const double t0 = -p[k] / d[k], t1 = (1.0 - p[k]) / d[k];
        from = std::max(from, std::min(t0, t1));
        to = std::min(to, std::max(t0, t1));
    }
    if (!(from < to))
        return curve;
    for (const double t : {from, to}) {
        curve.x.push_back(box.xLow + width * (p.x() + t * d.x()));
        curve.y.push_back(box.yLow + height * (p.y() + t * d.y()));
    }
    return curve;
}

/// Rows of one class, or all; of many only every n-th.
CurvesFrame::Curve rowsOf(const FitTable& table, std::optional<std::uint8_t> ofClass) {
    CurvesFrame::Curve rows{
        .label = ofClass ? table.classes.at(*ofClass) : "rows", .x = {}, .y = {}, .markers = true};
    const std::size_t stride = (table.rows() + mostDrawn - 1) / mostDrawn;
    for (std::size_t i = 0; i < table.rows(); i += stride)
        if (!ofClass || table.inSecond[i] == *ofClass) {
            rows.x.push_back(table.first[i]);
            rows.y.push_back(table.second[i]);
        }
    return rows;
}

/// The weights in the last row of a trace; none before the first.
std::optional<Vector> lastWeights(const Table& trace) {
    const std::size_t rows = trace.rows();
    if (rows == 0)
        return std::nullopt;
    return Vector(trace.at(rows - 1, trace.columnIndex("x")),
                  trace.at(rows - 1, trace.columnIndex("y")));
}

std::string lossFormula(const FitTable& table) {
    return table.kind == FitTable::Kind::line ? "f(w) = 1/(2n) Σ (w₁·u + w₂ − v)²"
                                              : "f(w) = 1/n Σ ln(1 + exp(−s·(w₁·u + w₂·v)))";
}

std::string scaledColumn(const char* symbol, const std::string& name,
                         const TableLoss::Scaling& scaling, bool isStandardized) {
    if (!isStandardized)
        return fmt::format("{} = {}", symbol, name);
    return fmt::format("{} = ({} − {:.4g})/{:.4g}", symbol, name, scaling.mean, scaling.deviation);
}

} // namespace

std::shared_ptr<const TableLoss> tableLossOf(const ParameterValues& values) {
    if (!traitsOf(surfaceChoices, values.text("surface")).isTable)
        return nullptr;
    const FitTable::Kind kind = traitsOf(tableModels, values.text("table_model")).kind;
    const std::string& file = values.text("table_file");
    FitTable table =
        file.empty() ? shippedTable(kind) : readFitTable(file, kind, values.text("table_columns"));
    const std::int64_t batch = values.integer("batch_size");
    if (batch > static_cast<std::int64_t>(table.rows()))
        throw InputError(fmt::format("Parameter 'batch_size': {} is not accepted, the table has {} "
                                     "rows; expected 0 (all of them) to {}.",
                                     batch, table.rows(), table.rows()));
    const auto columns = values.boolean("standardize") ? TableLoss::Columns::standardized
                                                       : TableLoss::Columns::asGiven;
    return std::make_shared<const TableLoss>(std::move(table), columns);
}

Surface surfaceOf(std::shared_ptr<const TableLoss> loss, const Eigen::Vector2d& start) {
    const Vector origin = Vector::Zero();
    const Vector middle = loss->minimum().value_or(origin);
    // Where the loss has fallen for long if there is no minimum: margins of ten.
    double half = loss->minimum() ? 1.5 * std::max(1.0, middle.cwiseAbs().maxCoeff())
                                  : 10.0 / std::sqrt(4.0 * loss->largestCurvature());
    half = std::max(half, 1.1 * (start - middle).cwiseAbs().maxCoeff());
    std::vector<Vector> minima;
    if (loss->minimum())
        minima.push_back(middle);
    return {[loss](const Jet& x, const Jet& y) {
                return loss->at({x.value, y.value});
            },
            {middle.x() - half, middle.x() + half, middle.y() - half, middle.y() + half},
            std::move(minima)};
}

CurvesFrame fitFrame(const TableLoss& loss, const Recording& soFar) {
    const FitTable& table = loss.table();
    CurvesFrame frame;
    if (table.kind == FitTable::Kind::line)
        frame.curves.push_back(rowsOf(table, std::nullopt));
    else
        for (const std::uint8_t which : {0, 1})
            frame.curves.push_back(rowsOf(table, which));
    const Box box = boxOf(table);
    const auto add = [&](std::string label, const Vector& weights) {
        CurvesFrame::Curve line = within(box, loss.straight(weights));
        line.label = std::move(label);
        if (!line.x.empty())
            frame.curves.push_back(std::move(line));
    };
    if (loss.minimum())
        add(table.kind == FitTable::Kind::line ? "normal equations" : "minimum of the loss",
            *loss.minimum());
    for (std::size_t trial = 0; trial < soFar.plans().size(); ++trial)
        if (const auto weights = lastWeights(soFar.trace(trial)); weights && weights->allFinite())
            add(soFar.plans()[trial].arm, *weights);
    return frame;
}

CurvesFrame minimumFrame(const TableLoss& loss) {
    CurvesFrame frame;
    if (const auto& minimum = loss.minimum())
        frame.curves.push_back(
            {.label = "minimum", .x = {minimum->x()}, .y = {minimum->y()}, .markers = true});
    return frame;
}

TextFrame describedTable(const TableLoss& loss, const ParameterValues& values) {
    const FitTable& table = loss.table();
    const bool isLine = table.kind == FitTable::Kind::line;
    const std::string& file = values.text("table_file");
    std::string text =
        fmt::format("Table      {}\n", file.empty() ? "made up, comes with the program" : file);
    text += fmt::format("Rows       {}\n", table.rows());
    if (isLine) {
        text += fmt::format("Columns    x = {}, y = {}\n", table.firstName, table.secondName);
    } else {
        const auto second = std::count(table.inSecond.begin(), table.inSecond.end(), 1);
        text += fmt::format("Columns    {}, {}, class {}\n", table.firstName, table.secondName,
                            table.className);
        text += fmt::format("Classes    s = −1: {} ({} rows), s = +1: {} ({} rows)\n",
                            table.classes[0], static_cast<std::ptrdiff_t>(table.rows()) - second,
                            table.classes[1], second);
    }
    for (const std::string& note : table.notes)
        text += fmt::format("           {}\n", note);
    const bool scaled = loss.isStandardized();
    text += fmt::format("\nScale      {}\n           {}\n           {}\n",
                        scaled ? "standardized" : "as given, not standardized",
                        scaledColumn("u", table.firstName, loss.first(), scaled),
                        scaledColumn("v", table.secondName, loss.second(), scaled));
    text += fmt::format("Loss       {}\n", lossFormula(table));
    if (!isLine)
        text += fmt::format("Boundary   w₁·u + w₂·v = 0, through {}\n",
                            scaled ? "the means" : "the origin");
    if (loss.minimum()) {
        const Vector& w = *loss.minimum();
        text += fmt::format("\nMinimum    w = ({:.6g}, {:.6g}), f = {:.6g}\n           {}\n", w.x(),
                            w.y(), loss.at(w).value,
                            isLine ? "by the normal equations" : "by Newton's method");
        if (isLine) {
            const Straight line = loss.straight(w);
            text += fmt::format("           {} = {:.6g}·{} {} {:.6g}\n", table.secondName,
                                -line.a / line.b, table.firstName, line.c / line.b < 0 ? "−" : "+",
                                std::abs(line.c / line.b));
        }
    } else {
        text += "\nMinimum    none: a line separates the classes, so the loss falls\n"
                "           for ever as the weights grow\n";
    }
    const double L = loss.largestCurvature(), mu = loss.leastCurvature();
    text += fmt::format("Curvature  L = {:.4g}{}", L, isLine ? "" : " at w = 0, nowhere more");
    if (loss.minimum())
        text += fmt::format(", μ = {:.4g} at the minimum, κ = {:.4g}", mu, L / mu);
    return {text + fmt::format("\n           gradient descent needs η < 2/L = {:.4g}\n", 2.0 / L)};
}

} // namespace convergence::playground
