#pragma once

#include <memory>

#include "widgets/theme.h"
#include "widgets/volume/viewpoint.h"
#include "widgets/volume/volume_settings.h"

class vtkRenderer;

namespace convergence {

/// The parts of a volume that take time to make, made on any thread.
struct VolumeParts {
    VolumeGrid grid;
    TriangleMesh surface;
    std::array<SlicePicture, 3> slices;
    ValueRange range;
    double largest = 0.0; ///< finite value of the quantity; −∞: none
};

/// Points of a grid that is drawn while a run goes on; exports and stills take all.
inline constexpr std::size_t livePoints = std::size_t(112) * 112 * 112;
inline constexpr std::size_t allPoints = std::size_t(1) << 40;

/// Makes what the settings show. Null volume: empty parts.
std::shared_ptr<const VolumeParts> makeParts(const VolumeContent& content,
                                             const VolumeSettings& settings, const Theme& theme,
                                             std::size_t mostPoints);
/// Whether parts made for `before` serve for `after` as well.
bool needsOtherParts(const VolumeSettings& before, const VolumeSettings& after);

/// Props of a volume, its surface, slices, outlines and cameras in a VTK renderer. Lives on the
/// renderer's thread.
class VolumeScene {
public:
    explicit VolumeScene(vtkRenderer& renderer);
    ~VolumeScene();

    void setParts(std::shared_ptr<const VolumeParts> parts);
    /// Boxes, cameras and everything that settings change at once. Cheap.
    void update(const VolumeContent& content, const VolumeSettings& settings, const Theme& theme);
    /// Rays every `pixels` pixels in both directions, samples every `points` grid points.
    void setQuality(double pixels, double points);
    /// Hides pictures of cameras on the viewer's side, which would cover what they look at.
    void setViewpoint(const Viewpoint& viewpoint);

private:
    struct Props;
    void updateTransfer();
    void updateSlices();
    void updateCameras();
    void updateOutlines();

    vtkRenderer& renderer_;
    std::unique_ptr<Props> props_;
    std::shared_ptr<const VolumeParts> parts_;
    VolumeContent content_;
    VolumeSettings settings_;
    Theme theme_;
    double pixels_ = 1.0, points_ = 1.0;
};

} // namespace convergence
