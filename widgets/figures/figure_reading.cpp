#include "widgets/figures/figure_reading.h"

#include <algorithm>

#include <QCryptographicHash>
#include <QFile>
#include <QFileInfo>
#include <fmt/format.h>

#include "core/data/png_image.h"
#include "core/error.h"
#include "widgets/figures/figure_pdf.h"

namespace convergence {

namespace {

constexpr qint64 largestFigureFile = qint64{256} << 20;
/// Of a sealed figure in text: more than parseFigure() takes has in base 64.
constexpr qsizetype longestSeal = qsizetype{8} << 20;

/// The seal that begins at `at`; in a comment it goes on over several lines.
QByteArray sealAt(const QByteArray& bytes, qsizetype at) {
    QByteArray seal;
    while (at < bytes.size() && seal.size() <= longestSeal) {
        const qsizetype end = bytes.indexOf('\n', at);
        QByteArray line = bytes.mid(at, (end < 0 ? bytes.size() : end) - at);
        line.truncate(std::min(line.size(), longestSeal + 1));
        line = line.trimmed();
        if (!seal.isEmpty()) {
            if (!line.startsWith("% ") && !line.startsWith("# "))
                break;
            line = line.mid(2);
        }
        const qsizetype tag = line.indexOf('<');
        seal += tag < 0 ? line : line.left(tag);
        if (tag >= 0 || end < 0)
            break;
        at = end + 1;
    }
    return seal;
}

} // namespace

QByteArray sealed(const std::string& text) {
    const QByteArray bytes = QByteArray::fromStdString(text);
    return sealHead + QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex() + ":" +
           bytes.toBase64();
}

std::string unsealed(const QByteArray& seal, const std::string& source) {
    const qsizetype head = qsizetype(std::string_view(sealHead).size());
    const qsizetype colon = seal.indexOf(':', head);
    const bool isWhole = seal.startsWith(sealHead) && colon >= 0 && seal.size() <= longestSeal;
    const QByteArray bytes = isWhole ? QByteArray::fromBase64(seal.mid(colon + 1)) : QByteArray();
    if (!isWhole || QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex() !=
                        seal.mid(head, colon - head))
        throw InputError(fmt::format("{}: the figure in it is damaged.", source));
    return bytes.toStdString();
}

Figure figureIn(const QString& path) {
    QFile file(path);
    const std::string source = QFileInfo(path).fileName().toStdString();
    if (!file.open(QIODevice::ReadOnly) || file.size() > largestFigureFile)
        throw InputError(fmt::format("The file {} cannot be read.", path.toStdString()));
    const QByteArray bytes = file.readAll();
    if (bytes.startsWith("%PDF-")) {
        if (const auto text = attachedFile(bytes, figureAttachment, source))
            return parseFigure(*text, source);
    } else if (bytes.startsWith("\x89PNG")) {
        if (const auto text = readPngText(path.toStdString(), figureKeyword))
            return parseFigure(unsealed(QByteArray::fromStdString(*text), source), source);
    } else if (bytes.trimmed().startsWith('{')) {
        return parseFigure(bytes.toStdString(), source);
    } else if (const qsizetype at = bytes.indexOf(sealHead); at >= 0) {
        return parseFigure(unsealed(sealAt(bytes, at), source), source);
    }
    throw InputError(fmt::format("{} carries no figure of this program.", source));
}

} // namespace convergence
