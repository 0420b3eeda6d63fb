#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include <QByteArray>
#include <QIODevice>
#include <QString>

#include "app/runs/kept_run.h"
#include "app/sessions/session.h"
#include "core/experiment/experiment.h"

namespace convergence {

/// Files of a zip archive by their path in it.
using ArchiveFiles = std::map<QString, QByteArray>;

/// Reads an archive into memory; nothing is written to disk. Throws InputError naming `source` and
/// the entry for anything but plain files with relative paths of ordinary names: absolute paths,
/// "..", backslashes, links, encrypted or repeated entries, and for more than `limit` bytes in all.
ArchiveFiles readArchive(QIODevice& device, const QString& source, qint64 limit = qint64{2} << 30);

/// Writes an archive. Throws InputError naming `target`.
void writeArchive(QIODevice& device, const ArchiveFiles& files, const QString& target);

/// A session with the runs that it shows, for another machine or year.
struct Bundle {
    SessionDocument session;
    std::vector<LoadedRun> runs; ///< the shown one first
};

/// Adds session.json and a folder for each run to `files`.
void addBundle(ArchiveFiles& files, const Bundle& bundle);

/// The inverse. `find` gives the experiment of an id, or throws InputError. Throws InputError for
/// what is damaged, does not fit the experiment, or unpacks to more memory than is accepted.
Bundle
bundleFrom(const ArchiveFiles& files, const QString& source,
           const std::function<std::shared_ptr<const ExperimentType>(const std::string&)>& find);

/// The text file in a bundle that says what it is and how to make its run again.
QString reproductionText(const Bundle& bundle, const QString& commandLine);

} // namespace convergence
