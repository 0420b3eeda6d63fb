#include "app/runs/verified_runs.h"

#include <QStandardPaths>

namespace convergence {

std::shared_ptr<const RunCache> verifiedRuns() {
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::CacheLocation);
    return std::make_shared<const RunCache>((folder + "/verified-runs").toStdString());
}

} // namespace convergence
