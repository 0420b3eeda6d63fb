#include "core/math/expression.h"

#include <algorithm>
#include <cctype>
#include <numbers>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <muParser.h>

#include "core/data/utf8.h"
#include "core/error.h"
#include "core/math/typed_formula.h"

namespace convergence {

struct Expression::Compiled {
    std::vector<double> values;
    mu::Parser parser;
};

namespace {

constexpr std::size_t nowhere = std::string::npos;

/// One sentence; `position` counts bytes from 0, or is `nowhere`.
InputError refusal(const std::string& formula, std::size_t position, const std::string& reason,
                   const std::vector<std::string>& variables) {
    constexpr std::size_t longest = 120;
    const std::string shown = printable(formula, longest);
    std::string place;
    if (position != nowhere && !formula.empty()) {
        // Characters, not bytes: continuation bytes of UTF-8 are 10xxxxxx.
        const std::string_view before = std::string_view(formula).substr(0, position);
        const auto characters = std::count_if(before.begin(), before.end(), [](char c) {
            return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
        });
        place = fmt::format(" at character {}", characters + 1);
    }
    return InputError(fmt::format(
        "The formula '{}' is not accepted{}: {}; it may use {}numbers, pi, e, + - * / ^, |x|, "
        "comparisons (==, !=, <, <=, >, >=), &&, ||, c ? a : b and functions such as min, max, "
        "sqrt, exp, ln, log10.",
        shown, place, reason,
        variables.empty() ? "" : fmt::format("{}, ", fmt::join(variables, ", "))));
}

/// The parser's message without its own account of the place.
std::string reasonOf(const mu::Parser::exception_type& error) {
    std::string message = error.GetMsg();
    for (const char* place : {" found at position", " at position", " at expression position"})
        message.resize(std::min(message.find(place), message.size()));
    while (!message.empty() && (message.back() == '.' || message.back() == '!'))
        message.pop_back();
    if (!message.empty())
        message[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(message[0])));
    return message;
}

/// A single =, which muParser would take as an assignment where a comparison was meant.
std::size_t findAssignment(std::string_view formula) {
    for (std::size_t i = 0; i < formula.size(); ++i) {
        if (formula[i] != '=')
            continue;
        if (i + 1 < formula.size() && formula[i + 1] == '=')
            ++i;
        else if (i == 0 || std::string_view("!<>").find(formula[i - 1]) == nowhere)
            return i;
    }
    return nowhere;
}

/// What is wrong with a formula before it is looked at; empty if nothing is.
std::string excessOf(std::string_view formula) {
    constexpr std::size_t longest = 2000;
    if (formula.size() > longest)
        return fmt::format("it has {} bytes, at most {} are accepted", formula.size(), longest);
    if (formula.find('\0') != nowhere)
        return "it holds a zero byte";
    return {};
}

/// The same before muParser sees it, which recurses and copies as it reads.
std::string depthTrouble(std::string_view formula) {
    constexpr std::ptrdiff_t deepest = 64;
    std::ptrdiff_t depth = 0, most = 0;
    for (const char c : formula) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        most = std::max(most, depth);
    }
    most = std::max(most, std::count(formula.begin(), formula.end(), '?'));
    if (most > deepest)
        return fmt::format("it is nested {} deep, at most {} are accepted", most, deepest);
    return {};
}

} // namespace

Expression::Expression(const std::string& formula, const std::vector<std::string>& variables)
    : compiled_(std::make_unique<Compiled>()) {
    if (const std::string excess = excessOf(formula); !excess.empty())
        throw refusal(formula, nowhere, excess, variables);
    if (const std::size_t at = findAssignment(formula); at != nowhere)
        throw refusal(formula, at, "a comparison is written ==, not =", variables);
    const TypedFormula typed = typedFormula(formula, variables);
    if (const std::string depth = depthTrouble(typed.text); !depth.empty())
        throw refusal(formula, nowhere, depth, variables);
    if (!typed.trouble.empty())
        throw refusal(formula, typed.troublePlace, typed.trouble, variables);
    compiled_->values.resize(variables.size());
    int results = 0;
    try {
        // muParser's own have 12 decimals.
        compiled_->parser.DefineConst("_pi", std::numbers::pi);
        compiled_->parser.DefineConst("_e", std::numbers::e);
        for (std::size_t i = 0; i < variables.size(); ++i)
            compiled_->parser.DefineVar(variables[i], &compiled_->values[i]);
        compiled_->parser.SetExpr(typed.text);
        compiled_->parser.Eval(results); // muParser compiles, and finds mistakes, on first use
    } catch (const mu::Parser::exception_type& error) {
        throw refusal(formula, typed.placeOf(error.GetPos(), formula.size()), reasonOf(error),
                      variables);
    }
    if (results != 1)
        throw refusal(formula, nowhere,
                      fmt::format("it gives {} values separated by commas instead of one", results),
                      variables);
}

Expression::~Expression() = default;
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression&&) noexcept = default;

double Expression::evaluate(std::span<const double> values) {
    if (values.size() != compiled_->values.size())
        throw std::logic_error(fmt::format("an expression of {} variables was given {} values",
                                           compiled_->values.size(), values.size()));
    std::copy(values.begin(), values.end(), compiled_->values.begin());
    return compiled_->parser.Eval();
}

double evaluateExpression(const std::string& formula, const std::map<std::string, double>& values) {
    std::vector<std::string> names;
    std::vector<double> numbers;
    for (const auto& [name, number] : values) {
        names.push_back(name);
        numbers.push_back(number);
    }
    return Expression(formula, names).evaluate(numbers);
}

} // namespace convergence
