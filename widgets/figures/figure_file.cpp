#include "widgets/figures/figure_file.h"

#include <cmath>

#include <QBuffer>
#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QPainter>
#include <QPdfWriter>
#include <QRegularExpression>
#include <QSaveFile>
#include <QSvgGenerator>
#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/nearest_name.h"
#include "widgets/figures/figure_pdf.h"
#include "widgets/figures/figure_scripts.h"

namespace convergence {

namespace {

constexpr double mostFigurePixels = 4e8;

QString titleOf(const Figure& figure) {
    QStringList views;
    for (const FigureView& view : figure.views)
        views << QString::fromStdString(view.view);
    return QString::fromStdString(figure.run.experiment) + ": " + views.join(", ");
}

QByteArray pdfOf(const FigurePage& page, const Figure& figure) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    const QSizeF points = page.size() / unitsPerPoint;
    {
        QPdfWriter writer(&buffer);
        writer.setTitle(titleOf(figure));
        writer.setCreator("Convergence Lab " + QString::fromStdString(figure.run.version));
        writer.setPageMargins(QMarginsF());
        // Larger by what Qt rounds; the real size is put in afterwards.
        const QSizeF whole(std::ceil(points.width()), std::ceil(points.height()));
        writer.setPageSize(QPageSize(whole, QPageSize::Point, {}, QPageSize::ExactMatch));
        writer.setResolution(96);
        QPainter painter(&writer);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setRenderHint(QPainter::LosslessImageRendering); // cells have edges
        // From below, where the origin of a PDF page is.
        painter.translate(0.0, (whole.height() - points.height()) * unitsPerPoint);
        page.paint(painter);
        painter.end();
    }
    return withAddition(bytes,
                        {points, figureAttachment, QByteArray::fromStdString(toText(figure))});
}

QByteArray svgOf(const FigurePage& page, const Figure& figure) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(96);
    generator.setSize(page.size().toSize());
    generator.setViewBox(QRectF(QPointF(), page.size()));
    generator.setTitle(titleOf(figure));
    QPainter painter(&generator);
    painter.setRenderHint(QPainter::Antialiasing);
    page.paint(painter);
    painter.end();
    buffer.close();

    const QSizeF size = figureSize(figure);
    QString text = QString::fromUtf8(bytes);
    static const QRegularExpression sides("<svg width=\"[^\"]*\" height=\"[^\"]*\"");
    text.replace(sides, QString("<svg width=\"%1mm\" height=\"%2mm\"")
                            .arg(size.width(), 0, 'f', 3)
                            .arg(size.height(), 0, 'f', 3));
    static const QRegularExpression family("font-family=\"([^\",]*)\"");
    text.replace(family, figure.style.family == "sans" ? "font-family=\"\\1, sans-serif\""
                                                       : "font-family=\"\\1, serif\"");
    const qsizetype title = text.indexOf("</title>");
    text.insert(title < 0 ? 0 : title + 8,
                "\n<metadata>" + QString::fromLatin1(sealed(toText(figure))) + "</metadata>");
    return text.toUtf8();
}

QByteArray pngOf(const FigurePage& page, const Figure& figure) {
    const double scale = figure.style.dotsPerInch / 96.0;
    const QSize pixels = (page.size() * scale).toSize();
    if (double(pixels.width()) * pixels.height() > mostFigurePixels)
        throw InputError(fmt::format("A picture of {} × {} pixels is too large; 400 million pixels "
                                     "in all are possible.",
                                     pixels.width(), pixels.height()));
    QImage image(pixels, QImage::Format_RGB32);
    image.setDotsPerMeterX(3780); // 96 an inch: letters are scaled with all else
    image.setDotsPerMeterY(3780);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(pixels.width() / page.size().width(), pixels.height() / page.size().height());
    page.paint(painter);
    painter.end();
    const int dots = int(std::lround(figure.style.dotsPerInch / 0.0254));
    image.setDotsPerMeterX(dots);
    image.setDotsPerMeterY(dots);
    image.setText(figureKeyword, QString::fromLatin1(sealed(toText(figure))));
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

QByteArray csvOf(const FigurePage& page, const Figure& figure) {
    QByteArray bytes;
    for (std::size_t i = 0; i < figure.views.size(); ++i)
        bytes += (i > 0 ? "\r\n" : "") + page.csv(i).toUtf8();
    return bytes;
}

void writeBytes(const QString& path, const QByteArray& bytes) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        throw InputError(fmt::format("The file {} cannot be written: {}.", path.toStdString(),
                                     file.errorString().toStdString()));
}

} // namespace

QStringList figureFormats() {
    return {"pdf", "svg", "png", "tex", "py", "csv", "json"};
}

QByteArray figureBytes(const FigurePage& page, const Figure& figure, const QString& suffix) {
    if (suffix == "pdf")
        return pdfOf(page, figure);
    if (suffix == "svg")
        return svgOf(page, figure);
    if (suffix == "png")
        return pngOf(page, figure);
    if (suffix == "csv")
        return csvOf(page, figure);
    if (suffix == "json")
        return QByteArray::fromStdString(toText(figure));
    if (suffix == "tex")
        return figureLatex(page, figure).toUtf8();
    std::vector<std::string> known;
    for (const QString& format : figureFormats())
        known.push_back(format.toStdString());
    throw InputError(fmt::format("A figure cannot be written as '.{}'{}", suffix.toStdString(),
                                 suggestion(suffix.toStdString(), known)));
}

void writeFigure(const FigurePage& page, const Figure& figure, const QString& path) {
    const QFileInfo file(path);
    const QString suffix = file.suffix().toLower();
    if (suffix != "py")
        return writeBytes(path, figureBytes(page, figure, suffix));
    const PythonFigure script = figurePython(page, figure, file.completeBaseName());
    for (const auto& [name, content] : script.tables)
        writeBytes(file.absolutePath() + "/" + name, content);
    writeBytes(path, script.script.toUtf8());
}

bool mayCarryFigure(const QString& path) {
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (suffix != "json")
        return figureFormats().contains(suffix) && suffix != "csv";
    QFile file(path);
    constexpr qint64 beginning = 256;
    return file.open(QIODevice::ReadOnly) &&
           file.read(beginning).contains("convergence-lab figure");
}

} // namespace convergence
