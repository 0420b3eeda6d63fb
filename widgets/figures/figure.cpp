#include "widgets/figures/figure.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/data/json_nesting.h"
#include "core/error.h"
#include "core/experiment/nearest_name.h"

namespace convergence {

namespace {

using nlohmann::json;

constexpr const char* figureFormat = "convergence-lab figure";
constexpr int figureVersion = 1;
constexpr std::size_t largestFigure = std::size_t{4} << 20;
/// Panels are not made narrower than this by themselves.
constexpr double comfortableWidth = 62.0; // mm

json rangeJson(const AxisRange& range) {
    return json::array({range.minimum, range.maximum});
}

json viewJson(const FigureView& view) {
    json document{{"view", view.view}};
    if (!view.arms.empty())
        document["arms"] = view.arms;
    if (!view.hidden.empty())
        document["hidden"] = view.hidden;
    if (!view.choices.empty())
        document["choices"] = view.choices;
    const auto scale = [](Scale s) { return s == Scale::logarithmic ? "log" : "linear"; };
    if (view.xScale)
        document["x_scale"] = scale(*view.xScale);
    if (view.yScale)
        document["y_scale"] = scale(*view.yScale);
    if (view.xLimits)
        document["x_limits"] = rangeJson(*view.xLimits);
    if (view.yLimits)
        document["y_limits"] = rangeJson(*view.yLimits);
    if (view.fitWindow)
        document["fit_window"] = rangeJson(*view.fitWindow);
    if (!view.look.empty())
        document["look"] = view.look;
    return document;
}

/// Reads the keys of one object and knows which it was asked for.
class FigureReader {
public:
    FigureReader(const json& object, std::string source, std::string place)
        : object_(object), source_(std::move(source)), place_(std::move(place)) {
        if (!object.is_object())
            fail("", "has to be an object");
    }

    [[nodiscard]] bool has(const char* key) {
        seen_.emplace_back(key);
        return object_.contains(key);
    }
    const json& required(const char* key) {
        if (!has(key))
            fail(key, "is missing");
        return object_[key];
    }
    std::string text(const char* key) {
        const json& value = required(key);
        if (!value.is_string())
            fail(key, "has to be a text");
        return value.get<std::string>();
    }
    std::vector<std::string> texts(const char* key) {
        std::vector<std::string> list;
        if (!has(key))
            return list;
        if (!object_[key].is_array())
            fail(key, "has to be a list of texts");
        for (const json& entry : object_[key]) {
            if (!entry.is_string())
                fail(key, "has to be a list of texts");
            list.push_back(entry.get<std::string>());
        }
        return list;
    }
    std::int64_t whole(const char* key, std::int64_t least, std::int64_t most) {
        const json& value = required(key);
        const double number = value.is_number_integer() ? value.get<double>() : NAN;
        if (!(number >= double(least) && number <= double(most)))
            fail(key, fmt::format("has to be an integer from {} to {}", least, most));
        return value.get<std::int64_t>();
    }
    std::optional<Scale> scale(const char* key) {
        if (!has(key))
            return std::nullopt;
        const std::string name = text(key);
        if (name != "log" && name != "linear")
            fail(key, "has to be \"log\" or \"linear\"");
        return name == "log" ? Scale::logarithmic : Scale::linear;
    }
    /// `isWindow`: a maximum of 0 means to the end.
    std::optional<AxisRange> range(const char* key, bool isWindow = false) {
        if (!has(key))
            return std::nullopt;
        const json& pair = object_[key];
        const bool numbers =
            pair.is_array() && pair.size() == 2 && pair[0].is_number() && pair[1].is_number();
        const AxisRange found = numbers ? AxisRange{pair[0].get<double>(), pair[1].get<double>()}
                                        : AxisRange{0.0, -1.0};
        const bool good = std::isfinite(found.minimum) && std::isfinite(found.maximum) &&
                          (found.minimum < found.maximum || (isWindow && found.maximum == 0.0));
        if (!numbers || !good)
            fail(key, "has to be two numbers, the smaller first");
        return found;
    }
    void refuseOthers() const {
        for (const auto& entry : object_.items())
            if (std::find(seen_.begin(), seen_.end(), entry.key()) == seen_.end())
                throw InputError(fmt::format("{}: '{}{}' is not a key of a figure{}", source_,
                                             place_, entry.key(), suggestion(entry.key(), seen_)));
    }
    [[noreturn]] void fail(const std::string& key, const std::string& what) const {
        throw InputError(fmt::format("{}: '{}{}' {}.", source_, place_, key, what));
    }

private:
    const json& object_;
    std::string source_, place_;
    std::vector<std::string> seen_;
};

FigureView viewFromJson(const json& document, const std::string& source, std::size_t index) {
    FigureReader reader(document, source, fmt::format("views[{}].", index));
    FigureView view;
    view.view = reader.text("view");
    view.arms = reader.texts("arms");
    view.hidden = reader.texts("hidden");
    if (reader.has("choices")) {
        const json& choices = document["choices"];
        if (!choices.is_object())
            reader.fail("choices", "has to be an object of texts");
        for (const auto& entry : choices.items()) {
            if (!entry.value().is_string())
                reader.fail("choices", "has to be an object of texts");
            view.choices[entry.key()] = entry.value().get<std::string>();
        }
    }
    view.xScale = reader.scale("x_scale");
    view.yScale = reader.scale("y_scale");
    view.xLimits = reader.range("x_limits");
    view.yLimits = reader.range("y_limits");
    view.fitWindow = reader.range("fit_window", true);
    if (reader.has("look"))
        view.look = reader.text("look");
    reader.refuseOthers();
    return view;
}

FigureRun runFromJson(const json& document, const std::string& source) {
    FigureReader reader(document, source, "run.");
    FigureRun run;
    run.experiment = reader.text("experiment");
    run.parameters = reader.required("parameters");
    if (!run.parameters.is_object())
        reader.fail("parameters", "has to be an object");
    if (reader.has("events")) {
        if (!document["events"].is_array())
            reader.fail("events", "has to be a list of objects");
        for (const json& event : document["events"]) {
            if (!event.is_object())
                reader.fail("events", "has to be a list of objects");
            run.events.push_back(event);
        }
    }
    if (reader.has("iteration"))
        run.iteration = reader.whole("iteration", 0, 1'000'000'000'000'000);
    if (reader.has("version"))
        run.version = reader.text("version");
    if (reader.has("tables"))
        run.tables = reader.text("tables");
    reader.refuseOthers();
    return run;
}

json runJsonOf(const FigureRun& run) {
    json document{{"experiment", run.experiment}, {"parameters", run.parameters}};
    if (!run.events.empty())
        document["events"] = run.events;
    if (run.iteration)
        document["iteration"] = *run.iteration;
    if (!run.version.empty())
        document["version"] = run.version;
    if (!run.tables.empty())
        document["tables"] = run.tables;
    return document;
}

} // namespace

PanelGrid panelGrid(const Figure& figure) {
    const int count = int(figure.views.size());
    if (count == 0)
        throw InputError("A figure needs at least one view.");
    PanelGrid grid{figure.rows, figure.columns};
    if (grid.rows <= 0 && grid.columns <= 0)
        grid.columns =
            std::clamp(int(figure.style.width / comfortableWidth), 1, std::min(count, 4));
    if (grid.columns <= 0)
        grid.columns = (count + grid.rows - 1) / grid.rows;
    if (grid.rows <= 0)
        grid.rows = (count + grid.columns - 1) / grid.columns;
    if (grid.rows * grid.columns < count)
        throw InputError(fmt::format("{} views do not fit into {}x{} panels; {}x{} would do.",
                                     count, grid.rows, grid.columns,
                                     (count + grid.columns - 1) / grid.columns, grid.columns));
    return grid;
}

std::string toText(const Figure& figure) {
    json views = json::array();
    for (const FigureView& view : figure.views)
        views.push_back(viewJson(view));
    const json document{{"format", figureFormat},       {"version", figureVersion},
                        {"run", runJsonOf(figure.run)}, {"views", views},
                        {"rows", figure.rows},          {"columns", figure.columns},
                        {"letters", figure.hasLetters}, {"style", toJson(figure.style)}};
    return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Figure parseFigure(std::string_view text, const std::string& source) {
    if (text.size() > largestFigure)
        throw InputError(fmt::format("{}: a figure has at most {} bytes, this has {}.", source,
                                     largestFigure, text.size()));
    requireShallowJson(text, source);
    const json document = json::parse(text, nullptr, false);
    if (!document.is_object() || document.value("format", json()) != figureFormat)
        throw InputError(
            fmt::format("{} is not a figure: it has to be a JSON object with \"format\": \"{}\".",
                        source, figureFormat));
    const json version = document.value("version", json());
    if (version.is_number_integer() && version > figureVersion)
        throw InputError(fmt::format("{} is a figure of version {}, made by a newer program; this "
                                     "one reads up to version {}.",
                                     source, version.dump(), figureVersion));
    if (version != figureVersion)
        throw InputError(fmt::format("{}: 'version' has to be {}.", source, figureVersion));
    FigureReader reader(document, source, "");
    static_cast<void>(reader.has("format"));
    static_cast<void>(reader.has("version"));
    Figure figure;
    figure.run = runFromJson(reader.required("run"), source);
    const json& views = reader.required("views");
    if (!views.is_array() || views.empty() || views.size() > mostPanels)
        reader.fail("views", fmt::format("has to be a list of one to {} views", mostPanels));
    for (std::size_t i = 0; i < views.size(); ++i)
        figure.views.push_back(viewFromJson(views[i], source, i));
    figure.rows = int(reader.whole("rows", 0, mostPanels));
    figure.columns = int(reader.whole("columns", 0, mostPanels));
    const json& letters = reader.required("letters");
    if (!letters.is_boolean())
        reader.fail("letters", "has to be true or false");
    figure.hasLetters = letters.get<bool>();
    figure.style = styleFromJson(reader.required("style"), source + ": style");
    reader.refuseOthers();
    static_cast<void>(panelGrid(figure));
    return figure;
}

} // namespace convergence
