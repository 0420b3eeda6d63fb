#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <Eigen/Core>

#include <QColor>

#include "core/experiment/frames.h"
#include "core/experiment/parameter.h"
#include "widgets/theme.h"
#include "widgets/volume/viewpoint.h"

class vtkRenderer;

namespace convergence {

/// A path to be laid on a surface.
struct SurfacePath {
    QColor color;
    const PathFrame* path = nullptr;
};

/// From the plane of a field to the space in which its surface is drawn: the longer side of the
/// window spans [−1, 1], heights go from 0 to 1.
class SurfaceMap {
public:
    SurfaceMap() = default;
    /// Logarithmic heights show what lies within a ten-thousandth of the range above the minimum.
    SurfaceMap(const FieldFrame& field, Scale scale);

    /// Height of a value, in [0, 1] for values of the field.
    [[nodiscard]] double height(double value) const;
    /// In space; none outside the field or where it is not finite.
    [[nodiscard]] std::optional<Eigen::Vector3d> toSpace(const FieldFrame& field, double x,
                                                         double y) const;
    [[nodiscard]] Eigen::Vector3d corner(int right, int back) const; ///< of the base; 0 or 1 each
    [[nodiscard]] double minimum() const { return low_; }
    [[nodiscard]] double maximum() const { return high_; }

private:
    double xCenter_ = 0.0, yCenter_ = 0.0, scale_ = 1.0, halfX_ = 1.0, halfY_ = 1.0;
    double low_ = 0.0, high_ = 1.0;
    Scale heights_ = Scale::linear;
};

/// At least 2 × 2 points, and as many values as points.
bool isComplete(const FieldFrame& field);

/// A field as a shaded surface, colored by height, with level lines and the paths on it. Its props
/// are in one renderer for as long as the scene lives.
class SurfaceScene {
public:
    explicit SurfaceScene(vtkRenderer& renderer);
    ~SurfaceScene();

    /// Makes anew what changed. The field is copied.
    void update(const FieldFrame& field, Scale scale, const std::vector<SurfacePath>& paths,
                const Theme& theme);
    [[nodiscard]] const FieldFrame& field() const;
    [[nodiscard]] const SurfaceMap& map() const;

    /// Where one looks from at first.
    static Viewpoint home();

private:
    struct Props;
    std::unique_ptr<Props> props_;
};

/// The grid point of the field that is in front at a place of a picture, within about 12 pixels;
/// none beside the surface.
std::optional<Eigen::Vector2d> pointAt(const FieldFrame& field, const SurfaceMap& map,
                                       const Viewpoint& viewpoint, QSizeF picture, QPointF at);

} // namespace convergence
