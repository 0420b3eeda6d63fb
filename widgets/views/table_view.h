#pragma once

#include "widgets/views/frame_view.h"

class QTableView;

namespace convergence {

class FrameTableModel;

/// A TableFrame of a chosen trial, sorted by the column whose head is clicked (again: the other way
/// round, a third time: as it came), or by the column of the cell that S is pressed in. Bars lie
/// behind numbers, the best value of a column is bold and has a mark. Rows that are named after
/// arms are hidden and lifted with them.
class TableView final : public TrialView {
    Q_OBJECT

public:
    TableView(View view, std::shared_ptr<const Description> description, const Theme& theme,
              QWidget* parent);

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;

protected:
    bool takeUp() override;
    void paintPlot(QPainter& painter, const QRectF& area) override;
    void themeChanged() override;

private:
    [[nodiscard]] const TableFrame* frame() const;
    [[nodiscard]] TableFrame withoutHidden(TableFrame table) const;
    void fitColumns();
    void sortByCurrent();
    void sortBy(int column, Qt::SortOrder order);

    FrameTableModel* model_ = nullptr;
    QTableView* table_ = nullptr;
    std::vector<qsizetype> longest_; ///< text of each column that it was made as wide as
    bool isFitting_ = false;
    bool isFittedByHand_ = false;
};

} // namespace convergence
