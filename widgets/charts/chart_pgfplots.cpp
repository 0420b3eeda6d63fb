#include "widgets/charts/chart_pgfplots.h"

#include "widgets/charts/latex_text.h"

namespace convergence {

namespace {

QString latex(const QString& text) {
    return QString::fromStdString(latexText(text.toStdString()));
}
QString number(double value) {
    return QString::fromStdString(latexNumber(value));
}

QString strokeName(Qt::PenStyle style) {
    switch (style) {
    case Qt::DashLine:
        return "dashed";
    case Qt::DashDotLine:
        return "dashdotted";
    case Qt::DotLine:
        return "densely dotted";
    default:
        return "solid";
    }
}

/// Coordinates from pixels back to data.
QString coordinates(const PlotFrame& frame, const QPolygonF& pixels) {
    const PixelMap map = frame.pixelMap();
    QString text;
    for (const QPointF& p : pixels)
        text += QString("(%1,%2)\n")
                    .arg(number(map.fromPixelX(p.x() - frame.plot.left())),
                         number(map.fromPixelY(p.y() - frame.plot.top())));
    return text;
}

QString markName(int shape) {
    static const char* names[] = {"*", "square*", "diamond*", "triangle*", "pentagon*", "otimes*"};
    return names[shape % 6];
}

QString ticks(const QString& axis, const AxisTicks& ticks) {
    QStringList values, labels, minor;
    for (const Tick& tick : ticks.major) {
        values << number(tick.value);
        labels << "{" + QString::fromStdString(latexText(tick.label)) + "}";
    }
    for (const double value : ticks.minor)
        minor << number(value);
    return QString("  %1tick={%2},\n  %1ticklabels={%3},\n  extra %1 ticks={%4},\n"
                   "  extra %1 tick labels={},\n"
                   "  extra %1 tick style={major tick length=0.05cm, grid=none},\n")
        .arg(axis, values.join(","), labels.join(","),
             ticks.minor.size() <= 80 ? minor.join(",") : QString());
}

} // namespace

QString pgfDocument(const QString& definitions, const QString& body) {
    return "\\documentclass{standalone}\n"
           "\\usepackage[utf8]{inputenc}\n\\usepackage[T1]{fontenc}\n\\usepackage{amssymb}\n"
           "\\usepackage{pgfplots}\n\\pgfplotsset{compat=1.18}\n" +
           definitions + "\\begin{document}\n\\begin{tikzpicture}\n" + body +
           "\\end{tikzpicture}\n\\end{document}\n";
}

QString pgfColor(const QString& name, const QColor& color) {
    return QString("\\definecolor{%1}{HTML}{%2}\n").arg(name, color.name().mid(1).toUpper());
}

QString pgfAxisOptions(const PlotFrame& frame, const QString& title) {
    const auto mode = [](const PlotAxis& axis) {
        return axis.scale == Scale::logarithmic ? QString("log") : QString("normal");
    };
    return QString("  title={%1},\n  xlabel={%2},\n  ylabel={%3},\n  xmode=%4, ymode=%5,\n"
                   "  xmin=%6, xmax=%7, ymin=%8, ymax=%9,\n")
               .arg(latex(title), latex(frame.x.label), latex(frame.y.label), mode(frame.x),
                    mode(frame.y), number(frame.x.range.minimum), number(frame.x.range.maximum),
                    number(frame.y.range.minimum), number(frame.y.range.maximum)) +
           "  minor tick num=0,\n" + ticks("x", frame.x.ticks) + ticks("y", frame.y.ticks);
}

QString chartPgfplots(const ChartModel& model, const ChartContent& content, const Theme& theme) {
    QString definitions, body;
    QString title = QString::fromStdString(model.view().title);
    if (const std::string selection = selectionText(model.selectors()); !selection.empty())
        title += " (" + QString::fromStdString(selection) + ")";
    body += "\\begin{axis}[\n  width=12cm, height=8cm, clip=true,\n" +
            pgfAxisOptions(content.frame, title) +
            "  xmajorgrids, ymajorgrids, grid style={black!12},\n"
            "  legend pos=outer north east, legend cell align=left,\n"
            "  legend style={draw=none, font=\\small},\n"
            "  unbounded coords=jump,\n]\n";
    int colors = 0;
    const auto defined = [&](const QColor& color) {
        const QString name = QString("curve%1").arg(colors++);
        definitions += pgfColor(name, color);
        return name;
    };
    for (const ChartContent::Band& band : content.bands)
        body += QString("\\addplot[draw=none, fill=%1, fill opacity=%2, forget plot] "
                        "coordinates {\n%3} \\closedcycle;\n")
                    .arg(defined(band.color), number(band.color.alphaF()),
                         coordinates(content.frame, band.outline))
                    .replace(" \\closedcycle", " -- cycle");
    for (const ChartContent::Curve& curve : content.curves) {
        const QString name = defined(curve.color);
        for (const Polyline& line : curve.lines) {
            QPolygonF points;
            for (const PlotPoint& p : line)
                points << content.frame.plot.topLeft() + QPointF(p.x, p.y);
            body += QString("\\addplot[%1, %2, line width=%3pt, mark=none, opacity=%4, "
                            "forget plot] coordinates {\n%5};\n")
                        .arg(name, strokeName(curve.style), number(0.5 * curve.width),
                             number(curve.color.alphaF()), coordinates(content.frame, points));
        }
        if (!curve.points.isEmpty())
            body +=
                QString("\\addplot[%1, only marks, mark=%2, mark size=1.6pt, forget plot] "
                        "coordinates {\n%3};\n")
                    .arg(name, markName(curve.marker), coordinates(content.frame, curve.points));
    }
    for (const ChartContent::Line& line : content.lines) {
        const QString label =
            line.label.isEmpty()
                ? QString()
                : QString(" node[pos=0.3, above right, font=\\small] {%1}").arg(latex(line.label));
        if (!line.points.isEmpty())
            body += QString("\\addplot[%1, %2, forget plot] coordinates {\n%3}%4;\n")
                        .arg(defined(line.color), strokeName(line.style),
                             coordinates(content.frame, line.points), label);
    }
    for (const LegendEntry& entry : content.legend)
        if (!entry.isHidden)
            body += QString("\\addlegendimage{%1, %2%3}\n\\addlegendentry{%4}\n")
                        .arg(defined(entry.color), strokeName(entry.style),
                             entry.marker >= 0 ? ", mark=" + markName(entry.marker) : QString(),
                             latex(entry.text));
    return pgfDocument(definitions + pgfColor("text", theme.text), body + "\\end{axis}\n");
}

} // namespace convergence
