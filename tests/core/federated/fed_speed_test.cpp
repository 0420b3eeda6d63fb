#include <cmath>

#include <QtTest>

#include "core/federated/methods/fed_adam.h"
#include "core/federated/methods/fed_prox.h"
#include "core/federated/methods/fed_speed.h"
#include "core/federated/quadratics.h"
#include "core/federated/rounds.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::federated;

namespace {

using Eigen::VectorXd;
using Speed = FedSpeedOptions;

struct SpeedWork {
    Index sampled = 10, steps = 10;
    double rate = 0.3;
};
VectorXd afterRounds(int rounds, const std::shared_ptr<const Quadratics>& problem,
                     std::unique_ptr<Method<double>> method, const SpeedWork& work = {}) {
    Rounds<double> run(problem, std::move(method),
                       withoutReplacement(problem->clients(), work.sampled, {.seed = 1}),
                       {.plan = {.steps = work.steps, .batch = 0}, .localRate = work.rate});
    for (int r = 0; r < rounds; ++r)
        run.step();
    return run.model();
}
auto speed(const Speed& options) {
    return std::make_unique<FedSpeed<double>>(options);
}
std::shared_ptr<const Quadratics> conflicting(double noise = 0.0) {
    return std::make_shared<Quadratics>(
        QuadraticsSetting{.heterogeneity = 3.0, .noise = noise, .seed = 12});
}

} // namespace

class FedSpeedTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void withoutSpringAndAscentItIsFedAvgBitForBit() {
        const auto problem = conflicting(1.0);
        QVERIFY(afterRounds(20, problem, speed({.weight = 0.0})) ==
                afterRounds(20, problem, std::make_unique<FedAvg<double>>()));
    }
    void withoutCorrectionAndAscentItIsFedProx() {
        const auto problem = conflicting(1.0);
        expectNear(
            afterRounds(20, problem, speed({.weight = 0.4, .correction = Speed::Correction::none})),
            afterRounds(20, problem, std::make_unique<FedProx<double>>(0.4)), 1e-13);
    }
    void noMergeIsNoAscent() {
        const auto problem = conflicting(1.0);
        QVERIFY(afterRounds(20, problem, speed({.ascent = {.step = 0.5, .merge = 0.0}})) ==
                afterRounds(20, problem, speed({})));
    }
    void theCorrectionReachesTheOptimum() {
        const auto problem = conflicting();
        QVERIFY(problem->gap(afterRounds(600, problem, speed({.weight = 1.0 / 3.0}))) < 1e-26);
        QVERIFY(problem->gap(afterRounds(
                    600, problem,
                    speed({.weight = 1.0 / 3.0, .correction = Speed::Correction::none}))) > 1e-3);
    }
    /// The two forms of the server agree for all clients, and part for some.
    void correctionsHaveToBeAveragedOverAllClients() {
        const auto problem = conflicting();
        const auto at = [&](Speed::Server server, Index sampled) {
            return afterRounds(800, problem, speed({.weight = 1.0 / 3.0, .server = server}),
                               {.sampled = sampled});
        };
        expectNear(at(Speed::Server::all, 10), at(Speed::Server::sampled, 10), 1e-12);
        QVERIFY(problem->gap(at(Speed::Server::all, 4)) < 1e-20);
        QVERIFY(problem->gap(at(Speed::Server::sampled, 4)) > 1e-2);
    }
    /// Σ A_i(I + αρA_i)(x − b_i) = 0.
    void plainAscentShiftsTheRestingPoint() {
        const auto problem = conflicting();
        constexpr double rho = 0.3, alpha = 0.5;
        std::vector<Eigen::MatrixXd> pulls;
        for (ClientId i = 0; i < 10; ++i) {
            const Eigen::MatrixXd a = problem->curvature(i);
            pulls.emplace_back(a + alpha * rho * a * a);
        }
        const VectorXd rest = afterRounds(
            600, problem,
            speed({.weight = 1.0 / 3.0,
                   .ascent = {.step = rho, .rule = AscentRule::plain, .merge = alpha}}));
        expectNear(rest, problem->balance(pulls), 1e-12);
        QVERIFY(problem->gap(rest) > 1e-5);
    }
    /// One step of one client, by hand.
    void ascentIsAlongTheGradientOfTheSameBatch() {
        const auto problem = std::make_shared<const Quadratics>(
            QuadraticsSetting{.clients = 1, .dimension = 4, .noise = 2.0, .seed = 3});
        VectorXd x(4);
        problem->start(x);
        const auto batches = problem->batches(1, {.batch = 0});
        const Visit visit{0, 0};
        batches->begin({&visit, 1});
        batches->next();
        Eigen::MatrixXd gradient(4, 1), uphill(4, 1);
        batches->evaluate(x, gradient);
        batches->evaluate(x + 0.1 * gradient / gradient.norm(), uphill);
        expectNear(afterRounds(1, problem, speed({.weight = 0.0, .ascent = {.step = 0.1}}),
                               {.sampled = 1, .steps = 1}),
                   VectorXd(x - 0.3 * uphill.col(0)), 1e-7);
    }
    /// ĝ_i = −w·h_i stays when w changes.
    void theSpringCanBeChangedOnTheWay() {
        const auto problem = conflicting();
        Rounds<double> run(problem, speed({.weight = 0.5}), withoutReplacement(10, 10, {}),
                           {.plan = {.batch = 0}, .localRate = 0.3});
        for (int r = 0; r < 5; ++r)
            run.step();
        auto& method = dynamic_cast<FedSpeed<double>&>(run.method());
        const Eigen::MatrixXd before = 0.5 * method.corrections();
        QVERIFY(method.set("prox_weight", 2.0));
        expectNear(2.0 * method.corrections(), before, 1e-14);
        QVERIFY(!method.set("momentum", 1.0));
        for (int r = 0; r < 800; ++r)
            run.step();
        QVERIFY(problem->gap(run.model()) < 1e-20);
    }
    /// The first step is ±η_g(1 − β₁)Δ/(√(1 − β₂)|Δ| + τ).
    void adamAtTheServerScalesEveryEntry() {
        const auto problem = conflicting();
        VectorXd x(20);
        problem->start(x);
        const VectorXd update = afterRounds(1, problem, std::make_unique<FedAvg<double>>()) - x;
        const VectorXd expected =
            x + (0.1 * 0.1 * update.array() / (0.1 * update.array().abs() + 0.01)).matrix();
        expectNear(afterRounds(1, problem, std::make_unique<FedAdam<double>>()), expected, 1e-13);
    }
};

REGISTER_TEST(FedSpeedTest)
#include "fed_speed_test.moc"
