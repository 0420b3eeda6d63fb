#include <algorithm>
#include <cmath>
#include <limits>

#include <QtTest>

#include "core/federated/clock.h"
#include "core/federated/methods/fed_speed.h"
#include "core/federated/quadratics.h"
#include "core/federated/rounds.h"
#include "core/federated/synthetic_clients.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::federated;

namespace {

constexpr double nothing = std::numeric_limits<double>::infinity(); // of bandwidth: no time

/// A sample takes a second on the fastest client, and messages take none.
ClockModel gradientsOnly(double slowest = 1.0) {
    return {.secondsASample = 1.0,
            .slowest = slowest,
            .link = {.latency = 0.0, .bandwidth = nothing},
            .seed = {.seed = 3}};
}

Rounds<double> quadraticRounds(std::unique_ptr<Participation> participation,
                               const RoundOptions& options, Index clients = 4) {
    return {std::make_shared<Quadratics>(QuadraticsSetting{.clients = clients, .seed = 1}),
            std::make_unique<FedAvg<double>>(), std::move(participation), options};
}

} // namespace

class ClockTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void clientsLieEvenlyBetweenTheFastestAndTheSlowest() {
        const Clock clock({.slowest = 16.0, .seed = {.seed = 7}}, 5);
        std::vector<double> slowness;
        for (ClientId i = 0; i < 5; ++i)
            slowness.push_back(clock.slowness(i));
        std::sort(slowness.begin(), slowness.end());
        for (std::size_t k = 0; k < 5; ++k)
            expectNear(slowness[k], std::pow(2.0, static_cast<double>(k)), 1e-12);
    }
    /// latency + bytes/bandwidth each way, and the samples between.
    void anErrandTakesItsMessagesAndItsGradients() {
        const Clock clock({.secondsASample = 0.01, .link = {.latency = 0.2, .bandwidth = 1000}}, 1);
        expectNear(
            clock.seconds(0, {.samples = 50, .bytesDown = 100, .bytesUp = 300, .messagesDown = 2}),
            0.4 + 0.1 + 0.5 + 0.2 + 0.3, 1e-14);
        expectNear(clock.secondsOfSilence(), 0.4, 1e-15);
    }
    void aRoundLastsUntilTheLastReply() {
        const LocalPlan plan{.steps = 3, .batch = 5};
        auto run = quadraticRounds(withoutReplacement(4, 4, {}),
                                   {.plan = plan, .clock = gradientsOnly(8.0)});
        for (int round = 1; round <= 3; ++round) {
            run.step();
            expectNear(run.totals().seconds, round * 3.0 * 5.0 * 8.0, 1e-9);
            expectNear(run.beginOfRound(), (round - 1) * 3.0 * 5.0 * 8.0, 1e-9);
            QCOMPARE(run.replies().size(), std::size_t{4});
        }
    }
    /// The clock counts the samples that the account counts, however clients work.
    void oneClientTakesAsLongAsItsSamples() {
        const auto problem = std::make_shared<ClassifierClients<double>>(
            std::make_shared<const ClassifierData<double>>(
                syntheticClients({.clients = 1, .inputs = 5, .samples = 33})),
            ClassifierSetting{.network = {.sizes = {5, 10}}});
        for (const LocalPlan& plan :
             {LocalPlan{.steps = 4, .batch = 0}, LocalPlan{.steps = 4, .batch = 6},
              LocalPlan{.epochs = 2, .batch = 6}, LocalPlan{.epochs = 2, .batch = 50},
              LocalPlan{.epochs = 3, .batch = 0}}) {
            Rounds<double> run(
                problem,
                std::make_unique<FedSpeed<double>>(FedSpeedOptions{.ascent = {.step = 0.1}}),
                withoutReplacement(1, 1, {}),
                {.plan = plan, .localRate = 0.01, .clock = gradientsOnly()});
            run.step();
            QVERIFY(run.totals().samples > 0);
            expectNear(run.totals().seconds, static_cast<double>(run.totals().samples), 1e-9);
        }
        auto quadratic =
            quadraticRounds(withoutReplacement(1, 1, {}),
                            {.plan = {.epochs = 3, .batch = 8}, .clock = gradientsOnly()}, 1);
        quadratic.step();
        expectNear(quadratic.totals().seconds, 3.0, 1e-12); // one sample a client
        QCOMPARE(quadratic.totals().samples, std::int64_t{3});
    }
    /// A model of τ rounds ago was sent then; a client does one thing after another.
    void lateRepliesAreWaitedForFromWhenTheyWereSentFor() {
        constexpr std::int64_t delay = 2;
        auto run = quadraticRounds(withoutReplacement(4, 2, {.seed = 5}),
                                   {.plan = {.steps = 1, .batch = 1},
                                    .localRate = 0.01,
                                    .delays = {Delays::Kind::fixed, delay, {}},
                                    .clock = gradientsOnly(4.0)});
        const Clock clock(gradientsOnly(4.0), 4);
        std::vector<double> begins{0.0}, free(4, 0.0);
        for (std::int64_t r = 0; r < 30; ++r) {
            run.step();
            double end = begins.back();
            const double sent =
                begins[static_cast<std::size_t>(std::max<std::int64_t>(0, r - delay))];
            for (const ClientId i : run.work().cohort().clients) {
                free[i] = std::max(sent, free[i]) + clock.slowness(i);
                end = std::max(end, free[i]);
            }
            begins.push_back(end);
            expectNear(run.totals().seconds, end, 1e-9);
        }
    }
    void roundsWithoutClientsTakeTheServersPatience() {
        ClockModel model = gradientsOnly();
        model.link.latency = 0.5;
        auto run = quadraticRounds(cyclic({0.01, 0.01, 0.01, 0.01}, 1000, {.seed = 1}),
                                   {.plan = {.steps = 1, .batch = 1}, .clock = model});
        run.step();
        QVERIFY(run.replies().empty());
        expectNear(run.totals().seconds, 1.0, 1e-15);
    }
    void withoutAClockNoTimePasses() {
        auto run = quadraticRounds(withoutReplacement(4, 4, {}), {.plan = {.batch = 0}});
        run.step();
        QCOMPARE(run.totals().seconds, 0.0);
    }
    void whatIsOutOfItsRangeIsRefused() {
        expectRefusal([] { Clock({.slowest = 0.5}, 2); }, "0.5 times");
        expectRefusal([] { Clock({.secondsASample = -1.0}, 2); }, "-1 s");
        expectRefusal([] { Clock({.link = {.latency = 0.0, .bandwidth = 0.0}}, 2); }, "0 byte/s");
    }
};

REGISTER_TEST(ClockTest)
#include "clock_test.moc"
