#include "app/sessions/document_files.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QSaveFile>

#include "core/error.h"
#include "core/experiment/run_files.h"

namespace convergence {

namespace {

constexpr qint64 largestSession = qint64{16} << 20;

InputError unreadable(const QFile& file) {
    return InputError(
        QCoreApplication::translate("DocumentFiles", "The file %1 cannot be read: %2.")
            .arg(file.fileName(), file.errorString())
            .toStdString());
}

InputError unwritable(const QSaveFile& file) {
    return InputError(
        QCoreApplication::translate("DocumentFiles", "The file %1 cannot be written: %2.")
            .arg(file.fileName(), file.errorString())
            .toStdString());
}

void writeWhole(const QString& path, const QByteArray& content) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size() || !file.commit())
        throw unwritable(file);
}

/// Adds the files of a folder under a path of the archive.
void addFolder(ArchiveFiles& files, const QString& folder, const QString& prefix) {
    for (const QFileInfo& info : QDir(folder).entryInfoList(QDir::Files)) {
        QFile file(info.absoluteFilePath());
        if (file.open(QIODevice::ReadOnly))
            files[prefix + info.fileName()] = file.readAll();
    }
}

} // namespace

bool isBundleFile(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw unreadable(file);
    return file.read(2) == "PK";
}

SessionDocument readSession(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw unreadable(file);
    if (file.size() > largestSession)
        throw InputError(
            QCoreApplication::translate("DocumentFiles", "The file %1 is larger than any session.")
                .arg(path)
                .toStdString());
    const QByteArray text = file.readAll();
    return parseSession({text.constData(), static_cast<std::size_t>(text.size())},
                        path.toStdString());
}

void writeSession(const QString& path, const SessionDocument& session) {
    writeWhole(path, QByteArray::fromStdString(toText(session)));
}

Bundle
readBundle(const QString& path,
           const std::function<std::shared_ptr<const ExperimentType>(const std::string&)>& find) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw unreadable(file);
    return bundleFrom(readArchive(file, path), path, find);
}

void writeBundle(const QString& path, const BundleToWrite& contents) {
    const Bundle& bundle = contents.bundle;
    ArchiveFiles files;
    addBundle(files, bundle);
    files["README.txt"] = reproductionText(bundle, contents.command).toUtf8();
    addFolder(files, contents.pictures->path(), "pictures/");
    if (!bundle.runs.empty()) {
        const QTemporaryDir tables;
        writeRunFolder(tables.path().toStdString(), *bundle.runs.front().recording,
                       {.description = &contents.type->description,
                        .values = contents.values.get(),
                        .state = bundle.runs.front().run.state.toStdString(),
                        .claims = {}});
        addFolder(files, tables.path(), "data/");
    }
    QBuffer archive; // QuaZip would commit a file by itself, also half of one
    writeArchive(archive, files, path);
    writeWhole(path, archive.data());
}

} // namespace convergence
