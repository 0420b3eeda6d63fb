#include "app/window/figures.h"

#include <algorithm>

#include <QMenu>
#include <QSettings>
#include <nlohmann/json.hpp>

#include "app/figures/figure_dialog.h"
#include "app/figures/figure_of_view.h"
#include "app/window/view_area.h"
#include "core/error.h"
#include "core/experiment/recording_outline.h"
#include "widgets/figures/figure_file.h"

namespace convergence {

namespace {

const char* const keptStyle = "figures/style";

} // namespace

Figures::Figures(Sides& sides, ViewArea& views, QWidget* parent)
    : QObject(parent), sides_(sides), views_(views) {
    followTimer_.setInterval(100);
    connect(&followTimer_, &QTimer::timeout, this, &Figures::lookAfterFollowed);
}

void Figures::addCommands(QMenu& file) {
    file.addAction(tr("Fi&gure …"), QKeySequence("Ctrl+G"), this, &Figures::ask);
    file.addAction(tr("Figure like the &last"), QKeySequence("Ctrl+Shift+E"), this,
                   &Figures::repeat);
}

std::optional<Figures::Material> Figures::material() {
    ViewWidget* current = views_.current();
    RunSide* side = &sides_.first();
    for (RunSide* other : sides_.all())
        if (std::find(other->views().begin(), other->views().end(), current) !=
            other->views().end())
            side = other;
    const RunController& controller = side->controller();
    if (!current || !side->type() || !controller.recording() || !controller.values()) {
        Q_EMIT troubled(tr("There is no run of which a figure could be made; start one first."));
        return std::nullopt;
    }
    Material found;
    found.run.type = side->type();
    found.run.values = controller.values();
    found.run.recording = controller.recording();
    if (controller.runner())
        found.run.frames = controller.runner()->frames();
    const Description& description = side->type()->description;
    found.run.fits = liveFits(description, found.run.values, found.run.recording);
    for (const ViewWidget* view : side->views())
        if (!view->isHidden())
            found.offered.push_back(figureViewOf(*view));
    found.start.run = figureRun(description, *found.run.values);
    for (const LiveEvent& event : found.run.recording->events())
        found.start.run.events.push_back(toJson(event));
    const Progress progress = countProgress(*found.run.recording);
    if (progress.stepsDone < progress.stepsPlanned)
        found.start.run.iteration = description.lockStep ? progress.iteration : progress.stepsDone;
    found.start.views = {figureViewOf(*current)};
    found.start.style = lastStyle_.value_or(loadStyle("paper-column"));
    return found;
}

void Figures::remember() {
    remembers_ = true;
    const std::string kept = QSettings().value(keptStyle).toString().toStdString();
    if (kept.empty())
        return;
    try {
        lastStyle_ = styleFromJson(nlohmann::json::parse(kept, nullptr, false), keptStyle);
    } catch (const InputError&) {
        // Of another version, or written by hand: begin as new.
        QSettings().remove(keptStyle);
    }
}

void Figures::ask() {
    try {
        auto found = material();
        if (!found)
            return;
        const Figure start = found->start;
        show(std::move(*found), start);
    } catch (const InputError& error) {
        Q_EMIT troubled(QString::fromUtf8(error.what()));
    }
}

void Figures::follow(const Figure& figure) {
    followed_ = figure;
    isPlaying_ = false;
    followTimer_.start();
}

void Figures::lookAfterFollowed() {
    RunController& controller = sides_.first().controller();
    if (!followed_ || !controller.runner())
        return;
    const RunState state = controller.runner()->state();
    if (!isPlaying_) {
        isPlaying_ = true;
        controller.setPlayback({.seconds = 0.0, .until = followed_->run.iteration.value_or(0)});
        if (followed_->run.iteration != 0)
            Q_EMIT playWanted();
        return;
    }
    if (state == RunState::playing)
        return;
    followTimer_.stop();
    const Figure figure = *std::exchange(followed_, std::nullopt);
    try {
        compare(figure);
    } catch (const InputError& error) {
        Q_EMIT troubled(QString::fromUtf8(error.what()));
    }
}

void Figures::compare(const Figure& followed) {
    auto found = material();
    if (!found)
        return;
    if (followed.run.tables.empty())
        Q_EMIT told(tr("The figure does not say what was recorded."));
    else if (tableHash(*found->run.recording) == followed.run.tables)
        Q_EMIT told(tr("The tables of this run are the same as those of the figure."));
    else
        Q_EMIT troubled(tr("The tables of this run differ from those of the figure, which version "
                           "%1 made.")
                            .arg(QString::fromStdString(followed.run.version)));
    // What the figure chose in its views, instead of what the window shows.
    for (FigureView& offered : found->offered)
        for (const FigureView& view : followed.views)
            if (view.view == offered.view)
                offered = view;
    Figure start = followed;
    start.run = found->start.run;
    show(std::move(*found), start);
}

void Figures::show(Material material, const Figure& start) {
    auto* dialog = new FigureDialog(std::move(material.run), std::move(material.offered), start,
                                    static_cast<QWidget*>(parent()));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &FigureDialog::told, this, &Figures::told);
    connect(dialog, &FigureDialog::saved, this, &Figures::keep);
    dialog->open();
}

void Figures::keep(const QString& path, const Figure& figure) {
    lastPath_ = path;
    lastStyle_ = figure.style;
    if (remembers_)
        QSettings().setValue(keptStyle, QString::fromStdString(toJson(figure.style).dump()));
    Q_EMIT told(tr("Written: %1").arg(path));
}

void Figures::repeat() {
    if (lastPath_.isEmpty())
        return ask();
    try {
        auto found = material();
        if (!found)
            return;
        found->start.run.tables = tableHash(*found->run.recording);
        const FigurePage page(found->start, sourceOf(found->run));
        writeFigure(page, found->start, lastPath_);
        Q_EMIT told(tr("Written: %1").arg(lastPath_));
    } catch (const InputError& error) {
        Q_EMIT troubled(QString::fromUtf8(error.what()));
    }
}

} // namespace convergence
