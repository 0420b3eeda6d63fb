// What can be set: parameters, presets, and questions for a class.

#include "core/experiment/parameter_builders.h"
#include "plugins/control/martingale-td/arms.h"
#include "plugins/control/martingale-td/experiment.h"

namespace convergence::martingale_td {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::vector<Parameter> problemParameters() {
    std::vector<Parameter> list{
        choiceParameter({"problem", "Problem", "Both have a value in closed form."},
                        choicesOf(problemChoices), "ou", "Problem"),
        choiceParameter({"basis", "Basis", "What J^θ can say."}, choicesOf(basisChoices), "exact",
                        "Problem"),
        when("problem_is_ou",
             logParameter({"mean_reversion", "κ", "Mean reversion", "Of the state, to 0."},
                          {.from = 0.1, .to = 5, .value = 1}, "Problem")),
        when("problem_is_gbm", realParameter({"drift", "μ", "Drift", "Growth of the state."},
                                             {.from = -1, .to = 1, .value = 0.05}, "Problem")),
        orWord("usual", logParameter({"volatility", "σ", "Volatility",
                                      "Of the noise; 'usual' is 1, and 0.4 in geometric Brownian "
                                      "motion. With little noise the TD error is harmless."},
                                     {.from = 0.05, .to = 2, .value = 1}, "Problem")),
        when("problem_is_ou",
             realParameter({"start_variance", "v₀", "Start variance", "Of X₀, which is normal."},
                           {.from = 0, .to = 10, .value = 1}, "Problem")),
        logParameter({"horizon", "T", "Horizon", "Of an episode."},
                     {.from = 0.1, .to = 10, .value = 1}, "Problem"),
        realParameter({"discount", "β", "Discount", "Rewards count e^{−βt}."},
                      {.from = 0, .to = 5, .value = 0}, "Problem"),
        listParameter({"steps", "n", "Steps", "Meshes: each learner learns on each of them."},
                      {.from = 2, .to = 2000, .value = {50}}, "Problem"),
        choiceParameter({"pairing", "Pairing", "Whether successive states belong together."},
                        choicesOf(pairingChoices), "paths", "Problem")};
    for (Parameter& parameter : list)
        if (parameter.name == "mean_reversion" || parameter.name == "drift" ||
            parameter.name == "discount")
            parameter.unit = "1/s";
        else if (parameter.name == "horizon")
            parameter.unit = "s";
    return list;
}

std::vector<Parameter> learnerParameters() {
    const auto live = [](Parameter parameter) {
        return taking(LiveEffect::nextStep, std::move(parameter));
    };
    std::vector<Parameter> list{
        choiceSetParameter(
            {"arms", "Learners",
             "Each is an arm. Least squares is left out where J^θ is not linear in θ."},
            choicesOf(learnerArms), {"mstde", "ml", "ctd0", "ctd_lambda", "clstd", "cgtd", "cgtd2"},
            "Learners"),
        live(realParameter({"lambda", "λ", "Trace decay",
                            "A gradient counts λ^s after s seconds. 0 is CTD(0), 1 the martingale "
                            "loss."},
                           {.from = 0, .to = 1, .value = 0.5}, "Learners")),
        live(orWord("own", logParameter({"learning_rate", "α", "Step size",
                                         "At first. 'own': each learner's, in units of the "
                                         "curvature that it meets at θ = 0."},
                                        {.from = 1e-4, .to = 100, .value = 1}, "Learners"))),
        live(orWord("own", logParameter({"auxiliary_rate", "α_u", "Rate of the average",
                                         "Of the two gradient methods; must be the larger one."},
                                        {.from = 1e-3, .to = 10, .value = 1}, "Learners"))),
        live(logParameter({"decay_start", "k₀", "Decay from", "Step sizes are α/(1 + k/k₀)^ρ."},
                          {.from = 1, .to = 1e5, .value = 200}, "Learners")),
        live(orWord("own", realParameter({"decay_power", "ρ", "Decay power",
                                          "'own': 1, and ½ in the gradient methods. The rate of "
                                          "their average decays with 0.6."},
                                         {.from = 0, .to = 1, .value = 1}, "Learners"))),
        integerParameter({"batch", "B", "Batch",
                          "Episodes an update. With one, errors stay: X⁴ has heavy tails."},
                         {.from = 1, .to = 1024, .value = 32}, "Learners"),
        switchParameter({"average", "Average the iterates",
                         "Estimates are averages over the second half of the updates."},
                        true, "Learners")};
    for (Parameter& parameter : list)
        if (parameter.name == "batch")
            parameter.unit = "episodes";
        else if (parameter.name == "decay_start")
            parameter.unit = "updates";
    return list;
}

std::vector<Parameter> runParameters() {
    std::vector<Parameter> list{
        integerParameter(
            {"updates", "", "Updates", "Of each learner; 1 shows the solutions alone."},
            {.from = 1, .to = 100000, .value = 2000}, "Run"),
        integerParameter({"replicates", "R", "Replicates", "Each with episodes of its own."},
                         {.from = 1, .to = 1000, .value = 1}, "Run"),
        seedParameter(), recordEveryParameter()};
    return list;
}

} // namespace

std::vector<Parameter> parameters() {
    return joined({problemParameters(), learnerParameters(), runParameters()});
}

std::vector<Preset> presets() {
    return {{"quick",
             "Quick",
             "Seven learners in the exact basis, on five meshes.",
             {{"steps", Numbers{50, 12, 25, 100, 200}}},
             "The learner of the TD error has the smallest TD error and the largest error of the "
             "value."},
            {"full",
             "Full",
             "All ten learners, five replicates, meshes from 10 to 400.",
             {{"arms", idsOf(learnerArms)},
              {"steps", Numbers{50, 10, 25, 100, 200, 400}},
              {"replicates", whole(5)}},
             "How errors fall with the mesh, and how much chance there is in them."},
            {"misspecified",
             "Wrong basis",
             "A basis that cannot hold the value.",
             {{"basis", std::string("linear")}, {"steps", Numbers{50, 25, 100, 200}}},
             "The test function decides which wrong answer is given: λ leads from CTD(0) to the "
             "martingale loss."},
            {"cubic",
             "Cubic basis",
             "Six badly conditioned parameters.",
             {{"basis", std::string("poly")},
              {"arms", Names{"mstde", "ml", "ctd0", "clstd", "clstd_lambda"}},
              {"steps", Numbers{50}}},
             "Least squares needs no step size and arrives; the others crawl along the valley."},
            {"nonlinear",
             "Nonlinear",
             "Geometric Brownian motion with one parameter in an exponent.",
             {{"problem", std::string("gbm")},
              {"arms", Names{"mstde", "ml", "ctd0", "ctd_lambda", "cgtd", "cgtd2"}},
              {"steps", Numbers{50, 25, 100, 200}}},
             "The TD error drives θ down and down: a value that hardly moves until the last "
             "moment."},
            {"little-noise",
             "Little noise",
             "σ = 0.05: almost a deterministic problem.",
             {{"volatility", 0.05},
              {"arms", Names{"mstde", "ml", "ctd0", "ctd_lambda", "clstd"}},
              {"steps", Numbers{50, 25}}},
             "Without noise the TD error is what it seems to be: the first parameter is found."}};
}

std::vector<std::pair<std::string, std::string>> questions() {
    return {{"Why is a small TD error bad news here?",
             "In a step Δt the noise of the state moves J by √Δt, the drift by Δt. The square of a "
             "TD error measures how rough M is, and roughness is not wrong."},
            {"What does λ change when the basis is wrong?",
             "Which projection is learned: from CTD(0), which looks one step ahead, to the "
             "martingale loss, which is the nearest in mean square. When the basis is right, "
             "nothing but the noise."},
            {"Will a finer mesh repair the TD error?",
             "No: the finer the mesh, the more of the squared error is roughness. θ₁ falls to 0 "
             "like Δt."}};
}

} // namespace convergence::martingale_td
