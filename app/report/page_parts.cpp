#include "app/report/page_parts.h"

#include <array>
#include <cstdio>

#include <fmt/format.h>

#include "app/report/markup.h"

namespace convergence {

std::string verdictMark(Verdict verdict) {
    constexpr std::array classes = {"holds", "fails", "open", "observed"};
    return element("strong", escaped(signedVerdict(verdict)),
                   {{"class", fmt::format("verdict {}", classes[static_cast<int>(verdict)])}});
}

std::string verdictNote(const ReportedClaim& claim) {
    if (claim.own.standIn)
        return "Made on other data than the claim is about, so it says nothing.";
    const std::string reason = typeset(claim.known.reason);
    if (!claim.own.ok)
        return fmt::format("{} It is known to end with ‘{}’{}{}",
                           element("strong", "Not the known verdict.", {{"class", "changed"}}),
                           nameOf(claim.known.verdict), reason.empty() ? "." : ": ", reason);
    return reason.empty() ? "" : fmt::format("Known here: {}", reason);
}

std::string originText(const Origin& origin) {
    if (origin.text.empty())
        return {};
    return fmt::format("{}: {}", nameOf(origin.kind), origin.text);
}

std::string dayInWords(const std::string& day) {
    constexpr std::array months = {"January",   "February", "March",    "April",
                                   "May",       "June",     "July",     "August",
                                   "September", "October",  "November", "December"};
    int year = 0, month = 0, date = 0;
    if (std::sscanf(day.c_str(), "%4d-%2d-%2d", &year, &month, &date) != 3 || month < 1 ||
        month > 12)
        return day;
    return fmt::format("{} {} {}", date, months[static_cast<std::size_t>(month - 1)], year);
}

std::string pageFoot(const Report& report) {
    return element(
        "footer",
        element("p", escaped(fmt::format(
                         "Made by Convergence Lab {} on {}: {}, {} core{}, {}.", report.version,
                         dayInWords(report.day), report.machine.processor, report.machine.cores,
                         report.machine.cores == 1 ? "" : "s", report.machine.system))));
}

} // namespace convergence
