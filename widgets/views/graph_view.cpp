#include "widgets/views/graph_view.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <QAction>
#include <QKeyEvent>
#include <QPainter>

namespace convergence {

namespace {

constexpr double reach = 6.0;           ///< pixels beyond a node at which it is pointed at
constexpr std::size_t mostLabels = 120; ///< that are tried to be written
constexpr double leastRadius = 2.2, largestRadius = 12.0;
constexpr std::size_t manyStrongEdges = 2000; ///< without antialiasing from here on

bool sameEdges(const std::vector<GraphFrame::Edge>& a, const std::vector<GraphFrame::Edge>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& p, const auto& q) {
        return p.from == q.from && p.to == q.to && p.weight == q.weight;
    });
}

void paintDisc(QPainter& painter, QPointF at, double radius, const QColor& color,
               const Theme& theme) {
    painter.setPen(QPen(theme.surface, 1.0));
    painter.setBrush(color);
    painter.drawEllipse(at, radius, radius);
}

} // namespace

GraphView::GraphView(View view, std::shared_ptr<const Description> description, const Theme& theme,
                     QWidget* parent)
    : FrameViewWidget(std::move(view), std::move(description), theme, parent, Choice::oneTrial),
      control_(new PlaneControl(
          drawing(), [this] { return layout(graph(), QRectF(drawing().rect())).frame; },
          PlaneControl::Axes::both)),
      edges_(new GraphEdges(this)) {
    const auto repaint = [this] { drawing().update(); };
    connect(edges_, &GraphEdges::completed, this, repaint);
    connect(control_, &PlaneControl::settled, this, repaint);
    connect(&drawing(), &Canvas::hovered, this, [this](QPointF at) { pointer_ = at; });
    connect(&drawing(), &Canvas::left, this, [this] { pointer_.reset(); });
    const auto add = [this](const char* name, const QString& text, const QString& tip, auto slot) {
        connect(addMenuAction(name, text, tip), &QAction::triggered, this, slot);
    };
    add("showAllAction", tr("Show everything\tHome"), tr("Ends zooming and panning"),
        [this] { control_->showAll(); });
    add("nextNodeAction", tr("Next node\tN"), tr("Tells the next node and shows its edges"),
        [this] { choose(1); });
    add("previousNodeAction", tr("Previous node\tShift+N"),
        tr("Tells the node before and shows its edges"), [this] { choose(-1); });
    connect(&drawing(), &Canvas::keyPressed, this, [this](QKeyEvent* event) {
        if (event->key() != Qt::Key_N)
            return;
        event->accept();
        choose(event->modifiers() & Qt::ShiftModifier ? -1 : 1);
    });
}

const GraphFrame* GraphView::graph() const {
    return firstFrame<GraphFrame>([](const GraphFrame& shown) { return !shown.x.empty(); });
}

ItemColors GraphView::colors(const GraphFrame& shown) const {
    const auto* other = partner<GraphView>();
    return colorsOf(shown, other ? other->graph() : nullptr, theme());
}

void GraphView::takeData() {
    const GraphFrame* shown = graph();
    if (!shown) {
        x_ = y_ = {};
        return;
    }
    if (shown->x != positions_.x || shown->y != positions_.y ||
        shown->isDirected != positions_.isDirected || !sameEdges(shown->edges, positions_.edges)) {
        ++version_;
        positions_.x = shown->x;
        positions_.y = shown->y;
        positions_.edges = shown->edges;
        positions_.isDirected = shown->isDirected;
    }
    x_ = y_ = {};
    for (const float value : shown->x)
        x_.include(double(value));
    for (const float value : shown->y)
        y_.include(double(value));
    if (chosen_ && *chosen_ >= shown->x.size())
        chosen_.reset();
}

void GraphView::inputChanged() {
    FrameViewWidget::inputChanged();
    takeData();
}

void GraphView::selected(std::size_t selector, std::size_t option) {
    FrameViewWidget::selected(selector, option);
    takeData();
}

void GraphView::lookLike(const ViewWidget& other) {
    FrameViewWidget::lookLike(other);
    if (const auto* same = qobject_cast<const GraphView*>(&other))
        control_->lookLike(*same->control_);
}

void GraphView::paired() {
    if (auto* other = partner<GraphView>())
        control_->pairWith(*other->control_);
}

void GraphView::choose(int step) {
    const GraphFrame* shown = graph();
    if (!shown)
        return;
    const auto count = std::ptrdiff_t(shown->x.size());
    const std::ptrdiff_t at =
        chosen_ ? std::ptrdiff_t(*chosen_) + step : (step > 0 ? 0 : count - 1);
    chosen_ = std::size_t((at % count + count) % count);
    drawing().setAccessibleDescription(textOf(*shown, *chosen_));
    drawing().update();
}

GraphView::Layout GraphView::layout(const GraphFrame* shown, const QRectF& area) const {
    Layout result;
    QRectF rest = area;
    if (shown) {
        const ItemColors tints = colors(*shown);
        result.legend = tints.legend(theme());
        for (LegendEntry& entry : result.legend)
            entry.marker = 0; // nodes are discs
        const double legendHeight = layoutLegend(result.legend, area.width(), plotFont());
        for (LegendEntry& entry : result.legend)
            entry.place.translate(area.topLeft());
        rest.setTop(rest.top() + legendHeight);
        if (tints.hasScale()) {
            const double width = colorBarWidth(tints.scale(), plotFont());
            result.bar = QRectF(rest.right() - width, rest.top() + 8, width, rest.height() - 16);
            rest.setRight(rest.right() - width);
        }
    }
    Extent x = x_, y = y_;
    if (const auto* other = partner<GraphView>()) {
        x.include(other->x_);
        y.include(other->y_);
    }
    const double margin = shown && !shown->labels.empty() ? 0.1 : 0.06;
    PlaneControl::Ranges ranges{marginRange(x.minimum, x.maximum, margin),
                                marginRange(y.minimum, y.maximum, margin)};
    if (control_->ranges())
        ranges = *control_->ranges();
    rest.adjust(6, 6, -6, -6);
    result.frame = {{{}, Scale::linear, ranges.x, {}},
                    {{}, Scale::linear, ranges.y, {}},
                    QRectF(std::round(rest.left()), std::round(rest.top()),
                           std::max(20.0, std::round(rest.width())),
                           std::max(20.0, std::round(rest.height())))};
    makeEqual(result.frame);
    return result;
}

double GraphView::nodeRadius(const GraphFrame& shown, const QRectF& plot) const {
    const double room = plot.width() * plot.height() / double(shown.x.size());
    return std::clamp(0.14 * std::sqrt(room), leastRadius, largestRadius);
}

double GraphView::radiusOf(const GraphFrame& shown, std::size_t node, double unit) const {
    const double size = shown.sizes.empty() ? 1.0 : double(shown.sizes[node]);
    return std::clamp(unit * size, 1.5, 4.0 * largestRadius);
}

const QPixmap& GraphView::disc(const QColor& color, double radius) {
    const double ratio = drawing().devicePixelRatioF();
    const int steps = std::max(1, int(std::lround(2.0 * radius)));
    QPixmap& picture = discs_[{color.rgb(), steps}];
    if (picture.isNull() || picture.devicePixelRatio() != ratio) {
        const double half = 0.5 * steps + 1.5;
        picture = QPixmap((QSizeF(2.0 * half, 2.0 * half) * ratio).toSize());
        picture.setDevicePixelRatio(ratio);
        picture.fill(Qt::transparent);
        QPainter painter(&picture);
        painter.setRenderHint(QPainter::Antialiasing);
        paintDisc(painter, {half, half}, 0.5 * steps, color, theme());
    }
    return picture;
}

void GraphView::paintStrongEdges(QPainter& painter, const GraphFrame& shown,
                                 const PlotFrame& frame) const {
    const auto place = [&](std::uint32_t node) {
        return frame.toPixel(double(shown.x[node]), double(shown.y[node]));
    };
    painter.setRenderHint(QPainter::Antialiasing, shown.highlightedEdges.size() <= manyStrongEdges);
    QVector<QLineF> lines;
    for (const std::uint32_t edge : shown.highlightedEdges)
        lines << QLineF(place(shown.edges[edge].from), place(shown.edges[edge].to));
    painter.setPen(QPen(theme().accent, 2.2));
    painter.drawLines(lines);
    painter.setRenderHint(QPainter::Antialiasing, true);
    if (!drawing().isPainting())
        return;
    if (const auto node = told(shown, frame)) {
        lines.clear();
        for (const auto& edge : shown.edges)
            if (edge.from == *node || edge.to == *node)
                lines << QLineF(place(edge.from), place(edge.to));
        painter.setPen(QPen(theme().text, 1.6));
        painter.drawLines(lines);
    }
}

void GraphView::paintNodes(QPainter& painter, const GraphFrame& shown, const PlotFrame& frame,
                           const ItemColors& tints) {
    const PixelMap map = frame.pixelMap();
    const double unit = nodeRadius(shown, frame.plot);
    const bool onScreen = drawing().isPainting();
    const auto marked = onScreen ? told(shown, frame) : std::nullopt;
    for (std::size_t i = 0; i < shown.x.size(); ++i) {
        const QPointF at = frame.plot.topLeft() + QPointF(map.toPixelX(double(shown.x[i])),
                                                          map.toPixelY(double(shown.y[i])));
        const double radius = radiusOf(shown, i, unit);
        if (!frame.plot.adjusted(-radius, -radius, radius, radius).contains(at))
            continue;
        if (onScreen) {
            const QPixmap& picture = disc(tints.of(i), radius);
            const double half = 0.5 * picture.width() / picture.devicePixelRatio();
            painter.drawPixmap(at - QPointF(half, half), picture);
        } else {
            paintDisc(painter, at, radius, tints.of(i), theme());
        }
        const bool isMarked = marked == i;
        if (isMarked || (!shown.isHighlighted.empty() && shown.isHighlighted[i] != 0)) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(isMarked ? theme().text : theme().accent, 2.2));
            painter.drawEllipse(at, radius + 2.5, radius + 2.5);
        }
    }
}

void GraphView::paintLabels(QPainter& painter, const GraphFrame& shown,
                            const PlotFrame& frame) const {
    if (shown.labels.empty())
        return;
    const double unit = nodeRadius(shown, frame.plot);
    std::vector<std::size_t> seen;
    std::vector<QRectF> taken; // by nodes and labels
    for (std::size_t i = 0; i < shown.x.size(); ++i)
        if (frame.plot.contains(frame.toPixel(double(shown.x[i]), double(shown.y[i]))) &&
            !shown.labels[i].empty())
            seen.push_back(i);
    // Highlighted ones first, then large ones.
    const auto rank = [&](std::size_t i) {
        const bool first = !shown.isHighlighted.empty() && shown.isHighlighted[i] != 0;
        return (first ? 1e9 : 0.0) + radiusOf(shown, i, unit);
    };
    std::stable_sort(seen.begin(), seen.end(),
                     [&](std::size_t a, std::size_t b) { return rank(a) > rank(b); });
    seen.resize(std::min(seen.size(), mostLabels));
    for (const std::size_t i : seen) {
        const double r = radiusOf(shown, i, unit);
        const QPointF at = frame.toPixel(double(shown.x[i]), double(shown.y[i]));
        taken.emplace_back(at.x() - r, at.y() - r, 2.0 * r, 2.0 * r);
    }
    const QFontMetricsF metrics(painter.font());
    for (const std::size_t i : seen) {
        const QString text = QString::fromStdString(shown.labels[i]);
        const QPointF at = frame.toPixel(double(shown.x[i]), double(shown.y[i]));
        const double r = radiusOf(shown, i, unit) + 2.0;
        const double width = metrics.horizontalAdvance(text) + 4.0, height = metrics.height();
        for (const QRectF& box : {QRectF(at.x() + r, at.y() - 0.5 * height, width, height),
                                  QRectF(at.x() - r - width, at.y() - 0.5 * height, width, height),
                                  QRectF(at.x() - 0.5 * width, at.y() - r - height, width, height),
                                  QRectF(at.x() - 0.5 * width, at.y() + r, width, height)}) {
            if (!frame.plot.contains(box) ||
                std::any_of(taken.begin(), taken.end(),
                            [&](const QRectF& other) { return other.intersects(box); }))
                continue;
            taken.push_back(box);
            QColor behind = theme().surface;
            behind.setAlphaF(0.75F);
            painter.fillRect(box, behind);
            painter.setPen(theme().text);
            painter.drawText(box, Qt::AlignCenter, text);
            break;
        }
    }
}

void GraphView::paintPlot(QPainter& painter, const QRectF& area) {
    const GraphFrame* shown = graph();
    if (!shown)
        return paintHint(painter, area, hint(), theme());
    const Layout place = layout(shown, area);
    const ItemColors tints = colors(*shown);
    const double gap = nodeRadius(*shown, place.frame.plot) + 2.0;
    painter.save();
    painter.setClipRect(place.frame.plot, Qt::IntersectClip);
    if (drawing().isPainting())
        painter.drawImage(
            place.frame.plot.topLeft(),
            edges_->picture({*shown, version_, place.frame, theme(), drawing().devicePixelRatioF(),
                             gap, control_->isMoving()}));
    else
        paintEdges(painter, *shown, place.frame, theme(), gap);
    paintStrongEdges(painter, *shown, place.frame);
    paintNodes(painter, *shown, place.frame, tints);
    paintLabels(painter, *shown, place.frame);
    painter.restore();
    paintLegend(painter, place.legend, theme(), plotFont());
    if (!place.bar.isEmpty()) {
        QString label = QString::fromStdString(shown->valueLabel);
        if (!shown->valueUnit.empty())
            label += " [" + QString::fromStdString(shown->valueUnit) + "]";
        paintColorBar(painter, place.bar, tints.scale(), label, theme());
    }
}

std::optional<std::size_t> GraphView::nodeAt(const GraphFrame& shown, const PlotFrame& frame,
                                             QPointF at) const {
    if (!frame.plot.contains(at))
        return std::nullopt;
    const double unit = nodeRadius(shown, frame.plot);
    std::optional<std::size_t> found;
    double least = INFINITY;
    for (std::size_t i = 0; i < shown.x.size(); ++i) {
        const double distance =
            QLineF(frame.toPixel(double(shown.x[i]), double(shown.y[i])), at).length();
        if (distance <= radiusOf(shown, i, unit) + reach && distance < least) {
            least = distance;
            found = i;
        }
    }
    return found;
}

std::optional<std::size_t> GraphView::told(const GraphFrame& shown, const PlotFrame& frame) const {
    const auto pointed = pointer_ ? nodeAt(shown, frame, *pointer_) : std::nullopt;
    return pointed ? pointed : chosen_;
}

QString GraphView::textOf(const GraphFrame& shown, std::size_t node) const {
    const auto number = [](float value) {
        return QString::fromStdString(readableNumber(double(value), 4));
    };
    QString text = shown.labels.empty() || shown.labels[node].empty()
                       ? tr("node %1").arg(node + 1)
                       : QString::fromStdString(shown.labels[node]);
    if (!shown.classes.empty())
        text += " (" + QString::fromStdString(shown.classLabels[shown.classes[node]]) + ")";
    if (!shown.values.empty())
        text += QString("\n%1 = %2")
                    .arg(QString::fromStdString(shown.valueLabel), number(shown.values[node]));
    std::size_t degree = 0;
    const GraphFrame::Edge* only = nullptr;
    for (const auto& edge : shown.edges)
        if (edge.from == node || edge.to == node) {
            ++degree;
            only = &edge;
        }
    text += "\n" + tr("edges: %1").arg(degree);
    if (degree == 1 && !shown.weightLabel.empty())
        text += QString("\n%1 = %2")
                    .arg(QString::fromStdString(shown.weightLabel), number(only->weight));
    return text;
}

QString GraphView::textAt(QPointF at, const QRectF& area) const {
    const GraphFrame* shown = graph();
    if (!shown)
        return {};
    const auto node = nodeAt(*shown, layout(shown, area).frame, at);
    return node ? textOf(*shown, *node) : QString();
}

} // namespace convergence
