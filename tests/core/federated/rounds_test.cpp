#include <cmath>

#include <QtTest>
#include <tbb/task_arena.h>

#include "core/federated/methods/local_momentum.h"
#include "core/federated/quadratics.h"
#include "core/federated/rounds.h"
#include "core/federated/synthetic_clients.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::federated;

namespace {

using Eigen::VectorXd;

Rounds<double> manyClients(const RoundOptions& options, Index dimension = 1700) {
    return {std::make_shared<Quadratics>(
                QuadraticsSetting{.clients = 40, .dimension = dimension, .noise = 1.0, .seed = 1}),
            std::make_unique<LocalMomentum<double>>(
                LocalMomentumOptions{.beta = 0.5, .hasControls = true, .reducesVariance = true}),
            withoutReplacement(40, 20, {.seed = 1}), options};
}

} // namespace

class RoundsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theSameBitsOnAnyNumberOfThreads() {
        const RoundOptions options{.plan = {.steps = 3, .batch = 4},
                                   .clip = 1.0,
                                   .delays = {Delays::Kind::uniform, 2, {.seed = 1}},
                                   .clock = ClockModel{.slowest = 5.0}};
        VectorXd models[2];
        double seconds[2] = {};
        for (const int threads : {1, 4}) {
            tbb::task_arena arena(threads);
            arena.execute([&] {
                auto run = manyClients(options);
                for (int r = 0; r < 5; ++r)
                    run.step();
                models[threads == 1 ? 0 : 1] = run.model();
                seconds[threads == 1 ? 0 : 1] = run.totals().seconds;
            });
        }
        QVERIFY(models[0] == models[1]);
        QVERIFY(seconds[0] == seconds[1] && seconds[0] > 0.0);
    }
    /// FedAvg: P numbers down and up, a client and round; with controls and variance reduction four
    /// and two vectors, and two gradients a step.
    void theAccountIsThatOfTheMethod() {
        const auto problem = std::make_shared<Quadratics>(QuadraticsSetting{.clients = 5});
        Rounds<double> plain(problem, std::make_unique<FedAvg<double>>(),
                             withoutReplacement(5, 2, {}), {.plan = {.steps = 3, .batch = 7}});
        plain.step();
        plain.step();
        QCOMPARE(plain.totals().rounds, std::int64_t{2});
        QCOMPARE(plain.totals().samples, std::int64_t{2 * 2 * 3 * 7});
        QCOMPARE(plain.totals().bytesDown, std::int64_t{2 * 2 * 20 * 4});
        QCOMPARE(plain.totals().bytesUp, std::int64_t{2 * 2 * 20 * 4});
        auto heavy = manyClients({.plan = {.steps = 3, .batch = 7}}, 20);
        heavy.step();
        QCOMPARE(heavy.totals().samples, std::int64_t{20 * 3 * 7 * 2});
        QCOMPARE(heavy.totals().bytesDown, std::int64_t{4 * 20 * 20 * 4});
        QCOMPARE(heavy.totals().bytesUp, std::int64_t{2 * 20 * 20 * 4});
    }
    void driftAndCosineAreThoseOfTheUpdates() {
        const auto problem =
            std::make_shared<Quadratics>(QuadraticsSetting{.clients = 3, .seed = 2});
        Rounds<double> run(problem, std::make_unique<FedAvg<double>>(),
                           withoutReplacement(3, 3, {}), {.plan = {.steps = 4, .batch = 0}});
        QVERIFY(!run.measures().drift);
        const VectorXd x = run.model();
        run.step();
        double drift = 0.0, cosine = 0.0;
        const auto& cohort = run.work().cohort();
        for (Index a = 0; a < 3; ++a) {
            drift += (cohort.x.col(a) - x).squaredNorm() / 3.0;
            for (Index b = 0; b < a; ++b)
                cosine +=
                    (cohort.x.col(a) - x).normalized().dot((cohort.x.col(b) - x).normalized()) /
                    3.0;
        }
        expectNear(*run.measures().drift, drift, 1e-14);
        expectNear(*run.measures().cosine, cosine, 1e-14);
        const VectorXd mean = cohort.x.rowwise().mean();
        expectNear(*run.measures().consensus,
                   (cohort.x.colwise() - mean).colwise().squaredNorm().sum() / 3.0, 1e-14);
    }
    /// By size the mean of a round is that of the clients weighted by their samples.
    void repliesCountAlikeOrBySize() {
        const auto data = std::make_shared<const ClassifierData<double>>(syntheticClients(
            {.clients = 3, .inputs = 4, .classes = 3, .unequal = true, .seed = 5}));
        for (const Weighting weighting : {Weighting::uniform, Weighting::bySize}) {
            const auto problem = std::make_shared<ClassifierClients<double>>(
                data, ClassifierSetting{.network = {.sizes = {4, 3}}, .ridge = 0.1});
            Rounds<double> run(problem, std::make_unique<FedAvg<double>>(),
                               withoutReplacement(3, 3, {}),
                               {.plan = {.steps = 2, .batch = 0}, .weighting = weighting});
            const VectorXd before = run.model();
            run.step();
            VectorXd mean = VectorXd::Zero(before.size());
            double weights = 0.0;
            for (ClientId i = 0; i < 3; ++i) {
                const double w = weighting == Weighting::uniform
                                     ? 1.0
                                     : static_cast<double>(data->partition[i].size());
                mean += w * run.work().cohort().x.col(i);
                weights += w;
            }
            expectNear(run.model(), mean / weights, 1e-13);
        }
    }
    /// With one exact step a round, delayed clients make x⁺ = x − ηA(x⁻ − b) of an x of τ rounds
    /// ago.
    void delayedClientsBeginAtModelsOfThePast() {
        const auto problem =
            std::make_shared<Quadratics>(QuadraticsSetting{.clients = 4, .seed = 3});
        constexpr std::int64_t delay = 3;
        Rounds<double> run(problem, std::make_unique<FedAvg<double>>(),
                           withoutReplacement(4, 4, {}),
                           {.plan = {.steps = 1, .batch = 0},
                            .localRate = 0.1,
                            .delays = {Delays::Kind::fixed, delay, {}}});
        std::vector<VectorXd> models{run.model()};
        for (std::int64_t r = 0; r < 20; ++r) {
            const VectorXd& old =
                models[static_cast<std::size_t>(std::max<std::int64_t>(0, r - delay))];
            const VectorXd expected = models.back() - 0.1 * problem->gradient(old);
            run.step();
            models.push_back(run.model());
            expectNear(run.model(), expected, 1e-14);
        }
    }
    void gradientsLongerThanTheClipAreShortened() {
        const auto problem = std::make_shared<Quadratics>(
            QuadraticsSetting{.clients = 2, .heterogeneity = 20.0, .seed = 4});
        Rounds<double> run(problem, std::make_unique<FedAvg<double>>(),
                           withoutReplacement(2, 2, {}),
                           {.plan = {.steps = 1, .batch = 0}, .localRate = 1.0, .clip = 0.5});
        run.step();
        expectNear(*run.measures().drift, 0.25, 1e-14);
    }
    void ratesDecayAfterEachRound() {
        auto run = manyClients(
            {.plan = {.steps = 1, .batch = 1}, .localRate = 0.2, .localRateDecay = 0.5}, 2);
        run.step();
        run.step();
        expectNear(run.localRate(), 0.05, 1e-16);
    }
    void aRateTooLargeIsNotSound() {
        const auto problem = std::make_shared<Quadratics>(QuadraticsSetting{});
        Rounds<double> run(problem, std::make_unique<FedAvg<double>>(),
                           withoutReplacement(10, 10, {}),
                           {.plan = {.batch = 0}, .localRate = 3.0});
        int rounds = 0;
        while (run.isSound() && rounds < 100) {
            run.step();
            ++rounds;
        }
        QVERIFY(rounds < 20);
    }
    void aStoppedRoundDoesNotCount() {
        auto run = manyClients({.plan = {.steps = 3, .batch = 1}}, 20);
        run.step();
        const VectorXd before = run.model();
        StopToken stop;
        stop.requestStop();
        QVERIFY(!run.step(stop));
        QVERIFY(run.model() == before);
        QCOMPARE(run.totals().rounds, std::int64_t{1});
    }
    void pathsAreTheWayOfEachClient() {
        const auto problem =
            std::make_shared<Quadratics>(QuadraticsSetting{.clients = 3, .dimension = 2});
        Rounds<double> run(problem, std::make_unique<FedAvg<double>>(),
                           withoutReplacement(3, 3, {}),
                           {.plan = {.steps = 6, .batch = 0}, .followPaths = true});
        run.step();
        QCOMPARE(run.work().paths().size(), std::size_t{7});
        expectNear(run.work().paths().back(), run.work().cohort().x, 0.0);
        expectNear(run.work().paths().front(), run.work().cohort().start, 0.0);
    }
};

REGISTER_TEST(RoundsTest)
#include "rounds_test.moc"
