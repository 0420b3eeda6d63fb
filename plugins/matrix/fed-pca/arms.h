// What each arm of fed-pca is, and each choice of its other parameters.

#pragma once

#include <string_view>

#include "core/data/network_flows.h"
#include "core/matrix/federated_pca.h"

namespace convergence::federated_pca {

enum class Method {
    consensus,
    oneShot,
    average,
    oneClient,
    central,
    federatedNetwork,
    centralNetwork
};
enum class Coupling { penalty, none };
using Geometry = matrix::ConsensusPca::Geometry;

struct FederatedArm {
    std::string_view id, label, help;
    Method method;
    Geometry geometry = Geometry::grassmann;
    Coupling coupling = Coupling::penalty;

    [[nodiscard]] constexpr bool isConsensus() const { return method == Method::consensus; }
    [[nodiscard]] constexpr bool isNetwork() const {
        return method == Method::federatedNetwork || method == Method::centralNetwork;
    }
};
inline constexpr FederatedArm federatedArms[] = {
    {"fedpg", "FEDPG", "consensus ADMM on the Grassmann manifold", Method::consensus},
    {"fedpe", "FEDPE", "consensus ADMM in Euclidean space", Method::consensus, Geometry::euclidean},
    {"uncoupled", "no coupling", "FEDPG with ρ = 0: clients ignore each other", Method::consensus,
     Geometry::grassmann, Coupling::none},
    {"oneshot", "one shot", "leading eigenvectors of Σ U_iU_iᵀ of local PCAs", Method::oneShot},
    {"average", "averaged bases", "the plain average of local PCA bases", Method::average},
    {"local", "client 1 alone", "PCA of a single client", Method::oneClient},
    {"central", "central PCA", "PCA of everybody's covariances: the optimum", Method::central},
    {"fedae", "federated autoencoder", "d → 16 → k → 16 → d, averaged each round",
     Method::federatedNetwork},
    {"central_ae", "central autoencoder", "the same on all flows together",
     Method::centralNetwork}};

enum class FlowSource { synthetic, unsw, tonIot, table };
struct FlowChoice {
    std::string_view id, label, help;
    FlowSource source;
};
inline constexpr FlowChoice flowChoices[] = {
    {"synthetic", "synthetic traffic of four device profiles", "", FlowSource::synthetic},
    {"unsw", "UNSW-NB15 (CSV)", "", FlowSource::unsw},
    {"ton_iot", "TON-IoT network (CSV)", "", FlowSource::tonIot},
    {"csv", "any CSV file of flows", "", FlowSource::table}};

enum class TextColumns { dropped, oneHot };
struct TextChoice {
    std::string_view id, label, help;
    TextColumns become;
};
inline constexpr TextChoice textChoices[] = {
    {"drop", "left out", "", TextColumns::dropped},
    {"one_hot", "one-hot, 8 commonest values", "", TextColumns::oneHot}};

struct PartitionChoice {
    std::string_view id, label, help;
    FlowPartition partition;
};
inline constexpr PartitionChoice partitionChoices[] = {
    {"sorted", "sorted: each client has its own kind", "", FlowPartition::sorted},
    {"iid", "shuffled: all alike", "", FlowPartition::shuffled},
    {"dirichlet", "Dirichlet over the sorted runs", "", FlowPartition::dirichlet}};

enum class CouplingScale { one, perSample };
struct ScaleChoice {
    std::string_view id, label, help;
    CouplingScale scale;
};
inline constexpr ScaleChoice scaleChoices[] = {
    {"one", "1", "", CouplingScale::one},
    {"per_sample", "1/n_i, as in the authors' code", "", CouplingScale::perSample}};

enum class StartBasis { orthonormal, uniform };
struct StartChoice {
    std::string_view id, label, help;
    StartBasis start;
};
inline constexpr StartChoice startChoices[] = {
    {"orthonormal", "orthonormal: Q of a uniform matrix", "", StartBasis::orthonormal},
    {"uniform", "the uniform matrix itself, as the authors do", "", StartBasis::uniform}};

enum class ServerUpdate { simplified, full };
struct ServerChoice {
    std::string_view id, label, help;
    ServerUpdate update;
};
inline constexpr ServerChoice serverChoices[] = {
    {"simplified", "the U_i", "", ServerUpdate::simplified},
    {"full", "U_i + Y_i/ρ", "", ServerUpdate::full}};

enum class ThresholdRule { quantile, fixed };
struct ThresholdChoice {
    std::string_view id, label, help;
    ThresholdRule rule;
};
inline constexpr ThresholdChoice thresholdChoices[] = {
    {"quantile", "a quantile of the training scores", "", ThresholdRule::quantile},
    {"fixed", "fixed, on scores scaled to [0, 1] over the test set", "", ThresholdRule::fixed}};

/// The factor that is swept, the parameter that lists its values, and whom it concerns.
enum class Concerns { nobody, coupled, everybody };
struct SweepChoice {
    std::string_view id, label, help;
    std::string_view list = {};
    Concerns whom = Concerns::nobody;

    [[nodiscard]] constexpr bool concerns(const FederatedArm& arm) const {
        return whom == Concerns::everybody || (whom == Concerns::coupled && arm.isConsensus() &&
                                               arm.coupling == Coupling::penalty);
    }
};
inline constexpr SweepChoice sweepChoices[] = {
    {"none", "none", ""},
    {"penalty", "penalty ρ", "", "sweep_penalty", Concerns::coupled},
    {"fraction", "fraction", "", "sweep_fraction", Concerns::coupled},
    {"rank", "rank k", "", "sweep_rank", Concerns::everybody}};

} // namespace convergence::federated_pca
