// One way to balance domains on its way through a training, what it records, and what the trials
// of a run share.

#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/domains/draws.h"
#include "core/domains/softmax_domains.h"
#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "core/experiment/made_once.h"
#include "plugins/stochastic/upsample-upweight/arms.h"
#include "plugins/stochastic/upsample-upweight/texts.h"

namespace convergence::upsample {

using Numbers = std::vector<double>;

/// Norms of mini-batch gradients are counted in bins that are evenly wide in their logarithm.
struct NormBins {
    static constexpr std::size_t count = 40;
    static constexpr double least = 1e-3, perDecade = 8.0;
    static std::size_t of(double norm);
    static double center(std::size_t bin);
};

/// What is recorded of an iterate; of lists, one number a domain.
struct State {
    double examples = 0.0;
    double temperature = notApplicable;
    Numbers losses, repetitions, shares;
    double gradientNorm = notApplicable; ///< of the last mini-batch
    Numbers normCounts = Numbers(NormBins::count, 0.0);
    double gap = notApplicable; ///< F(W) − F* at the arm's temperature
    double sampledNoise = notApplicable, weightedNoise = notApplicable; ///< V_TS, V_S
    double twinGap = notApplicable; ///< max |W_TS − W_S| of full gradients
};

/// What is known of a trial at its end.
struct Finals {
    Numbers losses;
    double bestSmallest = notApplicable, rise = notApplicable; ///< of the smallest domain's loss
    double repetitions = 0.0;                                  ///< of the smallest domain
    double normMean = notApplicable, normVariance = notApplicable; ///< over t > I/4
    double excess = notApplicable;                                 ///< F(τ)
    double floorGap = notApplicable; ///< mean of the gap over the second half
    double sampledNoise = notApplicable, weightedNoise = notApplicable; ///< at the optimum
    double identityError = notApplicable; ///< of V_TS and V_S against enumeration, relative
    double bias = notApplicable;          ///< of the estimate, in standard errors
};

const Columns<State>& traceTable();
const Columns<Finals>& finalTable();
Records records();

/// What the trials of a run share, and read only.
struct Setting {
    /// Reads texts where they are trained on; throws InputError as loadDomainTexts().
    explicit Setting(const ParameterValues& values);

    [[nodiscard]] std::shared_ptr<const domains::SoftmaxDomains>
    softmax(std::uint64_t replicate) const;
    /// Where F is least at a temperature.
    [[nodiscard]] std::shared_ptr<const Eigen::VectorXd> optimum(std::uint64_t replicate,
                                                                 double temperature) const;
    [[nodiscard]] Numbers sharesAt(double temperature) const;
    [[nodiscard]] double rate() const; ///< of the problem's optimizer
    [[nodiscard]] domains::DomainDraws::Order order() const;
    [[nodiscard]] bool isText() const { return problem.isText(); }

    ParameterValues values;
    const ProblemChoice& problem;
    const ModelChoice& model;
    const ControlChoice& control;
    std::uint64_t seed;
    DomainTexts texts; ///< empty where there are none
    std::vector<std::uint32_t> exampleCounts;
    Numbers sizes;                  ///< the same
    std::vector<std::string> names; ///< of domains
    std::string optimizer;          ///< as charts say it: "Adam"
    RowFiller<State> traceRow;
    RowFiller<Finals> finalRow;

private:
    mutable MadeOnce<std::uint64_t, domains::SoftmaxDomains> problems_;
    mutable MadeOnce<std::pair<std::uint64_t, double>, Eigen::VectorXd> optima_;
};

/// How an arm decides on mixtures; not for full gradients, nor for shares by proxies.
std::unique_ptr<domains::MixturePolicy> makePolicy(const Setting& setting, const TrialPlan& plan);

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan);

} // namespace convergence::upsample
