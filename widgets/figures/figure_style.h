#pragma once

#include <string>
#include <vector>

#include <QColor>
#include <QFont>
#include <QStringList>
#include <nlohmann/json_fwd.hpp>

#include "widgets/theme.h"

namespace convergence {

/// Where a figure names its curves.
enum class LegendPlace {
    ends,   ///< beside the curves' ends
    inside, ///< in the emptiest corner of the plot
    right,
    below,
    none,
};

/// What tells curves apart besides their colors, so that a figure can be read in grey.
enum class Companion { marks, dashes, none };

/// How a figure looks: what a journal, a slide or a poster asks for. Read from
/// resources/styles/<id>.json or from the person's own folder. All sizes are true sizes.
struct FigureStyle {
    std::string id;
    std::string label;
    double width = 84.0;         ///< mm, of the whole figure
    double height = 60.0;        ///< mm, of one row of panels
    std::string family = "sans"; ///< "sans", "latin-modern", "times"
    double textSize = 7.5;       ///< pt
    double smallestText = 6.0;   ///< pt; no text is smaller
    double lineWidth = 1.0;      ///< pt, of curves
    double axisWidth = 0.5;      ///< pt, of axes and grids
    bool hasTitle = false;
    bool hasGrid = true;
    bool hasFits = true; ///< fitted lines, and their window as a thin bracket
    LegendPlace legend = LegendPlace::ends;
    Companion companion = Companion::marks;
    double dotsPerInch = 300.0; ///< of pictures made of pixels
    QColor surface = QColor("#ffffff"), text = QColor("#000000"), mutedText = QColor("#404040"),
           grid = QColor("#d9d9d9");
    std::vector<QColor> colors; ///< of arms, in order; repeats

    friend bool operator==(const FigureStyle&, const FigureStyle&) = default;
};

/// Smallest and largest width and height, in mm.
inline constexpr double smallestSide = 20.0, largestSide = 3000.0;

/// Ids of the program's own styles and of the person's, sorted.
QStringList availableStyles();
/// Throws InputError naming the nearest style for an unknown one, and for a damaged file.
FigureStyle loadStyle(const QString& id);
/// The person's own styles, beside the settings.
QString ownStylesFolder();

nlohmann::json toJson(const FigureStyle& style);
/// All keys but "label" are needed. Throws InputError naming `source`, key and what is accepted.
FigureStyle styleFromJson(const nlohmann::json& json, const std::string& source);

/// "84mm", "8.4cm", "3.3in", "238pt" in mm. Throws InputError naming `what`.
double parseLength(const std::string& text, const std::string& what);
/// Throws InputError naming the nearest name.
LegendPlace parseLegend(const std::string& text, const std::string& what);
Companion parseCompanion(const std::string& text, const std::string& what);
std::string nameOf(LegendPlace place);
std::string nameOf(Companion companion);

/// Figures are laid out in units of 1/96 inch, whatever screen there is.
inline constexpr double unitsPerPoint = 96.0 / 72.0;
inline constexpr double unitsPerMillimeter = 96.0 / 25.4;

/// The style as the widgets know it.
Theme themeOf(const FigureStyle& style);
/// Of that many points, measured in units of 1/96 inch, not hinted.
QFont figureFont(const FigureStyle& style, double points);
/// Says that the style's family is missing and what is used instead; empty where it is there.
std::string missingFamily(const FigureStyle& style);

} // namespace convergence
