#include "widgets/views/table_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <QFontMetricsF>
#include <QPainter>

#include "core/experiment/not_applicable.h"
#include "widgets/charts/arm_look.h"
#include "widgets/charts/legend.h"
#include "widgets/charts/ticks.h"

namespace convergence {

namespace {

constexpr double margin = 8.0;    ///< beside the text of a cell
constexpr double markRoom = 14.0; ///< of the mark before the best value
constexpr double barMargin = 3.0; ///< above and below a bar

double bestOf(const TableFrame::Column& column) {
    double best = NAN;
    if (column.best == TableFrame::Best::none)
        return best;
    const bool wantsSmall = column.best == TableFrame::Best::smallest;
    for (const double value : column.values)
        if (std::isfinite(value) &&
            (std::isnan(best) || (wantsSmall ? value < best : value > best)))
            best = value;
    return best;
}

/// A long head with a break at the space nearest to its middle: columns are as wide as their
/// numbers are rather than as their heads.
QString inTwoLines(QString head) {
    constexpr qsizetype longest = 14;
    if (head.size() <= longest)
        return head;
    qsizetype best = -1;
    for (qsizetype at = head.indexOf(' '); at >= 0; at = head.indexOf(' ', at + 1))
        if (best < 0 || std::abs(2 * at - head.size()) < std::abs(2 * best - head.size()))
            best = at;
    if (best >= 0)
        head[best] = '\n';
    return head;
}

std::pair<double, double> extentOf(const TableFrame::Column& column,
                                   std::pair<double, double> extent) {
    for (const double value : column.values)
        if (std::isfinite(value)) {
            extent.first = std::min(extent.first, value);
            extent.second = std::max(extent.second, value);
        }
    return extent;
}

} // namespace

void FrameTableModel::show(const TableFrame& frame, const TableFrame* alsoShown) {
    const auto heads = [](const TableFrame& table) {
        std::vector<std::string> list{table.rowTitle};
        for (const auto& column : table.columns)
            list.push_back(column.label + '\n' + column.unit);
        return list;
    };
    // Only what is said changes while a run goes on: selection and sorting stay.
    const bool sameShape = frame.rows.size() == frame_.rows.size() && heads(frame) == heads(frame_);
    if (!sameShape)
        beginResetModel();
    frame_ = frame;
    best_.clear();
    extents_.clear();
    for (std::size_t i = 0; i < frame_.columns.size(); ++i) {
        best_.push_back(bestOf(frame_.columns[i]));
        extents_.push_back(extentOf(frame_.columns[i], {0.0, 0.0}));
        if (alsoShown && i < alsoShown->columns.size() &&
            alsoShown->columns[i].label == frame_.columns[i].label)
            extents_.back() = extentOf(alsoShown->columns[i], extents_.back());
    }
    if (sortColumn_ >= columnCount())
        sortColumn_ = -1;
    arrange();
    if (!sameShape)
        endResetModel();
    else if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

void FrameTableModel::setTheme(const Theme& theme) {
    theme_ = theme;
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int FrameTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(frame_.rows.size());
}

int FrameTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(frame_.columns.size()) + 1;
}

bool FrameTableModel::isNumber(int index) const {
    return index > 0 && column(index).texts.empty();
}

bool FrameTableModel::isBest(int row, int index) const {
    if (!isNumber(index))
        return false;
    return column(index).values[rowAt(row)] == best_[std::size_t(index) - 1]; // NaN is not
}

QString FrameTableModel::text(int row, int index) const {
    const std::size_t of = rowAt(row);
    if (index == 0)
        return QString::fromStdString(frame_.rows[of]);
    if (!isNumber(index))
        return QString::fromStdString(column(index).texts[of]);
    const double value = column(index).values[of];
    if (!applies(value))
        return "–";
    return std::isnan(value) ? "NaN"
                             : QString::fromStdString(readableNumber(value, column(index).digits));
}

QString FrameTableModel::head(int index) const {
    if (index == 0)
        return QString::fromStdString(frame_.rowTitle);
    const QString label = QString::fromStdString(column(index).label);
    return column(index).unit.empty()
               ? label
               : label + " [" + QString::fromStdString(column(index).unit) + "]";
}

QVariant FrameTableModel::data(const QModelIndex& index, int role) const {
    switch (role) {
    case Qt::DisplayRole:
        return text(index.row(), index.column());
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole: {
        QString told =
            QString("%1, %2: %3")
                .arg(text(index.row(), 0), head(index.column()), text(index.row(), index.column()));
        if (isBest(index.row(), index.column()))
            told += " (" + tr("best") + ")";
        return told;
    }
    default:
        return {};
    }
}

QVariant FrameTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::DisplayRole)
        return inTwoLines(head(section));
    if (role == Qt::AccessibleTextRole)
        return head(section);
    if (role == Qt::ToolTipRole)
        return tr("%1. Click to sort by it.").arg(head(section));
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignVCenter | (isNumber(section) ? Qt::AlignRight : Qt::AlignLeft));
    return {};
}

void FrameTableModel::sort(int column, Qt::SortOrder order) {
    Q_EMIT layoutAboutToBeChanged();
    sortColumn_ = column < columnCount() ? column : -1;
    sortOrder_ = order;
    arrange();
    Q_EMIT layoutChanged();
}

void FrameTableModel::arrange() {
    order_.resize(frame_.rows.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    if (sortColumn_ < 0)
        return;
    const bool isDown = sortOrder_ == Qt::DescendingOrder;
    if (isNumber(sortColumn_)) {
        const auto& values = column(sortColumn_).values;
        std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
            if (std::isnan(values[a]) || std::isnan(values[b]))
                return !std::isnan(values[a]) && std::isnan(values[b]);
            return isDown ? values[a] > values[b] : values[a] < values[b];
        });
        return;
    }
    const auto& texts = sortColumn_ == 0 ? frame_.rows : column(sortColumn_).texts;
    std::vector<QString> words;
    for (const std::string& text : texts)
        words.push_back(QString::fromStdString(text));
    std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
        const int compared = QString::localeAwareCompare(words[a], words[b]);
        return isDown ? compared > 0 : compared < 0;
    });
}

void FrameTableModel::paintCell(QPainter& painter, const QRectF& place, int row, int index) const {
    painter.save();
    const QColor color = painter.pen().color();
    if (faded_.contains(rowAt(row)))
        painter.setOpacity(fadedStrength);
    painter.setClipRect(place, Qt::IntersectClip);
    const bool number = isNumber(index), best = isBest(row, index);
    if (number && column(index).hasBars) {
        const double value = column(index).values[rowAt(row)];
        const double low = extents_[std::size_t(index) - 1].first;
        const double high = extents_[std::size_t(index) - 1].second;
        const QRectF room = place.adjusted(2.0, barMargin, -2.0, -barMargin);
        if (std::isfinite(value) && high > low) {
            const auto at = [&](double v) {
                return room.left() + (v - low) / (high - low) * room.width();
            };
            QColor bar = theme_.seriesColor(0);
            bar.setAlphaF(theme_.dark ? 0.38F : 0.28F);
            painter.fillRect(QRectF(QPointF(at(0.0), room.top()), QPointF(at(value), room.bottom()))
                                 .normalized(),
                             bar);
        }
    }
    QFont weight = painter.font();
    if (best)
        weight.setBold(true);
    painter.setFont(weight);
    const QFontMetricsF metrics(weight);
    const QRectF room = place.adjusted(margin, 0.0, -margin, 0.0);
    const QString shown = metrics.elidedText(text(row, index), Qt::ElideRight, room.width());
    const bool isWrong = number && shown == "NaN";
    painter.setPen(isWrong ? theme_.failure : color);
    painter.drawText(room, Qt::AlignVCenter | (number ? Qt::AlignRight : Qt::AlignLeft), shown);
    if (best) {
        painter.setRenderHint(QPainter::Antialiasing);
        const double left = room.right() - metrics.horizontalAdvance(shown) - 0.5 * markRoom;
        paintMarker(painter, {std::max(left, place.left() + 5.0), place.center().y()}, 2, 3.6,
                    theme_.success);
    }
    painter.restore();
}

} // namespace convergence
