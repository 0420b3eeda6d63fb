#pragma once

#include <optional>
#include <string>

#include <QByteArray>
#include <QSizeF>
#include <QString>

namespace convergence {

/// What is added to a PDF document of one page.
struct PdfAddition {
    QSizeF pageSize; ///< in points; pages that Qt writes have whole ones
    QString name;    ///< of a file that is attached
    QByteArray content;
};

/// The document with its page of that size and the file attached, as an incremental update: all
/// bytes before stay. Throws std::logic_error for a document whose parts are not where Qt writes
/// them.
QByteArray withAddition(const QByteArray& pdf, const PdfAddition& addition);

/// The file of that name that was attached by withAddition(); none if there is none. Throws
/// InputError, naming `source`, for one that is damaged.
std::optional<std::string> attachedFile(const QByteArray& pdf, const QString& name,
                                        const std::string& source);

} // namespace convergence
