#include "app/window/frame_replay.h"

#include <algorithm>

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>

#include "core/error.h"
#include "core/experiment/build_fingerprint.h"

namespace convergence {

namespace {

constexpr int pollMilliseconds = 30;

bool same(const std::vector<LiveEvent>& a, const std::vector<LiveEvent>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.trial == y.trial && x.iteration == y.iteration && x.name == y.name &&
               x.value == y.value && x.isAction == y.isAction;
    });
}

} // namespace

FrameReplay::FrameReplay(QObject* parent) : QObject(parent) {
    connect(&timer_, &QTimer::timeout, this, &FrameReplay::poll);
    timer_.setInterval(pollMilliseconds);
}

FrameReplay::~FrameReplay() {
    discard();
}

void FrameReplay::discard() {
    ++generation_;
    timer_.stop();
    if (!runner_)
        return;
    // Its destructor waits for the step under way, so it goes elsewhere.
    runner_->stop();
    QThreadPool::globalInstance()->start([old = std::move(runner_)]() mutable { old.reset(); });
    runner_.reset();
}

void FrameReplay::cancel() {
    timer_.stop();
    wanted_ = -1;
    if (runner_)
        runner_->pause();
}

void FrameReplay::request(std::shared_ptr<const ExperimentType> type,
                          std::shared_ptr<const ParameterValues> values,
                          std::vector<LiveEvent> events, std::string fingerprint,
                          std::int64_t iteration) {
    wanted_ = std::max<std::int64_t>(1, iteration);
    asked_ = false;
    const bool isSameRun = type == type_ && values == values_ && same(events, events_);
    if (runner_ && isSameRun && runner_->progress().iteration <= wanted_ &&
        runner_->state() < RunState::finished) {
        runner_->setPlayback({.seconds = 0.0, .until = wanted_});
        runner_->play();
        timer_.start();
        return;
    }
    discard();
    type_ = std::move(type);
    values_ = std::move(values);
    events_ = std::move(events);
    fingerprint_ = std::move(fingerprint);
    QThreadPool::globalInstance()->start([self = QPointer(this), type = type_, values = values_,
                                          generation = generation_] {
        std::shared_ptr<const Experiment> experiment;
        QString problem;
        try {
            experiment = createExperiment(*type, *values);
        } catch (const std::exception& error) {
            problem = QString::fromUtf8(error.what());
        }
        QMetaObject::invokeMethod(qApp, [self, experiment, problem, generation] {
            if (!self || self->generation_ != generation)
                return;
            if (!experiment) {
                Q_EMIT self->failed(problem);
                return;
            }
            if (!sameBuild(buildFingerprint(*experiment), self->fingerprint_)) {
                Q_EMIT self->failed(tr("Pictures between key frames cannot be replayed: another "
                                       "build of the program made this run."));
                return;
            }
            try {
                self->runner_ = std::make_shared<Runner>(
                    experiment, RunnerOptions{.threads = 1, .events = self->events_});
            } catch (const InputError& error) {
                Q_EMIT self->failed(QString::fromUtf8(error.what()));
                return;
            }
            if (self->wanted_ < 0)
                return;
            self->runner_->setPlayback({.seconds = 0.0, .until = self->wanted_});
            self->runner_->play();
            self->timer_.start();
        });
    });
}

void FrameReplay::poll() {
    if (!runner_ || wanted_ < 0)
        return;
    const RunState state = runner_->state();
    const std::int64_t iteration = runner_->progress().iteration;
    const bool arrived =
        (state == RunState::paused && iteration >= wanted_) || state >= RunState::finished;
    if (!arrived) {
        Q_EMIT progressed(static_cast<double>(iteration) / static_cast<double>(wanted_));
        return;
    }
    if (!asked_) {
        asked_ = true;
        runner_->requestFrames();
    }
    const auto frames = runner_->frames();
    if (!frames || frames->iteration != iteration)
        return;
    timer_.stop();
    Q_EMIT drawn(frames);
}

} // namespace convergence
