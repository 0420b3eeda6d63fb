#include "app/sessions/session.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/data/json_nesting.h"
#include "core/error.h"

namespace convergence {

namespace {

using nlohmann::json;

constexpr const char* formatName = "convergence-lab session";
constexpr int currentVersion = 1;
constexpr std::int64_t largestIteration = 1'000'000'000'000'000;
constexpr std::size_t largestText = std::size_t{16} << 20;

enum class Type { text, integer, object, texts, objects };

struct Key {
    const char* name;
    Type type;
    bool isRequired;
};

/// The schema of version 1.
constexpr std::array keys{
    Key{"format", Type::text, true},     Key{"version", Type::integer, true},
    Key{"experiment", Type::text, true}, Key{"parameters", Type::object, true},
    Key{"events", Type::objects, false}, Key{"iteration", Type::integer, false},
    Key{"run", Type::text, false},       Key{"overlays", Type::texts, false},
    Key{"notes", Type::text, false},     Key{"layout", Type::object, false},
    Key{"beside", Type::object, false}};
constexpr std::array besideKeys{Key{"parameters", Type::object, true},
                                Key{"events", Type::objects, false}, Key{"run", Type::text, false}};
constexpr std::array layoutKeys{Key{"theme", Type::text, false},
                                Key{"hidden_views", Type::texts, false},
                                Key{"arrangement", Type::text, false}};

std::string nameOf(Type type) {
    switch (type) {
    case Type::text:
        return "a text";
    case Type::integer:
        return "an integer";
    case Type::object:
        return "an object";
    case Type::texts:
        return "a list of texts";
    case Type::objects:
        return "a list of objects";
    }
    return "";
}

bool has(const json& value, Type type) {
    const auto all = [&](auto test) {
        return value.is_array() && std::all_of(value.begin(), value.end(), test);
    };
    switch (type) {
    case Type::text:
        return value.is_string();
    case Type::integer:
        return value.is_number_integer();
    case Type::object:
        return value.is_object();
    case Type::texts:
        return all([](const json& entry) { return entry.is_string(); });
    case Type::objects:
        return all([](const json& entry) { return entry.is_object(); });
    }
    return false;
}

bool isIteration(const json& number) {
    const double value = number.get<double>(); // unsigned numbers may be larger than signed ones
    return value >= 0.0 && value <= static_cast<double>(largestIteration);
}

template <std::size_t count>
void check(const json& object, const std::array<Key, count>& schema, const std::string& source,
           const std::string& place) {
    for (const auto& entry : object.items()) {
        const std::string& name = entry.key();
        const json& value = entry.value();
        const auto known = std::find_if(schema.begin(), schema.end(),
                                        [&](const Key& key) { return name == key.name; });
        if (known == schema.end())
            throw InputError(fmt::format("{}: '{}{}' is not a key of a session of version {}.",
                                         source, place, name, currentVersion));
        if (!has(value, known->type))
            throw InputError(
                fmt::format("{}: '{}{}' has to be {}.", source, place, name, nameOf(known->type)));
    }
    for (const Key& key : schema)
        if (key.isRequired && !object.contains(key.name))
            throw InputError(fmt::format("{}: '{}{}' is missing.", source, place, key.name));
}

} // namespace

std::string toText(const SessionDocument& session) {
    json layout = json::object();
    if (!session.theme.empty())
        layout["theme"] = session.theme;
    if (!session.hiddenViews.empty())
        layout["hidden_views"] = session.hiddenViews;
    if (!session.arrangement.empty())
        layout["arrangement"] = session.arrangement;
    json document{{"format", formatName},
                  {"version", currentVersion},
                  {"experiment", session.experiment},
                  {"parameters", session.parameters},
                  {"events", session.events},
                  {"overlays", session.overlays},
                  {"notes", session.notes},
                  {"layout", layout}};
    if (session.iteration)
        document["iteration"] = *session.iteration;
    if (!session.run.empty())
        document["run"] = session.run;
    if (session.beside) {
        document["beside"] = {{"parameters", session.beside->parameters},
                              {"events", session.beside->events}};
        if (!session.beside->run.empty())
            document["beside"]["run"] = session.beside->run;
    }
    return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

SessionDocument parseSession(std::string_view text, const std::string& source) {
    if (text.size() > largestText)
        throw InputError(fmt::format("{}: a session has at most {} bytes, this has {}.", source,
                                     largestText, text.size()));
    requireShallowJson(text, source);
    const json document = json::parse(text, nullptr, false);
    if (!document.is_object() || document.value("format", json()) != formatName)
        throw InputError(
            fmt::format("{} is not a session: it has to be a JSON object with \"format\": \"{}\".",
                        source, formatName));
    const json version = document.value("version", json());
    if (version.is_number_integer() && version > currentVersion)
        throw InputError(fmt::format("{} is a session of version {}, made by a newer program; this "
                                     "one reads up to version {}.",
                                     source, version.dump(), currentVersion));
    if (version != currentVersion)
        throw InputError(fmt::format("{}: 'version' has to be {}.", source, currentVersion));
    check(document, keys, source, "");
    if (document.contains("iteration") && !isIteration(document["iteration"]))
        throw InputError(fmt::format("{}: 'iteration' has to be from 0 to {}, it is {}.", source,
                                     largestIteration, document["iteration"].dump()));
    SessionDocument session;
    session.experiment = document["experiment"].get<std::string>();
    session.parameters = document["parameters"];
    if (document.contains("events"))
        session.events = document["events"].get<std::vector<json>>();
    if (document.contains("iteration"))
        session.iteration = document["iteration"].get<std::int64_t>();
    session.run = document.value("run", "");
    session.overlays = document.value("overlays", std::vector<std::string>());
    session.notes = document.value("notes", "");
    if (document.contains("beside")) {
        const json& beside = document["beside"];
        check(beside, besideKeys, source, "beside.");
        SessionDocument::Beside second;
        second.parameters = beside["parameters"];
        second.events = beside.value("events", std::vector<json>());
        second.run = beside.value("run", "");
        session.beside = std::move(second);
    }
    if (document.contains("layout")) {
        const json& layout = document["layout"];
        check(layout, layoutKeys, source, "layout.");
        session.theme = layout.value("theme", "");
        session.hiddenViews = layout.value("hidden_views", std::vector<std::string>());
        session.arrangement = layout.value("arrangement", "");
    }
    return session;
}

} // namespace convergence
