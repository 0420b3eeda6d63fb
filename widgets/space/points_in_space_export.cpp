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
    const PgfClouds clouds =
        pgfClouds(*shown, colors(*shown), theme(), "\\addplot3",
                  [&](const Eigen::Vector3d& at) { return coordinate(axes, at); });
    return pgfDocument(clouds.definitions, QString("\\begin{axis}[\n  title={%1}, view={%2}{%3},\n")
                                                   .arg(latex(captionedTitle().toStdString()),
                                                        number(viewpoint().azimuth() * degrees),
                                                        number(viewpoint().elevation() * degrees)) +
                                               axisOptions(axes) + clouds.options + "]\n" +
                                               clouds.plots + "\\end{axis}\n");
}

} // namespace convergence
