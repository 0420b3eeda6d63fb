#include "widgets/views/latex_pictures.h"

#include "widgets/charts/latex_text.h"

namespace convergence {

namespace {

QString latex(const QString& text) {
    return QString::fromStdString(latexText(text.toStdString()));
}

/// Deflated RGB as hexadecimal digits, in lines that TeX can hold.
QString pixelStream(const QImage& image) {
    const QImage rgb = image.convertToFormat(QImage::Format_RGB888);
    QByteArray bytes;
    for (int row = 0; row < rgb.height(); ++row)
        bytes.append(reinterpret_cast<const char*>(rgb.constScanLine(row)), 3 * rgb.width());
    constexpr int lengthOfQt = 4; // qCompress puts the size before the zlib stream
    const QByteArray digits = qCompress(bytes, 9).mid(lengthOfQt).toHex();
    constexpr int digitsALine = 96;
    QString lines;
    lines.reserve(digits.size() + digits.size() / digitsALine + 2);
    for (qsizetype at = 0; at < digits.size(); at += digitsALine)
        lines += QString::fromLatin1(digits.mid(at, digitsALine)) + "\n";
    return lines + ">";
}

/// A name of letters only, as TeX wants it.
QString nameOf(std::size_t index) {
    QString name = "Picture";
    for (std::size_t rest = index + 1; rest > 0; rest = (rest - 1) / 26)
        name += QChar('A' + int((rest - 1) % 26));
    return name;
}

} // namespace

QString latexPictures(const QString& title, const std::vector<CaptionedPicture>& pictures,
                      int columns, double width) {
    QString objects, resources, body;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        const QImage& image = pictures[i].image;
        if (image.isNull())
            continue;
        const QString name = nameOf(i);
        const double points = width / 2.54 * 72.0;
        const double height = points * image.height() / image.width();
        objects += QString("\\immediate\\pdfobj stream attr {/Type /XObject /Subtype /Image "
                           "/Width %1 /Height %2 /ColorSpace /DeviceRGB /BitsPerComponent 8 "
                           "/Filter [/ASCIIHexDecode /FlateDecode]} {%3}\n"
                           "\\edef\\object%4{\\the\\pdflastobj}\n")
                       .arg(image.width())
                       .arg(image.height())
                       .arg(pixelStream(image), name);
        resources += QString("/%1 \\object%1\\space 0 R ").arg(name);
        if (!body.isEmpty())
            body += int(i) % columns == 0 ? " \\\\[6pt]\n" : " &\n";
        body += QString("\\begin{tabular}{@{}c@{}}%1\\\\[2pt]\\vbox to %2bp{\\vss\\hbox to %3bp{"
                        "\\pdfliteral{q %3 0 0 %2 0 0 cm /%4 Do Q}\\hss}}\\end{tabular}")
                    .arg(latex(pictures[i].caption))
                    .arg(height, 0, 'f', 3)
                    .arg(points, 0, 'f', 3)
                    .arg(name);
    }
    return "% The pixels are in this file: compile it with pdflatex or lualatex.\n"
           "\\documentclass[border=4pt]{standalone}\n"
           "\\ifdefined\\pdfobj\\else\\usepackage{luatex85}\\fi\n"
           "\\usepackage[utf8]{inputenc}\n\\usepackage[T1]{fontenc}\n\\usepackage{amssymb}\n"
           "\\begin{document}\n" +
           objects + "\\edef\\resources{/XObject << " + resources +
           ">>}\n\\pdfpageresources\\expandafter{\\resources}\n" +
           QString("\\begin{tabular}{@{}*{%1}{c}@{}}\n").arg(columns) +
           (title.isEmpty() ? QString()
                            : QString("\\multicolumn{%1}{c}{\\textbf{%2}} \\\\[4pt]\n")
                                  .arg(columns)
                                  .arg(latex(title))) +
           body + "\n\\end{tabular}\n\\end{document}\n";
}

} // namespace convergence
