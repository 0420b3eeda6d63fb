// What each method is, and each choice of the other parameters.

#pragma once

#include <string_view>

#include "core/data/crowd_answers.h"
#include "core/experiment/trait_table.h"
#include "core/statistics/top_two.h"

namespace convergence::top_two {

using Eigen::Index;
using statistics::SkillsTaken, statistics::UniformRange;

enum class Method { topTwo, oracle, majority, dawidSkene, projected, robust };
enum class Rounds { fixed, chosen /* em_rounds */, choices /* as the method says */ };

struct MethodArm {
    std::string_view id, label, help;
    Method method;
    Rounds roundsFrom = Rounds::fixed;
    std::int64_t rounds = 1;
    statistics::TopTwo::Stages stages = statistics::TopTwo::Stages::two;
};

/// Gradient steps of projected skills that count as one round.
inline constexpr int stepsPerRound = 100;

inline constexpr MethodArm methodArms[] = {
    {.id = "toptwo2",
     .label = "TopTwo2",
     .help = "Both stages: spectral estimates of skill and clarity, then the likeliest pair.",
     .method = Method::topTwo,
     .roundsFrom = Rounds::choices},
    {.id = "toptwo1",
     .label = "TopTwo1",
     .help = "Stage 1 alone: the two smallest entries of Δ.",
     .method = Method::topTwo,
     .roundsFrom = Rounds::choices,
     .stages = statistics::TopTwo::Stages::one},
    {.id = "oracle",
     .label = "oracle",
     .help = "What no one has: the likeliest pair with the true skills and clarities.",
     .method = Method::oracle},
    {.id = "majority",
     .label = "majority",
     .help = "Every vote counts the same.",
     .method = Method::majority},
    {.id = "dawid_skene_1",
     .label = "Dawid–Skene, 1 round",
     .help = "Expectation–maximization with a confusion matrix for every worker, one round.",
     .method = Method::dawidSkene},
    {.id = "dawid_skene",
     .label = "Dawid–Skene, T rounds",
     .help = "The same, T rounds.",
     .method = Method::dawidSkene,
     .roundsFrom = Rounds::chosen},
    {.id = "pgd",
     .label = "PGD",
     .help = "One skill a worker, from who agrees with whom by projected gradient descent; then a "
             "weighted vote. A round is 100 steps.",
     .method = Method::projected,
     .rounds = 30},
    {.id = "mmsr",
     .label = "M-MSR",
     .help = "The same skills by alternating trimmed means, which bear some adversaries.",
     .method = Method::robust,
     .rounds = 30},
};

enum class Source { model, pictures, file };

struct ScenarioChoice {
    std::string_view id, label, help;
    Source source = Source::model;
    UniformRange reliability{0.001, 0.999};
    UniformRange clarity{0.501, 0.599};
    double expertShare = 0.0; ///< of workers, p from U(0.9, 0.999)
};
inline constexpr UniformRange expertReliability{0.9, 0.999};

inline constexpr ScenarioChoice scenarioChoices[] = {
    {.id = "easy",
     .label = "easy",
     .help = "The true answer is clear: q from U(0.901, 0.999).",
     .clarity = {0.901, 0.999}},
    {.id = "hard",
     .label = "hard",
     .help = "The two answers are nearly as likely: q from U(0.501, 0.599)."},
    {.id = "few_smart",
     .label = "few smart",
     .help = "Nine in ten workers all but guess, one in ten knows; q as in 'hard'.",
     .reliability = {0.001, 0.1},
     .expertShare = 0.1},
    {.id = "high_variance",
     .label = "high variance",
     .help = "Easy and hard tasks: q from U(0.501, 0.899).",
     .clarity = {0.501, 0.899}},
    {.id = "decay",
     .label = "decay",
     .help = "q = 0.75 for every task, so that all errors fall alike.",
     .clarity = {0.75, 0.75}},
    {.id = "images",
     .label = "images",
     .help = "Fashion-MNIST, named by workers that see 20 pixels each: no model's crowd.",
     .source = Source::pictures},
    {.id = "file", .label = "file", .help = "Answers of your own crowd.", .source = Source::file},
};

struct SkillsChoice {
    std::string_view id, label, help;
    SkillsTaken taken;
};
inline constexpr SkillsChoice skillsChoices[] = {
    {"estimated", "as estimated", "By stage 1.", SkillsTaken::estimated},
    {"equal", "equal", "Their mean for everybody: stage 2 only counts votes.", SkillsTaken::equal},
    {"exchanged", "exchanged", "The first worker has those of the last, and so on.",
     SkillsTaken::exchanged}};

enum class Dealt { asGiven, amongWorkers, amongTasks };
struct DealingChoice {
    std::string_view id, label, help;
    Dealt dealt;
};
inline constexpr DealingChoice dealingChoices[] = {
    {"given", "as given", "Nothing is destroyed.", Dealt::asGiven},
    {"workers", "dealt among workers",
     "Those to each task are dealt to the workers anew: what a task was told stays, who knows is "
     "lost.",
     Dealt::amongWorkers},
    {"tasks", "dealt among tasks",
     "Those of each worker are dealt to the tasks anew: nothing is left to be known of a task.",
     Dealt::amongTasks}};

struct OrderChoice {
    std::string_view id, label, help;
    CrowdFiles::Order order;
};
inline constexpr OrderChoice orderChoices[] = {
    {"task_first", "task worker answer", "As the authors' files.", CrowdFiles::Order::taskFirst},
    {"worker_first", "worker task answer", "As others.", CrowdFiles::Order::workerFirst}};

struct FirstNumberChoice {
    std::string_view id, label, help;
    std::uint32_t first;
};
inline constexpr FirstNumberChoice firstNumberChoices[] = {
    {"one", "from 1", "As the authors' files.", 1}, {"zero", "from 0", "As others.", 0}};

} // namespace convergence::top_two
