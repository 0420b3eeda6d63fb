#pragma once

#include <string>
#include <vector>

#include <QStringList>

#include "widgets/lessons/worksheet.h"

namespace convergence {

/// A lesson of those that are shipped. Throws InputError naming those that there are.
Lesson findLesson(const std::string& id);

/// Which worksheets are written.
enum class WorksheetFiles { students, both };

/// Writes the worksheet for students to `path` and, if wanted, the teacher's beside it. Returns the
/// files. Throws InputError if one cannot be written.
QStringList writeWorksheets(const QString& path, WorksheetFiles files, const Lesson& lesson,
                            const std::vector<StepFacts>& facts);
/// "lesson.pdf" → "lesson-teacher.pdf".
QString teachersPath(const QString& path);

} // namespace convergence
