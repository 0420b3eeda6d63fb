#pragma once

#include <algorithm>
#include <iterator>
#include <ranges>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/experiment/description.h"
#include "core/experiment/parameter.h"

namespace convergence {

/// What the arms (or the choices of a parameter) of an experiment are is said in one table: a
/// constant array of a struct with the members `id`, `label`, `help`, and a trait for everything
/// that sets one apart. Description, solver, theory and judges ask for a trait; no id is ever
/// compared with a literal.
///
///     struct SensingArm { std::string_view id, label, help; Form form; bool modifiedStep; };
///     inline constexpr SensingArm sensingArms[] = {{.id = "s_over", ...}, ...};
///     const SensingArm& arm = traitsOf(sensingArms, plan.arm);

/// The line with that id. A name that the table does not have is a mistake in the experiment:
/// std::logic_error naming it, never a default.
template <std::ranges::range Table>
const auto& traitsOf(const Table& table, std::string_view id) {
    const auto found = std::ranges::find_if(table, [&](const auto& line) { return line.id == id; });
    if (found == std::ranges::end(table))
        throw std::logic_error("no line of the table is called '" + std::string(id) + "'");
    return *found;
}

/// The index of the line with that id; std::logic_error as traitsOf().
template <std::ranges::range Table>
std::size_t indexOf(const Table& table, std::string_view id) {
    return static_cast<std::size_t>(
        std::distance(&*std::ranges::begin(table), &traitsOf(table, id)));
}

/// The part of a label before its colon, for which legends have room.
inline std::string shortLabel(std::string_view label) {
    return std::string(label.substr(0, label.find(':')));
}

/// The arms of a description. A label with a colon is cut there, and its whole opens the help.
template <std::ranges::range Table>
std::vector<Arm> armsOf(const Table& table) {
    std::vector<Arm> arms;
    for (const auto& line : table) {
        const std::string label(line.label), help(line.help), brief = shortLabel(label);
        arms.push_back({std::string(line.id), brief, brief == label ? help : label + ". " + help});
    }
    return arms;
}

/// The choices of a parameter.
template <std::ranges::range Table>
std::vector<Choice> choicesOf(const Table& table) {
    std::vector<Choice> choices;
    for (const auto& line : table)
        choices.push_back({std::string(line.id), std::string(line.label), std::string(line.help)});
    return choices;
}

/// All ids, in order.
template <std::ranges::range Table>
std::vector<std::string> idsOf(const Table& table) {
    std::vector<std::string> ids;
    for (const auto& line : table)
        ids.emplace_back(line.id);
    return ids;
}

} // namespace convergence
