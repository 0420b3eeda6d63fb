#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/experiment/parameter.h"
#include "widgets/charts/ticks.h"
#include "widgets/figures/figure_style.h"

namespace convergence {

/// One view in a figure, with what was chosen for it.
struct FigureView {
    std::string view; ///< id
    /// Ids of the arms whose curves are shown; empty: all.
    std::vector<std::string> arms = {};
    std::vector<std::string> hidden = {};                ///< labels of curves that are not shown
    std::map<std::string, std::string> choices = {};     ///< labels of options, by selector
    std::optional<Scale> xScale = {}, yScale = {};       ///< none: as the experiment says
    std::optional<AxisRange> xLimits = {}, yLimits = {}; ///< none: all data
    std::optional<AxisRange> fitWindow = {};             ///< none: as the experiment says
    std::string look = {};                               ///< ViewWidget::look()

    friend bool operator==(const FigureView&, const FigureView&) = default;
};

/// The run that a figure shows, so that it can be made again.
struct FigureRun {
    std::string experiment;
    nlohmann::json parameters = nlohmann::json::object(); ///< all values, with the seed
    std::vector<nlohmann::json> events = {};              ///< live changes (LiveEvent)
    /// Iterations that were done; steps over all trials where these run one after another. None:
    /// the run was at its end.
    std::optional<std::int64_t> iteration = {};
    std::string version = {}; ///< of the program
    std::string tables = {};  ///< hash of what was recorded (tableHash()); may be empty

    friend bool operator==(const FigureRun&, const FigureRun&) = default;
};

/// A figure as a value: what is shown of which run, how it is divided, how it looks. Needs no
/// window to be made, kept, compared and drawn.
struct Figure {
    FigureRun run;
    std::vector<FigureView> views;
    int rows = 0, columns = 0; ///< of panels; 0: as suits the width
    bool hasLetters = true;    ///< (a), (b), ... where there are several panels
    FigureStyle style;

    friend bool operator==(const Figure&, const Figure&) = default;
};

inline constexpr std::size_t mostPanels = 24;

struct PanelGrid {
    int rows = 1, columns = 1;
};
/// The rows and columns that the figure has. Throws InputError if its views do not fit.
PanelGrid panelGrid(const Figure& figure);

/// A figure as one JSON document.
std::string toText(const Figure& figure);

/// Reads a document. Throws InputError, one sentence that names `source` and the place, for text
/// that is no JSON or another format, for a later version, and for keys that are unknown, missing
/// or of the wrong type. Whether experiment and views exist is not looked at.
Figure parseFigure(std::string_view text, const std::string& source);

} // namespace convergence
