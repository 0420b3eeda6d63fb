#include <cmath>
#include <vector>

#include <QtTest>

#include "core/math/diffusions.h"
#include "core/math/statistics.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

/// Mean and variance after a transition, from those before.
struct Moments {
    double mean, variance;
    [[nodiscard]] Moments after(const GaussianTransition& step) const {
        return {step.mean(mean),
                step.factor * step.factor * variance + step.deviation * step.deviation};
    }
};

} // namespace

class DiffusionsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Moments obey m′ = κ(level − m), v′ = σ² − 2κv, here by tiny Euler steps.
    void ornsteinUhlenbeckMomentsObeyTheirEquations() {
        for (const double kappa : {-0.7, 0.3, 2.0}) {
            const OrnsteinUhlenbeck process{.reversion = kappa, .volatility = 0.8, .level = 1.5};
            double m = -1.0, v = 0.4;
            constexpr int steps = 200000;
            constexpr double T = 0.9, h = T / steps;
            for (int i = 0; i < steps; ++i) {
                const double middleM = m + 0.5 * h * kappa * (1.5 - m);
                const double middleV = v + 0.5 * h * (0.64 - 2.0 * kappa * v);
                m += h * kappa * (1.5 - middleM);
                v += h * (0.64 - 2.0 * kappa * middleV);
            }
            const Moments end = Moments{-1.0, 0.4}.after(ornsteinUhlenbeckTransition(process, T));
            expectNear(end.mean, m, 1e-9, std::to_string(kappa));
            expectNear(end.variance, v, 1e-9, std::to_string(kappa));
        }
    }

    // Exact on any mesh: two halves are a whole.
    void stepsComposeExactly() {
        const OrnsteinUhlenbeck process{.reversion = 1.3, .volatility = 0.5, .level = -0.4};
        for (const bool isBrownian : {false, true}) {
            const auto transition = [&](double duration) {
                return isBrownian ? brownianTransition(0.3, 0.5, duration)
                                  : ornsteinUhlenbeckTransition(process, duration);
            };
            const Moments start{2.0, 0.1};
            const Moments parts = start.after(transition(0.2)).after(transition(0.55));
            const Moments whole = start.after(transition(0.75));
            expectNear(parts.mean, whole.mean, 1e-15);
            expectNear(parts.variance, whole.variance, 1e-15);
        }
    }

    void theStationaryLawStays() {
        const OrnsteinUhlenbeck process{.reversion = 0.8, .volatility = 1.1, .level = 2.0};
        const Moments stationary{2.0, 1.21 / 1.6};
        const Moments later = stationary.after(ornsteinUhlenbeckTransition(process, 3.0));
        expectNear(later.mean, stationary.mean, 1e-15);
        expectNear(later.variance, stationary.variance, 1e-15);
    }

    void smallReversionIsBrownianMotionWithoutLossOfDigits() {
        const GaussianTransition brownian = brownianTransition(0.0, 0.7, 0.01);
        for (const double kappa : {0.0, 1e-16, 1e-12, -1e-12}) {
            const auto step =
                ornsteinUhlenbeckTransition({.reversion = kappa, .volatility = 0.7}, 0.01);
            expectNear(step.deviation, brownian.deviation, 1e-14 * brownian.deviation,
                       std::to_string(kappa));
            expectNear(step.factor, 1.0, 1e-13);
        }
    }

    // E S(T) = S₀ e^{μT}, E S(T)² = S₀² e^{(2μ + σ²)T} for the geometric motion.
    void geometricBrownianMotionIsTheExponential() {
        constexpr double mu = 0.05, sigma = 0.4, T = 1.0;
        constexpr std::uint64_t seed = 3;
        const auto step = brownianTransition(mu - 0.5 * sigma * sigma, sigma, T / 10.0);
        std::vector<double> paths(100000, 0.0);
        RandomStream stream({.seed = seed, .purpose = "diffusions test"});
        for (int i = 0; i < 10; ++i)
            step.step(paths, stream);
        std::vector<double> squares;
        for (double& x : paths) {
            x = std::exp(x);
            squares.push_back(x * x);
        }
        const std::string context = "seed " + std::to_string(seed);
        expectNear(mean(paths), std::exp(mu), 5.0 * standardError(paths), context);
        expectNear(mean(squares), std::exp(2.0 * mu + sigma * sigma), 5.0 * standardError(squares),
                   context);
    }

    void aStepTakesNormalsInOrder() {
        const auto transition = ornsteinUhlenbeckTransition({}, 0.3);
        std::vector<double> x{1.0, -2.0, 0.5};
        RandomStream stream({.seed = 1, .purpose = "diffusions test"}), same = stream;
        transition.step(x, stream);
        for (const auto& [before, after] :
             {std::pair(1.0, x[0]), std::pair(-2.0, x[1]), std::pair(0.5, x[2])})
            QCOMPARE(after, transition(before, same.normal()));
    }

    void timeDoesNotRunBackwards() {
        expectRefusal([] { return brownianTransition(0.0, 1.0, -0.1); }, "-0.1");
        expectRefusal([] { return ornsteinUhlenbeckTransition({.volatility = -2.0}, 0.1); }, "-2");
        expectRefusal([] { return ornsteinUhlenbeckTransition({.reversion = std::nan("")}, 0.1); },
                      "nan");
    }
};

REGISTER_TEST(DiffusionsTest)
#include "diffusions_test.moc"
