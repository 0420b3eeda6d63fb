#include <algorithm>
#include <cmath>
#include <numeric>

#include <QtTest>

#include "core/data/partitions.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

/// n labels of ten classes in random order.
std::vector<std::uint8_t> labelsAtRandom(std::size_t n, std::uint64_t seed) {
    std::vector<std::uint8_t> labels(n);
    RandomStream stream({.seed = seed, .purpose = "labels"});
    for (auto& label : labels)
        label = static_cast<std::uint8_t>(stream.integer(10));
    return labels;
}

/// Every sample at most once; how many there are.
std::size_t checkedSize(const Partition& partition, std::size_t samples) {
    std::vector<int> taken(samples, 0);
    std::size_t total = 0;
    for (const auto& members : partition)
        for (const std::uint32_t index : members) {
            total += index < samples && ++taken[index] == 1 ? 1 : samples + 1;
        }
    return total;
}

} // namespace

class PartitionsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void identicalClientsDifferByAtMostOne() {
        const auto partition = identicalPartition(103, 10, 1);
        QCOMPARE(checkedSize(partition, 103), std::size_t{103});
        for (std::size_t i = 0; i < 10; ++i)
            QCOMPARE(partition[i].size(), std::size_t{i < 3 ? 11U : 10U});
        QVERIFY(partition == identicalPartition(103, 10, 1));
        QVERIFY(partition != identicalPartition(103, 10, 2));
    }
    void dirichletClientsAreOfEqualSize() {
        const auto labels = labelsAtRandom(1009, 3);
        for (const double alpha : {0.01, 0.3, 100.0}) {
            const auto partition = dirichletPartition({labels}, 20, alpha, 5);
            QCOMPARE(checkedSize(partition, 1009), std::size_t{1000});
            for (const auto& members : partition)
                QCOMPARE(members.size(), std::size_t{50});
            QVERIFY(partition == dirichletPartition({labels}, 20, alpha, 5));
        }
    }
    void unequalClientsGetEverything() {
        const auto labels = labelsAtRandom(2000, 4);
        const auto partition = unequalDirichletPartition({labels}, 10, 0.5, 6);
        QCOMPARE(checkedSize(partition, 2000), std::size_t{2000});
        std::size_t smallest = 2000, largest = 0;
        for (const auto& members : partition) {
            smallest = std::min(smallest, members.size());
            largest = std::max(largest, members.size());
        }
        QVERIFY(smallest >= 10 && largest > 2 * smallest);
    }
    /// Shares of a class are Dirichlet: variance (1/N)(1 − 1/N)/(αN + 1) of each.
    void unequalSharesHaveTheVarianceOfTheirLaw() {
        constexpr std::size_t clients = 5, samples = 2000;
        constexpr double alpha = 0.8;
        const std::vector<std::uint8_t> labels(samples, 0);
        double squares = 0.0;
        constexpr int seeds = 400;
        for (int seed = 0; seed < seeds; ++seed)
            for (const auto& members :
                 unequalDirichletPartition({.labels = labels, .classes = 1}, clients, alpha,
                                           static_cast<std::uint64_t>(seed), 0)) {
                const double share = static_cast<double>(members.size()) / samples;
                squares += (share - 0.2) * (share - 0.2);
            }
        const double variance = 0.2 * 0.8 / (alpha * clients + 1.0);
        // 2000 shares, about 1600 free: a standard error of some 4 %.
        expectNear(squares / (seeds * clients) / variance, 1.0, 0.15, "seeds 0 to 399");
    }

    /// Two shards of a class-sorted set: at most two classes, three where a cut lies within one.
    void shardsAreRunsOfSortedSamples() {
        std::vector<std::uint8_t> labels(1000);
        for (std::size_t i = 0; i < labels.size(); ++i)
            labels[i] = static_cast<std::uint8_t>(i % 10);
        const auto partition = shardPartition({labels}, 10, 2, 7);
        QCOMPARE(checkedSize(partition, 1000), std::size_t{1000});
        for (const auto& counts : labelCounts({labels}, partition)) {
            QCOMPARE(std::accumulate(counts.begin(), counts.end(), std::size_t{0}),
                     std::size_t{100});
            QVERIFY(std::count(counts.begin(), counts.end(), std::size_t{0}) >= 8);
        }
        // Equal labels stay in their order within a shard.
        for (const auto& members : partition)
            QVERIFY(std::is_sorted(members.begin(), members.begin() + 50));
        // Sizes that do not divide: 14 shards of 1003 samples, of 71 or 72.
        labels.resize(1003, 0);
        const auto uneven = shardPartition({labels}, 7, 2, 7);
        QCOMPARE(checkedSize(uneven, 1003), std::size_t{1003});
        for (const auto& members : uneven)
            QVERIFY(members.size() >= 142 && members.size() <= 144);
    }

    void skewByHand() {
        const std::vector<std::uint8_t> labels{0, 0, 1, 1};
        const LabelledSamples samples{.labels = labels, .classes = 2};
        expectNear(labelSkew(samples, {{0, 1}, {2, 3}}), 0.5, 1e-15);
        expectNear(labelSkew(samples, {{0, 2}, {1, 3}}), 0.0, 1e-15);
        // Of three samples: (1, 0) and (½, ½) against (⅔, ⅓).
        expectNear(labelSkew(samples, {{0}, {1, 2}}), 0.5 * (1.0 / 3.0 + 1.0 / 6.0), 1e-15);
    }
    /// From one class a client to nearly alike, as α grows; identical clients differ by chance
    /// alone: E|p̂ − 0.1| of 500 samples is about √(2·0.09/(500π)), five times that in all.
    void skewFallsWithTheConcentration() {
        const auto labels = labelsAtRandom(10000, 8);
        const LabelledSamples samples{labels};
        double before = 0.91;
        for (const double alpha : {0.01, 0.1, 1.0, 10.0}) {
            const double skew = labelSkew(samples, dirichletPartition(samples, 20, alpha, 0));
            QVERIFY2(skew < before - 0.05, qPrintable(QString::number(skew)));
            before = skew;
        }
        const double chance = 5.0 * std::sqrt(2.0 * 0.09 / (500.0 * M_PI));
        expectNear(labelSkew(samples, identicalPartition(10000, 20, 0)), chance, 0.4 * chance);
        // One class a client, 1 − 1/10, for those whose class is not taken yet: a class has samples
        // for two, so of twenty that want one of ten at random 10·E min(N, 2) = 14.9 get theirs.
        const double extreme = labelSkew(samples, dirichletPartition(samples, 20, 1e-4, 0));
        QVERIFY2(extreme > 0.9 * 11.0 / 20.0, qPrintable(QString::number(extreme)));
    }
    void concentrationsThatUnderflowStillWork() {
        const auto labels = labelsAtRandom(600, 9);
        for (const double alpha : {1e-300, 1e-12}) {
            QCOMPARE(checkedSize(dirichletPartition({labels}, 6, alpha, 1), 600), std::size_t{600});
            QCOMPARE(checkedSize(unequalDirichletPartition({labels}, 2, alpha, 1, 0), 600),
                     std::size_t{600});
        }
    }

    void whatCannotBeSharedIsRefused() {
        const auto labels = labelsAtRandom(50, 1);
        const double nan = std::numeric_limits<double>::quiet_NaN();
        expectRefusal([] { (void)identicalPartition(5, 6, 0); }, "5 samples", "6 clients");
        expectRefusal([] { (void)identicalPartition(5, 0, 0); }, "0 clients");
        expectRefusal([&] { (void)dirichletPartition({labels}, 5, 0.0, 0); }, "of 0");
        expectRefusal([&] { (void)dirichletPartition({labels}, 5, nan, 0); }, "nan");
        expectRefusal([&] { (void)unequalDirichletPartition({labels}, 10, 0.01, 0); }, "α = 0.01",
                      "N = 10", "200 draws");
        expectRefusal([&] { (void)shardPartition({labels}, 10, 6, 0); }, "6 shards", "from 1 to 5");
        expectRefusal([&] { (void)shardPartition({labels}, 10, 0, 0); }, "0 shards");
        expectRefusal([&] { (void)shardPartition({.labels = labels, .classes = 3}, 5, 1, 0); },
                      "expected one from 0 to 2");
        expectRefusal([&] { (void)labelSkew({labels}, {{0, 50}}); }, "sample 50");
        expectRefusal([&] { (void)labelSkew({labels}, {{0}, {}}); }, "Client 1 of 2");
    }
};

REGISTER_TEST(PartitionsTest)
#include "partitions_test.moc"
