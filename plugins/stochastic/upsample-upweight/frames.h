// Pictures of a mixture and of what came of it.

#pragma once

#include <span>

#include "core/experiment/frames.h"
#include "plugins/stochastic/upsample-upweight/trial.h"

namespace convergence::upsample {

/// Where W goes in the plane through the start and the optima at the first static temperature and
/// at another. Of replicate 0, which the field belongs to.
class SlicePath {
public:
    SlicePath(const Setting& setting, const TrialPlan& plan);
    /// Each iteration once.
    void add(std::int64_t iteration, const Eigen::VectorXd& W);
    void draw(FrameMap& frames) const;

private:
    bool isShown_;
    Eigen::MatrixXd plane_; ///< two orthonormal columns
    PathFrame path_;
};

/// F − F* over that plane.
FieldFrame sliceField(const Setting& setting);

/// p(·; τ) beside the shares of the data.
BarsFrame shareBars(const Setting& setting, const domains::Mixture& mixture);
/// F against τ for several skewnesses and for these data, with where τ is now.
CurvesFrame excessCurves(const Setting& setting, std::optional<double> temperature,
                         double skewness);
TableFrame domainTable(const Setting& setting, const domains::Mixture& mixture, const State& state);
/// m_i, and p_i(w_i − 1)m_i, whose sum is V_S − V_TS, from a sample of examples.
struct MomentBars {
    BarsFrame moments, terms;
};
MomentBars momentBars(const Setting& setting, const domains::ExampleLearner& learner,
                      double temperature);

/// Of all trials of the first replicate: losses against each other, norms of gradients, a table.
CurvesFrame frontierCurves(const Recording& soFar);
BarsFrame normBars(const Recording& soFar);
TableFrame summaryTable(const Setting& setting, const Recording& soFar);

/// "TS, τ = 5"; without τ where there is one static temperature.
std::string nameOfTrial(const Recording& soFar, std::size_t trial);

} // namespace convergence::upsample
