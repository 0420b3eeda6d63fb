#include "widgets/space/points_in_space_view.h"

#include <QAction>
#include <QKeyEvent>
#include <QPainter>

#include "widgets/views/plane_control.h"
#include "widgets/views/point_painting.h"
#include "widgets/volume/offscreen_window.h"
#include "widgets/volume/orbit_control.h"
#include "widgets/volume/vtk_widget.h"

namespace convergence {

PointsInSpaceView::PointsInSpaceView(View view, std::shared_ptr<const Description> description,
                                     const Theme& theme, QWidget* parent)
    : OrbitView(std::move(view), std::move(description), theme, parent, Choice::oneTrial,
                CloudScene::home()) {
    const auto add = [this](const char* name, const QString& text, const QString& tip, int step) {
        connect(addMenuAction(name, text, tip), &QAction::triggered, this,
                [this, step] { choose(step); });
    };
    add("nextPointAction", tr("Next point\tN"), tr("Rings and tells the next point"), 1);
    add("previousPointAction", tr("Previous point\tShift+N"),
        tr("Rings and tells the point before"), -1);
    canvas()->installEventFilter(this);
    if (!live())
        return;
    scene_ = std::make_unique<CloudScene>(live()->renderer());
    const auto point = [this](std::optional<QPointF> at) {
        pointer_ = at;
        live()->update();
    };
    connect(live(), &VtkWidget::aboutToRender, this, [this] { scene_->lookFrom(viewpoint()); });
    connect(orbit(), &OrbitControl::hovered, this, [point](QPointF at) { point(at); });
    connect(orbit(), &OrbitControl::left, this, [point] { point(std::nullopt); });
}

PointsInSpaceView::~PointsInSpaceView() = default;

const PointsFrame* PointsInSpaceView::points() const {
    return firstFrame<PointsFrame>(
        [](const PointsFrame& cloud) { return !cloud.x.empty() && !cloud.z.empty(); });
}

ItemColors PointsInSpaceView::colors(const PointsFrame& shown) const {
    const auto* other = partner<PointsInSpaceView>();
    return colorsOf(shown, other ? other->points() : nullptr, theme());
}

CloudAxes PointsInSpaceView::axes() const {
    std::array<Extent, 3> extents;
    const auto include = [&](const PointsInSpaceView* of) {
        const PointsFrame* shown = of ? of->points() : nullptr;
        if (!shown)
            return;
        const auto add = [](Extent& extent, const std::vector<float>& numbers) {
            for (const float number : numbers)
                extent.include(double(number));
        };
        for (const auto& cloud : {std::array{&shown->x, &shown->y, &shown->z},
                                  std::array{&shown->behind.x, &shown->behind.y, &shown->behind.z}})
            for (std::size_t d = 0; d < 3; ++d)
                add(extents[d], *cloud[d]);
    };
    include(this);
    include(partner<PointsInSpaceView>());
    std::array<PlotAxis, 3> axes;
    const std::array<const AxisSpec*, 3> specs{&view().x, &view().y, &view().z};
    for (std::size_t d = 0; d < 3; ++d) {
        const Scale scale = specs[d]->scale;
        axes[d] = plotAxis(axisLabel(*specs[d]), scale,
                           scale == Scale::logarithmic
                               ? niceRange({extents[d].minimumPositive, extents[d].maximum}, scale)
                               : marginRange(extents[d].minimum, extents[d].maximum, 0.04));
    }
    return CloudAxes(std::move(axes));
}

void PointsInSpaceView::updateScene() {
    const PointsFrame* shown = points();
    if (chosen_ && (!shown || *chosen_ >= shown->x.size()))
        chosen_.reset();
    if (shown && scene_)
        scene_->update(*shown, axes(), colors(*shown), theme(), live()->devicePixelRatioF());
    if (canvas())
        canvas()->update();
}

bool PointsInSpaceView::takeUp() {
    if (shown_ == frames() && !isDirty())
        return false;
    shown_ = frames();
    updateScene();
    return true;
}

QImage PointsInSpaceView::picture(OffscreenWindow& window, QSize pixels, double pixelRatio) const {
    const PointsFrame& shown = *points();
    CloudScene scene(window.renderer());
    scene.update(shown, axes(), colors(shown), theme(), pixelRatio);
    scene.lookFrom(viewpoint());
    return window.picture(pixels, viewpoint());
}

void PointsInSpaceView::paintOverlay(QPainter& painter, const QRectF& area) const {
    const PointsFrame* shown = points();
    if (!shown)
        return;
    paintCloudAxes(painter, area, axes(), viewpoint(), theme(), plotFont());
    const ItemColors tints = colors(*shown);
    std::vector<LegendEntry> legend = tints.legend(theme());
    for (LegendEntry& entry : legend)
        entry.marker = 0; // all are balls
    if (!shown->behind.x.empty() && !shown->behind.label.empty())
        legend.push_back({.text = QString::fromStdString(shown->behind.label),
                          .color = theme().mutedText,
                          .style = Qt::NoPen,
                          .width = theme().lineWidth,
                          .marker = 0});
    const double height = layoutLegend(legend, area.width(), plotFont());
    for (LegendEntry& entry : legend)
        entry.place.translate(area.topLeft());
    paintLegend(painter, legend, theme(), plotFont());
    if (tints.hasScale()) {
        const double width = colorBarWidth(tints.scale(), plotFont());
        painter.setFont(plotFont());
        paintColorBar(painter,
                      QRectF(area.right() - width, area.top() + height + 8.0, width,
                             std::max(60.0, 0.6 * area.height())),
                      tints.scale(), valueText(*shown), theme());
    }
}

std::optional<std::size_t> PointsInSpaceView::pointAt(QPointF at, QSizeF size) const {
    const PointsFrame* shown = points();
    return shown ? cloudPointAt(*shown, axes(), viewpoint(), size, at) : std::nullopt;
}

QString PointsInSpaceView::textOf(const PointsFrame& shown, std::size_t point) const {
    QString text = pointText(shown, point, view());
    text += QString("\n%1 = %2")
                .arg(axisLabel(view().z),
                     QString::fromStdString(readableNumber(double(shown.z[point]), 5)));
    return text;
}

void PointsInSpaceView::paintPointed(QPainter& painter, const QRectF& area) const {
    const PointsFrame* shown = points();
    if (!shown)
        return;
    const auto pointed = pointer_ ? pointAt(*pointer_, area.size()) : std::nullopt;
    const auto told = pointed ? pointed : chosen_;
    const auto place = told ? axes().toSpace(pointOf(*shown, *told)) : std::nullopt;
    if (!place)
        return;
    const Eigen::Vector3d seen = viewpoint().project(*place, area.width(), area.height());
    if (seen.z() <= 0.0)
        return;
    const QPointF at = area.topLeft() + QPointF(seen.x(), seen.y());
    painter.setBrush(Qt::NoBrush);
    for (const auto& [color, width] :
         {std::pair{theme().surface, 4.0}, std::pair{theme().accent, 2.0}}) {
        painter.setPen(QPen(color, width));
        painter.drawEllipse(at, 7.5, 7.5);
    }
    painter.setFont(plotFont());
    paintTextBox(painter, at, textOf(*shown, *told), area, theme());
}

void PointsInSpaceView::click(QPointF at) {
    const PointsFrame* shown = points();
    if (!view().gesture || !shown)
        return;
    if (const auto point = pointAt(at, live()->size()))
        Q_EMIT gestureMade(
            QString::fromStdString(view().gesture->xParameter), double(shown->x[*point]),
            QString::fromStdString(view().gesture->yParameter), double(shown->y[*point]));
}

void PointsInSpaceView::choose(int step) {
    const PointsFrame* shown = points();
    if (!shown)
        return;
    const auto count = std::ptrdiff_t(shown->x.size());
    const std::ptrdiff_t at =
        chosen_ ? std::ptrdiff_t(*chosen_) + step : (step > 0 ? 0 : count - 1);
    chosen_ = std::size_t((at % count + count) % count);
    pointer_.reset();
    canvas()->setAccessibleDescription(textOf(*shown, *chosen_));
    canvas()->update();
}

bool PointsInSpaceView::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const auto& key = static_cast<const QKeyEvent&>(*event);
        if (key.key() == Qt::Key_N && !(key.modifiers() & ~Qt::ShiftModifier)) {
            choose(key.modifiers() & Qt::ShiftModifier ? -1 : 1);
            return true;
        }
    }
    return OrbitView::eventFilter(watched, event);
}

} // namespace convergence
