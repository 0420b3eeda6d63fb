#pragma once

#include <memory>
#include <string_view>

#include "core/experiment/trait_table.h"
#include "core/federated/methods/fed_adam.h"
#include "core/federated/methods/fed_prox.h"
#include "core/federated/methods/fed_speed.h"
#include "core/federated/methods/local_momentum.h"

namespace convergence::fed_speed {

using federated::AscentRule;
using federated::FedSpeedOptions;

enum class Family { fedAvg, fedProx, scaffold, fedSpeed, fedCm, fedAdam };
struct SpeedArm {
    std::string_view id, label, help;
    Family family = Family::fedSpeed;
    // Of FedSpeed's family:
    bool hasAscent = false, hasSpring = true;
    FedSpeedOptions::Correction correction = FedSpeedOptions::Correction::kept;
    bool takesSampled = false; ///< corrections of the round's clients alone, whatever is chosen
    bool takesAll = false;     ///< of all clients, whatever is chosen
    /// Whether corrections lead to where merged gradients sum to zero.
    [[nodiscard]] constexpr bool corrects() const {
        return family == Family::fedSpeed && hasSpring &&
               correction == FedSpeedOptions::Correction::kept;
    }
    /// Whether a spring holds clients.
    [[nodiscard]] constexpr bool isSprung() const {
        return family == Family::fedProx || (family == Family::fedSpeed && hasSpring);
    }
    /// Whether clients are left to their own gradients and the spring.
    [[nodiscard]] constexpr bool isProximal() const {
        return family == Family::fedAvg || family == Family::fedProx ||
               (family == Family::fedSpeed &&
                (!hasSpring || correction == FedSpeedOptions::Correction::none));
    }
};

inline constexpr SpeedArm speedArms[] = {
    {.id = "fedavg",
     .label = "FedAvg",
     .help = "Local steps along each client's own gradients.",
     .family = Family::fedAvg,
     .hasSpring = false},
    {.id = "fedprox",
     .label = "FedProx",
     .help = "With a spring to the server's x.",
     .family = Family::fedProx},
    {.id = "feddyn",
     .label = "FedDyn",
     .help = "FedSpeed without the step uphill: spring and correction.",
     .takesAll = true},
    {.id = "fedspeed",
     .label = "FedSpeed",
     .help = "Spring, correction, and gradients from uphill.",
     .hasAscent = true},
    {.id = "scaffold",
     .label = "SCAFFOLD",
     .help = "Control variates, from how far a client went.",
     .family = Family::scaffold},
    {.id = "no_correction",
     .label = "no correction",
     .help = "FedSpeed whose corrections stay 0: FedProx with gradients from uphill.",
     .hasAscent = true,
     .correction = FedSpeedOptions::Correction::none},
    {.id = "flipped",
     .label = "wrong sign",
     .help = "FedSpeed with the correction's sign turned round.",
     .hasAscent = true,
     .correction = FedSpeedOptions::Correction::flipped},
    {.id = "sampled",
     .label = "FedSpeed, sampled",
     .help = "As the paper lists it: corrections of the round's clients alone are averaged.",
     .hasAscent = true,
     .takesSampled = true},
    {.id = "fedadmm",
     .label = "FedADMM",
     .help = "The same without the step uphill.",
     .takesSampled = true},
    {.id = "fedsam",
     .label = "FedSAM",
     .help = "Gradients from uphill alone.",
     .hasAscent = true,
     .hasSpring = false},
    {.id = "fedcm",
     .label = "FedCM",
     .help = "A tenth of the gradient, the rest is the direction of the last round.",
     .family = Family::fedCm},
    {.id = "mofedsam",
     .label = "MoFedSAM",
     .help = "FedCM with gradients from uphill.",
     .family = Family::fedCm,
     .hasAscent = true},
    {.id = "fedadam",
     .label = "FedAdam",
     .help = "The server takes the mean update for a gradient, and makes steps of Adam.",
     .family = Family::fedAdam},
};

struct AscentChoice {
    std::string_view id, label, help;
    AscentRule rule;
};
inline constexpr AscentChoice ascentChoices[] = {
    {"normalized", "normalized", "Of length ρ, as in the authors' program.",
     AscentRule::normalized},
    {"plain", "plain", "ρ times the gradient, as in the text and the theorem.", AscentRule::plain},
};

struct ServerChoice {
    std::string_view id, label, help;
    FedSpeedOptions::Server server;
};
inline constexpr ServerChoice serverChoices[] = {
    {"all", "of all clients", "As in the authors' program.", FedSpeedOptions::Server::all},
    {"sampled", "of the round's clients", "As the paper lists it.",
     FedSpeedOptions::Server::sampled},
};

/// What an arm runs at.
struct SpeedSetting {
    double weight, ascent, merge, relaxedStart;
    AscentRule rule;
    FedSpeedOptions::Server server;
};

template <typename Scalar>
std::unique_ptr<federated::Method<Scalar>> makeMethod(const SpeedArm& arm,
                                                      const SpeedSetting& setting) {
    using namespace federated;
    const AscentOptions ascent{
        .step = arm.hasAscent ? setting.ascent : 0.0, .rule = setting.rule, .merge = setting.merge};
    switch (arm.family) {
    case Family::fedAvg:
        return std::make_unique<FedAvg<Scalar>>();
    case Family::fedProx:
        return std::make_unique<FedProx<Scalar>>(setting.weight);
    case Family::scaffold:
        return std::make_unique<Scaffold<Scalar>>();
    case Family::fedAdam:
        return std::make_unique<FedAdam<Scalar>>();
    case Family::fedCm:
        return std::make_unique<LocalMomentum<Scalar>>(
            LocalMomentumOptions{.beta = 0.1, .ascent = ascent});
    case Family::fedSpeed:
        break;
    }
    const auto server = arm.takesSampled ? FedSpeedOptions::Server::sampled
                        : arm.takesAll   ? FedSpeedOptions::Server::all
                                         : setting.server;
    return std::make_unique<FedSpeed<Scalar>>(
        FedSpeedOptions{.weight = arm.hasSpring ? setting.weight : 0.0,
                        .correction = arm.correction,
                        .server = server,
                        .ascent = ascent,
                        .relaxedStart = setting.relaxedStart});
}

} // namespace convergence::fed_speed
