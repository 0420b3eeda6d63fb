#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/commands/command_line.h"

namespace convergence {

namespace {

enum class ListFormat { table, ids, json };

void printList(const Registry& registry, ListFormat format) {
    nlohmann::json list = nlohmann::json::array();
    for (const auto& type : registry.all()) {
        const Description& description = type->description;
        if (format == ListFormat::ids)
            fmt::print("{}\n", description.id);
        else if (format == ListFormat::json)
            list.push_back({{"id", description.id},
                            {"title", description.title},
                            {"family", description.family},
                            {"summary", description.summary},
                            {"year", description.paper.year},
                            {"arxiv", description.paper.arxiv}});
        else
            fmt::print("{:<22} {:<15} {}\n", description.id, description.family, description.title);
    }
    if (format == ListFormat::json)
        fmt::print("{}\n", list.dump(2));
}

} // namespace

void addListCommand(CLI::App& app, CommandContext& context) {
    auto* command = app.add_subcommand("list", "List the experiments");
    auto format = std::make_shared<ListFormat>(ListFormat::table);
    auto* json = command->add_flag_callback(
        "--json", [format] { *format = ListFormat::json; }, "Print JSON");
    command
        ->add_flag_callback(
            "--ids", [format] { *format = ListFormat::ids; }, "Print the names alone")
        ->excludes(json);
    command->callback([&context, format] { printList(context.registry(), *format); });
}

} // namespace convergence
