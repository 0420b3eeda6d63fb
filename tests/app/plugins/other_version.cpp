// Built for the version of the contract before this one; its function must never be called.
#include <cstdlib>

#include "core/experiment/plugin.h"

namespace {
void neverCalled(convergence::Registry&) {
    std::abort();
}
} // namespace

extern "C" const convergence::PluginManifest convergencePlugin;
const convergence::PluginManifest convergencePlugin{convergence::pluginAbiVersion - 1,
                                                    convergence::pluginAbiFingerprint,
                                                    "other_version", neverCalled};
