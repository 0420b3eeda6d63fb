#pragma once

#include <optional>

#include "widgets/surface/surface_scene.h"
#include "widgets/views/frame_view.h"

class QToolButton;

namespace convergence {

class OrbitControl;
class VtkWidget;

/// A FieldFrame as a surface in space, colored by height, with the paths of all arms on it. Heights
/// are linear or logarithmic above the minimum (L). A click sets the start where the view has a
/// gesture. Without OpenGL the view says so in its place; pictures are drawn off-screen.
class SurfaceView final : public TrialView {
    Q_OBJECT

public:
    SurfaceView(View view, std::shared_ptr<const Description> description, const Theme& theme,
                QWidget* parent);
    ~SurfaceView() override;

    void lookLike(const ViewWidget& other) override;
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;

    [[nodiscard]] Scale heights() const { return heights_; }
    void setHeights(Scale heights);
    /// Null where there is no OpenGL on the display.
    [[nodiscard]] OrbitControl* orbit() const;

protected:
    bool takeUp() override;
    void paintPlot(QPainter& painter, const QRectF& area) override;
    void themeChanged() override;

private:
    [[nodiscard]] const FieldFrame* field() const;
    struct Path {
        std::string arm;
        SurfacePath onSurface;
    };
    [[nodiscard]] std::vector<Path> paths() const;
    void updateScene();
    void click(QPointF at);
    void paintOverlay(QPainter& painter, const QRectF& area, const SurfaceMap& map,
                      const Viewpoint& viewpoint) const;
    [[nodiscard]] Viewpoint viewpoint() const;

    Scale heights_;
    QToolButton* heightButton_ = nullptr;
    VtkWidget* live_ = nullptr;
    std::unique_ptr<SurfaceScene> scene_; ///< in live_
    std::shared_ptr<const Frames> shown_;
};

} // namespace convergence
