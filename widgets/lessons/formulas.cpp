#include "widgets/lessons/formulas.h"

#include <cmath>

#include <QCryptographicHash>
#include <QFile>
#include <QPainter>
#include <QRegularExpression>
#include <QSvgRenderer>

namespace convergence {

namespace {

/// A dollar sign, anything but one, and a dollar sign; \$ is a dollar sign of the text.
const QRegularExpression& formulaPattern() {
    static const QRegularExpression pattern(R"((?<!\\)\$([^$\n]+)\$)");
    return pattern;
}

/// MathJax gives sizes in ex of its own font: 1 ex = 0.442 em.
constexpr double emPerEx = 0.442;

double sizeInEx(const QByteArray& svg, const char* pattern) {
    const QRegularExpression expression(pattern);
    const auto match = expression.match(QString::fromUtf8(svg.left(600)));
    return match.hasMatch() ? match.captured(1).toDouble() : 0.0;
}

} // namespace

QString Formulas::fileName(const QString& tex) {
    return QCryptographicHash::hash(tex.toUtf8(), QCryptographicHash::Sha1).toHex().left(16) +
           ".svg";
}

QStringList Formulas::formulasIn(const QString& markdown) {
    QStringList list;
    for (auto it = formulaPattern().globalMatch(markdown); it.hasNext();)
        list << it.next().captured(1);
    return list;
}

QString Formulas::withImages(const QString& markdown) {
    QString text;
    qsizetype end = 0;
    int number = 0;
    for (auto it = formulaPattern().globalMatch(markdown); it.hasNext();) {
        const auto match = it.next();
        text += markdown.mid(end, match.capturedStart() - end);
        text += QString("![formula](formula:%1)").arg(number++);
        end = match.capturedEnd();
    }
    return text + markdown.mid(end);
}

QByteArray Formulas::svg(const QString& tex) const {
    QFile file(folder_ + "/" + fileName(tex));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QImage Formulas::image(const QString& tex, const QColor& color, double emPixels,
                       double pixelRatio) const {
    QByteArray content = svg(tex);
    if (content.isEmpty())
        return {};
    content.replace("currentColor", color.name().toUtf8());
    const double width = sizeInEx(content, R"(\bwidth="([\d.]+)ex")") * emPerEx * emPixels;
    const double height = sizeInEx(content, R"(\bheight="([\d.]+)ex")") * emPerEx * emPixels;
    QSvgRenderer renderer(content);
    if (!renderer.isValid() || width <= 0.0 || height <= 0.0)
        return {};
    const QSize pixels(int(std::ceil(width * pixelRatio)), int(std::ceil(height * pixelRatio)));
    QImage image(pixels, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    renderer.render(&painter, QRectF(QPointF(), QSizeF(pixels)));
    painter.end();
    image.setDevicePixelRatio(pixelRatio);
    return image;
}

double Formulas::depth(const QString& tex) const {
    return sizeInEx(svg(tex), R"(vertical-align: -([\d.]+)ex)") * emPerEx;
}

} // namespace convergence
