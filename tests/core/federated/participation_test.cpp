#include <cmath>
#include <set>

#include <QtTest>

#include "core/federated/participation.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::federated;

namespace {

/// How often each client took part, over so many rounds; each round's clients are in rising order.
std::vector<double> shares(Participation& participation, std::size_t clients, int rounds) {
    std::vector<double> share(clients);
    std::vector<ClientId> chosen;
    for (int r = 0; r < rounds; ++r) {
        participation.choose(r, chosen);
        for (std::size_t k = 0; k < chosen.size(); ++k) {
            if (k > 0 && chosen[k] <= chosen[k - 1])
                qFatal("the clients of round %d are not in rising order", r);
            share[chosen[k]] += 1.0 / rounds;
        }
    }
    return share;
}

} // namespace

class ParticipationTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void subsetsAreFairAndDoNotDependOnEarlierRounds() {
        const auto participation = withoutReplacement(10, 3, {.seed = 1});
        for (const double share : shares(*participation, 10, 20000))
            expectNear(share, 0.3, 0.015);
        std::vector<ClientId> first, again;
        withoutReplacement(10, 3, {.seed = 1})->choose(7, first);
        participation->choose(7, again);
        QCOMPARE(again, first);
        QCOMPARE(first.size(), std::size_t{3});
        withoutReplacement(4, 4, {.seed = 1})->choose(0, first);
        QCOMPARE(first, (std::vector<ClientId>{0, 1, 2, 3}));
    }
    /// Of one in a round, the probabilities are the weights.
    void weightsAreProbabilities() {
        const auto share = shares(*weighted({1, 2, 5}, 1, {.seed = 2}), 3, 40000);
        expectNear(share[0], 0.125, 0.01);
        expectNear(share[1], 0.25, 0.01);
        expectNear(share[2], 0.625, 0.01);
    }
    void ratesAreLongRunShares() {
        const std::vector<double> rates{0.1, 0.5, 1.0};
        for (const auto& participation :
             {bernoulli(rates, {.seed = 3}), markov(rates, 0.05, {.seed = 3}),
              cyclic(rates, 100, {.seed = 3})}) {
            const auto share = shares(*participation, 3, 60000);
            expectNear(share[0], 0.1, 0.015);
            expectNear(share[1], 0.5, 0.04);
            QVERIFY(share[2] > 0.98); // one round off a cycle at least
        }
    }
    void anEmptyRoundIsKeptOrDrawnAgain() {
        std::vector<ClientId> chosen;
        int empty = 0;
        const auto kept = bernoulli({0.1, 0.1}, {.seed = 4}),
                   again = bernoulli({0.1, 0.1}, {.seed = 4}, EmptyRound::drawnAgain);
        for (int r = 0; r < 200; ++r) {
            kept->choose(r, chosen);
            empty += chosen.empty() ? 1 : 0;
            again->choose(r, chosen);
            QVERIFY(!chosen.empty());
        }
        QVERIFY(empty > 100);
    }
    /// Blocks: far fewer changes than with independent rounds.
    void markovAndCyclicClientsComeInBlocks() {
        for (const auto& participation :
             {markov({0.5}, 0.05, {.seed = 5}), cyclic({0.5}, 100, {.seed = 5})}) {
            std::vector<ClientId> chosen;
            int changes = 0;
            bool was = false;
            for (int r = 0; r < 2000; ++r) {
                participation->choose(r, chosen);
                changes += chosen.empty() == was ? 1 : 0;
                was = !chosen.empty();
            }
            QVERIFY2(changes > 10 && changes < 200, std::to_string(changes).c_str());
        }
    }

    void delaysDoNotReachBeforeTheStart() {
        const Delays uniform{Delays::Kind::uniform, 4, {.seed = 6}};
        std::set<std::int64_t> seen;
        for (std::int64_t r = 0; r < 100; ++r)
            for (ClientId i = 0; i < 5; ++i) {
                const auto delay = uniform.of(r, i);
                QVERIFY(delay >= 0 && delay <= std::min<std::int64_t>(4, r));
                seen.insert(delay);
            }
        QCOMPARE(seen.size(), std::size_t{5});
        QCOMPARE((Delays{Delays::Kind::fixed, 4, {}}.of(2, 0)), std::int64_t{2});
        QCOMPARE((Delays{Delays::Kind::fixed, 4, {}}.of(9, 0)), std::int64_t{4});
    }
    void pastModelsAreThoseOfRoundsAgo() {
        PastModels<double> past(1, 3);
        for (int x = 0; x < 5; ++x)
            past.push(Eigen::VectorXd::Constant(1, x));
        QCOMPARE(past.past(0)[0], 4.0);
        QCOMPARE(past.past(2)[0], 2.0);
        QCOMPARE(past.past(9)[0], 2.0); // older ones are gone
    }

    void whatIsOutOfRangeIsNamed() {
        expectRefusal([] { withoutReplacement(5, 6, {}); }, "6 clients a round of 5");
        expectRefusal([] { bernoulli({0.5, 1.5}, {}); }, "1.5 (client 2)");
        expectRefusal([] { markov({0.5}, 0.0, {}); }, "0 to come back");
        expectRefusal([] { cyclic({0.5}, 1, {}); }, "1 rounds");
        expectRefusal([] { weighted({0.0}, 1, {}); }, "weight");
    }
};

REGISTER_TEST(ParticipationTest)
#include "participation_test.moc"
