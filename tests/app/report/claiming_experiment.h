#pragma once

#include "core/experiment/registry.h"
#include "core/experiment/view_words.h"
#include "tests/core/experiment/quadratic_experiment.h"

namespace convergence::testing {

/// |x| after 100 steps of the quadratic experiment is 0.9^100 ≈ 2.7e-5, with the fit of its decay,
/// whose slope is ln 0.9.
inline Claim smallInTheEnd() {
    return {.id = "small",
            .statement = "x goes to zero, \"fast\" & for every η < 2",
            .threshold = Below{.of = "|x|", .bound = 1e-4, .origin = ours("a small number")},
            .protocol = {{{"default", {{"iterations", std::int64_t{100}}}}}, {0, 1}},
            .judge =
                [](const Evidence& evidence, const Claim& claim) {
                    Judgement judgement{.verdict = Verdict::holds};
                    for (std::size_t i = 0; i < evidence.runs.size(); ++i)
                        for (const std::size_t trial :
                             evidence.trialsOf(evidence.runs[i], "plain")) {
                            judgement.measured =
                                evidence.runs[i].recording->trace(trial).column("x").back();
                            if (!claim.threshold.holds(judgement.measured))
                                judgement.verdict = Verdict::fails;
                            judgement.fits.push_back({.view = "decay",
                                                      .run = i,
                                                      .trial = trial,
                                                      .kind = FitKind::logLinear,
                                                      .slope = std::log(0.9),
                                                      .intercept = 0.0,
                                                      .xMinimum = 10.0,
                                                      .xMaximum = 90.0,
                                                      .label = "rate −0.105"});
                        }
                    judgement.explanation = "The end is 1e-4 < 1e-3, as it must be.";
                    return judgement;
                },
            .refutations = {{"a tiny rate <1e-4>", {{"learning_rate", 1e-4}}, {}},
                            {"half the rate in its place", {}, {{"plain", "half"}}}}};
}

/// The quadratic experiment with a claim, a chart and frames.
inline ExperimentType claimingExperiment() {
    ExperimentType type = quadratic();
    Description& description = type.description;
    description.id = "claiming";
    description.title = "Claims & charts";
    description.paper = {"On <quadratics>", "A. Author", 2024, "Journal", "2401.00001"};
    description.claims = {smallInTheEnd()};
    description.views = {Chart{.id = "distance", .title = "Distance", .y = "x", .isMain = true},
                         Chart{.id = "decay", .title = "Decay", .y = "x", .axes = Axes::logY},
                         FrameView{.id = "text",
                                   .title = "The number itself",
                                   .kind = ViewKind::text,
                                   .frames = {"x"},
                                   .isMain = true}};
    return type;
}

} // namespace convergence::testing
