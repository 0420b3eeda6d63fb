#pragma once

#include <functional>
#include <optional>
#include <utility>

#include <QObject>
#include <QPointer>
#include <QTimer>

#include "widgets/charts/axes_painter.h"

class QKeyEvent;

namespace convergence {

class Canvas;

/// Zooming and panning of a plane that is drawn on a canvas: the wheel zooms about the pointer, a
/// drag moves, as do +, − and the arrow keys; a double click or Home shows everything again.
class PlaneControl final : public QObject {
    Q_OBJECT

public:
    enum class Axes { both, horizontal };
    struct Ranges {
        AxisRange x, y;
        friend bool operator==(const Ranges&, const Ranges&) = default;
    };
    /// `frame` gives the axes as they are drawn now.
    PlaneControl(Canvas& canvas, std::function<PlotFrame()> frame, Axes axes);

    /// What the viewer chose to see; none: everything.
    [[nodiscard]] const std::optional<Ranges>& ranges() const { return ranges_; }
    void showAll() { setRanges(std::nullopt); }
    /// From now on both see the same part of their planes.
    void pairWith(PlaneControl& partner) { partner_ = &partner; }
    /// Shows the part that another one shows now.
    void lookLike(const PlaneControl& other) { take(other.ranges_); }
    /// True until a moment after the last zoom or pan, as long as it pays to draw in haste.
    [[nodiscard]] bool isMoving() const { return settling_.isActive(); }

Q_SIGNALS:
    void moved();
    void settled(); ///< isMoving() has ended
    void clicked(QPointF at);

private:
    void zoom(double factor, QPointF around);
    void pan(QPointF pixels);
    void key(QKeyEvent* event);
    void setRanges(std::optional<Ranges> ranges);
    void take(const std::optional<Ranges>& ranges);

    Canvas& canvas_;
    std::function<PlotFrame()> frame_;
    Axes axes_;
    std::optional<Ranges> ranges_;
    QPointer<PlaneControl> partner_;
    QTimer settling_;
    QPointF pressed_, last_;
    bool isDragged_ = false;
};

/// Widens one of the ranges so that a unit is as long on both axes.
void makeEqual(PlotFrame& frame);

/// A range that holds data from `minimum` to `maximum` with a margin; around a lone value.
AxisRange marginRange(double minimum, double maximum, double share = 0.06);

} // namespace convergence
