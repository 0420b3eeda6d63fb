#pragma once

#include <optional>
#include <vector>

#include <QRectF>
#include <QString>

#include "core/experiment/frames.h"
#include "widgets/charts/color_maps.h"
#include "widgets/theme.h"

class QFont;
class QPainter;

namespace convergence {

/// A matrix of numbers as colored cells with a color bar. NaN cells are hatched.
struct HeatMap {
    QString title;
    std::size_t rows = 0, columns = 0;
    std::vector<double> values;                   ///< row-major
    std::vector<QString> rowLabels, columnLabels; ///< empty: indices from 1
    QString rowTitle, columnTitle;                ///< may be empty
    bool isSymmetric = false;                     ///< color scale symmetric about 0
    bool isLogarithmic = false;                   ///< color scale, where there are positive values
    /// Values of another map that has the same colors for the same values; empty: none.
    std::vector<double> alsoColored;
    bool fillsArea = false; ///< cells as wide as there is room instead of square
    /// What is to be said of cells, row-major: written into them and hatched; empty: nothing.
    std::vector<QString> notes;
    int digits = 0; ///< significant digits written into the cells; 0: none
    [[nodiscard]] double at(std::size_t row, std::size_t column) const {
        return values[row * columns + column];
    }
    [[nodiscard]] QString rowLabel(std::size_t row) const;
    [[nodiscard]] QString columnLabel(std::size_t column) const;
    [[nodiscard]] QString note(std::size_t row, std::size_t column) const;
    [[nodiscard]] ColorScale scale(const Theme& theme) const;
};

/// Where the cells of a heat map are.
struct HeatMapPlace {
    QRectF cells;
    QRectF bar;  ///< color bar
    QRectF area; ///< all that the map may take
    struct Cell {
        std::size_t row, column;
    };
    [[nodiscard]] std::optional<Cell> cellAt(QPointF at, const HeatMap& map) const;
};

HeatMap heatMap(const MatrixFrame& frame);

/// Cells have a whole number of pixels where they have at least one, and are never smoothed.
HeatMapPlace layoutHeatMap(const HeatMap& map, const QRectF& area, const QFont& font);
void paintHeatMap(QPainter& painter, const HeatMap& map, const HeatMapPlace& place,
                  const Theme& theme, const QFont& font);

/// "row 3, column 5: −0.0123" with the labels.
QString cellText(const HeatMap& map, HeatMapPlace::Cell cell);

/// RFC 4180 with a head line of column labels.
QString heatMapCsv(const HeatMap& map);
/// One PGFPlots axis. Beyond 64 × 64 cells blocks are averaged, since TeX's memory is small.
QString heatMapPgf(const HeatMap& map, const Theme& theme, const QString& title,
                   const QString& shift);

} // namespace convergence
