// One trial of dictionary-frank-wolfe under way, and what the trials of a run share.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include "core/data/sample_stream.h"
#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "plugins/matrix/dictionary-frank-wolfe/arms.h"

namespace convergence::dictionary_learning {

constexpr Eigen::Index patchSide = 8;

struct Design {
    double sparsity;
    Eigen::Index batch;
    double riemannianRate;
    Eigen::Index storedSamples;
    std::uint64_t seed;
};

/// What is recorded of an iterate. What an arm does not have is not applicable.
struct Iterate {
    double samples = 0.0;
    double gap = notApplicable, predictedGap = notApplicable;
    double error = notApplicable, amari = notApplicable;
    double orthogonality = 0.0;
    double gradientError = notApplicable, predictedGradientError = notApplicable;
    double sigmaMax = 0.0, sigmaMedian = 0.0, sigmaMin = 0.0;
    double objective = 0.0;
    double keptByFour = notApplicable;
};
const Columns<Iterate>& iterateColumns();

/// What is recorded of a trial that ended.
struct Outcome {
    double gap = notApplicable, error = notApplicable, amari = notApplicable;
    double orthogonality = 0.0;
    double samples = 0.0, memory = 0.0;
    double keptByTwo = notApplicable, keptByFour = notApplicable, keptByEight = notApplicable;
};
const Columns<Outcome>& outcomeColumns();

/// Where samples come from, and a set of them that is never trained on.
struct Source {
    std::shared_ptr<const SampleStream> stream;
    std::shared_ptr<const Eigen::MatrixXd> probe; ///< N × probe samples
    /// D*, null for real data.
    std::shared_ptr<const Eigen::MatrixXd> truth;
};

/// What Bernoulli–Gaussian samples are drawn from.
struct SyntheticSamples {
    Eigen::Index dimension = 1;
    double sparsity = 0.1, noise = 0.0;
    std::uint64_t seed = 0;
    std::uint64_t number = 0; ///< tells dictionaries of one seed apart
};
Source syntheticSource(const SyntheticSamples& samples, Eigen::Index probeSamples);

/// Pictures for patches: those to train on, and one to take apart and put together again.
struct Pictures {
    std::shared_ptr<const Eigen::MatrixXf> training;
    std::shared_ptr<const Eigen::MatrixXf> heldOut;
    Eigen::Index width = 28;
    Eigen::Index lastTrainingColumn = 0, firstTestColumn = 0, lastTestColumn = 0;
    Provenance provenance;
};

/// Everything that the trials of one run share, read only.
struct Setting {
    ParameterValues values;
    const DataKind& data;
    RowFiller<Iterate> traceRow;
    RowFiller<Outcome> finalRow;
    Eigen::Index dimension = 0;
    std::optional<Pictures> pictures = {};
    /// By (seed, sparsity); the second source is the one after the change.
    std::map<std::pair<std::uint64_t, double>, std::vector<Source>> sources = {};
    Provenance provenance = {};

    [[nodiscard]] const std::vector<Source>& sourcesOf(const Design& design) const {
        return sources.at({design.seed, design.sparsity});
    }
};

/// A held-out picture cut into patches and put together from s coefficients each; s = 0: as it is.
Eigen::MatrixXd takenApart(const Eigen::MatrixXd& q, const Eigen::VectorXf& pixels,
                           Eigen::Index width, Eigen::Index s);

std::unique_ptr<Solver> makeSolver(std::shared_ptr<const Setting> setting, TrialPlan plan,
                                   Design design);

} // namespace convergence::dictionary_learning
