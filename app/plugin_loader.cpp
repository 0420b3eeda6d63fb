#include "app/plugin_loader.h"

#include <optional>

#include <QCoreApplication>
#include <QDir>
#include <QLibrary>
#include <QStandardPaths>
#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/plugin.h"

namespace convergence {

namespace {

/// Why the manifest cannot be used; none if it can.
std::optional<std::string> mismatch(const PluginManifest& manifest) {
    if (manifest.abiVersion != pluginAbiVersion)
        return fmt::format("it was built for version {} of the experiment contract, this program "
                           "has version {}; build it again",
                           manifest.abiVersion, pluginAbiVersion);
    if (std::string_view(manifest.abiFingerprint) != pluginAbiFingerprint)
        return fmt::format("it was built for '{}', this program for '{}'; build it with the same "
                           "settings",
                           manifest.abiFingerprint, pluginAbiFingerprint);
    return std::nullopt;
}

/// Why the plugin could not be loaded; none if it was.
std::optional<std::string> load(const QString& path, Registry& registry) {
    QLibrary library(path);
    if (!library.load())
        return fmt::format("it is not a plugin ({})", library.errorString().toStdString());
    const auto* manifest =
        reinterpret_cast<const PluginManifest*>(library.resolve("convergencePlugin"));
    if (!manifest)
        return "it is not a plugin (it does not export 'convergencePlugin')";
    if (auto reason = mismatch(*manifest))
        return reason;
    try {
        manifest->registerExperiments(registry);
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "it threw something that is not an exception while it registered its experiments";
    }
    return std::nullopt;
}

} // namespace

QStringList pluginFolders() {
    QStringList folders =
        qEnvironmentVariable("CONVERGENCE_PLUGIN_PATH").split(':', Qt::SkipEmptyParts);
    const QDir program(QCoreApplication::applicationDirPath());
    folders << program.filePath("../lib/convergence-lab/plugins")
            << program.filePath(CONVERGENCE_RELATIVE_PLUGINS)
            << QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/plugins";
    for (QString& folder : folders)
        folder = QDir::cleanPath(folder);
    folders.removeDuplicates();
    return folders;
}

std::vector<std::string> loadPlugins(const QString& folder, Registry& registry) {
    std::vector<std::string> problems;
    for (const QFileInfo& file : QDir(folder).entryInfoList({"*.so"}, QDir::Files, QDir::Name))
        if (const auto reason = load(file.absoluteFilePath(), registry))
            problems.push_back(fmt::format("The plugin {} was not loaded: {}{}",
                                           file.absoluteFilePath().toStdString(), *reason,
                                           reason->ends_with('.') ? "" : "."));
    return problems;
}

std::vector<std::string> loadAllPlugins(Registry& registry) {
    std::vector<std::string> problems;
    for (const QString& folder : pluginFolders())
        for (std::string& problem : loadPlugins(folder, registry))
            problems.push_back(std::move(problem));
    return problems;
}

} // namespace convergence
