#include "app/window/run_views.h"

#include "widgets/panels/parameter_form.h"

namespace convergence {

RunViews::RunViews(const Parts& parts, QObject* parent)
    : QObject(parent), sides_(parts.sides), runs_(parts.runs), views_(parts.views),
      header_(parts.header) {
    connect(&header_, &ExperimentHeader::lookChanged, this,
            [this] { views_.setArmLook(header_.look()); });
    connect(&runs_, &KeptRuns::overlaysChanged, this, &RunViews::showRuns);
}

void RunViews::open(std::shared_ptr<const ExperimentType> type) {
    type_ = std::move(type);
    const Description& description = type_->description;
    header_.open(description, armsOfValues(description, sides_.first().form()->values()));
    views_.setArmLook(header_.look());
    rebuild();
}

RunViews::Aside RunViews::putAside() {
    for (RunSide* side : sides_.all())
        side->setViews({});
    return {views_.putAside(), header_.look()};
}

void RunViews::takeUp(std::shared_ptr<const ExperimentType> type, Aside aside) {
    type_ = std::move(type);
    const Description& description = type_->description;
    const ParameterValues values = sides_.first().form()->values();
    header_.open(description, armsOfValues(description, values));
    header_.setLook(aside.look);
    sides_.first().setViews({});
    views_.takeUp(std::move(aside.views), values);
    views_.setArmLook(header_.look());
    sides_.first().setViews(views_.views(ViewArea::left));
    setWaitsFor(waitsFor_);
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
    setWaitsFor(waitsFor_);
}

void RunViews::setWaitsFor(const QString& sentence) {
    waitsFor_ = sentence;
    for (RunSide* side : sides_.all())
        for (ViewWidget* view : side->views())
            view->setWaitsFor(sentence);
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
    followArms();
}

void RunViews::followArms() {
    std::vector<std::string> arms;
    bool diverged = false;
    for (RunSide* side : sides_.all()) {
        const auto recording = side->controller().recording();
        if (!recording)
            continue;
        arms.insert(arms.end(), recording->arms().begin(), recording->arms().end());
        for (std::size_t trial = 0; trial < recording->plans().size() && !diverged; ++trial)
            diverged = recording->status(trial) == TrialStatus::diverged;
    }
    if (!arms.empty())
        header_.setArms(arms);
    header_.setHasDiverged(diverged);
}

void RunViews::refresh() {
    showRuns();
    for (RunSide* side : sides_.all())
        for (ViewWidget* view : side->views())
            view->refresh();
}

} // namespace convergence
