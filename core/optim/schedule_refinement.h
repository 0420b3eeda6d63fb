#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace convergence {

// Learning-rate schedules from bounds on the last iterate: Defazio, Cutkosky, Mehta, Mishchenko,
// "When, Why and How Much? Adaptive Learning Rate Scheduling by Refinement", 2023.
//
// Below, a run has T steps t = 1..T (stored from 0), G_t bounds the norm of gradient t, D is the
// distance of the start from a minimizer. A schedule is its step sizes η_t up to a common factor.

/// Which norm of the gradients was recorded, and with it the power of the weights.
enum class NormKind {
    l2, ///< w_t = G_t⁻², for SGD
    l1, ///< w_t = G_t⁻¹, for methods that scale coordinates, such as Adam
};

/// Sliding median of width 2⌊τT/2⌋ + 1. The sequence is continued at its end by reflection about
/// the last sample (twice the width, at most T − 1 samples) and at its start by the first sample.
/// `smoothing` τ in [0, 1]; 0 leaves the sequence as it is. O(T log T).
std::vector<double> medianFilter(std::span<const double> norms, double smoothing);

/// A sequence of another length by linear interpolation between its samples, first on first and
/// last on last. Neither length is 0.
std::vector<double> resample(std::span<const double> norms, std::size_t length);

struct RefinementOptions {
    double smoothing = 0.1; ///< τ
    NormKind norm = NormKind::l2;
};

/// A schedule refined in closed form: w_t ∝ Ĝ_t⁻² (or Ĝ_t⁻¹), η_t ∝ w_t Σ_{s>t} w_s.
struct Refinement {
    std::vector<double> filtered; ///< Ĝ: median-filtered norms, at least 1e-8 of their maximum
    std::vector<double> weights;  ///< w, scaled to a maximum of 1
    std::vector<double> schedule; ///< η, scaled to a maximum of 1; the last is 0
    /// Share of Σw that the largest 1 % of the weights hold. Above a half the schedule is a spike:
    /// the norms went to 0, as near a solution that fits all the data.
    double concentration = 0.0;
};

/// Throws InputError unless there are at least two norms, all finite and not negative, and one of
/// them positive.
Refinement refineSchedule(std::span<const double> norms, const RefinementOptions& options = {});

/// Bound A on E f(x_T) − f*: (D² + Σ w_t² G_t²) / (2 Σ w_t) for weights w of the conversion
/// η_t = w_t Σ_{s>t} w_s / Σ w.
double boundA(std::span<const double> weights, std::span<const double> norms, double distance);

/// The least value of bound A over scalings of the weights: D √(Σ w²G²) / Σw.
double scaledBoundA(std::span<const double> weights, std::span<const double> norms,
                    double distance);

/// The least bound A that a schedule's shape allows. The conversion is solved for the weights: with
/// s_t = Σ_{r≥t} w_r / Σ w, s_1 = 1 and s_t − s_{t+1} = ρ η_t / s_{t+1}, of the two roots the
/// larger; what is left of s after T steps is one more weight, of a gradient that is never taken.
/// The bound is minimized over ρ.
double boundAOfSchedule(std::span<const double> schedule, std::span<const double> norms,
                        double distance);

/// Bound B, for any step sizes η > 0:
///   [D² + Σ η²G²]/(2 Σ η) + ½ Σ_{k<T} η_k (Σ_{t≥k} η²G²) / ((Σ_{t≥k} η)(Σ_{t>k} η)).
/// Zeros at the end do not move the iterate and are left out.
double boundB(std::span<const double> schedule, std::span<const double> norms, double distance);

/// Bound B and its gradient in η, O(T). η > 0 throughout.
double boundBWithGradient(std::span<const double> schedule, std::span<const double> norms,
                          double distance, std::span<double> gradient);

/// The least value of bound B over scalings of a schedule.
double scaledBoundB(std::span<const double> schedule, std::span<const double> norms,
                    double distance);

/// Step sizes η ≥ 1e-8 that minimize bound B, by L-BFGS in ln η from η = D/√T. `giveUp` is asked
/// between iterations and may be empty.
std::vector<double> minimizeBoundB(std::span<const double> norms, double distance,
                                   const std::function<bool()>& giveUp = {});

/// Warm-up t/(aT) for t < aT, then (1 − (t − aT)/(T − aT))^e.
struct PolynomialFit {
    double warmUp = 0.0;   ///< a, one of 0, 0.01, ..., 0.5
    double exponent = 1.0; ///< e, one of 0.5, 0.6, ..., 3
    double rootMeanSquare = std::numeric_limits<double>::infinity(); ///< of the residual
};

/// The multiplier of that form at steps 1..steps.
std::vector<double> polynomialSchedule(const PolynomialFit& fit, std::size_t steps);
/// Least squares on the grid, over at most 1000 evenly spaced steps.
PolynomialFit fitPolynomial(std::span<const double> schedule);

/// Parameters of the classical shapes.
struct ClassicalOptions {
    double inverseTimeRate = 10.0; ///< of 1/(1 + rate·z)
    double exponent = 2.0;         ///< of (1 − z)^e
    double warmUp = 0.0;           ///< fraction of the run in which the rate rises linearly
};

/// constant, inverse_time, inverse_sqrt, step, cosine, linear, polynomial.
const std::vector<std::string>& classicalNames();
/// The multipliers at steps t = 1..T, z = (t − 1)/T: 1; 1/(1 + 10z); 1/√t; 0.1^(milestones 0.3,
/// 0.6, 0.9 passed); ½(1 + cos πz); 1 − t/(T + 1); (1 − z)^e. With a warm-up of W = ⌊aT⌉ steps the
/// shape spans the other T − W. Throws InputError for an unknown name or fewer than one step.
std::vector<double> classicalSchedule(std::string_view name, std::size_t steps,
                                      const ClassicalOptions& options = {});

} // namespace convergence
