#include "app/window/run_side.h"

#include <algorithm>
#include <cmath>

#include <QLocale>

#include "app/window/release_claims.h"
#include "core/error.h"
#include "core/experiment/first_trials.h"
#include "core/experiment/run_files.h"
#include "widgets/panels/claims_panel.h"
#include "widgets/panels/parameter_form.h"

namespace convergence {

namespace {

/// Moments that can be gone back to besides key frames.
constexpr int momentsPerDecade = 40;
constexpr std::int64_t mostTrialMoments = 500;

QString inWords(std::int64_t iteration) {
    return QLocale(QLocale::English).toString(qlonglong(iteration));
}

} // namespace

RunSide::RunSide(QObject* parent) : QObject(parent) {
    connect(&controller_, &RunController::failed, this, &RunSide::troubled);
    connect(&controller_, &RunController::judged, this, &RunSide::showJudgement);
    connect(&controller_, &RunController::verificationProgress, this,
            [this](const QString& claim, double fraction) {
                if (claims_)
                    claims_->setVerifying(claim, fraction);
            });
    connectReplay();
    partDelay_.setSingleShot(true);
    partDelay_.setInterval(40); // a slider that moves asks for many
    connect(&partDelay_, &QTimer::timeout, this, [this] {
        const auto recording = controller_.recording();
        if (!moment_ || !recording)
            return;
        part_ = firstTrials(*recording, static_cast<std::size_t>(*moment_));
        drawRuns();
    });
}

RunSide::~RunSide() = default;

ParameterForm* RunSide::form() const {
    return form_;
}

ClaimsPanel* RunSide::claims() const {
    return claims_;
}

void RunSide::open(std::shared_ptr<const ExperimentType> type, QUndoStack& undo, const Theme& theme,
                   QWidget* parent) {
    type_ = std::move(type);
    form_ = new ParameterForm(type_, undo, parent);
    claims_ = new ClaimsPanel(type_, theme, parent);
    connect(form_, &ParameterForm::restartNeeded, this, &RunSide::restartNeeded);
    connect(form_, &ParameterForm::liveChanged, this, &RunSide::takeChange);
    connect(claims_, &ClaimsPanel::verifyRequested, &controller_, &RunController::verifyClaim);
    connect(claims_, &ClaimsPanel::cancelRequested, &controller_,
            &RunController::cancelVerification);
    showReleaseClaims(*claims_, type_);
}

void RunSide::setViews(std::vector<ViewWidget*> views) {
    views_ = std::move(views);
    for (ViewWidget* view : views_)
        connect(view, &ViewWidget::gestureMade, this, &RunSide::gesture, Qt::UniqueConnection);
}

void RunSide::setTheme(const Theme& theme) {
    if (claims_)
        claims_->setTheme(theme);
}

void RunSide::forget() {
    replayDelay_.stop();
    replay_.cancel();
    heldChanges_.clear();
    moment_.reset();
    partDelay_.stop();
    part_.reset();
    Q_EMIT noted({});
    claims_->clearLive();
    for (ViewWidget* view : views_)
        view->setFits({});
}

void RunSide::start(Beginning beginning) {
    forget();
    controller_.start(type_, form_->overrides(), std::move(beginning));
}

void RunSide::show(std::shared_ptr<const LoadedRun> run) {
    form_->setOverrides(overridesFromJson(type_->description, run->run.parameters));
    forget();
    controller_.show(type_, std::move(run));
}

void RunSide::showRuns(const std::vector<ShownRun>& runs) {
    runs_ = runs;
    drawRuns();
}

void RunSide::drawRuns() {
    if (runs_.empty())
        return;
    std::vector<ShownRun> shown = runs_;
    if (part_)
        shown.front().recording = part_;
    for (ViewWidget* view : views_) {
        view->setRuns(shown);
        if (!moment_) {
            view->setPlayHead(std::nullopt);
            view->setFrames(controller_.frames());
        }
    }
}

void RunSide::tick() {
    Runner* runner = controller_.runner();
    if (!runner)
        return;
    if (!moment_) {
        const auto frames = runner->frames();
        for (ViewWidget* view : views_)
            view->setFrames(frames);
        if (runner->state() == RunState::playing)
            runner->requestFrames();
    }
    if (controller_.replayingUntil() > 0)
        return;
    for (const auto& [name, value] : heldChanges_)
        runner->setLive(name, value);
    heldChanges_.clear();
}

void RunSide::takeChange(const QString& name, const Value& value) {
    const Parameter& parameter = findParameter(type_->description.parameters, name.toStdString());
    Runner* runner = controller_.runner();
    if (controller_.replayingUntil() > 0)
        heldChanges_.emplace_back(parameter.name, value);
    else if (runner && parameter.effect == LiveEffect::framesOnly)
        runner->probe(parameter.name, value);
    else if (runner && runner->state() < RunState::finished)
        runner->setLive(parameter.name, value);
    else
        Q_EMIT restartNeeded();
}

void RunSide::gesture(const QString& xParameter, double x, const QString& yParameter, double y) {
    const auto& parameters = type_->description.parameters;
    Overrides changed = form_->overrides();
    std::vector<std::pair<std::string, Value>> values;
    const Runner* runner = controller_.runner();
    const bool isUnderWay = runner && runner->state() < RunState::finished;
    bool isTaken = runner != nullptr; // by the run as it is: probes always, others while it goes on
    try {
        for (const auto& [name, number] : {std::pair{xParameter, x}, std::pair{yParameter, y}}) {
            const Parameter& parameter = findParameter(parameters, name.toStdString());
            const bool isWhole = parameter.kind == ParameterKind::integer;
            values.emplace_back(parameter.name, isWhole ? Value(std::int64_t(std::llround(number)))
                                                        : Value(number));
            changed.insert_or_assign(parameter.name, values.back().second);
            isTaken = isTaken && (parameter.effect == LiveEffect::framesOnly ||
                                  (parameter.effect == LiveEffect::nextStep && isUnderWay));
        }
        form_->setOverrides(changed);
        if (!isTaken) {
            Q_EMIT playNeeded();
            return;
        }
        for (const auto& [name, value] : values)
            takeChange(QString::fromStdString(name), value);
    } catch (const InputError& error) {
        Q_EMIT troubled(QString::fromUtf8(error.what()));
    }
}

void RunSide::showJudgement(const QString& claim, const Judgement& judgement, JudgedOn on) {
    if (!claims_)
        return;
    claims_->setJudgement(claim, judgement, on);
    Q_EMIT judged(claim, judgement);
    for (ViewWidget* view : views_) {
        std::vector<FitOverlay> fits;
        for (const FitOverlay& fit : judgement.fits)
            if (fit.view == view->view().id)
                fits.push_back(fit);
        if (on == JudgedOn::run && !fits.empty())
            view->setFits(fits);
    }
}

void RunSide::connectReplay() {
    connect(&replay_, &FrameReplay::progressed, this, [this](double fraction) {
        if (moment_)
            Q_EMIT noted(tr("replaying to iteration %1: %2 %")
                             .arg(inWords(*moment_))
                             .arg(int(100.0 * fraction)));
    });
    connect(&replay_, &FrameReplay::drawn, this,
            [this](const std::shared_ptr<const Frames>& frames) {
                // A run that ended earlier shows its end.
                if (!moment_ || frames->iteration > *moment_)
                    return;
                for (ViewWidget* view : views_)
                    view->setFrames(frames);
                Q_EMIT noted(tr("iteration %1, replayed").arg(inWords(*moment_)));
            });
    connect(&replay_, &FrameReplay::failed, this, &RunSide::troubled);
    replayDelay_.setSingleShot(true);
    replayDelay_.setInterval(250); // while the slider moves, key frames do
    connect(&replayDelay_, &QTimer::timeout, this, [this] {
        if (moment_ && controller_.recording())
            replay_.request(type_, controller_.values(), controller_.recording()->events(),
                            controller_.fingerprint(), *moment_);
    });
}

void RunSide::goTo(std::optional<std::int64_t> moment) {
    moment_ = moment;
    if (!type_->description.lockStep)
        return goToTrials(moment);
    replayDelay_.stop();
    replay_.cancel();
    if (!moment_) {
        Q_EMIT noted({});
        for (ViewWidget* view : views_) {
            view->setFrames(controller_.frames());
            view->setPlayHead(std::nullopt);
        }
        return;
    }
    std::shared_ptr<const Frames> nearest;
    for (const auto& frames : controller_.keyFrames())
        if (!nearest ||
            std::abs(frames->iteration - *moment_) < std::abs(nearest->iteration - *moment_))
            nearest = frames;
    if (nearest && nearest->iteration == *moment_ && !lacksLargeFrames()) {
        Q_EMIT noted({});
    } else {
        Q_EMIT noted(nearest ? tr("iteration %1, pictures of %2")
                                   .arg(inWords(*moment_), inWords(nearest->iteration))
                             : tr("iteration %1").arg(inWords(*moment_)));
        if (canReplay())
            replayDelay_.start();
    }
    for (ViewWidget* view : views_) {
        if (nearest)
            view->setFrames(nearest);
        view->setPlayHead(moment_);
    }
}

/// What was recorded when so many trials had ended; frames are not kept there.
void RunSide::goToTrials(std::optional<std::int64_t> ended) {
    if (ended) {
        Q_EMIT noted(tr("%1 of %2 trials")
                         .arg(inWords(*ended))
                         .arg(inWords(std::ssize(controller_.recording()->plans()))));
        partDelay_.start();
        return;
    }
    Q_EMIT noted({});
    partDelay_.stop();
    part_.reset();
    drawRuns();
}

std::vector<std::int64_t> RunSide::moments() const {
    std::vector<std::int64_t> moments;
    const auto recording = controller_.recording();
    if (!recording)
        return moments;
    if (!type_->description.lockStep) {
        const auto ended = static_cast<std::int64_t>(recording->trials().rows());
        const std::int64_t step = std::max<std::int64_t>(1, ended / mostTrialMoments);
        for (std::int64_t count = step; count < ended; count += step)
            moments.push_back(count);
        return moments;
    }
    const std::int64_t last = countProgress(*recording).iteration;
    for (const auto& frame : controller_.keyFrames())
        moments.push_back(frame->iteration);
    for (std::int64_t at = 1; at < last;
         at = std::max(at + 1, std::int64_t(double(at) * std::pow(10.0, 1.0 / momentsPerDecade))))
        moments.push_back(at);
    std::sort(moments.begin(), moments.end());
    moments.erase(std::unique(moments.begin(), moments.end()), moments.end());
    return moments;
}

/// A kept run has no volumes among its key frames.
bool RunSide::lacksLargeFrames() const {
    const auto& views = type_->description.views;
    return controller_.shownRun() && std::any_of(views.begin(), views.end(), [](const View& view) {
               return view.kind == ViewKind::volume;
           });
}

/// Only views that draw frames need a replay.
bool RunSide::canReplay() const {
    const auto& views = type_->description.views;
    return type_->description.lockStep &&
           std::any_of(views.begin(), views.end(),
                       [](const View& view) { return !view.frames.empty(); });
}

} // namespace convergence
