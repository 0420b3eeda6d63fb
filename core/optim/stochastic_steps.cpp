#include "core/optim/stochastic_steps.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

StochasticSteps::StochasticSteps(std::string_view name, const StepSizeOptions& options)
    : cap_(options.smoothness > 0.0 ? 0.5 / options.smoothness
                                    : std::numeric_limits<double>::infinity()),
      factor_(options.scale), horizon_(static_cast<double>(options.horizon)) {
    const double kappa = options.smoothness / options.strongConvexity;
    if (name == "fixed") {
        power_ = 0.0;
    } else if (name == "sqrt") {
        power_ = 0.5;
    } else if (name == "const") {
        factor_ /= std::sqrt(horizon_);
    } else if (name == "linear") {
        form_ = Form::linear;
        factor_ /= std::pow(horizon_, 1.5);
    } else if (name == "heavy") {
        power_ = 1.0 / options.moment;
    } else if (name == "heavy_linear") {
        form_ = Form::linear;
        factor_ /= std::pow(horizon_, 1.0 + 1.0 / options.moment);
    } else if (name == "strong_1" || name == "strong_2") {
        if (!(options.strongConvexity > 0.0))
            throw InputError(fmt::format("The step size '{}' needs a strongly convex problem, but "
                                         "the strong convexity constant is {}.",
                                         name, options.strongConvexity));
        const double order = name == "strong_1" ? 1.0 : 2.0;
        form_ = Form::strong;
        factor_ = order / options.strongConvexity;
        offset_ = 2.0 * order * kappa;
    } else {
        throw InputError(fmt::format("There is no step size '{}', expected one of {}.", name,
                                     fmt::join(names(), ", ")));
    }
}

double StochasticSteps::at(std::int64_t t) const {
    const auto x = static_cast<double>(t);
    switch (form_) {
    case Form::linear:
        return std::min(cap_, factor_ * (horizon_ - x + 1.0));
    case Form::strong:
        return factor_ / (x + offset_);
    case Form::decay:
        break;
    }
    if (power_ == 0.0)
        return std::min(cap_, factor_);
    return std::min(cap_, power_ == 0.5 ? factor_ / std::sqrt(x) : factor_ * std::pow(x, -power_));
}

const std::vector<std::string>& StochasticSteps::names() {
    static const std::vector<std::string> list = {"sqrt",     "const", "linear",       "strong_1",
                                                  "strong_2", "heavy", "heavy_linear", "fixed"};
    return list;
}

} // namespace convergence
