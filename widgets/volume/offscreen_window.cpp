#include <vtk_glew.h> // before any other OpenGL header

#include "widgets/volume/offscreen_window.h"

#include <mutex>
#include <vtkCallbackCommand.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkLogger.h>
#include <vtkNew.h>
#include <vtkObject.h>
#include <vtkObjectFactory.h>
#include <vtkRenderer.h>
#include <vtkUnsignedCharArray.h>

#include "core/error.h"
#include "widgets/volume/offscreen_context.h"
#include "widgets/volume/vtk_widget.h"

namespace convergence {

void silenceVtk() {
    vtkObject::GlobalWarningDisplayOff();
    vtkLogger::SetStderrVerbosity(vtkLogger::VERBOSITY_OFF);
}

namespace {

/// VTK's window for a context of somebody else's, that also accepts a context of EGL: GLEW, built
/// for GLX, loads all functions and then reports that there is no X display.
class EglRenderWindow : public vtkGenericOpenGLRenderWindow {
public:
    static EglRenderWindow* New();
    vtkTypeMacro(EglRenderWindow, vtkGenericOpenGLRenderWindow)

        void OpenGLInitContext() override {
        if (!Initialized) {
            static std::once_flag once;
            std::call_once(once, [] {
                glewExperimental = GL_TRUE;
                glewInit();
            });
            Initialized = true;
            GlewInitValid = GLEW_VERSION_3_2;
        }
        Superclass::OpenGLInitContext();
    }
};
vtkStandardNewMacro(EglRenderWindow)

    void answer(vtkObject*, unsigned long question, void* data, void* reply) {
    const auto& context = *static_cast<const OffscreenContext*>(data);
    switch (question) {
    case vtkCommand::WindowMakeCurrentEvent:
        context.makeCurrent();
        break;
    case vtkCommand::WindowIsCurrentEvent:
        *static_cast<bool*>(reply) = context.isCurrent();
        break;
    case vtkCommand::WindowIsDirectEvent:
    case vtkCommand::WindowSupportsOpenGLEvent:
        *static_cast<int*>(reply) = 1;
        break;
    default:
        break;
    }
}

} // namespace

struct OffscreenWindow::Context {
    OffscreenContext egl;
    vtkNew<EglRenderWindow> window;
    vtkNew<vtkRenderer> renderer;
    vtkNew<vtkCallbackCommand> answers;
};

OffscreenWindow::OffscreenWindow() {
    if (!problem().isEmpty())
        throw InputError(problem().toStdString());
    context_ = std::make_unique<Context>();
    if (!context_->egl.makeCurrent())
        throw InputError("Off-screen OpenGL has no room for another context.");
    EglRenderWindow& window = *context_->window;
    context_->answers->SetCallback(answer);
    context_->answers->SetClientData(&context_->egl);
    for (const auto question :
         {vtkCommand::WindowMakeCurrentEvent, vtkCommand::WindowIsCurrentEvent,
          vtkCommand::WindowIsDirectEvent, vtkCommand::WindowSupportsOpenGLEvent})
        window.AddObserver(question, context_->answers);
    window.SetOwnContext(0);
    window.SetMultiSamples(0);
    window.SetOffScreenRendering(1);
    window.SetShowWindow(false);
    window.SetFrameBlitModeToNoBlit();
    window.SetReadyForRendering(true);
    window.SetSize(16, 16);
    window.OpenGLInitContext();
    window.AddRenderer(context_->renderer);
}

OffscreenWindow::~OffscreenWindow() {
    context_->egl.makeCurrent();
    context_->window->Finalize();
    context_->window->RemoveObserver(context_->answers);
}

const QString& OffscreenWindow::problem() {
    static const QString found = [] {
        const OffscreenContext trial;
        return trial.isValid() ? QString()
                               : QString("This machine offers no off-screen OpenGL 3.2 (EGL); "
                                         "Mesa's libegl1 and libgl1-mesa-dri provide it.");
    }();
    return found;
}

vtkRenderer& OffscreenWindow::renderer() const {
    return *context_->renderer;
}

QImage OffscreenWindow::picture(QSize size, const Viewpoint& viewpoint) {
    applyViewpoint(viewpoint, *context_->renderer);
    // The alpha that VTK leaves means nothing here.
    return render(size, QImage::Format_RGBA8888).convertToFormat(QImage::Format_RGB888);
}

QImage OffscreenWindow::pictureWithAlpha(QSize size, const Viewpoint& viewpoint) {
    // VTK leaves colors premultiplied where the background is black and transparent.
    context_->renderer->SetBackground(0.0, 0.0, 0.0);
    context_->renderer->SetBackgroundAlpha(0.0);
    applyViewpoint(viewpoint, *context_->renderer);
    return render(size, QImage::Format_RGBA8888_Premultiplied);
}

QImage OffscreenWindow::render(QSize size, QImage::Format format) {
    EglRenderWindow& window = *context_->window;
    context_->egl.makeCurrent();
    window.SetSize(size.width(), size.height());
    window.Render();
    vtkNew<vtkUnsignedCharArray> pixels;
    window.GetRGBACharPixelData(0, 0, size.width() - 1, size.height() - 1, 0, pixels);
    const QImage upsideDown(pixels->GetPointer(0), size.width(), size.height(), 4 * size.width(),
                            format);
    return upsideDown.mirrored();
}

} // namespace convergence
