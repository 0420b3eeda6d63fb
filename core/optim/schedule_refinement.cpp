#include "core/optim/schedule_refinement.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.h"
#include "core/optim/quasi_newton.h"

namespace convergence {

namespace {

using Numbers = std::vector<double>;

/// Norms that reach 0 would make infinite weights.
constexpr double smallestNorm = 1e-8;
/// A schedule is normalized, milestones are compared as in core/optim/schedule.
constexpr double milestoneTolerance = 1e-12;

/// The middle one of a window of odd size that slides, in two sorted halves.
class SlidingMedian {
public:
    void insert(double value) {
        if (low_.empty() || value <= *low_.rbegin())
            low_.insert(value);
        else
            high_.insert(value);
        balance();
    }
    void remove(double value) {
        // A value equal to the largest of the low half is there, since high values are not below.
        if (value <= *low_.rbegin())
            low_.erase(low_.find(value));
        else
            high_.erase(high_.find(value));
        balance();
    }
    [[nodiscard]] double median() const { return *low_.rbegin(); }

private:
    void balance() {
        while (low_.size() > high_.size() + 1) {
            const auto last = std::prev(low_.end());
            high_.insert(*last);
            low_.erase(last);
        }
        while (low_.size() < high_.size() + 1 && !high_.empty()) {
            low_.insert(*high_.begin());
            high_.erase(high_.begin());
        }
    }
    std::multiset<double> low_, high_;
};

void scaleToOne(Numbers& values) {
    const double largest = *std::max_element(values.begin(), values.end());
    if (largest > 0.0)
        for (double& value : values)
            value /= largest;
}

double concentrationOf(Numbers weights) {
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    const auto count = static_cast<std::ptrdiff_t>((weights.size() + 99) / 100);
    std::nth_element(weights.begin(), weights.begin() + count - 1, weights.end(), std::greater<>());
    return std::accumulate(weights.begin(), weights.begin() + count, 0.0) / total;
}

std::span<const double> withoutEnd(std::span<const double> schedule) {
    std::size_t count = schedule.size();
    while (count > 0 && schedule[count - 1] == 0.0)
        --count;
    return schedule.first(count);
}

/// Bound B of cη is linear/c + c·quadratic.
struct BoundBParts {
    double linear = 0.0;    ///< D²/(2Ση)
    double quadratic = 0.0; ///< all else
};

BoundBParts partsOfBoundB(std::span<const double> schedule, std::span<const double> norms,
                          double distance) {
    const auto eta = withoutEnd(schedule);
    if (eta.empty())
        return {std::numeric_limits<double>::infinity(), 0.0};
    double S = 0.0, Q = 0.0, rest = 0.0; // suffix sums of η and η²G², Σ r_k
    for (std::size_t k = eta.size(); k-- > 0;) {
        const double after = S;
        S += eta[k];
        Q += eta[k] * eta[k] * norms[k] * norms[k];
        if (k + 1 < eta.size())
            rest += eta[k] * Q / (S * after);
    }
    return {distance * distance / (2.0 * S), Q / (2.0 * S) + 0.5 * rest};
}

/// Bound A for one ρ; infinite where the conversion has no solution.
double boundAAt(double rho, std::span<const double> eta, std::span<const double> norms) {
    double s = 1.0, sum = 0.0;
    for (std::size_t t = 0; t < eta.size(); ++t) {
        const double discriminant = s * s - 4.0 * rho * eta[t];
        if (discriminant < 0.0)
            return std::numeric_limits<double>::infinity();
        const double next = 0.5 * (s + std::sqrt(discriminant));
        sum += (s - next) * (s - next) * norms[t] * norms[t];
        s = next;
    }
    const double last = norms[std::min(norms.size() - 1, eta.size())];
    return std::sqrt(sum + s * s * last * last);
}

} // namespace

Numbers medianFilter(std::span<const double> norms, double smoothing) {
    const auto T = static_cast<std::ptrdiff_t>(norms.size());
    const auto half = static_cast<std::ptrdiff_t>(smoothing * static_cast<double>(T) / 2.0);
    if (T < 2 || half == 0)
        return {norms.begin(), norms.end()};
    const std::ptrdiff_t pad = std::min(2 * (2 * half + 1), T - 1);
    const std::ptrdiff_t end = T + pad - 1;
    const auto at = [&](std::ptrdiff_t i) {
        i = std::clamp<std::ptrdiff_t>(i, 0, end);
        return norms[static_cast<std::size_t>(i < T ? i : 2 * (T - 1) - i)];
    };
    SlidingMedian window;
    for (std::ptrdiff_t i = -half; i <= half; ++i)
        window.insert(at(i));
    Numbers filtered{window.median()};
    filtered.reserve(norms.size());
    for (std::ptrdiff_t i = 1; i < T; ++i) {
        window.insert(at(i + half));
        window.remove(at(i - half - 1));
        filtered.push_back(window.median());
    }
    return filtered;
}

Numbers resample(std::span<const double> norms, std::size_t length) {
    if (norms.size() == length)
        return {norms.begin(), norms.end()};
    Numbers result(length, norms.front());
    if (norms.size() == 1)
        return result;
    const double last = static_cast<double>(norms.size() - 1);
    for (std::size_t i = 0; i < length; ++i) {
        const double at =
            length == 1 ? last : last * static_cast<double>(i) / static_cast<double>(length - 1);
        const std::size_t left = std::min(static_cast<std::size_t>(at), norms.size() - 2);
        result[i] = std::lerp(norms[left], norms[left + 1], at - static_cast<double>(left));
    }
    return result;
}

Refinement refineSchedule(std::span<const double> norms, const RefinementOptions& options) {
    for (std::size_t t = 0; t < norms.size(); ++t)
        if (!(norms[t] >= 0.0) || !std::isfinite(norms[t]))
            throw InputError(fmt::format("Gradient norm {} of {} is {}; norms must be finite and "
                                         "not negative.",
                                         t + 1, norms.size(), norms[t]));
    if (norms.size() < 2)
        throw InputError(
            fmt::format("A schedule cannot be refined from {} gradient norms; it takes at least 2.",
                        norms.size()));
    Refinement result;
    result.filtered = medianFilter(norms, options.smoothing);
    const double largest = *std::max_element(result.filtered.begin(), result.filtered.end());
    if (!(largest > 0.0))
        throw InputError(
            "All gradient norms are 0 after the median filter; some must be positive.");
    result.weights.reserve(norms.size());
    for (double& G : result.filtered) {
        G = std::max(G, smallestNorm * largest);
        // Relative to the largest norm, so that norms of any size can be squared.
        const double relative = largest / G;
        result.weights.push_back(options.norm == NormKind::l2 ? relative * relative : relative);
    }
    scaleToOne(result.weights);
    result.schedule.resize(norms.size());
    double after = 0.0; // Σ_{s>t} w_s
    for (std::size_t t = norms.size(); t-- > 0;) {
        result.schedule[t] = result.weights[t] * after;
        after += result.weights[t];
    }
    scaleToOne(result.schedule);
    result.concentration = concentrationOf(result.weights);
    return result;
}

double boundA(std::span<const double> weights, std::span<const double> norms, double distance) {
    double total = 0.0, squares = 0.0;
    for (std::size_t t = 0; t < weights.size(); ++t) {
        total += weights[t];
        squares += weights[t] * weights[t] * norms[t] * norms[t];
    }
    return (distance * distance + squares) / (2.0 * total);
}

double scaledBoundA(std::span<const double> weights, std::span<const double> norms,
                    double distance) {
    double total = 0.0, squares = 0.0;
    for (std::size_t t = 0; t < weights.size(); ++t) {
        total += weights[t];
        squares += weights[t] * weights[t] * norms[t] * norms[t];
    }
    return distance * std::sqrt(squares) / total;
}

double boundAOfSchedule(std::span<const double> schedule, std::span<const double> norms,
                        double distance) {
    const auto eta = withoutEnd(schedule);
    const double total = std::accumulate(eta.begin(), eta.end(), 0.0);
    if (!(total > 0.0))
        return std::numeric_limits<double>::infinity();
    // s² falls by about 2ρη a step, so that ρ = 1/(2Ση) uses it up.
    const auto at = [&](double logarithm) {
        return boundAAt(std::exp(logarithm) / total, eta, norms);
    };
    constexpr int gridPoints = 24;
    const double low = std::log(1e-3), high = std::log(0.5);
    double best = low, bestValue = at(low);
    const double spacing = (high - low) / gridPoints;
    for (int i = 1; i <= gridPoints; ++i)
        if (const double value = at(low + i * spacing); value <= bestValue) {
            bestValue = value;
            best = low + i * spacing;
        }
    // Golden section around the best point of the grid.
    double left = best - spacing, right = best + spacing;
    const double golden = 2.0 - std::numbers::phi;
    for (int i = 0; i < 40; ++i) {
        const double a = left + golden * (right - left), b = right - golden * (right - left);
        const double valueA = at(a), valueB = at(b);
        bestValue = std::min({bestValue, valueA, valueB});
        (valueA <= valueB ? right : left) = valueA <= valueB ? b : a;
    }
    return distance * bestValue;
}

double boundB(std::span<const double> schedule, std::span<const double> norms, double distance) {
    const BoundBParts parts = partsOfBoundB(schedule, norms, distance);
    return parts.linear + parts.quadratic;
}

double scaledBoundB(std::span<const double> schedule, std::span<const double> norms,
                    double distance) {
    const BoundBParts parts = partsOfBoundB(schedule, norms, distance);
    return 2.0 * std::sqrt(parts.linear * parts.quadratic);
}

double boundBWithGradient(std::span<const double> schedule, std::span<const double> norms,
                          double distance, std::span<double> gradient) {
    const std::size_t T = schedule.size();
    Numbers S(T + 1, 0.0), Q(T + 1, 0.0); // suffix sums
    for (std::size_t k = T; k-- > 0;) {
        S[k] = S[k + 1] + schedule[k];
        Q[k] = Q[k + 1] + schedule[k] * schedule[k] * norms[k] * norms[k];
    }
    const double first = distance * distance + Q[0];
    double rest = 0.0;
    // Over k ≤ j: Σ 2η_k/(S_k S_{k+1}) and Σ r_k/S_k; over k < j: Σ r_k/S_{k+1}.
    double inverse = 0.0, own = 0.0, before = 0.0;
    for (std::size_t j = 0; j < T; ++j) {
        const double squared = schedule[j] * norms[j] * norms[j]; // η_j G_j²
        double local = 0.0, r = 0.0;
        if (j + 1 < T) {
            const double product = S[j] * S[j + 1];
            r = schedule[j] * Q[j] / product;
            rest += r;
            inverse += 2.0 * schedule[j] / product;
            own += r / S[j];
            local = Q[j] / product;
        }
        gradient[j] = squared / S[0] - first / (2.0 * S[0] * S[0]) +
                      0.5 * (squared * inverse - own - before + local);
        if (j + 1 < T)
            before += r / S[j + 1];
    }
    return first / (2.0 * S[0]) + 0.5 * rest;
}

Numbers minimizeBoundB(std::span<const double> norms, double distance,
                       const std::function<bool()>& giveUp) {
    constexpr double smallestStep = 1e-8;
    const auto T = static_cast<Eigen::Index>(norms.size());
    Numbers eta(norms.size()), gradient(norms.size());
    const auto objective = [&](const Eigen::VectorXd& u, Eigen::VectorXd& uGradient) {
        for (Eigen::Index t = 0; t < T; ++t)
            eta[static_cast<std::size_t>(t)] = smallestStep + std::exp(u[t]);
        const double value = boundBWithGradient(eta, norms, distance, gradient);
        for (Eigen::Index t = 0; t < T; ++t)
            uGradient[t] = gradient[static_cast<std::size_t>(t)] * std::exp(u[t]);
        return value;
    };
    const double start = std::log(distance / std::sqrt(static_cast<double>(T)));
    MinimizationOptions options;
    options.stepRule = StepRule::weakWolfe; // as the tables of refined schedules were made
    options.giveUp = giveUp;
    const MinimizationResult result =
        minimizeLbfgs(objective, Eigen::VectorXd::Constant(T, start), options);
    for (Eigen::Index t = 0; t < T; ++t)
        eta[static_cast<std::size_t>(t)] = smallestStep + std::exp(result.x[t]);
    return eta;
}

namespace {

double polynomialAt(double warmUp, double exponent, double z) {
    return z < warmUp ? z / warmUp : std::pow(std::max(0.0, (1.0 - z) / (1.0 - warmUp)), exponent);
}

} // namespace

Numbers polynomialSchedule(const PolynomialFit& fit, std::size_t steps) {
    Numbers schedule(steps);
    for (std::size_t t = 1; t <= steps; ++t)
        schedule[t - 1] = polynomialAt(fit.warmUp, fit.exponent,
                                       static_cast<double>(t) / static_cast<double>(steps));
    return schedule;
}

PolynomialFit fitPolynomial(std::span<const double> schedule) {
    constexpr std::size_t mostPoints = 1000;
    const std::size_t T = schedule.size();
    const std::size_t stride = (T + mostPoints - 1) / mostPoints;
    PolynomialFit best;
    for (int a = 0; a <= 50; ++a)
        for (int e = 5; e <= 30; ++e) {
            const double warmUp = a / 100.0, exponent = e / 10.0;
            double squares = 0.0;
            std::size_t count = 0;
            for (std::size_t t = 1; t <= T; t += stride, ++count) {
                const double z = static_cast<double>(t) / static_cast<double>(T);
                const double residual = schedule[t - 1] - polynomialAt(warmUp, exponent, z);
                squares += residual * residual;
            }
            const double rms = std::sqrt(squares / static_cast<double>(count));
            if (rms < best.rootMeanSquare)
                best = {warmUp, exponent, rms};
        }
    return best;
}

const std::vector<std::string>& classicalNames() {
    static const std::vector<std::string> names = {
        "linear", "cosine", "inverse_time", "inverse_sqrt", "step", "polynomial", "constant"};
    return names;
}

Numbers classicalSchedule(std::string_view name, std::size_t steps,
                          const ClassicalOptions& options) {
    if (steps < 1 || !(options.warmUp >= 0.0 && options.warmUp < 1.0))
        throw InputError(fmt::format("A schedule of {} steps with a warm-up of {} is not accepted; "
                                     "it takes at least 1 step and a warm-up from 0 to below 1.",
                                     steps, options.warmUp));
    const auto warm = std::min(steps - 1, static_cast<std::size_t>(std::llround(
                                              options.warmUp * static_cast<double>(steps))));
    const auto T = static_cast<double>(steps - warm);
    const auto shape = [&](double t) -> double {
        const double z = (t - 1.0) / T;
        if (name == "linear")
            return 1.0 - t / (T + 1.0);
        if (name == "cosine")
            return 0.5 * (1.0 + std::cos(std::numbers::pi * z));
        if (name == "inverse_time")
            return 1.0 / (1.0 + options.inverseTimeRate * z);
        if (name == "inverse_sqrt")
            return 1.0 / std::sqrt(t);
        if (name == "step") {
            const double at = z + milestoneTolerance;
            return std::pow(0.1, (at >= 0.3) + (at >= 0.6) + (at >= 0.9));
        }
        if (name == "polynomial")
            return std::pow(1.0 - z, options.exponent);
        if (name == "constant")
            return 1.0;
        throw InputError(fmt::format("There is no schedule '{}'; known are {}.", name,
                                     fmt::join(classicalNames(), ", ")));
    };
    Numbers schedule(steps);
    const double start = shape(1.0);
    for (std::size_t t = 1; t <= steps; ++t)
        schedule[t - 1] = t <= warm ? start * static_cast<double>(t) / static_cast<double>(warm + 1)
                                    : shape(static_cast<double>(t - warm));
    return schedule;
}

} // namespace convergence
