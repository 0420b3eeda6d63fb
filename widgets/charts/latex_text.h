#pragma once

#include <string>
#include <string_view>

namespace convergence {

/// UTF-8 text as LaTeX that pdflatex sets with inputenc, fontenc T1 and amssymb: special
/// characters escaped, mathematical symbols, Greek letters, sub- and superscripts as math. A
/// character that is not known becomes its code point, "U+2295".
std::string latexText(std::string_view text);

/// A number as PGFPlots reads it.
std::string latexNumber(double value);

} // namespace convergence
