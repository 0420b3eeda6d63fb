#include "core/math/expression.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <muParser.h>

#include "core/error.h"

namespace convergence {

struct Expression::Compiled {
    std::vector<double> values;
    mu::Parser parser;
};

Expression::Expression(const std::string& formula, const std::vector<std::string>& variables)
    : compiled_(std::make_unique<Compiled>()) {
    compiled_->values.resize(variables.size());
    try {
        for (std::size_t i = 0; i < variables.size(); ++i)
            compiled_->parser.DefineVar(variables[i], &compiled_->values[i]);
        compiled_->parser.SetExpr(formula);
        compiled_->parser.Eval(); // muParser compiles, and finds mistakes, on first use
    } catch (const mu::Parser::exception_type& error) {
        throw InputError(fmt::format(
            "The formula '{}' is not accepted: {} (at character {}); it may use {}.", formula,
            error.GetMsg(), error.GetPos() + 1,
            variables.empty() ? "numbers and functions only" : fmt::format("{}", fmt::join(variables, ", "))));
    }
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

double evaluateExpression(const std::string& formula,
                          const std::map<std::string, double>& values) {
    std::vector<std::string> names;
    std::vector<double> numbers;
    for (const auto& [name, number] : values) {
        names.push_back(name);
        numbers.push_back(number);
    }
    return Expression(formula, names).evaluate(numbers);
}

} // namespace convergence
