#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include <QObject>
#include <QTimer>

#include "core/experiment/runner.h"
#include "core/experiment/verification.h"
#include "widgets/view_widget.h"

namespace convergence {

/// Owns the run that a window watches: makes experiments, judges claims and runs protocols on
/// other threads, and tells the window about it on its own. Never blocks.
class RunController : public QObject {
    Q_OBJECT

public:
    explicit RunController(QObject* parent = nullptr);
    ~RunController() override;

    /// Makes a run of these values; an earlier run is stopped and kept among earlierRuns().
    /// `play`: starts it as soon as it is ready. The values were validated.
    void start(std::shared_ptr<const ExperimentType> type, const Overrides& overrides, bool play);

    /// Null while a run is being prepared.
    [[nodiscard]] Runner* runner() const { return runner_.get(); }
    [[nodiscard]] bool isPreparing() const { return preparing_; }
    /// Finished runs of the present experiment, newest first, at most five.
    [[nodiscard]] const std::deque<ShownRun>& earlierRuns() const { return earlier_; }

    void setPlayback(Playback playback);

    /// Judges the live claims on the present run; the answers come as judged().
    void judgeLive();
    /// Runs the protocol of one claim; progress and answer come as signals.
    void verifyClaim(const QString& claim);
    void cancelVerification();

Q_SIGNALS:
    void prepared();
    /// The experiment could not be made; one sentence.
    void failed(const QString& sentence);
    void judged(const QString& claim, const convergence::Judgement& judgement, bool fromProtocol);
    void verificationProgress(const QString& claim, double fraction);

private:
    void retire();

    std::shared_ptr<const ExperimentType> type_;
    std::shared_ptr<const ParameterValues> values_;
    std::shared_ptr<Runner> runner_;
    std::deque<ShownRun> earlier_;
    Playback playback_;
    int generation_ = 0; ///< answers for earlier requests are dropped
    int runNumber_ = 0;
    bool preparing_ = false;
    bool playWhenReady_ = false;
    bool judging_ = false;
    std::optional<StopToken> verification_;
};

} // namespace convergence
