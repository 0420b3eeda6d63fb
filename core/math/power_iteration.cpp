#include "core/math/power_iteration.h"

#include <cmath>

#include "core/math/random.h"

namespace convergence {

namespace {

using Eigen::VectorXd;
using Product = std::function<void(const VectorXd& v, VectorXd& result)>;

/// On H + shift·I, from result.vector, until the residual is within the tolerance of the largest
/// |λ|, the shift where there is one. Iterations add up.
void iterate(const Product& product, double shift, const PowerIterationOptions& options,
             PowerIterationResult& result) {
    VectorXd image(result.vector.size());
    result.converged = false;
    while (!result.converged && result.iterations < options.maximumIterations) {
        product(result.vector, image);
        ++result.iterations;
        result.value = result.vector.dot(image);
        result.residual = (image - result.value * result.vector).norm();
        const double scale = shift > 0.0 ? shift : std::abs(result.value);
        result.converged = result.residual <= options.tolerance * scale;
        image += shift * result.vector;
        const double length = image.norm();
        if (!std::isfinite(length)) // also where entries overflow
            return;
        if (length > 0.0 && !result.converged)
            result.vector = image / length;
    }
}

} // namespace

PowerIterationResult largestEigenvalue(const Product& product, Eigen::Index size,
                                       const PowerIterationOptions& options) {
    PowerIterationResult result;
    result.vector.resize(size);
    RandomStream stream({.seed = options.seed, .purpose = "power iteration"});
    const auto draw = [&] {
        stream.fillNormal({result.vector.data(), static_cast<std::size_t>(size)});
        result.vector.normalize();
    };
    draw();
    iterate(product, 0.0, options, result);
    if (result.value < 0.0) {
        const double shift = -result.value;
        draw(); // the vector found is what the shift sends to 0
        iterate(product, shift, options, result);
    }
    return result;
}

} // namespace convergence
