#include "plugins/playground/optimizer-playground/step_arithmetic.h"

#include <cmath>

#include <fmt/format.h>

namespace convergence::playground {

namespace {

using Vector = Eigen::Vector2d;

std::string number(double value) {
    return fmt::format("{:.4g}", value);
}

std::string pair(const Vector& v) {
    return fmt::format("({:.4g}, {:.4g})", v.x(), v.y());
}

/// "g = ...", with g² and so on by entries.
std::string line(const char* name, const std::string& formula, const std::string& numbers,
                 const Vector& result) {
    return fmt::format("{:<3}= {}\n   = {}\n   = {}\n", name, formula, numbers, pair(result));
}

std::string momentumLines(const StepRecord& step) {
    const double mu = step.constants.momentum;
    const Vector v = *step.momentumAfter;
    std::string text = line(
        "v", "μ·v + g",
        fmt::format("{}·{} + {}", number(mu), pair(*step.momentumBefore), pair(step.gradient)), v);
    if (step.rule == StepRule::nesterov) {
        const Vector look = step.gradient + mu * v;
        text += line("d", "g + μ·v",
                     fmt::format("{} + {}·{}", pair(step.gradient), number(mu), pair(v)), look);
        return text + line("x", "x − η·d",
                           fmt::format("{} − {}·{}", pair(step.x), number(step.rate), pair(look)),
                           step.next);
    }
    return text + line("x", "x − η·v",
                       fmt::format("{} − {}·{}", pair(step.x), number(step.rate), pair(v)),
                       step.next);
}

std::string squaresLines(const StepRecord& step) {
    const Vector squared = step.gradient.cwiseAbs2();
    const Vector s = *step.squaresAfter;
    std::string text;
    if (step.rule == StepRule::adagrad) {
        text = line("s", "s + g²", fmt::format("{} + {}", pair(*step.squaresBefore), pair(squared)),
                    s);
    } else {
        const double rho = step.constants.rmsDecay;
        text = line("s", "ρ·s + (1 − ρ)·g²",
                    fmt::format("{}·{} + {}·{}", number(rho), pair(*step.squaresBefore),
                                number(1.0 - rho), pair(squared)),
                    s);
    }
    return text + line("x", "x − η·g/(√s + ε)",
                       fmt::format("{} − {}·{}/{}", pair(step.x), number(step.rate),
                                   pair(step.gradient), pair(s.cwiseSqrt())),
                       step.next);
}

std::string adamLines(const StepRecord& step) {
    const double b1 = step.constants.beta1, b2 = step.constants.beta2;
    const Vector m = *step.momentumAfter, s = *step.squaresAfter;
    const double c1 = 1.0 - std::pow(b1, static_cast<double>(step.t));
    const double c2 = 1.0 - std::pow(b2, static_cast<double>(step.t));
    const Vector mHat = m / c1, sHat = s / c2;
    std::string text = line("m", "β₁·m + (1 − β₁)·g",
                            fmt::format("{}·{} + {}·{}", number(b1), pair(*step.momentumBefore),
                                        number(1.0 - b1), pair(step.gradient)),
                            m) +
                       line("s", "β₂·s + (1 − β₂)·g²",
                            fmt::format("{}·{} + {}·{}", number(b2), pair(*step.squaresBefore),
                                        number(1.0 - b2), pair(step.gradient.cwiseAbs2())),
                            s) +
                       line("m̂", "m/(1 − β₁ᵗ)", fmt::format("{}/{}", pair(m), number(c1)), mHat) +
                       line("ŝ", "s/(1 − β₂ᵗ)", fmt::format("{}/{}", pair(s), number(c2)), sHat);
    Vector from = step.x;
    if (step.rule == StepRule::adamw) {
        const double shrink = 1.0 - step.rate * step.constants.weightDecay;
        from *= shrink;
        text += line("x", "(1 − η·λ)·x", fmt::format("{}·{}", number(shrink), pair(step.x)), from);
    }
    return text + line("x", "x − η·m̂/(√ŝ + ε)",
                       fmt::format("{} − {}·{}/{}", pair(from), number(step.rate), pair(mHat),
                                   pair(sHat.cwiseSqrt())),
                       step.next);
}

std::string newtonLines(const StepRecord& step) {
    const Jet& f = step.f;
    const Vector change = (step.next - step.x) / (step.rate == 0.0 ? 1.0 : step.rate);
    return fmt::format("H  = ∇²f(x) = [{:.4g} {:.4g}; {:.4g} {:.4g}]\n", f.xx, f.xy, f.xy, f.yy) +
           line("d", "−H⁻¹·g", fmt::format("−H⁻¹·{}", pair(step.gradient)), change) +
           line("x", "x + η·d",
                fmt::format("{} + {}·{}", pair(step.x), number(step.rate), pair(change)),
                step.next);
}

} // namespace

std::string arithmeticOf(const StepRecord& step) {
    std::string text = fmt::format("Step {}, η = {}\n\nx  = {}\nf(x) = {:.6g}\n", step.t,
                                   number(step.rate), pair(step.x), step.f.value);
    if (step.batchRows > 0)
        text += fmt::format("g  = ∇f(x) over {} of {} rows{}\n   = {}\n     (over all: {})\n",
                            step.batchRows, step.rows, step.noise.isZero() ? "" : " + noise",
                            pair(step.gradient), pair({step.f.x, step.f.y}));
    else if (step.noise.isZero())
        text += fmt::format("g  = ∇f(x)\n   = {}\n", pair(step.gradient));
    else
        text += line("g", "∇f(x) + noise",
                     fmt::format("{} + {}", pair({step.f.x, step.f.y}), pair(step.noise)),
                     step.gradient);
    switch (step.rule) {
    case StepRule::descent:
        break;
    case StepRule::momentum:
    case StepRule::nesterov:
        return text + momentumLines(step);
    case StepRule::adagrad:
    case StepRule::rmsprop:
        return text + squaresLines(step);
    case StepRule::adam:
    case StepRule::adamw:
        return text + adamLines(step);
    case StepRule::newton:
        return text + newtonLines(step);
    }
    return text +
           line("x", "x − η·g",
                fmt::format("{} − {}·{}", pair(step.x), number(step.rate), pair(step.gradient)),
                step.next);
}

} // namespace convergence::playground
