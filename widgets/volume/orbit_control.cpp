#include "widgets/volume/orbit_control.h"

#include <cmath>

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>
#include <QWidget>

namespace convergence {

namespace {
constexpr double turnAcrossWidget = std::numbers::pi;
constexpr double turnOfKey = std::numbers::pi / 36.0;
constexpr double panOfKey = 0.05;
constexpr double zoomOfKey = 1.1;
constexpr int restMilliseconds = 250;
} // namespace

OrbitControl::OrbitControl(QWidget& widget) : QObject(&widget), widget_(widget) {
    widget.installEventFilter(this);
    widget.setMouseTracking(true);
    widget.setFocusPolicy(Qt::StrongFocus);
    rest_.setSingleShot(true);
    rest_.setInterval(restMilliseconds);
    connect(&rest_, &QTimer::timeout, this, [this] { setMoving(pressed_ && dragged_); });
}

void OrbitControl::setViewpoint(const Viewpoint& viewpoint) {
    if (viewpoint == viewpoint_)
        return;
    viewpoint_ = viewpoint;
    isAtHome_ = false;
    Q_EMIT changed();
}

void OrbitControl::setHome(const Viewpoint& home) {
    home_ = home;
    if (isAtHome_)
        goHome();
}

void OrbitControl::goHome() {
    setViewpoint(home_);
    isAtHome_ = true;
}

bool OrbitControl::eventFilter(QObject* watched, QEvent* event) {
    switch (event->type()) {
    case QEvent::MouseButtonPress: {
        const auto& mouse = static_cast<const QMouseEvent&>(*event);
        if (mouse.button() != Qt::LeftButton && mouse.button() != Qt::MiddleButton)
            break;
        pressed_ = true;
        dragged_ = false;
        pans_ = mouse.button() == Qt::MiddleButton || (mouse.modifiers() & Qt::ShiftModifier);
        pressedAt_ = last_ = mouse.position();
        return true;
    }
    case QEvent::MouseMove:
        move(static_cast<const QMouseEvent&>(*event));
        return true;
    case QEvent::MouseButtonRelease: {
        const auto& mouse = static_cast<const QMouseEvent&>(*event);
        if (!pressed_)
            break;
        pressed_ = false;
        if (dragged_)
            setMoving(false);
        else if (mouse.button() == Qt::LeftButton)
            Q_EMIT clicked(mouse.position());
        return true;
    }
    case QEvent::MouseButtonDblClick:
        if (static_cast<const QMouseEvent&>(*event).button() != Qt::LeftButton)
            break;
        goHome();
        return true;
    case QEvent::Wheel: {
        const auto& wheel = static_cast<const QWheelEvent&>(*event);
        moveBriefly();
        Viewpoint next = viewpoint_;
        next.zoom(std::pow(zoomOfKey, wheel.angleDelta().y() / 120.0));
        setViewpoint(next);
        event->accept();
        return true;
    }
    case QEvent::KeyPress:
        if (press(static_cast<const QKeyEvent&>(*event)))
            return true;
        break;
    case QEvent::Leave:
        Q_EMIT left();
        break;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

void OrbitControl::move(const QMouseEvent& event) {
    if (!pressed_) {
        Q_EMIT hovered(event.position());
        return;
    }
    if (!dragged_ &&
        (event.position() - pressedAt_).manhattanLength() < QApplication::startDragDistance() / 2)
        return;
    dragged_ = true;
    setMoving(true);
    const QPointF by = event.position() - last_;
    last_ = event.position();
    const double height = std::max(1, widget_.height());
    Viewpoint next = viewpoint_;
    if (pans_)
        next.pan(-by.x() / height, by.y() / height);
    else
        next.orbit(-turnAcrossWidget * by.x() / height, turnAcrossWidget * by.y() / height);
    setViewpoint(next);
}

bool OrbitControl::press(const QKeyEvent& event) {
    if (event.modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier))
        return false;
    const bool pans = event.modifiers() & Qt::ShiftModifier;
    Viewpoint next = viewpoint_;
    const auto shift = [&](int x, int y) {
        if (pans)
            next.pan(x * panOfKey, y * panOfKey);
        else
            next.orbit(x * turnOfKey, y * turnOfKey);
    };
    switch (event.key()) {
    case Qt::Key_Left:
        shift(-1, 0);
        break;
    case Qt::Key_Right:
        shift(1, 0);
        break;
    case Qt::Key_Up:
        shift(0, 1);
        break;
    case Qt::Key_Down:
        shift(0, -1);
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        next.zoom(zoomOfKey);
        break;
    case Qt::Key_Minus:
        next.zoom(1.0 / zoomOfKey);
        break;
    case Qt::Key_Home:
        goHome();
        return true;
    default:
        return false;
    }
    moveBriefly();
    setViewpoint(next);
    return true;
}

void OrbitControl::moveBriefly() {
    setMoving(true);
    rest_.start();
}

void OrbitControl::setMoving(bool moving) {
    if (moving == moving_)
        return;
    moving_ = moving;
    Q_EMIT movingChanged(moving);
}

} // namespace convergence
