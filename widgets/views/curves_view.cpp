#include "widgets/views/curves_view.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QPainter>

#include "widgets/charts/chart_pgfplots.h"
#include "widgets/charts/csv_text.h"
#include "widgets/charts/latex_text.h"
#include "widgets/charts/named_arm.h"
#include "widgets/charts/trial_selection.h"

namespace convergence {

namespace {

constexpr double snapDistance = 20.0;
constexpr double clickReach = 4.0; ///< pixels that a click may move

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

/// Of the i-th of so many curves of a family: the last is the strongest.
float strengthOf(int i, int count) {
    constexpr float faintest = 0.15F, strongest = 0.75F;
    return faintest + (strongest - faintest) * float(i) / float(count - 1);
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
    if (!this->view().gesture)
        return;
    drawing().setToolTip(QString::fromStdString(this->view().gesture->hint));
    connect(&drawing(), &Canvas::pressed, this, [this](QPointF at) { pressedAt_ = at; });
    connect(&drawing(), &Canvas::released, this, [this](QPointF at) {
        if (QLineF(pressedAt_, at).length() <= clickReach)
            click(at);
    });
}

void CurvesView::click(QPointF at) {
    const CurvesFrame* shown = curves();
    if (!shown)
        return;
    const PlotFrame frame = layout(*shown, QRectF(drawing().rect())).frame;
    if (!frame.plot.contains(at))
        return;
    const PixelMap map = frame.pixelMap();
    const GestureSpec& gesture = *view().gesture;
    Q_EMIT gestureMade(
        QString::fromStdString(gesture.xParameter), map.fromPixelX(at.x() - frame.plot.left()),
        QString::fromStdString(gesture.yParameter), map.fromPixelY(at.y() - frame.plot.top()));
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

std::vector<CurvesView::Drawn> CurvesView::drawn(const CurvesFrame& frame) const {
    std::vector<std::string> labels; // of families
    std::vector<int> members;
    std::vector<Drawn> list;
    bool hasArms = false;
    for (const CurvesFrame::Curve& curve : frame.curves) {
        const auto place = std::find(labels.begin(), labels.end(), curve.label);
        const int family = int(place - labels.begin());
        const std::string arm = namedArm(description(), curve.label);
        Drawn each{.curve = &curve, .arm = arm, .family = family, .marker = family};
        each.name =
            QString::fromStdString(curve.label == arm ? armLabel(description(), arm) : curve.label);
        each.isFirst = place == labels.end();
        if (each.isFirst) {
            labels.push_back(curve.label);
            members.push_back(0);
        }
        ++members[std::size_t(family)];
        hasArms = hasArms || !arm.empty();
        list.push_back(std::move(each));
    }
    std::vector<int> before(members.size(), 0);
    for (Drawn& each : list) {
        paintAs(each, hasArms);
        const auto family = std::size_t(each.family);
        if (members[family] > 2)
            each.color.setAlphaF(strengthOf(before[family]++, members[family]));
    }
    std::erase_if(list, [&](const Drawn& each) { return armLook().isHidden(each.arm); });
    return list;
}

void CurvesView::paintAs(Drawn& curve, bool besideArms) const {
    if (!curve.arm.empty()) {
        curve.color = armColor(curve.arm);
        if (armIndex(description(), curve.arm) >= std::max(1, int(theme().series.size())))
            curve.style = Qt::DashDotLine;
    } else if (besideArms) {
        constexpr int shapes[] = {0, 3}; // a disc, a triangle
        curve.color = curve.family == 0 ? theme().mutedText : theme().text;
        curve.style = Qt::DashLine;
        curve.marker = shapes[curve.family % 2];
    } else {
        curve.color = theme().seriesColor(curve.family);
    }
}

CurvesView::Layout CurvesView::layout(const CurvesFrame& shown, const QRectF& area) const {
    Layout result;
    Extent x, y;
    const auto include = [&](const CurvesFrame& frame) {
        for (const Drawn& each : drawn(frame))
            for (std::size_t k = 0; k < pointsOf(*each.curve); ++k) {
                x.include(each.curve->x[k]);
                y.include(each.curve->y[k]);
            }
    };
    const auto* other = partner<CurvesView>();
    if (const CurvesFrame* theirs = other ? other->curves() : nullptr)
        include(*theirs);
    include(shown);
    for (const Drawn& each : drawn(shown)) {
        const bool isArm = each.name == QString::fromStdString(armLabel(description(), each.arm));
        if (!each.isFirst || (isArm && !namesArms()))
            continue;
        QColor color = each.color;
        color.setAlphaF(1.0F);
        result.legend.push_back({.text = each.name,
                                 .color = color,
                                 .style = each.curve->markers ? Qt::NoPen : each.style,
                                 .width = theme().lineWidth,
                                 .marker = each.curve->markers ? each.marker : -1});
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
    const std::vector<Drawn> list = drawn(*shown);
    if (list.empty())
        return paintHint(painter, area, tr("Its arms are hidden: click their chips."), theme());
    const Layout place = layout(*shown, area);
    paintGrid(painter, place.frame, theme());
    painter.save();
    painter.setClipRect(place.frame.plot.adjusted(-6, -6, 6, 6), Qt::IntersectClip);
    for (const Drawn& each : list)
        for (const QPolygonF& line : pixelsOf(*each.curve, place.frame)) {
            painter.setPen(QPen(each.color, theme().lineWidth, each.style));
            if (!each.curve->markers)
                painter.drawPolyline(line);
            else
                for (const QPointF& at : line)
                    paintMarker(painter, at, each.marker, 2.5 * theme().lineWidth, each.color);
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
    for (const Drawn& each : drawn(*shown)) {
        const CurvesFrame::Curve& curve = *each.curve;
        for (std::size_t i = 0; i < pointsOf(curve); ++i) {
            const double distance = QLineF(at, frame.toPixel(curve.x[i], curve.y[i])).length();
            if (!(distance < nearest))
                continue;
            nearest = distance;
            text = QString("%1\n%2 = %3\n%4 = %5")
                       .arg(each.name, frame.x.label,
                            QString::fromStdString(readableNumber(curve.x[i], 5)), frame.y.label,
                            QString::fromStdString(readableNumber(curve.y[i], 5)));
        }
    }
    return text;
}

std::vector<QPolygonF> CurvesView::linesOf(const QRectF& area) const {
    std::vector<QPolygonF> lines;
    const CurvesFrame* shown = curves();
    if (!shown)
        return lines;
    const PlotFrame frame = layout(*shown, area).frame;
    for (const Drawn& each : drawn(*shown))
        for (QPolygonF& line : pixelsOf(*each.curve, frame))
            lines.push_back(std::move(line));
    return lines;
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
    for (const Drawn& each : shown ? drawn(*shown) : std::vector<Drawn>())
        for (std::size_t i = 0; i < pointsOf(*each.curve); ++i)
            text += QString::fromStdString(csvField(std::string_view(each.curve->label)) + "," +
                                           csvField(each.curve->x[i]) + "," +
                                           csvField(each.curve->y[i]) + "\r\n");
    return text;
}

QString CurvesView::pgfplots() const {
    const CurvesFrame* shown = curves();
    if (!shown || drawn(*shown).empty())
        return pgfDocument({}, {});
    const PlotFrame frame = layout(*shown, QRectF(drawing().rect())).frame;
    QString definitions;
    QString body = "\\begin{axis}[\n  width=12cm, height=8cm,\n" +
                   pgfAxisOptions(frame, captionedTitle()) +
                   "  xmajorgrids, ymajorgrids, grid style={black!12},\n"
                   "  legend pos=outer north east, legend cell align=left,\n"
                   "  legend style={draw=none},\n]\n";
    for (const Drawn& each : drawn(*shown)) {
        const CurvesFrame::Curve& curve = *each.curve;
        const QString color = QString("curve%1").arg(each.family);
        if (each.isFirst)
            definitions += pgfColor(color, each.color);
        QString style = curve.markers     ? "only marks"
                        : curve.staircase ? "thick, const plot"
                                          : "thick";
        if (each.style != Qt::SolidLine && !curve.markers)
            style += ", dashed";
        if (each.color.alpha() < 255)
            style += QString(", opacity=%1").arg(each.color.alphaF(), 0, 'f', 2);
        if (!each.isFirst)
            style += ", forget plot";
        body += QString("\\addplot[%1, %2] coordinates {\n").arg(color, style);
        for (std::size_t i = 0; i < pointsOf(curve); ++i)
            body += QString::fromStdString("(" + latexNumber(curve.x[i]) + "," +
                                           latexNumber(curve.y[i]) + ")\n");
        body += "};\n";
        if (each.isFirst)
            body += QString("\\addlegendentry{%1}\n")
                        .arg(QString::fromStdString(latexText(each.name.toStdString())));
    }
    return pgfDocument(definitions, body + "\\end{axis}\n");
}

} // namespace convergence
