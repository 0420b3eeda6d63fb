#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace convergence {

/// A formula typed by a person or written in a description, compiled once by muParser.
///
/// Operators + − * / ^, comparisons (== != < > <= >=), && ||, c ? a : b; functions min, max, abs,
/// sqrt, exp, ln, log10, log2, sin, cos, tan, atan2, rint, sign and the others of muParser;
/// constants _pi and _e.
class Expression {
public:
    /// Throws InputError naming the formula, the place and what is wrong with it.
    Expression(const std::string& formula, const std::vector<std::string>& variables);
    ~Expression();
    Expression(Expression&&) noexcept;
    Expression& operator=(Expression&&) noexcept;

    /// One value a variable, in the order given. Outside a function's domain the result is NaN.
    /// Not to be called by two threads at once.
    [[nodiscard]] double evaluate(std::span<const double> values);

private:
    struct Compiled;
    std::unique_ptr<Compiled> compiled_;
};

/// Compiles and evaluates once. Throws InputError.
double evaluateExpression(const std::string& formula, const std::map<std::string, double>& values);

} // namespace convergence
