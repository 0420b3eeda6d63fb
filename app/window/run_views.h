#pragma once

#include <QObject>

#include "app/window/experiment_header.h"
#include "app/window/kept_runs.h"
#include "app/window/sides.h"
#include "app/window/view_area.h"

namespace convergence {

/// Hands the runs of the sides, and those that are drawn over them, to the views: one column of
/// views a side. The header over the views says of which arms they are.
class RunViews : public QObject {
    Q_OBJECT

public:
    /// All outlive this.
    struct Parts {
        Sides& sides;
        KeptRuns& runs;
        ViewArea& views;
        ExperimentHeader& header;
    };
    explicit RunViews(const Parts& parts, QObject* parent = nullptr);

    /// Views of the open experiment, in as many columns as there are sides.
    void open(std::shared_ptr<const ExperimentType> type);
    /// Those views and that look of arms which putAside() gave; the experiment's own if they are
    /// empty.
    struct Aside {
        ViewArea::Aside views;
        ArmLook look;
    };
    Aside putAside();
    void takeUp(std::shared_ptr<const ExperimentType> type, Aside aside);
    /// The same after a side came or went.
    void rebuild();
    /// Those views are shown that have something to show at the values in the form.
    void followForm();
    /// In their usual places again.
    void resetArrangement();
    void showRuns();
    /// The header offers the arms of the runs, and says whether some have diverged.
    void followArms();
    /// What an empty view says is to be done before play (ViewWidget::setWaitsFor()).
    void setWaitsFor(const QString& sentence);
    /// Lets every view draw what it was handed.
    void refresh();

private:
    Sides& sides_;
    KeptRuns& runs_;
    ViewArea& views_;
    ExperimentHeader& header_;
    std::shared_ptr<const ExperimentType> type_;
    QString waitsFor_;
};

} // namespace convergence
