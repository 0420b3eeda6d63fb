#include "widgets/charts/chart_legend.h"

#include <algorithm>
#include <set>

namespace convergence {

QColor curveShade(int index, bool isEarlierRun, const Theme& theme) {
    QColor color = index < 0 ? theme.text : theme.seriesColor(index);
    if (isEarlierRun)
        color.setAlphaF(0.45F);
    return color;
}

Qt::PenStyle strokeOf(const ChartGroup& group, const Theme& theme) {
    // Colors repeat after the last: then the stroke tells them apart.
    if (group.stroke == StrokeStyle::solid && group.color >= int(theme.series.size()))
        return Qt::DashDotLine;
    return penStyle(group.stroke);
}

int markerOf(const ChartGroup& group) {
    return group.hasMarkers ? std::max(0, group.color) : -1;
}

namespace {

LegendEntry entryFor(const ChartModel& model, std::size_t index, const ChartState& state,
                     const Theme& theme) {
    const ChartGroup& group = model.groups()[index];
    return {.text = QString::fromStdString(group.label),
            .color = curveShade(group.color, group.isEarlierRun, theme),
            .style = strokeOf(group, theme),
            .width = theme.lineWidth,
            .marker = markerOf(group),
            .isHidden = group.isHidden,
            .isFocused = state.focusedGroup == index,
            .group = index};
}

/// What chips do not say, in no arm's color; nothing where all curves are of one quantity.
std::vector<LegendEntry> sharedEntries(const ChartModel& model, const ChartState& state,
                                       const Theme& theme) {
    std::vector<LegendEntry> entries;
    std::set<std::string> seen;
    bool isOneQuantity = true;
    for (std::size_t i = 0; i < model.groups().size(); ++i) {
        const ChartGroup& group = model.groups()[i];
        if (group.arm.empty() || !seen.insert(group.rest).second)
            continue;
        isOneQuantity = seen.size() == 1;
        if (group.rest.empty())
            continue;
        LegendEntry entry = entryFor(model, i, state, theme);
        entry.text = QString::fromStdString(group.rest);
        entry.color = curveShade(-1, group.isEarlierRun, theme);
        entries.push_back(entry);
    }
    return isOneQuantity ? std::vector<LegendEntry>() : entries;
}

} // namespace

std::vector<LegendEntry> legendEntries(const ChartModel& model, const ChartState& state,
                                       const Theme& theme) {
    const bool withoutArms = state.leavesOutArms && model.armLook().isNamedElsewhere;
    std::vector<LegendEntry> entries;
    if (withoutArms)
        entries = sharedEntries(model, state, theme);
    for (std::size_t i = 0; i < model.groups().size(); ++i) {
        const ChartGroup& group = model.groups()[i];
        const bool isLeftOut = withoutArms && !group.arm.empty();
        if (!group.label.empty() && (group.isHidden || model.hasData(i)) && !isLeftOut)
            entries.push_back(entryFor(model, i, state, theme));
    }
    return entries;
}

} // namespace convergence
