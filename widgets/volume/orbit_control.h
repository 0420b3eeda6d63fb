#pragma once

#include <QObject>
#include <QPointF>
#include <QTimer>

#include "widgets/volume/viewpoint.h"

class QKeyEvent;
class QMouseEvent;
class QWidget;

namespace convergence {

/// Moves a viewpoint by the mouse and the keyboard of a widget.
///
/// Left button: orbit; middle button, or left with Shift: pan; wheel: zoom; double click: home.
/// Arrow keys orbit, with Shift they pan; plus and minus zoom; Home returns to the home viewpoint.
class OrbitControl : public QObject {
    Q_OBJECT

public:
    /// Watches the events of `widget`, which owns it.
    explicit OrbitControl(QWidget& widget);

    [[nodiscard]] const Viewpoint& viewpoint() const { return viewpoint_; }
    void setViewpoint(const Viewpoint& viewpoint);
    /// Where Home leads; also goes there unless the person has moved since.
    void setHome(const Viewpoint& home);
    void goHome();
    [[nodiscard]] bool isAtHome() const { return isAtHome_; }
    /// Whether the person is moving: a button is down, or the last key or wheel turn was just now.
    [[nodiscard]] bool isMoving() const { return moving_; }

Q_SIGNALS:
    void changed();
    /// The person began, or ended, moving.
    void movingChanged(bool moving);
    /// A click without a drag, in logical pixels.
    void clicked(QPointF at);
    /// The pointer is here, no button is down.
    void hovered(QPointF at);
    void left();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void move(const QMouseEvent& event);
    bool press(const QKeyEvent& event);
    void setMoving(bool moving);
    /// For keys and the wheel, which have no end of their own.
    void moveBriefly();

    QWidget& widget_;
    Viewpoint viewpoint_, home_;
    bool isAtHome_ = true;
    QPointF pressedAt_, last_;
    bool pressed_ = false, dragged_ = false, pans_ = false, moving_ = false;
    QTimer rest_;
};

} // namespace convergence
