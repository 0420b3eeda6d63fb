#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/commands/command_line.h"

namespace convergence {

namespace {

enum class DescribeFormat { text, json, presets, parameters };

void printDescription(const Description& description) {
    const Paper& paper = description.paper;
    fmt::print("{} — {}\n{}, {} ({}), arXiv {}\n\n{}\n", description.id, description.title,
               paper.authors, paper.year, paper.venue, paper.arxiv, description.summary);
    fmt::print("{}\n", description.question);
    const auto mark = [](bool isMain) { return isMain ? '*' : ' '; };
    const auto isOfFirstRank = [&](const Parameter& parameter) {
        return std::ranges::find(description.mainParameters, parameter.name) !=
               description.mainParameters.end();
    };
    fmt::print("\nParameters (* of first rank)\n");
    for (const Parameter& parameter : description.parameters)
        fmt::print("{} {:<24} {} ({}{}{})\n", mark(isOfFirstRank(parameter)), parameter.name,
                   parameter.label, acceptedRange(parameter),
                   parameter.unit.empty() ? "" : " " + parameter.unit,
                   "; default " + formatValue(parameter.defaultValue));
    fmt::print("\nPresets\n");
    for (const Preset& preset : description.presets)
        fmt::print("  {:<24} {} {}\n", preset.id, preset.help, preset.shows);
    fmt::print("\nArms\n");
    for (const Arm& arm : description.arms)
        fmt::print("  {:<24} {}\n", arm.id, arm.help.empty() ? arm.label : arm.help);
    fmt::print("\nViews (* main)\n");
    for (const View& view : description.views)
        fmt::print("{} {:<24} {}\n", mark(view.isMain), view.id, view.title);
    fmt::print("\nClaims\n");
    for (const Claim& claim : description.claims) {
        fmt::print("  {:<24} {} [{}]\n", claim.id, claim.statement, claim.expected());
        const Origin& origin = claim.threshold.origin();
        if (!origin.text.empty())
            fmt::print("  {:<24} threshold: {}, {}\n", "", nameOf(origin.kind), origin.text);
        if (!claim.known.reason.empty())
            fmt::print("  {:<24} known: {}, {}\n", "", nameOf(claim.known.verdict),
                       claim.known.reason);
    }
}

} // namespace

void addDescribeCommand(CLI::App& app, CommandContext& context) {
    struct Options {
        std::string id;
        DescribeFormat format = DescribeFormat::text;
    };
    auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("describe", "Describe one experiment");
    command->add_option("ID", options->id, "Experiment, as `list` names it")->required();
    const auto addFormat = [&](const char* name, DescribeFormat format, const char* help) {
        return command->add_flag_callback(
            name, [options, format] { options->format = format; }, help);
    };
    auto* json = addFormat("--json", DescribeFormat::json, "Print the whole description as JSON");
    auto* presets =
        addFormat("--presets", DescribeFormat::presets, "Print the names of the presets alone");
    auto* parameters = addFormat("--parameters", DescribeFormat::parameters,
                                 "Print the names of the parameters alone");
    presets->excludes(json);
    parameters->excludes(json)->excludes(presets);
    command->callback([&context, options] {
        const auto type = context.registry().find(options->id);
        const Description& description = type->description;
        switch (options->format) {
        case DescribeFormat::json:
            fmt::print("{}\n", toJson(description).dump(2));
            break;
        case DescribeFormat::presets:
            for (const Preset& preset : description.presets)
                fmt::print("{}\n", preset.id);
            break;
        case DescribeFormat::parameters:
            for (const Parameter& parameter : description.parameters)
                fmt::print("{}\n", parameter.name);
            break;
        case DescribeFormat::text:
            printDescription(description);
            fmt::print("\nSaves {}\n", type->files.empty() ? "its tables alone"
                                                           : "besides its tables " + type->files);
        }
    });
}

} // namespace convergence
