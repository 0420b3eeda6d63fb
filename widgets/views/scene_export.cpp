// Episodes as numbers, and their present moment as LaTeX.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "widgets/charts/chart_pgfplots.h"
#include "widgets/charts/csv_text.h"
#include "widgets/charts/latex_text.h"
#include "widgets/views/scene_view.h"

namespace convergence {

namespace {

QString inCsv(double value) {
    return QString::fromStdString(csvField(value));
}
QString number(double value) {
    return QString::fromStdString(latexNumber(value));
}
constexpr double centimetersAPixel = 0.02;
constexpr std::size_t mostTrailPoints = 1500;

} // namespace

QString SceneView::csv() const {
    QString text = "time,body,label,x,y,angle\r\n";
    const SceneFrame* shown = scene();
    if (!shown)
        return text;
    for (std::size_t t = 0; t < shown->times.size(); ++t)
        for (std::size_t body = 0; body < shown->bodies; ++body) {
            const auto& pose = shown->poses[t * shown->bodies + body];
            const std::string label = shown->bodyLabels.empty() ? "" : shown->bodyLabels[body];
            text +=
                QString("%1,%2,%3,%4,%5,%6\r\n")
                    .arg(inCsv(shown->times[t]))
                    .arg(body + 1)
                    .arg(QString::fromStdString(csvField(std::string_view(label))),
                         inCsv(double(pose.x)), inCsv(double(pose.y)), inCsv(double(pose.angle)));
        }
    return text;
}

QString SceneView::pgfplots() const {
    using Kind = SceneFrame::ShapeKind;
    const SceneFrame* shown = scene();
    if (!shown)
        return pgfDocument({}, {});
    const PlotFrame frame = layout(shown, QRectF(drawing().rect())).frame;
    const Moment now = momentOf(*shown);
    const auto place = [&](double x, double y) {
        const QPointF at = frame.toPixel(x, y);
        return QString("(%1,%2)").arg(number(centimetersAPixel * at.x()),
                                      number(-centimetersAPixel * at.y()));
    };
    QString definitions = pgfColor("ink", theme().text), body;
    int most = -1;
    for (const auto& shape : shown->shapes)
        most = std::max(most, shape.color);
    for (const int color : shown->bodyColors)
        most = std::max(most, color);
    for (int i = 0; i <= std::min(most, 63); ++i)
        definitions += pgfColor(QString("arm%1").arg(i), theme().seriesColor(i));
    const auto name = [](int color) {
        return color < 0 ? QString("ink") : QString("arm%1").arg(color % 64);
    };
    const QRectF plot = frame.plot;
    body +=
        QString("\\clip (%1,%2) rectangle (%3,%4);\n")
            .arg(number(centimetersAPixel * plot.left()), number(-centimetersAPixel * plot.top()),
                 number(centimetersAPixel * plot.right()),
                 number(-centimetersAPixel * plot.bottom()));
    for (std::size_t b = 0; b < shown->hasTrail.size(); ++b) {
        if (shown->hasTrail[b] == 0)
            continue;
        body += QString("\\draw[%1, opacity=0.7] ").arg(name(bodyColor(*shown, b)));
        const std::size_t stride = now.index / mostTrailPoints + 1;
        for (std::size_t i = 0; i <= now.index; i += stride) {
            const auto& pose = shown->poses[i * shown->bodies + b];
            body += place(double(pose.x), double(pose.y)) + " -- ";
        }
        body += place(double(now.poses[b].x), double(now.poses[b].y)) + ";\n";
    }
    for (const auto& shape : shown->shapes) {
        const SceneFrame::Pose pose =
            shape.body < 0 ? SceneFrame::Pose() : now.poses[std::size_t(shape.body)];
        const QString color =
            name(shape.color >= 0 || shape.body < 0 ? shape.color
                                                    : bodyColor(*shown, std::size_t(shape.body)));
        const double c = std::cos(double(pose.angle)), s = std::sin(double(pose.angle));
        QStringList points;
        for (std::size_t i = 0; i < shape.x.size(); ++i)
            points << place(double(pose.x) + c * shape.x[i] - s * shape.y[i],
                            double(pose.y) + s * shape.x[i] + c * shape.y[i]);
        const PixelMap map = frame.pixelMap();
        switch (shape.kind) {
        case Kind::line:
            body += QString("\\draw[%1, line width=%2pt] %3;\n")
                        .arg(color, number(0.8 * shape.width), points.join(" -- "));
            break;
        case Kind::polygon:
            body += QString("\\%1[%2%3] %4 -- cycle;\n")
                        .arg(shape.isFilled ? "filldraw" : "draw", color,
                             shape.isFilled ? ", fill opacity=0.35" : "", points.join(" -- "));
            break;
        case Kind::circle:
            body += QString("\\%1[%2] %3 circle (%4cm);\n")
                        .arg(shape.isFilled ? "fill" : "draw", color, points.front(),
                             number(centimetersAPixel *
                                    std::abs(map.toPixelX(shape.radius) - map.toPixelX(0.0))));
            break;
        case Kind::text:
            body += QString("\\node[%1] at %2 {%3};\n")
                        .arg(color, points.front(), QString::fromStdString(latexText(shape.text)));
            break;
        }
    }
    QString caption = captionedTitle();
    if (shown->times.size() > 1)
        caption +=
            QString(", %1 = %2")
                .arg(QString::fromStdString(shown->timeLabel.empty() ? "t" : shown->timeLabel),
                     QString::fromStdString(readableNumber(now.time, 3)));
    body = "\\begin{scope}\n" + body + "\\end{scope}\n";
    body += QString("\\node[anchor=south] at (%1,%2) {\\textbf{%3}};\n")
                .arg(number(centimetersAPixel * plot.center().x()),
                     number(-centimetersAPixel * plot.top()),
                     QString::fromStdString(latexText(caption.toStdString())));
    return pgfDocument(definitions, body);
}

} // namespace convergence
