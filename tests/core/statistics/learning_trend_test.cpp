#include <algorithm>
#include <cmath>
#include <vector>

#include <Eigen/QR>
#include <QtTest>

#include "core/math/random.h"
#include "core/math/statistics.h"
#include "core/statistics/learning_trend.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::statistics;

namespace {

using Numbers = std::vector<double>;

Numbers sizes(int count, double step = 5000.0) {
    Numbers words;
    for (int i = 1; i <= count; ++i)
        words.push_back(step * i);
    return words;
}

LearningTrend truth(double exponent) {
    return {.asymptote = 97.0, .gap = 8.0, .exponent = exponent, .unit = 5000.0};
}

Numbers accuraciesOf(const LearningTrend& trend, const Numbers& words, double deviation,
                     std::uint64_t seed) {
    RandomStream stream({.seed = seed, .purpose = "test"});
    Numbers accuracies;
    for (const double x : words)
        accuracies.push_back(trend.at(x) + deviation * stream.normal());
    return accuracies;
}

/// The least sum of squares over many exponents, each solved by QR with the anchor as a row.
double bruteForce(const Numbers& words, const Numbers& accuracies,
                  std::optional<TrendAnchor> anchor) {
    const auto n = static_cast<Eigen::Index>(words.size());
    double least = std::numeric_limits<double>::infinity();
    for (double b = 0.01; b <= 3.0; b *= 1.0005) {
        Eigen::MatrixXd rows = Eigen::MatrixXd::Zero(n + 1, 2);
        Eigen::VectorXd right = Eigen::VectorXd::Zero(n + 1);
        for (Eigen::Index i = 0; i < n; ++i) {
            const auto k = static_cast<std::size_t>(i);
            rows.row(i) << -std::pow(words[k] / words[0], -b), 1.0;
            right[i] = accuracies[k];
        }
        if (anchor) {
            rows(n, 1) = std::sqrt(anchor->weight);
            right[n] = std::sqrt(anchor->weight) * anchor->asymptote;
        }
        const Eigen::Vector2d solved = rows.colPivHouseholderQr().solve(right);
        if (solved[0] >= 0.0)
            least = std::min(least, (rows * solved - right).squaredNorm());
    }
    return least;
}

} // namespace

class LearningTrendTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eightExactObservationsGiveTheCurveBack() {
        for (const double b : {0.1, 0.3, 0.6, 1.0, 2.0}) {
            const Numbers words = sizes(8);
            const LearningTrend found =
                TrendFitter(8).fit(words, accuraciesOf(truth(b), words, 0.0, 0));
            expectNear(found.exponent, b, 1e-6, std::to_string(b));
            expectNear(found.asymptote, 97.0, 1e-6, std::to_string(b));
            expectNear(found.gap, 8.0, 1e-6, std::to_string(b));
            expectNear(found.scale(), 8.0 * std::pow(5000.0, b), 1e-4 * found.scale());
            QVERIFY(!found.isAtBound);
            expectNear(found.at(found.wordsWithin(0.5)), found.asymptote - 0.5, 1e-9);
        }
    }

    void noExponentFitsBetterThanTheOneFound() {
        for (const std::uint64_t seed : {1, 2, 3, 4}) {
            const Numbers words = sizes(12 + 3 * int(seed));
            const Numbers accuracies = accuraciesOf(truth(0.2 * double(seed)), words, 0.3, seed);
            for (const auto anchor :
                 {std::optional<TrendAnchor>(), std::optional(TrendAnchor{96.0, 1.0}),
                  std::optional(TrendAnchor{98.5, 10.0})}) {
                const LearningTrend found = TrendFitter(40).fit(words, accuracies, anchor);
                const double squares = TrendFitter::squares(found, words, accuracies, anchor);
                const double least = bruteForce(words, accuracies, anchor);
                QVERIFY2(squares <= least + 1e-9, qPrintable(QString("seed %1: %2 > %3")
                                                                 .arg(seed)
                                                                 .arg(squares, 0, 'g', 12)
                                                                 .arg(least, 0, 'g', 12)));
                // The brute force is on a grid of 0.05 %: it cannot be much worse either.
                QVERIFY(squares >= least - 1e-3 * least);
            }
        }
    }

    // At the minimum the slopes of the sum of squares in c, g and b are 0.
    void theFitIsStationary() {
        const Numbers words = sizes(30), accuracies = accuraciesOf(truth(0.5), words, 0.1, 7);
        const TrendAnchor anchor{97.5, 2.0};
        const LearningTrend found = TrendFitter(30).fit(words, accuracies, anchor);
        const auto slope = [&](double LearningTrend::*of, double step) {
            LearningTrend above = found, below = found;
            above.*of += step;
            below.*of -= step;
            return (TrendFitter::squares(above, words, accuracies, anchor) -
                    TrendFitter::squares(below, words, accuracies, anchor)) /
                   (2.0 * step);
        };
        expectNear(slope(&LearningTrend::asymptote, 1e-4), 0.0, 1e-5);
        expectNear(slope(&LearningTrend::gap, 1e-4), 0.0, 1e-5);
        expectNear(slope(&LearningTrend::exponent, 1e-5), 0.0, 1e-4);
    }

    void anchorsPull() {
        const Numbers words = sizes(10), accuracies = accuraciesOf(truth(0.4), words, 0.1, 5);
        TrendFitter fitter(10);
        const double alone = fitter.fit(words, accuracies).asymptote;
        const double weightless = fitter.fit(words, accuracies, TrendAnchor{90.0, 0.0}).asymptote;
        expectNear(weightless, alone, 1e-9);
        double before = std::abs(alone - 99.0);
        for (const double weight : {0.1, 1.0, 10.0, 1e6}) {
            const double away =
                std::abs(fitter.fit(words, accuracies, TrendAnchor{99.0, weight}).asymptote - 99.0);
            QVERIFY(away < before);
            before = away;
        }
        expectNear(before, 0.0, 1e-4);
    }

    void aFallingCurveHasNoGap() {
        const Numbers words = sizes(5), falling{95.0, 94.0, 93.0, 92.0, 91.0};
        const LearningTrend found = TrendFitter(5).fit(words, falling);
        expectNear(found.gap, 0.0, 0.0);
        expectNear(found.asymptote, 93.0, 1e-12);
    }

    void aLogarithmHitsTheBound() {
        const Numbers words = sizes(20);
        Numbers accuracies;
        for (const double x : words)
            accuracies.push_back(50.0 + 3.0 * std::log(x));
        QVERIFY(TrendFitter(20).fit(words, accuracies).isAtBound);
    }

    void theSpreadOfTheAsymptoteIsTheLinearizedOne() {
        constexpr std::uint64_t draws = 400;
        const Numbers words = sizes(60);
        for (const double b : {0.6, 1.0}) {
            TrendFitter fitter(60);
            Numbers asymptotes;
            for (std::uint64_t seed = 0; seed < draws; ++seed)
                asymptotes.push_back(
                    fitter.fit(words, accuraciesOf(truth(b), words, 0.05, 100 + seed)).asymptote);
            const double measured = standardDeviation(asymptotes);
            const double predicted = asymptoteSpread(truth(b), words, 0.05);
            expectNear(measured / predicted, 1.0, 0.15, std::to_string(b)); // 4 standard errors
        }
    }

    void gapsAreFoundWhereverTheyAre() {
        const LearningTrend a{.asymptote = 97.0, .gap = 8.0, .exponent = 0.5, .unit = 5000.0};
        LearningTrend b = a;
        b.asymptote = 96.0;
        expectNear(largestGap(a, b, 5000.0, 1e8), 1.0, 1e-12);
        b = a;
        b.gap = 6.0; // 2 at the unit, less behind it
        expectNear(largestGap(a, b, 5000.0, 1e8), 2.0, 1e-12);
    }

    void tooFewObservationsAreAMistake() {
        const Numbers words = sizes(2), accuracies{90.0, 91.0};
        QVERIFY_EXCEPTION_THROWN(TrendFitter(5).fit(words, accuracies), std::logic_error);
        const Numbers six = sizes(6), values(6, 90.0);
        QVERIFY_EXCEPTION_THROWN(TrendFitter(5).fit(six, values), std::logic_error);
    }
};

REGISTER_TEST(LearningTrendTest)
#include "learning_trend_test.moc"
