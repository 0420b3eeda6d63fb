#include "widgets/figures/figure_pdf.h"

#include <map>
#include <stdexcept>

#include <QCryptographicHash>
#include <QRegularExpression>
#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

namespace {

constexpr qsizetype largestAttachment = 8 << 20;

[[noreturn]] void refusePdf(const char* what) {
    throw std::logic_error(std::string("a PDF document has no ") + what);
}

/// The number that a pattern's first group finds last in some text.
int lastNumber(const QByteArray& text, const char* pattern, const char* what) {
    const QRegularExpression expression(pattern);
    int found = -1;
    auto matches = expression.globalMatch(QString::fromLatin1(text));
    while (matches.hasNext())
        found = matches.next().captured(1).toInt();
    if (found < 0)
        refusePdf(what);
    return found;
}

/// The text between "N 0 obj" and "endobj".
QByteArray objectOf(const QByteArray& pdf, int number) {
    const QByteArray head = "\n" + QByteArray::number(number) + " 0 obj";
    const qsizetype begin = pdf.indexOf(head);
    const qsizetype end = begin < 0 ? -1 : pdf.indexOf("endobj", begin);
    if (end < 0)
        refusePdf("such object");
    return pdf.mid(begin + head.size(), end - begin - head.size()).trimmed();
}

/// The number of the object that holds a word at its beginning.
int objectWith(const QByteArray& pdf, const QByteArray& word, const char* what) {
    const qsizetype at = pdf.indexOf(word);
    const qsizetype object = at < 0 ? -1 : pdf.lastIndexOf(" 0 obj", at);
    if (object < 0)
        refusePdf(what);
    const qsizetype line = pdf.lastIndexOf('\n', object);
    return pdf.mid(line + 1, object - line - 1).toInt();
}

/// Objects that are appended, by number.
class PdfUpdate {
public:
    explicit PdfUpdate(QByteArray pdf) : pdf_(std::move(pdf)) {
        if (!pdf_.endsWith('\n'))
            pdf_ += '\n';
    }
    void add(int number, const QByteArray& content) {
        offsets_[number] = pdf_.size();
        pdf_ += QByteArray::number(number) + " 0 obj\n" + content + "\nendobj\n";
    }
    QByteArray finished(int size, int root, int info, int before) {
        const qsizetype table = pdf_.size();
        pdf_ += "xref\n";
        for (const auto& [number, offset] : offsets_)
            pdf_ +=
                QByteArray::fromStdString(fmt::format("{} 1\n{:010} 00000 n \n", number, offset));
        pdf_ += QByteArray::fromStdString(
            fmt::format("trailer\n<<\n/Size {}\n/Root {} 0 R\n/Info {} 0 R\n/Prev {}\n>>\n"
                        "startxref\n{}\n%%EOF\n",
                        size, root, info, before, table));
        return pdf_;
    }

private:
    QByteArray pdf_;
    std::map<int, qsizetype> offsets_;
};

} // namespace

QByteArray withAddition(const QByteArray& pdf, const PdfAddition& addition) {
    const QByteArray tail = pdf.mid(pdf.lastIndexOf("trailer"));
    const int root = lastNumber(tail, "/Root (\\d+) 0 R", "root");
    const int info = lastNumber(tail, "/Info (\\d+) 0 R", "information");
    const int size = lastNumber(tail, "/Size (\\d+)", "size");
    const int before = lastNumber(tail, "startxref\\s+(\\d+)", "cross-reference table");
    const int page = objectWith(pdf, "/Type /Page\n", "page");

    QByteArray pageObject = objectOf(pdf, page);
    const qsizetype box = pageObject.indexOf("/MediaBox");
    const qsizetype boxEnd = pageObject.indexOf(']', box);
    if (box < 0 || boxEnd < 0)
        refusePdf("page size");
    pageObject.replace(box, boxEnd - box + 1,
                       QByteArray::fromStdString(fmt::format("/MediaBox [0 0 {:.4f} {:.4f}]",
                                                             addition.pageSize.width(),
                                                             addition.pageSize.height())));
    QByteArray catalog = objectOf(pdf, root);
    const qsizetype end = catalog.lastIndexOf(">>");
    if (end < 0)
        refusePdf("catalog");
    const int stream = size, specification = size + 1;
    const QByteArray name = addition.name.toLatin1();
    catalog.insert(end, "/Names << /EmbeddedFiles << /Names [(" + name + ") " +
                            QByteArray::number(specification) + " 0 R] >> >>\n");
    PdfUpdate update(pdf);
    update.add(page, pageObject);
    update.add(root, catalog);
    update.add(stream,
               "<< /Type /EmbeddedFile /Subtype /application#2Fjson /Length " +
                   QByteArray::number(addition.content.size()) + " /Params << /Size " +
                   QByteArray::number(addition.content.size()) + " /CheckSum <" +
                   QCryptographicHash::hash(addition.content, QCryptographicHash::Md5).toHex() +
                   "> >> >>\nstream\n" + addition.content + "\nendstream");
    update.add(specification, "<< /Type /Filespec /F (" + name + ") /UF (" + name +
                                  ") /AFRelationship /Source /EF << /F " +
                                  QByteArray::number(stream) + " 0 R >> >>");
    return update.finished(size + 2, root, info, before);
}

std::optional<std::string> attachedFile(const QByteArray& pdf, const QString& name,
                                        const std::string& source) {
    const qsizetype named = pdf.lastIndexOf("/Type /Filespec /F (" + name.toLatin1() + ")");
    if (named < 0)
        return std::nullopt;
    const auto damaged = [&] {
        return InputError(fmt::format("{}: the figure that is attached is damaged.", source));
    };
    const qsizetype begin = pdf.lastIndexOf("<< /Type /EmbeddedFile", named);
    if (begin < 0)
        throw damaged();
    static const QRegularExpression head(
        "/Length (\\d{1,9}) .*/CheckSum <([0-9a-f]{32})> >> >>\nstream\n");
    const QString text = QString::fromLatin1(pdf.mid(begin, 300));
    const auto match = head.match(text);
    const qsizetype length = match.captured(1).toLongLong();
    if (!match.hasMatch() || length > largestAttachment)
        throw damaged();
    const QByteArray content = pdf.mid(begin + match.capturedEnd(0), length);
    if (content.size() != length ||
        QCryptographicHash::hash(content, QCryptographicHash::Md5).toHex() !=
            match.captured(2).toLatin1())
        throw damaged();
    return content.toStdString();
}

} // namespace convergence
