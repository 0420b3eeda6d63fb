#include "app/window/run_desk.h"

#include "app/curves/own_curves.h"
#include "app/window/experiment_panel.h"
#include "app/window/run_player.h"
#include "widgets/panels/parameter_form.h"

namespace convergence {

RunDesk::RunDesk(const Parts& parts, QObject* parent) : QObject(parent), parts_(parts) {
    connect(&parts_.runs, &KeptRuns::openRequested, this, &RunDesk::open);
    connect(&parts_.runs, &KeptRuns::continueRequested, this, &RunDesk::continueRun);
    connect(&parts_.runs, &KeptRuns::differencesRequested, this, &RunDesk::showDifferences);
    connect(&parts_.player, &RunPlayer::branchWanted, this, &RunDesk::branch);
    connect(&parts_.player, &RunPlayer::branched, &parts_.runs, &KeptRuns::showEarlier);
    connect(&parts_.sides, &Sides::comparisonWanted, this, &RunDesk::compareWithSame);
}

void RunDesk::open(const QString& key) {
    RunSide& side = parts_.sides.chosen();
    if (key == side.controller().key())
        return;
    if (type_->description.id == ownCurvesId) // each log has arms and views of its own
        Q_EMIT curvesWanted(key);
    else
        load(key, side);
}

void RunDesk::load(const QString& key, RunSide& side) {
    parts_.runs.load(key, [this, &side](const KeptRuns::LoadedRunPtr& run) {
        if (parts_.sides.has(side))
            parts_.player.show(side, run);
    });
}

void RunDesk::continueRun(const QString& key) {
    parts_.runs.load(key,
                     [this](const KeptRuns::LoadedRunPtr& run) { parts_.player.continueRun(run); });
}

void RunDesk::branch() {
    parts_.player.branch(parts_.runs.nameOf(controller().key()));
}

void RunDesk::compareWith(const Overrides& overrides) {
    if (!type_)
        return;
    parts_.sides.compare(overrides);
    parts_.player.startBeside();
    Q_EMIT told(tr("Change a value on the right: A and B run in lock step. F9 ends it."));
}

void RunDesk::compareWithSame() {
    compareWith(parts_.sides.first().form()->overrides());
}

void RunDesk::showDifferences() {
    const auto shown = parts_.sides.values();
    if (shown.empty())
        return;
    const auto all = parts_.runs.differences(shown, controller().key());
    if (!all.empty())
        parts_.panel.showDifferences(type_->description, all);
}

} // namespace convergence
