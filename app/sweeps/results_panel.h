#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <QWidget>

#include "app/sweeps/results.h"
#include "core/experiment/view.h"
#include "widgets/theme.h"

class QComboBox;
class QGridLayout;
class QLabel;
class QTabWidget;
class QTableWidget;

namespace convergence {

class ViewWidget;

/// What a sweep found: heat map over two axes, a metric against an axis, small multiples, parallel
/// coordinates, and the tasks. Above them stands what there is to say of the sweep.
class SweepResultsPanel : public QWidget {
    Q_OBJECT

public:
    explicit SweepResultsPanel(const Theme& theme, QWidget* parent = nullptr);

    /// Shows these results. If they are more of the same sweep, what was chosen and zoomed stays.
    void take(std::shared_ptr<const SweepResults> results);
    /// Null before the first.
    [[nodiscard]] const SweepResults* results() const { return results_.get(); }
    /// The views of all pages, the heat map first.
    [[nodiscard]] std::vector<ViewWidget*> views() const;
    void setTheme(const Theme& theme);

    void tell(const QString& sentence);
    /// Of something that went wrong.
    void warn(const QString& sentence);
    void clearMessage();

Q_SIGNALS:
    /// The person wants to see one run of the sweep by itself.
    void runChosen(const QString& experiment, const convergence::Overrides& overrides);

private:
    void fillChoices();
    void rebuildViews();
    void updateViews();
    /// Values of the "down" axis that have results.
    [[nodiscard]] std::vector<double> facetValues() const;
    struct Cell {
        QGridLayout& grid;
        int row = 0, column = 0;
    };
    /// A view of the results, or of a part of them, at a place of a page.
    void addView(QWidget* page, const Cell& cell, const View& view,
                 std::function<std::shared_ptr<const Recording>(const SweepResults&)> part);
    void addMultiples(QWidget* page, QGridLayout& grid, const std::string& metric,
                      const std::string& across, const std::string& down);
    void fillTasks();
    void choose(std::uint64_t task);
    void exportView(ViewWidget& view);
    void say(const QString& sentence, const QColor& back);

    Theme theme_;
    std::shared_ptr<const SweepResults> results_;
    QLabel* message_;
    QComboBox* metric_ = nullptr;
    QComboBox* across_ = nullptr;
    QComboBox* down_ = nullptr;
    QTabWidget* tabs_ = nullptr;
    QTableWidget* tasks_ = nullptr;
    /// A view, and the part of the results that it shows.
    struct Shown {
        ViewWidget* view = nullptr;
        std::function<std::shared_ptr<const Recording>(const SweepResults&)> part;
    };
    std::vector<Shown> views_;
    std::vector<double> facets_; ///< of the small multiples that are shown
};

} // namespace convergence
