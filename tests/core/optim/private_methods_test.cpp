#include <cmath>
#include <vector>

#include <QtTest>

#include "core/optim/random_embedding.h"
#include "core/optim/recursive_regularization.h"
#include "core/optim/tree_spider.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::Index;
using Eigen::VectorXd;

namespace {

RandomStream streamOf(std::uint64_t replicate) {
    return RandomStream({.seed = 0, .purpose = "private methods", .replicate = replicate});
}

VectorXd somePoint(Index size, std::uint64_t replicate) {
    VectorXd w(size);
    streamOf(replicate).fillNormal({w.data(), static_cast<std::size_t>(size)}, 0.7);
    return w;
}

using Problem = std::shared_ptr<const PrivateProblem>;

/// Sample by sample, from the gradient of one.
VectorXd meanOf(const PrivateProblem& problem, const VectorXd& w, Index first, Index size) {
    VectorXd g = VectorXd::Zero(w.size());
    for (Index i = first; i < first + size; ++i)
        problem.addGradient(i, w, 1.0 / static_cast<double>(size), g);
    return g;
}

/// Algorithm 1 of the paper written as a recursion, without noise and without stopping.
struct TreeTwin {
    const PrivateProblem& problem;
    const TreeSpiderPlan& plan;
    Index used = 0;
    VectorXd current, leaf;
    std::vector<VectorXd> stepped;

    void visit(int depth, const VectorXd& w, const VectorXd& v) {
        if (depth == plan.depth) {
            leaf = w;
            current = w - plan.stepScale /
                              (std::pow(2.0, plan.depth / 2.0) * problem.smoothness()) * v /
                              v.norm();
            stepped.push_back(current);
            return;
        }
        visit(depth + 1, w, v);
        const VectorXd own = current;
        const Index size = plan.batch / (Index{1} << (depth + 1));
        const VectorXd next = v + meanOf(problem, own, used, size) - meanOf(problem, w, used, size);
        used += size;
        visit(depth + 1, own, next);
    }
    void run() {
        leaf = VectorXd::Zero(problem.dimension());
        for (std::int64_t round = 0; round < plan.rounds; ++round) {
            const VectorXd root = leaf;
            const VectorXd v = meanOf(problem, root, used, plan.batch);
            used += plan.batch;
            visit(0, root, v);
        }
    }
};

} // namespace

class PrivateMethodsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void gradientsInBlocksAreSumsOverSamples() {
        for (const PrivateProblem& problem :
             {robustLocation(4, 300, 0, 0), robustRegression(6, 3, 300, 0, 0),
              privateLogistic(5, 300, 0, 0)}) {
            const VectorXd w = somePoint(problem.dimension(), 1);
            const VectorXd u = somePoint(problem.dimension(), 2);
            VectorXd g(w.size());
            problem.meanGradient(w, 7, 290, g);
            expectNear(g, meanOf(problem, w, 7, 290), 1e-14);
            const VectorXd difference = meanOf(problem, w, 7, 290) - meanOf(problem, u, 7, 290);
            problem.meanVariation(w, u, 7, 290, g);
            expectNear(g, difference, 1e-14);
            std::vector<std::uint32_t> batch;
            for (std::uint32_t i = 296; i >= 7; --i)
                batch.push_back(i);
            problem.meanVariation(w, u, batch, g);
            expectNear(g, difference, 1e-14);
        }
    }

    void theTreeIsThatOfItsRecursion() {
        const Problem problem =
            std::make_shared<const PrivateProblem>(robustLocation(3, 5000, 0, 0));
        const PrivacyBudget silent{.noiseConstant = 0.0};
        const TreeSpiderPlan plan = treeSpiderPlan(problem->constants(), silent, 1e-9);
        QCOMPARE(plan.batch, std::int64_t{292}); // 5000^{2/3}
        QCOMPARE(plan.depth, 4);                 // 4·2⁵ ≤ 292 < 5·2⁶
        QCOMPARE(plan.rounds, std::int64_t{5});  // 5000/(3·292)
        TreeTwin twin{*problem, plan, 0, {}, {}, {}};
        twin.run();
        TreeSpider tree(problem, plan, streamOf(0));
        std::size_t leaf = 0;
        for (std::int64_t t = 0; t < tree.plannedSteps(); ++t) {
            tree.step();
            if ((tree.iterate() - tree.previousIterate()).norm() > 0.0) {
                expectNear(tree.iterate(), twin.stepped.at(leaf), 1e-12);
                ++leaf;
            }
        }
        QCOMPARE(leaf, std::size_t{5 * 16});
        QCOMPARE(tree.samplesUsed(), std::int64_t{twin.used});
    }

    void theTreeSpendsItsBudgetOnceAndUsesNoSampleTwice() {
        for (const int n : {200, 2000, 30000}) {
            const Problem problem =
                std::make_shared<const PrivateProblem>(robustLocation(5, n, 0, 0));
            const PrivacyBudget budget{.epsilon = 0.7, .delta = 1e-6, .noiseConstant = 1.0};
            const TreeSpiderPlan plan = treeSpiderPlan(problem->constants(), budget, 1e-9);
            QVERIFY(plan.rounds >= 1);
            TreeSpider tree(problem, plan, streamOf(0));
            for (std::int64_t t = 0; t < tree.plannedSteps(); ++t)
                tree.step();
            QVERIFY(tree.samplesUsed() <= n);
            // Each release costs the same, whatever its kind.
            const double once = 0.49 / (4.0 * std::log(1.25e6));
            expectNear(tree.accountant().rho() / once, 1.0, 1e-12);
        }
    }

    void theTheoremsStopLevelIsAboveEveryGradient() {
        const auto constants = privateConstants(PrivateLoss::robustLocation, 128000, 10);
        const PrivacyBudget budget{.noiseConstant = 1.0};
        const double kappa = treeSpiderPlan(constants, budget, 1.0).theoremStopFactor;
        QVERIFY(2.0 * treeSpiderPlan(constants, budget, kappa).stopLevel > constants.lipschitz);
    }

    void recursiveDescentIsThatOfItsDefinition() {
        const Problem problem =
            std::make_shared<const PrivateProblem>(privateLogistic(3, 400, 0, 0));
        const PrivacyBudget silent{.noiseConstant = 0.0};
        const double R = 4.0, L1 = 0.25;
        const RecursivePlan plan =
            recursivePlan(problem->constants(), silent, R, RecursiveSolver::noisyDescent);
        QVERIFY(plan.rounds >= 2);
        RecursiveRegularization method(problem, plan, streamOf(0));
        for (std::int64_t t = 0; t < method.plannedSteps(); ++t)
            method.step();

        std::vector<std::pair<double, VectorXd>> pulls = {{plan.lambda, VectorXd::Zero(3)}};
        VectorXd result = VectorXd::Zero(3);
        for (int t = 1; t <= plan.rounds; ++t) {
            double weight = 0.0;
            for (const auto& pull : pulls)
                weight += pull.first;
            const double K =
                std::ceil(std::min(400.0, std::max(20.0, 4.0 * (L1 + weight) / weight)));
            const double eta = std::min(std::log(K) / (weight * K), 1.0 / (L1 + weight));
            VectorXd w = result, sum = VectorXd::Zero(3);
            double weights = 0.0;
            for (int k = 1; k <= K; ++k) {
                VectorXd g = meanOf(*problem, w, (t - 1) * plan.block, plan.block);
                for (const auto& [lambda, center] : pulls)
                    g += lambda * (w - center);
                w -= eta * g;
                w *= std::min(1.0, std::sqrt(t) * R / w.norm());
                const double rho = std::pow(1.0 - eta * weight, -k);
                sum += rho * w;
                weights += rho;
            }
            result = sum / weights;
            pulls.emplace_back(std::pow(2.0, t) * plan.lambda, result);
        }
        expectNear(method.output(), result, 1e-10);
    }

    void recursiveRegularizationSpendsItsBudget() {
        const Problem problem =
            std::make_shared<const PrivateProblem>(privateLogistic(3, 2000, 0, 0));
        for (const auto solver : {RecursiveSolver::noisyDescent, RecursiveSolver::phased}) {
            const PrivacyBudget budget{.epsilon = 0.8, .delta = 1e-5, .noiseConstant = 1.0};
            RecursiveRegularization method(
                problem, recursivePlan(problem->constants(), budget, 4.0, solver), streamOf(1));
            for (std::int64_t t = 0; t < method.plannedSteps(); ++t)
                method.step();
            const double expected = 0.8 + 0.64 / (4.0 * std::log(1e5));
            expectNear(method.accountant().epsilon(1e-5), expected, 1e-9);
        }
    }

    /// What the noise of a phase relies on.
    void replacingASampleMovesAPhaseByItsSensitivityAtMost() {
        const PrivateProblem first = privateLogistic(3, 400, 0, 0);
        Eigen::MatrixXd x = first.samples();
        x.col(10) *= -1.0;
        const Problem problem = std::make_shared<const PrivateProblem>(first);
        const Problem neighbor = std::make_shared<const PrivateProblem>(
            PrivateLoss::logistic, std::move(x), first.responses());
        RecursivePlan plan =
            recursivePlan(first.constants(), {.noiseConstant = 0.0}, 4.0, RecursiveSolver::phased);
        RecursiveRegularization one(problem, plan, streamOf(0)), two(neighbor, plan, streamOf(0));
        one.step();
        two.step();
        const double m = static_cast<double>(plan.block);
        const double eta =
            std::min(std::log(m) / (plan.lambda * m), 1.0 / (0.25 + plan.lambda)) / 4.0;
        const double moved = (one.iterate() - two.iterate()).norm();
        QVERIFY(moved > 0.0);
        QVERIFY(moved <= 2.0 * eta);
    }

    void embeddingsKeepLengthsInExpectation() {
        constexpr Index k = 40, d = 300;
        const VectorXd x = somePoint(d, 5).normalized();
        double sum = 0.0;
        constexpr int repeats = 400;
        for (int r = 0; r < repeats; ++r) {
            const Eigen::MatrixXd phi =
                signEmbedding(k, d, streamOf(static_cast<std::uint64_t>(r)));
            expectNear(phi.array().abs() * std::sqrt(double(k)), Eigen::ArrayXXd::Ones(k, d),
                       1e-12);
            sum += (phi * x).squaredNorm();
        }
        // Var ‖Φx‖² ≤ 2/k.
        expectNear(sum / repeats, 1.0, 5.0 * std::sqrt(2.0 / (k * repeats)));
    }

    void theEmbeddedGradientIsTheEmbeddingOfTheGradient() {
        const PrivateProblem problem = robustRegression(50, 5, 200, 0, 0);
        const Eigen::MatrixXd phi = signEmbedding(30, 50, streamOf(0));
        const PrivateProblem small = embedded(problem, phi);
        QVERIFY((small.samples().colwise().norm().array() <= 2.0 + 1e-12).all());
        QCOMPARE(small.lipschitz(), 2.0 * problem.lipschitz());
        QCOMPARE(small.smoothness(), 4.0 * problem.smoothness());
        const VectorXd w = somePoint(30, 1);
        VectorXd inside(30), outside(50);
        small.fullGradient(w, inside);
        problem.fullGradient(phi.transpose() * w, outside);
        expectNear(inside, phi * outside, 1e-12); // no row is longer than 2 here
    }

    void embeddingDimensionsFollowRankAndBudget() {
        const auto constants = privateConstants(PrivateLoss::robustRegression, 2000, 3200);
        const PrivacyBudget budget{.epsilon = 1.0, .delta = 1e-5, .noiseConstant = 1.0};
        QCOMPARE(embeddingDimension(constants, 1, PrivateRate::noisyDescent, budget),
                 Index{20}); // ⌈log(4e8)⌉
        // g(j) ~ √j^{1/2}: with both terms written as A j^{1/4} + B j^{−1/2}, j = (2B/A)^{4/3}.
        const double A = std::sqrt(2.0 * 2.0 * std::exp(-0.5) * std::sqrt(std::log(2e5)) / 2000.0);
        const double B = std::exp(-0.5) * std::log(2000.0);
        const auto best = embeddingDimension(constants, 3200, PrivateRate::noisyDescent, budget);
        expectNear(double(best), std::pow(2.0 * B / A, 4.0 / 3.0), 1.0);
    }
};

REGISTER_TEST(PrivateMethodsTest)
#include "private_methods_test.moc"
