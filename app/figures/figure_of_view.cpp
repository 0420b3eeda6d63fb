#include "app/figures/figure_of_view.h"

#include "widgets/charts/chart_canvas.h"
#include "widgets/figures/figure_page.h"
#include "widgets/surface/surface_view.h"
#include "widgets/views/line_chart_view.h"

namespace convergence {

FigureView figureViewOf(const ViewWidget& view) {
    const View& spec = view.view();
    FigureView wanted{
        .view = spec.id, .choices = choicesOf(view), .look = view.look().toStdString()};
    if (const auto* surface = qobject_cast<const SurfaceView*>(&view);
        surface && surface->heights() != spec.y.scale)
        wanted.yScale = surface->heights();
    const auto* line = qobject_cast<const LineChartView*>(&view);
    if (!line)
        return wanted;
    const ChartModel& model = line->model();
    const ChartState& state = line->chart().state();
    if (state.xScale != spec.x.scale)
        wanted.xScale = state.xScale;
    if (state.yScale != spec.y.scale)
        wanted.yScale = state.yScale;
    wanted.xLimits = state.xZoom;
    wanted.yLimits = state.yZoom;
    for (const ChartGroup& group : model.groups())
        if (group.isHidden)
            wanted.hidden.push_back(group.label);
    const AxisRange fit{spec.fit.windowMinimum, spec.fit.windowMaximum};
    if (spec.fit.kind != FitKind::none && !(model.fitWindow() == fit))
        wanted.fitWindow = model.fitWindow();
    return wanted;
}

} // namespace convergence
