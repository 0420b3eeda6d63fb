// Lessons: the reader beside the views, and what it asks the window to do.

#include <QDockWidget>
#include <QMenuBar>
#include <QTabWidget>

#include "app/window/main_window.h"
#include "core/error.h"
#include "widgets/lessons/lesson_reader.h"
#include "widgets/panels/parameter_form.h"
#include "widgets/panels/transport_bar.h"

namespace convergence {

void MainWindow::buildLessonMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Lessons"));
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        if (!menu->isEmpty())
            return;
        try {
            for (const Lesson& lesson : loadLessons(resourceFolder("lessons")))
                menu->addAction(lesson.title, this, [this, id = lesson.id] { openLesson(id); });
        } catch (const InputError& error) {
            showMessage(QString::fromUtf8(error.what()), true);
        }
    });
}

void MainWindow::makeLessonReader() {
    lessons_ = new LessonReader(resourceFolder("lessons"), theme_, this);
    lessonDock_ = new QDockWidget(tr("Lesson"), this);
    lessonDock_->setObjectName("lesson");
    lessonDock_->setWidget(lessons_);
    addDockWidget(Qt::LeftDockWidgetArea, lessonDock_);
    tabifyDockWidget(browserDock_, lessonDock_);
    resizeDocks({lessonDock_}, {340}, Qt::Horizontal);
    connect(lessons_, &LessonReader::experimentWanted, this, &MainWindow::openForLesson);
    connect(lessons_, &LessonReader::runWanted, this, &MainWindow::runForLesson);
    connect(lessons_, &LessonReader::revealed, this, &MainWindow::pointAt);
    const auto allow = [this] {
        transport_->setPlayAllowed(!lessonDock_->isVisible() || lessons_->mayPlay(),
                                   tr("Make the lesson's prediction first."));
    };
    connect(lessons_, &LessonReader::mayPlayChanged, this, allow);
    connect(lessonDock_, &QDockWidget::visibilityChanged, this, allow);
}

void MainWindow::openLesson(const QString& id) {
    if (!lessons_)
        makeLessonReader();
    lessonDock_->show();
    lessonDock_->raise();
    lessons_->open(id);
}

void MainWindow::openForLesson(const QString& experiment, const QString& preset,
                               const std::vector<std::pair<QString, QString>>& settings) {
    try {
        const auto type = experiment.isEmpty() ? type_ : registry_.find(experiment.toStdString());
        if (!type)
            return;
        Overrides values;
        if (experiment.isEmpty()) {
            values = side_.form()->overrides();
        } else if (!preset.isEmpty()) {
            static_cast<void>(resolveValues(*type, preset.toStdString(), {}));
            values = type->description.findPreset(preset.toStdString())->overrides;
        }
        for (const auto& [name, text] : settings) {
            const Parameter& parameter =
                findParameter(type->description.parameters, name.toStdString());
            values.insert_or_assign(parameter.name, parseValue(parameter, text.toStdString()));
        }
        openExperiment(QString::fromStdString(type->description.id), values);
    } catch (const InputError& error) {
        showMessage(QString::fromUtf8(error.what()), true);
    }
}

void MainWindow::runForLesson(std::int64_t iterations) {
    lessonRunsTo_ = iterations;
    controller_.setPlayback({.seconds = transport_->playbackSeconds(), .until = iterations});
    play();
}

void MainWindow::informLesson() {
    const Runner* runner = controller_.runner();
    if (!lessons_ || !runner)
        return;
    const auto recording = runner->recording();
    const RunState state = runner->state();
    if (state == RunState::ready) {
        std::int64_t planned = 0;
        for (const TrialPlan& plan : recording->plans())
            planned = std::max(planned, plan.steps);
        lessons_->setExperiment(description_, recording->arms(), planned);
    }
    const bool ended =
        state >= RunState::finished || (state == RunState::paused && lessonRunsTo_ > 0 &&
                                        runner->progress().iteration >= lessonRunsTo_);
    if (!ended || lessonRunsTo_ < 0)
        return;
    lessonRunsTo_ = -1;
    controller_.setPlayback({.seconds = transport_->playbackSeconds()});
    lessons_->setResult(recording);
}

void MainWindow::pointAt(const QString& viewOrClaim) {
    if (!description_)
        return;
    const std::string id = viewOrClaim.toStdString();
    for (std::size_t i = 0; i < views().size(); ++i)
        if (views()[i]->view().id == id) {
            viewDocks_[i]->show();
            viewDocks_[i]->raise();
            return;
        }
    for (const Claim& claim : description_->claims)
        if (claim.id == id)
            showTab("claims");
}

} // namespace convergence
