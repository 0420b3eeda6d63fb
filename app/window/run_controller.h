#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <QObject>
#include <QTimer>
#include <nlohmann/json.hpp>

#include "app/runs/store.h"
#include "core/experiment/runner.h"
#include "core/experiment/verification.h"
#include "widgets/view_widget.h"

namespace convergence {

enum class JudgedOn;

/// How a run begins, and where, if it replays another one first.
struct Beginning {
    bool play = false;             ///< starts as soon as it is ready
    std::vector<LiveEvent> events; ///< applied where they were
    std::int64_t until = 0;        ///< replays as fast as possible to there, then pauses; 0: no
    QString key;                   ///< of the kept run that is continued; empty: a new run
    QString fingerprint;           ///< of the build that made it; empty: any
    QString origin;                ///< where it comes from, in words
};

/// A run that is put aside, as it was, to be taken up again.
struct RunAside {
    std::shared_ptr<const ParameterValues> values;
    std::shared_ptr<Runner> runner; ///< does not play
    std::shared_ptr<const LoadedRun> shown;
    QString key;
    std::string fingerprint;
    std::deque<ShownRun> earlier;
    std::map<std::string, nlohmann::json> claims;
    int runNumber = 0;

    RunAside() = default;
    RunAside(RunAside&&) = default;
    RunAside& operator=(RunAside&&) = default;
    /// Ends the run elsewhere, as that takes until its step is done.
    ~RunAside();
};

/// Owns the run that a window watches: makes experiments, has runs kept, judges claims and runs
/// protocols on other threads, and tells the window about it on its own. Never blocks.
class RunController : public QObject {
    Q_OBJECT

public:
    explicit RunController(QObject* parent = nullptr);
    ~RunController() override;

    /// From now on runs are kept there. May be null.
    void setStore(RunStore* store) { store_ = store; }

    /// Makes a run of these values; an earlier run is stopped and kept among earlierRuns().
    /// The values were validated.
    void start(std::shared_ptr<const ExperimentType> type, const Overrides& overrides,
               Beginning beginning = {});
    /// Shows a kept run, which does not run.
    void show(std::shared_ptr<const ExperimentType> type, std::shared_ptr<const LoadedRun> run);

    /// Pauses the run and shows none. Empty where there is no run yet; one that is being prepared
    /// is given up.
    RunAside putAside();
    /// Shows a run of this experiment that was put aside.
    void takeUp(std::shared_ptr<const ExperimentType> type, RunAside aside);

    /// Ends the run and shows none.
    void clear();

    /// Null while a run is being prepared, and where a kept run is shown.
    [[nodiscard]] Runner* runner() const { return runner_.get(); }
    /// The kept run that is shown; null otherwise.
    [[nodiscard]] const LoadedRun* shownRun() const { return shown_.get(); }
    [[nodiscard]] bool isPreparing() const { return preparing_; }
    /// The run that is being prepared is given up; failed() tells.
    void stopPreparing();
    /// Iteration to which the run is being replayed; 0: it is not.
    [[nodiscard]] std::int64_t replayingUntil() const { return replayUntil_; }

    /// Of the run, or of the kept one; null or empty without either.
    [[nodiscard]] std::shared_ptr<const Recording> recording() const;
    [[nodiscard]] std::vector<std::shared_ptr<const Frames>> keyFrames() const;
    /// The newest frames.
    [[nodiscard]] std::shared_ptr<const Frames> frames() const;
    /// The values it started with.
    [[nodiscard]] const std::shared_ptr<const ParameterValues>& values() const { return values_; }
    [[nodiscard]] const QString& key() const { return key_; }
    [[nodiscard]] const std::string& fingerprint() const { return fingerprint_; }

    /// What was judged of the run so far, as a JSON array.
    [[nodiscard]] std::string claims() const;

    /// Finished runs of the present experiment, newest first, at most five.
    [[nodiscard]] const std::deque<ShownRun>& earlierRuns() const { return earlier_; }

    void setPlayback(Playback playback);

    /// Judges the live claims on the present run; the answers come as judged().
    void judgeLive();
    /// Whether their answers are still to come.
    [[nodiscard]] bool isJudging() const { return judging_; }
    /// Of the present run; null before the first.
    [[nodiscard]] const ExperimentType* type() const { return type_.get(); }
    /// Runs the protocol of one claim; progress and answer come as signals.
    void verifyClaim(const QString& claim);
    void cancelVerification();

Q_SIGNALS:
    /// How far a run is that takes long to be made.
    void preparing(double fraction, const QString& what);
    void prepared();
    /// The experiment could not be made; one sentence.
    void failed(const QString& sentence);
    void judged(const QString& claim, const convergence::Judgement& judgement,
                convergence::JudgedOn on);
    void verificationProgress(const QString& claim, double fraction);

private:
    void retire();
    static void endElsewhere(std::shared_ptr<Runner> runner);
    friend struct RunAside;
    void begin(std::shared_ptr<const Experiment> experiment, const Beginning& beginning);
    void watch();
    void keepClaim(const QString& claim, const Judgement& judgement);

    RunStore* store_ = nullptr;
    std::shared_ptr<const ExperimentType> type_;
    std::shared_ptr<const ParameterValues> values_;
    std::shared_ptr<Runner> runner_;
    std::shared_ptr<const LoadedRun> shown_;
    QString key_;
    std::string fingerprint_;
    std::deque<ShownRun> earlier_;
    Playback playback_;
    QTimer watchTimer_; ///< hands key frames to the store, ends replays
    std::map<std::string, nlohmann::json> claims_;
    std::int64_t replayUntil_ = 0;
    int watches_ = 0;
    bool allKept_ = false; ///< all key frames of the run are in the store
    int generation_ = 0;   ///< answers for earlier requests are dropped
    int runNumber_ = 0;
    bool preparing_ = false;
    StopToken preparationStop_;
    bool playWhenReady_ = false;
    bool judging_ = false;
    std::optional<StopToken> verification_;
};

} // namespace convergence
