#pragma once

#include <vector>

class QDockWidget;
class QMainWindow;

namespace convergence {

/// Cells that there is room for.
struct Cells {
    int columns = 2, rows = 2;
    friend bool operator==(const Cells&, const Cells&) = default;
};

/// Two by two, or fewer cells; further docks as tabs behind these.
void arrangeInCells(QMainWindow& area, Cells cells, const std::vector<QDockWidget*>& docks);

/// The first main dock has most of the area to itself. The second one has a half of the rest or,
/// where that is low, is its first tab; the others are tabs there. `main` is not empty. What is
/// wide and low lies below all of them; null: nothing does.
void arrangeAroundMain(QMainWindow& area, Cells cells, const std::vector<QDockWidget*>& main,
                       const std::vector<QDockWidget*>& others, QDockWidget* below);

} // namespace convergence
