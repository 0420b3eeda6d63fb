#pragma once

#include <memory>
#include <vector>

#include <QMainWindow>
#include <QProcess>
#include <QTimer>

#include "app/sweeps/results.h"
#include "core/experiment/registry.h"
#include "widgets/theme.h"

namespace convergence {

class SweepDesigner;
class SweepResultsPanel;
class ViewWidget;

/// Designs a sweep, runs it in the background and shows what it finds, also of sweeps made
/// elsewhere. The sweep itself is a process of its own, so it never holds up the window; its
/// results are read again and again while it runs.
class SweepWindow : public QMainWindow {
    Q_OBJECT

public:
    /// `program` runs the sweep: the command-line program. `registry` outlives the window.
    SweepWindow(const Registry& registry, const Theme& theme, QString program,
                QWidget* parent = nullptr);
    ~SweepWindow() override;

    /// Starts a new design from these values.
    void design(std::shared_ptr<const ExperimentType> type, const Overrides& overrides);
    [[nodiscard]] SweepDesigner& designer() const { return *designer_; }
    /// Opens the results of a sweep; what is wrong with them is told in place.
    void openResults(const QString& path);
    void run();
    void stop();
    [[nodiscard]] bool isRunning() const { return process_.state() != QProcess::NotRunning; }
    /// Null before there are any.
    [[nodiscard]] const SweepResults* results() const;
    [[nodiscard]] std::vector<ViewWidget*> resultViews() const;
    void setTheme(const Theme& theme);

Q_SIGNALS:
    /// The person wants to see one run of the sweep by itself.
    void runChosen(const QString& experiment, const convergence::Overrides& overrides);
    /// New results are shown.
    void resultsShown();

private:
    void buildMenu();
    void save();
    void open();
    void openFile(const QString& path);
    void readResults();
    void take(std::shared_ptr<const SweepResults> results);
    void finished(int exitCode);

    const Registry& registry_;
    QString program_;
    SweepDesigner* designer_;
    SweepResultsPanel* results_;
    QString folder_; ///< of the results that are shown
    QProcess process_;
    QTimer poll_;
    bool reading_ = false;
    bool stale_ = false; ///< read once more when the present reading is done
};

} // namespace convergence
