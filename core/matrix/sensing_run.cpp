#include "core/matrix/sensing_run.h"

#include <algorithm>
#include <cmath>

#include "core/math/decompositions.h"
#include "core/math/random.h"
#include "core/math/statistics.h"

namespace convergence::matrix {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

SensingDescent startOf(const LowRankProblem& problem, MeasuredResidual residual,
                       const SensingVariant& variant, const SensingOptions& options) {
    const auto gaussian = [&](Index rows, double spread, const char* purpose) {
        return gaussianFactor(rows, widthOf(variant, problem, options), spread,
                              RandomStream({.seed = options.seed, .purpose = purpose}));
    };
    MatrixXd left = gaussian(problem.target.rows(), options.scale, "start of X and F");
    MatrixXd right =
        gaussian(problem.target.cols(), options.scale / options.imbalance, "start of G");
    if (options.point) {
        const Eigen::Vector2d& point = *options.point;
        if (left.rows() == 1) {
            left(0, 0) = variant.staysSymmetric() ? 0.5 * (point[0] + point[1]) : point[0];
            right(0, 0) = point[1];
        } else {
            left.col(0) = point;
            right.col(0) = point / options.imbalance;
        }
    }
    if (variant.form == Form::symmetric)
        return SensingDescent(SymmetricDescent(std::move(residual), std::move(left)));
    if (variant.start == Start::equal)
        right = left;
    return SensingDescent(
        AsymmetricDescent(std::move(residual), std::move(left), std::move(right), options.update));
}

std::optional<double> orNone(double number) {
    return std::isnan(number) ? std::nullopt : std::optional(number);
}

} // namespace

Index widthOf(const SensingVariant& variant, const LowRankProblem& problem,
              const SensingOptions& options) {
    return variant.width == Width::exact ? problem.rank() : options.factorColumns;
}

SensingRun::SensingRun(const LowRankProblem& problem, MeasuredResidual residual,
                       SensingVariant variant, const SensingOptions& options)
    : problem_(problem), variant_(variant), options_(options),
      descent_(startOf(problem, std::move(residual), variant, options)),
      startResidual_(descent_.residualNorm()), startError_(descent_.error()),
      switchPending_(variant.steps == Steps::oneModified) {}

bool SensingRun::step() {
    if (switchPending_ && descent_.residualNorm() < options_.switchAt * startResidual_)
        takeModifiedStep();
    ++iteration_;
    return descent_.step(options_.learningRate);
}

void SensingRun::takeModifiedStep() {
    if (!switchPending_)
        return;
    switchPending_ = false;
    beta_ = options_.balance ? *options_.balance : descent_.automaticBalance();
    productChange_ = descent_.balance(beta_);
    switchIteration_ = static_cast<double>(iteration_);
    exponential_.release();
}

const SensingIterate& SensingRun::measure() {
    now_.sigmaF = singularValues(descent_.left());
    now_.error = descent_.error();
    now_.loss = descent_.loss();
    now_.gradientNorm = descent_.gradientNorm();
    now_.f = componentsOf(descent_.left(), problem_.left);
    if (!descent_.isSymmetric()) {
        now_.drift = descent_.imbalanceDrift();
        now_.sigmaG = singularValues(descent_.right());
        now_.g = componentsOf(descent_.right(), problem_.right);
    }
    predict();
    iterations_.push_back(static_cast<double>(iteration_));
    errors_.push_back(now_.error);
    return now_;
}

void SensingRun::predict() {
    const auto t = static_cast<double>(iteration_);
    const auto surplus =
        static_cast<double>(widthOf(variant_, problem_, options_) - problem_.rank());
    now_.predictedRate = predictedRate();
    if (!variant_.isSublinear()) {
        const bool isSettled = now_.error < 0.1 * startError_ || switchIteration_;
        now_.predictedError = orNone(
            exponential_.advance(t, now_.error, now_.predictedRate.value_or(lacking), isSettled));
    } else if (iteration_ > 0) {
        now_.predictedSurplus = superfluousValue(options_.learningRate, t);
        if (surplus > 0.0)
            now_.predictedError = superfluousError(surplus, options_.learningRate, t);
    }
}

std::optional<double> SensingRun::predictedRate() const {
    const VectorXd& sigma = problem_.singularValues;
    if (variant_.isSublinear() || sigma.size() == 0)
        return std::nullopt;
    const double eta = options_.learningRate, smallest = sigma[sigma.size() - 1];
    if (descent_.isSymmetric())
        return orNone(decayPerStep(eta * smallest));
    if (switchIteration_)
        return orNone(
            decayPerStep(eta * std::min(beta_ * beta_, smallest * smallest / (beta_ * beta_))));
    const Index last = now_.sigmaF.size() - 1;
    const double f = now_.sigmaF[last], g = now_.sigmaG[last];
    const double governing = variant_.width == Width::exact ? std::min(f, g) : std::max(f, g);
    return orNone(decayPerStep(eta * std::pow(governing, 2)));
}

SensingOutcome SensingRun::outcome() const {
    const LineFit exponential =
        fitLogLinear(iterations_, errors_,
                     {.yMinimum = decayTo, .yMaximum = decayFrom, .logSpacedSamples = fitSamples});
    const LineFit power = fitLogLog(iterations_, errors_,
                                    {.xMinimum = 0.1 * static_cast<double>(iteration_),
                                     .yMinimum = 1e-13, // below is rounding
                                     .logSpacedSamples = fitSamples});
    return {.error = descent_.error(),
            .rate = -exponential.slope,
            .rateRSquared = exponential.rSquared,
            .slopeOfSquare = 2.0 * power.slope,
            .predictedRate = now_.predictedRate,
            .switchIteration = switchIteration_,
            .productChange = productChange_};
}

} // namespace convergence::matrix
