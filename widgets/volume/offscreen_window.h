#pragma once

#include <memory>

#include <QImage>
#include <QString>

class vtkRenderer;

namespace convergence {

struct Viewpoint;

/// VTK keeps what it has to say to itself from now on, on displays without GLX for example, where
/// pictures are fine all the same. What goes wrong is told by exceptions and problem() below.
void silenceVtk();

/// A picture that VTK draws without a window and without a display, through EGL: for exports, for
/// pictures of more care than a person's drag allows, for views of meshes.
///
/// May be made and used on any one thread, to which the props of its renderer then belong. Its
/// context stays current there, so a thread that also has a VtkWidget (the GUI's) leaves it to
/// another one.
class OffscreenWindow {
public:
    /// Throws InputError with problem() where there is no off-screen OpenGL.
    OffscreenWindow();
    ~OffscreenWindow();

    /// Why there is no off-screen OpenGL, one sentence; empty if there is.
    static const QString& problem();

    [[nodiscard]] vtkRenderer& renderer() const;
    /// Renders `size` pixels from a viewpoint, on the renderer's background.
    [[nodiscard]] QImage picture(QSize size, const Viewpoint& viewpoint);
    /// The same with alpha: transparent where no prop is, on whatever background.
    [[nodiscard]] QImage pictureWithAlpha(QSize size, const Viewpoint& viewpoint);

private:
    QImage render(QSize size, QImage::Format format);

    struct Context;
    std::unique_ptr<Context> context_;
};

} // namespace convergence
