#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <QMainWindow>
#include <QProcess>
#include <QTimer>

#include "app/sweeps/results.h"
#include "core/experiment/view.h"
#include "widgets/theme.h"

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QTableWidget;
class QTabWidget;

namespace convergence {

class ViewWidget;

/// Designs a sweep of one experiment, runs it in the background and shows what it finds: heat map
/// over two axes, a metric against an axis, small multiples, parallel coordinates, and the tasks.
/// Opens the results of sweeps made elsewhere. The sweep itself is a process of its own, so it
/// never holds up the window.
class SweepWindow : public QMainWindow {
    Q_OBJECT

public:
    /// `program` runs the sweep: the command-line program. `registry` outlives the window.
    SweepWindow(const Registry& registry, const Theme& theme, QString program,
                QWidget* parent = nullptr);
    ~SweepWindow() override;

    /// Starts a new design from these values.
    void design(std::shared_ptr<const ExperimentType> type, const Overrides& overrides);
    /// Makes a parameter an axis: kind as in a sweep file ("list", "linear", "log", "uniform",
    /// "log_uniform", "normal"), numbers as typed.
    void setAxis(const QString& parameter, const QString& kind, const QString& numbers);
    void setSeeds(int count);
    /// The sweep file that the design amounts to. Throws InputError where a line does not say what
    /// it should.
    [[nodiscard]] nlohmann::json plan() const;
    /// Opens the results of a sweep; what is wrong with them is told in place.
    void openResults(const QString& path);
    void run();
    void stop();
    [[nodiscard]] bool isRunning() const { return process_.state() != QProcess::NotRunning; }
    [[nodiscard]] const SweepResults* results() const { return results_.get(); }
    [[nodiscard]] std::vector<ViewWidget*> resultViews() const;
    void setTheme(const Theme& theme);

Q_SIGNALS:
    /// The person wants to see one run of the sweep by itself.
    void runChosen(const QString& experiment, const convergence::Overrides& overrides);
    /// New results are shown.
    void resultsShown();

private:
    QWidget* buildDesigner();
    QWidget* buildResults();
    void buildMenu();
    void fillParameters();
    void checkDesign();
    void save();
    void open();
    void openFile(const QString& path);
    void readResults();
    void take(std::shared_ptr<const SweepResults> results);
    void fillChoices();
    void rebuildViews();
    void updateViews();
    /// Values of the "down" axis that have results.
    [[nodiscard]] std::vector<double> facetValues() const;
    /// A view of the results, or of a part of them, at a place of a page's grid.
    void addView(QWidget* page, QGridLayout& grid, const View& view, int row, int column,
                 std::function<std::shared_ptr<const Recording>(const SweepResults&)> part);
    void addMultiples(QWidget* page, QGridLayout& grid, const std::string& metric,
                      const std::string& across, const std::string& down);
    void fillTasks();
    void choose(std::uint64_t task);
    void tell(const QString& sentence, bool isProblem);
    void finished(int exitCode);

    const Registry& registry_;
    Theme theme_;
    QString program_;
    std::shared_ptr<const ExperimentType> type_;
    Overrides overrides_;
    std::shared_ptr<const SweepResults> results_;
    QString folder_; ///< of the results that are shown
    QProcess process_;
    QTimer poll_;
    bool reading_ = false;
    bool stale_ = false; ///< read once more when the present reading is done

    QLabel* title_ = nullptr;
    QTableWidget* parameters_ = nullptr;
    QSpinBox* seeds_ = nullptr;
    QSpinBox* draws_ = nullptr;
    QSpinBox* processes_ = nullptr;
    QCheckBox* claims_ = nullptr;
    QCheckBox* recordings_ = nullptr;
    QLabel* verdict_ = nullptr;
    QPushButton* run_ = nullptr;
    QPushButton* stop_ = nullptr;
    QProgressBar* progress_ = nullptr;
    QComboBox* metric_ = nullptr;
    QComboBox* across_ = nullptr;
    QComboBox* down_ = nullptr;
    QTabWidget* tabs_ = nullptr;
    QTableWidget* tasks_ = nullptr;
    QLabel* message_ = nullptr;
    /// A view, and the part of the results that it shows.
    struct Shown {
        ViewWidget* view = nullptr;
        std::function<std::shared_ptr<const Recording>(const SweepResults&)> part;
    };
    std::vector<Shown> views_;
    std::vector<double> facets_; ///< of the small multiples that are shown
};

} // namespace convergence
