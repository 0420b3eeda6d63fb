#pragma once

#include <string>

#include "app/report/report.h"

namespace convergence {

/// Pieces of markup that both kinds of pages have.

/// The verdict with its sign, in its color.
std::string verdictMark(Verdict verdict);
/// What a reader has to know of the verdict besides: that it is not the known one, or what is
/// known; markup of a sentence, empty where there is nothing to say.
std::string verdictNote(const ReportedClaim& claim);
/// "theorem: Theorem 1; margin ours"; empty where the origin is not told.
std::string originText(const Origin& origin);
/// Program, day and machine, at the foot of every page.
std::string pageFoot(const Report& report);
/// "29 November 2026" of "2026-11-29"; other text as it is.
std::string dayInWords(const std::string& day);

} // namespace convergence
