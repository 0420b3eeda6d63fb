#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/command_line.h"

namespace convergence {

namespace {

void printList(const Registry& registry, bool json) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& type : registry.all()) {
        const Description& description = type->description;
        if (json)
            list.push_back({{"id", description.id},
                            {"title", description.title},
                            {"family", description.family},
                            {"summary", description.summary},
                            {"year", description.paper.year},
                            {"arxiv", description.paper.arxiv}});
        else
            fmt::print("{:<22} {:<12} {}\n", description.id, description.family,
                       description.title);
    }
    if (json)
        fmt::print("{}\n", list.dump(2));
}

} // namespace

void addListCommand(CLI::App& app, CommandContext& context) {
    auto* command = app.add_subcommand("list", "List the experiments");
    auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "Print JSON");
    command->callback([&context, json] { printList(context.registry(), *json); });
}

} // namespace convergence
