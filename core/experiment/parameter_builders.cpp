#include "core/experiment/parameter_builders.h"

namespace convergence {

Parameter realParameter(std::string name, std::string symbol, std::string label, std::string help,
                        Bound minimum, Bound maximum, double value, std::string group) {
    return {.name = std::move(name),
            .symbol = std::move(symbol),
            .label = std::move(label),
            .help = std::move(help),
            .kind = ParameterKind::real,
            .minimum = std::move(minimum),
            .maximum = std::move(maximum),
            .defaultValue = value,
            .group = std::move(group)};
}

Parameter logParameter(std::string name, std::string symbol, std::string label, std::string help,
                       Bound minimum, Bound maximum, double value, std::string group) {
    Parameter parameter =
        realParameter(std::move(name), std::move(symbol), std::move(label), std::move(help),
                      std::move(minimum), std::move(maximum), value, std::move(group));
    parameter.scale = Scale::logarithmic;
    return parameter;
}

Parameter integerParameter(std::string name, std::string symbol, std::string label,
                           std::string help, Bound minimum, Bound maximum, std::int64_t value,
                           std::string group) {
    Parameter parameter =
        realParameter(std::move(name), std::move(symbol), std::move(label), std::move(help),
                      std::move(minimum), std::move(maximum), 0.0, std::move(group));
    parameter.kind = ParameterKind::integer;
    parameter.defaultValue = value;
    return parameter;
}

Parameter switchParameter(std::string name, std::string label, std::string help, bool value,
                          std::string group) {
    return {.name = std::move(name),
            .label = std::move(label),
            .help = std::move(help),
            .kind = ParameterKind::boolean,
            .defaultValue = value,
            .group = std::move(group)};
}

Parameter listParameter(std::string name, std::string symbol, std::string label, std::string help,
                        Bound minimum, Bound maximum, std::vector<double> value,
                        std::string group) {
    Parameter parameter =
        realParameter(std::move(name), std::move(symbol), std::move(label), std::move(help),
                      std::move(minimum), std::move(maximum), 0.0, std::move(group));
    parameter.kind = ParameterKind::numberList;
    parameter.defaultValue = std::move(value);
    return parameter;
}

Parameter choiceParameter(std::string name, std::string label, std::string help,
                          std::vector<Choice> choices, std::string value, std::string group) {
    return {.name = std::move(name),
            .label = std::move(label),
            .help = std::move(help),
            .kind = ParameterKind::choice,
            .defaultValue = std::move(value),
            .choices = std::move(choices),
            .group = std::move(group)};
}

Parameter choiceSetParameter(std::string name, std::string label, std::string help,
                             std::vector<Choice> choices, std::vector<std::string> value,
                             std::string group) {
    return {.name = std::move(name),
            .label = std::move(label),
            .help = std::move(help),
            .kind = ParameterKind::choiceSet,
            .defaultValue = std::move(value),
            .choices = std::move(choices),
            .group = std::move(group)};
}

Overrides with(Overrides base, const Overrides& more) {
    for (const auto& [name, value] : more)
        base.insert_or_assign(name, value);
    return base;
}

Parameter taking(LiveEffect effect, Parameter parameter) {
    parameter.effect = effect;
    return parameter;
}

Parameter when(std::string appliesIf, Parameter parameter) {
    parameter.appliesIf = std::move(appliesIf);
    return parameter;
}

Parameter orWord(std::string keyword, Parameter parameter) {
    parameter.defaultValue = keyword;
    parameter.keyword = std::move(keyword);
    return parameter;
}

Parameter seedParameter(std::int64_t value, std::string group) {
    return {.name = "seed",
            .label = "Seed",
            .help = "Seed of every random stream; the same seed gives the same recording.",
            .kind = ParameterKind::seed,
            .defaultValue = value,
            .group = std::move(group)};
}

} // namespace convergence
