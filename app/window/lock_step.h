#pragma once

#include <chrono>
#include <vector>

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include "core/experiment/runner.h"

namespace convergence {

class RunController;

/// Plays the runs of several controllers together: none begins a block of iterations before all
/// have done the one before, so that they are at the same iteration whenever they halt, and never
/// further apart than a block, which is about a tenth of a second's work of the slowest. Where
/// trials run one after another, steps over all trials count in place of iterations. A run that is
/// behind, since it began later, catches up first; one that has ended is left alone.
class LockStep : public QObject {
    Q_OBJECT

public:
    explicit LockStep(std::vector<RunController*> controllers, QObject* parent = nullptr);

    /// Whether an iteration is the same moment for all trials of a run.
    void setInLockStep(bool inLockStep) { inLockStep_ = inLockStep; }
    /// From the first iteration to the last, geometric in iterations; 0: as fast as possible.
    void setPlaybackSeconds(double seconds);
    /// Pauses once this many iterations (steps) are done; 0: never.
    void setLimit(std::int64_t iterations) { limit_ = iterations; }
    void play();
    /// Halts at the end of the block under way.
    void pause();
    /// One iteration of every run, or of those that are behind.
    void stepOnce();
    /// Ends all runs for good.
    void stop();

    [[nodiscard]] RunState state() const;
    /// Of all runs together; the iteration is the one that all have reached.
    [[nodiscard]] Progress progress() const;

private:
    [[nodiscard]] std::vector<Runner*> runners() const;
    /// Those that can go on.
    [[nodiscard]] std::vector<Runner*> active() const;
    [[nodiscard]] std::int64_t done(const Runner& runner) const;
    [[nodiscard]] std::int64_t stepsDone() const;
    [[nodiscard]] double longest() const;
    [[nodiscard]] std::int64_t wantedByNow() const;
    void advance();
    void anchor();

    std::vector<RunController*> controllers_;
    QTimer timer_;
    QElapsedTimer blockTime_, sinceAnchor_;
    Speedometer speedometer_;
    double anchorPosition_ = 0.0;
    double seconds_ = 10.0;
    std::int64_t limit_ = 0;
    std::int64_t block_ = 1;
    std::int64_t blockUnderWay_ = 0; ///< its length; 0: none
    bool inLockStep_ = true;
    bool playing_ = false;
};

} // namespace convergence
