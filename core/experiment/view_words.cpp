#include "core/experiment/view_words.h"

namespace convergence {

FrameView::operator View() const {
    return {.id = id,
            .title = title,
            .help = help,
            .kind = kind,
            .x = {"", xLabel, xUnit, scaleOfX(axes)},
            .y = {"", yLabel, yUnit, scaleOfY(axes)},
            .z = z,
            .selectors = by,
            .frames = frames,
            .gesture = gesture,
            .appliesIf = appliesIf,
            .isMain = isMain};
}

Pivot::operator View() const {
    return {.id = id,
            .title = title,
            .help = help,
            .kind = ViewKind::pivot,
            .x = {"", xLabel, xUnit},
            .y = {"", yLabel},
            .selectors = by,
            .pivot = of,
            .appliesIf = appliesIf,
            .isMain = isMain};
}

} // namespace convergence
