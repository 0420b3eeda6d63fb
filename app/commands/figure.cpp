#include "app/commands/figure.h"

#include <algorithm>

#include <QFileInfo>
#include <fmt/format.h>

#include "app/commands/application.h"
#include "app/figures/figure_run.h"
#include "app/language.h"
#include "app/runs/kept_run.h"
#include "core/error.h"
#include "core/experiment/nearest_name.h"
#include "core/experiment/run_files.h"
#include "widgets/figures/figure_file.h"

namespace convergence {

namespace {

void checkOuts(const std::vector<std::string>& outs) {
    std::vector<std::string> known;
    for (const QString& format : figureFormats())
        known.push_back(format.toStdString());
    for (const std::string& out : outs) {
        const QFileInfo file(QString::fromStdString(out));
        const std::string suffix = file.suffix().toLower().toStdString();
        if (std::find(known.begin(), known.end(), suffix) == known.end())
            throw InputError(fmt::format("--out {}: a figure cannot be written as '.{}'{}", out,
                                         suffix, suggestion(suffix, known)));
        if (!QFileInfo(file.absolutePath()).isWritable() || file.isDir())
            throw InputError(fmt::format("--out {}: the file cannot be written; choose a folder "
                                         "that exists and can be written.",
                                         out));
    }
}

MadeRun runFor(CommandContext& context, const Figure& figure, const StopToken& stop) {
    ProgressLine line;
    return makeRun(context.registry(), figure, stop, [&](const Progress& progress) {
        line.show(progress.fraction, fmt::format("{:.0f} steps/s, {} left", progress.stepsPerSecond,
                                                 durationInWords(progress.secondsLeft)));
    });
}

/// Draws, writes, tells; returns the exit code.
int write(const Figure& figure, const MadeRun& run, const std::vector<std::string>& outs,
          bool caption) {
    const FigurePage page(figure, sourceOf(run));
    for (const std::string& out : outs)
        writeFigure(page, figure, QString::fromStdString(out));
    if (caption)
        fmt::print("{}\n", figureCaption(figure, page, run));
    if (const std::string missing = missingFamily(figure.style); !missing.empty())
        fmt::print(stderr, "{}\n", missing);
    std::vector<const ViewWidget*> drawn;
    const bool hasPictures = std::any_of(outs.begin(), outs.end(), [](const std::string& out) {
        return isPicture(QString::fromStdString(out));
    });
    for (std::size_t i = 0; hasPictures && i < figure.views.size(); ++i)
        if (const ViewWidget* view = page.widget(i))
            drawn.push_back(view);
    return toldOfPicture(run.trouble, drawn, ShownIn::file);
}

Figure wantedFigure(CommandContext& context, const FigureOptions& options) {
    if (!options.figure.empty()) {
        if (!options.id.empty() || !options.choices.views.empty())
            throw InputError("--figure says what is shown of which experiment; leave out ID and "
                             "--view.");
        return figureIn(QString::fromStdString(options.figure));
    }
    if (options.id.empty())
        throw InputError("ID or --figure is needed; run with --help for the options.");
    if (options.choices.views.empty())
        throw InputError("--view is needed, once for each view of the figure.");
    const auto type = context.registry().find(options.id);
    const ParameterValues values = options.values.resolve(*type);
    FigureRun run = figureRun(type->description, values);
    run.parameters = nlohmann::json::parse(valuesToJson(values)); // the run needs whole paths
    if (options.steps > 0)
        run.iteration = options.steps;
    return figureFrom(options.choices, type->description, std::move(run));
}

struct ReproduceOptions {
    std::string file;
    std::vector<std::string> files; ///< "norms=/home/…/norms.csv"
    std::vector<std::string> outs;
    std::string language = "en";
};

/// Names what has no experiment any more, in one sentence.
void requireExperiment(const Registry& registry, const Figure& figure, const std::string& file) {
    std::vector<std::string> known;
    for (const auto& type : registry.all())
        known.push_back(type->description.id);
    const std::string& id = figure.run.experiment;
    if (std::find(known.begin(), known.end(), id) == known.end())
        throw InputError(fmt::format("{} is a figure of the experiment '{}', whose plugin is not "
                                     "there.",
                                     file, id));
}

/// A figure knows only the names of a person's own files; here they are.
void placeFiles(Figure& figure, const Description& description,
                const std::vector<std::string>& files) {
    std::vector<std::string> known;
    for (const Parameter& parameter : description.parameters)
        if (parameter.kind == ParameterKind::file)
            known.push_back(parameter.name);
    for (const std::string& text : files) {
        const std::size_t equals = std::min(text.find('='), text.size());
        const std::string name = text.substr(0, equals);
        if (known.empty())
            throw InputError(
                fmt::format("--set {}: {} reads no files, and a figure says everything else.", text,
                            description.id));
        if (equals == text.size() || std::find(known.begin(), known.end(), name) == known.end())
            throw InputError(fmt::format("--set {}: expected FILE-PARAMETER=FILE, as a figure says "
                                         "everything else{}",
                                         text, suggestion(name, known)));
        figure.run.parameters[name] = text.substr(equals + 1);
    }
}

/// What a figure says of its run: files of a person's own by their names alone.
void stateRun(Figure& figure, const MadeRun& run) {
    figure.run.parameters = figureRun(run.type->description, *run.values).parameters;
    figure.run.tables = tableHash(*run.recording);
    figure.run.version = programVersion();
}

int reproduce(CommandContext& context, const ReproduceOptions& options, int& argc, char** argv) {
    keepQtQuiet();
    const auto application = makeApplication(argc, argv);
    useLanguage(QString::fromStdString(options.language));
    checkOuts(options.outs);
    Figure figure = figureIn(QString::fromStdString(options.file));
    requireExperiment(context.registry(), figure, options.file);
    placeFiles(figure, context.registry().find(figure.run.experiment)->description, options.files);
    const StopToken stop = stopOnSignals();
    const MadeRun run = runFor(context, figure, stop);
    if (run.wasStopped)
        return exitInterrupted;
    const std::string before = figure.run.tables, madeBy = figure.run.version;
    stateRun(figure, run);
    const bool areSame = figure.run.tables == before;
    if (before.empty())
        fmt::print("The figure does not say what was recorded, so that runs cannot be compared.\n");
    else if (areSame)
        fmt::print("The tables of this run are the same as those of the figure.\n");
    else
        fmt::print("The tables of this run differ from those of the figure (made by version {}, "
                   "this is {}).\n",
                   madeBy, programVersion());
    const int code = write(figure, run, options.outs, false);
    return code == exitFine && !areSame && !before.empty() ? exitClaimFailedOrDiverged : code;
}

} // namespace

void addFigureOptions(CLI::App& command, FigureOptions& options) {
    FigureChoices& choices = options.choices;
    command
        .add_option("--view", choices.views,
                    "View, as `describe` names it; several are panels of one figure")
        ->allow_extra_args(false);
    command.add_option("--style", choices.style,
                       "screen, paper-column, paper-two-columns, text-width, slide, poster or one "
                       "of your own; default screen");
    command.add_option("--width", choices.width, "Of the figure, for example 84mm, 3.3in or 240pt");
    command.add_option("--height", choices.height, "Of one row of panels");
    command.add_option("--legend", choices.legend, "ends, inside, right, below or none");
    command.add_option("--companion", choices.companion,
                       "What tells curves apart beside color: marks, dashes or none");
    command.add_option("--family", choices.family, "sans, latin-modern or times");
    command.add_option("--text", choices.textSize, "Size of text in points");
    command.add_option("--panels", choices.panels, "ROWSxCOLUMNS, for example 2x1");
    const auto several = [&](const char* name, std::vector<std::string>& list, const char* help) {
        command.add_option(name, list, help)->allow_extra_args(false);
    };
    several("--limits", choices.limits,
            "VIEW:x=A..B, VIEW:y=A..B, or VIEW:fit=A..B for the part that lines are fitted to");
    several("--scale", choices.scales, "VIEW:x=log, VIEW:y=linear, ...");
    several("--arms", choices.arms, "VIEW:ARM,ARM...: only these");
    several("--hide", choices.hidden, "VIEW:LABEL: without the curve of that name");
    several("--choose", choices.choices, "VIEW:SELECTOR=OPTION, for example VIEW:arm=S-over");
    several("--look", choices.looks,
            "VIEW:azimuth=35,elevation=25,...: from where a view in space is seen; also distance, "
            "target=X/Y/Z, up=X/Y/Z and angle");
    command.add_flag("--title", choices.hasTitle, "With titles");
    command.add_flag("--no-title", choices.hasNoTitle, "Without");
    command.add_flag("--no-grid", choices.hasNoGrid, "Without a grid");
    command.add_flag("--no-fits", choices.hasNoFits, "Without fitted lines");
    command.add_flag("--no-letters", choices.hasNoLetters, "Panels without (a), (b), ...");
    command.add_flag("--caption", options.caption, "Print a caption");
    command.add_option("--figure", options.figure,
                       "A file that carries a figure (JSON, PDF, SVG, PNG, LaTeX, Python), in "
                       "place of all this");
}

int exportFigure(CommandContext& context, const FigureOptions& options, int& argc, char** argv) {
    keepQtQuiet();
    const auto application = makeApplication(argc, argv);
    useLanguage(QString::fromStdString(options.language));
    checkOuts(options.outs);
    Figure figure = wantedFigure(context, options);
    if (!options.figure.empty())
        requireExperiment(context.registry(), figure, options.figure);
    const StopToken stop = stopOnSignals();
    const MadeRun run = runFor(context, figure, stop);
    if (run.wasStopped)
        return exitInterrupted;
    stateRun(figure, run);
    return write(figure, run, options.outs, options.caption);
}

void addReproduceCommand(CLI::App& app, CommandContext& context, int& argc, char** argv) {
    auto options = std::make_shared<ReproduceOptions>();
    auto* command = app.add_subcommand(
        "reproduce", "Run again what a figure shows (PDF, SVG, PNG, LaTeX, Python or JSON that "
                     "this program wrote), say whether the tables are the same, and draw it again");
    command->add_option("FILE", options->file, "The figure")->required();
    command
        ->add_option("--out", options->outs, "File of the new figure; may be given several times")
        ->allow_extra_args(false);
    command
        ->add_option("--set", options->files,
                     "PARAMETER=FILE: where a file of your own is that the run read")
        ->allow_extra_args(false);
    command->add_option("--language", options->language, "Of texts, en or de");
    command->callback([&context, &argc, argv, options] {
        context.exitCode = reproduce(context, *options, argc, argv);
    });
}

} // namespace convergence
