#pragma once

#include <span>

#include <Eigen/Core>

namespace convergence {

/// Area under the receiver operating characteristic (AUROC): the chance that a positive scores
/// above a negative, where a tie counts ½,
///
///   A = (Σ ranks of the positives − m(m + 1)/2) / (n m),
///
/// with ranks from 1 among all n negatives and m positives, tied scores sharing the mean of theirs
/// (Mann and Whitney 1947; Hanley and McNeil 1982). ½ where the score says nothing (also where all
/// are equal, which an order of ties by position would turn into any number), 1 where it separates,
/// 1 − A with the signs of the scores turned. Infinite scores have their places. NaN where a score
/// is NaN or there are no negatives or no positives. O((n + m) log(n + m)).
double areaUnderRoc(std::span<const double> negatives, std::span<const double> positives);
inline double areaUnderRoc(const Eigen::VectorXd& negatives, const Eigen::VectorXd& positives) {
    const auto entries = [](const Eigen::VectorXd& v) {
        return std::span<const double>(v.data(), static_cast<std::size_t>(v.size()));
    };
    return areaUnderRoc(entries(negatives), entries(positives));
}

} // namespace convergence
