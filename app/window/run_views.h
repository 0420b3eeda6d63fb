#pragma once

#include <QObject>

#include "app/window/kept_runs.h"
#include "app/window/sides.h"
#include "app/window/view_area.h"

namespace convergence {

/// Hands the runs of the sides, and those that are drawn over them, to the views: one column of
/// views a side.
class RunViews : public QObject {
    Q_OBJECT

public:
    /// All outlive this.
    RunViews(Sides& sides, KeptRuns& runs, ViewArea& views, QObject* parent = nullptr);

    /// Views of the open experiment, in as many columns as there are sides.
    void open(std::shared_ptr<const ExperimentType> type);
    /// The same after a side came or went.
    void rebuild();
    /// Those views are shown that have something to show at the values in the form.
    void followForm();
    /// In their usual places again.
    void resetArrangement();
    void showRuns();
    /// Lets every view draw what it was handed.
    void refresh();

private:
    Sides& sides_;
    KeptRuns& runs_;
    ViewArea& views_;
    std::shared_ptr<const ExperimentType> type_;
};

} // namespace convergence
