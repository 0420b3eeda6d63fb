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
    const auto [entry, isNew] = read_.try_emplace(tex);
    if (QFile file(folder_ + "/" + fileName(tex)); isNew && file.open(QIODevice::ReadOnly))
        entry->second = file.readAll();
    return entry->second;
}

QSizeF Formulas::size(const QString& tex) const {
    const QByteArray content = svg(tex);
    return emPerEx * QSizeF(sizeInEx(content, R"(\bwidth="([\d.]+)ex")"),
                            sizeInEx(content, R"(\bheight="([\d.]+)ex")"));
}

void Formulas::paint(QPainter& painter, const QRectF& area, const QString& tex,
                     const QColor& color) const {
    QByteArray content = svg(tex);
    content.replace("currentColor", color.name().toUtf8());
    QSvgRenderer renderer(content);
    if (renderer.isValid())
        renderer.render(&painter, area);
}

QImage Formulas::image(const QString& tex, const QColor& color, double emPixels,
                       double pixelRatio) const {
    const QSizeF shown = emPixels * pixelRatio * size(tex);
    if (shown.isEmpty())
        return {};
    QImage image(int(std::ceil(shown.width())), int(std::ceil(shown.height())),
                 QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    paint(painter, QRectF(image.rect()), tex, color);
    painter.end();
    image.setDevicePixelRatio(pixelRatio);
    return image;
}

double Formulas::depth(const QString& tex) const {
    return sizeInEx(svg(tex), R"(vertical-align: -([\d.]+)ex)") * emPerEx;
}

} // namespace convergence
