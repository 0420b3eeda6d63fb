#include "app/window/left_experiments.h"

#include <algorithm>

namespace convergence {

void LeftExperiments::keep(LeftExperiment left) {
    forget(left.type->description.id);
    left_.push_front(std::move(left));
    if (left_.size() > most)
        left_.pop_back();
}

std::optional<LeftExperiment> LeftExperiments::take(const std::string& id) {
    const auto found = std::find_if(left_.begin(), left_.end(), [&](const LeftExperiment& left) {
        return left.type->description.id == id;
    });
    if (found == left_.end())
        return std::nullopt;
    std::optional<LeftExperiment> taken(std::move(*found));
    left_.erase(found);
    return taken;
}

} // namespace convergence
