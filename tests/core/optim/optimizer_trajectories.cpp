// Prints 100 iterates of each optimizer on one problem, for optimizers_vs_torch.py to compare.

#include <cmath>
#include <cstdio>

#include "core/optim/optimizer.h"

using namespace convergence;
using Eigen::VectorXd;

namespace {

constexpr int size = 6, steps = 100;

/// Of f(x) = ∑ c_i (1 − cos x_i) + ½ (∑ x_i)², c_i = i + 1.
VectorXd gradientAt(const VectorXd& x) {
    VectorXd gradient(size);
    for (int i = 0; i < size; ++i)
        gradient[i] = (i + 1) * std::sin(x[i]) + x.sum();
    return gradient;
}

} // namespace

int main() {
    for (const char* name :
         {"sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"}) {
        const auto optimizer = makeOptimizer<double>(name, size, {.weightDecay = 0.01});
        VectorXd x(size);
        for (int i = 0; i < size; ++i)
            x[i] = 1.0 - 0.3 * i;
        for (int t = 0; t < steps; ++t) {
            // A rate that falls, as a schedule's does.
            optimizer->step(x, gradientAt(x), 0.02 / (1.0 + 0.05 * t));
            std::printf("%s %d", name, t);
            for (int i = 0; i < size; ++i)
                std::printf(" %.17g", x[i]);
            std::printf("\n");
        }
    }
}
