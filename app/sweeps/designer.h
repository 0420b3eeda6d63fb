#pragma once

#include <memory>

#include <QWidget>

#include "core/experiment/registry.h"
#include "core/sweep/sweep_plan.h"
#include "widgets/theme.h"

class QCheckBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QTableWidget;
class QVBoxLayout;

namespace convergence {

/// Designs a sweep of one experiment: which parameters vary and how, how often each combination is
/// run and what is kept. Says at once how many tasks that are, or why it cannot be run.
class SweepDesigner : public QWidget {
    Q_OBJECT

public:
    /// `registry` outlives the designer.
    SweepDesigner(const Registry& registry, const Theme& theme, QWidget* parent = nullptr);

    /// Starts a new design from these values.
    void design(std::shared_ptr<const ExperimentType> type, const Overrides& overrides);
    /// Takes over a sweep file; lists and ranges are shown as the lists that they are. Throws
    /// InputError for one that cannot be read.
    void openFile(const QString& path);
    /// Makes a parameter an axis: kind as in a sweep file ("list", "linear", "log", "uniform",
    /// "log_uniform", "normal"), numbers as typed.
    void setAxis(const QString& parameter, const QString& kind, const QString& numbers);
    void setSeeds(int count);
    /// Varies the first number of first rank over a decade around its value.
    void suggest();
    /// The sweep file that the design amounts to. Throws InputError where a line does not say what
    /// it should.
    [[nodiscard]] nlohmann::json plan() const;
    /// Worker processes; 0: one a core.
    [[nodiscard]] int processes() const;
    /// Of what is designed; null before the first design.
    [[nodiscard]] const std::shared_ptr<const ExperimentType>& type() const { return type_; }

    /// While a sweep is under way it can be stopped, and none begun.
    enum class Sweep { none, underWay };
    void setSweep(Sweep sweep);
    void setProgress(int tasksDone, int tasks);
    void setTheme(const Theme& theme);

Q_SIGNALS:
    void runWanted();
    void stopWanted();

private:
    void buildOptions(QVBoxLayout& layout);
    void buildButtons(QVBoxLayout& layout);
    void fillParameters();
    void addParameter(const Parameter& parameter);
    void checkDesign();

    const Registry& registry_;
    Theme theme_;
    std::shared_ptr<const ExperimentType> type_;
    Overrides overrides_;
    Sweep sweep_ = Sweep::none;

    QLabel* title_;
    QTableWidget* parameters_;
    QSpinBox* seeds_ = nullptr;
    QSpinBox* draws_ = nullptr;
    QSpinBox* processes_ = nullptr;
    QCheckBox* claims_ = nullptr;
    QCheckBox* recordings_ = nullptr;
    QLabel* verdict_ = nullptr;
    QPushButton* run_ = nullptr;
    QPushButton* stop_ = nullptr;
    QProgressBar* progress_ = nullptr;
};

} // namespace convergence
