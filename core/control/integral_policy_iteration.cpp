#include "core/control/integral_policy_iteration.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/decompositions.h"

namespace convergence::control {

using Eigen::Index;
using Eigen::VectorXd;

namespace {

void requireSamples(const IntegralRule& rule) {
    if (rule.weights.size() == 1 || !rule.weights.allFinite())
        throw InputError("A rule for integrals is not accepted; expected finite weights of at "
                         "least 2 samples.");
}

} // namespace

IntegralPolicyIteration::IntegralPolicyIteration(std::shared_ptr<const ControlledSystem> system,
                                                 Options options, IntegralRule rule)
    : system_(std::move(system)), options_(std::move(options)), rule_(std::move(rule)),
      weights_(system_->firstWeights()), evaluated_(weights_), state_(options_.start),
      before_(system_->featureCount()), after_(system_->featureCount()) {
    requireSamples(rule_);
    constexpr Index mostWindows = 1000; // of one evaluation: their starts are drawn by number
    if (options_.start.size() != system_->states() || !options_.start.allFinite())
        throw InputError(fmt::format("A start with {} entries is not accepted; expected {} finite "
                                     "numbers.",
                                     options_.start.size(), system_->states()));
    if (!(options_.length > 0.0 && std::isfinite(options_.length)))
        throw InputError(
            fmt::format("A window of length {} is not accepted; it must be positive and finite.",
                        options_.length));
    if (options_.windows < 1 || options_.windows > mostWindows)
        throw InputError(fmt::format("{} windows are not accepted; expected 1 to {}.",
                                     options_.windows, mostWindows));
    rows_.resize(options_.windows, system_->featureCount());
    targets_.resize(options_.windows);
    starts_ = options_.start.replicate(1, options_.windows);
}

void IntegralPolicyIteration::setRule(IntegralRule rule) {
    requireSamples(rule);
    rule_ = std::move(rule);
}

void IntegralPolicyIteration::observeWindows() {
    if (options_.excitation == Excitation::restarted)
        state_ = options_.start;
    constexpr Index samplesOfExact = 2;
    const auto loop = system_->closedLoop(weights_, state_, options_.length,
                                          rule_.isExact() ? samplesOfExact : rule_.weights.size());
    for (Index j = 0; j < options_.windows; ++j) {
        if (options_.excitation == Excitation::drawn)
            loop->beginAt(drawnStart(*system_, {.seed = options_.seed,
                                                .purpose = "starts of windows",
                                                .replicate = options_.replicate,
                                                .index = steps_ * 1000 + std::uint64_t(j)}));
        starts_.col(j) = loop->end();
        system_->features(loop->end(), before_);
        const double integral = loop->next();
        system_->features(loop->end(), after_);
        rows_.row(j) = before_ - after_;
        targets_[j] = rule_.isExact() ? integral : rule_.weights.dot(loop->costs());
    }
    state_ = loop->end();
}

void IntegralPolicyIteration::step() {
    evaluated_ = weights_;
    observeWindows();
    ++steps_;
    const auto svd = thinSvd(rows_);
    const double largest = svd.values[0], smallest = svd.values[svd.values.size() - 1];
    const bool isFull = svd.values.size() == system_->featureCount() && smallest > 0.0;
    condition_ = isFull ? largest / smallest : std::numeric_limits<double>::infinity();
    const double negligible = largest * std::numeric_limits<double>::epsilon() *
                              static_cast<double>(std::max(rows_.rows(), rows_.cols()));
    VectorXd coordinates = svd.u.transpose() * targets_;
    for (Index k = 0; k < coordinates.size(); ++k)
        coordinates[k] = svd.values[k] > negligible ? coordinates[k] / svd.values[k] : 0.0;
    const VectorXd next = svd.v * coordinates;
    if (!next.allFinite())
        throw NumericalError("The weights of the value are no longer finite.");
    change_ = (next - weights_).norm();
    weights_ = next;
}

VectorXd drawnStart(const ControlledSystem& system, const StreamKey& key) {
    RandomStream stream(key);
    VectorXd normals(system.states()), uniforms(system.states());
    for (Index i = 0; i < system.states(); ++i)
        normals[i] = stream.normal();
    for (Index i = 0; i < system.states(); ++i)
        uniforms[i] = stream.uniform();
    return system.startFrom(normals, uniforms);
}

} // namespace convergence::control
