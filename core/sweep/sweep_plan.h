#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/experiment/experiment.h"
#include "core/experiment/registry.h"

namespace convergence {

/// One parameter that a sweep varies: a list of values, or a distribution of which every draw
/// takes one.
struct SweepAxis {
    enum class Kind { list, uniform, logUniform, normal };
    std::string parameter;
    Kind kind = Kind::list;
    std::vector<Value> values; ///< list
    double first = 0.0;        ///< uniform, logUniform: lower end; normal: mean
    double second = 0.0;       ///< upper end; standard deviation

    [[nodiscard]] bool isRandom() const { return kind != Kind::list; }
};

/// Many runs of one experiment, each an independent task, numbered from 0.
///
/// Read from JSON:
///
///     { "experiment": "matrix-sensing", "preset": "quick",
///       "fixed": {"iterations": 500},
///       "axes": [ {"parameter": "factor_rank", "list": [2, 3, 4]},
///                 {"parameter": "learning_rate", "log": {"from": 0.01, "to": 1, "count": 5}},
///                 {"parameter": "imbalance", "linear": {"from": 1, "to": 5, "count": 3}},
///                 {"parameter": "initial_scale", "log_uniform": {"from": 1e-3, "to": 1}} ],
///       "draws": 4, "random_seed": 0,
///       "seeds": [0, 1, 2],
///       "keep": ["metrics", "claims", "recordings"] }
///
/// Only "experiment" has to be there. Further distributions: "uniform" {from, to} and "normal"
/// {mean, deviation}; all random axes are drawn together, "draws" times, from streams keyed by
/// "random_seed", so that a task's values do not depend on the tasks before it. "seeds" may also
/// be a count {"count": 5}. Tasks are the product of the lists, the draws and the seeds, the seeds
/// running fastest, then the draws, then the last list.
class SweepPlan {
public:
    static constexpr double maximumTasks = 1e7;

    /// Throws InputError: unknown experiment, preset, parameter or key, a value that the parameter
    /// does not accept, an empty list or range, more than maximumTasks tasks.
    static SweepPlan fromJson(const nlohmann::json& json, const Registry& registry);
    /// Throws InputError naming the file, where it cannot be read or is not JSON (with the line).
    static SweepPlan fromFile(const std::string& path, const Registry& registry);

    [[nodiscard]] const ExperimentType& type() const { return *type_; }
    [[nodiscard]] const std::string& preset() const { return preset_; }
    [[nodiscard]] const std::vector<SweepAxis>& axes() const { return axes_; }
    [[nodiscard]] std::uint64_t taskCount() const { return taskCount_; }
    [[nodiscard]] bool keepsRecordings() const { return keepRecordings_; }
    [[nodiscard]] bool keepsClaims() const { return keepClaims_; }

    /// What a task changes: the fixed values, one value an axis, and its seed.
    /// 0 ≤ task < taskCount().
    [[nodiscard]] Overrides overrides(std::uint64_t task) const;
    /// The same as text in the order of columns(), for a table.
    [[nodiscard]] std::vector<std::string> cells(std::uint64_t task) const;
    /// Names of the axes' parameters, then "seed" if there are seeds.
    [[nodiscard]] std::vector<std::string> columns() const;

    /// The file's content in one canonical form: equal for equal sweeps.
    [[nodiscard]] const nlohmann::json& canonical() const { return canonical_; }

private:
    struct Place; // of a task along every axis
    [[nodiscard]] Place place(std::uint64_t task) const;
    [[nodiscard]] Value valueAt(const SweepAxis& axis, std::size_t position,
                                std::uint64_t draw) const;

    std::shared_ptr<const ExperimentType> type_;
    std::string preset_;
    Overrides fixed_;
    std::vector<SweepAxis> axes_;
    std::uint64_t draws_ = 1;
    std::uint64_t randomSeed_ = 0;
    std::vector<std::uint64_t> seeds_;
    bool keepRecordings_ = false;
    bool keepClaims_ = false;
    std::uint64_t taskCount_ = 1;
    nlohmann::json canonical_;
};

} // namespace convergence
