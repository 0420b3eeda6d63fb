#pragma once

#include <optional>

#include "widgets/space/cloud_scene.h"
#include "widgets/volume/orbit_view.h"

namespace convergence {

/// A PointsFrame with heights of a chosen trial in space. The point under the pointer, or the one
/// chosen by N and Shift+N, is ringed and named; a click on a point sets the two parameters of the
/// view's gesture to its first two coordinates.
class PointsInSpaceView final : public OrbitView {
    Q_OBJECT

public:
    PointsInSpaceView(View view, std::shared_ptr<const Description> description, const Theme& theme,
                      QWidget* parent);
    ~PointsInSpaceView() override;

    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;

    /// As they are drawn now.
    [[nodiscard]] CloudAxes axes() const;

protected:
    bool takeUp() override;
    void themeChanged() override { updateScene(); }
    [[nodiscard]] bool hasContent() const override { return points(); }
    [[nodiscard]] QImage picture(OffscreenWindow& window, QSize pixels,
                                 double pixelRatio) const override;
    void paintOverlay(QPainter& painter, const QRectF& area) const override;
    void paintPointed(QPainter& painter, const QRectF& area) const override;
    void click(QPointF at) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    [[nodiscard]] const PointsFrame* points() const;
    [[nodiscard]] ItemColors colors(const PointsFrame& shown) const;
    void updateScene();
    /// Tells the next point, or with −1 the one before.
    void choose(int step);
    [[nodiscard]] std::optional<std::size_t> pointAt(QPointF at, QSizeF size) const;
    [[nodiscard]] QString textOf(const PointsFrame& shown, std::size_t point) const;

    std::unique_ptr<CloudScene> scene_; ///< in live()
    std::shared_ptr<const Frames> shown_;
    std::optional<QPointF> pointer_;
    std::optional<std::size_t> chosen_; ///< by keyboard
};

} // namespace convergence
