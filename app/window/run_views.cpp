#include "app/window/run_views.h"

#include "widgets/panels/parameter_form.h"

namespace convergence {

RunViews::RunViews(Sides& sides, KeptRuns& runs, ViewArea& views, QObject* parent)
    : QObject(parent), sides_(sides), runs_(runs), views_(views) {
    connect(&runs_, &KeptRuns::overlaysChanged, this, &RunViews::showRuns);
}

void RunViews::open(std::shared_ptr<const ExperimentType> type) {
    type_ = std::move(type);
    rebuild();
}

void RunViews::rebuild() {
    if (!type_)
        return;
    for (RunSide* side : sides_.all())
        side->setViews({});
    views_.open({type_, &type_->description},
                sides_.areCompared() ? ViewArea::Columns::two : ViewArea::Columns::one,
                sides_.first().form()->values());
    sides_.first().setViews(views_.views(ViewArea::left));
    if (RunSide* second = sides_.beside())
        second->setViews(views_.views(ViewArea::right));
}

void RunViews::followForm() {
    if (type_)
        views_.setValues(sides_.first().form()->values());
}

void RunViews::resetArrangement() {
    followForm();
    views_.arrange();
}

void RunViews::showRuns() {
    for (RunSide* side : sides_.all())
        side->showRuns(runs_.shownRuns(side->controller()));
}

void RunViews::refresh() {
    showRuns();
    for (RunSide* side : sides_.all())
        for (ViewWidget* view : side->views())
            view->refresh();
}

} // namespace convergence
