#pragma once

#include <optional>

#include "widgets/surface/surface_scene.h"
#include "widgets/volume/orbit_view.h"

class QToolButton;

namespace convergence {

/// A FieldFrame as a surface in space, colored by height, with the paths of all arms on it. Heights
/// are linear or logarithmic above the minimum (L). A click sets the start where the view has a
/// gesture.
class SurfaceView final : public OrbitView {
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

protected:
    bool takeUp() override;
    void themeChanged() override;
    [[nodiscard]] bool hasContent() const override { return field(); }
    [[nodiscard]] QImage picture(OffscreenWindow& window, QSize pixels,
                                 double pixelRatio) const override;
    /// Legend, the corners' coordinates and what the height spans.
    void paintOverlay(QPainter& painter, const QRectF& area) const override;
    void click(QPointF at) override;

private:
    [[nodiscard]] const FieldFrame* field() const;
    struct Path {
        std::string arm;
        SurfacePath onSurface;
    };
    [[nodiscard]] std::vector<Path> paths() const;
    [[nodiscard]] std::vector<SurfacePath> onSurface() const;
    void updateScene();

    Scale heights_;
    QToolButton* heightButton_ = nullptr;
    std::unique_ptr<SurfaceScene> scene_; ///< in live()
    std::shared_ptr<const Frames> shown_;
};

} // namespace convergence
