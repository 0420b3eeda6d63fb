// What can be set: parameters, presets, and questions for a class.

#include "plugins/federated/parameters.h"
#include "plugins/federated/fed-speed/arms.h"
#include "plugins/federated/fed-speed/experiment.h"

namespace convergence::fed_speed {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::vector<Parameter> methodParameters() {
    return {
        choiceSetParameter({"arms", "Methods", "All see the same clients, batches and start."},
                           choicesOf(speedArms),
                           {"fedavg", "fedprox", "feddyn", "fedspeed", "scaffold"}, "Method"),
        when(federated::inSteps,
             listParameter({"local_steps", "K", "Local steps",
                            "Of each client between two communications; each is a run of all "
                            "methods."},
                           {.from = 1, .to = 500, .value = {20}}, "Method")),
        logParameter({"local_rate", "η", "Local rate", "Of all methods."},
                     {.from = 1e-3, .to = 2, .value = 0.1}, "Method"),
        realParameter({"local_rate_decay", "", "Decay of η", "Factor after each round."},
                      {.from = 0.9, .to = 1, .value = 1}, "Method"),
        taking(LiveEffect::nextStep,
               logParameter({"server_rate", "η_g", "Server rate",
                             "The server goes so many times the clients' mean update; 1 is to "
                             "their mean. Corrections are added whole; FedAdam has a rate of its "
                             "own."},
                            {.from = 1e-3, .to = 100, .value = 1}, "Method")),
        taking(LiveEffect::nextStep, realParameter({"prox_weight", "w", "Weight of the spring",
                                                    "1/λ; the spring pulls to the server's x."},
                                                   {.from = 0, .to = 10, .value = 0.1}, "Method")),
        listParameter({"ascent", "ρ", "Step uphill",
                       "Of the gradient's length (normalized) or times the gradient (plain); each "
                       "is a run of the methods that have it."},
                      {.from = 0, .to = 1, .value = {0.1}}, "Method"),
        taking(LiveEffect::nextStep,
               logParameter({"ascent_factor", "", "ρ, times", "From the next round on."},
                            {.from = 0.01, .to = 100, .value = 1}, "Method")),
        choiceParameter({"ascent_rule", "Uphill", "What ρ measures."}, choicesOf(ascentChoices),
                        "normalized", "Method"),
        taking(LiveEffect::nextStep,
               realParameter({"merge", "α", "Merge",
                              "Share of the gradient from uphill; the rest is from where it is."},
                             {.from = 0, .to = 1, .value = 1}, "Method")),
        choiceParameter({"server_form", "Corrections", "Which the server averages."},
                        choicesOf(serverChoices), "all", "Method"),
        realParameter({"relaxed_start", "β", "Relaxed start",
                       "A client begins at x + β(x − where it came last)."},
                      {.from = 0, .to = 1, .value = 0}, "Method"),
        realParameter({"clip", "", "Clip", "Gradients longer than this are shortened; 0: not."},
                      {.from = 0, .to = 100, .value = 0}, "Method"),
        integerParameter({"rounds", "T", "Rounds", "At most."},
                         {.from = 1, .to = 100000, .value = 60}, "Run"),
        logParameter({"target", "", "Target", "Gap to which rounds and bytes are counted."},
                     {.from = 1e-20, .to = 10, .value = 1e-6}, "Run")};
}

/// Pictures averaged to 14 × 14, 5,000 of them, 5 of 20 clients.
const Overrides smallPictures{{"problem", std::string("fashion")},
                              {"model", std::string("small")},
                              {"train_samples", whole(5000)},
                              {"dirichlet", 0.1},
                              {"clients", whole(20)},
                              {"sampled_clients", whole(5)},
                              {"batch", whole(32)},
                              {"local_rate_decay", 0.998},
                              {"prox_weight", 0.1},
                              {"ascent", Numbers{0.1}},
                              {"record_every", whole(5)}};

} // namespace

std::vector<Parameter> parameters() {
    using namespace federated;
    return joined({methodParameters(), withDefaults(problemParameters(), {{"heterogeneity", 3.0}}),
                   withDefaults(roundParameters(), {{"clients", whole(10)}}), runParameters(),
                   clockParameters()});
}

std::vector<Preset> presets() {
    const Overrides exact{{"local_rate", 0.5}, {"prox_weight", 0.333}, {"ascent", Numbers{0}}};
    return {{"quick", "Quick", "Quadratics with exact gradients, six local intervals.",
             with(exact, {{"local_steps", Numbers{10, 1, 2, 5, 20, 50}},
                          {"arms", Names{"fedavg", "fedprox", "fedspeed", "scaffold"}},
                          {"rounds", whole(150)}}),
             "FedSpeed needs a third of the rounds with K = 5 or more; FedAvg and FedProx never "
             "arrive."},
            {"pictures", "Pictures", "Fashion-MNIST, a small network, 5 of 20 clients.",
             smallPictures,
             "FedSpeed, FedDyn and SCAFFOLD are ahead of FedAvg: it is the correction that pays."},
            {"partial", "Few clients a round",
             "5 of 20 clients on quadratics: which corrections are averaged.",
             with(exact, {{"clients", whole(20)},
                          {"sampled_clients", whole(5)},
                          {"local_rate", 0.3},
                          {"local_steps", Numbers{10}},
                          {"arms", Names{"fedavg", "fedprox", "feddyn", "fedadmm"}},
                          {"rounds", whole(600)}}),
             "Over all clients the corrections cancel; over five they do not."},
            {"uphill", "What the ascent costs", "Plain steps uphill on quadratics: four lengths.",
             with(exact, {{"local_rate", 0.3},
                          {"local_steps", Numbers{10}},
                          {"ascent_rule", std::string("plain")},
                          {"ascent", Numbers{0.01, 0.03, 0.1, 0.3}},
                          {"arms", Names{"fedspeed"}},
                          {"rounds", whole(600)}}),
             "The gap at rest grows with the square of ρ."},
            {"plane", "Plane", "Two dimensions: the clients' paths of one round.",
             with(exact, {{"dimension", whole(2)},
                          {"local_rate", 0.1},
                          {"local_steps", Numbers{20}},
                          {"arms", Names{"fedavg", "fedprox", "fedspeed"}},
                          {"rounds", whole(60)}}),
             "With corrections the clients' ways end at one place."},
            {"full", "Full", "Fashion-MNIST, 784-64-10, all methods, three intervals.",
             with(smallPictures, {{"model", std::string("mlp")},
                                  {"train_samples", whole(10000)},
                                  {"arms", Names{"fedavg", "fedprox", "feddyn", "fedspeed",
                                                 "scaffold", "no_correction", "sampled", "fedadmm",
                                                 "fedsam", "fedcm", "mofedsam", "fedadam"}},
                                  {"local_steps", Numbers{20, 5, 50}},
                                  {"rounds", whole(150)}}),
             "Accuracy against rounds, gradients and bytes are three different races."},
            {"lenet", "LeNet", "Fashion-MNIST and a convolutional network.",
             with(smallPictures, {{"model", std::string("lenet")},
                                  {"arms", Names{"fedavg", "fedspeed"}},
                                  {"rounds", whole(60)}}),
             "The same on a network of another kind."}};
}

std::vector<std::pair<std::string, std::string>> questions() {
    return {{"Why does FedProx not reach the optimum even with exact solves?",
             "Its clients agree on a compromise between their own optima, not on a zero of the "
             "mean gradient."},
            {"K from 10 to 50 changes nothing: why?",
             "The local problem is solved. What is left is ADMM, whose speed is set by λ."},
            {"Why is the average over sampled clients worse than FedAvg?",
             "Five corrections do not sum to zero."}};
}

} // namespace convergence::fed_speed
