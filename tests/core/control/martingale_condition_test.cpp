#include <algorithm>
#include <cmath>
#include <memory>

#include <QtTest>

#include "core/control/learning_curvature.h"
#include "core/control/martingale_condition.h"
#include "core/math/gradient_check.h"
#include "core/math/statistics.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::control;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

std::shared_ptr<const ValueFamily> family(const ValueProblem& problem, Basis basis, Index steps) {
    return std::make_shared<ValueFamily>(std::make_shared<ValueProcess>(problem, steps), basis);
}

const ValueProblem reverting; // κ = σ = T = v₀ = 1
const ValueProblem growing{.dynamics = Dynamics::geometricBrownian, .volatility = 0.4};

ValueProblem discounted(ValueProblem problem) {
    problem.discount = 0.8;
    return problem;
}

ValueProblem shuffled(ValueProblem problem) {
    problem.pairing = Pairing::shuffled;
    return problem;
}

const MartingaleCondition squaredError{Condition::squaredError};
const MartingaleCondition martingaleLoss{Condition::martingaleLoss};
const MartingaleCondition orthogonality{Condition::orthogonality};
MartingaleCondition traces(double lambda) {
    return {Condition::traces, lambda};
}

/// The linear systems as sums over pairs of times, on E φ_iφ_jᵀ of basis functions p(t)x² + r(t)
/// and E X_i²X_j² of the Ornstein–Uhlenbeck process: what the closed form has to agree with.
class PairSums {
public:
    PairSums(const ValueFamily& family, double kappa, double variance)
        : process_(family.process()), kappa_(kappa), variance_(variance),
          table_(family.table(VectorXd::Zero(family.dimension()))) {}

    [[nodiscard]] VectorXd differences(double lambda, bool traced) const {
        const Index n = process_.steps(), d = table_.slopeSquare.rows();
        const double dt = process_.timeStep();
        MatrixXd a = MatrixXd::Zero(d, d);
        VectorXd b = VectorXd::Zero(d);
        for (Index i = 0; i < n; ++i)
            for (Index k = traced ? 0 : i; k <= i; ++k) {
                const double weight = traced ? dt * std::pow(lambda, double(i - k) * dt) : 1.0;
                a += weight * (product(k, i + 1) - product(k, i));
                b -= weight * dt * withReward(k, i);
            }
        return a.fullPivLu().solve(b);
    }
    [[nodiscard]] VectorXd lossMinimizer() const {
        const Index n = process_.steps(), d = table_.slopeSquare.rows();
        const double dt = process_.timeStep();
        MatrixXd a = MatrixXd::Zero(d, d);
        VectorXd b = VectorXd::Zero(d);
        for (Index i = 0; i < n; ++i) {
            a += dt * product(i, i);
            for (Index j = i; j < n; ++j)
                b += dt * dt * withReward(i, j);
        }
        return a.fullPivLu().solve(b);
    }
    [[nodiscard]] VectorXd smoothest() const {
        const Index n = process_.steps(), d = table_.slopeSquare.rows();
        const double dt = process_.timeStep();
        MatrixXd a = MatrixXd::Zero(d, d);
        VectorXd b = VectorXd::Zero(d);
        for (Index i = 0; i < n; ++i) {
            a += (product(i + 1, i + 1) - product(i + 1, i) - product(i, i + 1) + product(i, i)) /
                 dt;
            b -= withReward(i + 1, i) - withReward(i, i);
        }
        return a.fullPivLu().solve(b);
    }

private:
    [[nodiscard]] double squares(Index i, Index j) const { // E X_i²X_j²
        if (i > j)
            std::swap(i, j);
        const double v = process_.mean()[i];
        const double decay = std::exp(-2.0 * kappa_ * (process_.time(j) - process_.time(i)));
        return decay * 3.0 * v * v + variance_ / (2.0 * kappa_) * (1.0 - decay) * v;
    }
    [[nodiscard]] MatrixXd product(Index i, Index j) const { // E φ_iφ_jᵀ
        const auto& p = table_.slopeSquare;
        const auto& r = table_.slopeConstant;
        return p.col(i) * p.col(j).transpose() * squares(i, j) +
               p.col(i) * r.col(j).transpose() * process_.mean()[i] +
               r.col(i) * p.col(j).transpose() * process_.mean()[j] +
               r.col(i) * r.col(j).transpose();
    }
    [[nodiscard]] VectorXd withReward(Index i, Index j) const { // E φ_iX_j²
        return table_.slopeSquare.col(i) * squares(i, j) +
               table_.slopeConstant.col(i) * process_.mean()[j];
    }

    const ValueProcess& process_;
    double kappa_, variance_;
    ValueTable table_;
};

} // namespace

class MartingaleConditionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void solutionsAgreeWithSumsOverPairsOfTimes() {
        const ValueProblem problem{
            .reversion = 0.7, .volatility = 1.3, .startVariance = 0.5, .horizon = 1.2};
        for (const Basis basis : {Basis::exact, Basis::linear}) {
            const auto j = family(problem, basis, 12);
            const MartingalePopulation population(j);
            const PairSums sums(*j, 0.7, 1.69);
            expectNear(*population.solution(orthogonality), sums.differences(0.0, false), 1e-10);
            for (const double lambda : {0.0, 0.3, 1.0})
                expectNear(*population.solution(traces(lambda)), sums.differences(lambda, true),
                           1e-10);
            expectNear(*population.solution(martingaleLoss), sums.lossMinimizer(), 1e-10);
            expectNear(*population.solution(squaredError), sums.smoothest(), 1e-10);
        }
    }

    // Sampled episodes and the closed form, in all families, with states paired and not.
    void samplesScatterAboutTheClosedForm() {
        constexpr Index episodes = 60000, n = 6;
        for (const ValueProblem& problem :
             {reverting, growing, shuffled(reverting), shuffled(growing), discounted(reverting),
              discounted(growing)})
            for (const Basis basis : {Basis::exact, Basis::linear, Basis::poly}) {
                const auto j = family(problem, basis, n);
                const MartingalePopulation population(j);
                const VectorXd theta = VectorXd::LinSpaced(j->dimension(), 0.3, 0.8);
                const ValueTable table = j->table(theta);
                Eigen::ArrayXXd y(episodes, n + 1), w(episodes, n);
                RandomStream stream({.seed = 3, .purpose = "conditions"});
                j->process().sample(stream, y);
                for (const MartingaleCondition& condition :
                     {squaredError, martingaleLoss, orthogonality, traces(0.4)}) {
                    weigh(condition, j->process(), table, y, w);
                    const VectorXd expected = population.direction(condition, theta);
                    for (Index k = 0; k < theta.size(); ++k) {
                        Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(episodes);
                        for (Index i = 0; i < n; ++i)
                            sum +=
                                (table.slopeSquare(k, i) * y.col(i) + table.slopeConstant(k, i)) *
                                w.col(i);
                        const std::vector<double> sample(sum.begin(), sum.end());
                        expectNear(mean(sample), expected[k], 5.0 * standardError(sample));
                    }
                }
            }
    }

    void twoConditionsAreGradients() {
        for (const ValueProblem& problem : {reverting, growing})
            for (const Basis basis : {Basis::exact, Basis::poly}) {
                const auto j = family(problem, basis, 20);
                const MartingalePopulation population(j);
                const VectorXd theta = VectorXd::LinSpaced(j->dimension(), -0.4, 0.6);
                for (Index k = 0; k < theta.size(); ++k) {
                    constexpr double h = 1e-5;
                    const VectorXd e = h * VectorXd::Unit(theta.size(), k);
                    expectNear(
                        population.direction(squaredError, theta)[k],
                        -(population.squaredError(theta + e) - population.squaredError(theta - e)) /
                            (2.0 * h),
                        1e-6);
                    expectNear(population.direction(martingaleLoss, theta)[k],
                               -(population.martingaleLoss(theta + e) -
                                 population.martingaleLoss(theta - e)) /
                                   (2.0 * h),
                               1e-6);
                }
            }
    }

    // λ → 0 is Δt·TD(0), λ = 1 is gradient Monte Carlo: path by path, not only on average.
    void tracesLieBetweenDifferencesAndTheLoss() {
        const auto j = family(reverting, Basis::exact, 9);
        const ValueTable table = j->table(Eigen::Vector2d(0.4, -0.2));
        Eigen::ArrayXXd y(50, 10), w(50, 9), other(50, 9);
        RandomStream stream({.seed = 4, .purpose = "conditions"});
        j->process().sample(stream, y);
        weigh(traces(0.0), j->process(), table, y, w);
        weigh(orthogonality, j->process(), table, y, other);
        expectNear(w, (other / 9.0).eval(), 1e-13);
        weigh(traces(1.0), j->process(), table, y, w);
        weigh(martingaleLoss, j->process(), table, y, other);
        expectNear(w, other, 1e-12);
    }

    // Without running reward the value makes a martingale on every mesh, and all conditions but the
    // squared error find it.
    void theNonlinearFamilyFindsItsTruth() {
        const auto j = family(growing, Basis::exact, 50);
        const MartingalePopulation population(j);
        expectNear((*j->truth())[0], 0.26, 1e-15);
        for (const MartingaleCondition& condition : {orthogonality, traces(0.5), martingaleLoss})
            expectNear((*population.solution(condition))[0], 0.26, 1e-10);
        expectNear((*MartingalePopulation(family(discounted(growing), Basis::exact, 50))
                         .solution(orthogonality))[0],
                   0.26 - 0.8, 1e-10);
        // By minimizing on a grid, as one would without derivatives.
        double best = 0.0;
        for (double theta = -6.0; theta < 3.0; theta += 1e-3)
            if (population.squaredError(VectorXd::Constant(1, theta)) <
                population.squaredError(VectorXd::Constant(1, best)))
                best = theta;
        expectNear((*population.solution(squaredError))[0], best, 1e-3);
        QVERIFY(best < -5.0);
    }

    // First order in Δt with a discount too.
    void discountedSolutionsComeToTheirTruth() {
        for (const MartingaleCondition& condition : {orthogonality, traces(0.5), martingaleLoss}) {
            const auto error = [&](Index steps) {
                const auto j = family(discounted(reverting), Basis::exact, steps);
                return (*MartingalePopulation(j).solution(condition) - *j->truth()).norm();
            };
            expectNear(std::log2(error(64) / error(128)), 1.0, 0.05);
        }
    }

    // An independent computation in numpy: ‖θ_Δt − θ*‖ for n = 8 … 128.
    void errorsOfMeshesAreThoseOfAnIndependentComputation() {
        struct Row {
            MartingaleCondition condition;
            double coarse, fine;
        };
        for (const Row& row : {Row{orthogonality, 0.134, 0.0081}, Row{traces(0.5), 0.167, 0.0103},
                               Row{martingaleLoss, 0.178, 0.0110}}) {
            const auto error = [&](Index n) {
                const auto j = family(reverting, Basis::exact, n);
                return (*MartingalePopulation(j).solution(row.condition) - *j->truth()).norm();
            };
            expectNear(error(8), row.coarse, 6e-4);
            expectNear(error(128), row.fine, 6e-5);
        }
        const auto smoothest = [](Index n) {
            return *MartingalePopulation(family(reverting, Basis::exact, n)).solution(squaredError);
        };
        expectNear(smoothest(25)[0], 0.139, 6e-4);
        expectNear(smoothest(400)[0], 0.0091, 6e-5);
        expectNear(smoothest(400)[1], 2.27, 6e-2);
    }

    void theSquaredErrorOfTheTruthIsItsQuadraticVariation() {
        for (const auto& [n, sum, integral] :
             {std::tuple{20, 0.2603, 0.3194}, {200, 0.2962, 0.3023}, {2000, 0.3000, 0.3007}}) {
            const auto j = family(reverting, Basis::exact, n);
            const MartingalePopulation population(j);
            const QuadraticOnMesh& value = j->process().value();
            expectNear(population.sumOfSquares(value), sum, 6e-5);
            expectNear(population.quadraticVariation(value), integral, 6e-5);
            expectNear(population.squaredError(*j->truth()), sum * n / 2.0, 6e-5 * n);
        }
    }

    // Descending by mean directions: below 2/curvature the way comes to the solution, above it runs
    // off.
    void theCurvatureSeparatesStepSizes() {
        const auto j = family(reverting, Basis::exact, 20);
        const MartingalePopulation population(j);
        for (const MartingaleCondition& condition : {squaredError, martingaleLoss}) {
            const double curvature =
                learningCurvature(Method::offline, population, condition, 2).ofTheta;
            const VectorXd solution = *population.solution(condition);
            const auto distanceAfter = [&](double step) {
                VectorXd theta = VectorXd::Zero(2);
                for (int k = 0; k < 300; ++k)
                    theta += step * population.direction(condition, theta);
                return (theta - solution).norm();
            };
            QVERIFY(distanceAfter(1.9 / curvature) < solution.norm());
            QVERIFY(distanceAfter(2.1 / curvature) > 1e3 * solution.norm());
        }
    }

    void theProjectionIsNearest() {
        const auto j = family(reverting, Basis::linear, 30);
        const MartingalePopulation population(j);
        const VectorXd nearest = *population.projection();
        const double error = population.valueError(nearest);
        for (Index k = 0; k < 2; ++k)
            for (const double h : {-1e-2, 1e-2})
                QVERIFY(population.valueError(nearest + h * VectorXd::Unit(2, k)) > error);
        const auto exact = family(reverting, Basis::exact, 30);
        const MartingalePopulation of(exact);
        expectNear(*of.projection(), *exact->truth(), 1e-10);
        expectNear(of.valueError(*exact->truth()), 0.0, 1e-12);
    }
};

REGISTER_TEST(MartingaleConditionTest)
#include "martingale_condition_test.moc"
