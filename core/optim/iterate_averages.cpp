#include "core/optim/iterate_averages.h"

namespace convergence {

void IterateAverages::add(const Eigen::Ref<const Eigen::VectorXd>& x, double stepSize) {
    ++count_;
    weight_ += stepSize;
    uniform_ += (x - uniform_) / static_cast<double>(count_);
    weighted_ += (stepSize / weight_) * (x - weighted_);
    if (count_ <= suffixStart_ + 1)
        suffix_ = x;
    else
        suffix_ += (x - suffix_) / static_cast<double>(count_ - suffixStart_);
}

} // namespace convergence
