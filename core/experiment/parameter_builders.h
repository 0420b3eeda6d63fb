#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/experiment/parameter.h"

namespace convergence {

/// Short forms of Parameter for the kinds that most experiments have. `symbol` as in the paper,
/// `group` the heading in the form; unit, scale, effect and so on are set on what is returned.

/// A whole number where a Value is wanted: a literal would be an int, which no Value holds.
inline std::int64_t whole(std::int64_t value) {
    return value;
}

/// `base` with the values of `more` added, or put in the place of its own.
Overrides with(Overrides base, const Overrides& more);

struct ParameterWords {
    std::string name, symbol, label, help;
};
/// From where to where, and what it is unless chosen.
template <typename Value>
struct ParameterRange {
    Bound from, to;
    Value value;
};

/// A real number on a linear scale:
///     realParameter({"imbalance", "ι", "Imbalance", "Scale of F₀ over scale of G₀."},
///                   {.from = 1, .to = 10, .value = 3}, "Algorithm")
Parameter realParameter(ParameterWords words, ParameterRange<double> range, std::string group);
/// A real number > 0 on a logarithmic scale.
Parameter logParameter(ParameterWords words, ParameterRange<double> range, std::string group);
Parameter integerParameter(ParameterWords words, ParameterRange<std::int64_t> range,
                           std::string group);
/// A list of numbers, each within the range.
Parameter listParameter(ParameterWords words, ParameterRange<std::vector<double>> range,
                        std::string group);
/// What has no symbol: a switch or a choice.
struct ChoiceWords {
    std::string name, label, help;
};
Parameter switchParameter(ChoiceWords words, bool value, std::string group);
/// One of `choices`.
Parameter choiceParameter(ChoiceWords words, std::vector<Choice> choices, std::string value,
                          std::string group);
/// Any non-empty subset of `choices`.
Parameter choiceSetParameter(ChoiceWords words, std::vector<Choice> choices,
                             std::vector<std::string> value, std::string group);
/// "data_folder": pictures of a person's own in the place of Fashion-MNIST, as findFashionMnist()
/// takes them (core/data/fashion_mnist.h).
Parameter imageFolderParameter(std::string group);

/// The same parameter, which takes effect so; where that condition applies; with a word that may
/// stand in place of a number, and is the default.
Parameter taking(LiveEffect effect, Parameter parameter);
Parameter when(std::string appliesIf, Parameter parameter);
Parameter orWord(std::string keyword, Parameter parameter);

/// The seed of all random streams, under the name "seed".
Parameter seedParameter(std::int64_t value = 0, std::string group = "Run");

} // namespace convergence
