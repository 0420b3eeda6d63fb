#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "core/experiment/experiment.h"

namespace convergence {

/// Recordings of runs that verifications made, in a folder, so that one that was stopped goes on
/// where it was, and a second one judges what the first has run.
///
/// A recording is found under the experiment, the resolved values (with the seed) and the build
/// (buildFingerprint()): another build makes its runs anew. What cannot be read counts as not
/// there. Data that the system's packages bring (texts, pictures) is part of no key: after they
/// changed, runs are to be made anew; runs on stand-in data are never kept. Safe to use from
/// several threads and processes.
class RunCache {
public:
    /// The folder is made when something is kept. When it holds more than `mostBytes`, those that
    /// were used longest ago go.
    explicit RunCache(std::filesystem::path folder,
                      std::uintmax_t mostBytes = std::uintmax_t{4} << 30);

    /// Null if it was never made by this build. A run that reads files is never kept, as they may
    /// change.
    [[nodiscard]] std::shared_ptr<const Recording> find(const ExperimentType& type,
                                                        const ParameterValues& values) const;
    /// Does nothing where it cannot write: a cache is no reason to lose a run.
    void keep(const ExperimentType& type, const ParameterValues& values,
              const Recording& recording) const;
    /// Makes room; once at the end of a verification.
    void prune() const;

private:
    std::filesystem::path folder_;
    std::uintmax_t mostBytes_;
};

/// Everything that a run's recording is a function of, in one line.
std::string resolvedKey(const ParameterValues& values);

} // namespace convergence
