#include "core/experiment/build_fingerprint.h"

#include <typeinfo>

#include <fmt/format.h>

#include "core/experiment/run_files.h"
#include "core/platform/loaded_code.h"

namespace convergence {

namespace {

/// Lies in the solver library, whatever else is loaded.
const char anchor = 0;

std::string knownBuildId(const void* address) {
    const std::string id = buildIdAt(address);
    return id.empty() ? "unknown" : id;
}

std::string fingerprintAt(const void* address) {
    return fmt::format("{} core {} experiment {}", programVersion(), knownBuildId(&anchor),
                       knownBuildId(address));
}

} // namespace

std::string buildFingerprint(const Experiment& experiment) {
    return fingerprintAt(&typeid(experiment));
}

std::string buildFingerprint(const ExperimentType& type) {
    return fingerprintAt(&type.create.target_type());
}

bool sameBuild(const std::string& a, const std::string& b) {
    return a == b && a.find("unknown") == std::string::npos;
}

} // namespace convergence
