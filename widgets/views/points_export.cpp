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

} // namespace

std::size_t latexStride(std::size_t count) {
    constexpr std::size_t most = 4000;
    return (count + most - 1) / most;
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

QString PointsView::pgfplots() const {
    const PointsFrame* shown = points();
    if (!shown)
        return pgfDocument({}, {});
    const PlotFrame frame = layout(shown, QRectF(drawing().rect())).frame;
    const ItemColors tints = colors(*shown);
    const auto isSeen = [&](float x, float y) {
        const AxisRange &a = frame.x.range, &b = frame.y.range;
        return double(x) >= a.minimum && double(x) <= a.maximum && double(y) >= b.minimum &&
               double(y) <= b.maximum;
    };
    QString definitions = pgfColor("behind", theme().mutedText) + pgfColor("lines", theme().text);
    QString body = "\\begin{axis}[\n  width=12cm, height=10cm, clip=true,\n" +
                   pgfAxisOptions(frame, captionedTitle()) +
                   "  legend pos=outer north east, legend cell align=left, "
                   "legend style={draw=none, font=\\small},\n";
    if (tints.hasScale())
        body += QString("  colormap/viridis, colorbar, point meta min=%1, point meta max=%2,\n"
                        "  colorbar style={ylabel={%3}},\n")
                    .arg(number(tints.scale().range.minimum), number(tints.scale().range.maximum),
                         latex(shown->valueLabel));
    body += "]\n";
    if (!shown->behind.x.empty()) {
        body += "\\addplot[behind, only marks, mark=*, mark size=0.8pt, opacity=0.4] "
                "coordinates {\n";
        const std::size_t stride = latexStride(shown->behind.x.size());
        for (std::size_t i = 0; i < shown->behind.x.size(); i += stride)
            if (isSeen(shown->behind.x[i], shown->behind.y[i]))
                body += QString("(%1,%2)\n")
                            .arg(number(double(shown->behind.x[i])),
                                 number(double(shown->behind.y[i])));
        body += QString("};\n\\addlegendentry{%1}\n").arg(latex(shown->behind.label));
    }
    static const char* marks[] = {"*", "square*", "diamond*", "triangle*", "pentagon*", "otimes*"};
    const std::size_t stride = latexStride(shown->x.size());
    const std::size_t groups = shown->classes.empty() ? 1 : shown->classLabels.size();
    for (std::size_t group = 0; group < groups; ++group) {
        if (!tints.hasScale())
            definitions += pgfColor(QString("class%1").arg(group), tints.palette()[group]);
        const QString size = shown->x.size() > 1000 ? "0.8pt" : "1.6pt";
        body += tints.hasScale() ? QString("\\addplot[scatter, only marks, mark=*, mark size=%1, "
                                           "point meta=explicit] coordinates {\n")
                                       .arg(size)
                                 : QString("\\addplot[class%1, only marks, mark=%2, mark size=%3] "
                                           "coordinates {\n")
                                       .arg(group)
                                       .arg(marks[group % 6], size);
        for (std::size_t i = 0; i < shown->x.size(); i += stride) {
            if ((!shown->classes.empty() && shown->classes[i] != group) ||
                !isSeen(shown->x[i], shown->y[i]))
                continue;
            body +=
                QString("(%1,%2)").arg(number(double(shown->x[i])), number(double(shown->y[i])));
            if (tints.hasScale())
                body += QString(" [%1]").arg(number(double(shown->values[i])));
            body += "\n";
        }
        const std::string& label =
            shown->classes.empty() ? shown->label : shown->classLabels[group];
        body += label.empty() ? QString("};\n")
                              : QString("};\n\\addlegendentry{%1}\n").arg(latex(label));
    }
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
