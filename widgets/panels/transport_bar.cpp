#include "widgets/panels/transport_bar.h"

#include <cmath>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

#include "widgets/panels/flow_layout.h"
#include "widgets/panels/run_words.h"

namespace convergence {

namespace {

QString duration(double seconds) {
    if (!std::isfinite(seconds))
        return "–";
    const auto whole = static_cast<qint64>(std::ceil(seconds));
    if (whole < 60)
        return QObject::tr("%1 s").arg(whole);
    if (whole < 3600)
        return QObject::tr("%1 min %2 s").arg(whole / 60).arg(whole % 60);
    return QObject::tr("%1 h %2 min").arg(whole / 3600).arg(whole % 3600 / 60);
}

} // namespace

TransportBar::TransportBar(QWidget* parent)
    : QWidget(parent), speed_(new QComboBox(this)), scrub_(new QSlider(Qt::Horizontal, this)),
      scrubLabel_(new QLabel(this)), status_(new QLabel(this)), bar_(new QProgressBar(this)),
      actions_(new QWidget(this)) {
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(8, 4, 8, 4);
    rows->setSpacing(2);
    auto* layout = new FlowLayout;
    play_ = addButton(*layout, tr("▶ Play"), tr("Play or pause (Space)"));
    play_->setMinimumWidth(play_->fontMetrics().horizontalAdvance("▶ Resume ") + 20);
    step_ = addButton(*layout, tr("Step"), tr("One iteration of every arm, then pause (.)"));
    restart_ = addButton(*layout, tr("Restart"), tr("Start again with the same values (Ctrl+R)"));
    stop_ = addButton(*layout, tr("Stop"), tr("Stop for good and keep what was recorded"));
    layout->addWidget(makeWaiting());
    auto* speed = new QWidget(this); // label and box go to the next row together
    auto* speedRow = new QHBoxLayout(speed);
    speedRow->setContentsMargins(0, 0, 0, 0);
    auto* speedLabel = new QLabel(tr("&Speed"), speed);
    speedLabel->setBuddy(speed_);
    speedRow->addWidget(speedLabel);
    speedRow->addWidget(speed_);
    for (const int seconds : {3, 10, 30, 60})
        speed_->addItem(tr("in %1 s").arg(seconds), static_cast<double>(seconds));
    speed_->addItem(tr("as fast as possible"), 0.0);
    speed_->setCurrentIndex(1);
    speed_->setToolTip(tr("How long the whole run takes to play, slow at first: geometric in "
                          "iterations"));
    speed_->setAccessibleName(tr("Speed"));
    layout->addWidget(speed);
    auto* actionLayout = new QHBoxLayout(actions_);
    actionLayout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(actions_);
    rows->addLayout(layout);

    auto* second = new QHBoxLayout;
    scrub_->setRange(0, 0);
    scrub_->setAccessibleName(tr("Go back in the run"));
    scrubLabel_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    bar_->setRange(0, 1000);
    bar_->setTextVisible(false);
    bar_->setMaximumHeight(6);
    bar_->setMaximumWidth(160);
    status_->setAccessibleName(tr("Progress"));
    status_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    scrub_->setMinimumWidth(80);
    second->addWidget(scrub_, 2);
    second->addWidget(scrubLabel_, 2);
    second->addWidget(bar_, 1);
    second->addWidget(status_, 3);
    rows->addLayout(second);

    connect(play_, &QToolButton::clicked, this, [this] {
        if (state_ == RunState::playing)
            Q_EMIT pauseRequested();
        else
            Q_EMIT playRequested();
    });
    connect(step_, &QToolButton::clicked, this, &TransportBar::stepRequested);
    connect(restart_, &QToolButton::clicked, this, &TransportBar::restartRequested);
    connect(stop_, &QToolButton::clicked, this, &TransportBar::stopRequested);
    connect(speed_, &QComboBox::currentIndexChanged, this,
            [this] { Q_EMIT playbackChanged(playbackSeconds()); });
    connect(scrub_, &QSlider::valueChanged, this, [this](int position) {
        showScrubPosition();
        Q_EMIT scrubbed(position >= static_cast<int>(keyFrames_.size()) ? -1 : position);
    });
    setState(RunState::ready);
    setKeyFrames({});
}

QWidget* TransportBar::makeWaiting() {
    waiting_ = new QWidget(this);
    waitsFor_ = new QLabel(waiting_);
    waitsFor_->setObjectName("waitsFor");
    auto* skip = new QToolButton(waiting_);
    skip->setObjectName("skipWaiting");
    skip->setText(tr("Skip"));
    skip->setAccessibleName(tr("Skip"));
    skip->setToolTip(tr("Play without it"));
    skip->setFocusPolicy(Qt::TabFocus);
    connect(skip, &QToolButton::clicked, this, &TransportBar::waitSkipped);
    auto* row = new QHBoxLayout(waiting_); // words and button go to the next row together
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(waitsFor_);
    row->addWidget(skip);
    waiting_->hide();
    return waiting_;
}

QToolButton* TransportBar::addButton(QLayout& layout, const QString& text, const QString& toolTip) {
    auto* button = new QToolButton(this);
    button->setText(text);
    button->setToolTip(toolTip);
    button->setAccessibleName(text);
    button->setFocusPolicy(Qt::TabFocus);
    layout.addWidget(button);
    return button;
}

void TransportBar::setActions(const std::vector<Action>& actions) {
    qDeleteAll(actions_->findChildren<QToolButton*>());
    for (const Action& action : actions) {
        auto* button = new QToolButton(actions_);
        button->setText(QString::fromStdString(action.label));
        button->setToolTip(QString::fromStdString(action.help));
        actions_->layout()->addWidget(button);
        const QString id = QString::fromStdString(action.id);
        connect(button, &QToolButton::clicked, this, [this, id] { Q_EMIT actionRequested(id); });
    }
}

void TransportBar::setWaitsFor(const QString& sentence) {
    waits_ = !sentence.isEmpty();
    play_->setToolTip(waits_ ? sentence : tr("Play or pause (Space)"));
    waitsFor_->setText(sentence);
    waiting_->setVisible(waits_);
    setState(state_);
}

void TransportBar::setState(RunState state) {
    state_ = state;
    const bool ended = state >= RunState::finished;
    play_->setText(state == RunState::playing  ? tr("❚❚ Pause")
                   : state == RunState::paused ? tr("▶ Resume")
                   : ended                     ? tr("▶ Again")
                                               : tr("▶ Play"));
    play_->setEnabled(!waits_);
    restart_->setEnabled(!waits_);
    step_->setEnabled(!ended && !waits_);
    stop_->setEnabled(!ended && state != RunState::ready);
}

void TransportBar::setProgress(const Progress& progress) {
    const QLocale locale(QLocale::English);
    QString text;
    if (byTrials_ && progress.trialsPlanned > 1)
        text = tr("%1 of %2 trials · ").arg(progress.trialsDone).arg(progress.trialsPlanned);
    text += tr("iteration %1").arg(locale.toString(static_cast<qlonglong>(progress.iteration)));
    if (state_ == RunState::playing)
        text += tr(" · %1 steps/s · %2 left")
                    .arg(locale.toString(progress.stepsPerSecond, 'f', 0),
                         duration(progress.secondsLeft));
    else
        text += " · " + stateInWords(QString::fromStdString(std::string(nameOf(state_))));
    status_->setText(text);
    bar_->setValue(static_cast<int>(1000.0 * progress.fraction));
}

void TransportBar::setPreparing(double fraction, const QString& what) {
    status_->setText(tr("preparing: %1").arg(what));
    bar_->setValue(static_cast<int>(1000.0 * fraction));
    stop_->setEnabled(true);
}

void TransportBar::setKeyFrames(std::vector<std::int64_t> iterations) {
    const bool atPresent = scrub_->value() == scrub_->maximum();
    keyFrames_ = std::move(iterations);
    const QSignalBlocker blocker(scrub_);
    scrub_->setRange(0, static_cast<int>(keyFrames_.size()));
    if (atPresent)
        scrub_->setValue(scrub_->maximum());
    scrub_->setEnabled(!keyFrames_.empty());
    scrub_->setToolTip(
        keyFrames_.empty()
            ? (byTrials_ ? tr("Here one can go back from trial to trial, once two have ended")
                         : tr("Here one can go back to earlier iterations, once there are some"))
        : byTrials_ ? tr("Go back to when fewer trials had ended")
                    : tr("Go back to an earlier moment of the run"));
    showScrubPosition();
}

void TransportBar::setScrubbedByTrials(bool byTrials) {
    byTrials_ = byTrials;
    setKeyFrames(keyFrames_);
}

void TransportBar::scrubBy(int moments) {
    scrub_->setValue(scrub_->value() + moments);
}

void TransportBar::scrubTo(int index) {
    scrub_->setValue(index);
}

void TransportBar::setScrubNote(const QString& note) {
    note_ = note;
    showScrubPosition();
}

void TransportBar::showScrubPosition() {
    const auto position = static_cast<std::size_t>(scrub_->value());
    if (!note_.isEmpty() && position < keyFrames_.size()) {
        scrubLabel_->setText(note_);
        scrubLabel_->setToolTip(note_);
        return;
    }
    scrubLabel_->setText(
        position >= keyFrames_.size()
            ? tr("present")
            : tr("frame of iteration %1")
                  .arg(QLocale(QLocale::English)
                           .toString(static_cast<qlonglong>(keyFrames_[position]))));
}

/// In a narrow bar the words are worth more than the picture of them.
void TransportBar::resizeEvent(QResizeEvent* event) {
    constexpr int roomy = 80; // characters
    bar_->setVisible(width() >= roomy * fontMetrics().averageCharWidth());
    QWidget::resizeEvent(event);
}

double TransportBar::playbackSeconds() const {
    return speed_->currentData().toDouble();
}

void TransportBar::setPlaybackSeconds(double seconds) {
    const int index = speed_->findData(seconds);
    if (index >= 0)
        speed_->setCurrentIndex(index);
}

} // namespace convergence
