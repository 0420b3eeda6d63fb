#include "app/window/run_controller.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QPointer>
#include <QThread>
#include <QThreadPool>

#include <utility>

#include "app/runs/verified_runs.h"
#include "core/error.h"
#include "core/experiment/build_fingerprint.h"
#include "core/experiment/preparation.h"
#include "core/experiment/run_files.h"
#include "widgets/panels/claims_panel.h"

namespace convergence {

namespace {
constexpr std::size_t keptRuns = 5;
constexpr int watchMilliseconds = 50;
constexpr int watchesBetweenKeyFrames = 10;
} // namespace

RunController::RunController(QObject* parent) : QObject(parent) {
    connect(&watchTimer_, &QTimer::timeout, this, &RunController::watch);
    watchTimer_.start(watchMilliseconds);
}

RunController::~RunController() {
    cancelVerification();
    stopPreparing();
    if (store_ && runner_)
        store_->addKeyFrames(key_, runner_->keyFrames());
    runner_.reset(); // its trials end, so the store keeps them whole
    QThreadPool::globalInstance()->waitForDone();
}

std::shared_ptr<const Recording> RunController::recording() const {
    return runner_ ? runner_->recording() : shown_ ? shown_->recording : nullptr;
}

std::vector<std::shared_ptr<const Frames>> RunController::keyFrames() const {
    if (runner_)
        return runner_->keyFrames();
    return shown_ ? shown_->keyFrames : std::vector<std::shared_ptr<const Frames>>();
}

std::shared_ptr<const Frames> RunController::frames() const {
    if (runner_)
        return runner_->frames();
    return shown_ && !shown_->keyFrames.empty() ? shown_->keyFrames.back() : nullptr;
}

void RunController::stopPreparing() {
    preparationStop_.requestStop();
}

void RunController::retire() {
    stopPreparing(); // what is still being made is for nobody
    shown_.reset();
    claims_.clear();
    replayUntil_ = 0;
    if (!runner_)
        return;
    if (store_)
        store_->addKeyFrames(key_, runner_->keyFrames());
    const auto recording = runner_->recording();
    bool hasData = false;
    for (std::size_t i = 0; i < recording->plans().size(); ++i)
        hasData |= recording->iterations(i) > 0;
    if (hasData) {
        earlier_.push_front(
            {.name = tr("run %1").arg(runNumber_), .recording = recording, .key = key_});
        if (earlier_.size() > keptRuns)
            earlier_.pop_back();
    }
    endElsewhere(std::move(runner_));
    runner_.reset();
}

/// The destructor waits for the step under way.
void RunController::endElsewhere(std::shared_ptr<Runner> runner) {
    runner->stop();
    QThreadPool::globalInstance()->start([old = std::move(runner)]() mutable { old.reset(); });
}

RunAside::~RunAside() {
    if (runner)
        RunController::endElsewhere(std::move(runner));
}

RunAside RunController::putAside() {
    RunAside aside;
    stopPreparing();
    cancelVerification();
    ++generation_;
    preparing_ = false;
    replayUntil_ = 0;
    if (runner_) {
        runner_->pause();
        if (store_)
            store_->addKeyFrames(key_, runner_->keyFrames());
    }
    if (runner_ || shown_) {
        aside.values = std::move(values_);
        aside.runner = std::move(runner_);
        aside.shown = std::move(shown_);
        aside.key = std::exchange(key_, {});
        aside.fingerprint = std::exchange(fingerprint_, {});
        aside.claims = std::exchange(claims_, {});
        aside.runNumber = runNumber_;
        aside.earlier = std::exchange(earlier_, {});
    }
    runner_.reset();
    shown_.reset();
    return aside;
}

void RunController::takeUp(std::shared_ptr<const ExperimentType> type, RunAside aside) {
    retire();
    cancelVerification();
    type_ = std::move(type);
    ++generation_;
    preparing_ = false;
    values_ = std::move(aside.values);
    runner_ = std::move(aside.runner);
    shown_ = std::move(aside.shown);
    key_ = aside.key;
    fingerprint_ = aside.fingerprint;
    earlier_ = std::move(aside.earlier);
    claims_ = std::move(aside.claims);
    runNumber_ = aside.runNumber;
    allKept_ = false;
    if (runner_)
        runner_->setPlayback(playback_);
    Q_EMIT prepared();
}

void RunController::clear() {
    retire();
    earlier_.clear();
    values_.reset();
    key_.clear();
    ++generation_;
    preparing_ = false;
}

void RunController::start(std::shared_ptr<const ExperimentType> type, const Overrides& overrides,
                          Beginning beginning) {
    retire();
    if (type != type_) {
        earlier_.clear();
        runNumber_ = 0;
        cancelVerification();
    }
    type_ = std::move(type);
    values_ = std::make_shared<const ParameterValues>(type_->description.parameters, overrides);
    key_ = beginning.key.isEmpty() ? RunStore::newKey() : beginning.key;
    ++runNumber_;
    preparing_ = true;
    playWhenReady_ = beginning.play;
    preparationStop_ = StopToken();
    const int generation = ++generation_;
    QThreadPool::globalInstance()->start([self = QPointer(this), type = type_, values = values_,
                                          generation, stop = preparationStop_,
                                          beginning = std::move(beginning)] {
        std::shared_ptr<const Experiment> experiment;
        QString problem;
        QElapsedTimer sinceTold;
        const auto tell = [&](double fraction, const std::string& what) {
            if (sinceTold.isValid() && sinceTold.elapsed() < watchMilliseconds)
                return;
            sinceTold.start();
            QMetaObject::invokeMethod(
                qApp, [self, generation, fraction, text = QString::fromStdString(what)] {
                    if (self && self->generation_ == generation && self->preparing_)
                        Q_EMIT self->preparing(fraction, text);
                });
        };
        try {
            const Preparation preparation(tell, stop);
            experiment = createExperiment(*type, *values);
        } catch (const std::exception& error) {
            problem = QString::fromUtf8(error.what());
        }
        QMetaObject::invokeMethod(qApp, [self, experiment, problem, generation, beginning] {
            if (!self || self->generation_ != generation)
                return;
            self->preparing_ = false;
            if (experiment)
                self->begin(experiment, beginning);
            else
                Q_EMIT self->failed(problem);
        });
    });
}

void RunController::begin(std::shared_ptr<const Experiment> experiment,
                          const Beginning& beginning) {
    fingerprint_ = buildFingerprint(*experiment);
    if (!beginning.fingerprint.isEmpty() &&
        !sameBuild(fingerprint_, beginning.fingerprint.toStdString())) {
        Q_EMIT failed(tr("This run cannot be continued: it was recorded by another build of the "
                         "program (%1, this one is %2), whose numbers may differ. Restart it "
                         "instead.")
                          .arg(beginning.fingerprint, QString::fromStdString(fingerprint_)));
        return;
    }
    try {
        runner_ = std::make_shared<Runner>(
            experiment,
            RunnerOptions{.lockStep = type_->description.lockStep, .events = beginning.events});
    } catch (const InputError& error) {
        Q_EMIT failed(QString::fromUtf8(error.what()));
        return;
    }
    if (store_)
        store_->keep({.key = key_,
                      .type = type_,
                      .values = values_,
                      .recording = runner_->recording(),
                      .fingerprint = fingerprint_,
                      .origin = beginning.origin,
                      .isContinued = !beginning.key.isEmpty()});
    runner_->requestFrames();
    allKept_ = false;
    replayUntil_ = beginning.until;
    if (replayUntil_ > 0) {
        runner_->setPlayback({.seconds = 0.0, .until = replayUntil_});
        runner_->play();
    } else {
        runner_->setPlayback(playback_);
        if (playWhenReady_)
            runner_->play();
    }
    Q_EMIT prepared();
}

void RunController::show(std::shared_ptr<const ExperimentType> type,
                         std::shared_ptr<const LoadedRun> run) {
    retire();
    if (type != type_) {
        earlier_.clear();
        runNumber_ = 0;
        cancelVerification();
    }
    type_ = std::move(type);
    values_ = std::make_shared<const ParameterValues>(
        type_->description.parameters, overridesFromJson(type_->description, run->run.parameters));
    ++generation_;
    preparing_ = false;
    key_ = run->run.key;
    fingerprint_ = run->run.fingerprint.toStdString();
    shown_ = std::move(run);
    Q_EMIT prepared();
}

void RunController::watch() {
    if (!runner_)
        return;
    if (replayUntil_ > 0 && runner_->state() != RunState::playing) {
        replayUntil_ = 0;
        runner_->setPlayback(playback_);
        if (playWhenReady_)
            runner_->play();
    }
    // Once more after the end, for the last ones.
    const bool ended = runner_->state() >= RunState::finished;
    if (store_ && !allKept_ && (ended || ++watches_ % watchesBetweenKeyFrames == 0))
        store_->addKeyFrames(key_, runner_->keyFrames());
    allKept_ = ended;
}

void RunController::keepClaim(const QString& claim, const Judgement& judgement) {
    for (const Claim& known : type_->description.claims)
        if (known.id == claim.toStdString())
            claims_[known.id] = toJson(ClaimReport{.experiment = type_->description.id,
                                                   .claim = known.id,
                                                   .kind = known.kind,
                                                   .statement = known.statement,
                                                   .judgement = judgement});
    if (store_)
        store_->setClaims(key_, claims());
}

std::string RunController::claims() const {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& [id, entry] : claims_)
        list.push_back(entry);
    return list.dump();
}

void RunController::setPlayback(Playback playback) {
    playback_ = playback;
    if (runner_ && replayUntil_ == 0)
        runner_->setPlayback(playback);
}

void RunController::judgeLive() {
    if (judging_ || !recording())
        return;
    judging_ = true;
    auto evidence = std::make_shared<Evidence>();
    evidence->runs.push_back({.label = "", .seed = 0, .values = values_, .recording = recording()});
    QThreadPool::globalInstance()->start(
        [self = QPointer(this), type = type_, evidence, generation = generation_] {
            std::vector<std::pair<QString, Judgement>> answers;
            for (const Claim& claim : type->description.claims)
                if (claim.live)
                    answers.emplace_back(QString::fromStdString(claim.id),
                                         judgeClaim(claim, *evidence));
            QMetaObject::invokeMethod(qApp, [self, answers, generation] {
                if (!self)
                    return;
                self->judging_ = false;
                if (self->generation_ == generation)
                    for (const auto& [claim, judgement] : answers) {
                        if (self->runner_)
                            self->keepClaim(claim, judgement);
                        Q_EMIT self->judged(claim, judgement, JudgedOn::run);
                    }
            });
        });
}

void RunController::verifyClaim(const QString& claim) {
    if (verification_ || !type_)
        return;
    verification_.emplace();
    Q_EMIT verificationProgress(claim, 0.0);
    QThreadPool::globalInstance()->start(
        [self = QPointer(this), type = type_, stop = *verification_, claim] {
            VerificationOptions options;
            options.claims = {claim.toStdString()};
            options.cache = verifiedRuns();
            // The window keeps a core to itself.
            options.threads = std::max(1, QThread::idealThreadCount() - 1);
            const auto tell = [&](const VerificationProgress& progress) {
                QMetaObject::invokeMethod(qApp, [self, claim, fraction = progress.fraction] {
                    if (self && self->verification_)
                        Q_EMIT self->verificationProgress(claim, fraction);
                });
            };
            const auto reports = verify(*type, options, stop, tell);
            QMetaObject::invokeMethod(qApp, [self, type, reports, stop, claim] {
                if (!self)
                    return;
                self->verification_.reset();
                if (self->type_ != type)
                    return; // of an experiment that was left
                Q_EMIT self->verificationProgress(claim, -1.0);
                if (!stop.stopRequested())
                    Q_EMIT self->judged(claim, reports.front().judgement, JudgedOn::protocol);
            });
        });
}

void RunController::cancelVerification() {
    if (verification_)
        verification_->requestStop();
}

} // namespace convergence
