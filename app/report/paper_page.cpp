#include "app/report/pages.h"

#include <fmt/format.h>

#include "app/report/markup.h"
#include "app/report/page_parts.h"

namespace convergence {

namespace {

std::string command(const std::string& text) {
    return element("pre", element("code", escaped(text)));
}

std::string citation(const Paper& paper) {
    if (paper.title.empty())
        return {};
    std::string text =
        fmt::format("{}. {}", escaped(paper.authors), element("cite", escaped(paper.title)));
    if (!paper.venue.empty())
        text += fmt::format(". {}", escaped(paper.venue));
    if (paper.year > 0)
        text += fmt::format(", {}", paper.year);
    if (!paper.arxiv.empty())
        text += fmt::format(", {}", element("a", escaped("arXiv " + paper.arxiv),
                                            {{"href", "https://arxiv.org/abs/" + paper.arxiv}}));
    return element("p", text + ".", {{"class", "citation"}});
}

std::string contents(const ReportedExperiment& experiment, bool hasArticle) {
    std::string items;
    for (const ReportedClaim& claim : experiment.claims)
        items += element(
            "li", verdictMark(claim.own.verdict) + " " +
                      element("a", typeset(claim.statement), {{"href", "#claim-" + claim.id}}));
    items += element("li", element("a", "Parameters", {{"href", "#parameters"}}));
    if (hasArticle)
        items += element("li", element("a", "The paper", {{"href", "#paper"}}));
    return element("nav", element("ul", items), {{"aria-label", "On this page"}});
}

std::string facts(const ReportedClaim& claim) {
    std::string list;
    const auto add = [&](const char* name, const std::string& markup) {
        if (!markup.empty())
            list += element("div", element("dt", name) + element("dd", markup));
    };
    add("Measured", escaped(measuredText(claim.own)));
    add("Threshold", typeset(claim.threshold));
    add("Threshold from", typeset(originText(claim.origin)));
    add("Seeds", escaped(seedsText(claim.own.cost)));
    add("Cost", escaped(costText(claim.own.cost)));
    return element("dl", list, {{"class", "facts"}});
}

std::string refutations(const ReportedClaim& claim) {
    if (claim.refutations.empty())
        return {};
    std::string rows;
    for (const ReportedVerdict& refutation : claim.refutations) {
        std::string cells =
            element("th", typeset(refutation.broken), {{"scope", "row"}, {"role", "rowheader"}});
        const auto cell = [&](const char* name, const std::string& content) {
            cells += element("td", content, {{"role", "cell"}, {"data-label", name}});
        };
        cell("Verdict", verdictMark(refutation.verdict) +
                            (refutation.ok ? ""
                                           : element("p", "A defect: the claim must fail here.",
                                                     {{"class", "changed"}})));
        cell("Measured", escaped(measuredText(refutation)));
        cell("How", typeset(refutation.explanation));
        cell("Cost", escaped(costText(refutation.cost)));
        rows += element("tr", cells, {{"role", "row"}});
    }
    std::string heads;
    for (const char* head : {"Broken", "Verdict", "Measured", "How", "Cost"})
        heads += element("th", head, {{"scope", "col"}, {"role", "columnheader"}});
    return element("table",
                   element("caption", "When the algorithm or the data are broken") +
                       element("thead", element("tr", heads, {{"role", "row"}}),
                               {{"role", "rowgroup"}}) +
                       element("tbody", rows, {{"role", "rowgroup"}}),
                   {{"role", "table"}}) +
           command(claim.refutations.front().command);
}

std::string seedList(const std::vector<std::uint64_t>& seeds) {
    if (seeds.size() < 2)
        return {};
    return fmt::format(" (seeds {})", fmt::join(seeds, ", "));
}

std::string howToRepeat(const ReportedClaim& claim) {
    std::string content = element("h3", "The same number again") + command(claim.own.command);
    if (claim.runs.empty())
        return content;
    std::string items;
    for (const ReportedRuns& runs : claim.runs)
        items += element("li", typeset(runs.label + seedList(runs.seeds)) + command(runs.command));
    const char* summary = claim.runs.size() == 1 ? "Its run by itself" : "Its runs one by one";
    return content + element("details", element("summary", summary) + element("ul", items));
}

/// One picture, or by width and theme one of up to four.
std::string pictureMarkup(const PageFigure& figure) {
    const auto source = [](const std::string& file, const char* media) {
        return file.empty()
                   ? std::string()
                   : fmt::format("<source media=\"{}\" srcset=\"{}\"/>", media, escaped(file));
    };
    constexpr const char* narrow = "screen and (max-width: 36em)";
    constexpr const char* dark = "screen and (prefers-color-scheme: dark)";
    constexpr const char* both = "screen and (max-width: 36em) and (prefers-color-scheme: dark)";
    return element("picture",
                   source(figure.darkNarrowFile, both) + source(figure.narrowFile, narrow) +
                       source(figure.darkFile, dark) +
                       fmt::format("<img src=\"{}\" alt=\"{}\" loading=\"lazy\" width=\"760\" "
                                   "height=\"460\"/>",
                                   escaped(figure.file),
                                   escaped(figure.title + ". " + figure.help)));
}

std::string figureMarkup(const PageFigure& figure, std::size_t number) {
    const std::string caption =
        element("p", element("strong", fmt::format("Figure {}.", number)) + " " +
                         typeset(figure.title) + ". " + typeset(figure.help)) +
        element("p", typeset(figure.caption), {{"class", "note"}}) + command(figure.command);
    return element("figure", pictureMarkup(figure) + element("figcaption", caption),
                   {{"id", fmt::format("figure-{}", number)}});
}

/// Figures of a claim. A picture that an earlier claim has shown is pointed at.
std::string figuresOf(const ReportedClaim& claim, const std::vector<PageFigure>& figures) {
    std::string content, seen;
    for (std::size_t i = 0; i < figures.size(); ++i) {
        if (figures[i].claim != claim.id)
            continue;
        std::size_t first = 0;
        while (figures[first].file != figures[i].file)
            ++first;
        if (first == i)
            content += figureMarkup(figures[i], i + 1);
        else
            seen += fmt::format("{}{}", seen.empty() ? "" : ", ",
                                element("a", fmt::format("figure {}", first + 1),
                                        {{"href", fmt::format("#figure-{}", first + 1)}}));
    }
    if (!seen.empty())
        content += element("p", fmt::format("Shown by {}.", seen), {{"class", "note"}});
    return content;
}

std::string claimSection(const ReportedClaim& claim, const std::vector<PageFigure>& figures) {
    std::string content =
        element("h2", typeset(claim.statement), {{"id", "claim-" + claim.id + "-title"}});
    content += element("p", verdictMark(claim.own.verdict));
    if (!claim.own.explanation.empty())
        content += element("p", typeset(claim.own.explanation));
    if (const std::string note = verdictNote(claim); !note.empty())
        content += element("p", note, {{"class", "note"}});
    content += facts(claim) + refutations(claim) + figuresOf(claim, figures) + howToRepeat(claim);
    return element(
        "section", content,
        {{"id", "claim-" + claim.id}, {"aria-labelledby", "claim-" + claim.id + "-title"}});
}

std::string parametersTable(const ReportedExperiment& experiment) {
    std::string rows;
    for (const ReportedParameter& parameter : experiment.parameters) {
        std::string name = typeset(parameter.label);
        if (!parameter.symbol.empty())
            name += element("span", " " + escaped(parameter.symbol));
        if (!parameter.unit.empty())
            name += escaped(" (" + parameter.unit + ")");
        std::string values;
        for (const std::string& value : parameter.values)
            values += (values.empty() ? "" : "; ") + typeset(value);
        std::string cells = element("th", name, {{"scope", "row"}, {"role", "rowheader"}});
        const auto cell = [&](const char* head, const std::string& content) {
            cells += element("td", content, {{"role", "cell"}, {"data-label", head}});
        };
        cell("Name", element("code", escaped(parameter.name)));
        cell("Default", parameter.defaultValue.empty() ? "–" : typeset(parameter.defaultValue));
        cell("In claims", values.empty() ? "default" : values);
        rows += element("tr", cells, {{"role", "row"}});
    }
    std::string heads;
    for (const char* head : {"Parameter", "Name", "Default", "In claims"})
        heads += element("th", head, {{"scope", "col"}, {"role", "columnheader"}});
    return element(
        "table",
        element("caption", "Defaults, and other values that the claims’ runs have") +
            element("thead", element("tr", heads, {{"role", "row"}}), {{"role", "rowgroup"}}) +
            element("tbody", rows, {{"role", "rowgroup"}}),
        {{"role", "table"}, {"class", "parameters"}});
}

} // namespace

std::string paperPage(const Report& report, const ReportedExperiment& experiment,
                      const std::vector<PageFigure>& figures, const std::string& article,
                      const PageFrame& frame) {
    std::string content = element(
        "header", element("p", element("a", "All claims", {{"href", "index.html"}})) +
                      element("h1", escaped(experiment.title)) +
                      element("p", typeset(experiment.question), {{"class", "lead"}}) +
                      citation(experiment.paper) + element("p", typeset(experiment.summary)) +
                      contents(experiment, !article.empty()));
    std::string sections;
    for (const ReportedClaim& claim : experiment.claims)
        sections += claimSection(claim, figures);
    sections += element("section",
                        element("h2", "Parameters", {{"id", "parameters-title"}}) +
                            parametersTable(experiment),
                        {{"id", "parameters"}, {"aria-labelledby", "parameters-title"}});
    if (!article.empty())
        sections +=
            element("section", element("h2", "The paper", {{"id", "paper-title"}}) + article,
                    {{"id", "paper"}, {"aria-labelledby", "paper-title"}});
    std::string made = "Build: " + element("code", escaped(experiment.build));
    if (!experiment.data.empty())
        made += ". Data: " + typeset(experiment.data);
    content +=
        element("main", sections) + element("p", made, {{"class", "note"}}) + pageFoot(report);
    return filled(frame.page, {{"title", escaped(experiment.title + ": claims")},
                               {"style", frame.style},
                               {"content", content}});
}

} // namespace convergence
