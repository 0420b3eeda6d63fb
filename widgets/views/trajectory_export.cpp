// Trajectories as numbers and as LaTeX.
#include "widgets/views/trajectory_view.h"

#include <cmath>

#include "widgets/charts/chart_pgfplots.h"
#include "widgets/charts/csv_text.h"
#include "widgets/charts/latex_text.h"

namespace convergence {

namespace {

QString number(double value) {
    return QString::fromStdString(latexNumber(value));
}

/// Points of the field along an edge in LaTeX, whose memory is small.
constexpr std::size_t mostFieldPoints = 40;

QString fieldPlot(const FieldFrame& field) {
    const std::size_t step =
        std::max<std::size_t>(1, (std::max(field.xCount, field.yCount) - 1) / mostFieldPoints);
    QString points;
    std::size_t columns = 0;
    for (std::size_t j = 0; j < field.yCount; j += step) {
        columns = 0;
        for (std::size_t i = 0; i < field.xCount; i += step, ++columns) {
            const double x =
                std::lerp(field.xMinimum, field.xMaximum, double(i) / double(field.xCount - 1));
            const double y =
                std::lerp(field.yMinimum, field.yMaximum, double(j) / double(field.yCount - 1));
            points +=
                QString("(%1,%2) [%3] ")
                    .arg(number(x), number(y), number(double(field.values[j * field.xCount + i])));
        }
        points += "\n";
    }
    return QString("\\addplot[matrix plot*, shader=flat, opacity=0.35, mesh/cols=%1, "
                   "point meta=explicit, forget plot] "
                   "coordinates {\n%2};\n")
        .arg(columns)
        .arg(points);
}

} // namespace

QString TrajectoryView::csv() const {
    QString text = "arm,trial,iteration,x,y\r\n";
    for (const Path& path : paths())
        for (std::size_t i = 0; i < path.frame->x.size(); ++i)
            text += QString("%1,%2,%3,%4,%5\r\n")
                        .arg(QString::fromStdString(csvField(std::string_view(path.arm))))
                        .arg(path.trial)
                        .arg(i < path.frame->iteration.size()
                                 ? QString::number(path.frame->iteration[i])
                                 : QString())
                        .arg(QString::fromStdString(csvField(path.frame->x[i])),
                             QString::fromStdString(csvField(path.frame->y[i])));
    return text;
}

QString TrajectoryView::pgfplots() const {
    const PlotFrame frame = layout(QRectF(drawing().rect())).frame;
    QString definitions;
    QString body = "\\begin{axis}[\n  width=11cm, height=11cm, axis equal image, clip=true,\n" +
                   pgfAxisOptions(frame, captionedTitle()) +
                   "  colormap/viridis, legend pos=outer north east, "
                   "legend cell align=left, legend style={draw=none, font=\\small},\n]\n";
    if (const FieldFrame* plane = field(); plane && plane->xCount > 1 && plane->yCount > 1)
        body += fieldPlot(*plane);
    int index = 0;
    for (const Path& path : paths()) {
        const QString color = QString("path%1").arg(index++);
        definitions += pgfColor(color, colorOf(path));
        QString points;
        QPointF previous(-1e9, -1e9);
        for (std::size_t i = 0; i < path.frame->x.size(); ++i) {
            const QPointF at = frame.toPixel(path.frame->x[i], path.frame->y[i]);
            if (i + 1 < path.frame->x.size() && QLineF(previous, at).length() < 0.5)
                continue;
            previous = at;
            points += QString("(%1,%2)\n").arg(number(path.frame->x[i]), number(path.frame->y[i]));
        }
        body += QString("\\addplot[%1, thick] coordinates {\n%2};\n\\addlegendentry{%3}\n")
                    .arg(color, points,
                         QString::fromStdString(latexText(armLabel(description(), path.arm))));
        body += QString("\\addplot[%1, only marks, mark=o, forget plot] coordinates {(%2,%3)};\n"
                        "\\addplot[%1, only marks, mark=*, forget plot] coordinates {(%4,%5)};\n")
                    .arg(color, number(path.frame->x.front()), number(path.frame->y.front()),
                         number(path.frame->x.back()), number(path.frame->y.back()));
    }
    return pgfDocument(definitions, body + "\\end{axis}\n");
}

} // namespace convergence
