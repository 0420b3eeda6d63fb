// What can be set: parameters, presets, and questions for a class.

#include "plugins/federated/parameters.h"
#include "plugins/federated/momentum-fl/arms.h"
#include "plugins/federated/momentum-fl/experiment.h"

namespace convergence::momentum_fl {

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

std::vector<Parameter> methodParameters() {
    const std::string asGiven = "scaling_is_fixed";
    std::vector<Parameter> parameters{
        choiceSetParameter({"arms", "Methods", "All see the same clients, batches and start."},
                           choicesOf(momentumArms), {"fedavg", "fedavg_m", "server_momentum"},
                           "Method"),
        when(asGiven, listParameter({"momentum", "β", "Weights of what is new",
                                     "Each is a run of the methods with momentum; 1 is none."},
                                    {.from = 0.01, .to = 1, .value = {0.1}}, "Method")),
        when(federated::inSteps,
             integerParameter({"local_steps", "K", "Local steps", "Of each client in a round."},
                              {.from = 1, .to = 500, .value = 10}, "Method")),
        listParameter({"local_rate", "η", "Local rates", "Each is a run of all methods."},
                      {.from = 1e-3, .to = 10, .value = {0.2}}, "Method"),
        when(asGiven,
             taking(LiveEffect::nextStep,
                    logParameter({"server_factor", "κ", "Server factor",
                                  "The server moves by γ = ηK·min(1, κβ) along the direction; a "
                                  "small β needs a small γ."},
                                 {.from = 0.01, .to = 100, .value = 4}, "Method"))),
        taking(LiveEffect::nextStep, logParameter({"momentum_factor", "", "β, times",
                                                   "Multiplies β from the next round on, up to 1."},
                                                  {.from = 0.1, .to = 100, .value = 1}, "Method")),
        choiceParameter({"scaling", "β, γ and η", "How they are chosen."},
                        choicesOf(scalingChoices), "fixed", "Method"),
        switchParameter({"full_start", "Full start",
                         "The direction and the control variates begin with full gradients; those "
                         "with variance reduction always do."},
                        false, "Method"),
        listParameter({"rounds", "R", "Rounds", "Each is run from the start."},
                      {.from = 1, .to = 100000, .value = {200}}, "Run"),
        logParameter({"target", "", "Target", "Gap to which rounds and bytes are counted."},
                     {.from = 1e-20, .to = 10, .value = 1e-3}, "Run")};
    return parameters;
}

const std::string synthetic = "synthetic";

} // namespace

std::vector<Parameter> parameters() {
    using namespace federated;
    return joined({methodParameters(),
                   withDefaults(problemParameters(), {{"heterogeneity", 1.0},
                                                      {"inputs", whole(30)},
                                                      {"samples_each", whole(50)},
                                                      {"ridge", 1e-2}}),
                   withDefaults(roundParameters(), {{"clients", whole(10)}}), runParameters(),
                   clockParameters()});
}

std::vector<Preset> presets() {
    const Overrides partial{{"problem", synthetic},
                            {"clients", whole(20)},
                            {"sampled_clients", whole(4)},
                            {"batch", whole(10)},
                            {"momentum", Numbers{0.5}}};
    return {
        {"quick",
         "Quick",
         "Quadratics with exact gradients, all clients, four weights β.",
         {{"local_rate", Numbers{0.1}},
          {"momentum", Numbers{0.1, 0.5, 0.2, 0.05}},
          {"server_factor", 0.5},
          {"rounds", Numbers{5000}}},
         "FedAvg and momentum at the server come to rest at one gap, FedAvg-M goes through it."},
        {"synthetic",
         "Softmax regression",
         "synthetic(1, 1), all clients, full batches.",
         {{"problem", synthetic}, {"replicates", whole(3)}},
         "FedAvg-M comes a hundred times closer in as many rounds."},
        {"partial", "Few clients a round",
         "4 of 20 clients, batches of 10: control variates and momentum.",
         with(partial, {{"arms", Names{"fedavg", "scaffold", "scaffold_m", "scaffold_damped"}},
                        {"local_rate", Numbers{0.1}},
                        {"replicates", whole(3)}}),
         "Momentum lets SCAFFOLD bear a larger local rate."},
        {"tuning", "Local rates", "The same at five local rates: each method at its best.",
         with(partial, {{"arms", Names{"scaffold", "scaffold_m", "scaffold_damped"}},
                        {"local_rate", Numbers{0.03, 0.05, 0.07, 0.1, 0.2}},
                        {"replicates", whole(5)}}),
         "SCAFFOLD-M is at its best one rate higher, and lower there."},
        {"rates",
         "Rates",
         "Noisy quadratics far apart, R from 100 to 6,400, ten replicates.",
         {{"heterogeneity", 10.0},
          {"noise", 1.0},
          {"scaling", std::string("with_rounds")},
          {"arms", Names{"fedavg", "fedavg_m", "server_momentum", "fedavg_m_vr", "fedavg_shrunk"}},
          {"rounds", Numbers{100, 400, 1600, 6400}},
          {"replicates", whole(10)}},
         "With momentum mean ‖∇f‖² falls like 1/√R at a constant local rate; FedAvg stops, unless "
         "its local rate shrinks."},
        {"pictures",
         "Pictures",
         "Fashion-MNIST, one hidden layer, 4 of 20 clients, few classes a client.",
         {{"problem", std::string("fashion")},
          {"dirichlet", 0.1},
          {"clients", whole(20)},
          {"sampled_clients", whole(4)},
          {"batch", whole(32)},
          {"local_rate", Numbers{0.1}},
          {"momentum", Numbers{0.1}},
          {"arms", Names{"fedavg", "fedavg_m", "server_momentum", "scaffold", "scaffold_m"}},
          {"rounds", Numbers{100}},
          {"record_every", whole(5)}},
         "Few clients a round: the theorem says nothing here, and no claim rests on it."},
        {"absences",
         "Come and go",
         "Softmax regression; some clients are seldom there, all reply late, some are slow.",
         {{"problem", synthetic},
          {"clients", whole(20)},
          {"sampled_clients", whole(6)},
          {"participation", std::string("markov")},
          {"rate_spread", 10.0},
          {"delay", std::string("uniform")},
          {"delay_rounds", whole(3)},
          {"slowest", 20.0},
          {"batch", whole(10)},
          {"momentum", Numbers{0.5}},
          {"local_rate", Numbers{0.05}},
          {"arms", Names{"fedavg", "fedavg_m", "scaffold", "scaffold_m"}},
          {"rounds", Numbers{400}}},
         "FedAvg leans to those who are often there; control variates remember the others."},
        {"plane",
         "Plane",
         "Two dimensions: the clients' paths of one round.",
         {{"dimension", whole(2)},
          {"heterogeneity", 2.0},
          {"local_rate", Numbers{0.1}},
          {"server_factor", 0.5},
          {"arms", Names{"fedavg", "fedavg_m"}},
          {"rounds", Numbers{300}}},
         "Without momentum each client runs to its own optimum; with it they go side by side."},
        {"full", "Full", "All methods on synthetic(1, 1), 4 of 20 clients, five replicates.",
         with(partial, {{"arms", Names{"fedavg", "fedavg_m", "server_momentum", "scaffold",
                                       "scaffold_m", "fedavg_m_vr", "scaffold_m_vr", "central"}},
                        {"local_rate", Numbers{0.03, 0.1}},
                        {"momentum", Numbers{0.1, 0.5}},
                        {"server_factor", 1.0},
                        {"rounds", Numbers{400}},
                        {"replicates", whole(5)}}),
         "Which of them bear few clients a round."}};
}

std::vector<std::pair<std::string, std::string>> questions() {
    return {{"Both use momentum with the same β. Why does one stop at the wrong place?",
             "Momentum at the server averages updates that are biased already. FedAvg-M bends the "
             "local path itself: a step follows mostly what all clients want."},
            {"Why not β = 0.01?",
             "It takes 1/β rounds to learn the gradient, and γ must shrink with β."},
            {"Does a smaller server step help FedAvg?", "No: its resting point has no γ in it."}};
}

} // namespace convergence::momentum_fl
