#include "core/experiment/view_words.h"

namespace convergence {

FrameView::operator View() const {
    const bool logX = axes == Axes::logX || axes == Axes::logLog;
    const bool logY = axes == Axes::logY || axes == Axes::logLog;
    return {.id = id,
            .title = title,
            .help = help,
            .kind = kind,
            .x = {"", xLabel, xUnit, logX ? Scale::logarithmic : Scale::linear},
            .y = {"", yLabel, yUnit, logY ? Scale::logarithmic : Scale::linear},
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
