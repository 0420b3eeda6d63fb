#include "app/run_controller.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThread>
#include <QThreadPool>

#include "core/error.h"

namespace convergence {

namespace {
constexpr std::size_t keptRuns = 5;
}

RunController::RunController(QObject* parent) : QObject(parent) {}

RunController::~RunController() {
    cancelVerification();
    runner_.reset();
    QThreadPool::globalInstance()->waitForDone();
}

void RunController::retire() {
    if (!runner_)
        return;
    const auto recording = runner_->recording();
    bool hasData = false;
    for (std::size_t i = 0; i < recording->plans().size(); ++i)
        hasData |= recording->iterations(i) > 0;
    if (hasData) {
        earlier_.push_front({tr("run %1").arg(runNumber_), recording});
        if (earlier_.size() > keptRuns)
            earlier_.pop_back();
    }
    // Its destructor waits for the step under way, so it goes elsewhere.
    runner_->stop();
    QThreadPool::globalInstance()->start([old = std::move(runner_)]() mutable { old.reset(); });
    runner_.reset();
}

void RunController::start(std::shared_ptr<const ExperimentType> type, const Overrides& overrides,
                          bool play) {
    if (type != type_) {
        retire();
        earlier_.clear();
        runNumber_ = 0;
        cancelVerification();
    }
    retire();
    type_ = std::move(type);
    values_ = std::make_shared<const ParameterValues>(type_->description.parameters, overrides);
    ++runNumber_;
    preparing_ = true;
    playWhenReady_ = play;
    const int generation = ++generation_;
    QThreadPool::globalInstance()->start(
        [self = QPointer(this), type = type_, values = values_, generation] {
            std::shared_ptr<const Experiment> experiment;
            QString problem;
            try {
                experiment = type->create(*values);
            } catch (const std::exception& error) {
                problem = QString::fromUtf8(error.what());
            }
            QMetaObject::invokeMethod(qApp, [self, experiment, problem, generation, type] {
                if (!self || self->generation_ != generation)
                    return;
                self->preparing_ = false;
                if (!experiment) {
                    Q_EMIT self->failed(problem);
                    return;
                }
                self->runner_ = std::make_shared<Runner>(experiment, type->description.lockStep);
                self->runner_->setPlayback(self->playback_);
                self->runner_->requestFrames();
                if (self->playWhenReady_)
                    self->runner_->play();
                Q_EMIT self->prepared();
            });
        });
}

void RunController::setPlayback(Playback playback) {
    playback_ = playback;
    if (runner_)
        runner_->setPlayback(playback);
}

void RunController::judgeLive() {
    if (judging_ || !runner_)
        return;
    judging_ = true;
    auto evidence = std::make_shared<Evidence>();
    evidence->runs.push_back(
        {.label = "", .seed = 0, .values = values_, .recording = runner_->recording()});
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
                    for (const auto& [claim, judgement] : answers)
                        Q_EMIT self->judged(claim, judgement, false);
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
                if (!self || self->type_ != type)
                    return;
                self->verification_.reset();
                Q_EMIT self->verificationProgress(claim, -1.0);
                if (!stop.stopRequested())
                    Q_EMIT self->judged(claim, reports.front().judgement, true);
            });
        });
}

void RunController::cancelVerification() {
    if (verification_)
        verification_->requestStop();
}

} // namespace convergence
