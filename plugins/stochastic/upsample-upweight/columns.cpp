// What is recorded of an iterate, and of a trial at its end.

#include "plugins/stochastic/upsample-upweight/trial.h"

namespace convergence::upsample {

namespace {

/// As many as there are domains.
constexpr const char* aDomain =
    "(problem_is_convex) * domain_sizes + (1 - problem_is_convex) * caps";

} // namespace

const Columns<State>& traceTable() {
    using S = State;
    static const Columns<State> table{
        Columns<State>::clock({"examples", "examples", [](const S& s) { return s.examples; }}),
        {"loss_largest", "loss of the largest domain", "nats",
         [](const S& s) { return s.losses.front(); }},
        {"loss_smallest", "loss of the smallest domain", "nats",
         [](const S& s) { return s.losses.back(); }},
        {"domain_loss_{}", "loss of domain {}", "nats",
         [](const S& s) -> std::span<const double> { return s.losses; }, aDomain},
        {"repetitions_{}", "repetitions of domain {}",
         [](const S& s) -> std::span<const double> { return s.repetitions; }, aDomain},
        {"share_{}", "share of domain {}",
         [](const S& s) -> std::span<const double> { return s.shares; }, aDomain},
        {"temperature_now", "temperature τ", [](const S& s) { return s.temperature; }},
        {"gradient_norm", "norm of the mini-batch gradient",
         [](const S& s) { return s.gradientNorm; }},
        {"gap", "gap F − F*", [](const S& s) { return s.gap; }},
        {"sampled_noise", "variance of sampled gradients V_TS",
         [](const S& s) { return s.sampledNoise; }},
        {"weighted_noise", "variance of weighted gradients V_S",
         [](const S& s) { return s.weightedNoise; }},
        {"twin_gap", "largest |W_TS − W_S|", [](const S& s) { return s.twinGap; }},
        {"norms_{}", "gradient norms in bin {}",
         [](const S& s) -> std::span<const double> { return s.normCounts; }, "40"}};
    static_assert(NormBins::count == 40);
    return table;
}

const Columns<Finals>& finalTable() {
    using F = Finals;
    static const Columns<Finals> table{
        {"loss_largest", "final loss of the largest domain", "nats",
         [](const F& f) { return f.losses.front(); }},
        {"loss_smallest", "final loss of the smallest domain", "nats",
         [](const F& f) { return f.losses.back(); }},
        {"domain_loss_{}", "final loss of domain {}", "nats",
         [](const F& f) -> std::span<const double> { return f.losses; }, aDomain},
        {"best_smallest", "least loss of the smallest domain", "nats",
         [](const F& f) { return f.bestSmallest; }},
        {"rise", "rise of the smallest domain's loss over its least", "nats",
         [](const F& f) { return f.rise; }},
        {"repetitions", "repetitions of the smallest domain",
         [](const F& f) { return f.repetitions; }},
        {"norm_mean", "mean norm of mini-batch gradients", [](const F& f) { return f.normMean; }},
        {"norm_variance", "variance of norms of mini-batch gradients",
         [](const F& f) { return f.normVariance; }},
        {"excess", "F(τ)", [](const F& f) { return f.excess; }},
        {"floor_gap", "mean gap over the second half", [](const F& f) { return f.floorGap; }},
        {"sampled_noise", "V_TS at the optimum", [](const F& f) { return f.sampledNoise; }},
        {"weighted_noise", "V_S at the optimum", [](const F& f) { return f.weightedNoise; }},
        {"identity_error", "relative error of V_TS and V_S against enumeration",
         [](const F& f) { return f.identityError; }},
        {"bias", "distance of the mean estimate from the gradient", "standard errors",
         [](const F& f) { return f.bias; }}};
    return table;
}

Records records() {
    return {.trace = traceTable().patterns(),
            .factors = {{"temperature", "temperature τ"}},
            .finals = finalTable().patterns(),
            .frames = {"shares", "excess", "domains", "moments", "terms", "path", "slice", "text",
                       "frontier", "norms", "summary"}};
}

} // namespace convergence::upsample
