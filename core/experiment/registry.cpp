#include "core/experiment/registry.h"

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/nearest_name.h"

namespace convergence {

void Registry::add(ExperimentType type) {
    completeDescription(type.description);
    checkDescription(type.description);
    if (!type.create)
        throw InputError(
            fmt::format("The experiment '{}' cannot be created.", type.description.id));
    const std::string id = type.description.id;
    if (types_.contains(id))
        throw InputError(fmt::format("There is already an experiment '{}'.", id));
    types_.emplace(id, std::make_shared<const ExperimentType>(std::move(type)));
}

std::vector<std::shared_ptr<const ExperimentType>> Registry::all() const {
    std::vector<std::shared_ptr<const ExperimentType>> result;
    for (const auto& [id, type] : types_)
        result.push_back(type);
    return result;
}

std::shared_ptr<const ExperimentType> Registry::find(std::string_view id) const {
    const auto found = types_.find(id);
    if (found != types_.end())
        return found->second;
    std::vector<std::string> ids;
    for (const auto& [known, type] : types_)
        ids.push_back(known);
    throw InputError(fmt::format("There is no experiment '{}'{}", id, suggestion(id, ids)));
}

} // namespace convergence
