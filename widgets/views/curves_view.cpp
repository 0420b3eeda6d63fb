#include "widgets/views/curves_view.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QPainter>

#include "widgets/charts/chart_pgfplots.h"
#include "widgets/charts/csv_text.h"
#include "widgets/charts/latex_text.h"

namespace convergence {

namespace {

constexpr double snapDistance = 20.0;

std::size_t pointsOf(const CurvesFrame::Curve& curve) {
    return std::min(curve.x.size(), curve.y.size());
}

/// Corners of a curve in pixels; each gap begins a new line.
std::vector<QPolygonF> pixelsOf(const CurvesFrame::Curve& curve, const PlotFrame& frame) {
    std::vector<QPolygonF> lines;
    bool open = false;
    for (std::size_t i = 0; i < pointsOf(curve); ++i) {
        const QPointF at = frame.toPixel(curve.x[i], curve.y[i]);
        if (!std::isfinite(at.x()) || !std::isfinite(at.y())) {
            open = false;
            continue;
        }
        if (!open)
            lines.emplace_back();
        else if (curve.staircase)
            lines.back() << QPointF(at.x(), lines.back().back().y());
        open = true;
        lines.back() << at;
    }
    // The last step lasts to the end of the axis.
    if (curve.staircase && open)
        lines.back() << QPointF(std::max(lines.back().back().x(), frame.plot.right()),
                                lines.back().back().y());
    return lines;
}

} // namespace

CurvesView::CurvesView(View view, std::shared_ptr<const Description> description,
                       const Theme& theme, QWidget* parent)
    : FrameViewWidget(std::move(view), std::move(description), theme, parent, Choice::oneTrial),
      xScale_(this->view().x.scale), yScale_(this->view().y.scale) {
    QAction* x = addMenuAction("xScaleAction", tr("Linear/logarithmic x axis\tX"), {});
    QAction* y = addMenuAction("yScaleAction", tr("Linear/logarithmic y axis\tY"), {});
    connect(x, &QAction::triggered, this, [this] { toggle(xScale_); });
    connect(y, &QAction::triggered, this, [this] { toggle(yScale_); });
    connect(&drawing(), &Canvas::keyPressed, this, [this](QKeyEvent* event) {
        if (event->key() != Qt::Key_X && event->key() != Qt::Key_Y)
            return;
        event->accept();
        toggle(event->key() == Qt::Key_X ? xScale_ : yScale_);
    });
}

void CurvesView::toggle(Scale& scale) {
    scale = scale == Scale::linear ? Scale::logarithmic : Scale::linear;
    drawing().update();
}

const CurvesFrame* CurvesView::curves() const {
    for (const std::string& id : view().frames)
        if (const auto* frame = chosenFrame<CurvesFrame>(id); frame && !frame->curves.empty())
            return frame;
    return nullptr;
}

bool CurvesView::isArm(const CurvesFrame::Curve& curve) const {
    return description().findArm(curve.label) != nullptr;
}

bool CurvesView::isHidden(const CurvesFrame::Curve& curve) const {
    return isArm(curve) && armLook().isHidden(curve.label);
}

std::vector<CurvesView::Look> CurvesView::looksOf(const CurvesFrame& shown) const {
    const bool ofArms = std::any_of(shown.curves.begin(), shown.curves.end(),
                                    [&](const CurvesFrame::Curve& curve) { return isArm(curve); });
    const int colors = std::max(1, int(theme().series.size()));
    std::vector<Look> looks;
    for (const CurvesFrame::Curve& curve : shown.curves) {
        const int i = int(looks.size());
        Look look{QString::fromStdString(curve.label), theme().seriesColor(i), Qt::SolidLine, i};
        if (isArm(curve)) {
            look.name = QString::fromStdString(armLabel(description(), curve.label));
            look.color = armColor(curve.label);
            look.isArm = true;
            if (armIndex(description(), curve.label) >= colors)
                look.style = Qt::DashDotLine;
        } else if (ofArms) {
            constexpr int shapes[] = {0, 3}; // a disc, a triangle
            look.color = i == 0 ? theme().mutedText : theme().text;
            look.style = Qt::DashLine;
            look.marker = shapes[i % 2];
        }
        looks.push_back(look);
    }
    return looks;
}

CurvesView::Layout CurvesView::layout(const CurvesFrame& shown, const QRectF& area) const {
    Layout result;
    Extent x, y;
    const auto include = [&](const CurvesFrame::Curve& curve) {
        for (std::size_t k = 0; k < pointsOf(curve); ++k) {
            x.include(curve.x[k]);
            y.include(curve.y[k]);
        }
    };
    const auto* other = partner<CurvesView>();
    if (const CurvesFrame* theirs = other ? other->curves() : nullptr)
        std::for_each(theirs->curves.begin(), theirs->curves.end(), include);
    const std::vector<Look> looks = looksOf(shown);
    for (std::size_t i = 0; i < shown.curves.size(); ++i) {
        const CurvesFrame::Curve& curve = shown.curves[i];
        include(curve);
        if (isHidden(curve) || (looks[i].isArm && !namesArms()))
            continue;
        result.legend.push_back({.text = looks[i].name,
                                 .color = looks[i].color,
                                 .style = curve.markers ? Qt::NoPen : looks[i].style,
                                 .width = theme().lineWidth,
                                 .marker = curve.markers ? looks[i].marker : -1});
    }
    const double legendHeight = layoutLegend(result.legend, area.width(), plotFont());
    for (LegendEntry& entry : result.legend)
        entry.place.translate(area.topLeft());
    const auto range = [](const Extent& extent, Scale scale) {
        return niceRange(
            {scale == Scale::logarithmic ? extent.minimumPositive : extent.minimum, extent.maximum},
            scale);
    };
    AxisRange yRange = range(y, yScale_);
    if (yScale_ == Scale::linear) // so that nothing hides behind the upper border
        yRange.maximum += 0.04 * (yRange.maximum - yRange.minimum);
    result.frame = layoutAxes(plotAxis(axisLabel(view().x), xScale_, range(x, xScale_)),
                              plotAxis(axisLabel(view().y), yScale_, yRange),
                              area.adjusted(0, legendHeight, 0, 0), plotFont());
    return result;
}

void CurvesView::paintPlot(QPainter& painter, const QRectF& area) {
    const CurvesFrame* shown = curves();
    if (!shown)
        return paintHint(painter, area, hint(), theme());
    const Layout place = layout(*shown, area);
    paintGrid(painter, place.frame, theme());
    painter.save();
    painter.setClipRect(place.frame.plot.adjusted(-6, -6, 6, 6), Qt::IntersectClip);
    const std::vector<Look> looks = looksOf(*shown);
    for (std::size_t i = 0; i < shown->curves.size(); ++i) {
        const CurvesFrame::Curve& curve = shown->curves[i];
        const Look& look = looks[i];
        if (isHidden(curve))
            continue;
        for (const QPolygonF& line : pixelsOf(curve, place.frame)) {
            painter.setPen(QPen(look.color, theme().lineWidth, look.style));
            if (!curve.markers)
                painter.drawPolyline(line);
            else
                for (const QPointF& at : line)
                    paintMarker(painter, at, look.marker, 2.5 * theme().lineWidth, look.color);
        }
    }
    painter.restore();
    paintAxes(painter, place.frame, theme(), plotFont());
    paintLegend(painter, place.legend, theme(), plotFont());
}

QString CurvesView::textAt(QPointF at, const QRectF& area) const {
    const CurvesFrame* shown = curves();
    if (!shown)
        return {};
    const PlotFrame frame = layout(*shown, area).frame;
    QString text;
    double nearest = snapDistance;
    const std::vector<Look> looks = looksOf(*shown);
    for (const CurvesFrame::Curve& curve : shown->curves)
        for (std::size_t i = 0; i < pointsOf(curve) && !isHidden(curve); ++i) {
            const double distance = QLineF(at, frame.toPixel(curve.x[i], curve.y[i])).length();
            if (!(distance < nearest))
                continue;
            nearest = distance;
            text = QString("%1\n%2 = %3\n%4 = %5")
                       .arg(looks[std::size_t(&curve - shown->curves.data())].name, frame.x.label,
                            QString::fromStdString(readableNumber(curve.x[i], 5)), frame.y.label,
                            QString::fromStdString(readableNumber(curve.y[i], 5)));
        }
    return text;
}

void CurvesView::lookLike(const ViewWidget& other) {
    FrameViewWidget::lookLike(other);
    if (const auto* curves = qobject_cast<const CurvesView*>(&other)) {
        xScale_ = curves->xScale_;
        yScale_ = curves->yScale_;
    }
}

QString CurvesView::csv() const {
    QString text = "curve,x,y\r\n";
    const CurvesFrame* shown = curves();
    for (std::size_t c = 0; shown && c < shown->curves.size(); ++c)
        for (std::size_t i = 0; i < pointsOf(shown->curves[c]); ++i)
            text += QString::fromStdString(csvField(std::string_view(shown->curves[c].label)) +
                                           "," + csvField(shown->curves[c].x[i]) + "," +
                                           csvField(shown->curves[c].y[i]) + "\r\n");
    return text;
}

QString CurvesView::pgfplots() const {
    const CurvesFrame* shown = curves();
    if (!shown)
        return pgfDocument({}, {});
    const PlotFrame frame = layout(*shown, QRectF(drawing().rect())).frame;
    QString definitions;
    QString body = "\\begin{axis}[\n  width=12cm, height=8cm,\n" +
                   pgfAxisOptions(frame, captionedTitle()) +
                   "  xmajorgrids, ymajorgrids, grid style={black!12},\n"
                   "  legend pos=outer north east, legend cell align=left,\n"
                   "  legend style={draw=none},\n]\n";
    const std::vector<Look> looks = looksOf(*shown);
    for (std::size_t c = 0; c < shown->curves.size(); ++c) {
        const CurvesFrame::Curve& curve = shown->curves[c];
        if (isHidden(curve))
            continue;
        const QString color = QString("curve%1").arg(c);
        definitions += pgfColor(color, looks[c].color);
        body += QString("\\addplot[%1, %2%3] coordinates {\n")
                    .arg(color,
                         curve.markers     ? "only marks"
                         : curve.staircase ? "thick, const plot"
                                           : "thick",
                         looks[c].style == Qt::SolidLine || curve.markers ? "" : ", dashed");
        for (std::size_t i = 0; i < pointsOf(curve); ++i)
            body += QString::fromStdString("(" + latexNumber(curve.x[i]) + "," +
                                           latexNumber(curve.y[i]) + ")\n");
        body += QString("};\n\\addlegendentry{%1}\n")
                    .arg(QString::fromStdString(latexText(looks[c].name.toStdString())));
    }
    return pgfDocument(definitions, body + "\\end{axis}\n");
}

} // namespace convergence
