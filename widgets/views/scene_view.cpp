#include "widgets/views/scene_view.h"

#include <algorithm>
#include <cmath>

#include <QAction>
#include <QKeyEvent>
#include <QPainter>
#include <QStyle>
#include <QToolButton>

#include "widgets/views/pixel_rounding.h"

namespace convergence {

namespace {

constexpr int tickMilliseconds = 16;

SceneFrame::Pose between(const SceneFrame::Pose& a, const SceneFrame::Pose& b, float share) {
    return {std::lerp(a.x, b.x, share), std::lerp(a.y, b.y, share),
            std::lerp(a.angle, b.angle, share)};
}

/// How far a shape reaches from the origin of its body.
double reachOf(const SceneFrame::Shape& shape) {
    double reach = 0.0;
    for (std::size_t i = 0; i < shape.x.size(); ++i)
        reach = std::max(reach, std::hypot(shape.x[i], shape.y[i]));
    return reach + shape.radius;
}

} // namespace

SceneView::SceneView(View view, std::shared_ptr<const Description> description, const Theme& theme,
                     QWidget* parent)
    : FrameViewWidget(std::move(view), std::move(description), theme, parent, Choice::byView),
      control_(new PlaneControl(
          drawing(), [this] { return layout(scene(), QRectF(drawing().rect())).frame; },
          PlaneControl::Axes::both)),
      button_(new QToolButton(this)) {
    button_->setObjectName("playEpisode");
    button_->setAutoRaise(true);
    button_->setFocusPolicy(Qt::TabFocus);
    addToBar(button_);
    connect(button_, &QToolButton::clicked, this, &SceneView::togglePlaying);
    if (this->view().gesture)
        drawing().setToolTip(QString::fromStdString(this->view().gesture->hint));
    const auto add = [this](const char* name, const QString& text, const QString& tip, auto slot) {
        connect(addMenuAction(name, text, tip), &QAction::triggered, this, slot);
    };
    add("playEpisodeAction", tr("Play or pause the episode\tP"),
        tr("Plays the episode in a loop, or stops where it is"), [this] { togglePlaying(); });
    add("stepForwardAction", tr("One pose on\t."), tr("Stops at the next pose"),
        [this] { step(1); });
    add("stepBackAction", tr("One pose back\t,"), tr("Stops at the pose before"),
        [this] { step(-1); });
    add("showAllAction", tr("Show everything\tHome"), tr("Ends zooming and panning"),
        [this] { control_->showAll(); });
    connect(&drawing(), &Canvas::keyPressed, this, [this](QKeyEvent* event) {
        const int key = event->key();
        if (key != Qt::Key_P && key != Qt::Key_Period && key != Qt::Key_Comma)
            return;
        event->accept();
        if (key == Qt::Key_P)
            togglePlaying();
        else
            step(key == Qt::Key_Period ? 1 : -1);
    });
    connect(control_, &PlaneControl::clicked, this, [this](QPointF at) {
        const PlotFrame frame = layout(scene(), QRectF(drawing().rect())).frame;
        if (!this->view().gesture || !frame.plot.contains(at))
            return;
        const PixelMap map = frame.pixelMap();
        const QPointF inside = at - frame.plot.topLeft();
        const GestureSpec& gesture = *this->view().gesture;
        Q_EMIT gestureMade(
            QString::fromStdString(gesture.xParameter),
            roundedToPixel(map.fromPixelX(inside.x()), map.fromPixelX(inside.x() + 1.0)),
            QString::fromStdString(gesture.yParameter),
            roundedToPixel(map.fromPixelY(inside.y()), map.fromPixelY(inside.y() + 1.0)));
    });
    timer_.setTimerType(Qt::PreciseTimer);
    timer_.setInterval(tickMilliseconds);
    connect(&timer_, &QTimer::timeout, &drawing(), qOverload<>(&QWidget::update));
    updateTimer();
}

const SceneFrame* SceneView::scene() const {
    return firstFrame<SceneFrame>([](const SceneFrame& scene) { return !scene.shapes.empty(); });
}

const FieldFrame* SceneView::field() const {
    return firstFrame<FieldFrame>();
}

void SceneView::takeData() {
    x_ = y_ = {};
    const SceneFrame* shown = scene();
    if (shown) {
        clock_->setLength(shown->secondsToPlay);
        std::vector<double> reach(shown->bodies, 0.0);
        for (const SceneFrame::Shape& shape : shown->shapes) {
            if (shape.body >= 0) {
                double& far = reach[std::size_t(shape.body)];
                far = std::max(far, reachOf(shape));
                continue;
            }
            for (std::size_t i = 0; i < shape.x.size(); ++i)
                for (const double side : {-shape.radius, shape.radius}) {
                    x_.include(shape.x[i] + side);
                    y_.include(shape.y[i] + side);
                }
        }
        for (std::size_t i = 0; i < shown->poses.size(); ++i)
            for (const double side : {-reach[i % shown->bodies], reach[i % shown->bodies]}) {
                x_.include(double(shown->poses[i].x) + side);
                y_.include(double(shown->poses[i].y) + side);
            }
    }
    updateTimer();
}

void SceneView::inputChanged() {
    FrameViewWidget::inputChanged();
    takeData();
}

void SceneView::selected(std::size_t selector, std::size_t option) {
    FrameViewWidget::selected(selector, option);
    takeData();
}

void SceneView::lookLike(const ViewWidget& other) {
    FrameViewWidget::lookLike(other);
    if (const auto* same = qobject_cast<const SceneView*>(&other))
        control_->lookLike(*same->control_);
}

void SceneView::paired() {
    if (auto* other = partner<SceneView>()) {
        control_->pairWith(*other->control_);
        clock_ = other->clock_;
    }
    updateTimer();
}

void SceneView::showEvent(QShowEvent* event) {
    FrameViewWidget::showEvent(event);
    updateTimer();
}

void SceneView::hideEvent(QHideEvent* event) {
    FrameViewWidget::hideEvent(event);
    updateTimer();
}

void SceneView::updateTimer() {
    const SceneFrame* shown = scene();
    const bool hasEpisode = shown && shown->times.size() > 1;
    if (hasEpisode && isVisible() && !wasPaused_)
        clock_->play();
    const bool plays = hasEpisode && isVisible() && clock_->isPlaying();
    if (plays != timer_.isActive())
        plays ? timer_.start() : timer_.stop();
    button_->setVisible(hasEpisode);
    button_->setIcon(
        style()->standardIcon(clock_->isPlaying() ? QStyle::SP_MediaPause : QStyle::SP_MediaPlay));
    const QString tip =
        clock_->isPlaying() ? tr("Pause the episode (P)") : tr("Play the episode (P)");
    button_->setToolTip(tip);
    button_->setAccessibleName(tip);
}

void SceneView::togglePlaying() {
    wasPaused_ = clock_->isPlaying();
    if (wasPaused_)
        clock_->pause();
    else
        clock_->play();
    updateTimer();
    drawing().update();
    if (auto* other = partner<SceneView>()) {
        other->wasPaused_ = wasPaused_;
        other->updateTimer();
        other->drawing().update();
    }
}

void SceneView::step(int poses) {
    const SceneFrame* shown = scene();
    if (!shown || shown->times.size() < 2)
        return;
    if (clock_->isPlaying())
        togglePlaying();
    const Moment now = momentOf(*shown);
    const double first = shown->times.front(), length = shown->times.back() - first;
    // The next pose on that side; a moment between two poses is after the earlier one.
    const bool isBetween = now.time > shown->times[now.index];
    const auto at = std::ptrdiff_t(now.index) + poses + (poses < 0 && isBetween ? 1 : 0);
    const auto index =
        std::size_t(std::clamp<std::ptrdiff_t>(at, 0, std::ptrdiff_t(shown->times.size()) - 1));
    clock_->seek((shown->times[index] - first) / length);
    drawing().update();
    if (auto* other = partner<SceneView>())
        other->drawing().update();
}

SceneView::Moment SceneView::momentOf(const SceneFrame& shown) const {
    Moment now;
    if (shown.times.empty())
        return now;
    const double first = shown.times.front(), last = shown.times.back();
    now.time = std::lerp(first, last, clock_->share());
    // Rounding must not keep a pose from being reached that was stepped to.
    const double slack = 1e-9 * (last - first);
    const auto after = std::upper_bound(shown.times.begin(), shown.times.end(), now.time + slack);
    now.index = std::size_t(std::max<std::ptrdiff_t>(1, after - shown.times.begin())) - 1;
    const std::size_t next = std::min(now.index + 1, shown.times.size() - 1);
    const double span = shown.times[next] - shown.times[now.index];
    const double share =
        span > 0.0 ? std::clamp((now.time - shown.times[now.index]) / span, 0.0, 1.0) : 0.0;
    if (now.time - shown.times[now.index] <= slack)
        now.time = shown.times[now.index];
    for (std::size_t body = 0; body < shown.bodies; ++body)
        now.poses.push_back(between(shown.poses[now.index * shown.bodies + body],
                                    shown.poses[next * shown.bodies + body], float(share)));
    return now;
}

QColor SceneView::colorOf(int color) const {
    const auto& arms = description().arms;
    if (color >= 0 && std::size_t(color) < arms.size())
        return armColor(arms[std::size_t(color)].id);
    return color < 0 ? theme().text : theme().seriesColor(color);
}

bool SceneView::isHidden(const SceneFrame& shown, std::size_t body) const {
    const auto& arms = description().arms;
    const int color = bodyColor(shown, body);
    return color >= 0 && std::size_t(color) < arms.size() &&
           armLook().isHidden(arms[std::size_t(color)].id);
}

int SceneView::bodyColor(const SceneFrame& shown, std::size_t body) const {
    return shown.bodyColors.empty() ? -1 : shown.bodyColors[body];
}

SceneView::Layout SceneView::layout(const SceneFrame* shown, const QRectF& area) const {
    Layout result;
    for (std::size_t body = 0; shown && body < shown->bodyLabels.size(); ++body)
        if (!shown->bodyLabels[body].empty() && !isHidden(*shown, body) &&
            (namesArms() || bodyColor(*shown, body) < 0))
            result.legend.push_back({.text = QString::fromStdString(shown->bodyLabels[body]),
                                     .color = colorOf(bodyColor(*shown, body)),
                                     .style = Qt::NoPen,
                                     .width = 1.4 * theme().lineWidth,
                                     .marker = 0});
    const double legendHeight = layoutLegend(result.legend, area.width(), plotFont());
    for (LegendEntry& entry : result.legend)
        entry.place.translate(area.topLeft());
    Extent x = x_, y = y_;
    if (const auto* other = partner<SceneView>()) {
        x.include(other->x_);
        y.include(other->y_);
    }
    PlaneControl::Ranges ranges{marginRange(x.minimum, x.maximum),
                                marginRange(y.minimum, y.maximum)};
    if (const FieldFrame* plane = field())
        ranges = {{plane->xMinimum, plane->xMaximum}, {plane->yMinimum, plane->yMaximum}};
    if (shown && shown->camera == SceneFrame::Camera::follows && shown->bodies > 0) {
        const auto pose = momentOf(*shown).poses[shown->followed];
        const double half = 0.5 * (shown->viewHeight > 0.0 ? shown->viewHeight
                                                           : ranges.y.maximum - ranges.y.minimum);
        ranges = {{double(pose.x) - half, double(pose.x) + half},
                  {double(pose.y) - half, double(pose.y) + half}};
    }
    if (control_->ranges())
        ranges = *control_->ranges();
    const QRectF rest = area.adjusted(0, legendHeight, 0, 0);
    if (view().x.label.empty() && view().y.label.empty()) {
        const QRectF plot = rest.adjusted(6, 6, -6, -6);
        result.frame = {{{}, Scale::linear, ranges.x, {}},
                        {{}, Scale::linear, ranges.y, {}},
                        QRectF(std::round(plot.left()), std::round(plot.top()),
                               std::max(20.0, std::round(plot.width())),
                               std::max(20.0, std::round(plot.height())))};
    } else {
        result.frame =
            layoutAxes(plotAxis(axisLabel(view().x), Scale::linear, ranges.x),
                       plotAxis(axisLabel(view().y), Scale::linear, ranges.y), rest, plotFont());
    }
    makeEqual(result.frame);
    return result;
}

void SceneView::paintPlot(QPainter& painter, const QRectF& area) {
    const SceneFrame* shown = scene();
    if (!shown)
        return paintHint(painter, area, hint(), theme());
    const Layout place = layout(shown, area);
    const Moment now = momentOf(*shown);
    painter.save();
    painter.setClipRect(place.frame.plot, Qt::IntersectClip);
    paintBackground(painter, place.frame);
    paintTrails(painter, *shown, place.frame, now);
    for (const SceneFrame::Shape& shape : shown->shapes)
        if (shape.body < 0 || !isHidden(*shown, std::size_t(shape.body)))
            paintShape(painter, *shown, shape, place.frame, now);
    paintCaption(painter, *shown, place.frame, now);
    painter.restore();
    if (!view().x.label.empty() || !view().y.label.empty())
        paintAxes(painter, place.frame, theme(), plotFont());
    paintLegend(painter, place.legend, theme(), plotFont());
}

QString SceneView::textAt(QPointF at, const QRectF& area) const {
    const SceneFrame* shown = scene();
    if (!shown)
        return {};
    const PlotFrame frame = layout(shown, area).frame;
    if (!frame.plot.contains(at))
        return {};
    const Moment now = momentOf(*shown);
    const auto number = [](double value) {
        return QString::fromStdString(readableNumber(value, 4));
    };
    constexpr double reach = 14.0;
    for (std::size_t body = 0; body < shown->bodyLabels.size(); ++body) {
        const auto& pose = now.poses[body];
        if (QLineF(frame.toPixel(double(pose.x), double(pose.y)), at).length() <= reach)
            return QString("%1\n%2, %3")
                .arg(QString::fromStdString(shown->bodyLabels[body]), number(double(pose.x)),
                     number(double(pose.y)));
    }
    if (view().gesture && !view().gesture->hint.empty())
        return QString::fromStdString(view().gesture->hint);
    return {};
}

} // namespace convergence
