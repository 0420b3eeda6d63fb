#pragma once

#include <memory>

#include <QImage>
#include <QOpenGLWidget>

#include "widgets/volume/viewpoint.h"

class QPainter;
class QSurfaceFormat;
class vtkRenderer;

namespace convergence {

class OrbitControl;

/// A widget that VTK draws into: one renderer, a viewpoint that mouse and keyboard move.
///
/// It can be resized, hidden, moved to another window (a dock that floats) or to a screen with
/// another pixel ratio: VTK's graphics resources are released with the context and made again with
/// the next one; the renderer with its props stays. Use on the GUI thread.
///
///     auto* widget = new VtkWidget(this);
///     widget->renderer().AddActor(actor);
///     widget->orbit().setHome(Viewpoint::around(center, radius, azimuth, elevation));
///     widget->update();              // renders at the next paint event
///
/// Where problem() is not empty there is no OpenGL: make another widget that says so.
class VtkWidget : public QOpenGLWidget {
    Q_OBJECT

public:
    explicit VtkWidget(QWidget* parent = nullptr);
    ~VtkWidget() override;

    /// What the application has to set with QSurfaceFormat::setDefaultFormat() before QApplication
    /// is made, so that windows can share their contexts with this widget.
    static QSurfaceFormat surfaceFormat();
    /// Why there is no OpenGL that VTK can use, one sentence; empty if there is.
    static const QString& problem();

    [[nodiscard]] vtkRenderer& renderer() const;
    [[nodiscard]] OrbitControl& orbit() const { return *orbit_; }

    /// Shows this picture in place of rendering, e.g. one that was rendered elsewhere with more
    /// care; an empty one goes back to rendering.
    void setStill(const QImage& still);
    /// Milliseconds that rendering the last frame took.
    [[nodiscard]] double renderTime() const { return renderTime_; }

Q_SIGNALS:
    /// Just before VTK renders; the props may still change.
    void aboutToRender();
    /// In front of the picture; `area` in logical pixels. Also for a still.
    void overlayPainted(QPainter& painter, const QRectF& area);
    void rendered();

protected:
    void initializeGL() override;
    void paintGL() override;

private:
    void release();
    void renderScene();

    struct Window;
    std::unique_ptr<Window> window_;
    OrbitControl* orbit_;
    QImage still_;
    double renderTime_ = 0.0;
};

/// Points the renderer's camera from a viewpoint; near and far follow what is visible.
void applyViewpoint(const Viewpoint& viewpoint, vtkRenderer& renderer);

} // namespace convergence
