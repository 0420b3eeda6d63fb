#include "core/experiment/parameter_builders.h"
#include "core/experiment/trait_table.h"
#include "plugins/matrix/robust-matrix-recovery/arms.h"
#include "plugins/matrix/robust-matrix-recovery/experiment.h"

namespace convergence::robust_recovery {

namespace {

std::vector<Parameter> problemParameters() {
    const std::string group = "Problem";
    std::vector<Parameter> list{
        integerParameter({"dimension", "d", "Dimension", "M* is d × d."},
                         {.from = 4, .to = 80, .value = 20}, group),
        integerParameter({"true_rank", "r", "True rank", "Rank of M*."},
                         {.from = 1, .to = "min(10, dimension)", .value = 2}, group),
        realParameter({"condition_number", "κ", "Condition number",
                       "Largest over smallest nonzero eigenvalue of M*."},
                      {.from = 1, .to = 20, .value = 1}, group),
        integerParameter(
            {"measurements", "m", "Measurements", "Number of random linear measurements."},
            {.from = 20, .to = 20000, .value = 1000}, group),
        realParameter({"outlier_fraction", "p", "Outlier fraction",
                       "Probability that a measurement is grossly wrong."},
                      {.from = 0, .to = 0.9, .value = 0.1}, group),
        logParameter({"outlier_scale", "τ", "Outlier scale",
                      "Size of the gross errors; a typical clean measurement is √r."},
                     {.from = 1e-3, .to = 1e4, .value = 10}, group),
        choiceParameter({"outlier_kind", "Outliers", "What a gross error is."},
                        choicesOf(outlierKinds), "normal", group),
        realParameter({"noise", "ν", "Noise",
                       "Standard deviation of Gaussian noise on every "
                       "measurement."},
                      {.from = 0, .to = 10, .value = 0}, group)};
    for (Parameter& parameter : list)
        if (parameter.name == "outlier_fraction" || parameter.name == "outlier_scale" ||
            parameter.name == "noise")
            parameter.effect = LiveEffect::nextStep;
    list[5].appliesIf = "outlier_kind_is_adversarial == 0";
    return list;
}

std::vector<Parameter> algorithmParameters() {
    const std::string group = "Algorithm";
    std::vector<Parameter> list{
        choiceSetParameter(
            {"arms", "Arms", "Which algorithms run side by side."}, choicesOf(robustArms),
            {"small", "small_exact", "large", "large_exact", "l2", "residual"}, group),
        integerParameter(
            {"factor_rank", "r′", "Factor rank", "Columns of U in the over-parameterized arms."},
            {.from = "true_rank", .to = "dimension", .value = 20}, group),
        logParameter({"initial_scale", "α", "Initial scale",
                      "Scale of the start in the arms with a small start."},
                     {.from = 1e-8, .to = 2, .value = 1e-4}, group),
        logParameter({"large_scale", "α", "Large initial scale",
                      "Scale of the start in the arms with a large start."},
                     {.from = 1e-2, .to = 2, .value = 1}, group),
        choiceParameter({"start", "Start", "The directions of the start."}, choicesOf(startChoices),
                        "spectral", group),
        choiceParameter({"step_rule", "Step rule", "How η_t is chosen in the arms of SubGM."},
                        choicesOf(stepRules), "geometric", group),
        logParameter({"step_size", "η₀", "Step size",
                      "First step, or its factor; 0.5 suits the "
                      "residual rule."},
                     {.from = 1e-3, .to = 2, .value = 0.3}, group),
        realParameter({"decay", "ρ", "Decay", "Ratio of successive geometric steps."},
                      {.from = 0.9, .to = 0.9999, .value = 0.985}, group),
        logParameter({"residual_step", "η₀", "Step of the residual arm",
                      "Factor of f(U_t) in the arm with the residual step."},
                     {.from = 1e-3, .to = 2, .value = 0.5}, group),
        logParameter({"l2_step", "η", "Step of ℓ₂ descent", "Constant step of the ℓ₂ arm."},
                     {.from = 1e-3, .to = 1, .value = 0.1}, group),
        choiceParameter({"polyak_target", "Polyak's f*",
                         "The optimal loss that Polyak's rule is "
                         "told."},
                        choicesOf(polyakTargets), "zero", group),
        integerParameter({"iterations", "T", "Iterations", "Length of the run."},
                         {.from = 10, .to = 20000, .value = 800}, group)};
    Parameter largeDecay = realParameter(
        {"large_decay", "ρ", "Decay from a large start",
         "Ratio of successive geometric steps in the arms with a large start, which need longer to "
         "fit the noise; 'same' is that of the others."},
        {.from = 0.9, .to = 0.9999, .value = 0.998}, group);
    largeDecay.keyword = "same";
    largeDecay.defaultValue = std::string("same");
    list.push_back(largeDecay);
    for (Parameter& parameter : list)
        if (parameter.name == "step_size" || parameter.name == "decay")
            parameter.effect = LiveEffect::nextStep;
    for (Parameter& parameter : list)
        if (parameter.name == "initial_scale")
            parameter.rangeNote = "0 is a stationary point that no step leaves";
    return list;
}

std::vector<Parameter> furtherParameters() {
    const std::string group = "Sweep";
    std::vector<Parameter> list{
        choiceParameter({"sweep", "Sweep", "Runs every arm once for each value of a list."},
                        choicesOf(sweepChoices), "none", group),
        listParameter({"sweep_initial_scale", "α", "Initial scales", "Values of α."},
                      {.from = 1e-8, .to = 2, .value = {1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6}},
                      group),
        listParameter({"sweep_outlier_fraction", "p", "Outlier fractions", "Values of p."},
                      {.from = 0, .to = 0.9, .value = {0.1, 0.3, 0.5, 0.7}}, group),
        listParameter({"sweep_noise", "ν", "Noise levels", "Values of ν."},
                      {.from = 0, .to = 10, .value = {0.1, 0.3, 1}}, group),
        listParameter({"sweep_measurements", "m", "Numbers of measurements", "Values of m."},
                      {.from = 20, .to = 20000, .value = {500, 1000, 2000, 4000}}, group),
        listParameter({"sweep_factor_rank", "r′", "Factor ranks", "Values of r′."},
                      {.from = 1, .to = 80, .value = {2, 3, 5, 10, 20}}, group)};
    for (std::size_t i = 1; i < list.size(); ++i)
        list[i].appliesIf = "sweep_is_" + list[i].name.substr(std::string("sweep_").size());
    list[1].scale = Scale::logarithmic;
    list.push_back(integerParameter(
        {"probe_directions", "", "Random directions at the end",
         "Random low-rank matrices on which the averaged sub-gradient is compared with the ideal "
         "one, once a run ends."},
        {.from = 0, .to = 200, .value = 0}, "Recording"));
    list.push_back(seedParameter());
    list.back().group = "Recording";
    list.push_back(recordEveryParameter());
    return list;
}

} // namespace

std::vector<Parameter> parameters() {
    return joined({problemParameters(), algorithmParameters(), furtherParameters()});
}

std::vector<Preset> presets() {
    using Names = std::vector<std::string>;
    return {{"quick",
             "Quick",
             "A tenth of the measurements is garbage; six arms.",
             {},
             "The small start goes on to the truth through a tenth of garbage; the large one and "
             "ℓ₂ descent do not."},
            {"full",
             "Full",
             "d = 50, r = 3, 6,000 measurements, three tenths garbage.",
             {{"dimension", whole(50)},
              {"true_rank", whole(3)},
              {"factor_rank", whole(50)},
              {"measurements", whole(6000)},
              {"outlier_fraction", 0.3},
              {"decay", 0.99},
              {"iterations", whole(1500)}},
             "The same on a larger matrix, with three tenths of garbage."},
            {"clean",
             "Clean data",
             "No outliers, residual step: exponential convergence and arrival times.",
             {{"outlier_fraction", 0.0},
              {"measurements", whole(400)},
              {"step_rule", std::string("residual")},
              {"step_size", 0.5},
              {"arms", Names{"small", "small_exact", "large", "large_exact"}},
              {"iterations", whole(400)}},
             "Straight lines down to rounding with r′ = r; surplus columns stop at a floor that α "
             "sets."},
            {"too-small",
             "Too small a start",
             "Seven tenths garbage and α = 1e-4: the steps run out before the signal has grown.",
             {{"outlier_fraction", 0.7},
              {"measurements", whole(4000)},
              {"arms", Names{"small", "large"}},
              {"initial_scale", 1e-4}},
             "The gauge says beforehand that the small start cannot arrive."},
            {"elsewhere",
             "The minimum is elsewhere",
             "150 noisy measurements: the large start ends with the smaller loss and the larger "
             "error.",
             {{"measurements", whole(150)},
              {"outlier_fraction", 0.0},
              {"noise", 0.3},
              {"decay", 0.998},
              {"arms", Names{"small", "large"}},
              {"iterations", whole(3000)}},
             "The large start has the smaller loss and the larger error."},
            {"alpha-sweep",
             "Sweep of α",
             "Clean data, the final error against the scale of the start.",
             {{"outlier_fraction", 0.0},
              {"measurements", whole(400)},
              {"step_rule", std::string("residual")},
              {"step_size", 0.5},
              {"arms", Names{"small", "small_exact"}},
              {"iterations", whole(400)},
              {"sweep", std::string("initial_scale")}},
             "The final error is a power of α; with r′ = r it is rounding."},
            {"outlier-sweep",
             "Sweep of p",
             "From a tenth to seven tenths of garbage, 4,000 measurements.",
             {{"measurements", whole(4000)},
              {"initial_scale", 1e-3},
              {"arms", Names{"small", "large", "l2"}},
              {"sweep", std::string("outlier_fraction")}},
             "The small start hardly minds up to half of garbage."},
            {"noise-sweep",
             "Sweep of ν",
             "Gaussian noise: the error is proportional to ν.",
             {{"outlier_fraction", 0.0},
              {"decay", 0.98},
              {"iterations", whole(500)},
              {"arms", Names{"small", "small_exact", "large"}},
              {"sweep", std::string("noise")}},
             "The error is proportional to ν, whatever r′."},
            {"measurement-sweep",
             "Sweep of m",
             "Gaussian noise: the error falls like 1/√m.",
             {{"outlier_fraction", 0.0},
              {"noise", 0.3},
              {"decay", 0.98},
              {"iterations", whole(500)},
              {"arms", Names{"small", "small_exact", "large"}},
              {"sweep", std::string("measurements")}},
             "The error falls like 1/√m."},
            {"rank-sweep",
             "Sweep of r′",
             "From a small start the surplus rank makes no difference.",
             {{"arms", Names{"small", "large"}}, {"sweep", std::string("factor_rank")}},
             "Flat from a small start, rising from a large one."}};
}

} // namespace convergence::robust_recovery
