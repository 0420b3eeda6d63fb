#pragma once

#include <string>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/experiment/registry.h"

namespace convergence {

/// Folders searched for plugins, in order: CONVERGENCE_PLUGIN_PATH (colon-separated), those of the
/// build tree or the installation beside the program, and the user's own plugin folder. Needs an
/// application object.
QStringList pluginFolders();

/// Loads every shared library of a folder (by name) into the registry. A file that is not a
/// plugin, was built against another contract, or throws is reported in one sentence that names
/// it, and the rest goes on. Loaded libraries stay loaded until the program ends.
std::vector<std::string> loadPlugins(const QString& folder, Registry& registry);

/// All folders of pluginFolders(). An experiment id that is taken is reported, not replaced.
std::vector<std::string> loadAllPlugins(Registry& registry);

} // namespace convergence
