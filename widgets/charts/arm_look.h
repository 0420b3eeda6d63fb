#pragma once

#include <set>
#include <string>

namespace convergence {

/// How a person looks at the arms of an experiment, in all of its views alike.
struct ArmLook {
    std::set<std::string> hidden; ///< ids of arms that are not drawn
    std::string lifted;           ///< drawn before the others, which fade; empty: none
    /// Arms that diverged set the scale too; otherwise a mark at the edge says where they went.
    bool isDivergedInFull = false;
    /// Chips beside the views name the arms: legends on the screen leave them out.
    bool isNamedElsewhere = false;

    [[nodiscard]] bool isHidden(const std::string& arm) const { return hidden.contains(arm); }
    [[nodiscard]] bool isFaded(const std::string& arm) const {
        return !lifted.empty() && arm != lifted;
    }
    friend bool operator==(const ArmLook&, const ArmLook&) = default;
};

/// What is left of the strength of an arm's color while another one is lifted.
constexpr double fadedStrength = 0.22;

} // namespace convergence
