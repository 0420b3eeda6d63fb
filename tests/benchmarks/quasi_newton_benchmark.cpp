// BFGS and L-BFGS down to a gradient of 1e-6; quasi_newton_vs_scipy.py compares iterations,
// evaluations and time with scipy's on the same problems.

#include <cmath>
#include <cstdint>

#include <benchmark/benchmark.h>

#include "core/optim/quasi_newton.h"

using namespace convergence;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

/// Uniform on [−1, 1); the script draws the same.
class Draws {
public:
    double operator()() {
        state_ = state_ * 6364136223846793005U + 1442695040888963407U;
        return static_cast<double>(state_ >> 11U) * 0x1p-52 - 1.0;
    }

private:
    std::uint64_t state_ = 1;
};

/// Softmax regression as the federated testbed has it: 60 inputs of variance j^−1.2, ten classes,
/// 2000 samples, ridge 1e-3; 610 parameters.
class Softmax {
public:
    Softmax() : x_(samples, inputs + 1), y_(MatrixXd::Zero(samples, classes)) {
        Draws draw;
        MatrixXd truth(inputs, classes);
        for (Index i = 0; i < inputs; ++i)
            for (Index c = 0; c < classes; ++c)
                truth(i, c) = 3.0 * draw();
        for (Index s = 0; s < samples; ++s) {
            for (Index j = 0; j < inputs; ++j)
                x_(s, j) = std::sqrt(3.0) * std::pow(static_cast<double>(j + 1), -0.6) * draw();
            x_(s, inputs) = 1.0;
            Index label = 0;
            (x_.row(s).head(inputs) * truth).maxCoeff(&label);
            y_(s, label) = 1.0;
        }
    }
    double operator()(const VectorXd& w, VectorXd& gradient) {
        const auto weights = w.reshaped(inputs + 1, classes);
        z_.noalias() = x_ * weights;
        const VectorXd largest = z_.rowwise().maxCoeff();
        z_.colwise() -= largest;
        const double fit = (z_.array() * y_.array()).sum();
        z_ = z_.array().exp();
        const VectorXd total = z_.rowwise().sum();
        z_.array().colwise() /= total.array();
        z_ -= y_;
        const double n = samples;
        gradient.reshaped(inputs + 1, classes) = x_.transpose() * z_ / n + ridge * weights;
        return (total.array().log().sum() - fit) / n + 0.5 * ridge * w.squaredNorm();
    }

    static constexpr Index samples = 2000, inputs = 60, classes = 10;
    static constexpr double ridge = 1e-3;

private:
    MatrixXd x_, y_, z_;
};

double rosenbrock(const VectorXd& x, VectorXd& gradient) {
    double value = 0.0;
    gradient.setZero();
    for (Index i = 0; i + 1 < x.size(); ++i) {
        const double a = x[i + 1] - x[i] * x[i], b = 1.0 - x[i];
        value += 100.0 * a * a + b * b;
        gradient[i] += -400.0 * a * x[i] - 2.0 * b;
        gradient[i + 1] += 200.0 * a;
    }
    return value;
}

void run(benchmark::State& state, bool isBfgs, const Objective& objective, const VectorXd& start) {
    const MinimizationOptions options{
        .maximumIterations = 20000, .gradientTolerance = 1e-6, .decreaseTolerance = 0.0};
    MinimizationResult result;
    for (auto _ : state)
        result = isBfgs ? minimizeBfgs(objective, start, options)
                        : minimizeLbfgs(objective, start, options);
    state.counters["steps"] = result.iterations;
    state.counters["evaluations"] = result.evaluations;
    state.counters["value"] = result.value;
    state.counters["gradient"] = result.largestDerivative;
}

void softmax(benchmark::State& state, bool isBfgs) {
    run(state, isBfgs, Softmax(), VectorXd::Zero((Softmax::inputs + 1) * Softmax::classes));
}
void valley(benchmark::State& state, bool isBfgs) {
    run(state, isBfgs, rosenbrock, VectorXd::Constant(100, -1.0));
}

BENCHMARK_CAPTURE(softmax, lbfgs, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(softmax, bfgs, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(valley, lbfgs, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(valley, bfgs, true)->Unit(benchmark::kMillisecond);

} // namespace
