#pragma once

#include <array>
#include <optional>

#include <Eigen/Core>

#include "core/experiment/points_frame.h"
#include "widgets/charts/axes_painter.h"
#include "widgets/views/point_painting.h"
#include "widgets/volume/viewpoint.h"

namespace convergence {

/// Three axes, and from their values to the box in which a cloud is drawn: it is centered on the
/// origin and its longest side goes from −1 to 1. On linear axes a unit is equally long, but no
/// side is shorter than leastSide of the longest; with a logarithmic one the box is a cube.
class CloudAxes {
public:
    static constexpr double leastSide = 0.4;

    CloudAxes() = default;
    explicit CloudAxes(std::array<PlotAxis, 3> axes);

    [[nodiscard]] const PlotAxis& axis(std::size_t direction) const { return axes_[direction]; }
    /// None where a value is not finite or has no place on a logarithmic axis.
    [[nodiscard]] std::optional<Eigen::Vector3d> toSpace(const Eigen::Vector3d& values) const;
    /// Half the box's sides.
    [[nodiscard]] const Eigen::Vector3d& half() const { return half_; }

private:
    std::array<PlotAxis, 3> axes_;
    Eigen::Vector3d half_ = Eigen::Vector3d::Ones();
};

/// Ticks, numbers and names along three edges of the box: the lower ones in front, and an upright
/// one at the side.
void paintCloudAxes(QPainter& painter, const QRectF& area, const CloudAxes& axes,
                    const Viewpoint& viewpoint, const Theme& theme, const QFont& font);

} // namespace convergence
