// What each learner is, and each choice of the other parameters.

#pragma once

#include <string_view>

#include "core/control/martingale_learner.h"
#include "core/experiment/trait_table.h"

namespace convergence::martingale_td {

using control::Basis, control::Condition, control::Dynamics, control::Method, control::Pairing;

struct LearnerArm {
    std::string_view id, label, help;
    Method method;
    Condition condition;
    double rate = 0.0; ///< α on the Ornstein–Uhlenbeck problem, exact basis, n = 50
    double power = 1.0;
    double auxiliaryRate = 0.0; ///< α_u there
    bool averages = true;       ///< the estimate is an average of iterates
};
inline constexpr double auxiliaryPower = 0.6;

inline constexpr LearnerArm learnerArms[] = {
    {.id = "mstde",
     .label = "TD error",
     .help = "Descends on the mean-square TD error (residual gradient): finds the smoothest "
             "process.",
     .method = Method::offline,
     .condition = Condition::squaredError,
     .rate = 0.02},
    {.id = "ml",
     .label = "martingale loss",
     .help = "Gradient Monte Carlo: the best mean-square approximation of the value.",
     .method = Method::offline,
     .condition = Condition::martingaleLoss,
     .rate = 4.0},
    {.id = "ctd0",
     .label = "CTD(0)",
     .help = "The gradient of J as the test function, after each batch of episodes.",
     .method = Method::offline,
     .condition = Condition::orthogonality,
     .rate = 2.0},
    {.id = "ctd0_online",
     .label = "CTD(0) online",
     .help = "The same at each step of the episode.",
     .method = Method::online,
     .condition = Condition::orthogonality,
     .rate = 2.0},
    {.id = "ctd_lambda",
     .label = "CTD(λ)",
     .help = "The trace of past gradients as the test function; λ = 1 is the martingale loss.",
     .method = Method::offline,
     .condition = Condition::traces,
     .rate = 6.0},
    {.id = "ctd_lambda_online",
     .label = "CTD(λ) online",
     .help = "The same at each step of the episode.",
     .method = Method::online,
     .condition = Condition::traces,
     .rate = 6.0},
    {.id = "clstd",
     .label = "CLSTD(0)",
     .help = "Solves the condition of CTD(0) by a rank-one update a step; no step size.",
     .method = Method::leastSquares,
     .condition = Condition::orthogonality,
     .averages = false},
    {.id = "clstd_lambda",
     .label = "CLSTD(λ)",
     .help = "Solves the condition of CTD(λ).",
     .method = Method::leastSquares,
     .condition = Condition::traces,
     .averages = false},
    {.id = "cgtd",
     .label = "CGTD(0)",
     .help = "Descends on the square of the condition, on two time scales; slow in its weak "
             "direction.",
     .method = Method::gradient,
     .condition = Condition::orthogonality,
     .rate = 15.0,
     .power = 0.5,
     .auxiliaryRate = 0.5},
    {.id = "cgtd2",
     .label = "CGTD2(0)",
     .help = "The same in the metric of the test functions.",
     .method = Method::preconditionedGradient,
     .condition = Condition::orthogonality,
     .rate = 2.0,
     .power = 0.5,
     .auxiliaryRate = 3.0},
};

struct ProblemChoice {
    std::string_view id, label, help;
    Dynamics dynamics;
    double usualVolatility;
};
inline constexpr ProblemChoice problemChoices[] = {
    {"ou", "Ornstein–Uhlenbeck", "dX = −κX dt + σ dW, pays x² at every moment.",
     Dynamics::ornsteinUhlenbeck, 1.0},
    {"gbm", "geometric Brownian motion", "dX = μX dt + σX dW, pays x² at the end.",
     Dynamics::geometricBrownian, 0.4}};

struct BasisChoice {
    std::string_view id, label, help;
    Basis basis;
};
inline constexpr BasisChoice basisChoices[] = {
    {"exact", "exact", "Holds the value at θ*.", Basis::exact},
    {"linear", "linear in T − t", "Cannot hold the value.", Basis::linear},
    {"poly", "cubic in T − t", "Nearly holds it; badly conditioned.", Basis::poly}};

struct PairingChoice {
    std::string_view id, label, help;
    Pairing pairing;
};
inline constexpr PairingChoice pairingChoices[] = {
    {"paths", "paths", "Successive states of one episode.", Pairing::paths},
    {"shuffled", "shuffled",
     "Each state from an episode of its own: the right laws, but nothing to learn from "
     "differences.",
     Pairing::shuffled}};

} // namespace convergence::martingale_td
