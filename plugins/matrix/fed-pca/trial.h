// One trial of fed-pca under way, and what the trials of a run share.

#pragma once

#include <map>
#include <memory>
#include <vector>

#include <Eigen/Core>

#include "core/data/network_flows.h"
#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "core/matrix/federated_pca.h"
#include "plugins/matrix/fed-pca/arms.h"

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

/// What is recorded of a round. What an arm does not have is not applicable.
struct Round {
    double bytes = 0.0;
    double gap = notApplicable, distance = notApplicable;
    double consensus = notApplicable, departure = notApplicable;
    double area = 0.0, recall = 0.0, falseAlarms = 0.0;
};
const Columns<Round>& roundColumns();

/// What is recorded of a trial that ended.
struct Outcome {
    double gap = notApplicable, arrival = notApplicable;
    matrix::Detection found;
    double bytes = 0.0, numbers = 0.0;
    double localDeparture = notApplicable;
    double bestLocalArea = notApplicable, worstLocalArea = notApplicable;
};
const Columns<Outcome>& outcomeColumns();

struct Setting {
    ParameterValues values;
    RowFiller<Round> traceRow;
    RowFiller<Outcome> finalRow;
    std::map<std::uint64_t, std::shared_ptr<const FlowData>> data = {}; ///< by seed
    Provenance provenance = {};
};

std::unique_ptr<Solver> makeSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan,
                                   Design design);

} // namespace convergence::federated_pca
