#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <QObject>
#include <QTimer>

#include "app/window/arm_sentence.h"
#include "app/window/sides.h"

class QAction;

namespace convergence {

class TransportBar;

/// Plays the run that is shown, or the two that are compared: begins them, lets them play, pause,
/// step and stop, goes back to earlier moments, branches off there, and keeps the transport bar up
/// to date. What is drawn and said is up to others, who are told.
class RunPlayer : public QObject {
    Q_OBJECT

public:
    using LoadedRunPtr = std::shared_ptr<const LoadedRun>;
    /// How a new run begins once it is made.
    enum class Start { paused, playing };

    /// `sides` and `bar` outlive the player.
    RunPlayer(Sides& sides, TransportBar& bar, QObject* parent = nullptr);

    /// Another experiment, which the sides have opened; restart() makes its first run.
    void open(std::shared_ptr<const ExperimentType> type);
    /// New runs of the values in the forms, as restarting() tells.
    void restart(Start start);
    /// A second run has come beside the first, which stays as it is: the second begins and, where
    /// the first had begun, plays until it is as far.
    void startBeside();
    /// Goes on from a comparison, alone or with another second run.
    void sidesChanged();
    /// A run of a side's values that these live changes were made to.
    void start(RunSide& side, std::vector<LiveEvent> events);
    /// Shows a run of the open experiment that was put aside, at a moment (none: the present).
    void takeUp(RunAside run, std::optional<std::int64_t> moment);
    /// Shows a kept run on a side; trouble is told.
    void show(RunSide& side, const LoadedRunPtr& run);
    /// Ends a comparison, replays a kept run from its seed and goes on; trouble is told.
    void continueRun(const LoadedRunPtr& run);
    /// Starts a run that is the shown one up to the iteration gone back to. Does nothing where that
    /// cannot be: at the present, in a comparison, where trials run one after another.
    void branch(const QString& nameOfRun);

    /// Starts a new run if there is none or it has ended. Does nothing while play is held.
    void play();
    /// To that many iterations, 0: to the end; playedTo() tells. Does nothing while play is held.
    void playTo(std::int64_t iterations);
    void pause();
    void togglePlay();
    void stepOnce();
    /// Playing waits for what the sentence tells; empty: it need not wait.
    void hold(const QString& reason);
    /// An iteration to go back to as soon as a kept run is there that has it; none: the present.
    void goBackTo(std::optional<std::int64_t> iteration) { wantedMoment_ = iteration; }
    /// Takes up what the runs have done since the last time; called by itself 20 times a second.
    void tick();

    /// Play, step, restart.
    [[nodiscard]] QList<QAction*> playActions() const { return playActions_; }
    /// Asks for a branch by branchWanted(); enabled where there can be one.
    [[nodiscard]] QAction* branchAction() const { return branch_; }

Q_SIGNALS:
    /// New runs of the forms' values are about to be made.
    void restarting();
    /// What was shown of the runs before is forgotten.
    void begun();
    /// Of one of the sides; the other may still be in the making.
    void prepared();
    /// The run has changed its state.
    void stateChanged();
    /// What playTo() asked for is done, or the run has ended before.
    void playedTo();
    /// Play waits for this, in a sentence; empty: for nothing.
    void held(const QString& reason);
    /// The person does not want to do what play is held for.
    void holdSkipped();
    void branchWanted();
    /// A branch is begun; the run that it comes from is an earlier one now.
    void branched();
    void told(const QString& sentence);
    void troubled(const QString& sentence);
    /// Arms have diverged or failed.
    void armsTroubled(const convergence::ArmSentence& sentence);
    /// Of the run, in passing; empty: nothing.
    void status(const QString& sentence);

private:
    void connectBar();
    void connectSides();
    void buildActions();
    void beginAnew();
    void catchUp();
    void restartAsPlaying(const RunSide* side);
    void sidePrepared();
    void scrub(int index);
    void listMoments();
    void showEnd();
    void showTroubles(const Runner& runner);
    void stop();
    void setPlaybackSeconds(double seconds);
    void stateHasChanged(const Runner& runner);
    [[nodiscard]] RunController& controller() const { return sides_.first().controller(); }

    Sides& sides_;
    TransportBar& bar_;
    std::shared_ptr<const ExperimentType> type_;
    QTimer pollTimer_; ///< progress and frames
    int ticks_ = 0;
    RunState lastState_ = RunState::ready;
    std::size_t trialsEnded_ = 0;
    ArmSentence lastTrouble_;
    bool playWhenBothReady_ = false;
    bool catchesUp_ = false; ///< B plays to where A is
    QString held_;
    std::int64_t playsTo_ = -1;         ///< that playTo() asked for; −1: nothing
    std::vector<std::int64_t> moments_; ///< that can be gone back to
    std::optional<std::int64_t> wantedMoment_;
    QList<QAction*> playActions_;
    QAction* branch_ = nullptr;
};

} // namespace convergence
