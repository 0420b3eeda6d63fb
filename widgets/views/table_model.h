#pragma once

#include <set>

#include <QAbstractTableModel>

#include "core/experiment/frames.h"
#include "widgets/theme.h"

class QFont;
class QPainter;

namespace convergence {

/// A TableFrame in the order in which it is sorted. Column 0 holds the labels of the rows.
class FrameTableModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    using QAbstractTableModel::QAbstractTableModel;

    /// Takes a copy. `alsoShown` (null: none) has bars to the same scale.
    void show(const TableFrame& frame, const TableFrame* alsoShown);
    /// Draws these rows of the frame faintly.
    void fade(std::set<std::size_t> rows) { faded_ = std::move(rows); }
    void setTheme(const Theme& theme);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    /// By a column; −1: as it came. Equal ones stay in order; what is no number comes last.
    void sort(int column, Qt::SortOrder order) override;

    [[nodiscard]] int sortColumn() const { return sortColumn_; }
    [[nodiscard]] Qt::SortOrder sortOrder() const { return sortOrder_; }
    [[nodiscard]] const TableFrame& frame() const { return frame_; }
    /// The row of the frame that is shown in a row.
    [[nodiscard]] std::size_t rowAt(int row) const { return order_[std::size_t(row)]; }
    [[nodiscard]] QString text(int row, int column) const;
    [[nodiscard]] QString head(int column) const;
    [[nodiscard]] bool isNumber(int column) const;
    [[nodiscard]] bool isBest(int row, int column) const;

    /// Bar, mark and text of a cell, in the painter's font and color of pen.
    void paintCell(QPainter& painter, const QRectF& place, int row, int column) const;

private:
    void arrange();
    [[nodiscard]] const TableFrame::Column& column(int index) const {
        return frame_.columns[std::size_t(index) - 1];
    }

    TableFrame frame_;
    Theme theme_;
    std::vector<std::size_t> order_;
    std::set<std::size_t> faded_;
    std::vector<double> best_;                       ///< a column; NaN: none
    std::vector<std::pair<double, double>> extents_; ///< a column, with 0
    int sortColumn_ = -1;
    Qt::SortOrder sortOrder_ = Qt::AscendingOrder;
};

} // namespace convergence
