#pragma once

#include <functional>
#include <memory>

#include <QTemporaryDir>

#include "app/sessions/bundle.h"

namespace convergence {

/// Sessions and bundles as files on disk. Whatever cannot be read or written throws InputError that
/// names the file. Files are written whole or left as they were.

/// Whether the file is a bundle, told by its content and not by its name.
[[nodiscard]] bool isBundleFile(const QString& path);

[[nodiscard]] SessionDocument readSession(const QString& path);
void writeSession(const QString& path, const SessionDocument& session);

/// `find` gives the experiment of an id, or throws InputError.
[[nodiscard]] Bundle
readBundle(const QString& path,
           const std::function<std::shared_ptr<const ExperimentType>(const std::string&)>& find);

/// A bundle with all else that its file holds.
struct BundleToWrite {
    Bundle bundle;
    std::shared_ptr<const ExperimentType> type;
    std::shared_ptr<const ParameterValues> values; ///< of the shown run; null without one
    QString command;                               ///< makes the run again
    std::shared_ptr<QTemporaryDir> pictures;       ///< of the views, as they are to be called
};
/// Also writes the shown run's tables; takes a while.
void writeBundle(const QString& path, const BundleToWrite& contents);

} // namespace convergence
