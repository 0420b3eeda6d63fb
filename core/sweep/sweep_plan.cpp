#include "core/sweep/sweep_plan.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "core/data/input_file.h"
#include "core/data/json_nesting.h"
#include "core/data/utf8.h"
#include "core/error.h"
#include "core/experiment/nearest_name.h"
#include "core/math/random.h"

namespace convergence {

namespace {

using nlohmann::json;

const std::vector<std::string> knownKeys = {"experiment", "preset",      "fixed", "axes",
                                            "draws",      "random_seed", "seeds", "keep"};
const std::vector<std::string> axisKinds = {"list",    "linear",      "log",
                                            "uniform", "log_uniform", "normal"};
const std::vector<std::string> keepable = {"metrics", "claims", "recordings"};

[[noreturn]] void refuse(const std::string& what) {
    throw InputError("The sweep: " + what);
}

/// What was found, in a sentence: as much of it as one has room for.
std::string shown(const json& found) {
    constexpr std::size_t longest = 200;
    return printable(found.dump(), longest);
}

void requireKnown(const json& object, const std::vector<std::string>& known,
                  const std::string& where) {
    if (!object.is_object())
        refuse(fmt::format("{} is {}, expected an object.", where, shown(object)));
    for (const auto& [key, value] : object.items())
        if (std::find(known.begin(), known.end(), key) == known.end())
            refuse(fmt::format("{} has no key '{}'{}", where, key, suggestion(key, known)));
}

double realAt(const json& object, const char* key, const std::string& where) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number() || !std::isfinite(found->get<double>()))
        refuse(fmt::format("{} needs a finite number '{}'.", where, key));
    return found->get<double>();
}

std::uint64_t countAt(const json& object, const char* key, const std::string& where) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_integer() || found->get<double>() < 1.0 ||
        found->get<double>() > SweepPlan::maximumTasks)
        refuse(fmt::format("{} needs a whole number '{}' from 1 to {:.0f}, it has {}.", where, key,
                           SweepPlan::maximumTasks,
                           found == object.end() ? "none" : shown(*found)));
    return found->get<std::uint64_t>();
}

/// A number as a value of the parameter's type. Integer parameters take the nearest integer of a
/// range's points.
Value numberAs(const Parameter& parameter, double number) {
    if (parameter.kind == ParameterKind::integer)
        return static_cast<std::int64_t>(std::llround(number));
    return number;
}

/// Bounds that are expressions depend on the other values and are checked task by task.
void checkAlone(const Parameter& parameter, const Value& value) {
    if (parameter.minimum.expression.empty() && parameter.maximum.expression.empty())
        validateValue(parameter, value, {});
}

std::vector<Value> rangeValues(const Parameter& parameter, const json& range, bool logarithmic,
                               const std::string& where) {
    requireKnown(range, {"from", "to", "count"}, where);
    const double from = realAt(range, "from", where);
    const double to = realAt(range, "to", where);
    const std::uint64_t count = countAt(range, "count", where);
    if (logarithmic && !(from > 0.0 && to > 0.0))
        refuse(fmt::format("{} goes from {} to {}; a logarithmic range needs both above 0.", where,
                           from, to));
    std::vector<Value> values;
    for (std::uint64_t i = 0; i < count; ++i) {
        const double z = count == 1 ? 0.0 : static_cast<double>(i) / static_cast<double>(count - 1);
        // The ends are exact: no rounding of exp(log(x)).
        double number = logarithmic ? from * std::pow(to / from, z) : from + (to - from) * z;
        if (i + 1 == count && count > 1)
            number = to;
        const Value value = numberAs(parameter, number);
        if (values.empty() || values.back() != value)
            values.push_back(value);
    }
    return values;
}

SweepAxis randomAxis(SweepAxis axis, const json& distribution, const std::string& where) {
    if (axis.kind == SweepAxis::Kind::normal) {
        requireKnown(distribution, {"mean", "deviation"}, where);
        axis.first = realAt(distribution, "mean", where);
        axis.second = realAt(distribution, "deviation", where);
        if (!(axis.second > 0.0))
            refuse(fmt::format("{} has deviation {}, expected one above 0.", where, axis.second));
        return axis;
    }
    requireKnown(distribution, {"from", "to"}, where);
    axis.first = realAt(distribution, "from", where);
    axis.second = realAt(distribution, "to", where);
    if (!(axis.first < axis.second))
        refuse(fmt::format("{} goes from {} to {}, which is empty; expected from < to.", where,
                           axis.first, axis.second));
    if (axis.kind == SweepAxis::Kind::logUniform && !(axis.first > 0.0))
        refuse(fmt::format("{} begins at {}; a logarithmic range needs both ends above 0.", where,
                           axis.first));
    return axis;
}

std::vector<Value> listValues(const Parameter& parameter, const json& list,
                              const std::string& where) {
    if (!list.is_array() || list.empty())
        refuse(
            fmt::format("{} is {}, expected a list with at least one value.", where, shown(list)));
    std::vector<Value> values;
    for (const json& entry : list)
        values.push_back(valueFromJson(parameter, entry));
    return values;
}

SweepAxis axisFromJson(const Description& description, const json& entry) {
    std::vector<std::string> keys = axisKinds;
    keys.insert(keys.begin(), "parameter");
    requireKnown(entry, keys, "an axis");
    if (!entry.contains("parameter") || !entry["parameter"].is_string() || entry.size() != 2)
        refuse(fmt::format("the axis {} needs 'parameter' and one of {}.", shown(entry),
                           fmt::join(axisKinds, ", ")));
    SweepAxis axis{.parameter = entry["parameter"].get<std::string>(), .values = {}};
    const Parameter& parameter = findParameter(description.parameters, axis.parameter);
    const bool isNumber =
        parameter.kind == ParameterKind::real || parameter.kind == ParameterKind::integer;
    for (const std::string& kind : axisKinds) {
        if (!entry.contains(kind))
            continue;
        const std::string where = fmt::format("axis '{}', {}", axis.parameter, kind);
        if (kind != "list" && !isNumber)
            refuse(fmt::format("{}: the parameter is not a number; give a list of values.", where));
        if (kind == "list")
            axis.values = listValues(parameter, entry[kind], where);
        else if (kind == "linear" || kind == "log")
            axis.values = rangeValues(parameter, entry[kind], kind == "log", where);
        else {
            axis.kind = kind == "normal"    ? SweepAxis::Kind::normal
                        : kind == "uniform" ? SweepAxis::Kind::uniform
                                            : SweepAxis::Kind::logUniform;
            axis = randomAxis(std::move(axis), entry[kind], where);
        }
    }
    for (const Value& value : axis.values)
        checkAlone(parameter, value);
    if (axis.kind == SweepAxis::Kind::uniform || axis.kind == SweepAxis::Kind::logUniform)
        for (const double end : {axis.first, axis.second})
            checkAlone(parameter, numberAs(parameter, end));
    return axis;
}

std::uint64_t seedFromJson(const json& entry) {
    if (!entry.is_number_integer() || entry.get<double>() < 0.0)
        refuse(fmt::format("'random_seed' is {}, expected a non-negative integer.", shown(entry)));
    return entry.get<std::uint64_t>();
}

void requireTasks(double tasks) {
    if (tasks > SweepPlan::maximumTasks)
        refuse(fmt::format("it has {:.4g} tasks, at most {:.0f} are accepted; use fewer values, "
                           "draws or seeds.",
                           tasks, SweepPlan::maximumTasks));
}

std::vector<std::uint64_t> seedsFromJson(const json& entry) {
    std::vector<std::uint64_t> seeds;
    if (entry.is_object()) {
        requireKnown(entry, {"count"}, "'seeds'");
        seeds.resize(countAt(entry, "count", "'seeds'"));
        std::iota(seeds.begin(), seeds.end(), 0U);
        return seeds;
    }
    const bool valid = entry.is_array() && !entry.empty() &&
                       std::all_of(entry.begin(), entry.end(), [](const json& seed) {
                           return seed.is_number_integer() && seed.get<double>() >= 0.0;
                       });
    if (!valid)
        refuse(fmt::format("'seeds' is {}, expected a list of non-negative integers or "
                           "{{\"count\": N}}.",
                           shown(entry)));
    return entry.get<std::vector<std::uint64_t>>();
}

template <typename T>
T typed(const json& object, const char* key, T fallback, const char* expected) {
    const auto found = object.find(key);
    if (found == object.end())
        return fallback;
    try {
        return found->get<T>();
    } catch (const json::exception&) {
        refuse(fmt::format("'{}' is {}, expected {}.", key, shown(*found), expected));
    }
}

} // namespace

struct SweepPlan::Place {
    std::vector<std::size_t> positions; ///< along the lists; 0 for random axes
    std::uint64_t draw = 0;
    std::size_t seed = 0;
};

SweepPlan SweepPlan::fromJson(const json& json, const Registry& registry) {
    requireKnown(json, knownKeys, "the file");
    if (!json.contains("experiment"))
        refuse("'experiment' is missing; `convergence-lab list` names what there is.");
    SweepPlan plan;
    plan.type_ = registry.find(typed<std::string>(json, "experiment", "", "a name"));
    plan.preset_ = typed<std::string>(json, "preset", "", "a name");
    const Description& description = plan.type_->description;
    const nlohmann::json fixed = json.value("fixed", nlohmann::json::object());
    if (!fixed.is_object())
        refuse(fmt::format("'fixed' is {}, expected an object of values.", shown(fixed)));
    for (const auto& [name, value] : fixed.items()) {
        const Parameter& parameter = findParameter(description.parameters, name);
        plan.fixed_.insert_or_assign(name, valueFromJson(parameter, value));
        checkAlone(parameter, plan.fixed_.at(name));
    }
    const nlohmann::json axes = json.value("axes", nlohmann::json::array());
    if (!axes.is_array())
        refuse(fmt::format("'axes' is {}, expected a list.", shown(axes)));
    std::set<std::string> used;
    bool random = false;
    double tasks = 1.0;
    for (const auto& entry : axes) {
        plan.axes_.push_back(axisFromJson(description, entry));
        random |= plan.axes_.back().isRandom();
        const std::string& name = plan.axes_.back().parameter;
        if (!used.insert(name).second || plan.fixed_.contains(name))
            refuse(
                fmt::format("parameter '{}' is named twice; it can be fixed or one axis.", name));
        // After each one, before the next takes memory.
        tasks *= static_cast<double>(std::max<std::size_t>(plan.axes_.back().values.size(), 1));
        requireTasks(tasks);
    }
    if (json.contains("draws")) {
        if (!random)
            refuse("'draws' is given, but no axis is random.");
        plan.draws_ = countAt(json, "draws", "the file");
    } else if (random) {
        refuse("an axis is random, but 'draws' does not say how often to draw.");
    }
    plan.randomSeed_ = json.contains("random_seed") ? seedFromJson(json["random_seed"]) : 0;
    if (json.contains("seeds")) {
        plan.seeds_ = seedsFromJson(json["seeds"]);
        for (const auto& [name, value] : withSeed(description, {}, plan.seeds_.front()))
            if (used.contains(name) || plan.fixed_.contains(name))
                refuse(fmt::format("parameter '{}' is set by 'seeds' and once more.", name));
    }
    for (const auto& what : typed<std::vector<std::string>>(json, "keep", {}, "a list of names")) {
        if (std::find(keepable.begin(), keepable.end(), what) == keepable.end())
            refuse(fmt::format("'keep' has no '{}'{}", what, suggestion(what, keepable)));
        plan.keepClaims_ |= what == "claims";
        plan.keepRecordings_ |= what == "recordings";
    }
    tasks *= static_cast<double>(plan.draws_) *
             static_cast<double>(std::max<std::size_t>(plan.seeds_.size(), 1));
    requireTasks(tasks);
    plan.taskCount_ = static_cast<std::uint64_t>(tasks);
    plan.canonical_ = json;
    // Unknown presets, and what no task could be: said before anything runs.
    if (!plan.preset_.empty())
        static_cast<void>(resolveValues(*plan.type_, plan.preset_, {}));
    return plan;
}

SweepPlan SweepPlan::fromFile(const std::string& path, const Registry& registry) {
    constexpr std::size_t mostBytes = 64'000'000;
    const std::string text = readContent(path, mostBytes, "the plan of a sweep of at most 64 MB");
    requireShallowJson(text, fmt::format("The sweep file '{}'", path));
    json content;
    try {
        content = json::parse(text);
    } catch (const json::exception& error) { // also for numbers beyond the range of a double
        std::string reason = error.what();
        if (const std::size_t at = reason.find("] "); at != std::string::npos)
            reason = reason.substr(at + 2);
        throw InputError(fmt::format("The sweep file '{}' is not JSON: {}.", path, reason));
    }
    return fromJson(content, registry);
}

SweepPlan::Place SweepPlan::place(std::uint64_t task) const {
    Place place{.positions = std::vector<std::size_t>(axes_.size(), 0)};
    const auto take = [&task](std::uint64_t count) {
        const std::uint64_t position = task % count;
        task /= count;
        return position;
    };
    place.seed = take(std::max<std::size_t>(seeds_.size(), 1));
    place.draw = take(draws_);
    for (std::size_t i = axes_.size(); i-- > 0;)
        if (!axes_[i].isRandom())
            place.positions[i] = take(axes_[i].values.size());
    return place;
}

Value SweepPlan::valueAt(const SweepAxis& axis, std::size_t position, std::uint64_t draw) const {
    if (!axis.isRandom())
        return axis.values[position];
    RandomStream stream({.seed = randomSeed_, .purpose = "sweep " + axis.parameter, .index = draw});
    double number = 0.0;
    switch (axis.kind) {
    case SweepAxis::Kind::uniform:
        number = stream.uniform(axis.first, axis.second);
        break;
    case SweepAxis::Kind::logUniform:
        number = axis.first * std::pow(axis.second / axis.first, stream.uniform());
        break;
    default:
        number = axis.first + axis.second * stream.normal();
    }
    return numberAs(findParameter(type_->description.parameters, axis.parameter), number);
}

Overrides SweepPlan::overrides(std::uint64_t task) const {
    const Place at = place(task);
    Overrides overrides = fixed_;
    for (std::size_t i = 0; i < axes_.size(); ++i)
        overrides.insert_or_assign(axes_[i].parameter, valueAt(axes_[i], at.positions[i], at.draw));
    if (!seeds_.empty())
        overrides = withSeed(type_->description, std::move(overrides), seeds_[at.seed]);
    return overrides;
}

std::vector<std::string> SweepPlan::columns() const {
    std::vector<std::string> names;
    for (const SweepAxis& axis : axes_)
        names.push_back(axis.parameter);
    if (!seeds_.empty())
        names.push_back("seed");
    return names;
}

std::vector<std::string> SweepPlan::cells(std::uint64_t task) const {
    const Place at = place(task);
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < axes_.size(); ++i)
        cells.push_back(formatValue(valueAt(axes_[i], at.positions[i], at.draw)));
    if (!seeds_.empty())
        cells.push_back(fmt::format("{}", seeds_[at.seed]));
    return cells;
}

} // namespace convergence
