#include "app/window/lessons.h"

#include <algorithm>

#include "app/lessons/lesson_values.h"
#include "app/window/experiment_panel.h"
#include "app/window/run_player.h"
#include "app/window/view_area.h"
#include "core/error.h"
#include "widgets/lessons/lesson_reader.h"
#include "widgets/panels/parameter_form.h"

namespace convergence {

Lessons::Lessons(const Parts& parts, const Theme& theme, QObject* parent)
    : QObject(parent), parts_(parts), theme_(theme) {}

void Lessons::open(const QString& id) {
    if (!guide_)
        makeGuide();
    guide_->open(id);
}

void Lessons::tryToOpen(const QString& id) {
    try {
        open(id);
    } catch (const InputError& error) {
        Q_EMIT troubled(QString::fromUtf8(error.what()));
    }
}

void Lessons::makeGuide() {
    guide_ = new LessonGuide(parts_.registry, resourceFolder("lessons"), theme_);
    LessonReader* reader = &guide_->reader();
    RunPlayer* player = &parts_.player;
    RunSide* side = &parts_.sides.first();
    connect(guide_, &LessonGuide::experimentWanted, this, &Lessons::experimentWanted);
    connect(guide_, &LessonGuide::changesWanted, this, &Lessons::change);
    connect(guide_, &LessonGuide::revealed, this, &Lessons::reveal);
    connect(guide_, &LessonGuide::troubled, this, &Lessons::troubled);
    connect(guide_, &LessonGuide::runWanted, player, &RunPlayer::playTo);
    connect(guide_, &LessonGuide::waitChanged, player,
            [this, player] { player->hold(guide_->waitsFor()); });
    connect(reader, &LessonReader::stepChanged, &parts_.views, &ViewArea::pointNowhere);
    connect(player, &RunPlayer::holdSkipped, reader, &LessonReader::skipPrediction);
    connect(player, &RunPlayer::playedTo, reader,
            [reader, side] { reader->setResult(side->controller().recording()); });
    connect(&side->controller(), &RunController::prepared, guide_, [this] { follow(); });
    connect(side, &RunSide::judged, reader, &LessonReader::setJudgement);
    Q_EMIT guideMade(guide_);
}

void Lessons::setExperiment(std::shared_ptr<const ExperimentType> type) {
    type_ = std::move(type);
    const QString lessons = guide_ ? guide_->reader().experiment() : QString();
    if (lessons.isEmpty() || lessons.toStdString() == type_->description.id)
        return;
    guide_->reader().close();
    Q_EMIT told(tr("The lesson has ended, as another experiment was opened."));
}

void Lessons::setTheme(const Theme& theme) {
    theme_ = theme;
    if (guide_)
        guide_->setTheme(theme);
}

/// A run at its start tells the lesson what can be predicted of it.
void Lessons::follow() {
    const Runner* runner = parts_.sides.first().controller().runner();
    if (runner && runner->state() == RunState::ready)
        guide_->follow({type_, &type_->description}, *runner->recording());
}

void Lessons::change(const std::vector<std::pair<QString, QString>>& settings) {
    if (!type_)
        return;
    try {
        Overrides values = parts_.sides.first().form()->overrides();
        applySettings(type_->description, settings, values);
        Q_EMIT experimentWanted(QString::fromStdString(type_->description.id), values);
    } catch (const InputError& error) {
        Q_EMIT troubled(QString::fromUtf8(error.what()));
    }
}

void Lessons::reveal(const QString& viewOrClaim) {
    const std::string id = viewOrClaim.toStdString();
    if (!type_ || parts_.views.pointAt(id))
        return;
    const auto& claims = type_->description.claims;
    if (std::any_of(claims.begin(), claims.end(),
                    [&](const Claim& claim) { return claim.id == id; }))
        parts_.panel.showTab("claims");
}

} // namespace convergence
