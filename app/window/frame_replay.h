#pragma once

#include <memory>
#include <string>
#include <vector>

#include <QObject>
#include <QTimer>

#include "core/experiment/runner.h"

namespace convergence {

/// Draws what a run looked like at an iteration, by running it again from its seed in the
/// background. Only for runs in lock step, where an iteration is the same moment for all trials.
class FrameReplay : public QObject {
    Q_OBJECT

public:
    explicit FrameReplay(QObject* parent = nullptr);
    ~FrameReplay() override;

    /// Values and events make the run what it was. A replay of the same run that has not gone past
    /// the iteration goes on from where it is. Runs that another build made (buildFingerprint())
    /// are refused, as they would not be the same.
    void request(std::shared_ptr<const ExperimentType> type,
                 std::shared_ptr<const ParameterValues> values, std::vector<LiveEvent> events,
                 std::string fingerprint, std::int64_t iteration);
    void cancel();

Q_SIGNALS:
    void progressed(double fraction);
    void drawn(std::shared_ptr<const convergence::Frames> frames);
    void failed(const QString& sentence);

private:
    void poll();
    void discard();

    std::shared_ptr<const ExperimentType> type_;
    std::shared_ptr<const ParameterValues> values_;
    std::vector<LiveEvent> events_;
    std::string fingerprint_;
    std::shared_ptr<Runner> runner_;
    std::int64_t wanted_ = -1;
    int generation_ = 0; ///< answers for earlier requests are dropped
    bool asked_ = false; ///< for frames of the wanted iteration
    QTimer timer_;
};

} // namespace convergence
