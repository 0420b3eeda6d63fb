#include "app/start/syllabus.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include "core/error.h"

namespace convergence {

namespace {

constexpr int longestLesson = 240; ///< minutes

[[noreturn]] void refuseSyllabus(const QString& path, const QString& reason) {
    throw InputError(
        QString("The syllabus %1 cannot be read: %2.").arg(path, reason).toStdString());
}

} // namespace

std::vector<SyllabusPart> loadSyllabus(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        refuseSyllabus(path, file.errorString());
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &error);
    if (!document["parts"].isArray())
        refuseSyllabus(path,
                       document.isObject() ? "it has no list \"parts\"" : error.errorString());
    std::vector<SyllabusPart> parts;
    for (const QJsonValue& value : document["parts"].toArray()) {
        SyllabusPart part{
            .title = value["title"].toString(), .note = value["note"].toString(), .entries = {}};
        if (part.title.isEmpty())
            refuseSyllabus(path, "a part has no title");
        for (const QJsonValue& entry : value["lessons"].toArray()) {
            const SyllabusPart::Entry read{entry["id"].toString(), entry["minutes"].toInt()};
            if (read.lesson.isEmpty() || read.minutes < 1 || read.minutes > longestLesson)
                refuseSyllabus(path, QString("a lesson of \"%1\" needs an id and minutes from 1 "
                                             "to %2")
                                         .arg(part.title)
                                         .arg(longestLesson));
            part.entries.push_back(read);
        }
        parts.push_back(std::move(part));
    }
    return parts;
}

} // namespace convergence
