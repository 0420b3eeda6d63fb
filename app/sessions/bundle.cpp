#include "app/sessions/bundle.h"

#include <QDateTime>
#include <QRegularExpression>
#include <quazip.h>
#include <quazipfile.h>
#include <quazipfileinfo.h>
#include <quazipnewinfo.h>

#include "core/data/json_nesting.h"
#include "core/data/utf8.h"
#include "core/error.h"
#include "core/experiment/bytes.h"
#include "core/experiment/key_frames.h"
#include "core/experiment/packed_frames.h"
#include "core/experiment/recording_outline.h"

namespace convergence {

namespace {

using nlohmann::json;

constexpr int mostEntries = 10000;
constexpr qint64 blockBytes = 1 << 16;
/// In memory. They are compressed once more than the archive, so its limit does not bound them.
constexpr std::size_t largestKeyFrames = std::size_t{256} << 20;

[[noreturn]] void refuse(const QString& source, const QString& why) {
    const bool hasEnd = why.endsWith('.') || why.endsWith('?');
    throw InputError((source + ": " + why + (hasEnd ? "" : ".")).toStdString());
}

QString quoted(const QString& name) {
    return QString::fromStdString(printable(name.toStdString(), 200));
}

/// Paths of ordinary names, the same on every system.
bool isOrdinaryPath(const QString& path) {
    static const QRegularExpression pattern(
        "\\A[A-Za-z0-9_+()-][A-Za-z0-9_+(). -]{0,127}(/[A-Za-z0-9_+()-][A-Za-z0-9_+(). "
        "-]{0,127}){0,7}\\z");
    return pattern.match(path).hasMatch() && !path.contains("..");
}

QByteArray readEntry(QuaZip& zip, const QString& source, const QString& path, qint64 limit) {
    QuaZipFile file(&zip);
    if (!file.open(QIODevice::ReadOnly))
        refuse(source, QString("the entry '%1' cannot be read").arg(path));
    QByteArray content;
    // The size that the directory claims is not trusted.
    for (;;) {
        const QByteArray block = file.read(blockBytes);
        if (block.isEmpty())
            break;
        content += block;
        if (content.size() > limit)
            refuse(source, QString("the archive is larger than what is accepted"));
    }
    const bool whole = file.getZipError() == UNZ_OK;
    file.close();
    if (!whole || file.getZipError() != UNZ_OK)
        refuse(source, QString("the entry '%1' is damaged").arg(path));
    return content;
}

QByteArray bytes(const std::string& text) {
    return {text.data(), static_cast<qsizetype>(text.size())};
}
std::string_view view(const QByteArray& content) {
    return {content.constData(), static_cast<std::size_t>(content.size())};
}

json headJson(const KeptRun& run) {
    return {{"key", run.key.toStdString()},
            {"experiment", run.experiment.toStdString()},
            {"name", run.name.toStdString()},
            {"notes", run.notes.toStdString()},
            {"tags",
             [&] {
                 json tags = json::array();
                 for (const QString& tag : run.tags)
                     tags.push_back(tag.toStdString());
                 return tags;
             }()},
            {"created", run.created},
            {"version", run.version.toStdString()},
            {"fingerprint", run.fingerprint.toStdString()},
            {"state", run.state.toStdString()},
            {"origin", run.origin.toStdString()},
            {"parameters", json::parse(run.parameters, nullptr, false)},
            {"claims", json::parse(run.claims.empty() ? "[]" : run.claims, nullptr, false)}};
}

KeptRun headFromJson(const json& head) {
    const auto text = [&](const char* key) {
        return QString::fromStdString(head.at(key).get<std::string>());
    };
    static const QRegularExpression keyPattern("\\A[A-Za-z0-9-]{1,64}\\z");
    static const QStringList states{"finished", "stopped", "diverged", "failed", "interrupted"};
    KeptRun run;
    run.key = text("key");
    if (!keyPattern.match(run.key).hasMatch())
        throw InputError("its key is not one of letters, digits and hyphens.");
    run.experiment = text("experiment");
    run.name = text("name");
    run.notes = text("notes");
    for (const json& tag : head.at("tags"))
        run.tags << QString::fromStdString(tag.get<std::string>());
    run.created = head.at("created").get<qint64>();
    run.version = text("version");
    run.fingerprint = text("fingerprint");
    run.state = text("state");
    if (!states.contains(run.state)) // one that was running when the bundle was made
        run.state = "interrupted";
    run.origin = text("origin");
    run.parameters = head.at("parameters").dump();
    run.claims = head.at("claims").dump();
    return run;
}

std::string packKeyFrames(const std::vector<std::shared_ptr<const Frames>>& all) {
    ByteWriter out;
    out.put(static_cast<std::uint64_t>(all.size()));
    for (const auto& frames : all)
        out.put(std::string_view(packFrames(*frames)));
    return out.take();
}

std::vector<std::shared_ptr<const Frames>> unpackKeyFrames(std::string_view packed) {
    ByteReader in(packed, "The file of key frames");
    std::vector<std::shared_ptr<const Frames>> all;
    std::size_t bytes = 0;
    for (std::size_t left = in.count(sizeof(std::uint64_t)); left > 0; --left) {
        all.push_back(unpackFrames(in.view()));
        bytes += bytesOf(*all.back());
        if (bytes > largestKeyFrames)
            in.refuse("unpacks to more than is accepted");
    }
    return all;
}

} // namespace

ArchiveFiles readArchive(QIODevice& device, const QString& source, qint64 limit) {
    QuaZip zip(&device);
    if (!zip.open(QuaZip::mdUnzip))
        refuse(source, "this is no zip archive, or a damaged one.");
    if (zip.getEntriesCount() > mostEntries)
        refuse(source, QString("the archive has more than %1 entries.").arg(mostEntries));
    ArchiveFiles files;
    for (bool more = zip.goToFirstFile(); more; more = zip.goToNextFile()) {
        QuaZipFileInfo64 info;
        if (!zip.getCurrentFileInfo(&info))
            refuse(source, "the archive's directory is damaged.");
        if (!isOrdinaryPath(info.name))
            refuse(source, QString("the entry '%1' would leave the archive or has an unusual name; "
                                   "such archives are not opened.")
                               .arg(quoted(info.name)));
        if (info.isSymbolicLink() || info.isEncrypted())
            refuse(source,
                   QString("the entry '%1' is a link or encrypted; such archives are not opened.")
                       .arg(info.name));
        QByteArray content = readEntry(zip, source, info.name, limit);
        limit -= content.size();
        if (!files.emplace(info.name, std::move(content)).second)
            refuse(source, QString("the entry '%1' occurs twice.").arg(info.name));
    }
    if (zip.getZipError() != UNZ_OK)
        refuse(source, "the archive is damaged.");
    return files;
}

void writeArchive(QIODevice& device, const ArchiveFiles& files, const QString& target) {
    QuaZip zip(&device);
    zip.setUtf8Enabled(true);
    if (!zip.open(QuaZip::mdCreate))
        refuse(target, "the archive cannot be written.");
    for (const auto& [path, content] : files) {
        QuaZipFile file(&zip);
        const QuaZipNewInfo info(path);
        if (!file.open(QIODevice::WriteOnly, info) || file.write(content) != content.size())
            refuse(target, QString("the entry '%1' cannot be written.").arg(path));
        file.close();
        if (file.getZipError() != ZIP_OK)
            refuse(target, QString("the entry '%1' cannot be written.").arg(path));
    }
    zip.close();
    if (zip.getZipError() != ZIP_OK)
        refuse(target, "the archive cannot be written.");
}

void addBundle(ArchiveFiles& files, const Bundle& bundle) {
    files["session.json"] = bytes(toText(bundle.session));
    for (std::size_t i = 0; i < bundle.runs.size(); ++i) {
        const LoadedRun& run = bundle.runs[i];
        const QString folder = QString("runs/%1/").arg(i + 1);
        files[folder + "run.json"] = bytes(headJson(run.run).dump(2));
        files[folder + "recording.bin"] = bytes(packRecording(*run.recording));
        files[folder + "key_frames.bin"] = bytes(packKeyFrames(run.keyFrames));
    }
}

Bundle
bundleFrom(const ArchiveFiles& files, const QString& source,
           const std::function<std::shared_ptr<const ExperimentType>(const std::string&)>& find) {
    const auto session = files.find("session.json");
    if (session == files.end())
        refuse(source, "this is no bundle: it has no session.json.");
    Bundle bundle;
    bundle.session = parseSession(view(session->second), source.toStdString());
    for (int i = 1;; ++i) {
        const QString folder = QString("runs/%1/").arg(i);
        const auto head = files.find(folder + "run.json");
        const auto recording = files.find(folder + "recording.bin");
        const auto keyFrames = files.find(folder + "key_frames.bin");
        if (head == files.end())
            return bundle;
        if (recording == files.end() || keyFrames == files.end())
            refuse(source, QString("run %1 lacks its recording.").arg(i));
        LoadedRun run;
        try {
            requireShallowJson(view(head->second), "run.json");
            run.run = headFromJson(json::parse(view(head->second), nullptr, false));
            const auto type = find(run.run.experiment.toStdString());
            const auto& parameters = type->description.parameters;
            static_cast<void>(ParameterValues(
                parameters, overridesFromJson(type->description, run.run.parameters)));
            run.recording = unpackRecording(view(recording->second), parameters);
            checkEvents(type->description, run.recording->events());
            run.keyFrames = unpackKeyFrames(view(keyFrames->second));
        } catch (const json::exception& error) {
            refuse(source, QString("run %1 is damaged: %2.").arg(i).arg(error.what()));
        } catch (const InputError& error) {
            refuse(source, QString("run %1: %2").arg(i).arg(error.what()));
        }
        for (std::size_t trial = 0; trial < run.recording->plans().size(); ++trial) {
            run.run.stepsDone += run.recording->iterations(trial);
            run.run.stepsPlanned += run.recording->plans()[trial].steps;
        }
        bundle.runs.push_back(std::move(run));
    }
}

QString reproductionText(const Bundle& bundle, const QString& commandLine) {
    QString text = QString("A bundle of Convergence Lab: the experiment %1.\n\n"
                           "  session.json   what the window showed; File > Open takes this bundle "
                           "whole\n"
                           "  data/          the shown run: run.json, trials.csv, a table an arm\n"
                           "  pictures/      the views as they were\n"
                           "  runs/          the shown run and those drawn over it, exact\n\n"
                           "To run it again without a window:\n\n  %2\n\n")
                       .arg(QString::fromStdString(bundle.session.experiment), commandLine);
    if (!bundle.session.events.empty())
        text += "While it ran, values were changed by hand, which the command line above leaves "
                "out; they are under \"events\" in session.json. Open the bundle and choose "
                "Continue to replay them.\n\n";
    if (!bundle.runs.empty())
        text += QString("Recorded by version %1 (build %2). The same build repeats the numbers bit "
                        "for bit; others should agree to rounding.\n")
                    .arg(bundle.runs.front().run.version, bundle.runs.front().run.fingerprint);
    if (!bundle.session.notes.empty())
        text += "\nNotes\n-----\n" + QString::fromStdString(bundle.session.notes) + "\n";
    return text;
}

} // namespace convergence
