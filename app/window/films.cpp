#include "app/window/films.h"

#include <algorithm>

#include <QFileDialog>

#include "app/films/run_film.h"
#include "core/error.h"

namespace convergence {

Films::Films(Sides& sides, QWidget* parent) : QObject(parent), sides_(sides) {}

RunController& Films::controllerOf(const ViewWidget& view) {
    for (RunSide* side : sides_.all())
        if (std::find(side->views().begin(), side->views().end(), &view) != side->views().end())
            return side->controller();
    return sides_.first().controller();
}

void Films::ask(ViewWidget* view) {
    const RunController& controller = controllerOf(*view);
    if (!controller.recording()) {
        Q_EMIT troubled(tr("There is no run of which a film could be made; start one first."));
        return;
    }
    const Progress run = countProgress(*controller.recording());
    const bool together = controller.type()->description.lockStep;
    std::int64_t last = together ? 0 : run.stepsPlanned;
    for (const TrialPlan& plan : controller.recording()->plans())
        if (together)
            last = std::max(last, plan.steps);
    auto* dialog =
        new FilmDialog(last_, last, together ? TrialOrder::together : TrialOrder::oneAfterAnother,
                       static_cast<QWidget*>(parent()));
    dialog->setObjectName("filmDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, view = QPointer(view)] {
        last_ = dialog->plan();
        if (view)
            chooseFile(*view, last_);
    });
    dialog->open();
}

void Films::chooseFile(ViewWidget& view, const FilmPlan& plan) {
    auto* dialog = new QFileDialog(static_cast<QWidget*>(parent()), tr("File for the film"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("WebM (*.webm)"), tr("GIF (*.gif)")});
    dialog->selectFile(QString::fromStdString(view.view().id + ".webm"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(filter.contains("gif") ? "gif" : "webm");
    });
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, view = QPointer(&view), plan](const QString& path) {
                if (!view)
                    return;
                try {
                    begin(*view, plan, path);
                } catch (const InputError& error) {
                    Q_EMIT troubled(QString::fromUtf8(error.what()));
                }
            });
    dialog->open();
}

void Films::begin(ViewWidget& view, const FilmPlan& plan, const QString& path) {
    RunController& controller = controllerOf(view);
    if (!controller.recording() || !controller.values())
        throw InputError(
            tr("There is no run of which a film could be made; start one first.").toStdString());
    const auto type = sides_.first().type();
    showFilmProgress(*static_cast<QWidget*>(parent()),
                     new RunFilm({.type = type,
                                  .values = controller.values(),
                                  .events = controller.recording()->events(),
                                  .fingerprint = controller.fingerprint()},
                                 QString::fromStdString(view.view().id), plan, path, &view));
}

} // namespace convergence
