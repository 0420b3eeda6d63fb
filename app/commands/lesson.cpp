#include "app/commands/lesson.h"

#include <fmt/format.h>

#include "app/commands/application.h"
#include "app/language.h"
#include "app/lessons/lesson_facts.h"
#include "app/lessons/worksheet_files.h"
#include "core/error.h"
#include "widgets/theme.h"

namespace convergence {

namespace {

struct LessonOptions {
    std::string id;
    std::string worksheet; ///< file; empty: none
    std::string language = "en";
    bool studentsOnly = false;
};

void listLessons() {
    for (const Lesson& lesson : loadLessons(resourceFolder("lessons")))
        fmt::print("{:<26} {}\n", lesson.id.toStdString(), lesson.title.toStdString());
}

void printSteps(const Lesson& lesson) {
    fmt::print("{}\n", lesson.title.toStdString());
    for (std::size_t i = 0; i < lesson.steps.size(); ++i) {
        const LessonStep& step = lesson.steps[i];
        fmt::print("  {}. {}\n", i + 1, step.title.toStdString());
        if (step.prediction)
            fmt::print("     {}\n", step.prediction->question.toStdString());
    }
}

int makeWorksheets(CommandContext& context, const LessonOptions& options, int& argc, char** argv) {
    keepQtQuiet();
    const auto application = makeApplication(argc, argv, DrawOn::offscreen);
    useLanguage(QString::fromStdString(options.language));
    const Lesson lesson = findLesson(options.id);
    const StopToken stop = stopOnSignals();
    std::vector<StepFacts> facts;
    {
        ProgressLine line;
        facts = lessonFacts(context.registry(), lesson,
                            {.measure = !options.studentsOnly,
                             .stop = stop,
                             .onProgress = [&line](double fraction, const std::string& what) {
                                 line.show(fraction, what);
                             }});
    }
    if (stop.stopRequested())
        return exitInterrupted;
    const auto files = options.studentsOnly ? WorksheetFiles::students : WorksheetFiles::both;
    for (const QString& path :
         writeWorksheets(QString::fromStdString(options.worksheet), files, lesson, facts))
        fmt::print("{}\n", path.toStdString());
    bool complete = true;
    for (const StepFacts& fact : facts)
        if (!fact.trouble.empty()) {
            fmt::print(stderr, "{}\n", fact.trouble);
            complete = false;
        }
    return complete ? exitFine : exitClaimFailedOrDiverged;
}

int runLesson(CommandContext& context, const LessonOptions& options, int& argc, char** argv) {
    if (!options.worksheet.empty())
        return makeWorksheets(context, options, argc, argv);
    // Folders are found relative to the program, which needs an application object.
    const QCoreApplication application(argc, argv);
    if (options.id.empty())
        listLessons();
    else
        printSteps(findLesson(options.id));
    return exitFine;
}

} // namespace

void addLessonCommand(CLI::App& app, CommandContext& context, int& argc, char** argv) {
    auto options = std::make_shared<LessonOptions>();
    auto* command = app.add_subcommand(
        "lesson", "List the lessons or the steps of one, or write its worksheets");
    auto* id = command->add_option("LESSON", options->id, "Lesson; all are listed without one");
    command
        ->add_option("--worksheet", options->worksheet,
                     "PDF for students; the teacher's, with measured figures and answers, is "
                     "written beside it, as FILE-teacher.pdf")
        ->type_name("FILE")
        ->needs(id);
    command->add_flag("--students-only", options->studentsOnly,
                      "No sheet for the teacher: the experiments need not run");
    command->add_option("--language", options->language, "Of headings, en or de");
    command->callback([&context, &argc, argv, options] {
        context.exitCode = runLesson(context, *options, argc, argv);
    });
}

} // namespace convergence
