#include "app/commands/report.h"

#include <algorithm>
#include <optional>

#include <QFile>
#include <fmt/format.h>

#include "app/commands/application.h"
#include "app/report/article.h"
#include "app/report/comparison.h"
#include "app/report/figures.h"
#include "app/report/machine.h"
#include "app/report/pages.h"
#include "app/runs/verified_runs.h"
#include "core/data/output_file.h"
#include "core/error.h"
#include "core/experiment/run_files.h"
#include "widgets/theme.h"

namespace convergence {

namespace {

struct ReportOptions {
    std::vector<std::string> ids;
    std::string out;
    std::string against; ///< report.json, or a folder that has one; empty: none
    int threads = 0;
    bool fresh = false;
    bool withoutRefutations = false;
};

QString resourceText(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw InputError(
            QString("The file %1 cannot be read: %2.").arg(path, file.errorString()).toStdString());
    return QString::fromUtf8(file.readAll());
}

PageFrame pageFrame() {
    const QString folder = resourceFolder("report");
    return {.page = resourceText(folder + "/page.html").toStdString(),
            .style = resourceText(folder + "/report.css").toStdString()};
}

/// Markup of the paper's page; empty for the experiments of a plugin that comes without one.
std::string articleOf(const std::string& id) {
    const QString path = resourceFolder("papers") + "/" + QString::fromStdString(id) + ".md";
    return QFile::exists(path) ? articleMarkup(resourceText(path)) : "";
}

/// The verdicts of one experiment's claims, or of their refutations.
std::vector<ClaimReport> verified(const ExperimentType& type, const ReportOptions& options,
                                  bool refute, const StopToken& stop) {
    ProgressLine line;
    const VerificationOptions verification{.refute = refute,
                                           .threads = options.threads,
                                           .cache = options.fresh ? nullptr : verifiedRuns()};
    return verify(type, verification, stop, [&](const VerificationProgress& progress) {
        line.show(progress.fraction, fmt::format("{}{}: run {} of {}, {}", type.description.id,
                                                 refute ? ", broken" : "", progress.runsDone,
                                                 progress.runsNeeded, progress.current));
    });
}

/// What is to be written of one experiment besides its part of the report.
struct PaperParts {
    std::vector<PageFigure> figures;
    std::string article;
};

PaperParts report(const std::shared_ptr<const ExperimentType>& type, const ReportOptions& options,
                  const StopToken& stop, Report& whole) {
    const auto claims = verified(*type, options, false, stop);
    std::vector<ClaimReport> refutations;
    if (!options.withoutRefutations && !stop.stopRequested())
        refutations = verified(*type, options, true, stop);
    if (stop.stopRequested())
        return {};
    whole.experiments.push_back(reportedExperiment(*type, claims, refutations));
    return {.figures = drawFigures(type, claims, options.out, stop),
            .article = articleOf(type->description.id)};
}

bool isAllKnown(const Report& report) {
    const auto isKnown = [](const ReportedVerdict& verdict) { return verdict.ok; };
    for (const ReportedExperiment& experiment : report.experiments)
        for (const ReportedClaim& claim : experiment.claims)
            if (!claim.own.ok ||
                !std::all_of(claim.refutations.begin(), claim.refutations.end(), isKnown))
                return false;
    return true;
}

int makeReport(CommandContext& context, const ReportOptions& options, int& argc, char** argv) {
    keepQtQuiet();
    const auto application = makeApplication(argc, argv, DrawOn::offscreen);
    std::vector<std::shared_ptr<const ExperimentType>> types;
    for (const std::string& id : options.ids)
        types.push_back(context.registry().find(id));
    if (types.empty())
        types = context.registry().all();
    std::optional<Report> earlier;
    if (!options.against.empty())
        earlier = readReport(options.against);
    const PageFrame frame = pageFrame();
    prepareOutputFolder(options.out);

    const StopToken stop = stopOnSignals();
    Report made{.version = programVersion(),
                .day = today(),
                .machine = thisMachine(),
                .withRefutations = !options.withoutRefutations};
    std::vector<PaperParts> papers;
    for (const auto& type : types) {
        papers.push_back(report(type, options, stop, made));
        if (stop.stopRequested()) {
            fmt::print(stderr,
                       "The report was stopped before its verdicts were complete and was not "
                       "written; {}.\n",
                       options.fresh ? "without --fresh it keeps the runs that it has made"
                                     : "the same command goes on with the runs that it has made");
            return exitInterrupted;
        }
    }

    std::optional<ReportComparison> comparison;
    if (earlier)
        comparison = compareReports(*earlier, made,
                                    options.ids.empty() ? ReportScope::everything
                                                        : ReportScope::itsExperiments);
    const std::filesystem::path folder = options.out;
    for (std::size_t i = 0; i < papers.size(); ++i) {
        const ReportedExperiment& experiment = made.experiments[i];
        writeWholeFile(folder / pageName(experiment),
                       paperPage(made, experiment, papers[i].figures, papers[i].article, frame));
    }
    writeWholeFile(folder / "index.html",
                   overviewPage(made, comparison ? &*comparison : nullptr, frame));
    writeWholeFile(folder / "report.json", reportText(made));
    if (comparison)
        fmt::print("{}", comparisonText(*comparison));
    fmt::print("{}\n", (folder / "index.html").string());
    const bool changed = comparison && !comparison->verdicts.empty();
    return isAllKnown(made) && !changed ? exitFine : exitClaimFailedOrDiverged;
}

} // namespace

void addReportCommand(CLI::App& app, CommandContext& context, int& argc, char** argv) {
    auto options = std::make_shared<ReportOptions>();
    auto* command = app.add_subcommand(
        "report",
        "Verify claims and their refutations and write a web page of it, with report.json beside "
        "it (exit code 1 if a verdict is not the known one, or not the one before)");
    command->add_option("ID", options->ids, "Experiments; all if none is named");
    command
        ->add_option("--out", options->out,
                     "Folder for index.html, the papers' pages, their "
                     "charts and report.json")
        ->required();
    command->add_option("--against", options->against,
                        "Earlier report.json, or a folder with one: say what changed its verdict "
                        "or moved by more than its interval");
    command->add_flag("--without-refutations", options->withoutRefutations,
                      "Do not break the algorithms and the data: quicker");
    command->add_option("--threads", options->threads, "Threads; 0, the default, takes one a core")
        ->check(CLI::Range(0, 1024));
    command->add_flag("--fresh", options->fresh,
                      "Make all runs anew, also those that an earlier verification by this build "
                      "has made");
    command->callback([&context, &argc, argv, options] {
        context.exitCode = makeReport(context, *options, argc, argv);
    });
}

} // namespace convergence
