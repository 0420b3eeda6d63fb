#include "app/kept_run.h"

#include <nlohmann/json.hpp>

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

} // namespace convergence
