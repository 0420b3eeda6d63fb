#include "app/lessons/worksheet_files.h"

#include <QFileInfo>
#include <fmt/format.h>

#include "core/error.h"
#include "widgets/theme.h"

namespace convergence {

QString teachersPath(const QString& path) {
    const QFileInfo file(path);
    const QString suffix = file.suffix();
    return file.path() + "/" + file.completeBaseName() + "-teacher" +
           (suffix.isEmpty() ? QString() : "." + suffix);
}

QStringList writeWorksheets(const QString& path, WorksheetFiles files, const Lesson& lesson,
                            const std::vector<StepFacts>& facts) {
    const Formulas formulas(resourceFolder("lessons") + "/formulas");
    writeWorksheet(path, Worksheet::students, lesson, facts, formulas);
    if (files == WorksheetFiles::students)
        return {path};
    writeWorksheet(teachersPath(path), Worksheet::teacher, lesson, facts, formulas);
    return {path, teachersPath(path)};
}

Lesson findLesson(const std::string& id) {
    std::string known;
    for (Lesson& lesson : loadLessons(resourceFolder("lessons"))) {
        if (lesson.id.toStdString() == id)
            return std::move(lesson);
        known += (known.empty() ? "" : ", ") + lesson.id.toStdString();
    }
    throw InputError(fmt::format("There is no lesson '{}'; known are {}.", id, known));
}

} // namespace convergence
