#include "widgets/surface/surface_view.h"

#include <cmath>

#include <QAction>
#include <QPainter>
#include <QPainterPath>
#include <QToolButton>

#include "widgets/charts/axes_painter.h"
#include "widgets/charts/chart_pgfplots.h"
#include "widgets/charts/csv_text.h"
#include "widgets/charts/field_picture.h"
#include "widgets/charts/latex_text.h"
#include "widgets/charts/legend.h"
#include "widgets/volume/offscreen_window.h"
#include "widgets/volume/vtk_widget.h"

namespace convergence {

namespace {

QString number(double value) {
    return QString::fromStdString(latexNumber(value));
}

/// What a color that lets light through looks like; tubes in space do not.
QColor colorOn(const QColor& back, const QColor& color) {
    const auto mixed = [&](double b, double c) { return b + (c - b) * color.alphaF(); };
    return QColor::fromRgbF(float(mixed(back.redF(), color.redF())),
                            float(mixed(back.greenF(), color.greenF())),
                            float(mixed(back.blueF(), color.blueF())));
}

/// Text over a surface of any color.
void paintReadable(QPainter& painter, const QRectF& box, const QString& text, const Theme& theme) {
    const QFontMetricsF metrics(painter.font());
    QPainterPath path;
    path.addText(box.left(), box.center().y() + 0.5 * (metrics.ascent() - metrics.descent()),
                 painter.font(), text);
    painter.strokePath(path, QPen(theme.surface, 3.0, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.fillPath(path, theme.text);
}

QString readable(double value) {
    return QString::fromStdString(readableNumber(value, 3));
}

} // namespace

SurfaceView::SurfaceView(View view, std::shared_ptr<const Description> description,
                         const Theme& theme, QWidget* parent)
    : OrbitView(std::move(view), std::move(description), theme, parent, Choice::byView,
                SurfaceScene::home()),
      heights_(this->view().y.scale) {
    heightButton_ = new QToolButton(this);
    heightButton_->setObjectName("heights");
    heightButton_->setAutoRaise(true);
    heightButton_->setToolTip(tr("Linear or logarithmic heights above the minimum (L)"));
    addToBar(heightButton_);
    QAction* toggle = addMenuAction("toggleHeights", tr("Linear/logarithmic heights"), {});
    toggle->setShortcut(Qt::Key_L);
    const auto other = [this] {
        setHeights(heights_ == Scale::linear ? Scale::logarithmic : Scale::linear);
    };
    connect(toggle, &QAction::triggered, this, other);
    connect(heightButton_, &QToolButton::clicked, this, other);
    if (live())
        scene_ = std::make_unique<SurfaceScene>(live()->renderer());
    setHeights(heights_);
}

SurfaceView::~SurfaceView() = default;

void SurfaceView::setHeights(Scale heights) {
    heights_ = heights;
    heightButton_->setText(heights_ == Scale::linear ? tr("height: lin") : tr("height: log"));
    updateScene();
}

const FieldFrame* SurfaceView::field() const {
    return firstFrame<FieldFrame>([](const FieldFrame& field) { return isComplete(field); });
}

std::vector<SurfaceView::Path> SurfaceView::paths() const {
    std::vector<Path> list;
    const auto run = recording();
    if (!run || !frames())
        return list;
    for (std::size_t trial = 0; trial < std::min(run->plans().size(), frames()->trials.size());
         ++trial) {
        if (!isSelected(selectors(), run->plans()[trial]))
            continue;
        const std::string& arm = run->plans()[trial].arm;
        if (armLook().isHidden(arm))
            continue;
        for (const std::string& id : view().frames) {
            const auto found = frames()->trials[trial].find(id);
            if (found == frames()->trials[trial].end())
                continue;
            if (const auto* path = std::get_if<PathFrame>(&found->second))
                list.push_back({arm, {colorOn(theme().surface, armColor(arm)), path}});
        }
    }
    return list;
}

std::vector<SurfacePath> SurfaceView::onSurface() const {
    std::vector<SurfacePath> list;
    for (const Path& path : paths())
        list.push_back(path.onSurface);
    return list;
}

void SurfaceView::updateScene() {
    if (!live())
        return canvas() ? canvas()->update() : void();
    if (const FieldFrame* plane = field())
        scene_->update(*plane, heights_, onSurface(), theme());
    live()->update();
}

bool SurfaceView::takeUp() {
    if (shown_ == frames() && !isDirty())
        return false;
    shown_ = frames();
    updateScene();
    return true;
}

void SurfaceView::themeChanged() {
    updateScene();
}

void SurfaceView::click(QPointF at) {
    if (!view().gesture || !field())
        return;
    const auto place = pointAt(scene_->field(), scene_->map(), viewpoint(), live()->size(), at);
    if (!place)
        return;
    Q_EMIT gestureMade(QString::fromStdString(view().gesture->xParameter), place->x(),
                       QString::fromStdString(view().gesture->yParameter), place->y());
}

void SurfaceView::paintOverlay(QPainter& painter, const QRectF& area) const {
    const FieldFrame* plane = field();
    if (!plane)
        return;
    const SurfaceMap map(*plane, heights_);
    const Viewpoint from = viewpoint();
    const auto at = [&](const Eigen::Vector3d& place) {
        const Eigen::Vector3d seen = from.project(place, area.width(), area.height());
        return area.topLeft() + QPointF(seen.x(), seen.y());
    };
    const QPointF center = at({0.0, 0.0, 0.0});
    const QFontMetricsF metrics(plotFont());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme().mutedText);
    // Outside the base, on the side away from its center.
    const auto label = [&](const Eigen::Vector3d& place, const QString& text) {
        QLineF away(center, at(place));
        away.setLength(away.length() + 0.5 * metrics.horizontalAdvance(text) + 8.0);
        QRectF box(0, 0, metrics.horizontalAdvance(text) + 2, metrics.height());
        box.moveCenter(away.p2());
        box.moveLeft(
            std::clamp(box.left(), area.left(), std::max(area.left(), area.right() - box.width())));
        // Above the line that tells the heights.
        box.moveTop(std::clamp(box.top(), area.top(),
                               std::max(area.top(), area.bottom() - 2.2 * metrics.height())));
        paintReadable(painter, box, text, theme());
    };
    // The corner at the back, and the edges that meet there, may be behind the surface.
    const auto depth = [&](int right, int back) {
        return from.project(map.corner(right, back), area.width(), area.height()).z();
    };
    int farRight = 0, farBack = 0;
    for (const int right : {0, 1})
        for (const int back : {0, 1})
            if (depth(right, back) > depth(farRight, farBack)) {
                farRight = right;
                farBack = back;
            }
    for (const int right : {0, 1})
        for (const int back : {0, 1})
            if (right != farRight || back != farBack)
                label(
                    map.corner(right, back),
                    QString("%1, %2").arg(readable(right != 0 ? plane->xMaximum : plane->xMinimum),
                                          readable(back != 0 ? plane->yMaximum : plane->yMinimum)));
    label(0.5 * (map.corner(0, 1 - farBack) + map.corner(1, 1 - farBack)),
          QString::fromStdString(view().x.label.empty() ? "x" : view().x.label));
    label(0.5 * (map.corner(1 - farRight, 0) + map.corner(1 - farRight, 1)), "y");

    std::vector<LegendEntry> legend;
    for (const Path& path : paths())
        if (namesArms())
            legend.push_back({.text = QString::fromStdString(armLabel(description(), path.arm)),
                              .color = path.onSurface.color,
                              .width = theme().lineWidth});
    layoutLegend(legend, area.width(), plotFont());
    for (LegendEntry& entry : legend)
        entry.place.translate(area.topLeft());
    paintLegend(painter, legend, theme(), plotFont());
    painter.setPen(theme().mutedText);
    painter.drawText(area.adjusted(8, 0, -8, -4), Qt::AlignLeft | Qt::AlignBottom,
                     tr("%1 from %2 to %3")
                         .arg(QString::fromStdString(view().y.label), readable(map.minimum()),
                              readable(map.maximum())));
}

QImage SurfaceView::picture(OffscreenWindow& window, QSize pixels, double /*pixelRatio*/) const {
    SurfaceScene scene(window.renderer());
    scene.update(*field(), heights_, onSurface(), theme());
    return window.picture(pixels, viewpoint());
}

void SurfaceView::lookLike(const ViewWidget& other) {
    OrbitView::lookLike(other);
    if (const auto* surface = qobject_cast<const SurfaceView*>(&other))
        setHeights(surface->heights_);
}

QString SurfaceView::csv() const {
    QString text = "x,y,value\r\n";
    const FieldFrame* plane = field();
    for (std::size_t j = 0; plane && j < plane->yCount; ++j)
        for (std::size_t i = 0; i < plane->xCount; ++i) {
            const double u = double(i) / double(plane->xCount - 1);
            const double v = double(j) / double(plane->yCount - 1);
            text += QString::fromStdString(
                csvField(std::lerp(plane->xMinimum, plane->xMaximum, u)) + "," +
                csvField(std::lerp(plane->yMinimum, plane->yMaximum, v)) + "," +
                csvField(double(plane->values[j * plane->xCount + i])) + "\r\n");
        }
    return text;
}

QString SurfaceView::pgfplots() const {
    constexpr std::size_t mostPoints = 40;
    const FieldFrame* plane = field();
    if (!plane)
        return pgfDocument({}, {});
    const SurfaceMap map(*plane, heights_);
    QString definitions;
    QString body = QString("\\begin{axis}[\n  width=12cm, view={32}{38}, colormap/viridis,\n"
                           "  xlabel={$x$}, ylabel={$y$}, zlabel={%1}, title={%2},\n"
                           "  legend pos=outer north east, legend style={draw=none},\n]\n")
                       .arg(heights_ == Scale::linear ? "height" : "height (logarithmic)",
                            QString::fromStdString(latexText(captionedTitle().toStdString())));
    const std::size_t stride =
        std::max<std::size_t>(1, (std::max(plane->xCount, plane->yCount) - 1) / mostPoints);
    QString points;
    std::size_t columns = 0;
    for (std::size_t j = 0; j < plane->yCount; j += stride) {
        columns = 0;
        for (std::size_t i = 0; i < plane->xCount; i += stride, ++columns) {
            const double x =
                std::lerp(plane->xMinimum, plane->xMaximum, double(i) / double(plane->xCount - 1));
            const double y =
                std::lerp(plane->yMinimum, plane->yMaximum, double(j) / double(plane->yCount - 1));
            points += QString("(%1,%2,%3) ")
                          .arg(number(x), number(y),
                               number(map.height(double(plane->values[j * plane->xCount + i]))));
        }
        points += "\n";
    }
    body += QString("\\addplot3[surf, shader=interp, mesh/cols=%1, forget plot] coordinates {\n%2"
                    "};\n")
                .arg(columns)
                .arg(points);
    int index = 0;
    for (const Path& path : paths()) {
        const QString color = QString("path%1").arg(index++);
        definitions += pgfColor(color, path.onSurface.color);
        QString line;
        const PathFrame& track = *path.onSurface.path;
        const std::size_t step = std::max<std::size_t>(1, track.x.size() / 300);
        for (std::size_t i = 0; i < track.x.size(); i += step)
            if (const double value = fieldAt(*plane, plane->values, track.x[i], track.y[i]);
                std::isfinite(value))
                line += QString("(%1,%2,%3) ")
                            .arg(number(track.x[i]), number(track.y[i]), number(map.height(value)));
        body += QString("\\addplot3[%1, very thick] coordinates {%2};\n\\addlegendentry{%3}\n")
                    .arg(color, line,
                         QString::fromStdString(latexText(armLabel(description(), path.arm))));
    }
    return pgfDocument(definitions, body + "\\end{axis}\n");
}

} // namespace convergence
