#pragma once

#include <vector>

#include <QString>

namespace convergence {

/// A part of a course: lessons in the order in which they build on each other.
struct SyllabusPart {
    struct Entry {
        QString lesson; ///< id
        int minutes = 0;
    };
    QString title;
    QString note; ///< where else the part's subject is met; may be empty
    std::vector<Entry> entries;
};

/// Reads a syllabus, a JSON document (resources/lessons/syllabus.json). Throws InputError naming
/// the file and what was expected. Whether there are such lessons is not looked at.
std::vector<SyllabusPart> loadSyllabus(const QString& path);

} // namespace convergence
