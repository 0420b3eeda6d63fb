#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <QtGlobal>

#include "core/experiment/claim.h"
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
    const auto experiment = createExperiment(type, resolveValues(type, options.preset, overrides));
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

/// The call that resolves these values, for refusalOf and expectRefusal.
inline auto resolving(ExperimentType type, Overrides overrides) {
    return [type = std::move(type), overrides = std::move(overrides)] {
        return resolveValues(type, "", overrides);
    };
}

/// The call that creates the experiment on these values.
inline auto creating(ExperimentType type, Overrides overrides) {
    return [type = std::move(type), overrides = std::move(overrides)] {
        return createExperiment(type, resolveValues(type, "", overrides));
    };
}

/// The claim with that id; where there is none the test program ends, and says which there are.
inline const Claim& claimNamed(const std::vector<Claim>& claims, const std::string& id) {
    std::string known;
    for (const Claim& claim : claims) {
        if (claim.id == id)
            return claim;
        known += " " + claim.id;
    }
    qFatal("There is no claim '%s'; there are%s.", id.c_str(), known.c_str());
}

/// What the claim with that id says of these runs.
inline Judgement judged(const ExperimentType& type, const std::string& claim,
                        std::vector<EvidenceRun> runs) {
    Evidence evidence;
    evidence.runs = std::move(runs);
    return judgeClaim(claimNamed(type.description.claims, claim), evidence);
}

/// What it says of one recording that was made with these values.
inline Judgement judged(const ExperimentType& type, const std::string& claim,
                        const Overrides& overrides, std::shared_ptr<const Recording> recording) {
    auto values = std::make_shared<const ParameterValues>(resolveValues(type, "", overrides));
    return judged(type, claim, {{.values = std::move(values), .recording = std::move(recording)}});
}

} // namespace convergence
