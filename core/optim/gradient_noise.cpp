#include "core/optim/gradient_noise.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/heavy_tails.h"

namespace convergence {

GradientNoise::GradientNoise(std::string_view name, Eigen::Index dimension, double scale,
                             double shape)
    : scale_(scale), shape_(shape), draw_(dimension) {
    const auto found = std::find(names().begin(), names().end(), name);
    if (found == names().end())
        throw InputError(fmt::format("There is no gradient noise '{}', expected one of {}.", name,
                                     fmt::join(names(), ", ")));
    kind_ = static_cast<Kind>(found - names().begin());
}

void GradientNoise::addTo(Eigen::Ref<Eigen::VectorXd> gradient, RandomStream& stream) {
    const std::span<double> draw(draw_.data(), static_cast<std::size_t>(draw_.size()));
    switch (kind_) {
    case Kind::none:
        return;
    case Kind::gaussian:
        stream.fillNormal(draw, scale_ / std::sqrt(static_cast<double>(draw_.size())));
        gradient += draw_;
        return;
    case Kind::signs: {
        std::uint64_t bits = 0;
        for (Eigen::Index i = 0; i < gradient.size(); ++i, bits >>= 1U) {
            if (i % 64 == 0)
                bits = stream.bits();
            gradient[i] += (bits & 1U) != 0 ? scale_ : -scale_;
        }
        return;
    }
    case Kind::subWeibull:
    case Kind::pareto: {
        unitDirection(stream, draw);
        const double magnitude =
            kind_ == Kind::pareto ? lomax(stream, shape_) : subWeibull(stream, shape_);
        gradient += scale_ * magnitude * draw_;
        return;
    }
    }
}

const std::vector<std::string>& GradientNoise::names() {
    static const std::vector<std::string> list = {"none", "gaussian", "signs", "sub_weibull",
                                                  "pareto"};
    return list;
}

} // namespace convergence
