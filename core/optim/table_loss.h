#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <Eigen/Core>

#include "core/data/fit_table.h"
#include "core/math/jet.h"

namespace convergence {

/// What two weights w = (w₁, w₂) cost on a table of n rows:
///
///   line      f(w) = 1/(2n) Σ (w₁uᵢ + w₂ − vᵢ)²               slope and intercept
///   classes   f(w) = 1/n Σ ln(1 + exp(−sᵢ(w₁uᵢ + w₂vᵢ)))      a weight a feature, sᵢ = ±1
///
/// with u and v the columns as they are given, or standardized: (x − mean)/deviation. Between the
/// classes w₁u + w₂v = 0: a line through the origin, or through the means where standardized.
///
/// f is convex, with exact gradient and Hessian. Its minimum is where the normal equations say, or
/// where Newton's method ends. Classes that a line through that point separates have none: the loss
/// falls for ever as the weights grow.
class TableLoss {
public:
    enum class Columns { asGiven, standardized };

    /// Throws InputError where the minimum is not one point: x the same in all rows, features that
    /// are multiples of one another.
    TableLoss(FitTable table, Columns columns);

    /// Value with first and second derivatives, over all rows.
    [[nodiscard]] Jet at(const Eigen::Vector2d& w) const;
    /// The gradient over some of the rows, which are not empty.
    [[nodiscard]] Eigen::Vector2d gradient(const Eigen::Vector2d& w,
                                           std::span<const std::uint32_t> rows) const;

    /// None where the classes can be separated.
    [[nodiscard]] const std::optional<Eigen::Vector2d>& minimum() const { return minimum_; }
    /// The largest curvature that there is: gradient descent descends at rates below 2/L.
    [[nodiscard]] double largestCurvature() const { return largest_; }
    /// The least curvature at the minimum; not a number where there is none.
    [[nodiscard]] double leastCurvature() const { return least_; }

    /// Mean and standard deviation (over n) by which a column is standardized; a column of one
    /// value has the deviation 1. As given: 0 and 1.
    struct Scaling {
        double mean = 0.0, deviation = 1.0;
    };
    [[nodiscard]] const Scaling& first() const { return scaling_[0]; }
    [[nodiscard]] const Scaling& second() const { return scaling_[1]; }
    [[nodiscard]] bool isStandardized() const { return columns_ == Columns::standardized; }
    [[nodiscard]] const FitTable& table() const { return table_; }

    /// a·x + b·y = c in the table's own units: the line that is fitted, or that between the
    /// classes. a = b = 0 where w says none.
    struct Straight {
        double a = 0.0, b = 0.0, c = 0.0;
    };
    [[nodiscard]] Straight straight(const Eigen::Vector2d& w) const;

private:
    void scale();
    void solveLine();
    void solveClasses();
    [[nodiscard]] Jet lineAt(const Eigen::Vector2d& w) const;
    [[nodiscard]] Jet classesAt(const Eigen::Vector2d& w) const;

    FitTable table_;
    Columns columns_;
    Scaling scaling_[2];
    Eigen::Matrix2Xd z_; ///< one row of the table a column: (u, v), for classes sᵢ(u, v)
    std::optional<Eigen::Vector2d> minimum_;
    Eigen::Matrix2d hessian_ = Eigen::Matrix2d::Zero(); ///< of a line
    double floor_ = 0.0;                                ///< f at the minimum of a line
    double largest_ = 0.0;
    double least_ = 0.0;
};

} // namespace convergence
