#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/report/report.h"

namespace convergence {

/// Words and marks that the pages of a report share. Pages are HTML that is well-formed XML at the
/// same time; all text that goes into them passes escaped().

/// Text for the content of an element, and for an attribute in double quotes. Characters that XML
/// does not allow are left out.
std::string escaped(std::string_view text);

/// Text in words with proper minus signs, escaped: a hyphen before a digit is one, where nothing or
/// a space or an opening bracket comes before it, or the e of an exponent. Not for commands.
std::string typeset(std::string_view text);

/// Attributes of an element, unescaped.
using Attributes = std::vector<std::pair<std::string, std::string>>;
/// <name …>content</name>; `content` is markup.
std::string element(std::string_view name, std::string_view content,
                    const Attributes& attributes = {});

/// `{{name}}` of a template replaced by markup. Throws InputError naming a mark that the template
/// has and `values` do not.
std::string filled(std::string_view page,
                   const std::vector<std::pair<std::string, std::string>>& values);

/// "0.0123 [0.011, 0.014]", "≤ 1"; "–" where nothing was measured. Four significant digits.
std::string measuredText(const ReportedVerdict& verdict);
/// "holds", with its sign: "✔ holds".
std::string signedVerdict(Verdict verdict);
/// "3 runs, 12 s", "3 runs, more than 12 s".
std::string costText(const VerdictCost& cost);
/// "12 seeds", "1 seed", "nothing is random".
std::string seedsText(const VerdictCost& cost);

} // namespace convergence
