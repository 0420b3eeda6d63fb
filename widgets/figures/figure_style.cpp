#include "widgets/figures/figure_style.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QFontDatabase>
#include <QStandardPaths>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/data/json_nesting.h"
#include "core/error.h"
#include "core/experiment/nearest_name.h"
#include "widgets/charts/figure_font.h"

namespace convergence {

namespace {

using nlohmann::json;

constexpr qint64 largestStyleFile = 1 << 20;

template <typename Enum>
struct Named {
    const char* name;
    Enum value;
};
constexpr std::array legendNames{
    Named{"ends", LegendPlace::ends}, Named{"inside", LegendPlace::inside},
    Named{"right", LegendPlace::right}, Named{"below", LegendPlace::below},
    Named{"none", LegendPlace::none}};
constexpr std::array companionNames{Named{"marks", Companion::marks},
                                    Named{"dashes", Companion::dashes},
                                    Named{"none", Companion::none}};

struct Family {
    const char* name;
    std::array<const char*, 3> families; ///< the first that is installed
    const char* package;
};
constexpr std::array figureFamilies{
    Family{"sans", {"DejaVu Sans", "", ""}, "fonts-dejavu-core"},
    Family{"latin-modern", {"Latin Modern Roman", "LM Roman 10", "lmroman10"}, "fonts-lmodern"},
    Family{"times", {"TeX Gyre Termes", "Nimbus Roman", "Liberation Serif"}, "fonts-texgyre"}};

template <typename Table>
auto lookUpName(const Table& table, const std::string& text, const std::string& what) {
    std::vector<std::string> known;
    for (const auto& entry : table) {
        if (text == entry.name)
            return entry;
        known.emplace_back(entry.name);
    }
    throw InputError(fmt::format("{} '{}' is not known{}", what, text, suggestion(text, known)));
}

template <typename Table, typename Enum>
std::string nameIn(const Table& table, Enum value) {
    const auto found = std::find_if(table.begin(), table.end(),
                                    [&](const auto& entry) { return entry.value == value; });
    return found->name;
}

QStringList styleFolders() {
    return {ownStylesFolder(), resourceFolder("styles")};
}

/// The installed family that a style's stands for; empty: none.
QString installedFamily(const std::string& name) {
    const QStringList installed = QFontDatabase::families();
    for (const char* family : lookUpName(figureFamilies, name, "The family").families)
        if (*family && installed.contains(QLatin1String(family)))
            return QLatin1String(family);
    return {};
}

/// Takes the keys of an object one by one and refuses what is left.
class KeyReader {
public:
    KeyReader(const json& object, std::string source)
        : object_(object), source_(std::move(source)) {
        if (!object.is_object())
            throw InputError(fmt::format("{}: a style has to be a JSON object.", source_));
    }

    double number(const char* key, double least, double most) {
        const json& value = at(key);
        const double result = value.is_number() ? value.get<double>() : NAN;
        if (!(result >= least && result <= most))
            throw InputError(fmt::format("{}: '{}' has to be a number from {} to {}.", source_, key,
                                         least, most));
        return result;
    }
    bool flag(const char* key) {
        const json& value = at(key);
        if (!value.is_boolean())
            throw InputError(fmt::format("{}: '{}' has to be true or false.", source_, key));
        return value.get<bool>();
    }
    std::string text(const char* key) {
        const json& value = at(key);
        if (!value.is_string())
            throw InputError(fmt::format("{}: '{}' has to be a text.", source_, key));
        return value.get<std::string>();
    }
    std::string textOr(const char* key, std::string otherwise) {
        return object_.contains(key) ? text(key) : std::move(otherwise);
    }
    QColor color(const char* key) { return asColor(key, at(key)); }
    std::vector<QColor> colors(const char* key) {
        const json& list = at(key);
        if (!list.is_array() || list.empty() || list.size() > 64)
            throw InputError(
                fmt::format("{}: '{}' has to be a list of one to 64 colors.", source_, key));
        std::vector<QColor> result;
        for (const json& entry : list)
            result.push_back(asColor(key, entry));
        return result;
    }
    void refuseOthers() const {
        for (const auto& entry : object_.items())
            if (std::find(seen_.begin(), seen_.end(), entry.key()) == seen_.end())
                throw InputError(fmt::format("{}: '{}' is not a key of a style{}", source_,
                                             entry.key(), suggestion(entry.key(), seen_)));
    }
    [[nodiscard]] std::string what(const char* key) const {
        return fmt::format("{}: {}", source_, key);
    }

private:
    const json& at(const char* key) {
        seen_.emplace_back(key);
        if (!object_.contains(key))
            throw InputError(fmt::format("{}: '{}' is missing.", source_, key));
        return object_[key];
    }
    QColor asColor(const char* key, const json& value) const {
        const QColor result(value.is_string() ? QString::fromStdString(value.get<std::string>())
                                              : QString());
        if (!result.isValid())
            throw InputError(
                fmt::format("{}: '{}' needs a color such as \"#1b1f24\".", source_, key));
        return result.toRgb();
    }

    const json& object_;
    std::string source_;
    std::vector<std::string> seen_;
};

} // namespace

double parseLength(const std::string& text, const std::string& what) {
    double value = 0.0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    const std::string unit(rest, end);
    constexpr std::array units{std::pair{"mm", 1.0}, std::pair{"cm", 10.0}, std::pair{"in", 25.4},
                               std::pair{"pt", 25.4 / 72.0}};
    const auto* found =
        std::find_if(units.begin(), units.end(), [&](const auto& u) { return unit == u.first; });
    if (error != std::errc() || found == units.end())
        throw InputError(fmt::format(
            "{} {}: expected a length with its unit (mm, cm, in or pt), for example 84mm.", what,
            text));
    const double millimeters = value * found->second;
    if (!(millimeters >= smallestSide && millimeters <= largestSide))
        throw InputError(fmt::format("{} {}: from {:.0f}mm to {:.0f}mm are possible.", what, text,
                                     smallestSide, largestSide));
    return millimeters;
}

LegendPlace parseLegend(const std::string& text, const std::string& what) {
    return lookUpName(legendNames, text, what).value;
}
Companion parseCompanion(const std::string& text, const std::string& what) {
    return lookUpName(companionNames, text, what).value;
}
std::string nameOf(LegendPlace place) {
    return nameIn(legendNames, place);
}
std::string nameOf(Companion companion) {
    return nameIn(companionNames, companion);
}

QString ownStylesFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) + "/styles";
}

QStringList availableStyles() {
    QStringList ids;
    for (const QString& folder : styleFolders())
        for (const QString& file : QDir(folder).entryList({"*.json"}, QDir::Files))
            ids << QFileInfo(file).completeBaseName();
    ids.removeDuplicates();
    ids.sort();
    return ids;
}

FigureStyle loadStyle(const QString& id) {
    const QStringList known = availableStyles();
    if (!known.contains(id)) {
        std::vector<std::string> names;
        for (const QString& name : known)
            names.push_back(name.toStdString());
        throw InputError(fmt::format("There is no style '{}'{}", id.toStdString(),
                                     suggestion(id.toStdString(), names)));
    }
    QFile file;
    for (const QString& folder : styleFolders()) {
        file.setFileName(folder + "/" + id + ".json");
        if (file.exists())
            break;
    }
    const std::string source = fmt::format("The style {}", id.toStdString());
    if (!file.open(QIODevice::ReadOnly) || file.size() > largestStyleFile)
        throw InputError(fmt::format("{} cannot be read.", source));
    const std::string text = file.readAll().toStdString();
    requireShallowJson(text, source);
    json document = json::parse(text, nullptr, false);
    if (document.is_object())
        document["id"] = id.toStdString();
    return styleFromJson(document, source);
}

json toJson(const FigureStyle& style) {
    const auto name = [](const QColor& color) { return color.name().toStdString(); };
    json colors = json::array();
    for (const QColor& color : style.colors)
        colors.push_back(name(color));
    return {{"id", style.id},
            {"label", style.label},
            {"width_mm", style.width},
            {"height_mm", style.height},
            {"family", style.family},
            {"text_pt", style.textSize},
            {"smallest_text_pt", style.smallestText},
            {"line_pt", style.lineWidth},
            {"axis_pt", style.axisWidth},
            {"title", style.hasTitle},
            {"grid", style.hasGrid},
            {"fits", style.hasFits},
            {"legend", nameOf(style.legend)},
            {"companion", nameOf(style.companion)},
            {"dots_per_inch", style.dotsPerInch},
            {"surface", name(style.surface)},
            {"text", name(style.text)},
            {"muted_text", name(style.mutedText)},
            {"grid_color", name(style.grid)},
            {"colors", colors}};
}

FigureStyle styleFromJson(const json& document, const std::string& source) {
    KeyReader reader(document, source);
    FigureStyle style;
    style.id = reader.text("id");
    style.label = reader.textOr("label", style.id);
    style.width = reader.number("width_mm", smallestSide, largestSide);
    style.height = reader.number("height_mm", smallestSide, largestSide);
    style.family = reader.text("family");
    static_cast<void>(lookUpName(figureFamilies, style.family, reader.what("family")));
    style.textSize = reader.number("text_pt", 4.0, 100.0);
    style.smallestText = reader.number("smallest_text_pt", 4.0, style.textSize);
    style.lineWidth = reader.number("line_pt", 0.1, 20.0);
    style.axisWidth = reader.number("axis_pt", 0.1, 10.0);
    style.hasTitle = reader.flag("title");
    style.hasGrid = reader.flag("grid");
    style.hasFits = reader.flag("fits");
    style.legend = parseLegend(reader.text("legend"), reader.what("legend"));
    style.companion = parseCompanion(reader.text("companion"), reader.what("companion"));
    style.dotsPerInch = reader.number("dots_per_inch", 36.0, 1200.0);
    style.surface = reader.color("surface");
    style.text = reader.color("text");
    style.mutedText = reader.color("muted_text");
    style.grid = reader.color("grid_color");
    style.colors = reader.colors("colors");
    reader.refuseOthers();
    return style;
}

Theme themeOf(const FigureStyle& style) {
    Theme theme;
    theme.id = "figure";
    theme.label = QString::fromStdString(style.label);
    theme.dark = style.surface.lightnessF() < 0.5;
    theme.window = theme.surface = style.surface;
    theme.text = style.text;
    theme.mutedText = style.mutedText;
    theme.grid = style.grid;
    theme.accent = style.mutedText;
    theme.success = QColor("#16702f");
    theme.warning = QColor("#8a5a00");
    theme.failure = QColor("#c0272d");
    for (const QColor& color : style.colors)
        theme.series << color;
    theme.fontPointSize = style.textSize;
    theme.lineWidth = style.lineWidth * unitsPerPoint;
    return theme;
}

QFont figureFont(const FigureStyle& style, double points) {
    const QString family = installedFamily(style.family);
    return fontAt96(family.isEmpty() ? QString("DejaVu Sans") : family, points);
}

std::string missingFamily(const FigureStyle& style) {
    if (!installedFamily(style.family).isEmpty())
        return {};
    const Family wanted = lookUpName(figureFamilies, style.family, "The family");
    return fmt::format("The family {} is not installed (package {}); the figure is set in DejaVu "
                       "Sans.",
                       style.family, wanted.package);
}

} // namespace convergence
