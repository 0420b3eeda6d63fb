#include "core/control/martingale_condition.h"

#include <cmath>

namespace convergence::control {

using Eigen::ArrayXXd;
using Eigen::Index;

namespace {

/// The differences ΔM_i of all episodes into the columns of w.
void fillDifferences(const ValueProcess& process, const ValueTable& value, const ArrayXXd& y,
                     ArrayXXd& w) {
    for (Index i = 0; i < process.steps(); ++i)
        w.col(i) = value.square[i + 1] * y.col(i + 1) +
                   (process.stepReward(i) - value.square[i]) * y.col(i) +
                   (value.constant[i + 1] - value.constant[i]);
}

} // namespace

void weigh(const MartingaleCondition& condition, const ValueProcess& process,
           const ValueTable& value, const ArrayXXd& y, ArrayXXd& w) {
    const Index n = process.steps();
    const double dt = process.timeStep();
    if (condition.kind == Condition::martingaleLoss) {
        // The return in w first, from behind, then less J.
        for (Index i = n - 1; i >= 0; --i) {
            if (i + 1 < n)
                w.col(i) = w.col(i + 1) + process.stepReward(i) * y.col(i);
            else
                w.col(i) = process.terminalReward() * y.col(n) + process.stepReward(i) * y.col(i);
        }
        for (Index i = 0; i < n; ++i)
            w.col(i) = dt * (w.col(i) - value.square[i] * y.col(i) - value.constant[i]);
        return;
    }
    fillDifferences(process, value, y, w);
    if (condition.kind == Condition::squaredError) {
        const double rate = 1.0 / dt;
        for (Index i = n - 1; i > 0; --i)
            w.col(i) = (w.col(i) - w.col(i - 1)) * rate;
        w.col(0) *= rate;
    } else if (condition.kind == Condition::traces) {
        const double decay = std::pow(condition.lambda, dt);
        for (Index i = n - 2; i >= 0; --i)
            w.col(i) += decay * w.col(i + 1);
        w *= dt;
    }
}

} // namespace convergence::control
