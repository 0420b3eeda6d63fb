#include "app/figures/figure_choices.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/commands/command_text.h"
#include "core/data/text_tokens.h"
#include "core/error.h"
#include "core/experiment/nearest_name.h"

namespace convergence {

namespace {

std::optional<double> finiteNumber(std::string_view text) {
    const auto value = numberOf<double>(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

/// "VIEW:rest"; without a view where there is only one.
struct OfView {
    FigureView* view;
    std::string rest;
};

OfView splitView(Figure& figure, const std::string& text, const std::string& option) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) {
        if (figure.views.size() > 1)
            throw InputError(
                fmt::format("{} {}: of several views, say which: VIEW:{}.", option, text, text));
        return {&figure.views.front(), text};
    }
    const std::string name = text.substr(0, colon);
    std::vector<std::string> known;
    for (FigureView& view : figure.views) {
        if (view.view == name)
            return {&view, text.substr(colon + 1)};
        known.push_back(view.view);
    }
    throw InputError(fmt::format("{} {}: '{}' is no view of this figure{}", option, text, name,
                                 suggestion(name, known)));
}

/// "key=value" of some keys.
std::pair<std::string, std::string> splitKey(const std::string& rest, const std::string& said,
                                             const std::vector<std::string>& keys) {
    const std::size_t equals = rest.find('=');
    if (equals == std::string::npos)
        throw InputError(fmt::format("{}: expected {}=… .", said, fmt::join(keys, "=…, ")));
    const std::string key = rest.substr(0, equals);
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
        throw InputError(fmt::format("{}: '{}' is not known{}", said, key, suggestion(key, keys)));
    return {key, rest.substr(equals + 1)};
}

void setLimits(Figure& figure, const std::string& text) {
    const std::string said = "--limits " + text;
    const auto [view, rest] = splitView(figure, text, "--limits");
    const auto [axis, range] = splitKey(rest, said, {"x", "y", "fit"});
    const std::size_t dots = range.find("..");
    const auto low = finiteNumber(std::string_view(range).substr(0, dots));
    const auto high = dots == std::string::npos
                          ? std::nullopt
                          : finiteNumber(std::string_view(range).substr(dots + 2));
    const bool toTheEnd = axis == "fit" && high == 0.0;
    if (!low || !high || !(*low < *high || toTheEnd))
        throw InputError(fmt::format("{}: expected two numbers, the smaller first, for example "
                                     "{}:{}=1e-15..10.",
                                     said, view->view, axis));
    (axis == "x" ? view->xLimits : axis == "y" ? view->yLimits : view->fitWindow) = {*low, *high};
}

void setScale(Figure& figure, const std::string& text) {
    const std::string said = "--scale " + text;
    const auto [view, rest] = splitView(figure, text, "--scale");
    const auto [axis, name] = splitKey(rest, said, {"x", "y"});
    if (name != "log" && name != "linear")
        throw InputError(fmt::format("{}: expected log or linear.", said));
    (axis == "x" ? view->xScale : view->yScale) =
        name == "log" ? Scale::logarithmic : Scale::linear;
}

void setArms(Figure& figure, const std::string& text, const Description& description) {
    const auto [view, rest] = splitView(figure, text, "--arms");
    std::vector<std::string> known;
    for (const Arm& arm : description.arms)
        known.push_back(arm.id);
    std::size_t begin = 0;
    while (begin <= rest.size()) {
        const std::size_t end = std::min(rest.find(',', begin), rest.size());
        const std::string arm = rest.substr(begin, end - begin);
        if (std::find(known.begin(), known.end(), arm) == known.end())
            throw InputError(
                fmt::format("--arms {}: '{}' is no arm{}", text, arm, suggestion(arm, known)));
        view->arms.push_back(arm);
        begin = end + 1;
    }
}

void setChoice(Figure& figure, const std::string& text) {
    const auto [view, rest] = splitView(figure, text, "--choose");
    const std::size_t equals = rest.find('=');
    if (equals == std::string::npos)
        throw InputError(
            fmt::format("--choose {}: expected SELECTOR=OPTION, for example arm=S-over.", text));
    view->choices[rest.substr(0, equals)] = rest.substr(equals + 1);
}

void setPanels(Figure& figure, const std::string& text) {
    const std::size_t x = text.find('x');
    const auto rows = finiteNumber(std::string_view(text).substr(0, x));
    const auto columns =
        x == std::string::npos ? std::nullopt : finiteNumber(std::string_view(text).substr(x + 1));
    const auto isCount = [](const std::optional<double>& n) {
        return n && *n >= 1.0 && *n <= double(mostPanels) && *n == std::floor(*n);
    };
    if (!isCount(rows) || !isCount(columns))
        throw InputError(fmt::format("--panels {}: expected ROWSxCOLUMNS, for example 2x1.", text));
    figure.rows = int(*rows);
    figure.columns = int(*columns);
}

FigureStyle styleFrom(const FigureChoices& choices) {
    FigureStyle style = loadStyle(QString::fromStdString(choices.style));
    if (!choices.width.empty())
        style.width = parseLength(choices.width, "--width");
    if (!choices.height.empty())
        style.height = parseLength(choices.height, "--height");
    if (!choices.legend.empty())
        style.legend = parseLegend(choices.legend, "--legend");
    if (!choices.companion.empty())
        style.companion = parseCompanion(choices.companion, "--companion");
    if (choices.textSize > 0.0) {
        style.textSize = choices.textSize;
        style.smallestText = std::min(style.smallestText, style.textSize);
    }
    if (!choices.family.empty())
        style.family = choices.family;
    style.hasTitle = (style.hasTitle || choices.hasTitle) && !choices.hasNoTitle;
    style.hasGrid = style.hasGrid && !choices.hasNoGrid;
    style.hasFits = style.hasFits && !choices.hasNoFits;
    return styleFromJson(toJson(style), "The style"); // checks what was changed
}

std::string number(double value) {
    return fmt::format("{}", value);
}

/// Options that give a style what its file does not.
void addStyleOptions(std::vector<std::string>& words, const FigureStyle& style) {
    const auto option = [&](const char* name, const std::string& value) {
        words.emplace_back(name);
        words.push_back(value);
    };
    const bool isKnown = availableStyles().contains(QString::fromStdString(style.id));
    const FigureStyle usual = isKnown ? loadStyle(QString::fromStdString(style.id)) : FigureStyle();
    option("--style", isKnown ? style.id : "screen");
    if (style.width != usual.width)
        option("--width", number(style.width) + "mm");
    if (style.height != usual.height)
        option("--height", number(style.height) + "mm");
    if (style.legend != usual.legend)
        option("--legend", nameOf(style.legend));
    if (style.companion != usual.companion)
        option("--companion", nameOf(style.companion));
    if (style.family != usual.family)
        option("--family", style.family);
    if (style.textSize != usual.textSize)
        option("--text", number(style.textSize));
    if (style.hasTitle != usual.hasTitle)
        words.emplace_back(style.hasTitle ? "--title" : "--no-title");
    if (usual.hasGrid && !style.hasGrid)
        words.emplace_back("--no-grid");
    if (usual.hasFits && !style.hasFits)
        words.emplace_back("--no-fits");
}

void addViewOptions(std::vector<std::string>& words, const FigureView& view) {
    const auto option = [&](const char* name, const std::string& value) {
        words.emplace_back(name);
        words.push_back(view.view + ":" + value);
    };
    const auto range = [](const AxisRange& r) {
        return number(r.minimum) + ".." + number(r.maximum);
    };
    const auto scale = [](Scale s) { return s == Scale::logarithmic ? "log" : "linear"; };
    if (view.xLimits)
        option("--limits", "x=" + range(*view.xLimits));
    if (view.yLimits)
        option("--limits", "y=" + range(*view.yLimits));
    if (view.fitWindow)
        option("--limits", "fit=" + range(*view.fitWindow));
    if (view.xScale)
        option("--scale", std::string("x=") + scale(*view.xScale));
    if (view.yScale)
        option("--scale", std::string("y=") + scale(*view.yScale));
    if (!view.arms.empty())
        option("--arms", fmt::format("{}", fmt::join(view.arms, ",")));
    for (const std::string& label : view.hidden)
        option("--hide", label);
    for (const auto& [column, label] : view.choices)
        option("--choose", column + "=" + label);
    if (!view.look.empty())
        option("--look", view.look);
}

} // namespace

Figure figureFrom(const FigureChoices& choices, const Description& description, FigureRun run) {
    Figure figure;
    figure.run = std::move(run);
    figure.style = styleFrom(choices);
    std::vector<std::string> known;
    for (const View& view : description.views)
        known.push_back(view.id);
    for (const std::string& view : choices.views) {
        if (!description.findView(view))
            throw InputError(fmt::format("{} has no view '{}'{}", description.id, view,
                                         suggestion(view, known)));
        figure.views.push_back({.view = view});
    }
    if (figure.views.size() > mostPanels)
        throw InputError(fmt::format("A figure has at most {} views.", mostPanels));
    if (!choices.panels.empty())
        setPanels(figure, choices.panels);
    static_cast<void>(panelGrid(figure));
    figure.hasLetters = !choices.hasNoLetters;
    for (const std::string& text : choices.limits)
        setLimits(figure, text);
    for (const std::string& text : choices.scales)
        setScale(figure, text);
    for (const std::string& text : choices.arms)
        setArms(figure, text, description);
    for (const std::string& text : choices.hidden) {
        const auto [view, label] = splitView(figure, text, "--hide");
        view->hidden.push_back(label);
    }
    for (const std::string& text : choices.choices)
        setChoice(figure, text);
    for (const std::string& text : choices.looks) {
        const auto [view, look] = splitView(figure, text, "--look");
        view->look = look;
    }
    return figure;
}

std::string figureCommand(const Figure& figure, const Description& description,
                          const ParameterValues& values, const std::string& out) {
    std::vector<std::string> words{"convergence-lab", "export", description.id};
    const ParameterValues defaults(description.parameters, {});
    for (const Parameter& parameter : description.parameters)
        if (const Value& value = values.value(parameter.name);
            value != defaults.value(parameter.name)) {
            words.emplace_back("--set");
            words.push_back(parameter.name + "=" + formatValue(value));
        }
    for (const FigureView& view : figure.views) {
        words.emplace_back("--view");
        words.push_back(view.view);
    }
    addStyleOptions(words, figure.style);
    if (figure.rows > 0 && figure.columns > 0) {
        words.emplace_back("--panels");
        words.push_back(fmt::format("{}x{}", figure.rows, figure.columns));
    }
    if (!figure.hasLetters)
        words.emplace_back("--no-letters");
    for (const FigureView& view : figure.views)
        addViewOptions(words, view);
    if (figure.run.iteration.value_or(0) > 0) {
        words.emplace_back("--steps");
        words.push_back(std::to_string(*figure.run.iteration));
    }
    words.emplace_back("--out");
    words.push_back(out);
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : " ") + shellWord(word);
    return text;
}

} // namespace convergence
