#include "app/window/lesson_guide.h"

#include "app/lessons/lesson_values.h"
#include "core/error.h"
#include "widgets/lessons/lesson_reader.h"

namespace convergence {

LessonGuide::LessonGuide(const Registry& registry, const QString& folder, const Theme& theme,
                         QWidget* parent)
    : QDockWidget(tr("Lesson"), parent), registry_(registry),
      reader_(new LessonReader(folder, theme, this)) {
    setObjectName("lesson");
    setWidget(reader_);
    connect(reader_, &LessonReader::experimentWanted, this, &LessonGuide::openExperiment);
    connect(reader_, &LessonReader::runWanted, this, &LessonGuide::runWanted);
    connect(reader_, &LessonReader::revealed, this, &LessonGuide::revealed);
    connect(reader_, &LessonReader::mayPlayChanged, this, &LessonGuide::waitChanged);
    connect(this, &QDockWidget::visibilityChanged, this, &LessonGuide::waitChanged);
}

void LessonGuide::open(const QString& id) {
    show();
    raise();
    reader_->open(id);
}

void LessonGuide::setTheme(const Theme& theme) {
    reader_->setTheme(theme);
}

void LessonGuide::openExperiment(const QString& experiment, const QString& preset,
                                 const std::vector<std::pair<QString, QString>>& settings) {
    if (experiment.isEmpty()) {
        Q_EMIT changesWanted(settings);
        return;
    }
    try {
        const auto type = registry_.find(experiment.toStdString());
        Q_EMIT experimentWanted(experiment, openedValues(*type, preset, settings));
    } catch (const InputError& error) {
        Q_EMIT troubled(QString::fromUtf8(error.what()));
    }
}

void LessonGuide::follow(std::shared_ptr<const Description> description,
                         const Recording& recording) {
    std::int64_t planned = 0;
    for (const TrialPlan& plan : recording.plans())
        planned = std::max(planned, plan.steps);
    reader_->setExperiment(std::move(description), recording.arms(), planned);
}

QString LessonGuide::waitsFor() const {
    return isVisible() && !reader_->mayPlay() ? tr("Make the lesson's prediction first.")
                                              : QString();
}

} // namespace convergence
