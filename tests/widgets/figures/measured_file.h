#pragma once

// What other programs (Debian's poppler-utils) find in a file, not the code that made it.

#include <optional>
#include <vector>

#include <QProcess>
#include <QRectF>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QString>

namespace convergence::testing {

inline bool havePoppler() {
    return !QStandardPaths::findExecutable("pdftotext").isEmpty();
}

inline QString outputOf(const QString& program, const QStringList& arguments) {
    QProcess process;
    process.start(program, arguments);
    process.waitForFinished(60000);
    return QString::fromUtf8(process.readAllStandardOutput());
}

/// Width and height of the first page in mm.
inline std::optional<QSizeF> pageSizeOf(const QString& pdf) {
    static const QRegularExpression line("Page size:\\s+([0-9.]+) x ([0-9.]+) pts");
    const auto match = line.match(outputOf("pdfinfo", {pdf}));
    if (!match.hasMatch())
        return std::nullopt;
    return QSizeF(match.captured(1).toDouble(), match.captured(2).toDouble()) * (25.4 / 72.0);
}

struct MeasuredWord {
    QString text;
    QRectF box; ///< in points
};

inline std::vector<MeasuredWord> wordsOf(const QString& pdf) {
    static const QRegularExpression line("<word xMin=\"([-0-9.]+)\" yMin=\"([-0-9.]+)\" "
                                         "xMax=\"([-0-9.]+)\" yMax=\"([-0-9.]+)\">(.*)</word>");
    std::vector<MeasuredWord> words;
    auto matches = line.globalMatch(outputOf("pdftotext", {"-bbox", pdf, "-"}));
    while (matches.hasNext()) {
        const auto match = matches.next();
        const auto number = [&](int group) { return match.captured(group).toDouble(); };
        words.push_back({match.captured(5),
                         QRectF(QPointF(number(1), number(2)), QPointF(number(3), number(4)))});
    }
    return words;
}

/// Two words of a page that lie on each other; empty: none do. Boxes hold the room for ascents and
/// descents, of which letters use less: a sixth on either side may be shared.
inline QString overlapIn(const std::vector<MeasuredWord>& words) {
    const auto inner = [](const QRectF& box) {
        const double least = std::min(box.width(), box.height());
        return box.adjusted(least / 6, least / 6, -least / 6, -least / 6);
    };
    for (std::size_t i = 0; i < words.size(); ++i)
        for (std::size_t j = i + 1; j < words.size(); ++j)
            if (inner(words[i].box).intersects(inner(words[j].box)))
                return words[i].text + " | " + words[j].text;
    return {};
}

/// Heights of letters in points as text of the smallest size has them: the smaller side of a
/// word's box, which poppler makes from the font's ascent and descent.
inline double smallestHeightOf(const std::vector<MeasuredWord>& words) {
    double smallest = 1e9;
    for (const MeasuredWord& word : words)
        smallest =
            std::min({smallest, word.text.size() > 3 ? std::min(word.box.width(), word.box.height())
                                                     : smallest});
    return smallest;
}

/// Whether all fonts of a document are embedded (and there are some).
inline bool fontsAreEmbedded(const QString& pdf) {
    const QStringList lines = outputOf("pdffonts", {pdf}).split('\n', Qt::SkipEmptyParts);
    if (lines.size() < 3)
        return false;
    const qsizetype column = lines[0].indexOf("emb");
    for (qsizetype i = 2; i < lines.size(); ++i)
        if (!lines[i].mid(column, 3).contains("yes"))
            return false;
    return true;
}

} // namespace convergence::testing
