// What each way to balance domains is, and each choice of the other parameters.

#pragma once

#include <cstdint>
#include <string_view>

#include "core/domains/mixture.h"
#include "core/experiment/trait_table.h"

namespace convergence::upsample {

using domains::Scalarization;
using Shape = domains::TemperatureSchedule::Shape;

enum class Way {
    sample,         ///< draw by p(·; τ)
    weight,         ///< draw by q, weigh by w
    fullBySampling, ///< the full gradient: mean of each domain, then by p
    fullByWeights,  ///< the full gradient: weighted mean over all data
    uniMax,
    largestFirst,
    proxy, ///< draw by what two small trainings found
};
enum class From { high, low }; ///< where a schedule of τ begins

struct MethodArm {
    std::string_view id, label, help;
    Way way;
    Shape shape = Shape::constant;
    From from = From::high;
    [[nodiscard]] constexpr bool isFull() const {
        return way == Way::fullBySampling || way == Way::fullByWeights;
    }
    /// Runs once for each of the static temperatures.
    [[nodiscard]] constexpr bool isStatic() const {
        return shape == Shape::constant && (way == Way::sample || way == Way::weight);
    }
};
inline constexpr MethodArm methodArms[] = {
    {"ts", "TS", "Temperature sampling: draws domains by p(·; τ).", Way::sample},
    {"s", "S", "Scalarization: draws from all data alike, weighs losses by w.", Way::weight},
    {"cooldown", "Cooldown", "TS at τ₁ up to κI, then at τ₂.", Way::sample, Shape::step},
    {"increasing", "increasing", "TS at τ₂ up to κI, then at τ₁.", Way::sample, Shape::step,
     From::low},
    {"linear", "linear", "TS with τ from τ₁ to τ₂ in a straight line.", Way::sample, Shape::linear},
    {"cosine", "cosine", "TS with τ from τ₁ to τ₂ by half a cosine.", Way::sample, Shape::cosine},
    {"unimax", "UniMax", "Uniform over domains repeated fewer than R times.", Way::uniMax},
    {"largest_first", "largest first",
     "The largest domains alone up to κI, then TS at τ₁ (the paper's \"order matters\").",
     Way::largestFirst},
    {"doremi", "DoReMi", "Shares by group DRO on a proxy, against a reference.", Way::proxy},
    {"full_ts", "full TS", "Gradient descent: the mean of each domain, then by p.",
     Way::fullBySampling},
    {"full_s", "full S", "Gradient descent: the weighted mean over all data.", Way::fullByWeights}};

enum class Data { pages, own, softmax };
struct ProblemChoice {
    std::string_view id, label, help;
    Data data;
    [[nodiscard]] constexpr bool isText() const { return data != Data::softmax; }
};
inline constexpr ProblemChoice problemChoices[] = {
    {"pages", "manual pages",
     "Manual pages in several languages (packages manpages-…), the next byte to be predicted by a "
     "log-linear model. Made-up text in the place of pages that are not installed.",
     Data::pages},
    {"own", "own texts", "A folder: each file or folder in it is a domain.", Data::own},
    {"convex", "softmax regression", "Made-up data, of which all is known exactly.",
     Data::softmax}};

struct ModelChoice {
    std::string_view id, label, help;
    bool attends;               ///< a decoder, with a width and layers
    std::uint32_t momentSample; ///< examples of a domain for m, by what a gradient costs
};
inline constexpr ModelChoice modelChoices[] = {
    {"ngrams", "n-grams", "Log-linear in the last three bytes, hashed: convex, and fast.", false,
     48},
    {"decoder", "decoder", "A small Transformer, which sees the whole chunk so far.", true, 6}};

/// What a refutation breaks.
struct ControlChoice {
    std::string_view id, label, help;
    Scalarization::Scale scale = Scalarization::Scale::unbiased;
    bool normalizesBatch = false;  ///< weights are divided by their mean over the batch
    bool reversesExponent = false; ///< p ∝ n^τ
};
inline constexpr ControlChoice controlChoices[] = {
    {.id = "none", .label = "none", .help = "The methods as they are."},
    {.id = "rescaled",
     .label = "rescaled weights",
     .help = "Weights with mean 1 over domains: another objective.",
     .scale = Scalarization::Scale::meanOneOverDomains},
    {.id = "batch_normalized",
     .label = "weights normalized in the batch",
     .help = "Divided by their mean over the batch: a biased estimate.",
     .normalizesBatch = true},
    {.id = "reversed",
     .label = "reversed exponent",
     .help = "p ∝ n^τ in the place of n^{1/τ}.",
     .reversesExponent = true}};

} // namespace convergence::upsample
