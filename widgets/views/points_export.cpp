// Points as numbers and as LaTeX.
#include "widgets/charts/chart_pgfplots.h"
#include "widgets/charts/csv_text.h"
#include "widgets/charts/latex_text.h"
#include "widgets/views/point_painting.h"
#include "widgets/views/points_view.h"

namespace convergence {

namespace {

QString field(const std::string& text) {
    return QString::fromStdString(csvField(std::string_view(text)));
}
QString field(float value) {
    return QString::fromStdString(csvField(double(value)));
}
QString number(double value) {
    return QString::fromStdString(latexNumber(value));
}
QString latex(const std::string& text) {
    return QString::fromStdString(latexText(text));
}

/// Of so many points LaTeX is given every n-th.
std::size_t latexStride(std::size_t count) {
    constexpr std::size_t most = 4000;
    return (count + most - 1) / most;
}

} // namespace

Eigen::Vector3d pointOf(const PointsFrame& points, std::size_t index) {
    return {points.x[index], points.y[index], points.z.empty() ? 0.0 : double(points.z[index])};
}
Eigen::Vector3d pointOf(const PointsFrame::Behind& points, std::size_t index) {
    return {points.x[index], points.y[index], points.z.empty() ? 0.0 : double(points.z[index])};
}

QString pointsCsv(const PointsFrame* shown) {
    QString text = "cloud,point,x,y";
    if (!shown)
        return text + "\r\n";
    const bool inSpace = !shown->z.empty();
    text += QString(inSpace ? ",z" : "") + ",value,class,name\r\n";
    for (std::size_t i = 0; i < shown->behind.x.size(); ++i)
        text += QString("%1,%2,%3,%4%5,,,\r\n")
                    .arg(field(shown->behind.label))
                    .arg(i + 1)
                    .arg(field(shown->behind.x[i]), field(shown->behind.y[i]),
                         inSpace ? "," + field(shown->behind.z[i]) : QString());
    for (std::size_t i = 0; i < shown->x.size(); ++i)
        text += QString("%1,%2,%3,%4%5,%6,%7,%8\r\n")
                    .arg(field(shown->label))
                    .arg(i + 1)
                    .arg(field(shown->x[i]), field(shown->y[i]),
                         inSpace ? "," + field(shown->z[i]) : QString(),
                         shown->values.empty() ? QString() : field(shown->values[i]),
                         shown->classes.empty() ? QString()
                                                : field(shown->classLabels[shown->classes[i]]),
                         shown->names.empty() ? QString() : field(shown->names[i]));
    return text;
}

QString PointsView::csv() const {
    return pointsCsv(points());
}

PgfClouds pgfClouds(const PointsFrame& points, const ItemColors& colors, const Theme& theme,
                    const QString& command,
                    const std::function<QString(const Eigen::Vector3d&)>& placeOf) {
    PgfClouds text{.definitions = pgfColor("behind", theme.mutedText),
                   .options = "  legend pos=outer north east, legend cell align=left, "
                              "legend style={draw=none, font=\\small},\n",
                   .plots = {}};
    if (colors.hasScale())
        text.options +=
            QString("  colormap/viridis, colorbar, point meta min=%1, point meta max=%2,\n"
                    "  colorbar style={ylabel={%3}},\n")
                .arg(number(colors.scale().range.minimum), number(colors.scale().range.maximum),
                     latex(points.valueLabel));
    const auto end = [&](const std::string& label) {
        return label.empty() ? QString("};\n")
                             : QString("};\n\\addlegendentry{%1}\n").arg(latex(label));
    };
    if (!points.behind.x.empty()) {
        text.plots += command + "[behind, only marks, mark=*, mark size=0.8pt, opacity=0.4] "
                                "coordinates {\n";
        const std::size_t stride = latexStride(points.behind.x.size());
        for (std::size_t i = 0; i < points.behind.x.size(); i += stride)
            if (const QString at = placeOf(pointOf(points.behind, i)); !at.isEmpty())
                text.plots += at + "\n";
        text.plots += end(points.behind.label);
    }
    static const char* marks[] = {"*", "square*", "diamond*", "triangle*", "pentagon*", "otimes*"};
    const std::size_t stride = latexStride(points.x.size());
    const std::size_t groups = points.classes.empty() ? 1 : points.classLabels.size();
    for (std::size_t group = 0; group < groups; ++group) {
        if (!colors.hasScale())
            text.definitions += pgfColor(QString("class%1").arg(group), colors.palette()[group]);
        const QString size = points.x.size() > 1000 ? "0.8pt" : "1.6pt";
        text.plots +=
            command + (colors.hasScale()
                           ? QString("[scatter, only marks, mark=*, mark size=%1, "
                                     "point meta=explicit] coordinates {\n")
                                 .arg(size)
                           : QString("[class%1, only marks, mark=%2, mark size=%3] coordinates {\n")
                                 .arg(group)
                                 .arg(marks[group % 6], size));
        for (std::size_t i = 0; i < points.x.size(); i += stride) {
            const QString at = placeOf(pointOf(points, i));
            if (at.isEmpty() || (!points.classes.empty() && points.classes[i] != group))
                continue;
            text.plots += at;
            if (colors.hasScale())
                text.plots += QString(" [%1]").arg(number(double(points.values[i])));
            text.plots += "\n";
        }
        text.plots += end(points.classes.empty() ? points.label : points.classLabels[group]);
    }
    return text;
}

QString PointsView::pgfplots() const {
    const PointsFrame* shown = points();
    if (!shown)
        return pgfDocument({}, {});
    const PlotFrame frame = layout(shown, QRectF(drawing().rect())).frame;
    const ItemColors tints = colors(*shown);
    const auto isWithin = [](const AxisRange& range, double value) {
        return value >= range.minimum && value <= range.maximum;
    };
    const PgfClouds clouds =
        pgfClouds(*shown, tints, theme(), "\\addplot", [&](const Eigen::Vector3d& at) {
            return isWithin(frame.x.range, at.x()) && isWithin(frame.y.range, at.y())
                       ? QString("(%1,%2)").arg(number(at.x()), number(at.y()))
                       : QString();
        });
    const QString definitions = clouds.definitions + pgfColor("lines", theme().text);
    QString body = "\\begin{axis}[\n  width=12cm, height=10cm, clip=true,\n" +
                   pgfAxisOptions(frame, captionedTitle()) + clouds.options + "]\n" + clouds.plots;
    const PixelMap map = frame.pixelMap();
    for (const Contour& contour : contours_)
        for (const ContourLine& line : contour.lines) {
            body += QString("\\addplot[lines, forget plot, opacity=%1] coordinates {")
                        .arg(1.05 - contour.share, 0, 'f', 2);
            for (std::size_t i = 0; i < line.x.size(); ++i)
                body += QString("(%1,%2) ")
                            .arg(number(fromAxis(line.x[i], frame.x.scale)),
                                 number(fromAxis(line.y[i], frame.y.scale)));
            body += line.isClosed ? "} -- cycle;\n" : "};\n";
        }
    for (const auto& ellipse : shown->ellipses) {
        const QString color = ellipse.classIndex < 0 || tints.hasScale() || shown->classes.empty()
                                  ? QString("lines")
                                  : QString("class%1").arg(ellipse.classIndex);
        body += QString("\\addplot[%1, thick, dashed, forget plot] coordinates {").arg(color);
        for (const QPointF& at : ellipseOutline(ellipse, frame))
            body += QString("(%1,%2) ")
                        .arg(number(map.fromPixelX(at.x() - frame.plot.left())),
                             number(map.fromPixelY(at.y() - frame.plot.top())));
        body += "} -- cycle;\n";
    }
    return pgfDocument(definitions, body + "\\end{axis}\n");
}

} // namespace convergence
