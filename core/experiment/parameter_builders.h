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

/// A real number on a linear scale.
Parameter realParameter(std::string name, std::string symbol, std::string label, std::string help,
                        Bound minimum, Bound maximum, double value, std::string group);
/// A real number > 0 on a logarithmic scale.
Parameter logParameter(std::string name, std::string symbol, std::string label, std::string help,
                       Bound minimum, Bound maximum, double value, std::string group);
Parameter integerParameter(std::string name, std::string symbol, std::string label,
                           std::string help, Bound minimum, Bound maximum, std::int64_t value,
                           std::string group);
Parameter switchParameter(std::string name, std::string label, std::string help, bool value,
                          std::string group);
/// A list of numbers, each within [minimum, maximum].
Parameter listParameter(std::string name, std::string symbol, std::string label, std::string help,
                        Bound minimum, Bound maximum, std::vector<double> value, std::string group);
/// One of `choices`.
Parameter choiceParameter(std::string name, std::string label, std::string help,
                          std::vector<Choice> choices, std::string value, std::string group);
/// Any non-empty subset of `choices`.
Parameter choiceSetParameter(std::string name, std::string label, std::string help,
                             std::vector<Choice> choices, std::vector<std::string> value,
                             std::string group);
/// The same parameter, which takes effect so; where that condition applies; with a word that may
/// stand in place of a number, and is the default.
Parameter taking(LiveEffect effect, Parameter parameter);
Parameter when(std::string appliesIf, Parameter parameter);
Parameter orWord(std::string keyword, Parameter parameter);

/// The seed of all random streams, under the name "seed".
Parameter seedParameter(std::int64_t value = 0, std::string group = "Run");

} // namespace convergence
