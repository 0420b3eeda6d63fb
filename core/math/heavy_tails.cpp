#include "core/math/heavy_tails.h"

#include <cmath>
#include <stdexcept>

namespace convergence {

namespace {

void requirePositive(double value) {
    if (!(value > 0.0 && std::isfinite(value)))
        throw std::logic_error("a scale, index or shape must be positive and finite");
}

/// Uniform on (0, 1], so that its logarithm is finite.
double positiveUniform(RandomStream& stream) {
    return 1.0 - stream.uniform();
}

} // namespace

double laplace(RandomStream& stream, double scale) {
    requirePositive(scale);
    const double magnitude = -scale * std::log(positiveUniform(stream));
    return (stream.bits() & 1U) != 0 ? magnitude : -magnitude;
}

double lomax(RandomStream& stream, double index) {
    requirePositive(index);
    return std::expm1(-std::log(positiveUniform(stream)) / index);
}

double subWeibull(RandomStream& stream, double shape) {
    requirePositive(shape);
    return std::pow(std::abs(stream.normal()), 2.0 / shape);
}

void unitDirection(RandomStream& stream, std::span<double> out) {
    double square = 0.0;
    while (square == 0.0) {
        stream.fillNormal(out);
        for (const double x : out)
            square += x * x;
    }
    const double factor = 1.0 / std::sqrt(square);
    for (double& x : out)
        x *= factor;
}

} // namespace convergence
