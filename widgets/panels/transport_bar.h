#pragma once

#include <vector>

#include <QWidget>

#include "core/experiment/description.h"
#include "core/experiment/runner.h"

class QComboBox;
class QLayout;
class QLabel;
class QProgressBar;
class QSlider;
class QToolButton;

namespace convergence {

/// Play, pause, step, restart, stop, speed, scrub back; iteration, steps per second, time left.
class TransportBar : public QWidget {
    Q_OBJECT

public:
    explicit TransportBar(QWidget* parent = nullptr);

    /// Buttons for the experiment's actions.
    void setActions(const std::vector<Action>& actions);
    /// Playing waits for what the sentence tells, which stands beside the button with a way to skip
    /// it; empty: it need not wait.
    void setWaitsFor(const QString& sentence);
    void setState(RunState state);
    void setProgress(const Progress& progress);
    /// While a run is made that takes long: how far it is; it can be stopped.
    void setPreparing(double fraction, const QString& what);
    /// Iterations that can be gone back to.
    void setKeyFrames(std::vector<std::int64_t> iterations);
    /// Whether the moments are iterations, or numbers of trials that had ended.
    void setScrubbedByTrials(bool byTrials);
    /// As if the person had moved the slider there.
    void scrubTo(int index);
    /// So many moments later than what is shown, or earlier.
    void scrubBy(int moments);
    /// Says beside the slider what is shown, in place of the iteration; empty: the iteration.
    void setScrubNote(const QString& note);
    /// Seconds of playback chosen; 0 = as fast as possible.
    [[nodiscard]] double playbackSeconds() const;
    void setPlaybackSeconds(double seconds);

Q_SIGNALS:
    void playRequested();
    void pauseRequested();
    void stepRequested();
    void restartRequested();
    void stopRequested();
    /// The person does not want to do what playing waits for.
    void waitSkipped();
    void playbackChanged(double seconds);
    void actionRequested(const QString& id);
    /// Index of a key frame, or −1 for the present.
    void scrubbed(int keyFrame);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeWaiting();
    QToolButton* addButton(QLayout& layout, const QString& text, const QString& toolTip);
    void showScrubPosition();

    QToolButton* play_;
    QToolButton* step_;
    QToolButton* stop_;
    QComboBox* speed_;
    QSlider* scrub_;
    QLabel* scrubLabel_;
    QLabel* status_;
    QProgressBar* bar_;
    QWidget* actions_;
    std::vector<std::int64_t> keyFrames_;
    QToolButton* restart_;
    QString note_;
    bool byTrials_ = false;
    RunState state_ = RunState::ready;
    QWidget* waiting_; ///< words and a way to skip; hidden unless playing waits
    QLabel* waitsFor_;
    bool waits_ = false;
};

} // namespace convergence
