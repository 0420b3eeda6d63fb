#include "core/experiment/parameter_builders.h"

namespace convergence {

namespace {

template <typename Number>
Parameter numberParameter(ParameterKind kind, ParameterWords words, ParameterRange<Number> range,
                          std::string group) {
    return {.name = std::move(words.name),
            .symbol = std::move(words.symbol),
            .label = std::move(words.label),
            .help = std::move(words.help),
            .kind = kind,
            .minimum = std::move(range.from),
            .maximum = std::move(range.to),
            .defaultValue = std::move(range.value),
            .group = std::move(group)};
}

} // namespace

Parameter realParameter(ParameterWords words, ParameterRange<double> range, std::string group) {
    return numberParameter(ParameterKind::real, std::move(words), std::move(range),
                           std::move(group));
}

Parameter logParameter(ParameterWords words, ParameterRange<double> range, std::string group) {
    Parameter parameter = realParameter(std::move(words), std::move(range), std::move(group));
    parameter.scale = Scale::logarithmic;
    return parameter;
}

Parameter integerParameter(ParameterWords words, ParameterRange<std::int64_t> range,
                           std::string group) {
    return numberParameter(ParameterKind::integer, std::move(words), std::move(range),
                           std::move(group));
}

Parameter listParameter(ParameterWords words, ParameterRange<std::vector<double>> range,
                        std::string group) {
    return numberParameter(ParameterKind::numberList, std::move(words), std::move(range),
                           std::move(group));
}

Parameter switchParameter(ChoiceWords words, bool value, std::string group) {
    return {.name = std::move(words.name),
            .label = std::move(words.label),
            .help = std::move(words.help),
            .kind = ParameterKind::boolean,
            .defaultValue = value,
            .group = std::move(group)};
}

Parameter choiceParameter(ChoiceWords words, std::vector<Choice> choices, std::string value,
                          std::string group) {
    return {.name = std::move(words.name),
            .label = std::move(words.label),
            .help = std::move(words.help),
            .kind = ParameterKind::choice,
            .defaultValue = std::move(value),
            .choices = std::move(choices),
            .group = std::move(group)};
}

Parameter choiceSetParameter(ChoiceWords words, std::vector<Choice> choices,
                             std::vector<std::string> value, std::string group) {
    return {.name = std::move(words.name),
            .label = std::move(words.label),
            .help = std::move(words.help),
            .kind = ParameterKind::choiceSet,
            .defaultValue = std::move(value),
            .choices = std::move(choices),
            .group = std::move(group)};
}

Parameter imageFolderParameter(std::string group) {
    return {.name = "data_folder",
            .label = "Data folder",
            .help = "Folder with the four IDX files of MNIST or Fashion-MNIST; empty finds "
                    "Fashion-MNIST where Debian puts it.",
            .kind = ParameterKind::file,
            .defaultValue = std::string(),
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
