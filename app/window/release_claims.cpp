#include "app/window/release_claims.h"

#include <QPointer>
#include <QThreadPool>

#include "app/report/release.h"
#include "app/runs/verified_runs.h"
#include "widgets/panels/claims_panel.h"

namespace convergence {

namespace {

/// Reads the release's report and looks through kept runs on a thread of its own, as a child of the
/// panel.
class Search final : public QObject {
public:
    Search(ClaimsPanel& panel, std::shared_ptr<const ExperimentType> type) : QObject(&panel) {
        pool_.setMaxThreadCount(1);
        pool_.start([this, panel = QPointer(&panel), type = std::move(type)] {
            const ReportedExperiment* released = releasedExperiment(type->description.id);
            if (!released)
                return;
            QMetaObject::invokeMethod(
                this,
                [panel, released] {
                    for (const ReportedClaim& claim : released->claims)
                        if (panel)
                            panel->setRelease(QString::fromStdString(claim.id), claim.own.verdict,
                                              claim.own.cost.seeds);
                },
                Qt::QueuedConnection);
            for (const Claim& claim : type->description.claims)
                if (const auto verdict = repeatedVerdict(*type, claim, verifiedRuns(), stop_))
                    QMetaObject::invokeMethod(
                        this,
                        [panel, id = QString::fromStdString(claim.id), found = *verdict] {
                            if (panel)
                                panel->setRepeated(id, found);
                        },
                        Qt::QueuedConnection);
        });
    }
    ~Search() override {
        stop_.requestStop();
        pool_.waitForDone();
    }

private:
    StopToken stop_;
    QThreadPool pool_;
};

} // namespace

void showReleaseClaims(ClaimsPanel& panel, const std::shared_ptr<const ExperimentType>& type) {
    new Search(panel, type);
}

} // namespace convergence
