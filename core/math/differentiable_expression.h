#pragma once

#include <memory>
#include <string>

#include "core/math/jet.h"

namespace convergence {

/// A formula in x and y, typed by a person, that can be differentiated: value, gradient and Hessian
/// are exact to rounding. The grammar is that of Expression, which also words the refusals; a
/// formula means the same to both.
///
/// Derivatives of comparisons, sign and rint are 0; those of min, max, abs and c ? a : b are of the
/// branch taken. Outside a function's domain the result is NaN.
class DifferentiableExpression {
public:
    /// Throws InputError for what Expression refuses, and for the functions that are not known
    /// here, naming them.
    explicit DifferentiableExpression(const std::string& formula);
    ~DifferentiableExpression();
    DifferentiableExpression(DifferentiableExpression&&) noexcept;
    DifferentiableExpression& operator=(DifferentiableExpression&&) noexcept;

    /// May be called by several threads at once.
    [[nodiscard]] Jet evaluate(double x, double y) const;

    struct Node; ///< of the syntax tree

private:
    std::unique_ptr<const Node> root_;
};

} // namespace convergence
