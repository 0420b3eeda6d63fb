#pragma once

#include <cmath>

#include "app/report/report.h"

namespace convergence::testing {

/// A report made by hand, with text that has to be escaped and numbers that JSON has no word for.
inline Report sampleReport() {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    ReportedClaim rate{
        .id = "rate",
        .kind = ClaimKind::run,
        .statement = "Slope < -2 & \"steep\"",
        .threshold = "slope −2 ± 0.1",
        .origin = theorem("Theorem 1, <b>margin</b> ours"),
        .known = {Verdict::holds, ""},
        .own = {.verdict = Verdict::holds,
                .measured = -1.97,
                .low = -2.01,
                .high = -1.93,
                .explanation = "Slope -1.97 at 1.5e-3.",
                .ok = true,
                .cost = {.runs = 12, .seeds = 12, .seconds = 4.2},
                .command = "convergence-lab verify a --claim rate --fresh"},
        .runs = {{"alpha=0.3", {0, 1}, "convergence-lab run a --set 'x=<1>'"}},
        .refutations = {{.broken = "no <momentum>",
                         .verdict = Verdict::fails,
                         .measured = infinity,
                         .ok = true,
                         .command = "convergence-lab verify a --claim rate --refute --fresh"}}};
    ReportedClaim seen{.id = "seen",
                       .kind = ClaimKind::observation,
                       .statement = "Something is seen",
                       .known = {Verdict::observed, ""},
                       .own = {.verdict = Verdict::observed, .measured = 3.0, .ok = true}};
    ReportedClaim lost{.id = "lost",
                       .statement = "Something else",
                       .known = {Verdict::fails, "it is too small here"},
                       .own = {.verdict = Verdict::notEnoughData}};
    return {.version = "1.2.3",
            .day = "2026-11-29",
            .machine = {"A Processor & Co", 4, "Debian 12"},
            .withRefutations = true,
            .experiments = {
                {.id = "a",
                 .title = "First & foremost",
                 .paper = {"On <a>", "A. Author", 2024, "Journal", "2401.00001"},
                 .question = "Is it?",
                 .summary = "A summary.",
                 .build = "1.2.3 core x experiment y",
                 .parameters = {{"learning_rate", "η", "Learning rate", "", "0.1", {"1e-4"}}},
                 .claims = {rate, seen}},
                {.id = "b", .title = "Second", .claims = {lost}}}};
}

} // namespace convergence::testing
