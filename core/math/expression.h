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
/// sqrt, exp, ln (= log), log10, log2, sin, cos, tan, asin, acos, atan, atan2, sinh, cosh, tanh,
/// rint (halves upward), sign, sum, avg; constants _pi and _e. ^ binds to the right and before a
/// minus sign: -2^2 = -4. Comparisons give 1 or 0. There is no assignment: a single = is refused,
/// since a comparison was meant. What is usual besides (2x, x**2, x², |x|, pi, e) is accepted too:
/// core/math/typed_formula.h.
///
/// Formulas come from files too. A length of at most 2000 bytes bounds the time of compiling and of
/// each evaluation, which grows with it; parentheses and conditions may be nested 64 deep.
class Expression {
public:
    /// `variables` are names of letters, digits and underscores.
    /// Throws InputError naming the formula, the place, what is wrong with it and what is accepted.
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
