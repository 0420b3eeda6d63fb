#include "app/commands/window.h"

#include <algorithm>
#include <map>

#include <QApplication>
#include <QDir>
#include <QEventLoop>
#include <QFileInfo>
#include <QPixmap>
#include <QRegularExpression>
#include <QSettings>
#include <QTimer>
#include <fmt/format.h>

#include "app/commands/application.h"
#include "app/commands/figure.h"
#include "app/curves/own_curves.h"
#include "app/films/run_film.h"
#include "app/language.h"
#include "app/window/appearance.h"
#include "app/window/lock_step.h"
#include "app/window/main_window.h"
#include "app/window/run_side.h"
#include "app/window/stage.h"
#include "core/error.h"
#include "widgets/charts/chart_canvas.h"
#include "widgets/films/film_writer.h"
#include "widgets/lessons/lesson_reader.h"
#include "widgets/volume/volume_view.h"

namespace convergence {

namespace {

struct PictureOptions {
    std::string id;
    ValueOptions values;
    std::int64_t steps = 0;
    std::string size = "1280x800";
    std::string theme = "light";
    std::string language = "en";
    std::string view;
    std::string startPage; ///< of it, instead of an experiment
    bool isBare = false;   ///< without its name and the legend of arms
    std::string tab = "parameters";
    std::vector<std::string> beside; ///< name=value that sets a second run apart
    bool stage = false;
    std::string lesson; ///< and its step, e.g. "over-parameterization:2"
    std::string out;
    FilmPlan film; ///< but for size and theme
};

QSize parseSize(const std::string& text) {
    static const QRegularExpression pattern("^(\\d{2,5})x(\\d{2,5})$");
    const auto match = pattern.match(QString::fromStdString(text));
    if (!match.hasMatch())
        throw InputError(
            fmt::format("--size {}: expected WIDTHxHEIGHT in pixels, for example 1280x800.", text));
    return {match.captured(1).toInt(), match.captured(2).toInt()};
}

void requireWritable(const std::string& path) {
    const QFileInfo file(QString::fromStdString(path));
    if (!QFileInfo(file.absolutePath()).isWritable() || file.isDir())
        throw InputError(fmt::format("--out {}: the file cannot be written; choose a folder that "
                                     "exists and can be written.",
                                     path));
}

void waitUntil(const std::function<bool()>& condition) {
    QEventLoop loop;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, &loop, [&] {
        if (condition())
            loop.quit();
    });
    timer.start(20);
    loop.exec();
}

/// Of the run, and of the one beside it.
std::vector<RunController*> controllersOf(MainWindow& window) {
    std::vector<RunController*> controllers{&window.controller()};
    if (window.beside())
        controllers.push_back(&window.beside()->controller());
    return controllers;
}

/// Waits until the runs are made. Throws InputError where one cannot be.
void awaitRuns(MainWindow& window) {
    const auto controllers = controllersOf(window);
    QString problem;
    const QObject listener; // ends the connections with it
    for (const RunController* controller : controllers)
        QObject::connect(controller, &RunController::failed, &listener,
                         [&](const QString& sentence) { problem = sentence; });
    waitUntil([&] {
        return !problem.isEmpty() ||
               std::all_of(controllers.begin(), controllers.end(),
                           [](const RunController* controller) { return controller->runner(); });
    });
    if (!problem.isEmpty())
        throw InputError(problem.toStdString());
}

/// Waits for the frames of the state that the run is in.
void awaitFrames(Runner& runner) {
    const auto before = runner.frames();
    runner.requestFrames();
    waitUntil([&] {
        const auto frames = runner.frames();
        return frames && frames != before && frames->iteration == runner.progress().iteration;
    });
}

/// Waits for the judgements on the state that the run is in.
void awaitJudgements(RunController& controller) {
    const auto hasJudged = [&] { return !controller.isJudging(); };
    waitUntil(hasJudged); // of an earlier state
    controller.judgeLive();
    waitUntil(hasJudged);
}

/// Waits until the window shows its runs, which do not play, as they are.
void awaitPicture(MainWindow& window) {
    for (RunController* controller : controllersOf(window)) {
        awaitFrames(*controller->runner());
        awaitJudgements(*controller);
    }
    window.refreshEverything();
    const auto volumes = window.findChildren<VolumeView*>();
    waitUntil([&] {
        return std::all_of(volumes.begin(), volumes.end(), [](const VolumeView* volume) {
            return volume->isSettled() || !volume->isVisible();
        });
    });
    QCoreApplication::processEvents(); // layouts and paints that were asked for
}

std::string troubleOf(MainWindow& window) {
    return window.controller().runner()->frames()->trouble;
}

/// Of a picture of the whole window.
std::vector<const ViewWidget*> viewsSeen(const MainWindow& window) {
    std::vector<const ViewWidget*> seen;
    for (const ViewWidget* view : window.findChildren<ViewWidget*>())
        if (view->isVisible())
            seen.push_back(view);
    return seen;
}

/// Plays to the wanted iteration and lets every view draw.
void playTo(MainWindow& window, std::int64_t steps) {
    RunController& controller = window.controller();
    awaitRuns(window);
    LockStep* lockStep = window.lockStep();
    if (lockStep) {
        lockStep->setPlaybackSeconds(0.0);
        lockStep->setLimit(steps);
    } else {
        controller.setPlayback({.seconds = 0.0, .until = steps});
    }
    window.play();
    waitUntil([&] {
        const RunState state = lockStep ? lockStep->state() : controller.runner()->state();
        return state == RunState::paused || state >= RunState::finished;
    });
    awaitPicture(window);
}

std::unique_ptr<MainWindow> openWindow(CommandContext& context, const PictureOptions& options) {
    auto [type, overrides] = experimentNamed(context.registry(), options.id);
    if (!options.values.preset.empty()) {
        static_cast<void>(options.values.resolve(*type));
        overrides = type->description.findPreset(options.values.preset)->overrides;
    }
    for (const auto& [name, value] : options.values.overrides(type->description))
        overrides.insert_or_assign(name, value);
    auto window = std::make_unique<MainWindow>(
        context.registry(), QString::fromStdString(options.theme), MainWindow::Memory::forget);
    window->resize(parseSize(options.size));
    window->openExperiment(type, overrides);
    window->showTab(QString::fromStdString(options.tab));
    window->show();
    if (!options.beside.empty()) {
        const ValueOptions beside{.preset = "", .settings = options.beside, .seed = {}};
        for (const auto& [name, value] : beside.overrides(type->description))
            overrides.insert_or_assign(name, value);
        window->compareWith(overrides);
    }
    return window;
}

/// Opens the lesson's step; with --steps it predicts nothing and shows the run so far.
void showLesson(MainWindow& window, const PictureOptions& options) {
    const QStringList parts = QString::fromStdString(options.lesson).split(':');
    window.openLesson(parts.first());
    const int step = parts.value(1, "1").toInt();
    const auto& lessons = window.lessonReader()->lessons();
    const auto found = std::find_if(lessons.begin(), lessons.end(), [&](const Lesson& lesson) {
        return lesson.id == parts.first();
    });
    if (step < 1 || step > static_cast<int>(found->steps.size()))
        throw InputError(fmt::format("--lesson {}: the lesson has steps 1 to {}.", options.lesson,
                                     found->steps.size()));
    window.lessonReader()->goTo(step - 1);
    if (window.lessonReader()->mayPlay())
        return playTo(window, options.steps);
    awaitRuns(window);
    awaitPicture(window);
}

void savePicture(const QPixmap& picture, const std::string& out) {
    constexpr int smallest = 0; // as a PNG file
    if (!picture.save(QString::fromStdString(out), nullptr, smallest))
        throw InputError(fmt::format("--out {}: the picture cannot be written; its name has to end "
                                     "in .png and its folder has to be writable.",
                                     out));
}

int grabStartPage(CommandContext& context, const PictureOptions& options) {
    const std::map<std::string, StartPage::Page> pages{{"explore", StartPage::Page::explore},
                                                       {"teach", StartPage::Page::teach},
                                                       {"continue", StartPage::Page::resume}};
    const auto page = pages.find(options.startPage);
    if (page == pages.end())
        throw InputError(
            fmt::format("--start {}: expected explore, teach or continue.", options.startPage));
    MainWindow window(context.registry(), QString::fromStdString(options.theme),
                      MainWindow::Memory::forget);
    window.resize(parseSize(options.size));
    window.show();
    QCoreApplication::processEvents();
    window.showStartPage(page->second);
    constexpr int rounds = 5; // of layouts, each of which may ask for another
    for (int i = 0; i < rounds; ++i)
        QCoreApplication::processEvents();
    savePicture(window.grab(), options.out);
    return exitFine;
}

/// Writes the view; the exit code.
int exportedTo(MainWindow& window, ViewWidget& view, const std::string& out, QSize size,
               double scale = 1.0) {
    const QString path = QString::fromStdString(out);
    view.exportTo(path, size, scale);
    return toldOfPicture(troubleOf(window),
                         isPicture(path) ? std::vector<const ViewWidget*>{&view}
                                         : std::vector<const ViewWidget*>(),
                         ShownIn::file);
}

int grab(CommandContext& context, const PictureOptions& options, int& argc, char** argv) {
    keepQtQuiet();
    const auto application = makeApplication(argc, argv);
    useLanguage(QString::fromStdString(options.language));
    const QSize size = parseSize(options.size);
    requireWritable(options.out);
    if (!options.startPage.empty())
        return grabStartPage(context, options);
    const auto window = openWindow(context, options);
    if (!options.view.empty())
        static_cast<void>(window->view(QString::fromStdString(options.view)));
    if (options.lesson.empty())
        playTo(*window, options.steps);
    else
        showLesson(*window, options);
    if (options.stage) {
        window->stage().enter(window->theme(), Stage::Room::window);
        window->refreshEverything();
        awaitPicture(*window);
    }
    if (options.view.empty()) {
        savePicture(window->grab(), options.out);
        return toldOfPicture(troubleOf(*window), viewsSeen(*window), ShownIn::window);
    }
    ViewWidget& view = window->view(QString::fromStdString(options.view));
    if (options.isBare) {
        auto* canvas = view.findChild<QWidget*>("canvas");
        canvas->resize(size);
        if (auto* chart = qobject_cast<ChartCanvas*>(canvas))
            chart->hideFits();
        savePicture(canvas->grab(), options.out);
        return toldOfPicture(troubleOf(*window), {&view}, ShownIn::window);
    }
    return exportedTo(*window, view, options.out, size);
}

int exportView(CommandContext& context, const PictureOptions& options, int& argc, char** argv) {
    keepQtQuiet();
    const auto application = makeApplication(argc, argv);
    useLanguage(QString::fromStdString(options.language));
    requireWritable(options.out);
    const auto window = openWindow(context, options);
    ViewWidget& view = window->view(QString::fromStdString(options.view));
    playTo(*window, options.steps);
    constexpr double scale = 2.0;
    return exportedTo(*window, view, options.out, parseSize(options.size), scale);
}

/// Makes the film, telling on a terminal how far it is; Ctrl-C ends it and leaves no file.
int exportFilm(CommandContext& context, const PictureOptions& options, int& argc, char** argv) {
    keepQtQuiet();
    const auto application = makeApplication(argc, argv);
    useLanguage(QString::fromStdString(options.language));
    const auto type = context.registry().find(options.id);
    FilmPlan plan = options.film;
    plan.size = parseSize(options.size);
    plan.theme = QString::fromStdString(options.theme);
    if (plan.to == 0)
        plan.to = options.steps;
    useTheme(Theme::load(plan.theme));
    RunFilm film({.type = type,
                  .values = std::make_shared<const ParameterValues>(options.values.resolve(*type))},
                 QString::fromStdString(options.view), plan, QString::fromStdString(options.out));
    std::optional<bool> succeeded;
    std::string sentence;
    ProgressLine line;
    QObject::connect(&film, &FilmMaker::progressed, [&](int done, int total, double secondsLeft) {
        line.show(double(done) / total, fmt::format("picture {} of {}, {} left", done, total,
                                                    durationInWords(secondsLeft)));
    });
    QObject::connect(&film, &FilmMaker::finished, [&](bool good, const QString& what) {
        succeeded = good;
        sentence = what.toStdString();
    });
    const StopToken stop = stopOnSignals();
    bool stopped = false;
    film.start();
    waitUntil([&] {
        if (stop.stopRequested() && !stopped) {
            stopped = true;
            film.cancel();
        }
        return succeeded.has_value();
    });
    if (!*succeeded && !stopped)
        throw InputError(sentence);
    if (stopped) {
        fmt::print(stderr, "{}\n", sentence);
        return exitInterrupted;
    }
    if (film.trouble().empty())
        return exitFine;
    fmt::print(stderr, "{}\n", film.trouble());
    return exitClaimFailedOrDiverged;
}

void addCommonOptions(CLI::App& command, PictureOptions& options) {
    command.add_option("ID", options.id, "Experiment, as `list` names it, or a log of your own")
        ->required();
    options.values.addTo(command);
    command
        .add_option("--steps", options.steps,
                    "Iterations to play first (steps over all trials where trials run one after "
                    "another); 0 = to the end")
        ->check(CLI::NonNegativeNumber);
    command.add_option("--size", options.size, "Width and height in pixels, default 1280x800");
    command.add_option("--theme", options.theme, "light, dark or projector");
    command.add_option("--language", options.language, "Of the window's texts, en or de");
}

} // namespace

int runWindow(int& argc, char** argv, CommandContext& context, const WindowOptions& options) {
    const std::string& document = options.document;
    const auto types = context.registry().all();
    const bool isExperiment = std::any_of(types.begin(), types.end(), [&](const auto& type) {
        return type->description.id == document;
    });
    if (!document.empty() && !isExperiment && !QFileInfo(QString::fromStdString(document)).isFile())
        throw InputError(
            fmt::format("'{}' is neither a command, nor an experiment, nor a file; run with --help "
                        "for the commands, or list for the experiments.",
                        document));
    const auto application = makeApplication(argc, argv);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    useLanguage(QString::fromStdString(options.language));
    const QSettings settings;
    const QString theme = settings.value("window/theme", "light").toString();
    MainWindow window(context.registry(), Theme::available().contains(theme) ? theme : "light",
                      MainWindow::Memory::remember,
                      std::make_unique<RunStore>(RunStore::defaultFolder()));
    window.show();
    if (isExperiment) {
        window.enter(QString::fromStdString(document));
    } else if (!document.empty()) {
        window.files().open(QString::fromStdString(document));
    } else if (!window.files().restoreLast()) {
        window.showStartPage();
        return QApplication::exec();
    }
    window.focusViews();
    return QApplication::exec();
}

void addGrabCommand(CLI::App& app, CommandContext& context, int& argc, char** argv) {
    auto options = std::make_shared<PictureOptions>();
    auto* command = app.add_subcommand("grab", "Save a picture of the window, or of one view");
    addCommonOptions(*command, *options);
    auto* start = command->add_option("--start", options->startPage,
                                      "The start page instead: explore, teach or continue");
    command->get_option("ID")->required(false);
    command->final_callback([options, start] {
        if (options->id.empty() && start->count() == 0)
            throw CLI::RequiredError("ID");
    });
    auto* view = command->add_option("--view", options->view, "Only this view");
    command->add_flag("--bare", options->isBare, "Of the view without its name and legend of arms")
        ->needs(view);
    command->add_option("--tab", options->tab, "parameters, claims or paper");
    command->add_option("--beside", options->beside,
                        "NAME=VALUE of a second run beside the first; may be repeated");
    command->add_option(
        "--lesson", options->lesson,
        "Open this lesson at a step, LESSON or LESSON:STEP, and with --steps run it");
    command->add_flag("--stage", options->stage, "As it is on stage, for a lecture hall");
    command->add_option("--out", options->out, "Picture file (.png)")->required();
    command->callback([&context, &argc, argv, options] {
        context.exitCode = grab(context, *options, argc, argv);
    });
}

void addExportCommand(CLI::App& app, CommandContext& context, int& argc, char** argv) {
    auto options = std::make_shared<PictureOptions>();
    auto figure = std::make_shared<FigureOptions>();
    auto* command = app.add_subcommand(
        "export",
        "Run an experiment and export views as a figure (.pdf, .svg, .png, .tex, .py, .csv or "
        ".json), or with --size one view as on the screen (a volume also as .vti or .ply), or a "
        "film of it (.webm or .gif)");
    addCommonOptions(*command, *options);
    command->get_option("ID")->required(false);
    addFigureOptions(*command, *figure);
    command
        ->add_option("--out", figure->outs,
                     "File; its ending says the format; may be given several times")
        ->allow_extra_args(false)
        ->required();
    const auto film = [&](const char* name, auto& value, const char* help) {
        command->add_option(name, value, help)->check(CLI::NonNegativeNumber);
    };
    film("--from", options->film.from, "Film: the iteration that it begins with, default 0");
    film("--to", options->film.to,
         "Film: the iteration that it ends with; 0 = as --steps says, or the end");
    film("--seconds", options->film.seconds, "Film: how long it is, default 10");
    film("--pictures-a-second", options->film.picturesASecond, "Film: default 30");
    command->callback([&context, &argc, argv, command, options, figure] {
        options->out = figure->outs.front();
        const QString suffix = QFileInfo(QString::fromStdString(options->out)).suffix();
        const bool asOnScreen = command->count("--size") + command->count("--theme") > 0 ||
                                isFilm(QString::fromStdString(options->out)) || suffix == "vti" ||
                                suffix == "ply";
        if (!asOnScreen) {
            figure->id = options->id;
            figure->values = options->values;
            figure->steps = options->steps;
            figure->language = options->language;
            context.exitCode = exportFigure(context, *figure, argc, argv);
            return;
        }
        if (options->id.empty() || figure->choices.views.size() != 1 || figure->outs.size() != 1)
            throw InputError("A picture as on the screen (--size, --theme) and a film are of one "
                             "view and one file: ID, --view and --out once each.");
        options->view = figure->choices.views.front();
        context.exitCode = isFilm(QString::fromStdString(options->out))
                               ? exportFilm(context, *options, argc, argv)
                               : exportView(context, *options, argc, argv);
    });
}

} // namespace convergence
