#include "core/experiment/parameter_builders.h"
#include "core/experiment/trait_table.h"
#include "plugins/matrix/matrix-sensing/arms.h"
#include "plugins/matrix/matrix-sensing/experiment.h"

namespace convergence::matrix_sensing {

namespace {

std::vector<Parameter> problemParameters() {
    const std::string group = "Problem", random = "problem_is_random";
    return {
        choiceParameter({"problem", "Problem",
                         "A random low-rank matrix, or one small enough to draw its loss."},
                        choicesOf(sensingProblems), "random", group),
        when(random,
             integerParameter({"rows", "n₁", "Rows", "Rows of M*. Symmetric arms need n₁ = n₂."},
                              {.from = 2, .to = 200, .value = 20}, group)),
        when(random, integerParameter({"columns", "n₂", "Columns", "Columns of M*."},
                                      {.from = 2, .to = 200, .value = 20}, group)),
        when(random,
             integerParameter({"true_rank", "r", "True rank", "Rank of M*."},
                              {.from = 1, .to = "min(10, min(rows, columns))", .value = 2}, group)),
        when(random, integerParameter({"factor_rank", "k", "Factor rank",
                                       "Columns of the factors in the over-parameterised arms."},
                                      {.from = "true_rank", .to = "min(rows, columns)", .value = 4},
                                      group)),
        when(random, realParameter({"condition_number", "κ", "Condition number",
                                    "Largest over smallest nonzero singular value of M*."},
                                   {.from = 1, .to = 100, .value = 1}, group)),
        when(random, integerParameter({"measurements", "m", "Measurements",
                                       "Random linear measurements; 0 is the population limit: the "
                                       "operator is the identity."},
                                      {.from = 0, .to = 20000, .value = 0}, group)),
        taking(LiveEffect::nextStep,
               when("measurements > 0",
                    realParameter({"noise", "σ", "Noise", "Standard deviation of the noise on y."},
                                  {.from = 0, .to = 1, .value = 0}, group)))};
}

std::vector<Parameter> algorithmParameters() {
    const std::string group = "Algorithm";
    Parameter scale =
        logParameter({"initial_scale", "α", "Initial scale", "Scale of the random start."},
                     {.from = 1e-8, .to = 2, .value = 0.3}, group);
    scale.rangeNote = "0 is a saddle point that gradient descent never leaves";
    Parameter balance = logParameter({"balance", "β", "Balance",
                                      "Singular values that the modified step gives to F; 'auto' "
                                      "takes √σ_r of the current product, the best."},
                                     {.from = 0.1, .to = 10, .value = 1}, group);
    balance.keyword = "auto";
    Parameter iterations = integerParameter({"iterations", "T", "Iterations", "Length of the run."},
                                            {.from = 100, .to = 200000, .value = 20000}, group);
    iterations.unit = "iterations";
    return {
        choiceSetParameter({"arms", "Arms", "Which algorithms run side by side."},
                           choicesOf(sensingArms), idsOf(sensingArms), group),
        taking(LiveEffect::nextStep,
               logParameter({"learning_rate", "η", "Learning rate",
                             "Step size of gradient descent; unstable from about 1/σ₁ = 1 on."},
                            {.from = 1e-4, .to = 1.5, .value = 0.1}, group)),
        when("sweep_scale == 0", scale),
        realParameter({"imbalance", "ι", "Imbalance",
                       "Scale of F₀ over scale of G₀ in the asymmetric arms; 1 is balanced."},
                      {.from = 1, .to = 10, .value = 3}, group),
        realParameter({"switch_at", "", "Modified step at",
                       "Error, relative to the start, at which the step is modified."},
                      {.from = 0.01, .to = 1, .value = 0.3}, group),
        balance,
        choiceParameter({"update", "Update of F and G",
                         "The paper's algorithm updates both from the old pair; using the new F "
                         "for G is another algorithm."},
                        choicesOf(updateRules), "simultaneous", group),
        iterations};
}

std::vector<Parameter> furtherParameters() {
    Parameter scales =
        listParameter({"scales", "α", "Initial scales", "The list of initial scales."},
                      {.from = 1e-8, .to = 2, .value = {0.2, 0.3, 0.45, 0.6, 0.9}}, "Sweep");
    scales.scale = Scale::logarithmic;
    const auto entry = [](const char* name, const char* label, double row) {
        return when("problem_is_scalar_toy == 0",
                    listParameter({name, "", label, "Row and column of the entry, from 1."},
                                  {.from = 1, .to = "max(rows, columns)", .value = {row, 1.0}},
                                  "Path"));
    };
    const auto start = [](const char* name, const char* symbol) {
        return when(
            "problem_is_random == 0",
            orWord("random", realParameter({name, symbol, "Start",
                                            "Where a drawn path starts; 'random' draws it."},
                                           {.from = -1.5, .to = 1.5, .value = 0}, "Path")));
    };
    Parameter seed = seedParameter(0, "Recording");
    seed.help = "Seed of the target, the measurements, the noise and the start.";
    return {switchParameter({"sweep_scale", "Run every α of a list",
                             "Runs each arm once for every initial scale of the list below."},
                            false, "Sweep"),
            when("sweep_scale", scales),
            when("problem_is_scalar_toy == 0",
                 choiceParameter({"path_factor", "Path through",
                                  "The factor of which two entries are drawn as a path."},
                                 choicesOf(pathFactors), "left", "Path")),
            entry("path_first_entry", "Horizontal entry", 1),
            entry("path_second_entry", "Vertical entry", 2),
            start("start_x", "x₀"),
            start("start_y", "y₀"),
            seed,
            recordEveryParameter()};
}

} // namespace

std::vector<Parameter> parameters() {
    return joined({problemParameters(), algorithmParameters(), furtherParameters()});
}

std::vector<Preset> presets() {
    using Names = std::vector<std::string>;
    return {{.id = "quick",
             .label = "Quick",
             .help = "Identity operator, 5,000 iterations, all arms.",
             .overrides = {{"iterations", whole(5000)}},
             .shows = "The symmetric arm with superfluous columns bends into a power law while the "
                      "others fall straight down."},
            {.id = "full",
             .label = "Full",
             .help = "800 random measurements, 20,000 iterations, all arms.",
             .overrides = {{"iterations", whole(20000)}, {"measurements", whole(800)}},
             .shows = "The same power law and exponentials from 800 random measurements."},
            {.id = "small-start",
             .label = "Small start",
             .help = "α = 0.001: escape from the saddle, then a plateau of height about α² that "
                     "only falls once t > 1/(2ηα²).",
             .overrides = {{"initial_scale", 1e-3}, {"iterations", whole(200000)}},
             .shows = "A plateau that looks like convergence and is none."},
            {.id = "alpha-sweep",
             .label = "Sweep of α",
             .help = "Both asymmetric arms from five initial scales.",
             .overrides = {{"arms", Names{"a_over", "a_mod"}},
                           {"sweep_scale", true},
                           {"iterations", whole(40000)}},
             .shows = "The plain rate grows like α²; after the modified step all α share one."},
            {.id = "plane",
             .label = "Plane",
             .help = "M* = diag(1, 0), one column: the path over the loss itself.",
             .overrides = {{"problem", std::string("plane")},
                           {"rows", whole(2)},
                           {"columns", whole(2)},
                           {"true_rank", whole(1)},
                           {"factor_rank", whole(1)},
                           {"arms", Names{"s_exact", "a_exact"}},
                           {"start_x", 0.25},
                           {"start_y", 1.2},
                           {"iterations", whole(1000)}},
             .shows = "Gradient descent slides into a valley and along it to the minimum."},
            {.id = "scalar-toy",
             .label = "Scalar toy",
             .help = "½(fg)²: the diagonal creeps to the origin, the hyperbola reaches the axis, "
                     "the modified step jumps along fg = const.",
             .overrides = {{"problem", std::string("scalar_toy")},
                           {"arms", Names{"s_over", "a_over", "a_mod", "a_equal"}},
                           {"start_x", 0.9},
                           {"start_y", 0.5},
                           {"iterations", whole(5000)}},
             .shows = "What one superfluous direction does, in two numbers f and g."}};
}

} // namespace convergence::matrix_sensing
