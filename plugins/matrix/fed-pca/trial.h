// One trial of fed-pca under way, and what the trials of a run share.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

#include "core/data/network_flows.h"
#include "core/experiment/experiment.h"
#include "core/matrix/federated_pca.h"

namespace convergence::federated_pca {

struct Design {
    double penalty;
    double fraction;
    Eigen::Index rank;
    std::uint64_t seed;
};

/// The data of one seed, standardized, and what follows from it. Read only.
struct FlowData {
    NetworkFlows flows;
    std::vector<Eigen::MatrixXd> local; ///< X_i, each by its client's own standardization
    std::vector<matrix::PcaClient> clients;
    Eigen::MatrixXd meanCovariance; ///< C̄
    Eigen::MatrixXd training, normalTest,
        attackTest;                 ///< by the standardization of all normal flows
    double largestEigenvalue = 0.0; ///< of any C_i
};

struct Setting {
    ParameterValues values;
    std::map<std::uint64_t, std::shared_ptr<const FlowData>> data; ///< by seed
    Provenance provenance;
};

bool isAdmm(std::string_view arm);
bool isNetwork(std::string_view arm);

std::unique_ptr<Solver> makeSolver(std::shared_ptr<const Setting> setting, std::string arm,
                                   Design design);

} // namespace convergence::federated_pca
