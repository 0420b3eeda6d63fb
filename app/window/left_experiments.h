#pragma once

#include <deque>
#include <optional>
#include <string>

#include "app/window/run_controller.h"
#include "app/window/run_views.h"

namespace convergence {

/// An experiment as a person left it: values, run, views, and the moment that was shown.
struct LeftExperiment {
    std::shared_ptr<const ExperimentType> type;
    Overrides overrides;
    RunAside run;
    RunViews::Aside views;
    std::optional<std::int64_t> moment;
};

/// The experiments that were left last, so that one who returns finds each as it was. A few, since
/// runs and views take memory; of others the kept runs remain.
class LeftExperiments {
public:
    static constexpr std::size_t most = 6;

    /// In place of what was kept of the same experiment.
    void keep(LeftExperiment left);
    /// None if nothing is kept of it.
    [[nodiscard]] std::optional<LeftExperiment> take(const std::string& id);
    void forget(const std::string& id) { static_cast<void>(take(id)); }

private:
    std::deque<LeftExperiment> left_; ///< the newest first
};

} // namespace convergence
