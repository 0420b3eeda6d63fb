#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/experiment/experiment.h"

namespace convergence {

/// The experiments that the program knows, by id.
class Registry {
public:
    /// Throws InputError if the id is taken or the description contradicts itself (a default out
    /// of range, a preset with an unknown parameter, two views with one id, a claim without a
    /// refutation, ...): one sentence that names the experiment and the fault.
    void add(ExperimentType type);

    [[nodiscard]] std::vector<std::shared_ptr<const ExperimentType>> all() const;
    /// Throws InputError naming the id and the nearest known one.
    [[nodiscard]] std::shared_ptr<const ExperimentType> find(std::string_view id) const;

private:
    std::map<std::string, std::shared_ptr<const ExperimentType>, std::less<>> types_;
};

/// Checks a description for contradictions and for words (columns, factors, frames, parameters,
/// arms) that it does not have itself; see Registry::add.
void checkDescription(const Description& description);

/// Fills in what follows from the rest: labels and units of axes from their columns.
void completeDescription(Description& description);

} // namespace convergence
