// The solver library without a window: minimizes f(x) = ¼ ∑ xᵢ⁴ and prints the fitted rate.
//
// Gradient descent on it follows dx/dt = −x³, so x ≈ 1/√(2ηt) and f falls as t^−2.
#include <cstdio>
#include <vector>

#include "core/math/statistics.h"
#include "core/optim/optimizer.h"

int main() {
    constexpr double learningRate = 0.1;
    Eigen::VectorXd x = Eigen::VectorXd::Ones(10);
    convergence::Sgd<double> descent;
    std::vector<double> steps;
    std::vector<double> losses;
    for (int t = 1; t <= 100000; ++t) {
        const Eigen::VectorXd gradient = x.array().cube();
        descent.step(x, gradient, learningRate);
        steps.push_back(t);
        losses.push_back(0.25 * x.array().pow(4).sum());
    }
    const auto fit =
        convergence::fitLogLog(steps, losses, {.xMinimum = 1000.0, .logSpacedSamples = 200});
    std::printf("loss ~ t^%.3f (95 %% interval %.3f to %.3f, R² %.6f)\n", fit.slope, fit.slopeLow,
                fit.slopeHigh, fit.rSquared);
    return fit.valid() ? 0 : 1;
}
