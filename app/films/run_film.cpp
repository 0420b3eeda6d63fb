#include "app/films/run_film.h"

#include <algorithm>

#include <QCoreApplication>
#include <QPainter>
#include <QThreadPool>

#include "core/error.h"
#include "core/experiment/build_fingerprint.h"
#include "core/experiment/verification.h"
#include "widgets/films/film_worker.h"
#include "widgets/volume/lacking_picture.h"

namespace convergence {

namespace {

constexpr int pollMilliseconds = 2;

const View& findView(const Description& description, const QString& id) {
    QStringList known;
    for (const View& view : description.views) {
        if (QString::fromStdString(view.id) == id)
            return view;
        known << QString::fromStdString(view.id);
    }
    throw InputError(
        QString("There is no view '%1'; known are %2.").arg(id, known.join(", ")).toStdString());
}

std::int64_t lengthOf(const Recording& recording, TrialOrder order) {
    std::int64_t steps = 0;
    for (const TrialPlan& plan : recording.plans())
        steps = order == TrialOrder::together ? std::max(steps, plan.steps) : steps + plan.steps;
    return steps;
}

TrialOrder orderOf(const ExperimentType& type) {
    return type.description.lockStep ? TrialOrder::together : TrialOrder::oneAfterAnother;
}

} // namespace

RunFilm::RunFilm(Run run, const QString& view, FilmPlan plan, const QString& path, ViewWidget* like)
    : run_(std::move(run)), plan_(std::move(plan)), path_(path),
      spec_(&findView(run_.type->description, view)), like_(like),
      queue_(std::make_shared<PictureQueue>()),
      worker_(std::make_unique<FilmWorker>(
          FilmFile{.path = path_, .size = plan_.size, .picturesASecond = plan_.picturesASecond},
          pictureCount(plan_), [queue = queue_](int) { return queue->take(); })) {
    connect(worker_.get(), &FilmMaker::progressed, this, &FilmMaker::progressed);
    connect(worker_.get(), &FilmMaker::finished, this, &RunFilm::end);
    connect(&timer_, &QTimer::timeout, this, &RunFilm::turn);
    timer_.setInterval(pollMilliseconds);
}

RunFilm::~RunFilm() {
    queue_->close();
    worker_.reset();
    if (!runner_)
        return;
    // Its destructor waits for the step under way, so it goes elsewhere.
    runner_->stop();
    view_.reset();
    QThreadPool::globalInstance()->start([old = std::move(runner_)]() mutable { old.reset(); });
}

void RunFilm::start() {
    QThreadPool::globalInstance()->start(
        [self = QPointer(this), type = run_.type, values = run_.values] {
            std::shared_ptr<const Experiment> experiment;
            QString problem;
            try {
                experiment = createExperiment(*type, *values);
            } catch (const std::exception& error) {
                problem = QString::fromUtf8(error.what());
            }
            QMetaObject::invokeMethod(qApp, [self, experiment, problem] {
                if (!self || self->ended_)
                    return;
                if (!experiment)
                    return self->end(false, problem);
                try {
                    self->begin(experiment);
                } catch (const InputError& error) {
                    self->end(false, QString::fromUtf8(error.what()));
                }
            });
        });
}

void RunFilm::begin(const std::shared_ptr<const Experiment>& experiment) {
    if (!run_.fingerprint.empty() && !sameBuild(buildFingerprint(*experiment), run_.fingerprint))
        throw InputError(tr("The film %1 was not made: another build of the program made this run, "
                            "so that it cannot be replayed.")
                             .arg(path_)
                             .toStdString());
    const TrialOrder order = orderOf(*run_.type);
    const bool together = order == TrialOrder::together;
    // One after another, so that a count of steps is the same moment each time.
    runner_ = std::make_shared<Runner>(
        experiment,
        RunnerOptions{.lockStep = together, .threads = together ? 0 : 1, .events = run_.events});
    moments_ = filmMoments(plan_, lengthOf(*runner_->recording(), order), order);
    const Theme theme = Theme::load(plan_.theme);
    const std::shared_ptr<const Description> description(run_.type, &run_.type->description);
    view_.reset(ViewWidget::create(*spec_, description, theme));
    view_->resize(plan_.size);
    view_->setRuns({{.name = {}, .recording = runner_->recording(), .key = {}, .color = {}}});
    view_->refresh();
    if (like_)
        view_->lookLike(*like_);
    worker_->start();
    timer_.start();
}

void RunFilm::turn() {
    if (next_ == moments_.size() || !queue_->hasRoom())
        return;
    const bool same = next_ > 0 && moments_[next_] == moments_[next_ - 1];
    if (!same) {
        if (!arrive())
            return;
        draw();
    }
    queue_->put(last_);
    ++next_;
    playing_ = asked_ = false;
}

bool RunFilm::arrive() {
    const std::int64_t wanted = moments_[next_];
    if (wanted > 0 && !playing_) {
        playing_ = true;
        runner_->setPlayback({.seconds = 0.0, .until = wanted});
        runner_->play();
        return false;
    }
    const RunState state = runner_->state();
    if (state == RunState::playing)
        return false;
    if (spec_->frames.empty())
        return true;
    if (!asked_) {
        asked_ = true;
        before_ = runner_->frames();
        runner_->requestFrames();
        return false;
    }
    return runner_->frames() != before_;
}

/// Hands the lines that judges of live claims fit to the run so far to the view, as the window
/// does.
void RunFilm::judge() {
    if (spec_->kind != ViewKind::lineChart)
        return;
    Evidence evidence;
    evidence.runs.push_back(
        {.label = "", .seed = 0, .values = run_.values, .recording = runner_->recording()});
    for (const Claim& claim : run_.type->description.claims) {
        if (!claim.live)
            continue;
        std::vector<FitOverlay> fits = judgeClaim(claim, evidence).fits;
        std::erase_if(fits, [this](const FitOverlay& fit) { return fit.view != spec_->id; });
        if (!fits.empty())
            view_->setFits(std::move(fits));
    }
}

void RunFilm::draw() {
    judge();
    const auto frames = runner_->frames();
    if (!spec_->frames.empty() && frames) {
        view_->setFrames(frames);
        if (trouble_.empty())
            trouble_ = frames->trouble;
    }
    view_->refresh();
    QImage picture(plan_.size, QImage::Format_RGB32);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    view_->render(painter, QRectF(QPointF(), QSizeF(plan_.size)));
    painter.end();
    last_ = picture;
}

void RunFilm::cancel() {
    worker_->cancel();
    queue_->close();
    if (!runner_) // the worker has not begun
        end(false, tr("Stopped; the film %1 was not written.").arg(path_));
}

void RunFilm::end(bool succeeded, const QString& sentence) {
    if (ended_)
        return;
    ended_ = true;
    timer_.stop();
    queue_->close();
    if (runner_)
        runner_->pause();
    if (runner_ && runner_->state() == RunState::failed)
        trouble_ = runner_->message();
    else if (trouble_.empty() && view_)
        trouble_ = lackingPicture(*view_, ShownIn::file).toStdString();
    Q_EMIT finished(succeeded, sentence);
}

} // namespace convergence
