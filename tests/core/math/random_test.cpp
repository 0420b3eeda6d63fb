#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>
#include <set>

#include <QtTest>
#include <Random123/philox.h>

#include "core/error.h"
#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

constexpr std::uint64_t seed = 20260101;

QByteArray note(const char* what, double value) {
    return QString("seed %1: %2 = %3").arg(seed).arg(what).arg(value, 0, 'g', 12).toUtf8();
}

/// sup |empirical distribution function − F|; infinite where NaN was drawn, which has no place.
double kolmogorovDistance(std::vector<double> sample, const std::function<double(double)>& cdf) {
    if (std::ranges::any_of(sample, [](double x) { return std::isnan(x); }))
        return INFINITY;
    std::sort(sample.begin(), sample.end());
    const auto n = static_cast<double>(sample.size());
    double distance = 0.0;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        const double f = cdf(sample[i]);
        const auto rank = static_cast<double>(i);
        distance = largerError(distance, std::max(f - rank / n, (rank + 1.0) / n - f));
    }
    return distance;
}

double normalDistribution(double x) {
    return 0.5 * std::erfc(-x / std::numbers::sqrt2);
}

double moment(const std::vector<double>& sample, int order) {
    double sum = 0.0;
    for (const double value : sample)
        sum += std::pow(value, order);
    return sum / static_cast<double>(sample.size());
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0) / static_cast<double>(a.size());
}

/// Pearson's statistic for cells that should be equally full.
double chiSquare(const std::vector<int>& counts) {
    const double expected =
        std::accumulate(counts.begin(), counts.end(), 0.0) / static_cast<double>(counts.size());
    double sum = 0.0;
    for (const int count : counts)
        sum += (count - expected) * (count - expected) / expected;
    return sum;
}

/// Exceeded with probability 1e-5 by chi-square (Wilson and Hilferty 1931).
double chiSquareBound(std::size_t degrees) {
    const auto k = static_cast<double>(degrees);
    constexpr double normalQuantile = 4.265;
    return k * std::pow(1.0 - 2.0 / (9.0 * k) + normalQuantile * std::sqrt(2.0 / (9.0 * k)), 3);
}

std::vector<double> normals(const StreamKey& key, std::size_t count) {
    std::vector<double> sample(count);
    RandomStream(key).fillNormal(sample);
    return sample;
}

} // namespace

class RandomTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void philoxHasItsPublishedAnswers() {
        // From the known answers that the authors of Random123 publish with it.
        const auto zeros = r123::Philox4x64()({{}}, {{}});
        QCOMPARE(zeros[0], 0x16554d9eca36314cULL);
        QCOMPARE(zeros[1], 0xdb20fe9d672d0fdcULL);
        QCOMPARE(zeros[2], 0xd7e772cee186176bULL);
        QCOMPARE(zeros[3], 0x7e68b68aec7ba23bULL);
    }

    void bitsAreBlocksOfPhilox() {
        // FNV-1a of "foobar" is a published test vector.
        constexpr std::uint64_t hash = 0x85944171f73967e8ULL;
        RandomStream stream({seed, "foobar", 7, 9});
        for (std::uint64_t block = 0; block < 5; ++block) {
            const auto expected = r123::Philox4x64()({{block, 7, 9, 0}}, {{seed, hash}});
            for (std::size_t word = 0; word < 4; ++word)
                QCOMPARE(stream.bits(), expected[word]);
        }
    }

    void normalsAreBoxMullerOfTheUniforms() {
        RandomStream uniforms({seed, "pairs"});
        RandomStream stream({seed, "pairs"});
        for (int i = 0; i < 20000; ++i) {
            const double radius = std::sqrt(-2.0 * std::log(1.0 - uniforms.uniform()));
            const double angle = 2.0 * std::numbers::pi * uniforms.uniform();
            const double first = stream.normal();
            const double second = stream.normal();
            expectNear(first, radius * std::cos(angle), 4e-15, note("first", first));
            expectNear(second, radius * std::sin(angle), 4e-15, note("second", second));
        }
    }

    void equalKeysGiveEqualStreams() {
        QCOMPARE(normals({seed, "a", 1, 2}, 1000), normals({seed, "a", 1, 2}, 1000));
    }

    void everyPartOfTheKeyChangesTheStream() {
        const std::vector<StreamKey> keys{{seed, "a", 0, 0}, {seed + 1, "a", 0, 0},
                                          {seed, "b", 0, 0}, {seed, "a", 1, 0},
                                          {seed, "a", 0, 1}, {seed, "", 0, 0}};
        constexpr std::size_t count = 100000;
        for (std::size_t i = 0; i < keys.size(); ++i)
            for (std::size_t j = i + 1; j < keys.size(); ++j) {
                const double r = correlation(normals(keys[i], count), normals(keys[j], count));
                expectNear(r, 0.0, 4.5 / std::sqrt(count), note("correlation", r));
            }
    }

    void neighboringIndicesAreUncorrelated() {
        constexpr std::size_t count = 100000;
        std::vector<double> first(count), next(count);
        for (std::size_t i = 0; i < count; ++i) {
            first[i] = RandomStream({seed, "step", 0, i}).normal();
            next[i] = RandomStream({seed, "step", 0, i + 1}).normal();
        }
        expectNear(correlation(first, next), 0.0, 4.5 / std::sqrt(count),
                   note("correlation", correlation(first, next)));
        const double d = kolmogorovDistance(first, normalDistribution);
        QVERIFY2(d < 2.3 / std::sqrt(count), note("Kolmogorov distance", d));
    }

    void cuttingIntoFillsDoesNotChangeNormals() {
        constexpr std::size_t count =
            1000; // some pieces are made in wide vectors, some in narrow ones
        RandomStream single({seed, "cut"});
        std::vector<double> expected(count);
        for (double& value : expected)
            value = single.normal();
        for (const std::size_t piece : {1U, 2U, 3U, 7U, 8U, 9U, 16U, 33U, 100U, 257U, 1000U}) {
            RandomStream stream({seed, "cut"});
            std::vector<double> values(count);
            for (std::size_t i = 0; i < count; i += piece)
                stream.fillNormal(std::span(values).subspan(i, std::min(piece, count - i)));
            QCOMPARE(values, expected);
            QCOMPARE(stream.bits(), RandomStream(single).bits());
        }
    }

    void floatFillIsTheRoundedDoubleFill() {
        std::vector<float> values(1001);
        RandomStream({seed, "float"}).fillNormal(std::span(values), 0.5F);
        const std::vector<double> doubles = normals({seed, "float"}, values.size());
        for (std::size_t i = 0; i < values.size(); ++i)
            QCOMPARE(values[i], 0.5F * static_cast<float>(doubles[i]));
    }

    void uniformsFillTheUnitInterval() {
        constexpr std::size_t count = 400000;
        std::vector<double> sample(count);
        RandomStream({seed, "uniform"}).fillUniform(sample, -1.0, 3.0);
        const auto [least, greatest] = std::minmax_element(sample.begin(), sample.end());
        QVERIFY(*least >= -1.0 && *greatest < 3.0);
        const double d = kolmogorovDistance(sample, [](double x) { return (x + 1.0) / 4.0; });
        QVERIFY2(d < 2.3 / std::sqrt(count), note("Kolmogorov distance", d));
    }

    void normalsHaveTheMomentsAndDistributionOfTheNormal() {
        constexpr std::size_t count = 1000000;
        const std::vector<double> sample = normals({seed, "normal"}, count);
        const double n = count;
        // Five standard errors: var x = 1, x² − 1: 2, x³: 15, x⁴ − 3: 96.
        expectNear(moment(sample, 1), 0.0, 5.0 * std::sqrt(1.0 / n),
                   note("mean", moment(sample, 1)));
        expectNear(moment(sample, 2), 1.0, 5.0 * std::sqrt(2.0 / n),
                   note("second moment", moment(sample, 2)));
        expectNear(moment(sample, 3), 0.0, 5.0 * std::sqrt(15.0 / n),
                   note("third moment", moment(sample, 3)));
        expectNear(moment(sample, 4), 3.0, 5.0 * std::sqrt(96.0 / n),
                   note("fourth moment", moment(sample, 4)));
        const double d = kolmogorovDistance(sample, normalDistribution);
        QVERIFY2(d < 2.3 / std::sqrt(n), note("Kolmogorov distance", d));
        std::vector<double> next(sample.begin() + 1, sample.end());
        const std::vector<double> before(sample.begin(), sample.end() - 1);
        expectNear(correlation(before, next), 0.0, 5.0 / std::sqrt(n),
                   note("correlation of neighbors", correlation(before, next)));
    }

    void integersBelowABoundAreUniform() {
        for (const std::uint64_t bound : {1U, 2U, 3U, 10U, 97U}) {
            RandomStream stream({seed, "integer", 0, bound});
            std::vector<int> counts(bound);
            for (int i = 0; i < 100000; ++i)
                ++counts.at(stream.integer(bound));
            if (bound > 1)
                QVERIFY2(chiSquare(counts) < chiSquareBound(bound - 1),
                         note("chi-square", chiSquare(counts)));
        }
    }

    void integersBelowAHugeBoundHaveNoModuloBias() {
        // With bound 3·2^62 a plain modulo would give the lowest third half of all draws.
        constexpr std::uint64_t bound = std::uint64_t{3} << 62;
        RandomStream stream({seed, "huge"});
        std::vector<int> thirds(3);
        for (int i = 0; i < 100000; ++i)
            ++thirds.at(stream.integer(bound) >> 62);
        QVERIFY2(chiSquare(thirds) < chiSquareBound(2), note("chi-square", chiSquare(thirds)));
    }

    void allPermutationsAreEquallyLikely() {
        RandomStream stream({seed, "permutation"});
        std::vector<int> counts(24);
        for (int i = 0; i < 48000; ++i) {
            const std::vector<std::uint32_t> p = stream.permutation(4);
            QCOMPARE(std::set<std::uint32_t>(p.begin(), p.end()).size(), std::size_t{4});
            std::size_t code = 0; // rank in lexicographic order
            for (std::size_t a = 0; a < 4; ++a)
                code = code * (4 - a) + static_cast<std::size_t>(std::count_if(
                                            p.begin() + static_cast<std::ptrdiff_t>(a), p.end(),
                                            [&](std::uint32_t x) { return x < p[a]; }));
            ++counts.at(code);
        }
        QVERIFY2(chiSquare(counts) < chiSquareBound(23), note("chi-square", chiSquare(counts)));
    }

    void orderedChoicesAreEquallyLikely() {
        RandomStream stream({seed, "choice"});
        std::vector<int> counts(30); // 6 · 5 ordered pairs
        for (int i = 0; i < 60000; ++i) {
            const std::vector<std::uint32_t> pair = stream.choice(6, 2);
            QCOMPARE(pair.size(), std::size_t{2});
            QVERIFY(pair[0] != pair[1]);
            ++counts.at(pair[0] * 5 + pair[1] - (pair[1] > pair[0] ? 1 : 0));
        }
        QVERIFY2(chiSquare(counts) < chiSquareBound(29), note("chi-square", chiSquare(counts)));
    }

    void smallChoiceOfManyIsFisherYatesToo() {
        // Few members of many are drawn without a list of all; a plain Fisher–Yates is the twin.
        for (const std::size_t count : {100U, 1000U, 100000U})
            for (std::uint64_t index = 0; index < 200; ++index) {
                RandomStream plain({seed, "sparse", count, index});
                const std::size_t size = count / 20;
                std::vector<std::uint32_t> order(count);
                std::iota(order.begin(), order.end(), 0U);
                for (std::size_t i = 0; i < size && i < 50; ++i)
                    std::swap(order[i], order[i + plain.integer(count - i)]);
                order.resize(std::min<std::size_t>(size, 50));
                QCOMPARE(RandomStream({seed, "sparse", count, index}).choice(count, order.size()),
                         order);
            }
    }

    void gammaHasTheMomentsOfTheGamma() {
        constexpr std::size_t count = 200000;
        for (const double shape : {0.1, 0.5, 1.0, 2.5, 40.0}) {
            RandomStream stream({seed, "gamma"});
            std::vector<double> sample(count);
            for (double& value : sample)
                value = stream.gamma(shape);
            const double n = count;
            const double mean = moment(sample, 1);
            expectNear(mean, shape, 5.0 * std::sqrt(shape / n), note("mean", mean));
            // E x² = a(a + 1), E x⁴ = a(a + 1)(a + 2)(a + 3).
            const double second = shape * (shape + 1.0);
            const double fourth = second * (shape + 2.0) * (shape + 3.0);
            expectNear(moment(sample, 2), second, 5.0 * std::sqrt((fourth - second * second) / n),
                       note("second moment", moment(sample, 2)));
        }
    }

    void dirichletHasTheMomentsOfTheDirichlet() {
        const std::vector<double> concentration{0.5, 1.0, 2.5};
        constexpr int count = 100000;
        RandomStream stream({seed, "dirichlet"});
        std::array<double, 3> first{}, second{};
        for (int i = 0; i < count; ++i) {
            const std::vector<double> point = stream.dirichlet(concentration);
            expectNear(point[0] + point[1] + point[2], 1.0, 1e-14);
            for (std::size_t k = 0; k < 3; ++k) {
                QVERIFY(point[k] >= 0.0);
                first[k] += point[k] / count;
                second[k] += point[k] * point[k] / count;
            }
        }
        for (std::size_t k = 0; k < 3; ++k) {
            const double p = concentration[k] / 4.0;
            const double variance = p * (1.0 - p) / 5.0; // p (1 − p) / (α₀ + 1)
            expectNear(first[k], p, 5.0 * std::sqrt(variance / count), note("mean", first[k]));
            expectNear(second[k], variance + p * p, 0.005, note("second moment", second[k]));
        }
    }

    void tinyConcentrationsGiveCornersOfTheSimplex() {
        const std::vector<double> concentration(10, 1e-5);
        RandomStream stream({seed, "corners"});
        std::vector<int> corners(10);
        for (int i = 0; i < 5000; ++i) {
            const std::vector<double> point = stream.dirichlet(concentration);
            const auto largest = std::max_element(point.begin(), point.end());
            QVERIFY2(*largest > 0.999 || i > 0, note("largest", *largest));
            expectNear(std::accumulate(point.begin(), point.end(), 0.0), 1.0, 1e-14);
            ++corners[static_cast<std::size_t>(largest - point.begin())];
        }
        QVERIFY2(chiSquare(corners) < chiSquareBound(9), note("chi-square", chiSquare(corners)));
    }

    void impossibleRequestsAreRefused() {
        RandomStream stream({seed, "refusal"});
        const std::vector<double> empty, withZero{1.0, 0.0}, withInfinity{INFINITY, 1.0};
        expectRefusal([&] { stream.integer(0); }, "at least 1");
        expectRefusal([&] { (void)stream.choice(3, 4); }, "at most 3");
        expectRefusal([&] { (void)stream.choice((std::size_t{1} << 32) + 1, 1); }, "4294967296");
        expectRefusal([&] { (void)stream.dirichlet(empty); }, "none was given");
        expectRefusal([&] { (void)stream.dirichlet(withZero); }, "shape 0");
        expectRefusal([&] { (void)stream.dirichlet(withInfinity); }, "shape inf");
        expectRefusal([&] { stream.gamma(-1.0); }, "shape -1");
        expectRefusal([&] { stream.gamma(NAN); }, "shape nan");
        QVERIFY(stream.choice(0, 0).empty());
    }
};

REGISTER_TEST(RandomTest)
#include "random_test.moc"
