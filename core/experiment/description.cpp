#include "core/experiment/description.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace convergence {

namespace {

using nlohmann::json;

template <typename T>
const T* findById(const std::vector<T>& list, std::string_view id) {
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const T& item) { return item.id == id; });
    return found == list.end() ? nullptr : &*found;
}

std::string_view name(ParameterKind kind) {
    constexpr std::array names = {"boolean",    "integer",     "real",     "choice",
                                  "choice set", "number list", "curve",    "file",
                                  "formula",    "seed",        "seed list"};
    return names[static_cast<int>(kind)];
}

std::string_view name(ViewKind kind) {
    switch (kind) {
    case ViewKind::lineChart:
        return "line chart";
    case ViewKind::pivot:
        return "pivot";
    case ViewKind::parallelCoordinates:
        return "parallel coordinates";
    case ViewKind::heatMaps:
        return "heat maps";
    case ViewKind::trajectory:
        return "trajectory";
    case ViewKind::bars:
        return "bars";
    case ViewKind::curves:
        return "curves";
    case ViewKind::text:
        return "text";
    case ViewKind::pictures:
        return "pictures";
    case ViewKind::surface:
        return "surface";
    case ViewKind::volume:
        return "volume";
    case ViewKind::table:
        return "table";
    case ViewKind::timeline:
        return "timeline";
    case ViewKind::points:
        return "points";
    case ViewKind::graph:
        return "graph";
    case ViewKind::scene:
        return "scene";
    case ViewKind::pointsInSpace:
        return "points in space";
    }
    return "";
}

std::string_view name(Scale scale) {
    return scale == Scale::linear ? "linear" : "logarithmic";
}

json boundJson(const Bound& bound) {
    return bound.expression.empty() ? json(bound.value) : json(bound.expression);
}

json parameterJson(const Parameter& parameter) {
    json result{{"name", parameter.name},
                {"symbol", parameter.symbol},
                {"label", parameter.label},
                {"help", parameter.help},
                {"unit", parameter.unit},
                {"kind", name(parameter.kind)},
                {"default", toJson(parameter.defaultValue)},
                {"accepted", acceptedRange(parameter)},
                {"live", parameter.effect != LiveEffect::restartsRun},
                {"group", parameter.group}};
    if (parameter.kind == ParameterKind::integer || parameter.kind == ParameterKind::real ||
        parameter.kind == ParameterKind::numberList || parameter.kind == ParameterKind::curve) {
        result["minimum"] = boundJson(parameter.minimum);
        result["maximum"] = boundJson(parameter.maximum);
        result["scale"] = name(parameter.scale);
    }
    if (!parameter.keyword.empty())
        result["keyword"] = parameter.keyword;
    if (!parameter.appliesIf.empty())
        result["applies_if"] = parameter.appliesIf;
    for (const Choice& choice : parameter.choices)
        result["choices"].push_back(
            {{"id", choice.id}, {"label", choice.label}, {"help", choice.help}});
    return result;
}

json overridesJson(const Overrides& overrides) {
    json result = json::object();
    for (const auto& [key, value] : overrides)
        result[key] = toJson(value);
    return result;
}

json axisJson(const AxisSpec& axis) {
    return {{"column", axis.column},
            {"label", axis.label},
            {"unit", axis.unit},
            {"scale", name(axis.scale)}};
}

json viewJson(const View& view) {
    json result{{"id", view.id},
                {"title", view.title},
                {"help", view.help},
                {"main", view.isMain},
                {"kind", name(view.kind)},
                {"source", view.kind == ViewKind::lineChart
                               ? (view.fromTrials ? "trials" : "traces")
                               : (view.pivot ? "trials" : "frames")}};
    if (view.kind == ViewKind::lineChart || view.kind == ViewKind::trajectory) {
        result["x"] = axisJson(view.x);
        result["y"] = axisJson(view.y);
    }
    for (const SeriesSpec& series : view.series)
        result["series"].push_back({{"column", series.column},
                                    {"label", series.label},
                                    {"prediction", series.isPrediction}});
    for (const SlopeGuide& guide : view.guides)
        result["guides"].push_back({{"label", guide.label}, {"slope", guide.slope}});
    for (const SelectorSpec& selector : view.selectors)
        result["selectors"].push_back({{"column", selector.column}, {"label", selector.label}});
    if (!view.frames.empty())
        result["frames"] = view.frames;
    if (!view.appliesIf.empty())
        result["applies_if"] = view.appliesIf;
    if (view.pivot)
        result["pivot"] = {{"rows", view.pivot->rowFactor},
                           {"columns", view.pivot->columnFactor},
                           {"value", view.pivot->value},
                           {"ranks", view.pivot->ranks}};
    return result;
}

json originJson(const Origin& origin) {
    return {{"kind", nameOf(origin.kind)}, {"text", origin.text}};
}

json patternsJson(const std::vector<ColumnPattern>& patterns) {
    json list = json::array();
    for (const ColumnPattern& pattern : patterns) {
        json item{{"id", pattern.id}, {"label", pattern.label}, {"unit", pattern.unit}};
        if (pattern.isSeries())
            item["count"] = pattern.count;
        list.push_back(std::move(item));
    }
    return list;
}

json claimJson(const Claim& claim) {
    json result{{"id", claim.id},
                {"statement", claim.statement},
                {"expected", claim.expected()},
                {"origin", originJson(claim.threshold.origin())},
                {"known_verdict", nameOf(claim.knownVerdict())},
                {"kind", nameOf(claim.kind)},
                {"live", claim.live},
                {"timing", claim.timing},
                {"protocol", {{"seeds", claim.protocol.seeds}, {"runs", json::array()}}},
                {"refutations", json::array()}};
    if (!claim.known.reason.empty())
        result["known_reason"] = claim.known.reason;
    for (const Threshold& threshold : claim.also)
        result["further_origins"].push_back(originJson(threshold.origin()));
    for (const ProtocolRun& run : claim.protocol.runs)
        result["protocol"]["runs"].push_back(
            {{"label", run.label}, {"overrides", overridesJson(run.overrides)}});
    for (const Refutation& refutation : claim.refutations)
        result["refutations"].push_back({{"description", refutation.description},
                                         {"overrides", overridesJson(refutation.overrides)},
                                         {"replace_arms", refutation.replaceArms}});
    return result;
}

} // namespace

const Preset* Description::findPreset(std::string_view presetId) const {
    return findById(presets, presetId);
}

const Arm* Description::findArm(std::string_view armId) const {
    return findById(arms, armId);
}

const View* Description::findView(std::string_view viewId) const {
    return findById(views, viewId);
}

json toJson(const Description& description) {
    json result{{"id", description.id},
                {"title", description.title},
                {"family", description.family},
                {"summary", description.summary},
                {"question", description.question},
                {"topics", description.topics},
                {"main_parameters", description.mainParameters},
                {"records",
                 {{"trace", patternsJson(description.records.trace)},
                  {"factors", patternsJson(description.records.factors)},
                  {"finals", patternsJson(description.records.finals)},
                  {"frames", description.records.frames}}},
                {"paper",
                 {{"title", description.paper.title},
                  {"authors", description.paper.authors},
                  {"year", description.paper.year},
                  {"venue", description.paper.venue},
                  {"arxiv", description.paper.arxiv}}},
                {"lock_step", description.lockStep}};
    for (const Parameter& parameter : description.parameters)
        result["parameters"].push_back(parameterJson(parameter));
    for (const Preset& preset : description.presets)
        result["presets"].push_back({{"id", preset.id},
                                     {"label", preset.label},
                                     {"help", preset.help},
                                     {"shows", preset.shows},
                                     {"overrides", overridesJson(preset.overrides)}});
    for (const Arm& arm : description.arms)
        result["arms"].push_back({{"id", arm.id}, {"label", arm.label}, {"help", arm.help}});
    for (const Action& action : description.actions)
        result["actions"].push_back(
            {{"id", action.id}, {"label", action.label}, {"help", action.help}});
    for (const View& view : description.views)
        result["views"].push_back(viewJson(view));
    for (const Claim& claim : description.claims)
        result["claims"].push_back(claimJson(claim));
    for (const auto& [question, answer] : description.questions)
        result["questions"].push_back({{"question", question}, {"answer", answer}});
    return result;
}

} // namespace convergence
