#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/math/curve_point.h"

namespace convergence {

/// A parameter's value. Choices and files are strings, sets of choices lists of strings; a real
/// parameter with a keyword ("auto") holds that string when the keyword is chosen.
using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>,
                           std::vector<double>, std::vector<CurvePoint>>;

/// Values that differ from the defaults, by parameter name.
using Overrides = std::map<std::string, Value>;

enum class ParameterKind {
    boolean,
    integer,
    real,
    choice,
    choiceSet,  ///< any non-empty subset of the choices
    numberList, ///< each number within [minimum, maximum]
    curve,      ///< points with x strictly increasing in [0, 1], y within [minimum, maximum]
    file,       ///< path; empty means none
    formula,    ///< text for core/math/expression.h
    seed,       ///< non-negative integer; `--seed` sets it
    seedList,   ///< list of seeds; `--seed` sets it to that one
};

enum class Scale { linear, logarithmic };

/// What a change of a parameter does to a run that is under way.
enum class LiveEffect {
    nextStep,    ///< taken up by the solver before its next step, recorded as an event
    restartsRun, ///< the run starts again with the new values
    framesOnly,  ///< a probe (camera, ray, entry): changes what is drawn, never the recording
};

/// A bound of a range: a number, or an expression over the names of other parameters of kind
/// integer, real or boolean, e.g. "min(rows, columns)" (core/math/expression.h).
struct Bound {
    template <typename Number>
    requires std::is_arithmetic_v<Number> Bound(Number number)
        : value(static_cast<double>(number)) {}                     // NOLINT: reads as a number
    Bound(const char* formula) : value(0.0), expression(formula) {} // NOLINT
    double value;
    std::string expression;
};

/// One choice of a choice or choiceSet parameter.
struct Choice {
    std::string id;    ///< as written on the command line
    std::string label; ///< as shown
    std::string help;
};

/// Description of one parameter: everything a form, the command line and the validation need.
struct Parameter {
    std::string name;   ///< identifier: lower-case letters, digits, underscores
    std::string symbol; ///< as in the paper, e.g. "η"; may be empty
    std::string label;
    std::string help; ///< one or two sentences
    std::string unit; ///< empty when dimensionless
    ParameterKind kind = ParameterKind::real;
    Scale scale = Scale::linear;
    Bound minimum = 0.0; ///< for numbers, inclusive
    Bound maximum = 1.0;
    Value defaultValue = 0.0;
    std::vector<Choice> choices;
    std::string rangeNote; ///< why the range ends where it does; part of the refusal
    std::string keyword;   ///< a word accepted in place of a real number, e.g. "auto"
    LiveEffect effect = LiveEffect::restartsRun;
    /// Expression over other parameters; of a choice over "<name>_is_<id>", 1 for the one that is
    /// chosen. Where it is 0 the parameter has no effect and the form disables it. Empty = always
    /// applies.
    std::string appliesIf;
    std::string group; ///< heading in the form, e.g. "Problem"
};

/// A validated set of values, one for every parameter of an experiment.
///
/// Getters throw std::logic_error for a name or type that the description does not have: that is
/// a mistake in the experiment, not bad input.
class ParameterValues {
public:
    /// Takes the defaults, then `overrides`; validates all of it together. Throws InputError for an
    /// unknown name, a wrong type, a number that is not finite or out of range, an unknown choice.
    ParameterValues(std::span<const Parameter> parameters, const Overrides& overrides);

    [[nodiscard]] bool boolean(std::string_view name) const;
    [[nodiscard]] std::int64_t integer(std::string_view name) const; ///< integer and seed
    [[nodiscard]] double real(std::string_view name) const;
    /// True if a real parameter was given its keyword instead of a number.
    [[nodiscard]] bool isKeyword(std::string_view name) const;
    [[nodiscard]] const std::string& text(std::string_view name) const; ///< choice, file, formula
    [[nodiscard]] bool contains(std::string_view name,
                                std::string_view choice) const; ///< choiceSet
    [[nodiscard]] const std::vector<std::string>& choices(std::string_view name) const;
    [[nodiscard]] const std::vector<double>& numbers(std::string_view name) const; ///< lists
    [[nodiscard]] const std::vector<CurvePoint>& curve(std::string_view name) const;

    [[nodiscard]] const Value& value(std::string_view name) const;
    [[nodiscard]] const std::map<std::string, Value, std::less<>>& all() const { return values_; }

    /// Every value as a number where it has one (boolean 0/1), and of a choice
    /// "<name>_is_<id>" for each; for expressions.
    [[nodiscard]] std::map<std::string, double>
    numericView(std::span<const Parameter> parameters) const;

    friend bool operator==(const ParameterValues&, const ParameterValues&) = default;

private:
    std::map<std::string, Value, std::less<>> values_;
};

/// The parameter of that name. Throws InputError naming it and the nearest known name.
const Parameter& findParameter(std::span<const Parameter> parameters, std::string_view name);

/// Reads a value as written on the command line: "0.3", "true", "a,b,c", "0:1,0.5:0.4,1:0" for a
/// curve. Throws InputError naming parameter, text and what would be accepted.
Value parseValue(const Parameter& parameter, std::string_view text);

/// The inverse of parseValue; numbers keep full precision.
std::string formatValue(const Value& value);

/// Checks one value alone (type, finiteness, bounds evaluated on `context`, choices).
/// Throws InputError.
void validateValue(const Parameter& parameter, const Value& value,
                   const std::map<std::string, double>& context);

/// The range in words, e.g. "an integer from 2 to 200" or "one of rex, linear".
std::string acceptedRange(const Parameter& parameter,
                          const std::map<std::string, double>& context = {});

/// The numeric value of a bound given the other parameters.
double evaluateBound(const Bound& bound, const std::map<std::string, double>& context);

/// True where `appliesIf` is empty or evaluates to something other than 0.
bool applies(const Parameter& parameter, const std::map<std::string, double>& context);

nlohmann::json toJson(const Value& value);
/// Throws InputError if the JSON does not have the parameter's type.
Value valueFromJson(const Parameter& parameter, const nlohmann::json& json);

} // namespace convergence
