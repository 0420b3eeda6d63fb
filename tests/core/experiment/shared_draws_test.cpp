#include <algorithm>
#include <set>

#include <QtTest>

#include "core/experiment/shared_draws.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

class SharedDrawsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Also where the drawing of few among many takes another way than that of many.
    void smallSamplesAreBeginningsOfLargeOnes() {
        const StreamKey key{.seed = 3, .purpose = "samples", .replicate = 2};
        const auto all = nestedSample(key, 1000, 1000);
        QCOMPARE(std::set<std::uint32_t>(all.begin(), all.end()).size(), std::size_t{1000});
        for (const std::size_t size : {0U, 1U, 10U, 62U, 63U, 500U, 999U}) {
            const auto sample = nestedSample(key, 1000, size);
            QCOMPARE(sample.size(), size);
            QVERIFY(std::equal(sample.begin(), sample.end(), all.begin()));
        }
        QVERIFY(nestedSample({.seed = 3, .purpose = "samples", .replicate = 3}, 1000, 10) !=
                nestedSample(key, 1000, 10));
    }
    /// Every member is in a sample of a quarter equally often.
    void samplesAreUniform() {
        std::vector<int> taken(40, 0);
        for (std::uint64_t seed = 0; seed < 4000; ++seed)
            for (const std::uint32_t member :
                 nestedSample({.seed = seed, .purpose = "samples"}, 40, 10))
                ++taken[member];
        // Binomial(4000, ¼): mean 1000, deviation 27.
        for (const int count : taken)
            QVERIFY2(std::abs(count - 1000) < 5 * 28, qPrintable(QString::number(count)));
    }

    void batchesAreThoseOfTheirStep() {
        const auto batchOf = [](std::uint64_t step, std::size_t size) {
            std::vector<std::uint32_t> batch(size);
            drawBatch({.seed = 1, .purpose = "batches", .index = step}, 100, batch);
            return batch;
        };
        const auto large = batchOf(7, 64), small = batchOf(7, 16);
        QVERIFY(std::equal(small.begin(), small.end(), large.begin()));
        QVERIFY(batchOf(8, 64) != large);
        QVERIFY(*std::max_element(large.begin(), large.end()) < 100);
    }
    /// A larger probability keeps what a smaller one keeps.
    void masksAreNested() {
        const auto maskOf = [](double probability, std::size_t size) {
            std::vector<std::uint8_t> mask(size);
            drawMask({.seed = 5, .purpose = "mask"}, probability, mask);
            return mask;
        };
        std::vector<std::uint8_t> before = maskOf(0.0, 20000);
        QCOMPARE(std::count(before.begin(), before.end(), 1), 0);
        for (const double probability : {0.1, 0.5, 0.9, 1.0}) {
            const auto mask = maskOf(probability, 20000);
            for (std::size_t i = 0; i < mask.size(); ++i)
                QVERIFY(mask[i] >= before[i]);
            const auto kept = static_cast<double>(std::count(mask.begin(), mask.end(), 1));
            // Five deviations.
            expectNear(kept / 20000.0, probability,
                       5.0 * std::sqrt(probability * (1.0 - probability) / 20000.0), "seed 5");
            before = mask;
        }
        const auto beginning = maskOf(0.5, 100), longer = maskOf(0.5, 200);
        QVERIFY(std::equal(beginning.begin(), beginning.end(), longer.begin()));
    }
    void pairsAreDifferentIndices() {
        QVERIFY(indexPair(1, 2) != indexPair(2, 1));
        QCOMPARE(indexPair(1, 2), std::uint64_t{4294967298});
    }

    void whatCannotBeDrawnIsRefused() {
        std::vector<std::uint32_t> batch(3);
        std::vector<std::uint8_t> mask(3);
        const StreamKey key{.purpose = "test"};
        expectRefusal([&] { (void)nestedSample(key, 3, 4); }, "4", "at most 3");
        expectRefusal([&] { drawBatch(key, 0, batch); }, "0 samples");
        expectRefusal([&] { drawBatch(key, std::uint64_t{1} << 33, batch); }, "8589934592 samples");
        for (const double bad : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()})
            expectRefusal([&] { drawMask(key, bad, mask); }, fmt::format("probability {}", bad));
    }
};

REGISTER_TEST(SharedDrawsTest)
#include "shared_draws_test.moc"
