#pragma once

#include <optional>

#include <QPolygonF>

#include "widgets/charts/axes_painter.h"
#include "widgets/charts/chart_model.h"
#include "widgets/charts/legend.h"

namespace convergence {

/// How the viewer looks at a line chart.
struct ChartState {
    Scale xScale = Scale::linear;
    Scale yScale = Scale::linear;
    std::optional<AxisRange> xZoom, yZoom; ///< none: all data
    /// Data of another chart that this one is drawn to one scale with.
    std::optional<AxisRange> xAlso, yAlso;
    double legendHeightAlso = 0.0; ///< its legend's, so that the plots have the same height
    /// Point of the data that the cursor is on.
    struct Cursor {
        std::size_t curve = 0;
        std::size_t row = 0;
    };
    std::optional<Cursor> cursor;
    /// On the screen: arms that chips name are left out of the legend, and others than a lifted one
    /// fade. Files have no chips.
    bool leavesOutArms = true;
    std::optional<std::size_t> focusedGroup; ///< legend entry with the keyboard's focus
    std::optional<std::int64_t> playHead;
    std::vector<FitOverlay> fits; ///< found by judges
    std::optional<QRectF> rubberBand;
    QString waitsFor; ///< what is to be done before play, said where there is no data; or empty
};

/// A line chart in pixels, ready to be painted.
struct ChartContent {
    struct Curve {
        QColor color;
        double width = 1.6;
        Qt::PenStyle style = Qt::SolidLine;
        std::vector<Polyline> lines; ///< relative to the plot's top left corner
        int marker = -1;             ///< shape of the points; −1: none
        QPolygonF points;            ///< that get a marker, in chart coordinates
    };
    struct Band { ///< quartiles, and noise too dense for lines
        QColor color;
        QPolygonF outline;
        /// Antialiased. Jagged noise takes five times as long then, and looks the same.
        bool isSmooth = true;
    };
    struct Line { ///< fits and guides
        QColor color;
        double width = 1.0;
        Qt::PenStyle style = Qt::DotLine;
        QPolygonF points;
        QString label; ///< at its first point; may be empty
    };
    struct Cursor {
        QPointF at;
        QColor color;
        QString text;
    };
    /// Where a curve whose trial diverged has left the plot for good: a triangle at the edge.
    struct Escape {
        QPointF inside, beyond; ///< of the curve
        QColor color;
        std::size_t curve = 0; ///< of the model
    };
    /// What a fit found, at its line.
    struct Label {
        QRectF place;
        QColor color;
        QString text;
    };
    /// A value that is not a number, or infinite: a triangle at the edge.
    struct WrongValue {
        QPointF at; ///< its tip
        QColor color;
        bool isAtTop = false;
    };

    QSizeF size;
    double legendHeight = 0.0;
    PlotFrame frame;
    std::vector<Curve> curves;
    std::vector<Band> bands;
    std::vector<Line> lines;
    std::vector<WrongValue> wrongValues;
    std::vector<Escape> escapes;
    std::vector<Label> labels;
    std::vector<LegendEntry> legend;
    std::optional<QRectF> fitWindow; ///< in chart coordinates
    QString fitText;
    std::optional<double> playHead; ///< x in chart coordinates
    std::optional<Cursor> cursor;
    std::optional<QRectF> rubberBand;
    QString hint; ///< shown instead of data
};

/// What a chart is laid out for.
struct ChartPage {
    QSizeF size;
    const Theme& theme;
    QFont font;
    std::size_t pointBudget = 0; ///< of all curves together; 0: as many as can be told apart
};
ChartContent layoutChart(const ChartModel& model, const ChartState& state, const ChartPage& page);

/// Where a value is drawn: NaN and −∞ stand at the lower edge, ∞ at the upper; NaN for a value that
/// does not apply and, on a logarithmic axis, one that is not positive.
QPointF placeOf(const PlotFrame& frame, double x, double y);

/// What lies behind the curves (grid, bands, fit window) and in front (axes, legend, cursor...).
void paintBehindCurves(QPainter& painter, const ChartContent& content, const Theme& theme,
                       const QFont& font);
void paintBeforeCurves(QPainter& painter, const ChartContent& content, const Theme& theme,
                       const QFont& font);

Qt::PenStyle penStyle(StrokeStyle stroke);

/// "slope −1.96, R² 0.9998" or "rate 0.0123, R² ...".
QString fitText(const LineFit& fit, FitKind kind);

} // namespace convergence
