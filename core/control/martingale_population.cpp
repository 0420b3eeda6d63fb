#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/control/martingale_condition.h"
#include "core/math/decompositions.h"

namespace convergence::control {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

QuadraticOnMesh valueOf(const ValueTable& table) {
    return {table.square, table.constant};
}

QuadraticOnMesh zeros(Index count) {
    return {VectorXd::Zero(count), VectorXd::Zero(count)};
}

std::optional<VectorXd> solved(const MatrixXd& matrix, const VectorXd& right) {
    Inverter<double> inverter(matrix.rows());
    const MatrixXd* inverse = inverter(matrix);
    if (!inverse)
        return std::nullopt;
    const VectorXd solution = *inverse * right;
    return solution.allFinite() ? std::optional(solution) : std::nullopt;
}

} // namespace

MartingalePopulation::MartingalePopulation(std::shared_ptr<const ValueFamily> family)
    : family_(std::move(family)), process_(family_->process()) {
    // E G_i² from behind: G_i = rΔt + G_{i+1}, and E[Y_i G_{i+1}] by what is expected of G_{i+1}.
    const Index n = process_.steps();
    const QuadraticOnMesh returns = expectedReturns();
    const double dt = process_.timeStep();
    double squared = std::pow(process_.terminalReward(), 2) * process_.square()[n];
    for (Index i = n - 1; i >= 0; --i) {
        const double next = returns.square[i + 1] * process_.neighbors(i) +
                            returns.constant[i + 1] * process_.mean()[i]; // E[Y_i G_{i+1}]
        const double reward = process_.stepReward(i);
        squared += 2.0 * reward * next + reward * reward * process_.square()[i];
        squaredReturns_ += squared * dt;
    }
}

QuadraticOnMesh MartingalePopulation::expectedReturns() const {
    const Index n = process_.steps();
    QuadraticOnMesh returns = zeros(n + 1);
    returns.square[n] = process_.terminalReward();
    for (Index i = n - 1; i >= 0; --i) {
        returns.square[i] = process_.stepReward(i) + process_.growth()[i] * returns.square[i + 1];
        returns.constant[i] = returns.constant[i + 1] + process_.gain()[i] * returns.square[i + 1];
    }
    return returns;
}

QuadraticOnMesh MartingalePopulation::expectedGain(const QuadraticOnMesh& value) const {
    QuadraticOnMesh gain = expectedReturns();
    gain.square -= value.square;
    gain.constant -= value.constant;
    return gain;
}

QuadraticOnMesh MartingalePopulation::expectedDifferences(const QuadraticOnMesh& value) const {
    const Index n = process_.steps();
    QuadraticOnMesh differences = zeros(n);
    for (Index i = 0; i < n; ++i) {
        differences.square[i] =
            process_.growth()[i] * value.square[i + 1] - value.square[i] + process_.stepReward(i);
        differences.constant[i] =
            process_.gain()[i] * value.square[i + 1] + value.constant[i + 1] - value.constant[i];
    }
    return differences;
}

QuadraticOnMesh MartingalePopulation::expectedWeights(const MartingaleCondition& condition,
                                                      const ValueTable& value) const {
    const Index n = process_.steps();
    const double dt = process_.timeStep();
    if (condition.kind == Condition::martingaleLoss) {
        QuadraticOnMesh weights = expectedReturns();
        weights.square = dt * (weights.square - value.square);
        weights.constant = dt * (weights.constant - value.constant);
        return weights;
    }
    QuadraticOnMesh weights = expectedDifferences(valueOf(value));
    if (condition.kind != Condition::traces)
        return weights;
    const double decay = std::pow(condition.lambda, dt);
    for (Index i = n - 2; i >= 0; --i) {
        weights.square[i] += decay * process_.growth()[i] * weights.square[i + 1];
        weights.constant[i] +=
            decay * (weights.constant[i + 1] + process_.gain()[i] * weights.square[i + 1]);
    }
    weights.square *= dt;
    weights.constant *= dt;
    return weights;
}

VectorXd MartingalePopulation::direction(const MartingaleCondition& condition,
                                         const VectorXd& theta) const {
    const ValueTable value = family_->table(theta);
    const Index n = process_.steps();
    const double dt = process_.timeStep();
    const QuadraticOnMesh weights = expectedWeights(condition, value);
    VectorXd direction = VectorXd::Zero(theta.size());
    for (Index i = 0; i < n; ++i) {
        const double m = process_.mean()[i], c = process_.square()[i];
        double onSquare = weights.square[i] * c + weights.constant[i] * m; // E Y_i w_i
        double onConstant = weights.square[i] * m + weights.constant[i];   // E w_i
        if (condition.kind == Condition::squaredError) {
            if (i > 0) { // less ΔM_{i−1}, which lies behind
                const double back = process_.neighbors(i - 1);
                const double jump = value.constant[i] - value.constant[i - 1];
                const double slope = process_.stepReward(i - 1) - value.square[i - 1];
                onSquare -= value.square[i] * c + slope * back + jump * m;
                onConstant -= value.square[i] * m + slope * process_.mean()[i - 1] + jump;
            }
            onSquare /= dt;
            onConstant /= dt;
        }
        direction += value.slopeSquare.col(i) * onSquare + value.slopeConstant.col(i) * onConstant;
    }
    return direction;
}

MatrixXd MartingalePopulation::response(const MartingaleCondition& condition,
                                        const VectorXd& theta) const {
    const Index d = theta.size();
    const double width = family_->isLinear() ? 1.0 : 1e-4 / process_.problem().horizon;
    MatrixXd response(d, d);
    for (Index k = 0; k < d; ++k) {
        VectorXd above = theta, below = theta;
        above[k] += width;
        below[k] -= width;
        response.col(k) =
            (direction(condition, below) - direction(condition, above)) / (2.0 * width);
    }
    return response;
}

MatrixXd MartingalePopulation::gram(const VectorXd& theta) const {
    const ValueTable value = family_->table(theta);
    MatrixXd gram = MatrixXd::Zero(theta.size(), theta.size());
    for (Index i = 0; i < process_.steps(); ++i) {
        const auto p = value.slopeSquare.col(i), r = value.slopeConstant.col(i);
        gram += process_.square()[i] * p * p.transpose() + r * r.transpose() +
                process_.mean()[i] * (p * r.transpose() + r * p.transpose());
    }
    return gram * process_.timeStep();
}

std::optional<VectorXd> MartingalePopulation::solution(const MartingaleCondition& condition) const {
    if (!family_->isLinear())
        return rootOf(condition);
    const VectorXd origin = VectorXd::Zero(family_->dimension());
    return solved(response(condition, origin), direction(condition, origin));
}

std::optional<VectorXd> MartingalePopulation::rootOf(const MartingaleCondition& condition) const {
    constexpr int intervals = 2000;
    constexpr double accuracy = 1e-12;
    const double T = process_.problem().horizon;
    const double low = -100.0 / T;
    const double high = std::max(10.0 / T, 2.0 * (*family_->truth())[0]);
    const auto at = [&](double theta) {
        return direction(condition, VectorXd::Constant(1, theta))[0];
    };
    std::optional<VectorXd> best;
    double left = low, atLeft = at(low);
    for (int k = 1; k <= intervals; ++k) {
        const double right = std::lerp(low, high, static_cast<double>(k) / intervals);
        const double atRight = at(right);
        if (atLeft > 0.0 && atRight <= 0.0) { // learners are drawn to it from both sides
            double a = left, b = right;
            while (b - a > accuracy * std::max(1.0, std::abs(a))) {
                const double middle = std::midpoint(a, b);
                if (middle <= a || middle >= b)
                    break;
                (at(middle) > 0.0 ? a : b) = middle;
            }
            const VectorXd root = VectorXd::Constant(1, std::midpoint(a, b));
            if (!best || squaredError(root) < squaredError(*best))
                best = root;
        }
        left = right;
        atLeft = atRight;
    }
    return best;
}

std::optional<VectorXd> MartingalePopulation::projection() const {
    if (!family_->isLinear()) // these families hold the value itself
        return family_->truth();
    const VectorXd origin = VectorXd::Zero(family_->dimension());
    const ValueTable value = family_->table(origin);
    VectorXd right = origin;
    for (Index i = 0; i < process_.steps(); ++i) {
        const double square = process_.value().square[i] - value.square[i];
        const double constant = process_.value().constant[i] - value.constant[i];
        const double m = process_.mean()[i], c = process_.square()[i];
        right += process_.timeStep() * (value.slopeSquare.col(i) * (square * c + constant * m) +
                                        value.slopeConstant.col(i) * (square * m + constant));
    }
    return solved(gram(origin), right);
}

double MartingalePopulation::sumOfSquares(const QuadraticOnMesh& value) const {
    double sum = 0.0;
    for (Index i = 0; i < process_.steps(); ++i) {
        const double after = value.square[i + 1], before = process_.stepReward(i) - value.square[i];
        const double jump = value.constant[i + 1] - value.constant[i];
        sum += after * after * process_.square()[i + 1] + before * before * process_.square()[i] +
               jump * jump + 2.0 * after * before * process_.neighbors(i) +
               2.0 * jump * (after * process_.mean()[i + 1] + before * process_.mean()[i]);
    }
    return sum;
}

double MartingalePopulation::squaredError(const VectorXd& theta) const {
    return 0.5 * sumOfSquares(valueOf(family_->table(theta))) / process_.timeStep();
}

double MartingalePopulation::quadraticVariation(const QuadraticOnMesh& value) const {
    const Index n = process_.steps();
    return process_.timeStep() * value.square.head(n).cwiseAbs2().dot(process_.roughness().head(n));
}

double MartingalePopulation::quadraticVariation(const VectorXd& theta) const {
    return quadraticVariation(valueOf(family_->table(theta)));
}

double MartingalePopulation::martingaleLoss(const VectorXd& theta) const {
    const ValueTable value = family_->table(theta);
    const QuadraticOnMesh returns = expectedReturns();
    double sum = 0.0; // of E[J_i² − 2J_iG_i]
    for (Index i = 0; i < process_.steps(); ++i) {
        const double p = value.square[i], r = value.constant[i];
        const double a = p - 2.0 * returns.square[i], b = r - 2.0 * returns.constant[i];
        sum += p * a * process_.square()[i] + (p * b + r * a) * process_.mean()[i] + r * b;
    }
    return 0.5 * (squaredReturns_ + sum * process_.timeStep());
}

double MartingalePopulation::valueError(const VectorXd& theta) const {
    const ValueTable value = family_->table(theta);
    double sum = 0.0;
    for (Index i = 0; i < process_.steps(); ++i) {
        const double p = value.square[i] - process_.value().square[i];
        const double r = value.constant[i] - process_.value().constant[i];
        sum += p * p * process_.square()[i] + 2.0 * p * r * process_.mean()[i] + r * r;
    }
    return std::sqrt(std::max(0.0, sum * process_.timeStep()));
}

} // namespace convergence::control
