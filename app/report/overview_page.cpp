#include "app/report/pages.h"

#include <array>

#include <fmt/format.h>

#include "app/report/markup.h"
#include "app/report/page_parts.h"

namespace convergence {

namespace {

/// "61 hold, 9 fail, 5 are observed".
std::string countsInWords(const Report& report) {
    std::array<int, 4> counts{};
    int unknown = 0;
    for (const ReportedExperiment& experiment : report.experiments)
        for (const ReportedClaim& claim : experiment.claims) {
            ++counts[static_cast<std::size_t>(claim.own.verdict)];
            unknown += claim.own.ok ? 0 : 1;
        }
    constexpr std::array<std::array<const char*, 2>, 4> words = {{{"holds", "hold"},
                                                                  {"fails", "fail"},
                                                                  {"lacks data", "lack data"},
                                                                  {"is observed", "are observed"}}};
    std::string text;
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (counts[i] > 0)
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", counts[i],
                                words[i][counts[i] == 1 ? 0 : 1]);
    if (unknown == 0)
        return text + ". Every verdict is the known one.";
    return text + fmt::format(". {} of the verdicts {} not the known one.", unknown,
                              unknown == 1 ? "is" : "are");
}

std::string refutationsInWords(const ReportedClaim& claim) {
    std::size_t refuted = 0;
    for (const ReportedVerdict& refutation : claim.refutations)
        refuted += refutation.ok ? 1 : 0;
    return fmt::format("{} of {} fail as they must", refuted, claim.refutations.size());
}

/// What is broken, and how the claim fails there.
std::string refutationsCell(const Report& report, const ReportedClaim& claim) {
    if (!report.withRefutations)
        return "not made";
    if (claim.refutations.empty())
        return "–";
    std::string list;
    for (const ReportedVerdict& refutation : claim.refutations)
        list += element("li", fmt::format("{}: {} {}", typeset(refutation.broken),
                                          verdictMark(refutation.verdict),
                                          escaped(measuredText(refutation))));
    return fmt::format("{}{}", element("p", escaped(refutationsInWords(claim))),
                       element("ul", list));
}

/// A cell that tells its column by itself where there is no room for columns.
std::string cell(std::string_view column, const std::string& content) {
    return element("td", content, {{"role", "cell"}, {"data-label", std::string(column)}});
}

std::string claimRow(const Report& report, const ReportedExperiment& experiment,
                     const ReportedClaim& claim) {
    const std::string note = verdictNote(claim);
    const std::string origin = typeset(originText(claim.origin));
    std::string cells =
        element("th",
                element("a", typeset(claim.statement),
                        {{"href", fmt::format("{}#claim-{}", pageName(experiment), claim.id)}}),
                {{"scope", "row"}, {"role", "rowheader"}});
    cells += cell("Verdict", verdictMark(claim.own.verdict) +
                                 (note.empty() ? "" : element("p", note, {{"class", "note"}})));
    cells += cell("Measured", escaped(measuredText(claim.own)));
    cells +=
        cell("Threshold", typeset(claim.threshold) +
                              (origin.empty() ? "" : element("p", origin, {{"class", "note"}})));
    cells += cell("Seeds", escaped(seedsText(claim.own.cost)));
    cells += cell("Cost", escaped(costText(claim.own.cost)));
    cells += cell("When broken", refutationsCell(report, claim));
    return element("tr", cells, {{"role", "row"}});
}

std::string claimsTable(const Report& report) {
    std::string heads;
    for (const char* head :
         {"Claim", "Verdict", "Measured", "Threshold", "Seeds", "Cost", "When broken"})
        heads += element("th", head, {{"scope", "col"}, {"role", "columnheader"}});
    std::string table =
        element("caption", "Each claim with what was measured, its interval, what it is held "
                           "against and where that comes from, and what becomes of it when the "
                           "algorithm or the data are broken") +
        element("thead", element("tr", heads, {{"role", "row"}}), {{"role", "rowgroup"}});
    for (const ReportedExperiment& experiment : report.experiments) {
        const std::string link =
            element("a", escaped(experiment.title), {{"href", pageName(experiment)}});
        std::string rows = element(
            "tr",
            element("th",
                    link + element("span", escaped(experiment.paper.title), {{"class", "note"}}),
                    {{"scope", "rowgroup"},
                     {"colspan", "7"},
                     {"class", "paper"},
                     {"role", "rowheader"}}),
            {{"role", "row"}});
        for (const ReportedClaim& claim : experiment.claims)
            rows += claimRow(report, experiment, claim);
        table += element("tbody", rows, {{"role", "rowgroup"}});
    }
    return element("table", table, {{"class", "claims"}, {"role", "table"}});
}

std::string changeItem(const ReportedChange& change) {
    const auto side = [](const ReportedVerdict& verdict) {
        return fmt::format("{} {}", verdictMark(verdict.verdict), escaped(measuredText(verdict)));
    };
    std::string text = element("a", typeset(change.statement),
                               {{"href", change.experiment + ".html#claim-" + change.claim}});
    if (!change.after.broken.empty())
        text += fmt::format(", broken by {}", typeset(change.after.broken));
    return element("li", fmt::format("{}: {} → {}", text, side(change.before), side(change.after)));
}

std::string comparisonSection(const ReportComparison& comparison) {
    std::string content = element("h2", "What changed", {{"id", "changes"}});
    content += element(
        "p", escaped(fmt::format("Against the report of {}, made by version {}{}",
                                 dayInWords(comparison.earlierDay), comparison.earlierVersion,
                                 comparison.isEmpty() ? ": no verdict changed, and nothing moved "
                                                        "by more than its interval."
                                                      : ".")));
    const auto add = [&](const char* heading, const auto& entries, const auto& item) {
        std::string list;
        for (const auto& entry : entries)
            list += item(entry);
        if (!list.empty())
            content += element("h3", heading) + element("ul", list);
    };
    const auto nameItem = [](const ReportedName& name) {
        return element("li", fmt::format("{}: {} {}", escaped(name.experiment),
                                         typeset(name.statement), verdictMark(name.verdict)));
    };
    add("Another verdict", comparison.verdicts, changeItem);
    add("Moved by more than the interval", comparison.moved, changeItem);
    add("New claims", comparison.added, nameItem);
    add("Claims that are gone", comparison.gone, nameItem);
    return element("section", content, {{"aria-labelledby", "changes"}});
}

} // namespace

std::string pageName(const ReportedExperiment& experiment) {
    return experiment.id + ".html";
}

std::string overviewPage(const Report& report, const ReportComparison* comparison,
                         const PageFrame& frame) {
    std::size_t claims = 0;
    for (const ReportedExperiment& experiment : report.experiments)
        claims += experiment.claims.size();
    const std::string title = "Claims and what became of them";
    std::string content = element(
        "header", element("h1", title) +
                      element("p",
                              escaped(fmt::format("{} claim{} of {} experiment{}: {}", claims,
                                                  claims == 1 ? "" : "s", report.experiments.size(),
                                                  report.experiments.size() == 1 ? "" : "s",
                                                  countsInWords(report))),
                              {{"class", "lead"}}));
    std::string sections;
    if (comparison)
        sections += comparisonSection(*comparison);
    sections +=
        element("section", element("h2", "All claims", {{"id", "claims"}}) + claimsTable(report),
                {{"aria-labelledby", "claims"}});
    content += element("main", sections) + pageFoot(report);
    return filled(frame.page,
                  {{"title", escaped(title)}, {"style", frame.style}, {"content", content}});
}

} // namespace convergence
