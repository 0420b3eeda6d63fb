// What can be told about dp-stationary-points without running it.

#include "core/experiment/parameter_builders.h"
#include "plugins/stochastic/dp-stationary-points/experiment.h"

namespace convergence {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::string text(const char* value) {
    return value;
}

std::vector<Choice> armChoices() {
    std::vector<Choice> choices;
    for (const Arm& arm : privateMethodArms())
        choices.push_back({arm.id, arm.label, arm.help});
    return choices;
}

std::vector<Parameter> problemParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(choiceParameter(
        "problem", "Problem", "Gradients of single samples are bounded: nothing is clipped.",
        {{"location", "robust location", "Three clusters; not convex. 1 − exp(−‖w − x‖²/2)."},
         {"regression", "robust regression", "A linear model, not convex."},
         {"logistic", "logistic regression", "Convex, labels from the model with w* = 2e₁."},
         {"images", "two classes of Fashion-MNIST", "Logistic regression, images of norm 1."}},
        "location", "Problem"));
    parameters.push_back(listParameter("sample_counts", "n", "Samples",
                                       "Each n is run from scratch.", 200, 1000000,
                                       {2000, 4000, 8000, 16000, 32000}, "Problem"));
    parameters.push_back(listParameter("dimensions", "d", "Dimensions", "Of w. Images have 784.", 1,
                                       5000, {10}, "Problem"));
    parameters.back().appliesIf = "problem != 3";
    parameters.push_back(integerParameter("rank", "r", "Rank",
                                          "Of the rows; 0 is full. Rows are in a random subspace.",
                                          0, 5000, 0, "Problem"));
    parameters.back().appliesIf = "problem == 1";
    parameters.push_back(integerParameter("class_positive", "", "Class +1",
                                          "Of Fashion-MNIST: 0 T-shirt, 1 trouser, 3 dress, 8 bag, "
                                          "9 boot.",
                                          0, 9, 0, "Problem"));
    parameters.back().appliesIf = "problem == 3";
    parameters.push_back(
        integerParameter("class_negative", "", "Class −1", "As above.", 0, 9, 1, "Problem"));
    parameters.back().appliesIf = "problem == 3";
    parameters.push_back({.name = "data_folder",
                          .label = "Data folder",
                          .help = "Folder with the four IDX files of MNIST or Fashion-MNIST; empty "
                                  "finds Fashion-MNIST where Debian puts it.",
                          .kind = ParameterKind::file,
                          .defaultValue = std::string(),
                          .appliesIf = "problem == 3",
                          .group = "Problem"});
    return parameters;
}

std::vector<Parameter> privacyParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(logParameter("epsilon", "ε", "Privacy budget",
                                      "Smaller is more private and needs more noise.", 0.01, 10, 1,
                                      "Privacy"));
    parameters.push_back(listParameter("epsilon_factors", "", "Multiples of ε",
                                       "Each multiple of ε is run.", 0.01, 100, {1}, "Privacy"));
    parameters.push_back(logParameter("delta", "δ", "Failure probability",
                                      "Of the privacy guarantee; far below 1/n.", 1e-12, 0.1, 1e-5,
                                      "Privacy"));
    Parameter constant = realParameter("noise_constant", "c", "Noise constant",
                                       "Scales noise and step counts of noisy GD and SpiderBoost. "
                                       "auto is 2√2 and 4, exact by zCDP; 0 has no noise and no "
                                       "privacy.",
                                       0, 8, 0, "Privacy");
    constant.keyword = "auto";
    constant.defaultValue = std::string("auto");
    parameters.push_back(constant);
    parameters.push_back(switchParameter("exact_accounting", "Exact accounting",
                                         "b₂ = n for SpiderBoost: no subsampling whose constant "
                                         "the paper leaves open. Much more work.",
                                         false, "Privacy"));
    return parameters;
}

std::vector<Parameter> algorithmParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(choiceSetParameter("arms", "Methods", "All start at w = 0.", armChoices(),
                                            {"noisy_gd", "spiderboost"}, "Algorithm"));
    parameters.push_back(logParameter("stop_factor", "κ", "Stop factor",
                                      "The tree stops at a leaf with ‖v‖ ≤ 2κα. The theorem's κ "
                                      "is above 10⁴: then it stops at once.",
                                      0.1, 1e5, 0.5, "Algorithm"));
    parameters.push_back(logParameter("radius", "R", "Radius",
                                      "Of recursive regularization, at least ‖w*‖.", 0.1, 100, 4,
                                      "Algorithm"));
    parameters.push_back(integerParameter("embedding_dimension", "k", "Embedding dimension",
                                          "Of the Johnson–Lindenstrauss methods.", 2, 1000, 40,
                                          "Algorithm"));
    parameters.back().appliesIf = "embedding_automatic == 0";
    parameters.push_back(switchParameter("embedding_automatic", "Choose k",
                                         "By the theorem: the smaller of the k that balances the "
                                         "method's rate with the embedding's error, and rank · "
                                         "log(2n/δ).",
                                         false, "Algorithm"));
    parameters.push_back(choiceParameter(
        "mistake", "Deliberate mistake", "To see what the method relies on.",
        {{"none", "none", ""},
         {"one_phase", "one long phase",
          "SpiderBoost starts with a gradient and adds differences for "
          "ever."},
         {"noise_on_sum", "noise on the sum", "Noise made for the sum is added to the mean."},
         {"selected_data", "selected samples",
          "Only the half with the smaller first coordinate, or response."}},
        "none", "Algorithm"));
    parameters.push_back(integerParameter(
        "repeats", "", "Repeats", "Each with samples and noise of its own.", 1, 100, 3, "Run"));
    parameters.push_back(seedParameter());
    parameters.push_back(recordEveryParameter());
    return parameters;
}

std::vector<Preset> presets() {
    return {
        {"quick",
         "Quick",
         "Robust location in 10 dimensions, eight replicates: one alone says little about slopes.",
         {{"sample_counts", Numbers{2000, 4000, 8000, 16000}}, {"repeats", whole(8)}}},
        {"plane",
         "Plane",
         "Two dimensions: paths among the modes of the density, with the noise of each step.",
         {{"sample_counts", Numbers{500, 1000, 2000, 4000}},
          {"dimensions", Numbers{2}},
          {"repeats", whole(1)}}},
        {"crossing",
         "Crossing",
         "Which n makes SpiderBoost pay? Three replicates up to n = 32 000.",
         {}},
        {"budget",
         "Budget",
         "Gradient norm against ε.",
         {{"sample_counts", Numbers{8000}}, {"epsilon_factors", Numbers{0.1, 0.3, 1, 3}}}},
        {"exact",
         "Exact accounting",
         "b₂ = n, where what is spent can be added up.",
         {{"sample_counts", Numbers{1000, 2000, 4000}},
          {"exact_accounting", true},
          {"repeats", whole(1)}}},
        {"single-pass",
         "Single pass",
         "The tree mechanism, for the gradient of the population.",
         {{"arms", Names{"tree_spider"}}, {"sample_counts", Numbers{2000, 8000, 32000, 128000}}}},
        {"convex",
         "Convex",
         "Recursive regularization with both solvers, and noisy GD.",
         {{"problem", text("logistic")},
          {"arms", Names{"noisy_gd", "recursive_gd", "recursive_phased"}},
          {"sample_counts", Numbers{1000, 4000, 16000, 64000}}}},
        {"embedding",
         "Embedding",
         "A linear model of rank 5 in more and more dimensions.",
         {{"problem", text("regression")},
          {"arms", Names{"noisy_gd", "jl_noisy_gd"}},
          {"rank", whole(5)},
          {"sample_counts", Numbers{2000}},
          {"dimensions", Numbers{50, 200, 800, 3200}}}},
        {"images",
         "Images",
         "T-shirts against trousers, 784 dimensions.",
         {{"problem", text("images")},
          {"arms", Names{"noisy_gd", "spiderboost", "recursive_gd", "jl_noisy_gd"}},
          {"sample_counts", Numbers{1000, 2000, 4000, 8000}},
          {"repeats", whole(1)}}},
        {"full",
         "Full",
         "n to 128 000 in three dimensions with three budgets, five replicates.",
         {{"sample_counts", Numbers{2000, 4000, 8000, 16000, 32000, 64000, 128000}},
          {"dimensions", Numbers{2, 10, 50}},
          {"epsilon_factors", Numbers{0.3, 1, 3}},
          {"repeats", whole(5)}}}};
}

const SelectorSpec chooseCount{"sample_count", "n"}, chooseDimension{"dimension", "d"},
    chooseBudget{"epsilon", "ε"};

View finals(std::string id, std::string title, std::string help, AxisSpec x, AxisSpec y,
            std::vector<SeriesSpec> series, std::vector<SelectorSpec> selectors) {
    return {.id = std::move(id),
            .title = std::move(title),
            .help = std::move(help),
            .fromTrials = true,
            .x = std::move(x),
            .y = std::move(y),
            .series = std::move(series),
            .aggregate = Aggregate::mean,
            .selectors = std::move(selectors)};
}

View trace(std::string id, std::string title, std::string help, std::string label,
           std::vector<SeriesSpec> series) {
    return {.id = std::move(id),
            .title = std::move(title),
            .help = std::move(help),
            .x = {.column = "iteration", .label = "step t", .scale = Scale::logarithmic},
            .y = {.label = std::move(label), .scale = Scale::logarithmic},
            .series = std::move(series),
            .selectors = {chooseCount, chooseDimension, chooseBudget}};
}

std::vector<View> views() {
    const AxisSpec counts{
        .column = "sample_count", .label = "samples n", .scale = Scale::logarithmic};
    const AxisSpec budgets{.column = "epsilon", .label = "budget ε", .scale = Scale::logarithmic};
    const AxisSpec dimensions{
        .column = "dimension", .label = "dimension d", .scale = Scale::logarithmic};
    const AxisSpec gradient{.label = "gradient norm of the output", .scale = Scale::logarithmic};
    const std::vector<SeriesSpec> measured = {{"gradient_norm", ""},
                                              {"bound", "rate, constant left out", true}};
    View rate = finals("gradient_against_count", "Gradient norm against n",
                       "Mean over replicates; each n is run from scratch. Dashed: the theorem's "
                       "rate without its constant, so only its slope counts. Which n makes "
                       "SpiderBoost pay? Read the crossing.",
                       counts, gradient, measured, {chooseDimension, chooseBudget});
    rate.guides = {{"slope −½", -0.5}, {"slope −⅔", -2.0 / 3.0}};
    rate.fit = {FitKind::logLog, 0.0, 0.0};
    View work = finals("work", "Work against n",
                       "Gradients of single samples. SpiderBoost needs n to the power "
                       "5/3, noisy GD n².",
                       counts, {.label = "gradients of samples", .scale = Scale::logarithmic},
                       {{"oracle_calls", ""}}, {chooseDimension, chooseBudget});
    work.fit = {FitKind::logLog, 0.0, 0.0};
    return {std::move(rate),
            trace("one_run", "One run",
                  "Replicate 0 at one n. The output is a random iterate, not the last and not the "
                  "best.",
                  "gradient norm ‖∇F(wₜ)‖", {{"gradient_norm", ""}}),
            trace("estimator", "Error of the estimate",
                  "SpiderBoost takes a full gradient every q steps and adds differences in "
                  "between, whose noise adds up: a saw-tooth.",
                  "‖vₜ − ∇F(wₜ)‖", {{"estimator_error", ""}}),
            trace("noise", "Noise of each step",
                  "Deviation by coordinate. The sensitivity of a difference is L₁‖Δw‖: the shorter "
                  "the step, the less noise.",
                  "deviation of the noise", {{"noise_deviation", ""}}),
            {.id = "landscape",
             .title = "Landscape",
             .help = "F, the samples, and the noise of the last steps as arrows. Stationary points "
                     "are the modes of the density.",
             .kind = ViewKind::trajectory,
             .x = {.label = "w₁"},
             .y = {.label = "w₂"},
             .selectors = {chooseCount, chooseBudget},
             .frames = {"path", "landscape", "samples"}},
            {.id = "privacy",
             .title = "Privacy",
             .help = "Steps, sensitivities and noise of one run, and what it has spent.",
             .kind = ViewKind::text,
             .selectors = {{"arm", "Method"}, chooseCount, chooseDimension, chooseBudget},
             .frames = {"privacy"}},
            trace("spent", "Privacy spent",
                  "By zCDP, against the budget. With b₂ < n SpiderBoost relies on subsampling, "
                  "which this sum does not count; see exact accounting.",
                  "ε(δ) spent", {{"epsilon_spent", ""}, {"epsilon_budget", "budget", true}}),
            std::move(work),
            finals("gradient_against_budget", "Gradient norm against ε",
                   "Runs at several multiples of ε.", budgets, gradient, measured,
                   {chooseCount, chooseDimension}),
            finals("gradient_against_dimension", "Gradient norm against d",
                   "Runs in several dimensions: what noise costs grows with √d, unless the rows "
                   "are embedded first.",
                   dimensions, gradient,
                   {{"gradient_norm", ""}, {"start_gradient", "at w = 0", true}},
                   {chooseCount, chooseBudget}),
            {.id = "tree",
             .title = "Tree",
             .help = "One round of the tree mechanism, walked depth-first from the left; depth "
                     "goes down. A vertex is as wide as its batch is large, hatched is not there "
                     "yet, a left child has its parent's color.",
             .kind = ViewKind::heatMaps,
             .x = {.label = "leaf"},
             .y = {.label = "depth"},
             .selectors = {{"arm", "Method"}, chooseCount, chooseDimension, chooseBudget},
             .frames = {"tree"}}};
}

} // namespace

const std::vector<Arm>& privateMethodArms() {
    static const std::vector<Arm> arms = {
        {"noisy_gd", "noisy GD", "Baseline: gradients of all samples plus noise."},
        {"spiderboost", "Private SpiderBoost",
         "A noisy gradient now and then, noisy differences in between."},
        {"tree_spider", "tree SPIDER", "A single pass, for the gradient of the population."},
        {"recursive_gd", "recursive, noisy GD",
         "Convex losses: a regularizer that grows from round to round."},
        {"recursive_phased", "recursive, phased SGD", "The same with a solver in linear time."},
        {"jl_noisy_gd", "JL + noisy GD", "On rows embedded in k dimensions."},
        {"jl_spiderboost", "JL + SpiderBoost", "On rows embedded in k dimensions."},
        {"jl_recursive_gd", "JL + recursive", "On rows embedded in k dimensions; convex losses."}};
    return arms;
}

Description dpStationaryPointsDescription() {
    Description description{
        .id = "dp-stationary-points",
        .title = "Private stationary points",
        .family = "stochastic",
        .paper = {.title = "Faster Rates of Convergence to Stationary Points in Differentially "
                           "Private Optimization",
                  .authors = "Raman Arora, Raef Bassily, Tomás González, Cristóbal Guzmán, Michael "
                             "Menart, Enayat Ullah",
                  .year = 2022,
                  .venue = "ICML 2023",
                  .arxiv = "2206.00846"},
        .summary = "With (ε, δ)-differential privacy, noisy gradient descent finds points with a "
                   "gradient of √d/(nε) to the power 1/2; Private SpiderBoost, which adds noise to "
                   "differences of gradients, reaches the power 2/3. A single pass over a tree, "
                   "recursive regularization for convex losses, and random embeddings of linear "
                   "models complete the picture.",
        .parameters = problemParameters(),
        .presets = presets(),
        .arms = privateMethodArms(),
        .views = views(),
        .claims = dpStationaryPointsClaims(),
        .questions =
            {{"Why less noise for differences of gradients?",
              "One sample changes the mean of ∇f(w) − ∇f(w′) by 2L₁‖w − w′‖/b at most: for short "
              "steps far less than the 2L₀/b of a gradient."},
             {"Why not infinitely many steps?",
              "Each release costs privacy: with T of them the noise of each grows with √T."},
             {"Which n makes SpiderBoost pay?",
              "Read the crossing of the two curves. Below it the larger constant of SpiderBoost "
              "costs more than its slope gains."}},
        .lockStep = false};
    for (auto part : {privacyParameters(), algorithmParameters()})
        description.parameters.insert(description.parameters.end(), part.begin(), part.end());
    return description;
}

} // namespace convergence
