#include "widgets/charts/chart_canvas.h"

#include <algorithm>
#include <cmath>

#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

namespace convergence {

namespace {

/// Points of all curves together while a chart is live; see the chart benchmark.
constexpr std::size_t livePointBudget = 10000;
constexpr double grabDistance = 6.0; ///< pixels from an edge of the fit window
constexpr double snapDistance = 40.0;
/// Rows looked at beside the pointer to find the nearest point of a curve.
constexpr std::size_t snapRows = 200;
constexpr double zoomStep = 1.2;

double distanceBetween(QPointF a, QPointF b) {
    return std::hypot(a.x() - b.x(), a.y() - b.y());
}

/// The row of a curve nearest to a place in chart coordinates, and how near.
std::pair<std::size_t, double> nearestRow(const ChartCurve& curve, const PlotFrame& frame,
                                          QPointF at) {
    const SeriesPyramid& data = curve.data;
    const PixelMap map = frame.pixelMap();
    std::size_t begin = 0, end = data.rows();
    if (data.isMonotone()) {
        const double left = at.x() - frame.plot.left() - snapDistance;
        begin = data.lowerBound(map.fromPixelX(left));
        end = data.lowerBound(map.fromPixelX(left + 2 * snapDistance), begin);
        begin -= begin > 0 ? 1 : 0;
        end = std::min(end + 1, data.rows());
    }
    // Among very many rows the ones at the pointer's x are near enough to look at.
    if (end - begin > 2 * snapRows && data.isMonotone()) {
        const std::size_t middle =
            data.lowerBound(map.fromPixelX(at.x() - frame.plot.left()), begin);
        begin = middle > begin + snapRows ? middle - snapRows : begin;
        end = std::min(end, middle + snapRows);
    }
    std::pair<std::size_t, double> nearest{0, INFINITY};
    for (std::size_t row = begin; row < end; ++row) {
        const QPointF point = placeOf(frame, data.x(row), data.y(row));
        const double distance = distanceBetween(point, at);
        if (distance < nearest.second && frame.plot.adjusted(-1, -1, 1, 1).contains(point))
            nearest = {row, distance};
    }
    return nearest;
}

} // namespace

ChartCanvas::ChartCanvas(ChartModel& model, const Theme& theme, QWidget* parent)
    : QChartView(new PlotChart, parent), model_(model), theme_(theme),
      chart_(static_cast<PlotChart*>(chart())) {
    state_.xScale = model.view().x.scale;
    state_.yScale = model.view().y.scale;
    setRenderHint(QPainter::Antialiasing);
    setViewportUpdateMode(QGraphicsView::FullViewportUpdate);
    setFrameShape(QFrame::NoFrame);
    viewport()->setAcceptDrops(false); // files dropped here are the window's
    setMouseTracking(true);
    setMinimumSize(160, 120);
    scene()->setItemIndexMethod(QGraphicsScene::NoIndex);
    updateFitKind();
}

void ChartCanvas::setTheme(const Theme& theme, const QFont& font) {
    theme_ = theme;
    font_ = font;
    setBackgroundBrush(theme.surface);
    rebuild();
}

void ChartCanvas::setWaitsFor(const QString& sentence) {
    state_.waitsFor = sentence;
}

void ChartCanvas::setPlayHead(std::optional<std::int64_t> iteration) {
    state_.playHead = iteration;
}

void ChartCanvas::hideFits() {
    model_.setFitKind(FitKind::none);
    state_.fits.clear();
    rebuild();
}

/// Handles to drag the ends of the fit window: on the screen, where somebody can.
void ChartCanvas::drawForeground(QPainter* painter, const QRectF& /*rectangle*/) {
    if (!content().fitWindow || !content().hint.isEmpty())
        return;
    const QRectF& window = *content().fitWindow;
    QColor tint = theme_.accent;
    tint.setAlphaF(0.75F);
    painter->setPen(Qt::NoPen);
    painter->setBrush(tint);
    for (const double x : {window.left(), window.right()})
        painter->drawRoundedRect(QRectF(x - 3.0, window.center().y() - 14.0, 6.0, 28.0), 3, 3);
}

void ChartCanvas::setFits(std::vector<FitOverlay> fits) {
    state_.fits = std::move(fits);
}

void ChartCanvas::setScales(Scale x, Scale y) {
    if (x != state_.xScale)
        state_.xZoom.reset();
    if (y != state_.yScale)
        state_.yZoom.reset();
    state_.xScale = x;
    state_.yScale = y;
    updateFitKind();
    rebuild();
    Q_EMIT scalesChanged();
}

void ChartCanvas::updateFitKind() {
    if (state_.yScale == Scale::linear)
        model_.setFitKind(FitKind::none);
    else
        model_.setFitKind(state_.xScale == Scale::logarithmic ? FitKind::logLog
                                                              : FitKind::logLinear);
}

void ChartCanvas::resetZoom() {
    setZoom(std::nullopt, std::nullopt);
    Q_EMIT zoomed();
}

void ChartCanvas::setZoom(std::optional<AxisRange> x, std::optional<AxisRange> y) {
    state_.xZoom = x;
    state_.yZoom = y;
    rebuild();
}

bool ChartCanvas::setAlso(AxisRange x, AxisRange y, double legendHeight) {
    if (state_.xAlso == x && state_.yAlso == y && state_.legendHeightAlso == legendHeight)
        return false;
    state_.legendHeightAlso = legendHeight;
    state_.xAlso = x;
    state_.yAlso = y;
    return true;
}

void ChartCanvas::setHidden(const std::string& label, bool hidden) {
    for (std::size_t i = 0; i < model_.groups().size(); ++i)
        if (model_.groups()[i].label == label)
            model_.setHidden(i, hidden);
    model_.update();
    rebuild();
}

void ChartCanvas::rebuild() {
    chart_->show(
        layoutChart(model_, state_, {QSizeF(viewport()->size()), theme_, font_, livePointBudget}),
        theme_, font_);
    viewport()->update();
}

QString ChartCanvas::cursorText() const {
    return content().cursor ? content().cursor->text : QString();
}

void ChartCanvas::zoom(double factor, QPointF around, Qt::Orientations axes) {
    const PlotFrame& frame = content().frame;
    const QRectF& plot = frame.plot;
    const QPointF at(std::clamp(around.x(), plot.left(), plot.right()),
                     std::clamp(around.y(), plot.top(), plot.bottom()));
    const double width = axes & Qt::Horizontal ? plot.width() / factor : plot.width();
    const double height = axes & Qt::Vertical ? plot.height() / factor : plot.height();
    zoomInto(QRectF(at.x() - (at.x() - plot.left()) * width / plot.width(),
                    at.y() - (at.y() - plot.top()) * height / plot.height(), width, height));
}

void ChartCanvas::pan(QPointF pixels) {
    zoomInto(content().frame.plot.translated(-pixels));
}

void ChartCanvas::zoomInto(QRectF rectangle) {
    const PlotFrame& frame = content().frame;
    const PixelMap map = frame.pixelMap();
    rectangle.translate(-frame.plot.topLeft());
    const AxisRange x{map.fromPixelX(rectangle.left()), map.fromPixelX(rectangle.right())};
    const AxisRange y{map.fromPixelY(rectangle.bottom()), map.fromPixelY(rectangle.top())};
    // Ranges that doubles cannot tell apart, or beyond them, end the zoom.
    const auto usable = [](AxisRange range, Scale scale) {
        const double magnitude = std::max(std::abs(range.minimum), std::abs(range.maximum));
        return std::isfinite(range.minimum) && std::isfinite(range.maximum) &&
               range.maximum - range.minimum > 1e-9 * magnitude &&
               (scale == Scale::linear || range.minimum > 1e-300);
    };
    if (!usable(x, state_.xScale) || !usable(y, state_.yScale))
        return;
    // An axis that is left as it is goes on to follow the data.
    if (rectangle.left() != 0.0 || rectangle.width() != map.width)
        state_.xZoom = x;
    if (rectangle.top() != 0.0 || rectangle.height() != map.height)
        state_.yZoom = y;
    rebuild();
    Q_EMIT zoomed();
}

ChartCanvas::Drag ChartCanvas::dragAt(QPointF at) const {
    const QRectF& plot = content().frame.plot;
    if (content().fitWindow && plot.adjusted(-8, 0, 8, 0).contains(at)) {
        const QRectF& window = *content().fitWindow;
        if (std::abs(at.x() - window.left()) <= grabDistance)
            return Drag::fitLeft;
        if (std::abs(at.x() - window.right()) <= grabDistance)
            return Drag::fitRight;
        if (window.contains(at) && at.y() < window.top() + 20.0)
            return Drag::fitWhole;
    }
    return plot.contains(at) ? Drag::pan : Drag::none;
}

void ChartCanvas::mousePressEvent(QMouseEvent* event) {
    const QPointF at = event->position();
    pressed_ = last_ = at;
    if (event->button() != Qt::LeftButton)
        return event->ignore();
    for (const auto& entry : content().legend)
        if (entry.group && entry.place.contains(at))
            return toggleGroup(*entry.group);
    drag_ = dragAt(at);
    fitAtPress_ = model_.fitWindow();
    if (drag_ == Drag::pan && event->modifiers() & Qt::ShiftModifier)
        drag_ = Drag::rubberBand;
}

void ChartCanvas::mouseMoveEvent(QMouseEvent* event) {
    const QPointF at = event->position();
    if (drag_ != Drag::none)
        return drag(at);
    const Drag possible = dragAt(at);
    const bool overLegend =
        std::any_of(content().legend.begin(), content().legend.end(),
                    [&](const auto& entry) { return entry.group && entry.place.contains(at); });
    viewport()->setCursor(overLegend ? Qt::PointingHandCursor
                          : possible == Drag::fitLeft || possible == Drag::fitRight
                              ? Qt::SizeHorCursor
                          : possible == Drag::fitWhole ? Qt::OpenHandCursor
                                                       : Qt::ArrowCursor);
    pointAt(at);
}

void ChartCanvas::drag(QPointF at) {
    switch (drag_) {
    case Drag::pan:
        if (state_.xZoom || state_.yZoom || distanceBetween(at, pressed_) > 4.0) {
            pan(at - last_);
            last_ = at;
        }
        break;
    case Drag::rubberBand:
        state_.rubberBand = QRectF(pressed_, at).normalized().intersected(content().frame.plot);
        rebuild();
        break;
    default:
        dragFit(at);
    }
}

void ChartCanvas::dragFit(QPointF at) {
    const PlotFrame& frame = content().frame;
    const PixelMap map = frame.pixelMap();
    const double x = map.fromPixelX(std::clamp(at.x() - frame.plot.left(), 0.0, map.width));
    const bool toTheEnd = at.x() >= frame.plot.right() - grabDistance;
    AxisRange window = model_.fitWindow();
    if (drag_ == Drag::fitLeft) {
        window.minimum = x;
    } else if (drag_ == Drag::fitRight) {
        window.maximum = toTheEnd ? 0.0 : x;
    } else {
        const double shift = at.x() - pressed_.x();
        const auto shifted = [&](double value) {
            return map.fromPixelX(map.toPixelX(value) + shift);
        };
        window.minimum = shifted(std::max(fitAtPress_.minimum, frame.x.range.minimum));
        if (fitAtPress_.maximum > 0.0)
            window.maximum = shifted(fitAtPress_.maximum);
    }
    if (window.maximum > 0.0 && !(window.minimum < window.maximum))
        return;
    model_.setFitWindow(window.minimum, window.maximum);
    rebuild();
}

void ChartCanvas::mouseReleaseEvent(QMouseEvent* event) {
    if (drag_ == Drag::rubberBand && state_.rubberBand) {
        const QRectF rectangle = *state_.rubberBand;
        state_.rubberBand.reset();
        if (rectangle.width() > 4.0 && rectangle.height() > 4.0)
            zoomInto(rectangle);
        else
            rebuild();
    }
    drag_ = Drag::none;
    event->accept();
}

void ChartCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
    for (const auto& entry : content().legend)
        if (entry.group && entry.place.contains(event->position()))
            return toggleGroup(*entry.group);
    resetZoom();
}

void ChartCanvas::wheelEvent(QWheelEvent* event) {
    const double notches = event->angleDelta().y() / 120.0 + event->angleDelta().x() / 120.0;
    Qt::Orientations axes = Qt::Horizontal | Qt::Vertical;
    if (event->modifiers() & Qt::ControlModifier)
        axes &= ~Qt::Orientations(Qt::Vertical);
    if (event->modifiers() & Qt::ShiftModifier)
        axes &= ~Qt::Orientations(Qt::Horizontal);
    zoom(std::pow(zoomStep, notches), event->position(), axes);
    event->accept();
}

void ChartCanvas::leaveEvent(QEvent* event) {
    if (state_.cursor) {
        state_.cursor.reset();
        rebuild();
        Q_EMIT pointed({});
    }
    QChartView::leaveEvent(event);
}

void ChartCanvas::resizeEvent(QResizeEvent* event) {
    QChartView::resizeEvent(event);
    rebuild();
}

void ChartCanvas::pointAt(QPointF at) {
    std::optional<ChartState::Cursor> nearest;
    double distance = snapDistance;
    for (const ChartContent::Escape& escape : content().escapes) {
        // The mark stands in for the last value, which is beyond the edge.
        constexpr double markReach = 14.0;
        const double away = distanceBetween(escape.inside, at);
        if (away < std::min(distance, markReach)) {
            distance = 0.0;
            nearest =
                ChartState::Cursor{escape.curve, model_.curves()[escape.curve].data.rows() - 1};
        }
    }
    if (content().frame.plot.contains(at))
        for (std::size_t i = 0; i < model_.curves().size(); ++i) {
            if (!model_.isVisible(model_.curves()[i]))
                continue;
            const auto [row, away] = nearestRow(model_.curves()[i], content().frame, at);
            if (away < distance) {
                distance = away;
                nearest = ChartState::Cursor{i, row};
            }
        }
    const bool same = nearest.has_value() == state_.cursor.has_value() &&
                      (!nearest || (nearest->curve == state_.cursor->curve &&
                                    nearest->row == state_.cursor->row));
    if (same)
        return;
    state_.cursor = nearest;
    rebuild();
    Q_EMIT pointed(cursorText());
}

void ChartCanvas::moveCursor(int points, int curves) {
    const auto& all = model_.curves();
    if (model_.visibleCurves() == 0)
        return;
    ChartState::Cursor cursor = state_.cursor.value_or(ChartState::Cursor{});
    if (cursor.curve >= all.size())
        cursor = {};
    const auto usable = [&](std::size_t i) {
        return model_.isVisible(all[i]) && all[i].data.rows() > 0;
    };
    const auto count = all.size();
    const double x =
        usable(cursor.curve)
            ? all[cursor.curve].data.x(std::min(cursor.row, all[cursor.curve].data.rows() - 1))
            : content().frame.x.range.minimum;
    if (curves != 0 || !usable(cursor.curve)) {
        const std::size_t step = curves < 0 ? count - 1 : 1;
        do
            cursor.curve = (cursor.curve + step) % count;
        while (!usable(cursor.curve));
        cursor.row = all[cursor.curve].data.lowerBound(x);
    }
    const SeriesPyramid& rows = all[cursor.curve].data;
    cursor.row = std::min(cursor.row, rows.rows() - 1);
    // A step is a row, but at least two pixels.
    const PlotFrame& frame = content().frame;
    const double from = frame.toPixel(rows.x(cursor.row), 1.0).x();
    for (; points != 0; points += points < 0 ? 1 : -1)
        while (points < 0 ? cursor.row > 0 : cursor.row + 1 < rows.rows()) {
            points < 0 ? --cursor.row : ++cursor.row;
            const double now = frame.toPixel(rows.x(cursor.row), 1.0).x();
            if (!(std::abs(now - from) < 2.0))
                break;
        }
    state_.cursor = cursor;
    rebuild();
    Q_EMIT pointed(cursorText());
}

void ChartCanvas::focusLegend(int step) {
    std::vector<std::size_t> groups;
    for (const LegendEntry& entry : content().legend)
        if (entry.group)
            groups.push_back(*entry.group);
    if (groups.empty())
        return;
    const auto now = state_.focusedGroup
                         ? std::find(groups.begin(), groups.end(), *state_.focusedGroup)
                         : groups.end();
    const std::size_t count = groups.size();
    const std::size_t next =
        now == groups.end()
            ? (step > 0 ? 0 : count - 1)
            : (std::size_t(now - groups.begin()) + count + std::size_t(step)) % count;
    state_.focusedGroup = groups[next];
    rebuild();
}

/// Where arms are named elsewhere an entry stands for what all arms have of a kind.
void ChartCanvas::toggleGroup(std::size_t group) {
    const ChartGroup chosen = model_.groups()[group];
    const bool isShared = model_.armLook().isNamedElsewhere && !chosen.arm.empty();
    std::vector<std::string> switched;
    for (std::size_t i = 0; i < model_.groups().size(); ++i) {
        const ChartGroup& other = model_.groups()[i];
        if (i != group && !(isShared && !other.arm.empty() && other.rest == chosen.rest))
            continue;
        model_.setHidden(i, !chosen.isHidden);
        switched.push_back(other.label);
    }
    model_.update();
    rebuild();
    for (const std::string& label : switched)
        Q_EMIT groupToggled(label, !chosen.isHidden);
}

void ChartCanvas::keyPressEvent(QKeyEvent* event) {
    const auto toggled = [](Scale scale) {
        return scale == Scale::linear ? Scale::logarithmic : Scale::linear;
    };
    const bool control = event->modifiers() & Qt::ControlModifier;
    const QPointF middle = content().frame.plot.center();
    constexpr double panPixels = 40.0;
    switch (event->key()) {
    case Qt::Key_X:
        return setScales(toggled(state_.xScale), state_.yScale);
    case Qt::Key_Y:
        return setScales(state_.xScale, toggled(state_.yScale));
    case Qt::Key_Home:
        return resetZoom();
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        return zoom(zoomStep, middle);
    case Qt::Key_Minus:
        return zoom(1.0 / zoomStep, middle);
    case Qt::Key_Left:
        return control ? pan({panPixels, 0}) : moveCursor(-1, 0);
    case Qt::Key_Right:
        return control ? pan({-panPixels, 0}) : moveCursor(1, 0);
    case Qt::Key_Up:
        return control ? pan({0, panPixels}) : moveCursor(0, -1);
    case Qt::Key_Down:
        return control ? pan({0, -panPixels}) : moveCursor(0, 1);
    case Qt::Key_BracketLeft:
        return focusLegend(-1);
    case Qt::Key_BracketRight:
        return focusLegend(1);
    case Qt::Key_Space:
        if (state_.focusedGroup && *state_.focusedGroup < model_.groups().size())
            return toggleGroup(*state_.focusedGroup);
        return event->ignore();
    case Qt::Key_Escape:
        state_.cursor.reset();
        state_.focusedGroup.reset();
        rebuild();
        return event->ignore();
    default:
        event->ignore();
    }
}

} // namespace convergence
