#include "app/window/arrangement.h"

#include <algorithm>

#include <QDockWidget>
#include <QMainWindow>

namespace convergence {

void arrangeInCells(QMainWindow& area, Cells cells, const std::vector<QDockWidget*>& docks) {
    const auto columns = static_cast<std::size_t>(cells.columns);
    const std::size_t count = columns * static_cast<std::size_t>(cells.rows);
    for (std::size_t i = 0; i < docks.size(); ++i) {
        if (i == 0)
            area.addDockWidget(Qt::LeftDockWidgetArea, docks[i]);
        else if (i >= count)
            area.tabifyDockWidget(docks[i % count], docks[i]);
        else if (i < columns)
            area.splitDockWidget(docks[i - 1], docks[i], Qt::Horizontal);
        else
            area.splitDockWidget(docks[i - columns], docks[i], Qt::Vertical);
        docks[i]->show();
    }
    for (std::size_t i = 0; i < std::min(count, docks.size()); ++i)
        docks[i]->raise();
    if (columns > 1 && docks.size() > 1)
        area.resizeDocks({docks[0], docks[1]}, {100, 100}, Qt::Horizontal);
    for (std::size_t i = 0; cells.rows > 1 && i < columns && i + columns < docks.size(); ++i)
        area.resizeDocks({docks[i], docks[i + columns]}, {100, 100}, Qt::Vertical);
}

void arrangeAroundMain(QMainWindow& area, Cells cells, const std::vector<QDockWidget*>& main,
                       const std::vector<QDockWidget*>& others, QDockWidget* below) {
    constexpr double shareOfFirst = 0.62, shareOfSecond = 0.55, shareBelow = 0.34;
    const bool sideBySide = cells.columns > 1, twoRows = cells.rows > 1;
    QDockWidget* first = main.front();
    area.addDockWidget(Qt::LeftDockWidgetArea, first);
    first->show();
    if (below) {
        area.splitDockWidget(first, below, Qt::Vertical);
        below->show();
    }
    QDockWidget* second = nullptr; // main view
    // What the others are tabs with; with no room for two cells, the first.
    QDockWidget* rest = sideBySide || twoRows ? nullptr : first;
    const auto beside = [&](QDockWidget* dock) {
        area.splitDockWidget(first, dock, sideBySide ? Qt::Horizontal : Qt::Vertical);
        dock->show();
    };
    if (main.size() > 1) {
        second = main[1];
        if (rest)
            area.tabifyDockWidget(rest, second);
        else
            beside(second);
        second->show();
        if (!(sideBySide && twoRows) && !rest)
            rest = second;
    }
    for (QDockWidget* dock : others) {
        if (rest) {
            area.tabifyDockWidget(rest, dock);
        } else if (second) {
            area.splitDockWidget(second, dock, Qt::Vertical);
            rest = dock;
        } else {
            beside(dock);
            rest = dock;
        }
        dock->show();
    }
    const auto resize = [&](QDockWidget* a, QDockWidget* b, double share, Qt::Orientation along) {
        const int whole = along == Qt::Horizontal ? area.width() : area.height();
        const int part = std::max(1, int(share * whole));
        area.resizeDocks({a, b}, {part, std::max(1, whole - part)}, along);
    };
    if (QDockWidget* other = second ? second : rest; other && other != first && rest != first)
        resize(first, other, shareOfFirst, sideBySide ? Qt::Horizontal : Qt::Vertical);
    if (second && rest && rest != second && rest != first)
        resize(second, rest, shareOfSecond, Qt::Vertical);
    if (below)
        resize(first, below, 1.0 - shareBelow, Qt::Vertical);
    for (QDockWidget* head : {rest, second, first})
        if (head)
            head->raise();
}

} // namespace convergence
