#pragma once

#include "widgets/volume/still_renderer.h"

class QFont;
class QPainter;
class QRectF;

namespace convergence {

/// What is written over a picture of a volume: directions of the axes, names of boxes, the color
/// map, the chosen camera, and why there is nothing to see. On any thread.
void paintVolumeOverlay(QPainter& painter, const QRectF& area, const VolumePicture& picture,
                        const VolumeParts& parts, const QFont& font);

} // namespace convergence
