#include "widgets/charts/decimation.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace convergence {

namespace {

/// A column with at most this many rows is drawn row by row.
constexpr std::size_t fewRows = 3;
/// Points of a series whose x goes back and forth.
constexpr std::size_t mostUnorderedPoints = 20000;
/// Places this far outside the plot are as good as any: keeps painting within its number range.
constexpr double farOutside = 1e5;
constexpr double simplifyTolerance = 0.25;

/// Noise over fewer columns than this is drawn as a line.
constexpr std::size_t fewestNoisyColumns = 4;
/// An extent lower than this is as good as a line.
constexpr double leastNoise = 2.0;

struct ColumnExtent {
    double x, top, bottom; ///< in pixels, top < bottom
};

/// Whether two columns share at least half the height of the lower one.
bool overlap(const ColumnExtent& a, const ColumnExtent& b) {
    const double shared = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
    return shared >= 0.5 * std::min(a.bottom - a.top, b.bottom - b.top);
}

/// Collects polylines and envelopes, beginning a new line after each gap.
class Tracer {
public:
    explicit Tracer(const PixelMap& map) : map_(map) {}

    void add(double x, double y) {
        const double px = map_.toPixelX(x), py = map_.toPixelY(y);
        if (!std::isfinite(px) || !std::isfinite(py))
            return gap();
        finishNoise(clamped(py));
        addPixel(clamped(px), clamped(py));
    }
    /// A column of several rows, the first at (left, leftY), the last at `right`.
    void addColumn(double left, double leftY, double right, const Extent& extent) {
        const double low =
            map_.yScale == Scale::logarithmic ? extent.minimumPositive : extent.minimum;
        const double px = 0.5 * (map_.toPixelX(left) + map_.toPixelX(right));
        const double bottom = map_.toPixelY(low), top = map_.toPixelY(extent.maximum);
        if (!std::isfinite(px) || !std::isfinite(bottom) || !std::isfinite(top))
            return gap();
        const ColumnExtent column{clamped(px), clamped(top), clamped(bottom)};
        if (column.bottom - column.top < leastNoise)
            return add(left, leftY); // any of its rows will do
        if (!noise_.empty() && !overlap(noise_.back(), column))
            finishNoise(0.5 * (column.top + column.bottom));
        noise_.push_back(column);
    }
    DrawnSeries take() {
        gap();
        for (Polyline& line : drawn_.lines)
            simplify(line, simplifyTolerance);
        return std::move(drawn_);
    }

private:
    static double clamped(double pixel) { return std::clamp(pixel, -farOutside, farOutside); }

    void gap() {
        finishNoise(std::numeric_limits<double>::quiet_NaN());
        open_ = false;
    }
    void addPixel(double px, double py) {
        if (!open_)
            drawn_.lines.emplace_back();
        open_ = true;
        drawn_.lines.back().push_back({px, py});
    }
    /// Both ends of a column, the nearer first: the order within the column is not kept.
    void addExtent(const ColumnExtent& column) {
        const double previous = open_ ? drawn_.lines.back().back().y : column.top;
        const bool topFirst = std::abs(previous - column.top) < std::abs(previous - column.bottom);
        addPixel(column.x, topFirst ? column.top : column.bottom);
        if (column.bottom - column.top > simplifyTolerance)
            addPixel(column.x, topFirst ? column.bottom : column.top);
    }
    /// Ends a run of noisy columns; the line goes on at `nextY` (NaN: it does not).
    void finishNoise(double nextY) {
        if (noise_.size() < fewestNoisyColumns) {
            for (const ColumnExtent& column : noise_)
                addExtent(column);
            noise_.clear();
            return;
        }
        const ColumnExtent &first = noise_.front(), &last = noise_.back();
        if (open_)
            addPixel(first.x, std::clamp(drawn_.lines.back().back().y, first.top, first.bottom));
        open_ = false;
        Envelope envelope;
        for (const ColumnExtent& column : noise_) {
            envelope.upper.push_back({column.x, column.top});
            envelope.lower.push_back({column.x, column.bottom});
        }
        simplify(envelope.upper, simplifyTolerance);
        simplify(envelope.lower, simplifyTolerance);
        drawn_.envelopes.push_back(std::move(envelope));
        if (!std::isnan(nextY))
            addPixel(last.x, std::clamp(nextY, last.top, last.bottom));
        noise_.clear();
    }

    const PixelMap& map_;
    DrawnSeries drawn_;
    std::vector<ColumnExtent> noise_;
    bool open_ = false;
};

DrawnSeries traceUnordered(const SeriesPyramid& series, const PixelMap& map) {
    Tracer tracer(map);
    const std::size_t stride = series.rows() / mostUnorderedPoints + 1;
    for (std::size_t row = 0; row < series.rows(); row += stride)
        tracer.add(series.x(row), series.y(row));
    return tracer.take();
}

/// Moves the end of a column down to a whole block of the pyramid that is a small part of it.
std::size_t snapped(std::size_t begin, std::size_t end) {
    if (end - begin < 4 * SeriesPyramid::blockRows)
        return end;
    std::size_t block = SeriesPyramid::blockRows;
    while (8 * block <= end - begin)
        block *= 2;
    return end / block * block;
}

} // namespace

double PixelMap::toPixelX(double value) const {
    const double low = toAxis(x.minimum, xScale), high = toAxis(x.maximum, xScale);
    return (toAxis(value, xScale) - low) / (high - low) * width;
}
double PixelMap::toPixelY(double value) const {
    const double low = toAxis(y.minimum, yScale), high = toAxis(y.maximum, yScale);
    return height - (toAxis(value, yScale) - low) / (high - low) * height;
}
double PixelMap::fromPixelX(double pixel) const {
    const double low = toAxis(x.minimum, xScale), high = toAxis(x.maximum, xScale);
    return fromAxis(low + pixel / width * (high - low), xScale);
}
double PixelMap::fromPixelY(double pixel) const {
    const double low = toAxis(y.minimum, yScale), high = toAxis(y.maximum, yScale);
    return fromAxis(low + (height - pixel) / height * (high - low), yScale);
}

DrawnSeries decimate(const SeriesPyramid& series, const PixelMap& map, double columnWidth) {
    if (!series.isMonotone())
        return traceUnordered(series, map);
    Tracer tracer(map);
    // One row beyond either end, so that lines go on to the edge.
    std::size_t row = series.lowerBound(map.x.minimum);
    row -= row > 0 ? 1 : 0;
    const std::size_t end = std::min(
        series.rows(), series.lowerBound(std::nextafter(map.x.maximum, INFINITY), row) + 1);
    double column = -1.0;
    while (row < end) {
        const double pixel = map.toPixelX(series.x(row));
        if (!(pixel >= 0.0)) { // before the plot, or without a place on a logarithmic axis
            tracer.add(series.x(row), series.y(row));
            ++row;
            continue;
        }
        column = std::max(column + 1.0, std::floor(pixel / columnWidth));
        std::size_t next = series.lowerBound(map.fromPixelX((column + 1.0) * columnWidth), row);
        next = snapped(row, std::clamp(next, row + 1, end));
        if (next - row <= fewRows)
            for (; row < next; ++row)
                tracer.add(series.x(row), series.y(row));
        else
            tracer.addColumn(series.x(row), series.y(row), series.x(next - 1),
                             series.extent(row, next));
        row = next;
    }
    return tracer.take();
}

void simplify(Polyline& line, double tolerance) {
    if (line.size() < 3)
        return;
    std::size_t kept = 1; // line[kept - 1] is the anchor
    double low = -INFINITY, high = INFINITY;
    for (std::size_t i = 1; i < line.size(); ++i) {
        // line[i - 1] may go if the line from the anchor to line[i] passes all points between.
        const auto slopeTo = [&](const PlotPoint& p, double shift) {
            return (p.y + shift - line[kept - 1].y) / (p.x - line[kept - 1].x);
        };
        const bool first = i == 1 || low == -INFINITY;
        const bool forward = line[i].x > line[i - 1].x && line[i].x > line[kept - 1].x;
        if (!first) {
            const double slope = forward ? slopeTo(line[i], 0.0) : NAN;
            if (!(slope >= low && slope <= high)) {
                line[kept++] = line[i - 1];
                low = -INFINITY;
                high = INFINITY;
            }
        }
        if (line[i].x > line[kept - 1].x) {
            low = std::max(low, slopeTo(line[i], -tolerance));
            high = std::min(high, slopeTo(line[i], tolerance));
        } else {
            line[kept++] = line[i]; // vertical or backward: keep, start anew
            low = -INFINITY;
            high = INFINITY;
        }
    }
    if (line[kept - 1].x != line.back().x || line[kept - 1].y != line.back().y)
        line[kept++] = line.back();
    line.resize(kept);
}

} // namespace convergence
