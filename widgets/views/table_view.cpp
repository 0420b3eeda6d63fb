#include "widgets/views/table_view.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <QAction>
#include <QApplication>
#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTableView>

#include "widgets/charts/axes_painter.h"
#include "widgets/charts/csv_text.h"
#include "widgets/charts/figure_font.h"
#include "widgets/charts/latex_text.h"
#include "widgets/charts/named_arm.h"
#include "widgets/views/table_model.h"

namespace convergence {

namespace {

constexpr double lineHeight = 1.6; ///< of a row, in heights of the font

class CellDelegate final : public QStyledItemDelegate {
public:
    CellDelegate(const FrameTableModel& model, QObject* parent)
        : QStyledItemDelegate(parent), model_(model) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const bool isSelected = option.state & QStyle::State_Selected;
        if (isSelected)
            painter->fillRect(option.rect, option.palette.highlight());
        painter->setFont(option.font);
        painter->setPen(
            option.palette.color(isSelected ? QPalette::HighlightedText : QPalette::Text));
        model_.paintCell(*painter, QRectF(option.rect), index.row(), index.column());
        if (option.state & QStyle::State_HasFocus) {
            painter->setPen(option.palette.color(QPalette::Highlight));
            painter->drawRect(option.rect.adjusted(0, 0, -1, -1));
        }
    }
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const int column = index.column();
        const bool hasMark =
            model_.isNumber(column) &&
            model_.frame().columns[std::size_t(column) - 1].best != TableFrame::Best::none;
        QFont font = option.font;
        font.setBold(hasMark);
        const QFontMetricsF metrics(font);
        const double least = column > 0 ? 7.0 * metrics.averageCharWidth() : 0.0;
        const double margins = hasMark ? 36.0 : 22.0;
        return QSize(
            int(std::max(least, metrics.horizontalAdvance(index.data().toString())) + margins),
            int(lineHeight * metrics.height()));
    }

private:
    const FrameTableModel& model_;
};

QString field(const QString& text) {
    return QString::fromStdString(csvField(std::string_view(text.toStdString())));
}

QString latex(const QString& text) {
    return QString::fromStdString(latexText(text.toStdString()));
}

} // namespace

TableView::TableView(View view, std::shared_ptr<const Description> description, const Theme& theme,
                     QWidget* parent)
    : TrialView(std::move(view), std::move(description), theme, parent, Choice::oneTrial),
      model_(new FrameTableModel(this)), table_(new QTableView(this)) {
    table_->setModel(model_);
    table_->setItemDelegate(new CellDelegate(*model_, table_));
    table_->setFrameShape(QFrame::NoFrame);
    table_->setShowGrid(false);
    table_->setWordWrap(false);
    table_->setAlternatingRowColors(true);
    table_->setContextMenuPolicy(Qt::NoContextMenu);
    table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table_->verticalHeader()->hide();
    QHeaderView* head = table_->horizontalHeader();
    head->setHighlightSections(false);
    head->setSortIndicatorClearable(true);
    head->setSortIndicator(-1, Qt::AscendingOrder);
    head->setSectionsClickable(true);
    head->setAccessibleName(tr("Columns"));
    table_->setSortingEnabled(true);
    connect(
        head, &QHeaderView::sortIndicatorChanged, this, [this](int column, Qt::SortOrder order) {
            if (auto* other = partner<TableView>(); other && other->model_->columnCount() > column)
                other->sortBy(column, order);
        });
    connect(head, &QHeaderView::sectionResized, this, [this](int, int from, int to) {
        if (!isFitting_ && from > 0 && to > 0 && QApplication::mouseButtons() != Qt::NoButton)
            isFittedByHand_ = true;
    });
    setCanvas(table_);
    QAction* sort = addMenuAction("sortAction", tr("Sort by this column\tS"),
                                  tr("Sorts by the column of the chosen cell, then the other way "
                                     "round, then not at all"));
    sort->setShortcut(Qt::Key_S);
    connect(sort, &QAction::triggered, this, &TableView::sortByCurrent);
}

const TableFrame* TableView::frame() const {
    return firstFrame<TableFrame>();
}

TableFrame TableView::withoutHidden(TableFrame table) const {
    for (std::size_t row = table.rows.size(); row-- > 0;) {
        if (!armLook().isHidden(namedArm(description(), table.rows[row])))
            continue;
        const auto at = std::ptrdiff_t(row);
        table.rows.erase(table.rows.begin() + at);
        for (TableFrame::Column& column : table.columns) {
            if (row < column.values.size())
                column.values.erase(column.values.begin() + at);
            if (row < column.texts.size())
                column.texts.erase(column.texts.begin() + at);
        }
    }
    return table;
}

bool TableView::takeUp() {
    if (!isDirty())
        return false;
    const TableFrame* shown = frame();
    const auto* other = partner<TableView>();
    const TableFrame table = shown ? withoutHidden(*shown) : TableFrame();
    model_->show(table, other ? other->frame() : nullptr);
    std::set<std::size_t> faded;
    for (std::size_t row = 0; row < table.rows.size(); ++row)
        if (const std::string arm = namedArm(description(), table.rows[row]);
            !arm.empty() && armLook().isFaded(arm))
            faded.insert(row);
    model_->fade(std::move(faded));
    table_->viewport()->update();
    fitColumns();
    return true;
}

/// Columns grow with what stands in them, unless a person has made them narrower or wider.
void TableView::fitColumns() {
    constexpr int mostRows = 200; // of a long table the first ones tell
    const int rows = std::min(model_->rowCount(), mostRows);
    std::vector<qsizetype> longest;
    for (int c = 0; c < model_->columnCount(); ++c) {
        longest.push_back(0);
        for (int r = 0; r < rows; ++r)
            longest.back() = std::max(longest.back(), model_->text(r, c).size());
    }
    bool grows = longest.size() != longest_.size();
    for (std::size_t c = 0; c < longest.size() && !grows; ++c)
        grows = longest[c] > longest_[c];
    if (!grows || isFittedByHand_ || rows == 0)
        return;
    longest_ = std::move(longest);
    isFitting_ = true;
    table_->resizeColumnsToContents();
    table_->resizeRowsToContents();
    // What is left over goes to all columns alike.
    int used = 0;
    for (int c = 0; c < model_->columnCount(); ++c)
        used += table_->columnWidth(c);
    const int spare = table_->viewport()->width() - used;
    for (int c = 0; spare > 0 && c < model_->columnCount(); ++c)
        table_->setColumnWidth(c, table_->columnWidth(c) + spare / model_->columnCount());
    isFitting_ = false;
}

void TableView::sortBy(int column, Qt::SortOrder order) {
    QHeaderView* head = table_->horizontalHeader();
    if (head->sortIndicatorSection() != column || head->sortIndicatorOrder() != order)
        head->setSortIndicator(column, order);
}

void TableView::sortByCurrent() {
    const QModelIndex current = table_->currentIndex();
    const int column = current.isValid() ? current.column() : 0;
    if (model_->sortColumn() != column)
        sortBy(column, Qt::AscendingOrder);
    else if (model_->sortOrder() == Qt::AscendingOrder)
        sortBy(column, Qt::DescendingOrder);
    else
        sortBy(-1, Qt::AscendingOrder);
}

void TableView::themeChanged() {
    model_->setTheme(theme());
    QPalette colors = palette();
    colors.setColor(QPalette::Base, theme().surface);
    QColor faint = theme().grid;
    faint.setAlphaF(0.35F);
    colors.setColor(QPalette::AlternateBase, faint);
    table_->setPalette(colors);
    table_->setFont(plotFont());
    table_->horizontalHeader()->setFont(plotFont());
    table_->verticalHeader()->setDefaultSectionSize(
        int(lineHeight * QFontMetricsF(plotFont()).height()));
}

void TableView::paintPlot(QPainter& painter, const QRectF& area) {
    if (model_->rowCount() == 0)
        return paintHint(painter, area, hint(), theme());
    QFont font = plotFont();
    const int rows = model_->rowCount(), columns = model_->columnCount();
    // Smaller letters where that makes all of it fit; below two thirds nothing can be read.
    // A figure's text stays as large as its style's smallest.
    const double least = plotFamily(*this).isEmpty() ? 0.66 : 0.8;
    std::vector<double> widths(std::size_t(columns), 0.0), cells = widths;
    double width = 0.0, factor = 1.0;
    const auto measure = [&] {
        QFont bold = font;
        bold.setBold(true);
        const QFontMetricsF metrics(bold);
        width = 0.0;
        for (int c = 0; c < columns; ++c) {
            constexpr double margins = 34.0;
            double& ofCells = cells[std::size_t(c)] = margins;
            for (int r = 0; r < rows; ++r)
                ofCells =
                    std::max(ofCells, margins + metrics.horizontalAdvance(model_->text(r, c)));
            width += widths[std::size_t(c)] =
                std::max(ofCells, margins + metrics.horizontalAdvance(model_->head(c)));
        }
        return lineHeight * metrics.height();
    };
    double height = measure();
    factor = std::min(area.width() / width, area.height() / (height * (rows + 1)));
    if (factor < 1.0) {
        font.setPointSizeF(std::max(least, factor) * font.pointSizeF());
        height = measure();
    }
    if (width > area.width()) {
        // Heads that are wider than their columns are cut short before columns are cut off.
        const double sum = std::accumulate(cells.begin(), cells.end(), 0.0);
        const double share =
            std::clamp((area.width() - sum) / std::max(1.0, width - sum), 0.0, 1.0);
        for (std::size_t c = 0; c < widths.size(); ++c)
            widths[c] = std::lerp(cells[c], widths[c], share);
        width = std::accumulate(widths.begin(), widths.end(), 0.0);
    }
    const double stretch = std::max(1.0, std::min(area.width() / width, 1.6));
    const int shown = std::min(rows, int(area.height() / height) - 1);
    const bool isCut = shown < rows;
    painter.save();
    painter.setClipRect(area, Qt::IntersectClip);
    const double left = area.left() + std::max(0.0, 0.5 * (area.width() - stretch * width));
    QFont headFont = font;
    headFont.setWeight(QFont::DemiBold);
    for (int line = -1; line < shown - (isCut ? 1 : 0); ++line) {
        QRectF cell(left, area.top() + height * (line + 1), 0.0, height);
        if (line % 2 == 1) {
            QColor faint = theme().grid;
            faint.setAlphaF(0.35F);
            painter.fillRect(QRectF(left, cell.top(), stretch * width, height), faint);
        }
        for (int c = 0; c < columns; ++c) {
            cell.setWidth(stretch * widths[std::size_t(c)]);
            if (line >= 0) {
                painter.setFont(font);
                painter.setPen(theme().text);
                model_->paintCell(painter, cell, line, c);
            } else {
                painter.setFont(headFont);
                painter.setPen(theme().text);
                const QRectF room = cell.adjusted(8, 0, -8, 0);
                painter.drawText(
                    room, Qt::AlignVCenter | (model_->isNumber(c) ? Qt::AlignRight : Qt::AlignLeft),
                    QFontMetricsF(headFont).elidedText(model_->head(c), Qt::ElideRight,
                                                       room.width()));
            }
            cell.moveLeft(cell.right());
        }
    }
    painter.setPen(QPen(theme().mutedText, 1.0));
    painter.drawLine(QPointF(left, area.top() + height),
                     QPointF(left + stretch * width, area.top() + height));
    if (isCut) {
        painter.setFont(font);
        painter.drawText(QRectF(left, area.top() + height * shown, stretch * width, height),
                         Qt::AlignCenter, tr("… and %1 more").arg(rows - std::max(0, shown - 1)));
    }
    painter.restore();
}

QString TableView::csv() const {
    QString text;
    for (int c = 0; c < model_->columnCount(); ++c)
        text += (c > 0 ? "," : "") + field(model_->head(c));
    text += "\r\n";
    for (int r = 0; r < model_->rowCount(); ++r) {
        text += field(model_->text(r, 0));
        for (int c = 1; c < model_->columnCount(); ++c) {
            const auto& column = model_->frame().columns[std::size_t(c) - 1];
            text += "," + (model_->isNumber(c)
                               ? QString::fromStdString(csvField(column.values[model_->rowAt(r)]))
                               : field(model_->text(r, c)));
        }
        text += "\r\n";
    }
    return text;
}

QString TableView::pgfplots() const {
    QString columns, body;
    for (int c = 0; c < model_->columnCount(); ++c) {
        columns += model_->isNumber(c) ? "r" : "l";
        body += (c > 0 ? " & " : "") + latex(model_->head(c));
    }
    body += " \\\\\n\\hline\n";
    for (int r = 0; r < model_->rowCount(); ++r) {
        for (int c = 0; c < model_->columnCount(); ++c) {
            const QString text = latex(model_->text(r, c));
            body += (c > 0 ? " & " : "") + (model_->isBest(r, c) ? "\\textbf{" + text + "}" : text);
        }
        body += " \\\\\n";
    }
    return "\\documentclass[border=4pt]{standalone}\n\\usepackage[utf8]{inputenc}\n"
           "\\usepackage[T1]{fontenc}\n\\usepackage{amssymb}\n\\begin{document}\n"
           "\\begin{tabular}{" +
           columns + "}\n" +
           QString("\\multicolumn{%1}{c}{\\textbf{%2}} \\\\[4pt]\n")
               .arg(std::max(1, model_->columnCount()))
               .arg(latex(captionedTitle())) +
           body + "\\end{tabular}\n\\end{document}\n";
}

} // namespace convergence
