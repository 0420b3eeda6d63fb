#include "core/experiment/registry.h"

#include <set>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/nearest_name.h"

namespace convergence {

namespace {

bool isIdentifier(const std::string& id, char separator) {
    if (id.empty())
        return false;
    for (const char c : id)
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == separator))
            return false;
    return true;
}

template <typename T, typename Id>
void requireUnique(const std::vector<T>& list, Id id, std::string_view what) {
    std::set<std::string> seen;
    for (const T& item : list)
        if (id(item).empty() || !seen.insert(id(item)).second)
            throw InputError(fmt::format("the {} id '{}' is empty or used twice", what, id(item)));
}

void checkClaim(const Description& description, const Claim& claim) {
    if (!claim.judge)
        throw InputError(fmt::format("claim '{}' has no judge", claim.id));
    if (claim.kind == ClaimKind::run && claim.protocol.runs.empty())
        throw InputError(fmt::format("claim '{}' has no protocol", claim.id));
    if (claim.kind == ClaimKind::run && claim.refutations.empty())
        throw InputError(fmt::format(
            "claim '{}' has no refutation; a claim that nothing refutes shows nothing", claim.id));
    for (const ProtocolRun& run : claim.protocol.runs) {
        ParameterValues(description.parameters, run.overrides);
        for (const Refutation& refutation : claim.refutations) {
            Overrides merged = run.overrides;
            for (const auto& [name, value] : refutation.overrides)
                merged.insert_or_assign(name, value);
            ParameterValues(description.parameters, merged);
            for (const auto& [arm, replacement] : refutation.replaceArms)
                if (!description.findArm(arm) || !description.findArm(replacement))
                    throw InputError(fmt::format(
                        "a refutation of claim '{}' puts '{}' in the place of '{}', but not both "
                        "are arms",
                        claim.id, replacement, arm));
        }
    }
}

void checkParts(const Description& description) {
    const auto byId = [](const auto& item) { return item.id; };
    if (!isIdentifier(description.id, '-'))
        throw InputError("its id must consist of lower-case letters, digits and hyphens");
    requireUnique(
        description.parameters, [](const Parameter& p) { return p.name; }, "parameter");
    for (const Parameter& parameter : description.parameters)
        if (!isIdentifier(parameter.name, '_'))
            throw InputError(fmt::format("the parameter name '{}' must consist of lower-case "
                                         "letters, digits and underscores",
                                         parameter.name));
    requireUnique(description.presets, byId, "preset");
    requireUnique(description.arms, byId, "arm");
    requireUnique(description.views, byId, "view");
    requireUnique(description.claims, byId, "claim");
    requireUnique(description.actions, byId, "action");
    ParameterValues(description.parameters, {});
    for (const Preset& preset : description.presets)
        ParameterValues(description.parameters, preset.overrides);
    for (const Claim& claim : description.claims)
        checkClaim(description, claim);
}

} // namespace

void checkDescription(const Description& description) {
    try {
        checkParts(description);
    } catch (const InputError& error) {
        throw InputError(fmt::format("The experiment '{}' contradicts itself: {}", description.id,
                                     error.what()));
    }
}

void Registry::add(ExperimentType type) {
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
