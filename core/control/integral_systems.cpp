#include "core/control/integral_systems.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "core/error.h"
#include "core/math/decompositions.h"
#include "core/math/matrix_equations.h"
#include "core/math/matrix_exponential.h"
#include "core/math/ode.h"

namespace convergence::control {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

ClosedLoop::ClosedLoop(VectorXd start, Index samples)
    : states_(start.size(), samples), costs_(samples), end_(std::move(start)) {
    if (samples < 2)
        throw std::logic_error("a window has two samples at least");
}

VectorXd ControlledSystem::trapezoidalStep(const VectorXd&, double) const {
    throw std::logic_error("only of linear systems the error of the trapezoidal rule is derived");
}

VectorXd ControlledSystem::ruleStep(const VectorXd&, const VectorXd&, double) const {
    throw std::logic_error("only on linear systems all data agree on the value of a policy");
}

Eigen::VectorXcd ControlledSystem::poles(const VectorXd&) const {
    return {};
}

// ---- Linear systems ------------------------------------------------------------------------

namespace {

/// ∫₀ᵀ e^{A_cᵀt} S e^{A_c t} dt: over a short time by one exponential of a block matrix (Van Loan
/// 1978), which holds e^{−A_cᵀt} too and would overflow over a long one; then the time is doubled.
MatrixXd costOfWindow(const MatrixXd& a, const MatrixXd& s, double T) {
    const Index n = a.rows();
    const double size = a.norm() * T;
    if (!std::isfinite(size))
        return MatrixXd::Constant(n, n, size);
    const int doublings = std::max(0, std::ilogb(size) + 1);
    const double h = std::ldexp(T, -doublings);
    MatrixXd block(2 * n, 2 * n);
    block << -a.transpose() * h, s * h, MatrixXd::Zero(n, n), a * h;
    const MatrixXd exponential = matrixExponential(block);
    MatrixXd step = exponential.bottomRightCorner(n, n);
    MatrixXd cost = step.transpose() * exponential.topRightCorner(n, n);
    for (int k = 0; k < doublings; ++k) {
        cost += (step.transpose() * cost * step).eval();
        step = (step * step).eval();
    }
    return cost;
}

class LinearLoop final : public ClosedLoop {
public:
    LinearLoop(const MatrixXd& a, MatrixXd s, const VectorXd& x, double T, Index samples)
        : ClosedLoop(x, samples), step_(matrixExponential(a * (T / double(samples - 1)))),
          cost_(std::move(s)), costOfWindow_(costOfWindow(a, cost_, T)), product_(x.size()) {}

    double next() override {
        const double integral = quadratic(costOfWindow_);
        for (Index n = 0; n < costs_.size(); ++n) {
            if (n > 0) {
                product_.noalias() = step_ * end_;
                end_ = product_;
            }
            states_.col(n) = end_;
            costs_[n] = quadratic(cost_);
        }
        if (!std::isfinite(integral) || !end_.allFinite())
            throw NumericalError("The state of the closed loop is no longer finite.");
        return integral;
    }

private:
    double quadratic(const MatrixXd& m) {
        product_.noalias() = m * end_;
        return end_.dot(product_);
    }
    MatrixXd step_, cost_, costOfWindow_;
    VectorXd product_;
};

VectorXd upperTriangle(const MatrixXd& p) {
    const Index n = p.rows();
    VectorXd weights(n * (n + 1) / 2);
    Index k = 0;
    for (Index i = 0; i < n; ++i)
        for (Index j = i; j < n; ++j)
            weights[k++] = 0.5 * (p(i, j) + p(j, i));
    return weights;
}

} // namespace

LinearQuadraticSystem::LinearQuadraticSystem(MatrixXd a, VectorXd b, MatrixXd q, double r,
                                             VectorXd start)
    : ControlledSystem(start, VectorXd::Zero(start.size() * (start.size() + 1) / 2),
                       upperTriangle(solveRiccati(a, b, q, MatrixXd::Constant(1, 1, r)))),
      a_(std::move(a)), q_(std::move(q)), b_(std::move(b)), r_(r) {
    if (start.size() != a_.rows())
        throw std::logic_error("the start has not as many entries as the system has states");
    static_cast<void>(newtonStep(firstWeights())); // A is stable
}

MatrixXd LinearQuadraticSystem::matrixOf(const VectorXd& weights) const {
    MatrixXd p(states(), states());
    Index k = 0;
    for (Index i = 0; i < states(); ++i)
        for (Index j = i; j < states(); ++j, ++k)
            p(i, j) = p(j, i) = weights[k];
    return p;
}

VectorXd LinearQuadraticSystem::weightsOf(const MatrixXd& p) const {
    return upperTriangle(p);
}

Eigen::RowVectorXd LinearQuadraticSystem::gain(const VectorXd& weights) const {
    return b_.transpose() * matrixOf(weights) / r_;
}

MatrixXd LinearQuadraticSystem::loopMatrix(const VectorXd& weights) const {
    return a_ - b_ * gain(weights);
}

MatrixXd LinearQuadraticSystem::costMatrix(const VectorXd& weights) const {
    const Eigen::RowVectorXd k = gain(weights);
    return q_ + r_ * k.transpose() * k;
}

void LinearQuadraticSystem::features(const VectorXd& x, VectorXd& phi) const {
    Index k = 0;
    for (Index i = 0; i < x.size(); ++i)
        for (Index j = i; j < x.size(); ++j)
            phi[k++] = (i == j ? 1.0 : 2.0) * x[i] * x[j];
}

double LinearQuadraticSystem::control(const VectorXd& weights, const VectorXd& x) const {
    return -gain(weights) * x;
}

std::unique_ptr<ClosedLoop> LinearQuadraticSystem::closedLoop(const VectorXd& weights,
                                                              const VectorXd& x, double T,
                                                              Index samples) const {
    return std::make_unique<LinearLoop>(loopMatrix(weights), costMatrix(weights), x, T, samples);
}

double LinearQuadraticSystem::error(const VectorXd& weights) const {
    return matrixOf(weights - solution()).norm();
}

double LinearQuadraticSystem::residual(const VectorXd& weights) const {
    const MatrixXd p = matrixOf(weights);
    const VectorXd pb = p * b_;
    return (a_.transpose() * p + p * a_ + q_ - pb * pb.transpose() / r_).norm();
}

VectorXd LinearQuadraticSystem::newtonStep(const VectorXd& weights) const {
    return upperTriangle(solveLyapunov(loopMatrix(weights), costMatrix(weights)));
}

VectorXd LinearQuadraticSystem::trapezoidalStep(const VectorXd& weights, double h) const {
    const MatrixXd a = loopMatrix(weights), s = costMatrix(weights);
    return newtonStep(weights) - h * h / 12.0 * upperTriangle(MatrixXd(a.transpose() * s + s * a));
}

VectorXd LinearQuadraticSystem::ruleStep(const VectorXd& weights, const VectorXd& beta,
                                         double T) const {
    const auto loop = closedLoop(weights, start(), T, beta.size());
    MatrixXd rows(featureCount(), featureCount());
    VectorXd targets(featureCount()), before(featureCount()), after(featureCount());
    Index row = 0;
    for (Index i = 0; i < states(); ++i)
        for (Index j = i; j < states(); ++j, ++row) {
            VectorXd x = VectorXd::Unit(states(), i);
            if (j != i)
                x[j] = 1.0;
            loop->beginAt(x);
            loop->next();
            features(x, before);
            features(loop->end(), after);
            rows.row(row) = before - after;
            targets[row] = beta.dot(loop->costs());
        }
    Inverter<double> invert(featureCount());
    const MatrixXd* const inverse = invert(rows);
    if (!inverse || !inverse->allFinite())
        throw NumericalError("No value agrees with the rule's sums under this policy.");
    return *inverse * targets;
}

Eigen::VectorXcd LinearQuadraticSystem::poles(const VectorXd& weights) const {
    return eigenvalues(loopMatrix(weights));
}

VectorXd LinearQuadraticSystem::startFrom(const VectorXd& normals, const VectorXd&) const {
    return 2.5 * normals;
}

std::shared_ptr<const LinearQuadraticSystem> thirdOrderSystem() {
    MatrixXd a(3, 3);
    a << 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, -0.1, -0.5, -0.7;
    return std::make_shared<const LinearQuadraticSystem>(a, Eigen::Vector3d(0.0, 0.0, 1.0),
                                                         MatrixXd::Identity(3, 3), 1.0,
                                                         Eigen::Vector3d(2.0, -2.0, 3.0));
}

// ---- The sine system -----------------------------------------------------------------------

namespace {

struct SineFlow {
    double w2, w3; ///< of x₁x₂ and x₂²; the policy does not depend on that of x₁²

    [[nodiscard]] double control(double x1, double x2) const {
        return -0.5 * std::sin(x1) * (w2 * x1 + 2.0 * w3 * x2);
    }
    /// ẋ₁, ẋ₂ and l.
    void operator()(double, const VectorXd& x, VectorXd& derivative) const {
        const double sine = std::sin(x[0]);
        const double u = -0.5 * sine * (w2 * x[0] + 2.0 * w3 * x[1]);
        derivative[0] = x[1] - x[0];
        derivative[1] = -0.5 * (x[0] + x[1]) + sine * (0.5 * x[1] * sine + u);
        derivative[2] = x[0] * x[0] + x[1] * x[1] + u * u;
    }
};

class SineLoop final : public ClosedLoop {
public:
    SineLoop(const VectorXd& weights, const VectorXd& x, double T, Index samples)
        : ClosedLoop(x, samples), flow_{weights[1], weights[2]}, length_(T), derivative_(3) {}

    /// The integral of l is a third state, which begins at 0 in each window, so that it is as
    /// accurate where the state has come near the origin.
    double next() override {
        constexpr double tolerance = 1e-12;
        Eigen::Vector3d x(end_[0], end_[1], 0.0);
        const double size = costOf(x) * length_;
        OdeIntegrator integrator(flow_, 0.0, x,
                                 {.relativeTolerance = tolerance,
                                  .absoluteTolerance = std::max(tolerance * size, 1e-300),
                                  .firstStep = length_ / 8.0});
        const Index last = costs_.size() - 1;
        for (Index n = 0; n <= last; ++n) {
            if (n > 0)
                integrator.advance(n == last ? length_ : length_ * double(n) / double(last));
            states_.col(n) = integrator.state().head(2);
            costs_[n] = costOf(integrator.state());
        }
        end_ = states_.col(last);
        return integrator.state()[2];
    }

private:
    double costOf(const VectorXd& x) {
        flow_(0.0, x, derivative_);
        return derivative_[2];
    }
    SineFlow flow_;
    double length_;
    VectorXd derivative_;
};

/// ∇V·(f + gu) + l = row·ω + l at the grid's states under the policy.
struct GridEquations {
    MatrixXd rows;
    VectorXd costs;
};
GridEquations gridEquations(const VectorXd& policy) {
    constexpr Index side = 9;
    constexpr double half = 1.5;
    const SineFlow flow{policy[1], policy[2]};
    GridEquations equations{MatrixXd(side * side, 3), VectorXd(side * side)};
    VectorXd x(3), rate(3);
    for (Index k = 0; k < side * side; ++k) {
        x << half * (2.0 * double(k % side) / (side - 1) - 1.0),
            half * (2.0 * double(k / side) / (side - 1) - 1.0), 0.0;
        flow(0.0, x, rate);
        equations.rows.row(k) << 2.0 * x[0] * rate[0], x[1] * rate[0] + x[0] * rate[1],
            2.0 * x[1] * rate[1];
        equations.costs[k] = rate[2];
    }
    return equations;
}

} // namespace

SineSystem::SineSystem()
    : ControlledSystem(Eigen::Vector2d(1.0, 1.0), Eigen::Vector3d(-1.0, 3.0, 1.5),
                       Eigen::Vector3d(0.5, 0.0, 1.0)) {}

void SineSystem::features(const VectorXd& x, VectorXd& phi) const {
    phi << x[0] * x[0], x[0] * x[1], x[1] * x[1];
}

double SineSystem::control(const VectorXd& weights, const VectorXd& x) const {
    return SineFlow{weights[1], weights[2]}.control(x[0], x[1]);
}

std::unique_ptr<ClosedLoop> SineSystem::closedLoop(const VectorXd& weights, const VectorXd& x,
                                                   double T, Index samples) const {
    return std::make_unique<SineLoop>(weights, x, T, samples);
}

double SineSystem::error(const VectorXd& weights) const {
    return (weights - solution()).norm();
}

double SineSystem::residual(const VectorXd& weights) const {
    const GridEquations equations = gridEquations(weights);
    return std::sqrt((equations.rows * weights + equations.costs).squaredNorm() /
                     double(equations.costs.size()));
}

VectorXd SineSystem::newtonStep(const VectorXd& weights) const {
    const GridEquations equations = gridEquations(weights);
    const auto svd = thinSvd(equations.rows);
    return -svd.v * (svd.u.transpose() * equations.costs).cwiseQuotient(svd.values).eval();
}

VectorXd SineSystem::startFrom(const VectorXd& normals, const VectorXd& uniforms) const {
    return (normals.array() < 0.0)
        .select(-(0.5 + uniforms.array()), 0.5 + uniforms.array())
        .matrix();
}

} // namespace convergence::control
