#pragma once

#include <memory>
#include <string_view>

#include "core/experiment/trait_table.h"
#include "core/federated/methods/central.h"
#include "core/federated/methods/local_momentum.h"
#include "core/federated/methods/server_momentum.h"

namespace convergence::momentum_fl {

enum class Family { fedAvg, serverMomentum, localMomentum, scaffold, central };
/// Where exact gradients of all clients lead at a constant local rate η: to FedAvg's resting point
/// at η, or at βη; or to x*, or somewhere that has no closed form.
enum class Rest { atRate, atBlendedRate, elsewhere };

struct MomentumArm {
    std::string_view id, label, help;
    Family family = Family::localMomentum;
    Rest rest = Rest::elsewhere;
    bool hasControls = false, reducesVariance = false;
    bool keepsDirection = true; ///< the term (1 − β)g
    bool shrinksRate = false;   ///< η goes with the number of rounds, where anything does
    [[nodiscard]] constexpr bool hasMomentum() const {
        return family == Family::localMomentum || family == Family::serverMomentum;
    }
};

inline constexpr MomentumArm momentumArms[] = {
    {.id = "fedavg",
     .label = "FedAvg",
     .help = "Local steps along each client's own gradients.",
     .family = Family::fedAvg,
     .rest = Rest::atRate},
    {.id = "fedavg_m",
     .label = "FedAvg-M",
     .help = "Each local step blends in the direction in which all went in the last round.",
     .rest = Rest::atBlendedRate},
    {.id = "server_momentum",
     .label = "server momentum",
     .help = "The same weight β, but outside the local steps: means of updates are blended.",
     .family = Family::serverMomentum,
     .rest = Rest::atRate},
    {.id = "scaffold",
     .label = "SCAFFOLD",
     .help = "Control variates, of the gradients that a client met last.",
     .family = Family::scaffold,
     .hasControls = true},
    {.id = "scaffold_m",
     .label = "SCAFFOLD-M",
     .help = "Control variates and momentum in the local steps.",
     .hasControls = true},
    {.id = "fedavg_m_vr",
     .label = "FedAvg-M-VR",
     .help = "Gradients at the server's x of a round before correct the direction: two a step.",
     .rest = Rest::atRate,
     .reducesVariance = true},
    {.id = "scaffold_m_vr",
     .label = "SCAFFOLD-M-VR",
     .help = "Both: control variates, and two gradients a step.",
     .hasControls = true,
     .reducesVariance = true},
    {.id = "scaffold_damped",
     .label = "SCAFFOLD-M without g",
     .help = "The last direction is left out: SCAFFOLD with β times the local rate.",
     .hasControls = true,
     .keepsDirection = false},
    {.id = "fedavg_shrunk",
     .label = "FedAvg, η with R",
     .help = "FedAvg whose local rate shrinks like 1/√R, where weights are chosen with R; else as "
             "FedAvg.",
     .family = Family::fedAvg,
     .rest = Rest::atRate,
     .shrinksRate = true},
    {.id = "central",
     .label = "central SGD",
     .help = "All data in one place: K steps a round on batches of S·B, nothing sent.",
     .family = Family::central},
};

/// How β, γ and η go with the number of rounds R.
enum class Scaling { fixed, withRounds, theorem };
struct ScalingChoice {
    std::string_view id, label, help;
    Scaling scaling;
};
inline constexpr ScalingChoice scalingChoices[] = {
    {"fixed", "as given", "β and η as given, γ = ηK·min(1, κβ).", Scaling::fixed},
    {"with_rounds", "with R",
     "β = (R/25)^−½ and γ = β/2 with momentum, γ = ½ without; with variance reduction "
     "β = (R/25)^−⅔, γ = √β/2 and η√β; FedAvg with a shrinking rate has ηβ and γ = β/2.",
     Scaling::withRounds},
    {"theorem", "the theorem's",
     "β = √(NKLΔ/(σ²R)) and γ = β/6L, at most 1 and 1/24L; η as small as it asks.",
     Scaling::theorem},
};

/// What an arm runs at.
struct Weights {
    double base = 1.0;       ///< β before the live factor
    double beta = 1.0;       ///< as it is used
    double localRate = 0.1;  ///< η
    double serverStep = 1.0; ///< γ
};

template <typename Scalar>
std::unique_ptr<federated::Method<Scalar>> makeMethod(const MomentumArm& arm, double beta,
                                                      bool fullStart) {
    using namespace federated;
    using First = typename Controls<Scalar>::First;
    switch (arm.family) {
    case Family::fedAvg:
        return std::make_unique<FedAvg<Scalar>>();
    case Family::serverMomentum:
        return std::make_unique<ServerMomentum<Scalar>>(beta);
    case Family::scaffold:
        return std::make_unique<Scaffold<Scalar>>(Scaffold<Scalar>::Renewal::gradients,
                                                  fullStart ? First::gradients : First::zero);
    case Family::central:
        return std::make_unique<Central<Scalar>>();
    case Family::localMomentum:
        break;
    }
    return std::make_unique<LocalMomentum<Scalar>>(
        LocalMomentumOptions{.beta = beta,
                             .hasControls = arm.hasControls,
                             .reducesVariance = arm.reducesVariance,
                             .keepsDirection = arm.keepsDirection,
                             .fullStart = fullStart || arm.reducesVariance});
}

} // namespace convergence::momentum_fl
