#include "widgets/volume/vtk_widget.h"

#include <QElapsedTimer>
#include <QGuiApplication>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QOpenGLFunctions>
#include <QOpenGLPaintDevice>
#include <QPainter>
#include <QSurfaceFormat>
#include <vtkCallbackCommand.h>
#include <vtkCamera.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkNew.h>
#include <vtkOpenGLState.h>
#include <vtkRenderer.h>

#include "widgets/volume/orbit_control.h"

namespace convergence {

struct VtkWidget::Window {
    vtkNew<vtkGenericOpenGLRenderWindow> window;
    vtkNew<vtkRenderer> renderer;
    vtkNew<vtkCallbackCommand> answers;
    QMetaObject::Connection contextEnds;
};

namespace {

/// VTK asks its window about the context; Qt has it.
void answer(vtkObject*, unsigned long question, void* widget, void* reply) {
    auto* asked = static_cast<VtkWidget*>(widget);
    QOpenGLContext* context = asked->context();
    switch (question) {
    case vtkCommand::WindowMakeCurrentEvent:
        // Only where it is not: QOpenGLWidget::makeCurrent() also binds the widget's own
        // framebuffer, while VTK renders under its feet. What the context was made current with
        // last may be gone, where several widgets share a window.
        if (context && QOpenGLContext::currentContext() != context)
            asked->makeCurrent();
        break;
    case vtkCommand::WindowIsCurrentEvent:
        *static_cast<bool*>(reply) = context && QOpenGLContext::currentContext() == context;
        break;
    case vtkCommand::WindowIsDirectEvent:
    case vtkCommand::WindowSupportsOpenGLEvent:
        *static_cast<int*>(reply) = 1;
        break;
    default:
        break;
    }
}

QString findProblem() {
    QOpenGLContext context;
    context.setFormat(VtkWidget::surfaceFormat());
    if (!context.create())
        return VtkWidget::tr("The display (%1) offers no OpenGL.")
            .arg(QGuiApplication::platformName());
    QOffscreenSurface surface;
    surface.setFormat(context.format());
    surface.create();
    if (!surface.isValid() || !context.makeCurrent(&surface))
        return VtkWidget::tr("OpenGL cannot be used on this display (%1).")
            .arg(QGuiApplication::platformName());
    const QPair<int, int> version = context.format().version();
    context.doneCurrent();
    if (context.isOpenGLES() || version < QPair(3, 2))
        return VtkWidget::tr("The display offers OpenGL %1%2.%3; 3.2 is needed.")
            .arg(context.isOpenGLES() ? "ES " : "")
            .arg(version.first)
            .arg(version.second);
    return {};
}

} // namespace

VtkWidget::VtkWidget(QWidget* parent)
    : QOpenGLWidget(parent), window_(std::make_unique<Window>()), orbit_(new OrbitControl(*this)) {
    setFormat(surfaceFormat());
    setMinimumSize(120, 100);
    vtkGenericOpenGLRenderWindow& window = *window_->window;
    window.SetOwnContext(0);
    window.SetMultiSamples(0);
    window.SetFrameBlitModeToNoBlit();
    window.SetReadyForRendering(false);
    window.AddRenderer(window_->renderer);
    window_->answers->SetCallback(answer);
    window_->answers->SetClientData(this);
    for (const auto question :
         {vtkCommand::WindowMakeCurrentEvent, vtkCommand::WindowIsCurrentEvent,
          vtkCommand::WindowIsDirectEvent, vtkCommand::WindowSupportsOpenGLEvent})
        window.AddObserver(question, window_->answers);
    connect(orbit_, &OrbitControl::changed, this, [this] {
        still_ = {};
        update();
    });
}

VtkWidget::~VtkWidget() {
    release();
    window_->window->RemoveObserver(window_->answers);
}

QSurfaceFormat VtkWidget::surfaceFormat() {
    QSurfaceFormat format;
    format.setRenderableType(QSurfaceFormat::OpenGL);
    format.setVersion(3, 2);
    format.setProfile(QSurfaceFormat::CoreProfile);
    format.setDepthBufferSize(24);
    format.setAlphaBufferSize(8);
    format.setSamples(0);
    return format;
}

const QString& VtkWidget::problem() {
    static const QString found = findProblem();
    return found;
}

vtkRenderer& VtkWidget::renderer() const {
    return *window_->renderer;
}

void VtkWidget::setStill(const QImage& still) {
    still_ = still;
    update();
}

/// Called anew for each context: also after the widget has moved to another window.
void VtkWidget::initializeGL() {
    vtkGenericOpenGLRenderWindow& window = *window_->window;
    window_->contextEnds = connect(context(), &QOpenGLContext::aboutToBeDestroyed, this,
                                   &VtkWidget::release, Qt::DirectConnection);
    window.SetReadyForRendering(true);
    window.OpenGLInitContext();
}

void VtkWidget::release() {
    if (!window_->window->GetReadyForRendering() || !context())
        return;
    disconnect(window_->contextEnds);
    makeCurrent();
    window_->window->Finalize();
    window_->window->SetReadyForRendering(false);
    doneCurrent();
}

void VtkWidget::paintGL() {
    if (still_.isNull())
        renderScene();
    const QSize pixels = (QSizeF(size()) * devicePixelRatioF()).toSize().expandedTo({1, 1});
    // Thin lines and letters come out better in memory than from OpenGL without multisampling.
    QImage overlay(pixels, QImage::Format_ARGB32_Premultiplied);
    overlay.setDevicePixelRatio(devicePixelRatioF());
    overlay.fill(Qt::transparent);
    QPainter painter(&overlay);
    painter.setRenderHint(QPainter::Antialiasing);
    Q_EMIT overlayPainted(painter, QRectF(rect()));
    painter.end();
    // A painter on the widget itself would miss its pictures made by grab().
    QOpenGLPaintDevice device(pixels);
    device.setDevicePixelRatio(devicePixelRatioF());
    painter.begin(&device);
    if (!still_.isNull()) {
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.drawImage(QRectF(rect()), still_);
    }
    painter.drawImage(QPointF(), overlay);
    painter.end();
}

void VtkWidget::renderScene() {
    Q_EMIT aboutToRender();
    QElapsedTimer clock;
    clock.start();
    vtkGenericOpenGLRenderWindow& window = *window_->window;
    const QSize pixels = (QSizeF(size()) * devicePixelRatioF()).toSize().expandedTo({1, 1});
    if (window.GetSize()[0] != pixels.width() || window.GetSize()[1] != pixels.height())
        window.SetSize(pixels.width(), pixels.height());
    window.SetDPI(int(96.0 * devicePixelRatioF()));

    // Qt has changed OpenGL's state since the last frame, and leaves GL_LESS.
    vtkOpenGLState* state = window.GetState();
    state->Reset();
    state->Push();
    state->vtkglDepthFunc(GL_LEQUAL);
    applyViewpoint(orbit_->viewpoint(), *window_->renderer);
    window.Render();

    QOpenGLFunctions* gl = context()->functions();
    const GLuint target = defaultFramebufferObject();
    gl->glBindFramebuffer(GL_FRAMEBUFFER, target);
    state->vtkglDisable(GL_SCISSOR_TEST);
    window.BlitDisplayFramebuffer(0, 0, 0, pixels.width(), pixels.height(), 0, 0, pixels.width(),
                                  pixels.height(), GL_COLOR_BUFFER_BIT, GL_NEAREST);
    // Opaque, or the window shows through.
    gl->glBindFramebuffer(GL_FRAMEBUFFER, target);
    state->vtkglColorMask(GL_FALSE, GL_FALSE, GL_FALSE, GL_TRUE);
    state->vtkglClearColor(0.0F, 0.0F, 0.0F, 1.0F);
    state->vtkglClear(GL_COLOR_BUFFER_BIT);
    state->vtkglColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
    state->Pop();
    gl->glBindFramebuffer(GL_FRAMEBUFFER, target);
    gl->glFinish();
    renderTime_ = double(clock.nsecsElapsed()) * 1e-6;
    Q_EMIT rendered();
}

void applyViewpoint(const Viewpoint& viewpoint, vtkRenderer& renderer) {
    vtkCamera& camera = *renderer.GetActiveCamera();
    camera.SetPosition(viewpoint.position.data());
    camera.SetFocalPoint(viewpoint.target.data());
    camera.SetViewUp(viewpoint.up.data());
    camera.SetViewAngle(viewpoint.verticalAngle * 180.0 / std::numbers::pi);
    renderer.ResetCameraClippingRange();
}

} // namespace convergence
