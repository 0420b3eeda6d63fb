// Built for another processor; its function must never be called.
#include <cstdlib>

#include "core/experiment/plugin.h"

namespace {
void neverCalled(convergence::Registry&) {
    std::abort();
}
} // namespace

extern "C" const convergence::PluginManifest convergencePlugin;
const convergence::PluginManifest convergencePlugin{
    convergence::pluginAbiVersion, "pdp-11, align 2, gcc 1", "other_fingerprint", neverCalled};
