#pragma once

#include <Eigen/Core>

#include "core/experiment/registry.h"

namespace convergence {

/// Raised when the contract in core/experiment changes in a way that plugins notice.
inline constexpr int pluginAbiVersion = 6;

/// What must agree between program and plugin for Eigen types to have one layout.
#define CONVERGENCE_STRINGIFY_(x) #x
#define CONVERGENCE_STRINGIFY(x) CONVERGENCE_STRINGIFY_(x)
inline constexpr const char* pluginAbiFingerprint =
    CONVERGENCE_ARCHITECTURE ", align " CONVERGENCE_STRINGIFY(
        EIGEN_MAX_ALIGN_BYTES) ", gcc " CONVERGENCE_STRINGIFY(__GNUC__);

/// The one thing a plugin exports, under the name `convergencePlugin`: plain data, so that it can
/// be read before anything is known to agree.
struct PluginManifest {
    int abiVersion;
    const char* abiFingerprint;
    const char* name;
    void (*registerExperiments)(Registry&);
};

} // namespace convergence

/// Put once in a plugin: CONVERGENCE_PLUGIN("matrix", registerMatrixExperiments)
#define CONVERGENCE_PLUGIN(pluginName, registerFunction)                                           \
    extern "C" const convergence::PluginManifest convergencePlugin;                                \
    const convergence::PluginManifest convergencePlugin{convergence::pluginAbiVersion,             \
                                                        convergence::pluginAbiFingerprint,         \
                                                        pluginName, registerFunction};
