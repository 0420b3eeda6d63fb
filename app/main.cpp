#include <cstdio>
#include <memory>
#include <optional>

#include <QCoreApplication>
#include <fmt/format.h>

#include "app/commands/command_line.h"
#include "app/commands/curves.h"
#include "app/commands/figure.h"
#include "app/commands/lesson.h"
#include "app/commands/report.h"
#include "app/commands/window.h"
#include "app/plugin_loader.h"
#include "core/error.h"
#include "core/experiment/run_files.h"
#include "core/radiance/scene_source.h"
#include "widgets/volume/mesh_scene.h"
#include "widgets/volume/offscreen_window.h"

namespace {

using namespace convergence;

/// What the program ends with; none: a window is wanted.
std::optional<int> parse(CLI::App& cli, const CommandContext& context, int argc, char** argv) {
    try {
        cli.parse(argc, argv);
        if (cli.get_subcommands().empty())
            return std::nullopt;
    } catch (const CLI::CallForHelp& help) {
        return cli.exit(help);
    } catch (const CLI::CallForVersion& version) {
        return cli.exit(version);
    } catch (const CLI::ParseError& error) {
        fmt::print(stderr, "{}; run with --help for the options.\n", error.what());
        return exitBadInput;
    } catch (const InputError& error) {
        fmt::print(stderr, "{}\n", error.what());
        return exitBadInput;
    }
    return context.exitCode;
}

} // namespace

int main(int argc, char** argv) {
    QCoreApplication::setApplicationName("convergence-lab");
    QCoreApplication::setApplicationVersion(QString::fromStdString(programVersion()));

    silenceVtk();
    radiance::setMeshRenderer(renderMeshScene);

    CLI::App cli{"Watch the algorithms of papers on convergence run live, and check their claims."};
    cli.name("convergence-lab");
    cli.set_version_flag("--version", programVersion());
    cli.require_subcommand(0, 1);

    std::string document, language;
    cli.add_option("FILE", document, "Session, bundle, or log of your own to open in the window");
    cli.add_option("--language", language,
                   "Language of the window, en or de; without it the one chosen there, or the "
                   "system's");

    CommandContext context([&](Registry& registry) {
        // Folders are found relative to the program, which needs an application object.
        std::unique_ptr<QCoreApplication> application;
        if (!QCoreApplication::instance())
            application = std::make_unique<QCoreApplication>(argc, argv);
        return loadAllPlugins(registry);
    });
    addListCommand(cli, context);
    addDescribeCommand(cli, context);
    addRunCommand(cli, context);
    addVerifyCommand(cli, context, argc, argv);
    addReportCommand(cli, context, argc, argv);
    addSweepCommand(cli, context, argc, argv);
    addCurvesCommand(cli);
    addLessonCommand(cli, context, argc, argv);
    addGrabCommand(cli, context, argc, argv);
    addExportCommand(cli, context, argc, argv);
    addReproduceCommand(cli, context, argc, argv);
    addCompletionCommand(cli);
    if (const auto code = parse(cli, context, argc, argv))
        return *code;
    try {
        return runWindow(argc, argv, context, {.document = document, .language = language});
    } catch (const InputError& error) {
        fmt::print(stderr, "{}\n", error.what());
        return exitBadInput;
    }
}
