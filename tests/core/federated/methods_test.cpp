#include <cmath>

#include <QtTest>
#include <tbb/task_arena.h>

#include "core/federated/methods/fed_prox.h"
#include "core/federated/methods/local_momentum.h"
#include "core/federated/methods/server_momentum.h"
#include "core/federated/quadratics.h"
#include "core/federated/rounds.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::federated;

namespace {

using Eigen::VectorXd;
using Momentum = LocalMomentumOptions;

std::shared_ptr<const Quadratics> quadratics(const QuadraticsSetting& setting = {}) {
    return std::make_shared<Quadratics>(setting);
}

/// S of the clients, K steps.
struct Work {
    Index sampled = 0; ///< 0: all
    Index steps = 10;
    double rate = 0.1, serverRate = 1.0;
};
Rounds<double> roundsOf(std::shared_ptr<const Quadratics> problem,
                        std::unique_ptr<Method<double>> method, const Work& work = {}) {
    const Index n = problem->clients();
    return {std::move(problem),
            std::move(method),
            withoutReplacement(n, work.sampled == 0 ? n : work.sampled, {.seed = 1}),
            {.plan = {.steps = work.steps, .batch = 0},
             .localRate = work.rate,
             .serverRate = work.serverRate}};
}
VectorXd after(int rounds, Rounds<double>&& run) {
    for (int r = 0; r < rounds; ++r)
        run.step();
    return run.model();
}
auto fedAvg() {
    return std::make_unique<FedAvg<double>>();
}
auto localMomentum(const Momentum& options) {
    return std::make_unique<LocalMomentum<double>>(options);
}
auto scaffold(Scaffold<double>::Renewal renewal) {
    return std::make_unique<Scaffold<double>>(renewal);
}

} // namespace

class FederatedMethodsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // ---- Where methods come to rest, in closed form ----------------------------------------

    void fedAvgRestsAtItsFloorWhateverItsServerRate() {
        for (const bool rotated : {false, true}) {
            const auto problem = quadratics({.rotated = rotated, .seed = 2});
            for (const double serverRate : {0.5, 1.0})
                expectNear(after(3000, roundsOf(problem, fedAvg(), {.serverRate = serverRate})),
                           problem->restingPoint(0.1, 10), 1e-13);
        }
    }
    void momentumInTheLocalStepsRestsAtTheFloorOfASmallerRate() {
        const auto problem = quadratics({.seed = 3});
        for (const double beta : {0.5, 0.1})
            expectNear(
                after(static_cast<int>(500 / beta),
                      roundsOf(problem, localMomentum({.beta = beta}), {.serverRate = beta / 2})),
                problem->restingPoint(beta * 0.1, 10), 1e-12);
    }
    void momentumAtTheServerRestsWhereFedAvgDoes() {
        const auto problem = quadratics({.seed = 3});
        expectNear(after(5000, roundsOf(problem, std::make_unique<ServerMomentum<double>>(0.1),
                                        {.serverRate = 0.05})),
                   problem->restingPoint(0.1, 10), 1e-12);
    }
    void controlsReachTheOptimumWithFewClientsARound() {
        const auto problem = quadratics({.seed = 4});
        for (const auto renewal :
             {Scaffold<double>::Renewal::updates, Scaffold<double>::Renewal::gradients})
            QVERIFY(problem->gap(
                        after(3000, roundsOf(problem, scaffold(renewal), {.sampled = 4}))) < 1e-26);
    }
    /// Σ_i (I − ((1 − ηλ)I − ηA_i)^K) (A_i + λI)⁻¹A_i (x − b_i) = 0: each client is pulled to its
    /// own minimum of f_i + λ‖· − x‖²/2.
    void fedProxRestsBetweenTheClientsProximalPoints() {
        const auto problem = quadratics({.seed = 5});
        constexpr double lambda = 0.4, rate = 0.2;
        constexpr int steps = 300; // solved to rounding
        std::vector<Eigen::MatrixXd> pulls;
        for (ClientId i = 0; i < 10; ++i) {
            const Eigen::VectorXd a = problem->curvature(i).diagonal();
            pulls.emplace_back((a.array() / (a.array() + lambda)).matrix().asDiagonal());
        }
        expectNear(after(400, roundsOf(problem, std::make_unique<FedProx<double>>(lambda),
                                       {.steps = steps, .rate = rate})),
                   problem->balance(pulls), 1e-10);
    }

    // ---- Identities ------------------------------------------------------------------------

    void noMomentumIsFedAvgAndScaffoldBitForBit() {
        const auto problem = quadratics({.noise = 1.0, .seed = 6});
        const Work few{.sampled = 4};
        const VectorXd plain = after(20, roundsOf(problem, fedAvg())),
                       controlled =
                           after(20, roundsOf(problem,
                                              scaffold(Scaffold<double>::Renewal::gradients), few));
        for (const bool reduces : {false, true}) {
            QVERIFY(after(20, roundsOf(problem,
                                       localMomentum({.beta = 1.0, .reducesVariance = reduces}))) ==
                    plain);
            QVERIFY(after(20, roundsOf(problem,
                                       localMomentum({.beta = 1.0,
                                                      .hasControls = true,
                                                      .reducesVariance = reduces}),
                                       few)) == controlled);
        }
        expectNear(after(20, roundsOf(problem, scaffold(Scaffold<double>::Renewal::updates), few)),
                   controlled, 1e-12);
    }
    /// g⁺ = β·(mean gradient that was met) + (1 − β)g, with gradients followed by hand.
    void theDirectionBlendsTheGradientsThatWereMet() {
        const auto problem = quadratics({.clients = 3, .dimension = 4, .seed = 7});
        constexpr double beta = 0.3, rate = 0.1;
        auto run = roundsOf(problem, localMomentum({.beta = beta}),
                            {.steps = 5, .rate = rate, .serverRate = 0.6});
        VectorXd g = VectorXd::Zero(4), gradient(4);
        const auto evaluator = problem->evaluator();
        for (int r = 0; r < 4; ++r) {
            VectorXd mean = VectorXd::Zero(4);
            for (ClientId i = 0; i < 3; ++i) {
                VectorXd x = run.model();
                for (int k = 0; k < 5; ++k) {
                    evaluator->gradient(i, x, gradient);
                    mean += gradient / 15.0;
                    x -= rate * (beta * gradient + (1 - beta) * g);
                }
            }
            g = beta * mean + (1 - beta) * g;
            run.step();
            expectNear(*run.method().serverDirection(), g, 1e-12);
        }
    }
    void controlsOfTheServerAreTheMeanOfAll() {
        const auto problem = quadratics({.noise = 1.0, .seed = 8});
        for (const bool reduces : {false, true}) {
            auto run = roundsOf(
                problem,
                localMomentum({.beta = 0.5, .hasControls = true, .reducesVariance = reduces}),
                {.sampled = 3});
            const auto& controls =
                dynamic_cast<const LocalMomentum<double>&>(run.method()).controls();
            for (int r = 0; r < 50; ++r)
                run.step();
            expectNear(controls.mean(), controls.own().rowwise().mean(), 1e-13);
        }
    }
    /// With exact gradients and K = 1 the error e = g − ∇f(x) of -VR shrinks by 1 − β a round.
    void varianceReductionForgetsItsFirstError() {
        const auto problem = quadratics({.seed = 9});
        constexpr double beta = 0.2;
        auto run =
            roundsOf(problem, localMomentum({.beta = beta, .reducesVariance = true}), {.steps = 1});
        // g after a round belongs to the x at which it began.
        VectorXd x = run.model();
        run.step();
        VectorXd error = *run.method().serverDirection() - problem->gradient(x);
        QVERIFY(error.norm() > 0.1);
        for (int r = 0; r < 10; ++r) {
            x = run.model();
            run.step();
            const VectorXd next = *run.method().serverDirection() - problem->gradient(x);
            expectNear(next, (1.0 - beta) * error, 1e-13);
            error = next;
        }
    }
    void aFullStartKnowsTheGradient() {
        const auto problem = quadratics({.noise = 1.0, .seed = 10});
        const auto run = roundsOf(problem, localMomentum({.fullStart = true}));
        expectNear(*run.method().serverDirection(), problem->gradient(run.model()), 1e-14);
    }
    void withoutClientsNothingMoves() {
        const auto problem = quadratics({.clients = 2, .seed = 11});
        for (const bool reduces : {false, true}) {
            Rounds<double> run(problem, localMomentum({.reducesVariance = reduces}),
                               bernoulli({0.05, 0.05}, {.seed = 2}), {.plan = {.batch = 0}});
            int empty = 0;
            for (int r = 0; r < 50; ++r) {
                const VectorXd before = run.model();
                run.step();
                if (run.work().cohort().size() == 0) {
                    ++empty;
                    QVERIFY(run.model() == before);
                }
            }
            QVERIFY(empty > 20 && run.isSound());
            QCOMPARE(run.totals().rounds, std::int64_t{50});
        }
    }
};

REGISTER_TEST(FederatedMethodsTest)
#include "methods_test.moc"
