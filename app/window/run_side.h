#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <QObject>
#include <QPointer>
#include <QTimer>

#include "app/window/frame_replay.h"
#include "app/window/run_controller.h"
#include "widgets/theme.h"

class QUndoStack;

namespace convergence {

enum class JudgedOn;

class ClaimsPanel;
class ParameterForm;

/// One run of a window with all that changes and shows it: its form, its claims, its views, and
/// the pictures of its past. A window has one, and while it compares two parameter sets two.
class RunSide : public QObject {
    Q_OBJECT

public:
    explicit RunSide(QObject* parent = nullptr);
    ~RunSide() override;

    [[nodiscard]] RunController& controller() { return controller_; }
    [[nodiscard]] const RunController& controller() const { return controller_; }
    /// Null until an experiment was opened.
    [[nodiscard]] ParameterForm* form() const;
    [[nodiscard]] ClaimsPanel* claims() const;
    /// Null until an experiment was opened.
    [[nodiscard]] const std::shared_ptr<const ExperimentType>& type() const { return type_; }
    [[nodiscard]] const std::vector<ViewWidget*>& views() const { return views_; }

    /// Makes form and claims of an experiment, as children of `parent`; earlier ones are the
    /// window's to delete.
    void open(std::shared_ptr<const ExperimentType> type, QUndoStack& undo, const Theme& theme,
              QWidget* parent);
    /// The views, which belong to the window and have a theme by themselves.
    void setViews(std::vector<ViewWidget*> views);
    void setTheme(const Theme& theme);

    /// Forgets what was shown of the run before and makes one of the form's values.
    void start(Beginning beginning = {});
    /// Shows a kept run. Throws InputError if its values do not fit the experiment.
    void show(std::shared_ptr<const LoadedRun> run);
    /// Forgets what was shown of the run before.
    void forget();
    /// Lets the views draw these runs, the first of which is this side's.
    void showRuns(const std::vector<ShownRun>& runs);
    /// Hands the newest frames to the views, unless they show the past; asks for more while the
    /// run plays. Passes on live changes that had to wait.
    void tick();

    /// Iterations that can be gone back to, increasing; where trials run one after another, numbers
    /// of trials that had ended.
    [[nodiscard]] std::vector<std::int64_t> moments() const;
    /// Shows the run as it was at one of these (none: the present). At an iteration charts mark it,
    /// frames are those of the nearest key frame, then those of a replay where there can be one;
    /// after some trials all views draw what was recorded by then. noted() tells which.
    void goTo(std::optional<std::int64_t> moment);
    [[nodiscard]] std::optional<std::int64_t> moment() const { return moment_; }

Q_SIGNALS:
    /// Something was changed that needs a new run, which plays if this one does or has ended.
    void restartNeeded();
    /// The person set off a new run, which plays.
    void playNeeded();
    void troubled(const QString& sentence);
    /// What is shown of the past; empty: exactly the moment, or the present.
    void noted(const QString& note);
    void judged(const QString& claim, const convergence::Judgement& judgement);

private:
    void takeChange(const QString& name, const Value& value);
    void gesture(const QString& xParameter, double x, const QString& yParameter, double y);
    void showJudgement(const QString& claim, const Judgement& judgement, JudgedOn on);
    void connectReplay();
    void goToTrials(std::optional<std::int64_t> ended);
    void drawRuns();
    [[nodiscard]] bool canReplay() const;
    [[nodiscard]] bool lacksLargeFrames() const;

    RunController controller_;
    FrameReplay replay_;
    QTimer replayDelay_;
    std::shared_ptr<const ExperimentType> type_;
    QPointer<ParameterForm> form_;
    QPointer<ClaimsPanel> claims_;
    std::vector<ViewWidget*> views_;
    std::vector<ShownRun> runs_;
    std::optional<std::int64_t> moment_;
    std::shared_ptr<const Recording> part_; ///< of the run, up to the moment; null: all of it
    QTimer partDelay_;
    std::vector<std::pair<std::string, Value>> heldChanges_; ///< live changes during a replay
};

} // namespace convergence
