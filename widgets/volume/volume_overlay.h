#pragma once

#include "widgets/theme.h"
#include "widgets/volume/viewpoint.h"
#include "widgets/volume/volume_scene.h"

class QFont;
class QPainter;
class QRectF;

namespace convergence {

/// What is written over a picture of a volume: directions of the axes, names of boxes, the color
/// map, the chosen camera, and why there is nothing to see. On any thread.
void paintVolumeOverlay(QPainter& painter, const QRectF& area, const VolumeContent& content,
                        const VolumeSettings& settings, const VolumeParts& parts,
                        const Viewpoint& viewpoint, const Theme& theme, const QFont& font);

} // namespace convergence
