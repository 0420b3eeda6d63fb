#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/domains/temperature.h"

namespace convergence::domains {

/// How the examples of a step come about: domains are drawn with probabilities `shares`, and the
/// loss of an example of domain i counts `weights[i]` times.
struct Mixture {
    std::vector<double> shares;
    std::vector<double> weights;
};

/// Decides on the mixture of each step. The objective at a step is Σ_i shares_i weights_i L_i, with
/// L_i the mean loss of domain i.
class MixturePolicy {
public:
    virtual ~MixturePolicy() = default;
    /// Of the step that brings the training to `progress` = t/I, t = 1 … I. `repetitions` is how
    /// often each domain has been gone through. The mixture has one entry a domain; nothing is
    /// allocated.
    virtual void at(double progress, std::span<const double> repetitions, Mixture& mixture) = 0;
    /// τ of the last step, where the policy has one.
    [[nodiscard]] virtual std::optional<double> temperature() const { return std::nullopt; }
    /// A person sets τ₁: from the next step on. No effect where the policy has none.
    virtual void setTemperature(double /*first*/) {}
};

/// Draws by p(·; τ), all weights 1.
class TemperatureSampling final : public MixturePolicy {
public:
    TemperatureSampling(std::vector<double> sizes, const TemperatureSchedule& schedule);
    void at(double progress, std::span<const double> repetitions, Mixture& mixture) override;
    [[nodiscard]] std::optional<double> temperature() const override { return temperature_; }
    void setTemperature(double first) override { schedule_.first = first; }

private:
    std::vector<double> sizes_;
    TemperatureSchedule schedule_;
    double temperature_;
};

/// Draws from all data alike (by q) with weights w_i = p(i; τ)/q_i. Broken on purpose, to show what
/// matters: weights whose mean over domains is 1, K w_i/Σ w_j, are those of another objective.
class Scalarization final : public MixturePolicy {
public:
    enum class Scale { unbiased, meanOneOverDomains };
    Scalarization(std::vector<double> sizes, const TemperatureSchedule& schedule,
                  Scale scale = Scale::unbiased);
    void at(double progress, std::span<const double> repetitions, Mixture& mixture) override;
    [[nodiscard]] std::optional<double> temperature() const override { return temperature_; }
    void setTemperature(double first) override { schedule_.first = first; }

private:
    std::vector<double> sizes_, proportional_;
    TemperatureSchedule schedule_;
    Scale scale_;
    double temperature_;
};

/// UniMax (Chung et al. 2023), read as a rule for each step: uniform over domains that have been
/// gone through fewer than R times; once none is left, the cap rises by R for all.
class UniMax final : public MixturePolicy {
public:
    explicit UniMax(double cap) : step_(cap), cap_(cap) {}
    void at(double progress, std::span<const double> repetitions, Mixture& mixture) override;

private:
    double step_, cap_;
};

/// Large domains first: those with n_i ≥ n_max/10, in proportion, while t ≤ κI; then all by p(·;
/// τ).
class LargestFirst final : public MixturePolicy {
public:
    LargestFirst(std::vector<double> sizes, double temperature, double switchAt);
    void at(double progress, std::span<const double> repetitions, Mixture& mixture) override;
    [[nodiscard]] std::optional<double> temperature() const override;
    void setTemperature(double first) override { temperature_ = first; }

private:
    std::vector<double> sizes_;
    double temperature_, switchAt_;
    bool isOver_ = false;
};

/// Always the same shares, e.g. those that a proxy found.
class FixedShares final : public MixturePolicy {
public:
    explicit FixedShares(std::vector<double> shares) : shares_(std::move(shares)) {}
    void at(double progress, std::span<const double> repetitions, Mixture& mixture) override;

private:
    std::vector<double> shares_;
};

/// α of group DRO as DoReMi uses it (Xie et al. 2023): from 1/K on, with excess losses λ ≥ 0,
///
///   α ← α ∘ exp(ηλ), normalized;  α ← (1 − c)α + c/K.
///
/// What it is for is its mean over all updates.
class ExcessReweighting {
public:
    ExcessReweighting(std::size_t domains, double rate = 1.0, double smoothing = 1e-3);
    void update(std::span<const double> excess);
    [[nodiscard]] const std::vector<double>& shares() const { return shares_; }
    /// Of the updates so far; uniform before the first.
    [[nodiscard]] std::vector<double> mean() const;

private:
    std::vector<double> shares_, sum_;
    double rate_, smoothing_;
    double updates_ = 0.0;
};

} // namespace convergence::domains
