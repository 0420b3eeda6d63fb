// Points in space as numbers and as LaTeX.
#include <numbers>

#include "widgets/charts/chart_pgfplots.h"
#include "widgets/charts/latex_text.h"
#include "widgets/space/points_in_space_view.h"
#include "widgets/views/point_painting.h"

namespace convergence {

namespace {

QString number(double value) {
    return QString::fromStdString(latexNumber(value));
}
QString latex(const std::string& text) {
    return QString::fromStdString(latexText(text));
}

/// "(1,2,3)"; empty for what has no place on the axes.
QString coordinate(const CloudAxes& axes, const Eigen::Vector3d& point) {
    return axes.toSpace(point)
               ? QString("(%1,%2,%3)").arg(number(point.x()), number(point.y()), number(point.z()))
               : QString();
}

QString axisOptions(const CloudAxes& axes) {
    QString text;
    for (std::size_t d = 0; d < 3; ++d) {
        const PlotAxis& axis = axes.axis(d);
        text += QString("  %1label={%2}, %1mode=%3, %1min=%4, %1max=%5,\n")
                    .arg(QString(QChar("xyz"[d])), latex(axis.label.toStdString()),
                         axis.scale == Scale::logarithmic ? QString("log") : QString("normal"),
                         number(axis.range.minimum), number(axis.range.maximum));
    }
    const Eigen::Vector3d& half = axes.half();
    return text + QString("  width=12cm, plot box ratio={%1 %2 %3}, grid=major,\n")
                      .arg(number(half.x()), number(half.y()), number(half.z()));
}

} // namespace

QString PointsInSpaceView::csv() const {
    return pointsCsv(points());
}

QString PointsInSpaceView::pgfplots() const {
    const PointsFrame* shown = points();
    if (!shown)
        return pgfDocument({}, {});
    constexpr double degrees = 180.0 / std::numbers::pi;
    const CloudAxes axes = this->axes();
    const ItemColors tints = colors(*shown);
    QString definitions = pgfColor("behind", theme().mutedText);
    QString body =
        QString("\\begin{axis}[\n  title={%1}, view={%2}{%3},\n")
            .arg(latex(captionedTitle().toStdString()), number(viewpoint().azimuth() * degrees),
                 number(viewpoint().elevation() * degrees)) +
        axisOptions(axes) +
        "  legend pos=outer north east, legend cell align=left, legend style={draw=none, "
        "font=\\small},\n";
    if (tints.hasScale())
        body += QString("  colormap/viridis, colorbar, point meta min=%1, point meta max=%2,\n"
                        "  colorbar style={ylabel={%3}},\n")
                    .arg(number(tints.scale().range.minimum), number(tints.scale().range.maximum),
                         latex(shown->valueLabel));
    body += "]\n";
    const std::size_t stride = latexStride(shown->x.size());
    if (!shown->behind.x.empty()) {
        body += "\\addplot3[behind, only marks, mark=*, mark size=0.8pt, opacity=0.4] "
                "coordinates {\n";
        const std::size_t sparse = latexStride(shown->behind.x.size());
        for (std::size_t i = 0; i < shown->behind.x.size(); i += sparse)
            body += coordinate(axes, pointOf(shown->behind, i)) + "\n";
        body += QString("};\n\\addlegendentry{%1}\n").arg(latex(shown->behind.label));
    }
    const std::size_t groups = shown->classes.empty() ? 1 : shown->classLabels.size();
    for (std::size_t group = 0; group < groups; ++group) {
        if (!tints.hasScale())
            definitions += pgfColor(QString("class%1").arg(group), tints.palette()[group]);
        const QString size = shown->x.size() > 1000 ? "0.8pt" : "1.6pt";
        body += tints.hasScale() ? QString("\\addplot3[scatter, only marks, mark=*, mark size=%1, "
                                           "point meta=explicit] coordinates {\n")
                                       .arg(size)
                                 : QString("\\addplot3[class%1, only marks, mark=*, mark size=%2] "
                                           "coordinates {\n")
                                       .arg(group)
                                       .arg(size);
        for (std::size_t i = 0; i < shown->x.size(); i += stride) {
            const QString at = coordinate(axes, pointOf(*shown, i));
            if (at.isEmpty() || (!shown->classes.empty() && shown->classes[i] != group))
                continue;
            body += at;
            if (tints.hasScale())
                body += QString(" [%1]").arg(number(double(shown->values[i])));
            body += "\n";
        }
        const std::string& label =
            shown->classes.empty() ? shown->label : shown->classLabels[group];
        body += label.empty() ? QString("};\n")
                              : QString("};\n\\addlegendentry{%1}\n").arg(latex(label));
    }
    return pgfDocument(definitions, body + "\\end{axis}\n");
}

} // namespace convergence
