#include <cmath>

#include <QtTest>
#include <tbb/task_arena.h>

#include "core/federated/methods/fed_adam.h"
#include "core/federated/methods/fed_prox.h"
#include "core/federated/methods/fed_speed.h"
#include "core/federated/methods/local_momentum.h"
#include "core/federated/quadratics.h"
#include "core/federated/rounds.h"
#include "core/federated/synthetic_clients.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::federated;

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using Options = FedSpeedOptions;
using Server = Options::Server;
using Correction = Options::Correction;
constexpr AscentOptions tenthUphill{.step = 0.1};

struct SpeedWork {
    Index sampled = 0; ///< 0: all
    Index steps = 10;
    double rate = 0.3;
};
Rounds<double> speedRounds(std::shared_ptr<const Problem<double>> problem,
                           std::unique_ptr<Method<double>> method, const SpeedWork& work = {}) {
    const Index n = problem->clients();
    return {std::move(problem),
            std::move(method),
            withoutReplacement(n, work.sampled == 0 ? n : work.sampled, {.seed = 1}),
            {.plan = {.steps = work.steps, .batch = 0}, .localRate = work.rate}};
}
auto speedProblem(const QuadraticsSetting& setting) {
    return std::make_shared<const Quadratics>(setting);
}
std::unique_ptr<Method<double>> fedSpeed(const Options& options) {
    return std::make_unique<FedSpeed<double>>(options);
}
std::unique_ptr<Method<double>> fedSam(const AscentOptions& ascent) {
    return fedSpeed({.weight = 0.0, .ascent = ascent});
}
VectorXd rested(Rounds<double>&& run, int rounds) {
    for (int r = 0; r < rounds; ++r)
        run.step();
    return run.model();
}

/// FedSpeed as its paper lists it, client by client, in λ; only gradients are taken from outside.
class Listing {
public:
    Listing(const Problem<double>& problem, double lambda, Server server)
        : evaluator_(problem.evaluator()), lambda_(lambda), server_(server), x(problem.dimension()),
          multipliers_(MatrixXd::Zero(problem.dimension(), problem.clients())) {
        problem.start(x);
    }
    void round(const std::vector<ClientId>& clients, const AscentOptions& ascent,
               const SpeedWork& work) {
        VectorXd sent = VectorXd::Zero(x.size()), ended = sent, g1(x.size()), g2(x.size());
        for (const ClientId i : clients) {
            VectorXd own = x;
            for (Index k = 0; k < work.steps; ++k) {
                evaluator_->gradient(i, own, g1);
                const double length =
                    ascent.rule == AscentRule::plain ? 1.0 : 1.0 / (g1.norm() + 1e-7);
                evaluator_->gradient(i, own + ascent.step * length * g1, g2);
                const VectorXd merged = (1.0 - ascent.merge) * g1 + ascent.merge * g2;
                own -= work.rate * (merged - multipliers_.col(i) + (own - x) / lambda_);
            }
            multipliers_.col(i) -= (own - x) / lambda_;
            ended += own / static_cast<double>(clients.size());
            sent += (own - lambda_ * multipliers_.col(i)) / static_cast<double>(clients.size());
        }
        x = server_ == Server::sampled ? sent
                                       : VectorXd(ended - lambda_ * multipliers_.rowwise().mean());
    }

private:
    std::unique_ptr<Evaluator<double>> evaluator_;
    double lambda_;
    Server server_;

public:
    VectorXd x;

private:
    MatrixXd multipliers_;
};

AscentOptions plainly(double step, double merge = 1.0) {
    return {.step = step, .rule = AscentRule::plain, .merge = merge};
}
/// x_ρ: Σ A_i(I + αρA_i)(x − b_i) = 0.
VectorXd ascentBalance(const Quadratics& problem, double reach, double merge = 1.0) {
    std::vector<MatrixXd> pulls;
    for (ClientId i = 0; i < problem.clients(); ++i) {
        const MatrixXd a = problem.curvature(i);
        pulls.push_back(a + merge * reach * a * a);
    }
    return problem.balance(pulls);
}

} // namespace

class FedSpeedTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void itDoesWhatThePaperLists() {
        const auto problem = speedProblem({.clients = 6, .heterogeneity = 2.0, .seed = 1});
        const SpeedWork work{.sampled = 3, .steps = 4};
        for (const auto server : {Server::all, Server::sampled})
            for (const AscentOptions& ascent :
                 {AscentOptions{.step = 0.2, .rule = AscentRule::plain, .merge = 0.7},
                  tenthUphill}) {
                Listing listing(*problem, 4.0, server);
                auto run = speedRounds(
                    problem, fedSpeed({.weight = 0.25, .server = server, .ascent = ascent}), work);
                for (int r = 0; r < 12; ++r) {
                    run.step();
                    listing.round(run.work().cohort().clients, ascent, work);
                    expectNear(run.model(), listing.x, 1e-12);
                }
            }
    }

    // ---- Where it comes to rest ------------------------------------------------------------

    void theCorrectionReachesTheOptimumWhateverTheInterval() {
        const auto problem = speedProblem({.heterogeneity = 3.0, .seed = 2});
        for (const Index steps : {1, 10, 50}) {
            auto run = speedRounds(problem, fedSpeed({.weight = 1.0 / 3}), {.steps = steps});
            for (int r = 0; r < 600; ++r)
                run.step();
            QVERIFY(problem->gap(run.model()) < 1e-26);
            const auto& method = dynamic_cast<const FedSpeed<double>&>(run.method());
            QVERIFY(method.sumOfCorrections().norm() < 1e-12);
            // At rest ĝ_i = −w·h_i = ∇f_i(x*).
            VectorXd gradient(problem->dimension());
            problem->evaluator()->gradient(3, problem->optimum(), gradient);
            expectNear(VectorXd(method.corrections().col(3) / -3.0), gradient, 1e-12);
        }
    }
    void aFlippedCorrectionDoesNot() {
        const auto problem = speedProblem({.heterogeneity = 3.0, .seed = 2});
        auto run =
            speedRounds(problem, fedSpeed({.weight = 1.0 / 3, .correction = Correction::flipped}));
        for (int r = 0; r < 600 && run.isSound(); ++r)
            run.step();
        QVERIFY(!(problem->gap(run.model()) < 0.01));
    }
    void plainAscentShiftsItToItsClosedForm() {
        for (const bool rotated : {false, true}) {
            const auto problem =
                speedProblem({.heterogeneity = 3.0, .rotated = rotated, .seed = 3});
            for (const double merge : {1.0, 0.4})
                expectNear(rested(speedRounds(problem, fedSpeed({.weight = 1.0 / 3,
                                                                 .ascent = plainly(0.3, merge)})),
                                  600),
                           ascentBalance(*problem, 0.3, merge), 1e-13);
        }
    }
    void clientsWithoutConflictAreNotShifted() {
        const auto problem = speedProblem({.heterogeneity = 3.0, .sameOptimum = true, .seed = 4});
        QVERIFY(problem->gap(rested(
                    speedRounds(problem, fedSpeed({.weight = 1.0 / 3, .ascent = plainly(0.3)})),
                    600)) < 1e-28);
    }
    void onlyTheMeanOverAllReachesTheOptimumWithFewClientsARound() {
        const auto problem = speedProblem({.clients = 20, .heterogeneity = 3.0, .seed = 5});
        const SpeedWork few{.sampled = 5};
        const auto gapOf = [&](std::unique_ptr<Method<double>> method) {
            return problem->gap(rested(speedRounds(problem, std::move(method), few), 600));
        };
        QVERIFY(gapOf(fedSpeed({.weight = 1.0 / 3})) < 1e-24);
        const double sampled = gapOf(fedSpeed({.weight = 1.0 / 3, .server = Server::sampled}));
        QVERIFY(sampled > 0.01);
    }
    void samWithOneStepRestsAtTheSamePoint() {
        const auto problem = speedProblem({.heterogeneity = 2.0, .seed = 6});
        expectNear(rested(speedRounds(problem, fedSam(plainly(0.2)), {.steps = 1}), 2000),
                   ascentBalance(*problem, 0.2), 1e-12);
    }

    // ---- Identities ------------------------------------------------------------------------

    void withoutSpringAndAscentItIsFedAvgBitForBit() {
        const auto problem = speedProblem({.noise = 1.0, .seed = 7});
        const SpeedWork few{.sampled = 4};
        const VectorXd fedAvg =
            rested(speedRounds(problem, std::make_unique<FedAvg<double>>(), few), 20);
        for (const auto server : {Server::all, Server::sampled})
            QVERIFY(rested(speedRounds(problem, fedSpeed({.weight = 0.0, .server = server}), few),
                           20) == fedAvg);
    }
    void nothingMergedIsNoAscent() {
        const auto problem = speedProblem({.noise = 1.0, .seed = 8});
        QVERIFY(rested(speedRounds(problem, fedSpeed({.ascent = {.step = 0.5, .merge = 0.0}})),
                       20) == rested(speedRounds(problem, fedSpeed({})), 20));
    }
    void withoutTheCorrectionItIsFedProx() {
        const auto problem = speedProblem({.noise = 1.0, .seed = 9});
        QVERIFY(
            rested(speedRounds(problem, fedSpeed({.weight = 0.3, .correction = Correction::none})),
                   20) == rested(speedRounds(problem, std::make_unique<FedProx<double>>(0.3)), 20));
    }
    void bothMeansAgreeWhereAllTakePart() {
        const auto problem = speedProblem({.noise = 1.0, .seed = 10});
        expectNear(rested(speedRounds(problem, fedSpeed({.ascent = tenthUphill})), 50),
                   rested(speedRounds(problem,
                                      fedSpeed({.server = Server::sampled, .ascent = tenthUphill})),
                          50),
                   1e-12);
    }
    void momentumOfWeightOneWithAscentIsFedSam() {
        const auto problem = speedProblem({.noise = 1.0, .seed = 11});
        QVERIFY(rested(speedRounds(problem,
                                   std::make_unique<LocalMomentum<double>>(
                                       LocalMomentumOptions{.beta = 1.0, .ascent = tenthUphill})),
                       20) == rested(speedRounds(problem, fedSam(tenthUphill)), 20));
    }
    /// ĝ_i = −w·h_i stays when w changes.
    void theSpringCanBeChangedOnTheWay() {
        const auto problem = speedProblem({.heterogeneity = 3.0, .seed = 12});
        auto run = speedRounds(problem, fedSpeed({.weight = 0.5}));
        for (int r = 0; r < 5; ++r)
            run.step();
        auto& method = dynamic_cast<FedSpeed<double>&>(run.method());
        const MatrixXd before = 0.5 * method.corrections();
        QVERIFY(method.set("prox_weight", 2.0));
        expectNear(2.0 * method.corrections(), before, 1e-14);
        for (int r = 0; r < 800; ++r)
            run.step();
        QVERIFY(problem->gap(run.model()) < 1e-20);
    }
    /// β = 1 begins at 2x − x_i^K: followed by hand for one client and one step a round.
    void aRelaxedStartBeginsOnTheOtherSide() {
        const auto problem = speedProblem({.clients = 1, .dimension = 3, .seed = 12});
        constexpr double w = 0.5, rate = 0.2, beta = 0.5;
        auto run = speedRounds(problem, fedSpeed({.weight = w, .relaxedStart = beta}),
                               {.steps = 1, .rate = rate});
        VectorXd x = run.model(), h = VectorXd::Zero(3), last = x, gradient(3);
        for (int r = 0; r < 6; ++r) {
            const VectorXd start = x + beta * (x - last);
            problem->evaluator()->gradient(0, start, gradient);
            last = start - rate * (gradient + w * h);
            h += last - start;
            x = last + h;
            run.step();
            expectNear(run.model(), x, 1e-13);
        }
    }

    void correctionsAreToldAndCanBeSwitchedOff() {
        const auto problem = speedProblem({.heterogeneity = 3.0, .seed = 16});
        auto run = speedRounds(problem, fedSpeed({.weight = 0.3}));
        for (int r = 0; r < 5; ++r)
            run.step();
        const auto& method = dynamic_cast<const FedSpeed<double>&>(run.method());
        expectNear(*method.correctionLength(), method.corrections().rowwise().mean().norm(), 1e-14);
        QVERIFY(run.method().set("correction", 0.0));
        QVERIFY(!method.correctionLength());
        // Then it comes to rest where FedProx does.
        expectNear(rested(std::move(run), 1000),
                   rested(speedRounds(problem, std::make_unique<FedProx<double>>(0.3)), 1000),
                   1e-12);
    }

    // ---- Its account, and the other baseline -----------------------------------------------

    void theAscentCostsASecondGradientOnlyWhereItIs() {
        const auto problem = speedProblem({.clients = 5, .seed = 13});
        auto run =
            speedRounds(problem, fedSpeed({.ascent = tenthUphill}), {.sampled = 2, .steps = 3});
        run.step();
        QCOMPARE(run.totals().samples, std::int64_t{2 * 3 * 2});
        QVERIFY(run.method().set("ascent", 0.0));
        run.step();
        QCOMPARE(run.totals().samples, std::int64_t{2 * 3 * 3});
        QCOMPARE(run.totals().bytesUp, std::int64_t{2 * 2 * 20 * 4});
        QCOMPARE(run.totals().bytesDown, run.totals().bytesUp);
        QVERIFY(run.method().set("prox_weight", 0.2) && run.method().set("merge", 0.5));
        QVERIFY(!run.method().set("momentum", 0.5));
    }
    /// Its gradients uphill are those of a network too: the step of one client does not depend on
    /// who else works, so its norm is its own.
    void theLengthOfTheAscentIsEachClientsOwn() {
        auto data = std::make_shared<ClassifierData<double>>(
            syntheticClients({.clients = 3, .inputs = 8, .classes = 4, .seed = 1}));
        const auto problem = std::make_shared<ClassifierClients<double>>(
            data, ClassifierSetting{.network = {.sizes = {8, 4}}, .seed = 1});
        auto run = speedRounds(problem, fedSam({.step = 0.5}), {.steps = 1});
        const VectorXd x = run.model();
        run.step();
        VectorXd gradient(x.size()), uphill(x.size());
        for (ClientId i = 0; i < 3; ++i) {
            problem->evaluator()->gradient(i, x, gradient);
            problem->evaluator()->gradient(i, x + 0.5 / (gradient.norm() + 1e-7) * gradient,
                                           uphill);
            expectNear(VectorXd(run.work().cohort().x.col(i)), VectorXd(x - 0.3 * uphill), 1e-12);
        }
    }
    void theSameBitsOnAnyNumberOfThreads() {
        const auto problem = speedProblem({.clients = 12, .dimension = 6000, .seed = 14});
        VectorXd models[2];
        for (const int threads : {1, 4}) {
            tbb::task_arena arena(threads);
            arena.execute([&] {
                models[threads == 1 ? 0 : 1] =
                    rested(speedRounds(problem, fedSpeed({.ascent = tenthUphill}),
                                       {.sampled = 8, .steps = 2}),
                           4);
            });
        }
        QVERIFY(models[0] == models[1]);
    }
    void adamStepsByTheRunningMeansOfTheUpdates() {
        const auto problem = speedProblem({.clients = 2, .dimension = 4, .seed = 15});
        constexpr double rate = 0.1, serverRate = 0.05;
        auto run = speedRounds(
            problem, std::make_unique<FedAdam<double>>(FedAdamOptions{.rate = serverRate}),
            {.steps = 1, .rate = rate});
        VectorXd x = run.model(), m = VectorXd::Zero(4), v = m;
        for (int r = 0; r < 10; ++r) {
            const VectorXd update = -rate * problem->gradient(x);
            for (Index k = 0; k < 4; ++k) {
                m[k] = 0.9 * m[k] + 0.1 * update[k];
                v[k] = 0.99 * v[k] + 0.01 * update[k] * update[k];
                x[k] += serverRate * m[k] / (std::sqrt(v[k]) + 0.01);
            }
            run.step();
            expectNear(run.model(), x, 1e-13);
        }
    }
};

REGISTER_TEST(FedSpeedTest)
#include "fed_speed_test.moc"
