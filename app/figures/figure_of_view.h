#pragma once

#include "widgets/figures/figure.h"
#include "widgets/view_widget.h"

namespace convergence {

/// What a viewer chose in a view of a window, as a figure keeps it: axes, zoom, curves that are
/// switched off, options, the window of fits. Hover, cursor and play head are no part of it.
FigureView figureViewOf(const ViewWidget& view);

} // namespace convergence
