#include "app/runs/kept_run.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/data/json_nesting.h"
#include "core/error.h"

namespace convergence {

using nlohmann::json;

std::string valuesToJson(const ParameterValues& values) {
    json object = json::object();
    for (const auto& [name, value] : values.all())
        object[name] = toJson(value);
    return object.dump();
}

Overrides overridesFromJson(const Description& description, const std::string& text) {
    requireShallowJson(text, "The object of parameters of a kept run");
    const json object = json::parse(text, nullptr, false);
    if (!object.is_object())
        throw InputError("The parameters of a kept run are damaged: they are no JSON object.");
    Overrides overrides;
    for (const auto& [name, value] : object.items()) {
        const Parameter& parameter = findParameter(description.parameters, name);
        overrides.insert_or_assign(name, valueFromJson(parameter, value));
    }
    return overrides;
}

void checkEvents(const Description& description, const std::vector<LiveEvent>& events) {
    for (const LiveEvent& event : events) {
        if (event.isAction) {
            if (std::none_of(description.actions.begin(), description.actions.end(),
                             [&](const auto& action) { return action.id == event.name; }))
                throw InputError(fmt::format("The experiment {} has no action '{}', which a live "
                                             "event names.",
                                             description.id, event.name));
            continue;
        }
        const Parameter& parameter = findParameter(description.parameters, event.name);
        if (parameter.effect != LiveEffect::nextStep)
            throw InputError(fmt::format("Parameter '{}' cannot change while it runs, as a live "
                                         "event would have it.",
                                         event.name));
        // Bounds that depend on other parameters are for the solver to know.
        if (parameter.minimum.expression.empty() && parameter.maximum.expression.empty())
            validateValue(parameter, event.value, {});
    }
}

} // namespace convergence
