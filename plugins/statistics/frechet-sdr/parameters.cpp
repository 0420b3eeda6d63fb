// What can be set: parameters, presets, and questions for a class.

#include "core/experiment/experiment.h"
#include "core/experiment/parameter_builders.h"
#include "plugins/statistics/frechet-sdr/arms.h"
#include "plugins/statistics/frechet-sdr/experiment.h"

namespace convergence::frechet_sdr {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

constexpr const char* ofPictures = "response_is_images || response_is_labels";
constexpr const char* ofTable = "response_is_table";
constexpr const char* madeUp =
    "response_is_spd || response_is_distribution || response_is_sphere || response_is_real";

std::vector<Parameter> dataParameters() {
    return {
        choiceParameter({"response", "Response", "What Y is. The methods see its distances alone."},
                        choicesOf(responseChoices), "spd", "Data"),
        listParameter({"samples", "n", "Samples", "To learn from; each in the list is tried."},
                      {.from = 50, .to = 4000, .value = {1000}}, "Data"),
        when(madeUp, integerParameter({"predictors", "p", "Predictors", "Entries of x."},
                                      {.from = 4, .to = 200, .value = 10}, "Data")),
        listParameter({"outliers", "", "Outliers",
                       "Share of responses that are replaced by ones far away; each is tried."},
                      {.from = 0, .to = 0.4, .value = {0, 0.1}}, "Data"),
        when("response_is_spd",
             choiceParameter({"metric", "Metric", "How far two matrices are from each other."},
                             choicesOf(metricChoices), "log_euclidean", "Data")),
        when(ofPictures, imageFolderParameter("Data")),
        when(ofTable, Parameter{.name = "table",
                                .label = "Table",
                                .help = "CSV, a row a sample. A third of the rows, up to 600, is "
                                        "kept for the test; of the others as many as 'samples' "
                                        "says are learned from, or all.",
                                .kind = ParameterKind::file,
                                .defaultValue = std::string(),
                                .group = "Data"}),
        when(ofTable, Parameter{.name = "response_columns",
                                .label = "Columns of the response",
                                .help = "Names or numbers, between commas; empty: the last. All "
                                        "other columns of numbers are predictors, divided by "
                                        "their standard deviations.",
                                .kind = ParameterKind::formula,
                                .defaultValue = std::string(),
                                .group = "Data"}),
        when(ofTable,
             choiceParameter({"table_response", "The response is", "How far two of them are."},
                             choicesOf(tableChoices), "numbers", "Data"))};
}

std::vector<Parameter> methodParameters() {
    const auto live = [](Parameter parameter) {
        return taking(LiveEffect::nextStep, std::move(parameter));
    };
    return {
        choiceSetParameter(
            {"arms", "Methods", "Each is an arm."}, choicesOf(methodArms),
            {"fcc_net", "dist_net", "fcc_kernel", "dist_kernel", "fcc_linear", "wire"}, "Methods"),
        integerParameter({"dimension", "d", "Features",
                          "As many as the spectrum of W asks for; too few lose much."},
                         {.from = 1, .to = 5, .value = 2}, "Methods"),
        live(logParameter({"gain", "γ", "Gain", "Weight of the association."},
                          {.from = 0.1, .to = 10, .value = 2}, "Methods")),
        live(logParameter(
            {"penalty", "λ", "Penalty", "On the distance of the features' covariance from I."},
            {.from = 0.01, .to = 100, .value = 1}, "Methods")),
        integerParameter({"width", "", "Width", "Of both hidden layers."},
                         {.from = 4, .to = 512, .value = 64}, "Network"),
        integerParameter({"iterations", "", "Steps", "Of the networks."},
                         {.from = 10, .to = 10000, .value = 800}, "Network"),
        logParameter({"learning_rate", "η", "Learning rate", "Of Adam; falls to 0 by a line."},
                     {.from = 1e-5, .to = 0.1, .value = 3e-3}, "Network"),
        realParameter({"weight_decay", "", "Weight decay", "Added to the gradient."},
                      {.from = 0, .to = 0.1, .value = 1e-3}, "Network"),
        logParameter({"kernel_ridge", "ε", "Kernel ridge", "Relative to the largest eigenvalue."},
                     {.from = 1e-6, .to = 1, .value = 0.01}, "Methods"),
        integerParameter({"neighbors", "k", "Neighbors",
                          "From whose responses one not seen is predicted, at the end."},
                         {.from = 1, .to = 50, .value = 10}, "Methods")};
}

std::vector<Parameter> runParameters() {
    return {
        integerParameter({"replicates", "R", "Replicates", "Each with samples of its own."},
                         {.from = 1, .to = 100, .value = 1}, "Run"),
        taking(LiveEffect::framesOnly,
               realParameter({"ball_x", "", "Ball at, across",
                              "Its center is the response nearest to there."},
                             {.from = -20, .to = 20, .value = 0}, "Run")),
        taking(LiveEffect::framesOnly, realParameter({"ball_y", "", "Ball at, up", "As before."},
                                                     {.from = -20, .to = 20, .value = 0}, "Run")),
        taking(LiveEffect::framesOnly,
               realParameter({"ball", "", "Ball", "Share of the responses that it holds."},
                             {.from = 0, .to = 1, .value = 0.2}, "Run")),
        choiceParameter({"mistake", "Mistake", "What claims are refuted by."},
                        choicesOf(mistakeChoices), "none", "Run"),
        seedParameter(),
        recordEveryParameter()};
}

} // namespace

std::vector<Parameter> parameters() {
    return joined({dataParameters(), methodParameters(), runParameters()});
}

std::vector<Preset> presets() {
    const Names four{"fcc_net", "dist_net", "fcc_kernel", "fcc_linear"};
    Names every;
    for (const MethodArm& arm : methodArms)
        every.emplace_back(arm.id);
    return {{"quick",
             "Quick",
             "Matrices as responses, without outliers and with a tenth of them.",
             {{"arms", four}},
             "Without outliers both networks are alike. With them only the one that looks at the "
             "order of distances still finds what matters."},
            {"numbers",
             "Numbers",
             "A number as the response.",
             {{"arms", four}, {"response", std::string("real")}, {"dimension", whole(1)}},
             "The distance net is the better one, until a tenth of the responses is far off."},
            {"boots",
             "Turned boots",
             "Pictures turned by an angle, and a convolutional network.",
             {{"arms", Names{"fcc_net", "fcc_linear"}},
              {"response", std::string("images")},
              {"samples", Numbers{1200}},
              {"outliers", Numbers{0, 0.2}},
              {"iterations", whole(300)}},
             "The boots arrange themselves on a circle, in order of their angle."},
            {"classes",
             "Classes",
             "Three classes of pictures, told apart by equal and unequal.",
             {{"arms", Names{"fcc_net", "fcc_linear"}},
              {"response", std::string("labels")},
              {"outliers", Numbers{0}},
              {"iterations", whole(300)}},
             "Three clouds at the corners of a triangle."},
            {"small-penalty",
             "Little penalty",
             "λ = 0.01 on the sphere.",
             {{"arms", Names{"fcc_net"}},
              {"response", std::string("sphere")},
              {"outliers", Numbers{0}},
              {"penalty", 0.01}},
             "Variances grow and the two features become alike."},
            {"rivals",
             "Rivals",
             "Matrices, and all that learns nonlinear features: GSIR and distance covariance too.",
             {{"arms", Names{"fcc_net", "dist_net", "dcov_net", "fcc_kernel", "gsir"}}},
             "GSIR's kernel is bounded and bears outliers as well as an order does; a network by "
             "distance covariance does not."},
            {"own-table",
             "Own table",
             "A table of your own: choose the file, and the columns of the response.",
             {{"arms", four},
              {"response", std::string("table")},
              {"dimension", whole(1)},
              {"outliers", Numbers{0}}},
             "How well rows not seen are predicted from one feature."},
            {"full",
             "Full",
             "All methods, three replicates, four sample sizes and three shares of outliers.",
             {{"arms", every},
              {"samples", Numbers{250, 500, 1000, 2000}},
              {"outliers", Numbers{0, 0.1, 0.2}},
              {"replicates", whole(3)}},
             "Quality against n and against the share of outliers."}};
}

std::vector<std::pair<std::string, std::string>> questions() {
    return {{"Why do ranks of distances resist outliers?",
             "Moving one response far away changes its own balls, and takes it out of others: one "
             "in n each. A distance itself grows without bound."},
            {"What does the penalty do?",
             "It keeps the features of size one and different from each other. With little of it "
             "variances grow, and all features become the strongest one."},
            {"What is lost?",
             "Some efficiency on clean data: an order of distances says less than the distances, "
             "most of all where the response is a number."}};
}

} // namespace convergence::frechet_sdr
