// Refinement against brute force, closed forms, finite differences and published figures.

#include <algorithm>
#include <cmath>
#include <numeric>

#include <QtTest>

#include "core/error.h"
#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "core/optim/noisy_stream.h"
#include "core/optim/schedule_refinement.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Numbers = std::vector<double>;

Numbers randomNumbers(std::size_t count, double low, double high, std::uint64_t index) {
    Numbers values(count);
    RandomStream({.seed = 11, .purpose = "refinement test", .index = index})
        .fillUniform(values, low, high);
    return values;
}

/// Bound B as its formula stands, O(T²).
double bruteForceB(const Numbers& eta, const Numbers& G, double D) {
    const std::size_t T = eta.size();
    const auto S = [&](std::size_t k) {
        return std::accumulate(eta.begin() + std::ptrdiff_t(k), eta.end(), 0.0);
    };
    const auto Q = [&](std::size_t k) {
        double sum = 0.0;
        for (std::size_t t = k; t < T; ++t)
            sum += eta[t] * eta[t] * G[t] * G[t];
        return sum;
    };
    double value = (D * D + Q(0)) / (2.0 * S(0));
    for (std::size_t k = 0; k + 1 < T; ++k)
        value += 0.5 * eta[k] * Q(k) / (S(k) * S(k + 1));
    return value;
}

} // namespace

class ScheduleRefinementTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void medianFilterMatchesSortedWindows() {
        for (const std::size_t T : {2U, 3U, 7U, 40U, 101U})
            for (const double tau : {0.0, 0.05, 0.1, 0.5, 1.0}) {
                const Numbers norms = randomNumbers(T, 0.0, 1.0, T);
                const auto half = static_cast<std::ptrdiff_t>(tau * double(T) / 2.0);
                // The pad, sample by sample, then windows that repeat the ends.
                Numbers padded = norms;
                const auto pad =
                    std::min<std::ptrdiff_t>(2 * (2 * half + 1), std::ptrdiff_t(T) - 1);
                for (std::ptrdiff_t i = 1; half > 0 && i <= pad; ++i)
                    padded.push_back(norms[T - 1 - std::size_t(i)]);
                const Numbers filtered = medianFilter(norms, tau);
                QCOMPARE(filtered.size(), T);
                for (std::size_t t = 0; t < T; ++t) {
                    Numbers window;
                    for (std::ptrdiff_t j = -half; j <= half; ++j)
                        window.push_back(padded[std::size_t(std::clamp<std::ptrdiff_t>(
                            std::ptrdiff_t(t) + j, 0, std::ptrdiff_t(padded.size()) - 1))]);
                    std::sort(window.begin(), window.end());
                    QCOMPARE(filtered[t], window[std::size_t(half)]);
                }
            }
    }

    void medianFilterSurvivesTies() {
        Numbers norms(300);
        for (std::size_t i = 0; i < norms.size(); ++i)
            norms[i] = double(i % 3);
        const Numbers filtered = medianFilter(norms, 0.1);
        // The first sample is repeated at the start, so ties are even only further on.
        for (std::size_t i = 15; i < filtered.size(); ++i)
            QCOMPARE(filtered[i], 1.0);
    }

    void resamplingKeepsEndsAndStraightLines() {
        const Numbers line = {1.0, 2.0, 3.0, 4.0};
        const Numbers longer = resample(line, 10);
        for (std::size_t i = 0; i < 10; ++i)
            expectNear(longer[i], 1.0 + 3.0 * double(i) / 9.0, 1e-14);
        QCOMPARE(resample(line, 4), line);
        QCOMPARE(resample(line, 1), Numbers{4.0});
        QCOMPARE(resample(Numbers{7.0}, 3), (Numbers{7.0, 7.0, 7.0}));
    }

    void constantNormsGiveLinearDecay() {
        for (const std::size_t T : {2U, 10U, 999U})
            for (const NormKind norm : {NormKind::l2, NormKind::l1}) {
                const Numbers norms(T, 3.7);
                const Refinement refined = refineSchedule(norms, {.smoothing = 0.1, .norm = norm});
                for (std::size_t t = 1; t <= T; ++t)
                    expectNear(refined.schedule[t - 1], double(T - t) / double(T - 1), 1e-12);
            }
    }

    /// The closed form minimizes bound A: no other weights do better, and its value is known.
    void refinedWeightsMinimizeBoundA() {
        const Numbers norms = randomNumbers(50, 0.5, 4.0, 1);
        const Refinement refined = refineSchedule(norms, {.smoothing = 0.0});
        double inverseSquares = 0.0;
        for (const double G : norms)
            inverseSquares += 1.0 / (G * G);
        constexpr double D = 1.3;
        const double best = D / std::sqrt(inverseSquares);
        expectNear(scaledBoundA(refined.weights, norms, D), best, 1e-12 * best);
        Numbers weights(norms.size());
        for (std::size_t t = 0; t < norms.size(); ++t)
            weights[t] = D / (norms[t] * norms[t] * std::sqrt(inverseSquares));
        expectNear(boundA(weights, norms, D), best, 1e-12 * best);
        for (std::uint64_t i = 0; i < 200; ++i) {
            const Numbers other = randomNumbers(50, 0.0, 1.0, 100 + i);
            QVERIFY(scaledBoundA(other, norms, D) >= best);
        }
    }

    /// Weights → schedule by the conversion → weights again: the bound can only have been kept.
    void boundAOfAScheduleRecoversItsWeights() {
        const Numbers norms = randomNumbers(80, 0.5, 3.0, 2);
        const Refinement refined = refineSchedule(norms, {.smoothing = 0.0});
        const double direct = scaledBoundA(refined.weights, norms, 1.0);
        const double recovered = boundAOfSchedule(refined.schedule, norms, 1.0);
        QVERIFY(recovered >= direct * (1.0 - 1e-12));
        QVERIFY(recovered <= direct * 1.02);
        // Linear decay 1 − t/(T + 1) is the conversion of equal weights over T + 1 steps.
        for (const std::size_t T : {5U, 100U, 5000U}) {
            const Numbers ones(T, 1.0);
            const double bound = boundAOfSchedule(classicalSchedule("linear", T), ones, 1.0);
            expectNear(bound * std::sqrt(double(T + 1)), 1.0, 1e-3);
        }
    }

    void boundBMatchesItsFormula() {
        const Numbers norms = randomNumbers(30, 0.2, 3.0, 3);
        const Numbers eta = randomNumbers(30, 0.01, 1.0, 4);
        const double expected = bruteForceB(eta, norms, 1.7);
        expectNear(boundB(eta, norms, 1.7), expected, 1e-12 * expected);
        Numbers gradient(30);
        expectNear(boundBWithGradient(eta, norms, 1.7, gradient), expected, 1e-12 * expected);
        // The best scale is not beaten by others.
        const double best = scaledBoundB(eta, norms, 1.7);
        for (double scale = 0.01; scale < 100.0; scale *= 1.1) {
            Numbers scaled = eta;
            for (double& value : scaled)
                value *= scale;
            QVERIFY(boundB(scaled, norms, 1.7) >= best * (1.0 - 1e-12));
        }
    }

    void gradientOfBoundBMatchesDifferences() {
        const Numbers norms = randomNumbers(25, 0.2, 3.0, 5);
        Numbers eta = randomNumbers(25, 0.1, 1.0, 6);
        Numbers gradient(25);
        static_cast<void>(boundBWithGradient(eta, norms, 0.8, gradient));
        const GradientCheck check =
            checkGradient([&] { return bruteForceB(eta, norms, 0.8); }, eta, gradient);
        expectNear(check.error, 0.0, 1e-6, check.text());
    }

    /// Figures of an independent implementation, at each shape's best scale.
    void classicalShapesHaveThePublishedBounds() {
        const std::vector<std::tuple<std::string, double, double>> figures = {
            {"linear", 2.006, 2.036},       {"cosine", 2.063, 2.091},
            {"inverse_time", 2.353, 2.172}, {"inverse_sqrt", 2.570, 2.253},
            {"step", 2.795, 2.873},         {"constant", 2.913, 2.485},
            {"polynomial", 2.124, 2.149}};
        for (const auto& [name, thousand, hundred] : figures) {
            const auto value = [&](std::size_t T) {
                return scaledBoundB(classicalSchedule(name, T), Numbers(T, 1.0), 1.0) *
                       std::sqrt(double(T));
            };
            expectNear(value(1000), thousand, 5e-4 * thousand, name);
            expectNear(value(100), hundred, 5e-4 * hundred, name);
        }
    }

    void theNumericMinimizerReachesItsFigure() {
        constexpr std::size_t T = 200;
        const Numbers ones(T, 1.0);
        const Numbers eta = minimizeBoundB(ones, 1.0);
        const double value = boundB(eta, ones, 1.0) * std::sqrt(double(T));
        expectNear(value, 2.0040, 5e-4);
        // Its own scale is the best one already.
        expectNear(value, scaledBoundB(eta, ones, 1.0) * std::sqrt(double(T)), 1e-9 * value);
        const double largest = *std::max_element(eta.begin(), eta.end());
        double worst = 0.0;
        for (std::size_t t = 1; t <= T; ++t)
            worst =
                largerError(worst, std::abs(eta[t - 1] / largest - double(T - t) / double(T - 1)));
        expectNear(worst, 0.0495, 5e-4);
    }

    void theFitFindsItsOwnShapes() {
        for (const auto& [a, e] : {std::pair{0.0, 1.5}, {0.28, 1.0}, {0.45, 0.8}, {0.01, 3.0}}) {
            const PolynomialFit fit = fitPolynomial(polynomialSchedule({a, e}, 700));
            QCOMPARE(fit.warmUp, a);
            QCOMPARE(fit.exponent, e);
            QVERIFY(fit.rootMeanSquare < 1e-12);
        }
    }

    void largeEarlyNormsMakeAWarmUp() {
        Numbers norms(1000, 1.0);
        std::fill(norms.begin(), norms.begin() + 200, 10.0);
        const Refinement refined = refineSchedule(norms);
        QVERIFY(refined.schedule.front() < 0.02);
        const auto peak = std::max_element(refined.schedule.begin(), refined.schedule.end());
        QVERIFY(peak - refined.schedule.begin() >= 190);
        QCOMPARE(refined.schedule.back(), 0.0);
    }

    void vanishingNormsAreReportedAsASpike() {
        Numbers norms(1000, 1.0);
        std::fill(norms.end() - 8, norms.end(), 0.0);
        const Refinement refined = refineSchedule(norms, {.smoothing = 0.0});
        QVERIFY(refined.concentration > 0.5);
        QVERIFY(std::all_of(refined.schedule.begin(), refined.schedule.end(),
                            [](double eta) { return std::isfinite(eta) && eta >= 0.0; }));
        QVERIFY(refineSchedule(Numbers(1000, 2.0)).concentration < 0.02);
    }

    void badNormsAreRefused() {
        expectRefusal([&] { refineSchedule(Numbers{1.0}); }, "1 gradient norms");
        expectRefusal([&] { refineSchedule(Numbers{1.0, NAN}); }, "Gradient norm 2 of 2 is nan");
        expectRefusal([&] { refineSchedule(Numbers{1.0, -2.0}); }, "Gradient norm 2 of 2 is -2");
        expectRefusal([&] { refineSchedule(Numbers{0.0, 0.0}); }, "some must be positive");
        expectRefusal([&] { classicalSchedule("parabola", 10); }, "'parabola'");
        expectRefusal([&] { classicalSchedule("linear", 0); }, "0 steps");
    }

    void warmUpRisesThenTheShapeSpansTheRest() {
        const Numbers schedule = classicalSchedule("cosine", 100, {.warmUp = 0.2});
        expectNear(schedule[0], 1.0 / 21.0, 1e-15);
        const Numbers rest = classicalSchedule("cosine", 80);
        for (std::size_t t = 0; t < 80; ++t)
            QCOMPARE(schedule[20 + t], rest[t]);
    }

    void theStreamsMinimumIsAtItsOptimum() {
        const NoisyStream stream(3);
        expectNear(stream.value(stream.optimum()), stream.minimum(), 1e-14);
        RandomStream random({.seed = 1, .purpose = "stream test"});
        for (int i = 0; i < 50; ++i) {
            Eigen::VectorXd x = stream.optimum();
            for (double& entry : x)
                entry += 0.3 * random.normal();
            QVERIFY(stream.value(x) >= stream.minimum());
            // Convexity: f(x*) ≥ f(x) + ⟨g, x* − x⟩.
            QVERIFY(stream.minimum() >=
                    stream.value(x) + stream.subgradient(x).dot(stream.optimum() - x) - 1e-12);
        }
    }

    void sampledSubgradientsAverageToTheSubgradient() {
        const NoisyStream stream(4);
        constexpr Eigen::Index replicates = 400;
        const Eigen::MatrixXd X = Eigen::MatrixXd::Zero(20, replicates);
        Eigen::MatrixXd G(20, replicates);
        Eigen::VectorXd sum = Eigen::VectorXd::Zero(20);
        double squares = 0.0;
        constexpr int draws = 100;
        for (int t = 0; t < draws; ++t) {
            stream.sampleSubgradients(t, X, 2.0, G);
            sum += G.rowwise().mean() / draws;
            squares += G.squaredNorm() / (double(replicates) * draws);
        }
        // Each entry has variance below (1 + ν²)/d, over 40,000 samples.
        QVERIFY((sum - stream.subgradient(X.col(0))).lpNorm<Eigen::Infinity>() < 5.0 * 0.5 / 200.0);
        expectNear(squares, 5.0, 0.1); // ‖a‖² + ν²
        // More replicates do not change those that were there.
        Eigen::MatrixXd few(20, 3);
        stream.sampleSubgradients(7, X.leftCols(3), 2.0, few);
        stream.sampleSubgradients(7, X, 2.0, G);
        QVERIFY(few == G.leftCols(3));
    }
};

REGISTER_TEST(ScheduleRefinementTest)
#include "schedule_refinement_test.moc"
