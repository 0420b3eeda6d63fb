#include <cmath>
#include <numeric>
#include <vector>

#include <QtTest>

#include "core/domains/draws.h"
#include "core/domains/mixture.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::domains;
using namespace convergence::testing;

namespace {

using Values = std::vector<double>;
const Values sizes{2000, 400, 60};

Mixture mixtureOf(MixturePolicy& policy, double progress, const Values& repetitions = {0, 0, 0}) {
    Mixture mixture{Values(3), Values(3)};
    policy.at(progress, repetitions, mixture);
    return mixture;
}

/// What a domain counts in the objective.
Values countsOf(const Mixture& mixture) {
    Values counts;
    for (std::size_t i = 0; i < mixture.shares.size(); ++i)
        counts.push_back(mixture.shares[i] * mixture.weights[i]);
    return counts;
}

} // namespace

class MixtureTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void bothWaysHaveOneObjective() {
        for (const double temperature : {1.0, 2.0, 5.0, 100.0}) {
            TemperatureSampling sampling(sizes, {.first = temperature});
            Scalarization weighting(sizes, {.first = temperature});
            const Values expected = temperatureShares(sizes, temperature);
            expectNear(countsOf(mixtureOf(sampling, 0.3)), expected, 1e-15);
            expectNear(countsOf(mixtureOf(weighting, 0.3)), expected, 1e-15);
            expectNear(mixtureOf(weighting, 0.3).shares, temperatureShares(sizes, 1.0), 1e-15);
        }
    }

    void weightsWithMeanOneHaveAnother() {
        Scalarization broken(sizes, {.first = 5}, Scalarization::Scale::meanOneOverDomains);
        const Mixture mixture = mixtureOf(broken, 0.3);
        expectNear(std::accumulate(mixture.weights.begin(), mixture.weights.end(), 0.0), 3.0,
                   1e-14);
        const Values counts = countsOf(mixture);
        QVERIFY(std::accumulate(counts.begin(), counts.end(), 0.0) < 0.5);
    }

    void aLiveTemperatureIsTakenUp() {
        TemperatureSampling sampling(sizes, {.first = 5});
        sampling.setTemperature(2.0);
        expectNear(mixtureOf(sampling, 0.1).shares, temperatureShares(sizes, 2.0), 1e-15);
        QCOMPARE(sampling.temperature().value(), 2.0);
    }

    void uniMaxLeavesOutWhatWasRepeatedOften() {
        UniMax policy(4);
        expectNear(mixtureOf(policy, 0.1, {0, 1, 3.9}).shares, Values(3, 1.0 / 3), 1e-15);
        expectNear(mixtureOf(policy, 0.1, {0, 1, 4}).shares, Values{0.5, 0.5, 0}, 1e-15);
        expectNear(mixtureOf(policy, 0.1, {0, 4, 4}).shares, Values{1, 0, 0}, 1e-15);
        // All through: the cap is 8 now.
        expectNear(mixtureOf(policy, 0.1, {4, 4.5, 8}).shares, Values{0.5, 0.5, 0}, 1e-15);
    }

    void largestFirstThenAll() {
        LargestFirst policy(sizes, 5.0, 0.5);
        expectNear(mixtureOf(policy, 0.5).shares, Values{2000.0 / 2400, 400.0 / 2400, 0}, 1e-15);
        QVERIFY(!policy.temperature());
        expectNear(mixtureOf(policy, 0.51).shares, temperatureShares(sizes, 5.0), 1e-15);
        QCOMPARE(policy.temperature().value(), 5.0);
    }

    void excessRaisesAShare() {
        ExcessReweighting reweighting(2, 1.0, 1e-3);
        reweighting.update(Values{std::log(3.0), 0.0});
        // (½·3, ½)/2 = (¾, ¼), smoothed.
        expectNear(reweighting.shares(), Values{0.999 * 0.75 + 0.0005, 0.999 * 0.25 + 0.0005},
                   1e-14);
        const Values first = reweighting.shares();
        reweighting.update(Values{0.0, 0.0});
        const Values second = reweighting.shares();
        expectNear(reweighting.mean(),
                   Values{(first[0] + second[0]) / 2, (first[1] + second[1]) / 2}, 1e-14);
    }

    void queuesGoThroughADomainBeforeTheyRepeatIt() {
        DomainDraws draws({7, 5}, DomainDraws::Order::queues, 3, 0);
        std::vector<std::uint32_t> examples(1), domains(1);
        std::vector<int> seen(12, 0);
        for (int t = 0; t < 7; ++t) {
            draws.draw(t, Values{1.0, 0.0}, examples, domains);
            QCOMPARE(domains[0], 0U);
            ++seen[examples[0]];
        }
        for (std::size_t x = 0; x < 12; ++x)
            QCOMPARE(seen[x], x < 7 ? 1 : 0);
        QCOMPARE(draws.repetitions()[0], 1.0);
        QCOMPARE(draws.repetitions()[1], 0.0);
        draws.draw(7, Values{0.0, 1.0}, examples, domains);
        QVERIFY(examples[0] >= draws.begin(1));
        QCOMPARE(draws.repetitions()[1], 0.2);
    }

    void equalSharesDrawEqualExamples() {
        for (const auto order : {DomainDraws::Order::queues, DomainDraws::Order::independent}) {
            DomainDraws a({70, 30}, order, 3, 1), b({70, 30}, order, 3, 1);
            std::vector<std::uint32_t> ofA(16), ofB(16), domains(16);
            for (int t = 1; t < 20; ++t) {
                a.draw(t, Values{0.5, 0.5}, ofA, domains);
                b.draw(t, Values{0.5, 0.5}, ofB, domains);
                QCOMPARE(ofA, ofB);
            }
        }
    }

    void domainsComeAsOftenAsTheirShares() {
        constexpr int steps = 4000, batch = 10;
        const Values shares{0.6, 0.3, 0.1};
        for (const auto order : {DomainDraws::Order::queues, DomainDraws::Order::independent}) {
            DomainDraws draws({50, 20, 3}, order, 11, 0);
            std::vector<std::uint32_t> examples(batch), domains(batch);
            std::vector<int> ofDomain(3, 0), ofExample(73, 0);
            for (int t = 0; t < steps; ++t) {
                draws.draw(t, shares, examples, domains);
                for (int b = 0; b < batch; ++b) {
                    ++ofDomain[domains[std::size_t(b)]];
                    ++ofExample[examples[std::size_t(b)]];
                }
            }
            constexpr double all = steps * batch;
            for (std::size_t i = 0; i < 3; ++i)
                expectNear(ofDomain[i] / all, shares[i],
                           4.0 * std::sqrt(shares[i] * (1.0 - shares[i]) / all));
            for (std::size_t x = 50; x < 70; ++x) // 15 ‰ each
                expectNear(ofExample[x] / all, 0.015, 4.5 * std::sqrt(0.015 / all));
        }
    }

    void anEmptyDomainIsAMistake() {
        QVERIFY_EXCEPTION_THROWN(DomainDraws({7, 0}, DomainDraws::Order::queues, 0, 0),
                                 std::logic_error);
    }
};

REGISTER_TEST(MixtureTest)
#include "mixture_test.moc"
