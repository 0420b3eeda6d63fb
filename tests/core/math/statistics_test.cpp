#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include <QtTest>

#include "core/error.h"
#include "core/math/statistics.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

constexpr std::uint64_t seed = 20260102;

QByteArray text(double value) {
    return QByteArray::number(value, 'g', 17);
}

/// Simpson's rule on Student's density from t to where nothing is left.
double tailByQuadrature(double t, double degrees) {
    const double factor =
        std::exp(std::lgamma(0.5 * (degrees + 1.0)) - std::lgamma(0.5 * degrees)) /
        std::sqrt(degrees * std::numbers::pi);
    const auto density = [&](double s) {
        return factor * std::exp(-0.5 * (degrees + 1.0) * std::log1p(s * s / degrees));
    };
    constexpr int intervals = 40000;
    constexpr double step = 40.0 / intervals;
    double sum = density(t) + density(t + 40.0);
    for (int i = 1; i < intervals; ++i)
        sum += (i % 2 == 1 ? 4.0 : 2.0) * density(t + i * step);
    return sum * step / 3.0;
}

/// One-sided exact p-value by going through all ways to choose which values are a's.
double mannWhitneyByEnumeration(const std::vector<double>& a, const std::vector<double>& b) {
    std::vector<double> all(a);
    all.insert(all.end(), b.begin(), b.end());
    const auto pairsAbove = [](const std::vector<double>& first,
                               const std::vector<double>& second) {
        int above = 0;
        for (const double x : first)
            for (const double y : second)
                above += x > y ? 1 : 0;
        return above;
    };
    const int observed = pairsAbove(a, b);
    int asExtreme = 0, total = 0;
    for (unsigned mask = 0; mask < 1U << all.size(); ++mask) {
        if (static_cast<std::size_t>(std::popcount(mask)) != a.size())
            continue;
        std::vector<double> first, second;
        for (std::size_t i = 0; i < all.size(); ++i)
            (mask >> i & 1U ? first : second).push_back(all[i]);
        ++total;
        asExtreme += pairsAbove(first, second) <= observed ? 1 : 0;
    }
    return asExtreme / static_cast<double>(total);
}

} // namespace

class StatisticsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void studentTHasItsClosedForms() {
        for (const double p : {1e-12, 1e-6, 0.001, 0.025, 0.2, 0.4999, 0.5, 0.6, 0.95, 0.999}) {
            const double q = 2.0 * p - 1.0;
            const double cauchy = -1.0 / std::tan(std::numbers::pi * p); // ν = 1
            const double two = q / std::sqrt(2.0 * p * (1.0 - p));       // ν = 2
            expectNear(studentTQuantile(p, 1.0), cauchy, 1e-11 * std::abs(cauchy) + 1e-15);
            expectNear(studentTQuantile(p, 2.0), two, 1e-11 * std::abs(two));
            const double alpha = 4.0 * p * (1.0 - p); // ν = 4 (Shaw 2006)
            const double four = std::copysign(
                2.0 *
                    std::sqrt(std::max(
                        0.0, std::cos(std::acos(std::sqrt(alpha)) / 3.0) / std::sqrt(alpha) - 1.0)),
                q);
            expectNear(studentTQuantile(p, 4.0), four, 1e-8 * std::max(1.0, std::abs(four)));
        }
    }

    void studentTQuantilesAreThoseOfTheTables_data() {
        QTest::addColumn<double>("probability");
        QTest::addColumn<double>("degrees");
        QTest::addColumn<double>("quantile");
        QTest::newRow("0.975, 3") << 0.975 << 3.0 << 3.182446305284263;
        QTest::newRow("0.975, 5") << 0.975 << 5.0 << 2.570581835636314;
        QTest::newRow("0.975, 10") << 0.975 << 10.0 << 2.228138851964939;
        QTest::newRow("0.975, 30") << 0.975 << 30.0 << 2.042272456301238;
        QTest::newRow("0.975, 100") << 0.975 << 100.0 << 1.983971518523552;
        QTest::newRow("0.995, 10") << 0.995 << 10.0 << 3.169272672616838;
    }

    void studentTQuantilesAreThoseOfTheTables() {
        QFETCH(double, probability);
        QFETCH(double, degrees);
        QFETCH(double, quantile);
        expectNear(studentTQuantile(probability, degrees), quantile, 1e-10);
        expectNear(studentTQuantile(1.0 - probability, degrees), -quantile, 1e-10);
        expectNear(studentTCdf(quantile, degrees), probability, 1e-12);
    }

    void studentTWithManyDegreesApproachesTheNormal() {
        // Cornish and Fisher: t = z + (z³ + z)/(4ν) + (5z⁵ + 16z³ + 3z)/(96ν²) + O(ν⁻³).
        constexpr double z = 1.959963984540054;
        for (const double degrees : {1e4, 1e6, 1e8, 1e10, 1e12}) {
            const double series = z + (z * z * z + z) / (4.0 * degrees) +
                                  (5.0 * std::pow(z, 5) + 16.0 * std::pow(z, 3) + 3.0 * z) /
                                      (96.0 * degrees * degrees);
            expectNear(studentTQuantile(0.975, degrees), series, 1e-10);
        }
        expectNear(normalCdf(z), 0.975, 1e-15);
    }

    void studentTTailsAreIntegralsOfTheDensity() {
        // On both sides of 300 degrees, where the method changes.
        for (const double degrees : {60.0, 299.0, 301.0, 1000.0})
            for (const double t : {0.01, 0.5, 1.0, 2.0, 5.0, 10.0})
                expectNear(studentTCdf(-t, degrees) / tailByQuadrature(t, degrees), 1.0, 1e-10);
    }

    void studentTCdfInvertsItsQuantile() {
        for (const double degrees : {0.5, 1.0, 3.0, 7.5, 40.0, 299.0, 301.0, 1000.0})
            for (const double p : {1e-10, 1e-4, 0.01, 0.3, 0.7, 0.99})
                expectNear(studentTCdf(studentTQuantile(p, degrees), degrees) / p, 1.0, 1e-11);
        QVERIFY_EXCEPTION_THROWN(studentTQuantile(0.0, 3.0), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(studentTQuantile(1.0, 3.0), std::logic_error);
    }

    void meanAndDeviationsAreThoseOfASmallSample() {
        const std::vector<double> sample{2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0};
        expectNear(mean(sample), 5.0, 0.0);
        expectNear(standardDeviation(sample), std::sqrt(32.0 / 7.0), 1e-15);
        expectNear(standardError(sample), std::sqrt(32.0 / 7.0 / 8.0), 1e-15);
        QVERIFY(std::isnan(mean({})));
        QVERIFY(std::isnan(standardDeviation(std::vector{1.0})));
        QVERIFY(std::isnan(standardError(std::vector{1.0})));
    }

    void deviationSurvivesALargeOffset() {
        const std::vector<double> sample{1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0};
        expectNear(standardDeviation(sample), std::sqrt(30.0), 1e-12);
    }

    void quantilesAreOfTypeSeven() {
        std::vector<double> sample(10);
        std::iota(sample.begin(), sample.end(), 1.0);
        std::reverse(sample.begin(), sample.end());
        expectNear(quantile(sample, 0.25), 3.25, 1e-15);
        expectNear(quantile(sample, 0.9), 9.1, 1e-14);
        expectNear(quantile(sample, 0.0), 1.0, 0.0);
        expectNear(quantile(sample, 1.0), 10.0, 0.0);
        expectNear(median(sample), 5.5, 0.0);
        expectNear(median({3.0, 1.0, 2.0}), 2.0, 0.0);
        const Quartiles q = quartiles(sample);
        expectNear(q.lower, 3.25, 1e-15);
        expectNear(q.median, 5.5, 1e-15);
        expectNear(q.upper, 7.75, 1e-15);
    }

    void quantilesOfUnusualSamplesAreDefined() {
        QVERIFY(std::isnan(median({})));
        QVERIFY(std::isnan(median({1.0, NAN, 2.0})));
        QVERIFY(std::isnan(quartiles({NAN}).lower));
        // A replicate that diverged to infinity does not spoil the median.
        expectNear(median({0.0, 1.0, INFINITY}), 1.0, 0.0);
        QCOMPARE(quantile({0.0, INFINITY}, 0.0), 0.0);
        QCOMPARE(median({INFINITY, INFINITY}), static_cast<double>(INFINITY));
        QVERIFY_EXCEPTION_THROWN(quantile({1.0}, 1.5), std::logic_error);
        QVERIFY_EXCEPTION_THROWN(quantile({1.0}, NAN), std::logic_error);
    }

    void quartileBandLeavesOutWhatIsMissing() {
        const std::vector<std::vector<double>> curves{
            {1.0, 10.0, 5.0}, {2.0, NAN, 6.0}, {3.0, 20.0}, {4.0, 30.0}, {5.0, 40.0}};
        const std::vector<Quartiles> band = quartileBand(curves);
        QCOMPARE(band.size(), std::size_t{3});
        expectNear(band[0].lower, 2.0, 0.0);
        expectNear(band[0].median, 3.0, 0.0);
        expectNear(band[0].upper, 4.0, 0.0);
        expectNear(band[1].median, 25.0, 0.0);
        expectNear(band[2].median, 5.5, 0.0);
        QVERIFY(quartileBand({}).empty());
    }

    void tiedRanksAreAveraged() {
        const std::vector<double> sample{3.0, 1.0, 3.0, 2.0, 3.0, 1.0};
        QCOMPARE(ranks(sample), (std::vector<double>{5.0, 1.5, 5.0, 3.0, 5.0, 1.5}));
        QVERIFY(ranks({}).empty());
        QVERIFY(std::isnan(ranks(std::vector<double>{1.0, NAN})[0]));
    }

    void mannWhitneyAgreesWithEnumeration() {
        RandomStream stream({seed, "samples"});
        for (std::size_t n = 1; n <= 6; ++n)
            for (std::size_t m = 1; m <= 6; ++m) {
                std::vector<double> a(n), b(m);
                stream.fillNormal(a);
                stream.fillNormal(b);
                const MannWhitney test = mannWhitney(a, b);
                const double below = mannWhitneyByEnumeration(a, b);
                const double above = mannWhitneyByEnumeration(b, a);
                expectNear(test.pBelow, below, 1e-12);
                expectNear(test.pTwoSided, std::min(1.0, 2.0 * std::min(below, above)), 1e-12);
            }
    }

    void mannWhitneyHasItsPublishedValue() {
        // Permeability constants of Hollander and Wolfe 1973, p. 69: W = 35, P(W ≥ 35) = 0.1272.
        const std::vector<double> term{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
        const std::vector<double> early{1.15, 0.88, 0.90, 0.74, 1.21};
        const MannWhitney test = mannWhitney(early, term);
        expectNear(test.u, 35.0, 0.0);
        expectNear(test.pBelow, 0.1272, 5e-5);
        expectNear(test.pTwoSided, 0.2544, 5e-5);
    }

    void mannWhitneyCorrectsForTies() {
        // By hand: ranks of a are 1.5, 1.5, 4 → 7, U(above) = 1; nine pairs. Ties: 2 and 3 equal
        // values → 6 + 24; variance 9/12 · (7 − 30/30) = 4.5; z = (1 − 4.5 + 0.5)/√4.5.
        const std::vector<double> a{1.0, 1.0, 2.0};
        const std::vector<double> b{2.0, 2.0, 3.0};
        const MannWhitney test = mannWhitney(a, b);
        expectNear(test.u, 8.0, 0.0);
        expectNear(test.pBelow, 0.5 * std::erfc(3.0 / std::sqrt(4.5) / std::sqrt(2.0)), 1e-14);
        const MannWhitney equal = mannWhitney(std::vector{1.0, 1.0}, std::vector{1.0, 1.0});
        expectNear(equal.pBelow, 1.0, 0.0);
        expectNear(equal.pTwoSided, 1.0, 0.0);
    }

    void mannWhitneyApproximationMeetsTheExactOne() {
        // 10 + 10 values go exactly, 10 + 11 by the normal: near each other on similar samples.
        std::vector<double> a(10), b(10);
        for (std::size_t i = 0; i < 10; ++i) {
            a[i] = static_cast<double>(i);
            b[i] = static_cast<double>(i) + 2.5;
        }
        const double exact = mannWhitney(a, b).pBelow;
        // The same order twice over, with one value more that changes nothing in the middle.
        std::vector<double> tied = b;
        tied.back() = tied[8]; // one tie switches to the approximation
        expectNear(mannWhitney(a, tied).pBelow, exact, 0.004);
    }

    void mannWhitneyRefusesWhatHasNoOrder() {
        QVERIFY_EXCEPTION_THROWN(mannWhitney({}, std::vector{1.0}), InputError);
        QVERIFY_EXCEPTION_THROWN(mannWhitney(std::vector<double>{NAN}, std::vector{1.0}),
                                 InputError);
        expectNear(mannWhitney(std::vector{1.0}, std::vector<double>{INFINITY}).u, 1.0, 0.0);
    }

    void pairedDifferenceHasStudentsInterval() {
        // Student 1908, sleep gained with two drugs: differences of mean 1.58, interval
        // [0.70, 2.46], t = 4.0621 with 9 degrees of freedom.
        const std::vector<double> first{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
        const std::vector<double> second{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
        const Interval difference = pairedDifference(second, first);
        expectNear(difference.estimate, 1.58, 1e-14);
        expectNear(difference.low, 0.7001142, 1e-6);
        expectNear(difference.high, 2.4598858, 1e-6);
        QVERIFY_EXCEPTION_THROWN(pairedDifference(first, std::vector{1.0}), InputError);
        QVERIFY(std::isnan(pairedDifference(std::vector{1.0}, std::vector{0.0}).low));
    }

    void intervalsCoverTheMeanAsOftenAsTheySay() {
        constexpr int repetitions = 1000;
        int byT = 0, byBootstrap = 0;
        for (std::uint64_t i = 0; i < repetitions; ++i) {
            std::vector<double> sample(25);
            RandomStream({seed, "coverage", i}).fillNormal(sample);
            const Interval t = meanInterval(sample, 0.9);
            byT += t.low <= 0.0 && 0.0 <= t.high ? 1 : 0;
            const Interval b = bootstrapMean(sample, RandomStream({seed, "resample", i}), 0.9, 400);
            byBootstrap += b.low <= 0.0 && 0.0 <= b.high ? 1 : 0;
        }
        // Binomial deviation 0.0095; the percentile interval is known to be a little short.
        expectNear(byT / 1000.0, 0.9, 0.04);
        QVERIFY2(byBootstrap > 830 && byBootstrap < 930, text(byBootstrap));
    }

    void bootstrapIsReproducibleAndNearTheNormalInterval() {
        std::vector<double> sample(200);
        RandomStream({seed, "bootstrap"}).fillNormal(sample);
        const Interval once = bootstrapMean(sample, RandomStream({seed, "again"}));
        const Interval again = bootstrapMean(sample, RandomStream({seed, "again"}));
        QCOMPARE(once.low, again.low);
        QCOMPARE(once.high, again.high);
        const Interval t = meanInterval(sample);
        expectNear(once.estimate, t.estimate, 0.0);
        expectNear(once.low, t.low, 0.15 * (t.high - t.low));
        expectNear(once.high, t.high, 0.15 * (t.high - t.low));
        QVERIFY(std::isnan(bootstrapMean({}, RandomStream({seed, "none"})).estimate));
    }
};

REGISTER_TEST(StatisticsTest)
#include "statistics_test.moc"
