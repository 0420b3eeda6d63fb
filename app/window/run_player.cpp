#include "app/window/run_player.h"

#include <algorithm>
#include <utility>

#include <QAction>
#include <QLocale>

#include "core/error.h"
#include "core/experiment/run_files.h"
#include "core/experiment/troubles.h"
#include "widgets/panels/parameter_form.h"
#include "widgets/panels/run_words.h"
#include "widgets/panels/transport_bar.h"

namespace convergence {

namespace {

constexpr int pollMilliseconds = 50;
constexpr int ticksBetweenJudgements = 12;

bool cannotBeDrawn(const Runner& runner) {
    const auto frames = runner.frames();
    return frames && !frames->trouble.empty();
}

Overrides overridesOf(const ParameterValues& values) {
    return {values.all().begin(), values.all().end()};
}

RunState stateOf(const KeptRun& run) {
    for (const RunState state :
         {RunState::finished, RunState::stopped, RunState::diverged, RunState::failed}) {
        const std::string_view name = nameOf(state);
        if (run.state == QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())))
            return state;
    }
    return RunState::stopped; // interrupted
}

} // namespace

RunPlayer::RunPlayer(Sides& sides, TransportBar& bar, QObject* parent)
    : QObject(parent), sides_(sides), bar_(bar) {
    buildActions();
    connectBar();
    connectSides();
    connect(&pollTimer_, &QTimer::timeout, this, &RunPlayer::tick);
    pollTimer_.start(pollMilliseconds);
}

void RunPlayer::buildActions() {
    const auto make = [this](const QString& text, const QKeySequence& keys, auto slot) {
        auto* action = new QAction(text, this);
        action->setShortcut(keys);
        connect(action, &QAction::triggered, this, slot);
        return action;
    };
    playActions_ = {
        make(tr("&Play or pause"), Qt::Key_Space, &RunPlayer::togglePlay),
        make(tr("&Step"), QKeySequence("."), &RunPlayer::stepOnce),
        make(tr("&Restart"), QKeySequence("Ctrl+R"), [this] { restart(Start::playing); })};
    branch_ = make(tr("&Branch from here"), QKeySequence("Ctrl+B"), &RunPlayer::branchWanted);
    branch_->setStatusTip(tr("A new run that is this one up to the iteration gone back to"));
    branch_->setEnabled(false);
}

void RunPlayer::connectBar() {
    connect(&bar_, &TransportBar::playRequested, this, &RunPlayer::play);
    connect(&bar_, &TransportBar::pauseRequested, this, &RunPlayer::pause);
    connect(&bar_, &TransportBar::stepRequested, this, &RunPlayer::stepOnce);
    connect(&bar_, &TransportBar::stopRequested, this, &RunPlayer::stop);
    connect(&bar_, &TransportBar::restartRequested, this, [this] { restart(Start::playing); });
    connect(&bar_, &TransportBar::playbackChanged, this, &RunPlayer::setPlaybackSeconds);
    connect(&bar_, &TransportBar::actionRequested, this, [this](const QString& id) {
        for (RunSide* side : sides_.all())
            if (side->controller().runner())
                side->controller().runner()->act(id.toStdString());
    });
    connect(&bar_, &TransportBar::waitSkipped, this, &RunPlayer::holdSkipped);
    connect(&bar_, &TransportBar::scrubbed, this, &RunPlayer::scrub);
}

void RunPlayer::connectSides() {
    connect(&sides_, &Sides::prepared, this, &RunPlayer::sidePrepared);
    connect(&sides_, &Sides::restartNeeded, this, &RunPlayer::restartAsPlaying);
    connect(&sides_, &Sides::playNeeded, this, [this] { restart(Start::playing); });
    connect(&sides_, &Sides::valuesGiven, this, [this] { restart(Start::paused); });
    connect(&sides_, &Sides::failed, this, [this] {
        bar_.setState(RunState::ready);
        bar_.setProgress({});
    });
    connect(&controller(), &RunController::preparing, &bar_, &TransportBar::setPreparing);
    connect(&sides_.first(), &RunSide::noted, &bar_, &TransportBar::setScrubNote);
}

void RunPlayer::open(std::shared_ptr<const ExperimentType> type) {
    type_ = std::move(type);
    bar_.setActions(type_->description.actions);
    bar_.setScrubbedByTrials(!type_->description.lockStep);
    if (std::exchange(playsTo_, -1) >= 0) // was asked for of another experiment
        controller().setPlayback({.seconds = bar_.playbackSeconds()});
}

void RunPlayer::restart(Start start) {
    if (!type_)
        return;
    Q_EMIT restarting();
    beginAnew();
    Q_EMIT status(tr("Preparing …"));
    const bool play = start == Start::playing;
    sides_.first().start({.play = play && !sides_.areCompared()});
    if (RunSide* beside = sides_.beside()) {
        playWhenBothReady_ = play;
        beside->start({.origin = tr("beside another run")});
        sides_.showWords();
    }
}

/// After a change that needs a new run. What A has done stays to be compared with.
void RunPlayer::restartAsPlaying(const RunSide* side) {
    const auto recording = controller().recording();
    if (side == sides_.beside() && recording && countProgress(*recording).stepsDone > 0)
        return startBeside();
    const bool rests = lastState_ == RunState::ready || lastState_ == RunState::paused;
    restart(rests ? Start::paused : Start::playing);
}

void RunPlayer::startBeside() {
    const auto recording = controller().recording();
    if (!recording)
        return restart(Start::paused); // both from the start
    catchesUp_ = countProgress(*recording).stepsDone > 0;
    sides_.beside()->start({.origin = tr("beside another run")});
    sides_.showWords();
}

/// B plays to the iteration of A, or to its own end where A has ended.
void RunPlayer::catchUp() {
    catchesUp_ = false;
    const Runner* first = controller().runner();
    if (first && first->state() == RunState::playing)
        return;
    const bool isUnderWay = first && first->state() < RunState::finished;
    const Progress progress = countProgress(*controller().recording());
    sides_.lockStep()->setLimit(!isUnderWay                   ? 0
                                : type_->description.lockStep ? progress.iteration
                                                              : progress.stepsDone);
    sides_.lockStep()->play();
}

void RunPlayer::sidesChanged() {
    playWhenBothReady_ = catchesUp_ = false;
    setPlaybackSeconds(bar_.playbackSeconds());
    if (sides_.areCompared())
        return;
    scrub(-1);
    listMoments();
    lastState_ = RunState::ready;
    tick();
}

void RunPlayer::start(RunSide& side, std::vector<LiveEvent> events) {
    side.start({.events = std::move(events)});
}

/// Forgets what was shown of the run before.
void RunPlayer::beginAnew() {
    if (sides_.areCompared()) {
        sides_.lockStep()->pause();
        sides_.beside()->forget();
    }
    sides_.first().forget();
    moments_.clear();
    catchesUp_ = false;
    branch_->setEnabled(false);
    lastState_ = RunState::ready;
    trialsEnded_ = 0;
    lastTrouble_ = ArmSentence();
    Q_EMIT begun();
}

void RunPlayer::takeUp(RunAside run, std::optional<std::int64_t> moment) {
    beginAnew();
    controller().takeUp(type_, std::move(run));
    if (!moment)
        return;
    listMoments();
    const auto at = std::lower_bound(moments_.begin(), moments_.end(), *moment);
    if (at != moments_.end())
        bar_.scrubTo(static_cast<int>(at - moments_.begin()));
}

void RunPlayer::show(RunSide& side, const LoadedRunPtr& run) {
    try {
        static_cast<void>(overridesFromJson(type_->description, run->run.parameters));
        if (&side == &sides_.first())
            beginAnew();
        else
            sides_.lockStep()->pause();
        side.show(run);
    } catch (const InputError& error) {
        Q_EMIT troubled(QString::fromUtf8(error.what()));
    }
}

void RunPlayer::continueRun(const LoadedRunPtr& run) {
    sides_.endComparison();
    try {
        const Overrides values = overridesFromJson(type_->description, run->run.parameters);
        sides_.first().form()->setOverrides(values);
        Beginning beginning{.play = true,
                            .events = run->recording->events(),
                            .key = run->run.key,
                            .fingerprint = run->run.fingerprint};
        const Progress done = countProgress(*run->recording);
        beginning.until = type_->description.lockStep ? done.iteration : done.stepsDone;
        beginAnew();
        Q_EMIT status(tr("Replaying the run from its seed …"));
        controller().start(type_, values, beginning);
    } catch (const InputError& error) {
        Q_EMIT troubled(QString::fromUtf8(error.what()));
    }
}

void RunPlayer::branch(const QString& nameOfRun) {
    RunSide& side = sides_.first();
    if (!side.moment() || !controller().recording() || !type_->description.lockStep ||
        sides_.areCompared())
        return;
    const std::int64_t iteration = *side.moment();
    const Overrides start = overridesOf(*controller().values());
    Overrides now = start;
    Beginning beginning;
    for (const LiveEvent& event : controller().recording()->events())
        if (event.iteration < iteration) {
            beginning.events.push_back(event);
            if (!event.isAction)
                now.insert_or_assign(event.name, event.value);
        }
    beginning.until = iteration;
    beginning.origin = tr("branch of %1 at iteration %2").arg(nameOfRun).arg(iteration);
    Q_EMIT branched();
    side.form()->setOverrides(now);
    beginAnew();
    Q_EMIT told(tr("A new run is at iteration %1 of the old one. Change parameters marked as live "
                   "and play on.")
                    .arg(QLocale(QLocale::English).toString(qlonglong(iteration))));
    controller().start(type_, start, beginning);
}

void RunPlayer::hold(const QString& reason) {
    held_ = reason;
    bar_.setWaitsFor(reason);
    Q_EMIT held(reason);
}

void RunPlayer::play() {
    if (!held_.isEmpty())
        return;
    if (RunSide* beside = sides_.beside()) {
        // A kept run has ended and needs no runner.
        const bool bothThere =
            (controller().runner() || controller().shownRun()) && beside->controller().runner();
        if (bothThere && sides_.lockStep()->state() < RunState::finished) {
            sides_.lockStep()->setLimit(0);
            sides_.lockStep()->play();
        } else if (!controller().isPreparing() && !beside->controller().isPreparing()) {
            restart(Start::playing);
        } else {
            playWhenBothReady_ = true;
        }
        return;
    }
    if (!controller().runner()) {
        if (type_ && !controller().isPreparing())
            restart(Start::playing);
        return;
    }
    if (controller().runner()->state() >= RunState::finished)
        restart(Start::playing);
    else
        controller().runner()->play();
}

void RunPlayer::playTo(std::int64_t iterations) {
    if (!held_.isEmpty())
        return;
    playsTo_ = iterations;
    controller().setPlayback({.seconds = bar_.playbackSeconds(), .until = iterations});
    play();
}

void RunPlayer::pause() {
    playWhenBothReady_ = false;
    if (sides_.areCompared())
        sides_.lockStep()->pause();
    else if (controller().runner())
        controller().runner()->pause();
}

void RunPlayer::togglePlay() {
    const Runner* runner = controller().runner();
    const bool playing = sides_.areCompared() ? sides_.lockStep()->state() == RunState::playing
                                              : runner && runner->state() == RunState::playing;
    if (playing)
        pause();
    else
        play();
}

void RunPlayer::stepOnce() {
    if (sides_.areCompared())
        sides_.lockStep()->stepOnce();
    else if (controller().runner())
        controller().runner()->stepOnce();
}

/// A run that is still being made is given up; another one ends for good.
void RunPlayer::stop() {
    bool stoppedPreparing = false;
    for (RunSide* side : sides_.all())
        if (side->controller().isPreparing()) {
            side->controller().stopPreparing();
            stoppedPreparing = true;
        }
    if (stoppedPreparing)
        return;
    if (sides_.areCompared())
        sides_.lockStep()->stop();
    else if (controller().runner())
        controller().runner()->stop();
}

void RunPlayer::setPlaybackSeconds(double seconds) {
    if (sides_.areCompared())
        sides_.lockStep()->setPlaybackSeconds(seconds);
    else
        controller().setPlayback({.seconds = seconds});
}

void RunPlayer::tick() {
    std::vector<RunSide*> sides = sides_.all();
    for (RunSide* side : sides)
        side->tick();
    std::erase_if(sides, [](RunSide* side) { return !side->controller().runner(); });
    if (sides.empty())
        return;
    Runner* runner = sides.front()->controller().runner();
    const LockStep* lockStep = sides_.lockStep();
    const RunState state = lockStep ? lockStep->state() : runner->state();
    const bool changed = state != lastState_;
    lastState_ = state;
    const Progress progress = lockStep ? lockStep->progress() : runner->progress();
    bar_.setState(state);
    bar_.setProgress(progress);
    for (const RunSide* side : sides) {
        const Runner& shown = *side->controller().runner();
        if (progress.trialsDone != trialsEnded_ || cannotBeDrawn(shown))
            showTroubles(shown);
    }
    trialsEnded_ = progress.trialsDone;
    // While one looks at the past, its place on the slider stays.
    if ((state == RunState::playing || changed) && !sides_.first().moment())
        listMoments();
    if (changed || (state == RunState::playing && ++ticks_ % ticksBetweenJudgements == 0))
        for (RunSide* side : sides)
            side->controller().judgeLive();
    if (changed)
        stateHasChanged(*runner);
}

void RunPlayer::stateHasChanged(const Runner& runner) {
    Q_EMIT stateChanged();
    const bool there = runner.state() >= RunState::finished ||
                       (runner.state() == RunState::paused && playsTo_ > 0 &&
                        runner.progress().iteration >= playsTo_);
    if (there && playsTo_ >= 0) {
        playsTo_ = -1;
        controller().setPlayback({.seconds = bar_.playbackSeconds()});
        Q_EMIT playedTo();
    }
    Q_EMIT status(QString::fromStdString(runner.recording()->provenance().data));
}

/// An arm that diverges says so at once, while the others go on.
void RunPlayer::showTroubles(const Runner& runner) {
    std::string words = troublesByReason(*runner.recording(), &ArmSentence::mark);
    if (const auto frames = runner.frames(); frames && !frames->trouble.empty())
        words += (words.empty() ? "" : " ") + frames->trouble;
    const ArmSentence message(QString::fromStdString(words));
    if (message.isEmpty() || message == lastTrouble_)
        return;
    lastTrouble_ = message;
    // Where each arm is one trial, a diverged trial is a lost arm; in a grid it is a result.
    if (type_->description.lockStep || outcome(*runner.recording()) == RunState::failed)
        Q_EMIT armsTroubled(message);
    else
        Q_EMIT told(message.plain(type_->description));
}

/// Of either side: begins to play once both are there.
void RunPlayer::sidePrepared() {
    Q_EMIT prepared();
    sides_.showWords();
    bar_.setKeyFrames({});
    const auto recording = controller().recording();
    // Until now it said that the run is being prepared.
    Q_EMIT status(recording ? QString::fromStdString(recording->provenance().data) : QString());
    showEnd();
    RunSide* beside = sides_.beside();
    if (beside && sides_.first().moment())
        beside->goTo(sides_.first().moment());
    tick();
    if (beside && playWhenBothReady_ && controller().runner() && beside->controller().runner()) {
        playWhenBothReady_ = false;
        sides_.lockStep()->play();
    }
    if (beside && catchesUp_ && beside->controller().runner())
        catchUp();
    if (wantedMoment_ && controller().shownRun()) {
        const auto at = std::lower_bound(moments_.begin(), moments_.end(), *wantedMoment_);
        if (at != moments_.end())
            bar_.scrubTo(static_cast<int>(at - moments_.begin()));
        wantedMoment_.reset();
    }
}

/// What a kept run's end looks like in the transport bar.
void RunPlayer::showEnd() {
    const LoadedRun* run = controller().shownRun();
    if (!run && sides_.beside())
        run = sides_.beside()->controller().shownRun();
    if (!run)
        return;
    lastState_ = stateOf(run->run);
    bar_.setState(lastState_);
    bar_.setProgress(countProgress(*run->recording));
    Q_EMIT status(
        tr("A kept run of version %1, %2.").arg(run->run.version, stateInWords(run->run.state)));
    listMoments();
    for (RunSide* side : sides_.all())
        if (side->controller().shownRun())
            side->controller().judgeLive();
}

void RunPlayer::listMoments() {
    moments_ = sides_.first().moments();
    if (RunSide* beside = sides_.beside()) {
        const std::vector<std::int64_t> others = beside->moments();
        moments_.insert(moments_.end(), others.begin(), others.end());
        std::sort(moments_.begin(), moments_.end());
        moments_.erase(std::unique(moments_.begin(), moments_.end()), moments_.end());
    }
    bar_.setKeyFrames(moments_);
}

void RunPlayer::scrub(int index) {
    if (!type_)
        return;
    const bool past = index >= 0 && index < static_cast<int>(moments_.size());
    branch_->setEnabled(past && type_->description.lockStep && !sides_.areCompared());
    std::optional<std::int64_t> moment;
    if (past)
        moment = moments_[static_cast<std::size_t>(index)];
    for (RunSide* side : sides_.all())
        side->goTo(moment);
}

} // namespace convergence
