#include "app/report/release.h"

#include "core/error.h"
#include "core/experiment/run_files.h"
#include "widgets/theme.h"

namespace convergence {

namespace {

std::optional<Report> shippedReport() {
    try {
        return releaseReport(resourceFolder("report").toStdString());
    } catch (const InputError&) { // no such folder
        return std::nullopt;
    }
}

} // namespace

std::optional<Report> releaseReport(const std::string& folder) {
    try {
        Report report = readReport(std::filesystem::path(folder) / "report.json");
        if (report.version == programVersion())
            return report;
    } catch (const InputError&) { // says nothing
    }
    return std::nullopt;
}

const ReportedExperiment* releasedExperiment(const std::string& id) {
    static const std::optional<Report> report = shippedReport();
    for (std::size_t i = 0; report && i < report->experiments.size(); ++i)
        if (report->experiments[i].id == id)
            return &report->experiments[i];
    return nullptr;
}

std::optional<Verdict> repeatedVerdict(const ExperimentType& type, const Claim& claim,
                                       const std::shared_ptr<const RunCache>& cache,
                                       const StopToken& stop) {
    if (claim.timing || claim.protocol.runs.empty() || stop.stopRequested())
        return std::nullopt;
    bool allKept = false;
    const auto makeNone = [&](std::span<NeededRun* const> missing, const auto&) {
        allKept = missing.empty();
    };
    const auto reports =
        verify(type, {.claims = {claim.id}, .threads = 1, .cache = cache}, stop, {}, makeNone);
    if (!allKept || stop.stopRequested())
        return std::nullopt;
    return reports.front().judgement.verdict;
}

} // namespace convergence
