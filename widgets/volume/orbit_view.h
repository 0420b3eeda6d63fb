#pragma once

#include "widgets/views/frame_view.h"
#include "widgets/volume/viewpoint.h"

namespace convergence {

class OffscreenWindow;
class OrbitControl;
class VtkWidget;

/// A view in space that VTK draws in one go, with lettering over it. Mouse and keyboard move the
/// viewpoint, which a view beside it shares. Without OpenGL on the display the pictures are drawn
/// off-screen, as those for files are; without any OpenGL the view says so in its place.
class OrbitView : public TrialView {
    Q_OBJECT

public:
    void lookLike(const ViewWidget& other) override;
    [[nodiscard]] QString look() const override;
    void setLook(const QString& look) override;

    /// Null where there is no OpenGL on the display.
    [[nodiscard]] OrbitControl* orbit() const;

protected:
    OrbitView(View view, std::shared_ptr<const Description> description, const Theme& theme,
              QWidget* parent, Choice choice, const Viewpoint& home);

    /// The widget on the screen, whose renderer has the props; null without OpenGL.
    [[nodiscard]] VtkWidget* live() const { return live_; }
    [[nodiscard]] Viewpoint viewpoint() const;

    [[nodiscard]] virtual bool hasContent() const = 0;
    /// Draws what is shown without the screen, with `pixelRatio` pixels a logical one. Called on a
    /// thread of its own while this one waits.
    [[nodiscard]] virtual QImage picture(OffscreenWindow& window, QSize pixels,
                                         double pixelRatio) const = 0;
    /// Lettering in front, on the screen and in files.
    virtual void paintOverlay(QPainter& painter, const QRectF& area) const = 0;
    /// What only the screen shows in front of that, e.g. what is under the pointer.
    virtual void paintPointed(QPainter& /*painter*/, const QRectF& /*area*/) const {}
    /// A click without a drag on the screen.
    virtual void click(QPointF /*at*/) {}

    void paintPlot(QPainter& painter, const QRectF& area) final;
    void paired() override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    Viewpoint home_;
    QSizeF file_; ///< that is being drawn; empty: none
    VtkWidget* live_ = nullptr;
    QMetaObject::Connection shared_; ///< with the view beside this one
};

} // namespace convergence
