#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <QString>

#include "core/error.h"
#include "core/experiment/run_files.h"
#include "core/experiment/runner.h"

namespace convergence {

/// Runs an experiment to its end.
inline std::shared_ptr<Recording> record(const Experiment& experiment, int threads = 1,
                                         const std::vector<LiveEvent>& events = {},
                                         const std::filesystem::path& folder = {}) {
    auto recording = makeRecording(experiment);
    recording->setProvenance(experiment.provenance());
    runToEnd(experiment, *recording, {.threads = threads, .events = events, .folder = folder});
    return recording;
}

struct RecordOptions {
    std::string preset;
    int threads = 1;
    std::vector<LiveEvent> events;
    std::filesystem::path folder;
};

inline std::shared_ptr<Recording> record(const ExperimentType& type, const Overrides& overrides,
                                         const RecordOptions& options = {}) {
    const auto experiment = type.create(resolveValues(type, options.preset, overrides));
    return record(*experiment, options.threads, options.events, options.folder);
}

/// All tables of a recording as text: equal texts mean equal bits.
inline std::string tables(const Recording& recording) {
    std::string text = toCsv(recording.trials());
    for (std::size_t i = 0; i < recording.plans().size(); ++i)
        text += toCsv(recording.trace(i));
    return text;
}

/// What the `trials` table says of one trial.
inline double finalOf(const Recording& recording, std::size_t trial, const char* column) {
    return recording.trials().at(trial, recording.trials().columnIndex(column));
}

/// What is said against these values; empty if they are accepted.
inline QString refusal(const ExperimentType& type, const Overrides& overrides) {
    try {
        static_cast<void>(resolveValues(type, "", overrides));
        return {};
    } catch (const InputError& error) {
        return QString::fromUtf8(error.what());
    }
}

} // namespace convergence
