#pragma once

#include <array>
#include <memory>

#include "widgets/volume/volume_data.h"

namespace convergence {

/// What of a volume is shown, and how. Shares are of the quantity's range (ValueRange).
struct VolumeSettings {
    VolumeQuantity quantity;
    bool showsVolume = true;
    double density = 1.0;   ///< factor on the opacity, 0.01 to 10
    double threshold = 0.0; ///< smaller shares are not drawn
    bool showsSurface = false;
    double level = 0.5; ///< share at which the isosurface lies
    std::array<bool, 3> showsSlice{};
    std::array<double, 3> slice{0.5, 0.5, 0.5}; ///< shares of the box's edges
    bool showsCameras = true;
    bool showsThumbnails = true;
    bool showsOutlines = true;
    int camera = -1; ///< the chosen one of CamerasFrame::cameras; −1: none

    friend bool operator==(const VolumeSettings&, const VolumeSettings&) = default;
};

/// What one picture is made from. A value: it may be handed to another thread.
struct VolumeContent {
    std::shared_ptr<const Frames> owner; ///< keeps `volume` alive
    const VolumeFrame* volume = nullptr; ///< complete, or null
    std::shared_ptr<const std::vector<CamerasFrame::Camera>> cameras;
};

} // namespace convergence
