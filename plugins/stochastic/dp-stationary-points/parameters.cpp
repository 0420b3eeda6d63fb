// What can be set: parameters, presets, and questions for a class.

#include "core/experiment/parameter_builders.h"
#include "plugins/stochastic/dp-stationary-points/arms.h"
#include "plugins/stochastic/dp-stationary-points/experiment.h"

namespace convergence::private_points {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::string text(const char* value) {
    return value;
}

std::vector<Parameter> problemParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(choiceParameter(
        {"problem", "Problem", "Gradients of single samples are bounded: nothing is clipped."},
        choicesOf(problemChoices), "location", "Problem"));
    parameters.push_back(listParameter(
        {"sample_counts", "n", "Samples", "Each n is run from scratch."},
        {.from = 200, .to = 1000000, .value = {2000, 4000, 8000, 16000, 32000}}, "Problem"));
    parameters.push_back(listParameter({"dimensions", "d", "Dimensions", "Of w. Images have 784."},
                                       {.from = 1, .to = 5000, .value = {10}}, "Problem"));
    parameters.back().appliesIf = "problem_is_images == 0";
    parameters.push_back(integerParameter(
        {"rank", "r", "Rank", "Of the rows; 0 is full. Rows are in a random subspace."},
        {.from = 0, .to = 5000, .value = 0}, "Problem"));
    parameters.back().appliesIf = "problem_is_regression";
    parameters.push_back(
        integerParameter({"class_positive", "", "Class +1",
                          "Of Fashion-MNIST: 0 T-shirt, 1 trouser, 3 dress, 8 bag, "
                          "9 boot."},
                         {.from = 0, .to = 9, .value = 0}, "Problem"));
    parameters.back().appliesIf = "problem_is_images";
    parameters.push_back(integerParameter({"class_negative", "", "Class −1", "As above."},
                                          {.from = 0, .to = 9, .value = 1}, "Problem"));
    parameters.back().appliesIf = "problem_is_images";
    parameters.push_back(when("problem_is_images", imageFolderParameter("Problem")));
    return parameters;
}

std::vector<Parameter> privacyParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(logParameter(
        {"epsilon", "ε", "Privacy budget", "Smaller is more private and needs more noise."},
        {.from = 0.01, .to = 10, .value = 1}, "Privacy"));
    parameters.push_back(
        listParameter({"epsilon_factors", "", "Multiples of ε", "Each multiple of ε is run."},
                      {.from = 0.01, .to = 100, .value = {1}}, "Privacy"));
    parameters.push_back(logParameter(
        {"delta", "δ", "Failure probability", "Of the privacy guarantee; far below 1/n."},
        {.from = 1e-12, .to = 0.1, .value = 1e-5}, "Privacy"));
    Parameter constant = realParameter({"noise_constant", "c", "Noise constant",
                                        "Scales noise and step counts of noisy GD and SpiderBoost. "
                                        "auto is 2√2 and 4, exact by zCDP; 0 has no noise and no "
                                        "privacy."},
                                       {.from = 0, .to = 8, .value = 0}, "Privacy");
    constant.keyword = "auto";
    constant.defaultValue = std::string("auto");
    parameters.push_back(constant);
    parameters.push_back(switchParameter({"exact_accounting", "Exact accounting",
                                          "b₂ = n for SpiderBoost: no subsampling whose constant "
                                          "the paper leaves open. Much more work."},
                                         false, "Privacy"));
    return parameters;
}

std::vector<Parameter> algorithmParameters() {
    std::vector<Parameter> parameters;
    parameters.push_back(choiceSetParameter({"arms", "Methods", "All start at w = 0."},
                                            choicesOf(privateArms), {"noisy_gd", "spiderboost"},
                                            "Algorithm"));
    parameters.push_back(logParameter({"stop_factor", "κ", "Stop factor",
                                       "The tree stops at a leaf with ‖v‖ ≤ 2κα. The theorem's κ "
                                       "is above 10⁴: then it stops at once."},
                                      {.from = 0.1, .to = 1e5, .value = 0.5}, "Algorithm"));
    parameters.push_back(
        logParameter({"radius", "R", "Radius", "Of recursive regularization, at least ‖w*‖."},
                     {.from = 0.1, .to = 100, .value = 4}, "Algorithm"));
    parameters.push_back(integerParameter({"embedding_dimension", "k", "Embedding dimension",
                                           "Of the Johnson–Lindenstrauss methods."},
                                          {.from = 2, .to = 1000, .value = 40}, "Algorithm"));
    parameters.back().appliesIf = "embedding_automatic == 0";
    parameters.push_back(switchParameter({"embedding_automatic", "Choose k",
                                          "By the theorem: the smaller of the k that balances the "
                                          "method's rate with the embedding's error, and rank · "
                                          "log(2n/δ)."},
                                         false, "Algorithm"));
    parameters.push_back(
        choiceParameter({"mistake", "Deliberate mistake", "To see what the method relies on."},
                        choicesOf(mistakeChoices), "none", "Algorithm"));
    parameters.push_back(
        integerParameter({"repeats", "", "Repeats", "Each with samples and noise of its own."},
                         {.from = 1, .to = 100, .value = 3}, "Run"));
    parameters.push_back(seedParameter());
    parameters.push_back(recordEveryParameter());
    return parameters;
}

} // namespace

std::vector<Parameter> parameters() {
    return joined({problemParameters(), privacyParameters(), algorithmParameters()});
}

std::vector<Preset> presets() {
    return {
        {"quick",
         "Quick",
         "Robust location in 10 dimensions, eight replicates: one alone says little about slopes.",
         {{"sample_counts", Numbers{2000, 4000, 8000, 16000}}, {"repeats", whole(8)}},
         "SpiderBoost's slope against that of noisy GD."},
        {"plane",
         "Plane",
         "Two dimensions: paths among the modes of the density, with the noise of each step.",
         {{"sample_counts", Numbers{500, 1000, 2000, 4000}},
          {"dimensions", Numbers{2}},
          {"repeats", whole(1)}},
         "Paths among the modes, and the noise that pushes them about."},
        {"crossing",
         "Crossing",
         "Which n makes SpiderBoost pay? Three replicates up to n = 32 000.",
         {},
         "Where the two lines cross: from there on SpiderBoost pays."},
        {"budget",
         "Budget",
         "Gradient norm against ε.",
         {{"sample_counts", Numbers{8000}}, {"epsilon_factors", Numbers{0.1, 0.3, 1, 3}}},
         "What privacy costs: the gradient norm falls as ε grows."},
        {"exact",
         "Exact accounting",
         "b₂ = n, where what is spent can be added up.",
         {{"sample_counts", Numbers{1000, 2000, 4000}},
          {"exact_accounting", true},
          {"repeats", whole(1)}},
         "The privacy spent, added up step by step, against the budget."},
        {"single-pass",
         "Single pass",
         "The tree mechanism, for the gradient of the population.",
         {{"arms", Names{"tree_spider"}}, {"sample_counts", Numbers{2000, 8000, 32000, 128000}}},
         "The tree being walked, and the slope of the population's gradient."},
        {"convex",
         "Convex",
         "Recursive regularization with both solvers, and noisy GD.",
         {{"problem", text("logistic")},
          {"arms", Names{"noisy_gd", "recursive_gd", "recursive_phased"}},
          {"sample_counts", Numbers{1000, 4000, 16000, 64000}}},
         "Recursive regularization overtakes noisy GD at large n."},
        {"embedding",
         "Embedding",
         "A linear model of rank 5 in more and more dimensions.",
         {{"problem", text("regression")},
          {"arms", Names{"noisy_gd", "jl_noisy_gd"}},
          {"rank", whole(5)},
          {"sample_counts", Numbers{2000}},
          {"dimensions", Numbers{50, 200, 800, 3200}}},
         "Noisy GD gets worse as d grows, its embedded twin does not."},
        {"images",
         "Images",
         "T-shirts against trousers, 784 dimensions.",
         {{"problem", text("images")},
          {"arms", Names{"noisy_gd", "spiderboost", "recursive_gd", "jl_noisy_gd"}},
          {"sample_counts", Numbers{1000, 2000, 4000, 8000}},
          {"repeats", whole(1)}},
         "The same methods on real images."},
        {"full",
         "Full",
         "n to 128 000 in three dimensions with three budgets, five replicates.",
         {{"sample_counts", Numbers{2000, 4000, 8000, 16000, 32000, 64000, 128000}},
          {"dimensions", Numbers{2, 10, 50}},
          {"epsilon_factors", Numbers{0.3, 1, 3}},
          {"repeats", whole(5)}},
         "Slopes in n for three dimensions and three budgets."}};
}

std::vector<std::pair<std::string, std::string>> questions() {
    return {{"Why less noise for differences of gradients?",
             "One sample changes the mean of ∇f(w) − ∇f(w′) by 2L₁‖w − w′‖/b at most: for short "
             "steps far less than the 2L₀/b of a gradient."},
            {"Why not infinitely many steps?",
             "Each release costs privacy: with T of them the noise of each grows with √T."},
            {"Which n makes SpiderBoost pay?",
             "Read the crossing of the two curves. Below it the larger constant of SpiderBoost "
             "costs more than its slope gains."}};
}

} // namespace convergence::private_points
