#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace convergence {

/// A formula as people type it, in the grammar of Expression.
struct TypedFormula {
    std::string text;
    std::vector<std::size_t> places; ///< of each byte of the text: that of the formula it is from

    /// Place in the formula of a place in the text; the formula's end for the end.
    [[nodiscard]] std::size_t placeOf(std::size_t position, std::size_t end) const {
        return position < places.size() ? places[position] : end;
    }

    /// What cannot be meant; empty if nothing was found. Other mistakes are left to the parser.
    std::string trouble;
    std::size_t troublePlace = 0;
};

/// Writes out what is usual on paper and in programs:
///
///   2x, 2(x + 1), (x + 1)(x − 1), x(y + 1), 3sin(x)    products without a sign
///   x**2, x², x⁻¹, √(x)                                powers and roots
///   |x|, 2|x − |y||                                    absolute values
///   pi, π, e                                           unless a variable has the name
///   · × ÷ − ≤ ≥ ≠                                      as * * / - <= >= !=
///
/// Nothing is guessed: a product without a sign right after / or ^ (1/2x, e^2x), two names or two
/// numbers side by side, a bar that is not closed, and a power of a raised number (x²^3) are not
/// accepted. A formula that needs none of this comes back as it is.
TypedFormula typedFormula(const std::string& formula, std::span<const std::string> variables);

} // namespace convergence
