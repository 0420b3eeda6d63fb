#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "core/experiment/claim.h"
#include "core/experiment/column_pattern.h"
#include "core/experiment/parameter.h"
#include "core/experiment/view.h"

namespace convergence {

struct Paper {
    std::string title;
    std::string authors;
    int year = 0;
    std::string venue;
    std::string arxiv; ///< identifier, e.g. "2310.01769"
};

struct Preset {
    std::string id;
    std::string label;
    std::string help; ///< what it sets
    Overrides overrides;
    std::string shows; ///< one line: what there is to be seen
};

/// All that the experiment's recordings and frames hold, so that views and claims can be checked
/// without running it. See core/experiment/columns.h for the tables it is taken from.
struct Records {
    std::vector<ColumnPattern> trace; ///< without the clock "iteration"
    std::vector<ColumnPattern> factors;
    std::vector<ColumnPattern> finals;
    std::vector<std::string> frames; ///< ids of the frames that trials and the experiment draw
};

struct Arm {
    std::string id;
    std::string label; ///< as in legends
    std::string help;
};

/// Something a person can do to a run at a moment of their choice.
struct Action {
    std::string id;
    std::string label;
    std::string help;
};

/// Everything about an experiment that can be told without running it.
struct Description {
    std::string id;     ///< lower-case letters, digits, hyphens
    std::string title;  ///< short, for the browser
    std::string family; ///< folder under plugins/, e.g. "matrix"
    Paper paper;
    std::string summary;  ///< two sentences
    std::string question; ///< what the experiment asks, in one sentence
    /// By which it is found, beside its words: "momentum", "federated", "privacy".
    std::vector<std::string> topics;
    std::vector<Parameter> parameters;
    /// Names of the parameters of first rank, three to eight (all, where there are fewer).
    std::vector<std::string> mainParameters;
    Records records;
    std::vector<Preset> presets; ///< the first is the one a window starts with
    std::vector<Arm> arms;       ///< all that can occur
    std::vector<Action> actions;
    std::vector<View> views;
    std::vector<Claim> claims;
    /// Questions for a class with their answers, Markdown.
    std::vector<std::pair<std::string, std::string>> questions;
    /// True: trials advance together, iteration by iteration, and are watched side by side.
    /// False: trials run one after another, or in parallel.
    bool lockStep = true;

    [[nodiscard]] const Preset* findPreset(std::string_view presetId) const;
    [[nodiscard]] const Arm* findArm(std::string_view armId) const;
    [[nodiscard]] const View* findView(std::string_view viewId) const;
};

/// Lists of parameters, views, claims, ... one after another.
template <typename T>
std::vector<T> joined(std::initializer_list<std::vector<T>> parts) {
    std::vector<T> whole;
    for (const std::vector<T>& part : parts)
        whole.insert(whole.end(), part.begin(), part.end());
    return whole;
}

/// The whole description as JSON (what `describe --json` prints).
nlohmann::json toJson(const Description& description);

} // namespace convergence
