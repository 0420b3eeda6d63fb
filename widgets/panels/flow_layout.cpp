#include "widgets/panels/flow_layout.h"

#include <algorithm>

#include <QWidget>

namespace convergence {

FlowLayout::FlowLayout(QWidget* parent) : QLayout(parent) {
    setContentsMargins(0, 0, 0, 0);
    setSpacing(4);
}

FlowLayout::~FlowLayout() {
    qDeleteAll(items_);
}

void FlowLayout::addItem(QLayoutItem* item) {
    items_.append(item);
}

int FlowLayout::count() const {
    return static_cast<int>(items_.size());
}

QLayoutItem* FlowLayout::itemAt(int index) const {
    return items_.value(index);
}

QLayoutItem* FlowLayout::takeAt(int index) {
    return index >= 0 && index < items_.size() ? items_.takeAt(index) : nullptr;
}

int FlowLayout::heightForWidth(int width) const {
    return arrange(QRect(0, 0, width, 0), Arrange::measure);
}

QSize FlowLayout::sizeHint() const {
    QSize size;
    for (const QLayoutItem* item : items_)
        if (!item->isEmpty())
            size =
                QSize(size.width() + item->sizeHint().width() + (size.width() > 0 ? spacing() : 0),
                      std::max(size.height(), item->sizeHint().height()));
    return size.grownBy(contentsMargins());
}

QSize FlowLayout::minimumSize() const {
    QSize size;
    for (const QLayoutItem* item : items_)
        size = size.expandedTo(item->minimumSize());
    return size.grownBy(contentsMargins());
}

void FlowLayout::setGeometry(const QRect& area) {
    QLayout::setGeometry(area);
    arrange(area, Arrange::move);
}

int FlowLayout::arrange(const QRect& area, Arrange how) const {
    const QRect inside = area.marginsRemoved(contentsMargins());
    QList<QLayoutItem*> row;
    int x = inside.left(), y = inside.top(), height = 0;
    const auto finishRow = [&] {
        int left = inside.left();
        for (QLayoutItem* item : row) {
            const QSize size =
                item->sizeHint().boundedTo({inside.width(), item->maximumSize().height()});
            if (how == Arrange::move)
                item->setGeometry(QRect(QPoint(left, y + (height - size.height()) / 2), size));
            left += size.width() + spacing();
        }
        row.clear();
    };
    for (QLayoutItem* item : items_) {
        if (item->isEmpty())
            continue;
        const QSize size =
            item->sizeHint().boundedTo({inside.width(), item->maximumSize().height()});
        if (!row.isEmpty() && x + size.width() > inside.right() + 1) {
            finishRow();
            x = inside.left();
            y += height + spacing();
            height = 0;
        }
        row.append(item);
        x += size.width() + spacing();
        height = std::max(height, size.height());
    }
    finishRow();
    return y + height - area.top() + contentsMargins().bottom();
}

} // namespace convergence
