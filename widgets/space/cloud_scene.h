#pragma once

#include <memory>

#include "core/experiment/points_frame.h"
#include "widgets/charts/item_colors.h"
#include "widgets/space/cloud_axes.h"

class vtkRenderer;

namespace convergence {

/// A cloud as small balls in a box, with the cloud behind it in gray, and pale shadows on the floor
/// of up to mostShadows points, from which heights can be read. Its props are in one renderer for
/// as long as the scene lives.
class CloudScene {
public:
    static constexpr std::size_t mostShadows = 4000;

    explicit CloudScene(vtkRenderer& renderer);
    ~CloudScene();

    /// Makes everything anew, with `pixelRatio` pixels a logical one. `points` has heights.
    void update(const PointsFrame& points, const CloudAxes& axes, const ItemColors& colors,
                const Theme& theme, double pixelRatio);

    /// Before each picture: the box has no edges in front of the cloud.
    void lookFrom(const Viewpoint& viewpoint);

    /// Where one looks from at first.
    static Viewpoint home();

private:
    struct Props;
    std::unique_ptr<Props> props_;
};

/// The point that is pointed at in a picture of `size` logical pixels: within a few pixels, and of
/// those under the pointer the one in front. None beside all.
std::optional<std::size_t> cloudPointAt(const PointsFrame& points, const CloudAxes& axes,
                                        const Viewpoint& viewpoint, QSizeF size, QPointF at);

} // namespace convergence
