#pragma once

#include "widgets/volume/viewpoint.h"

namespace convergence {

/// A viewpoint farther away for a picture that is higher than wide, so that what fits its height
/// fits its width too.
inline Viewpoint fittedInto(Viewpoint viewpoint, double width, double height) {
    if (width > 0.0 && width < height)
        viewpoint.zoom(width / height);
    return viewpoint;
}

/// That viewpoint again, from the one that was fitted.
inline Viewpoint unfitted(Viewpoint viewpoint, double width, double height) {
    if (width > 0.0 && width < height)
        viewpoint.zoom(height / width);
    return viewpoint;
}

} // namespace convergence
