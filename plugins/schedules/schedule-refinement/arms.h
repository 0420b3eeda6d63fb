#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/experiment/trait_table.h"
#include "core/math/curve_point.h"
#include "core/optim/schedule_refinement.h"

namespace convergence::schedule_refinement {

/// How an arm's schedule is made.
enum class ScheduleKind {
    classical, ///< core/optim/schedule_refinement.h, under the arm's id
    refined,   ///< from gradient norms
    fitted,    ///< warm-up and power fitted to the refined one
    numeric,   ///< minimizes bound B
    drawn,     ///< by hand
};

struct ScheduleArm {
    std::string_view id, label, help;
    ScheduleKind kind = ScheduleKind::classical;
    int round = 0;        ///< of refinement, from whose norms it is made; 0: from none
    int startsRound = 0;  ///< of refinement, which begins with the norms of its run; 0: none
    bool isChoice = true; ///< a person may choose it
};

inline constexpr ScheduleArm scheduleArms[] = {
    {.id = "linear", .label = "linear", .help = "1 − t/(T + 1).", .startsRound = 1},
    {.id = "cosine", .label = "cosine", .help = "½(1 + cos πz), z = (t − 1)/T."},
    {.id = "inverse_time", .label = "1/t", .help = "1/(1 + 10z)."},
    {.id = "inverse_sqrt", .label = "1/√t", .help = "1/√t."},
    {.id = "step", .label = "step", .help = "A tenth at 30, 60 and 90 % of the run."},
    {.id = "polynomial", .label = "power", .help = "(1 − z)^e."},
    {.id = "constant", .label = "constant", .help = "The base rate throughout."},
    {.id = "refined",
     .label = "refined",
     .help = "From the gradient norms of the linear run at its best rate.",
     .kind = ScheduleKind::refined,
     .round = 1,
     .startsRound = 2},
    {.id = "fitted",
     .label = "fitted",
     .help = "Warm-up and polynomial decay fitted to the refined schedule.",
     .kind = ScheduleKind::fitted,
     .round = 1},
    {.id = "numeric",
     .label = "numeric",
     .help = "Minimizes bound B over all step sizes.",
     .kind = ScheduleKind::numeric,
     .round = 1},
    {.id = "drawn", .label = "my own", .help = "Drawn by hand.", .kind = ScheduleKind::drawn},
    {.id = "refined_2",
     .label = "refined ×2",
     .help = "From the norms of the refined run.",
     .kind = ScheduleKind::refined,
     .round = 2,
     .startsRound = 3,
     .isChoice = false},
    {.id = "refined_3",
     .label = "refined ×3",
     .help = "",
     .kind = ScheduleKind::refined,
     .round = 3,
     .startsRound = 4,
     .isChoice = false},
    {.id = "refined_4",
     .label = "refined ×4",
     .help = "",
     .kind = ScheduleKind::refined,
     .round = 4,
     .startsRound = 5,
     .isChoice = false}};

/// The arm whose run has the norms that a round of refinement begins with.
inline std::string sourceOf(int round) {
    for (const ScheduleArm& arm : scheduleArms)
        if (arm.startsRound == round)
            return std::string(arm.id);
    throw std::logic_error("no schedule starts round " + std::to_string(round));
}

/// What is trained.
enum class Task { noisyStream, softmax, network, profile };
struct TaskChoice {
    std::string_view id, label, help;
    Task task;
    std::size_t steps;               ///< T unless chosen
    std::string_view rates = {};     ///< parameter with the grid of base rates, but for Adam
    std::string_view batchSize = {}; ///< parameter; empty: no batches
    [[nodiscard]] bool trainsOnImages() const { return !batchSize.empty(); }
};
inline constexpr TaskChoice taskChoices[] = {
    {.id = "noisy_stream",
     .label = "Noisy stream",
     .help = "Convex, nowhere smooth: the setting of the theory.",
     .task = Task::noisyStream,
     .steps = 2000,
     .rates = "stream_learning_rates"},
    {.id = "softmax",
     .label = "Softmax regression",
     .help = "One pass over 40,000 images.",
     .task = Task::softmax,
     .steps = 2500,
     .rates = "softmax_learning_rates",
     .batchSize = "batch_size"},
    {.id = "network",
     .label = "Network 784–32–10",
     .help = "5,000 images, about 10 epochs.",
     .task = Task::network,
     .steps = 400,
     .rates = "network_learning_rates",
     .batchSize = "network_batch_size"},
    {.id = "profile",
     .label = "Norms alone",
     .help = "Schedules are judged by their bounds on given norms.",
     .task = Task::profile,
     .steps = 2000}};
/// Given norms belong to a run that was made elsewhere.
inline constexpr const TaskChoice& givenNorms = taskChoices[3];

/// Ids are names of core/optim/optimizer.h.
struct OptimizerChoice {
    std::string_view id, label, help;
    std::string_view rates = {};  ///< parameter with its grid, whatever the task; empty: the task's
    NormKind norm = NormKind::l2; ///< whose bounds fit it
    bool isPlain = false;         ///< SGD: what the claims on softmax regression are about
};
inline constexpr OptimizerChoice optimizerChoices[] = {
    {.id = "sgd", .label = "SGD", .help = "", .isPlain = true},
    {.id = "momentum", .label = "SGD with momentum 0.9", .help = ""},
    {.id = "adam",
     .label = "Adam",
     .help = "β₂ = 0.95 on the convex tasks, 0.999 on the network.",
     .rates = "adam_learning_rates",
     .norm = NormKind::l1}};

struct NormChoice {
    std::string_view id, label, help;
    NormKind norm = NormKind::l2;
    bool byOptimizer = false;
};
inline constexpr NormChoice normChoices[] = {
    {.id = "auto", .label = "by optimizer", .help = "l1 for Adam, else l2.", .byOptimizer = true},
    {.id = "l2", .label = "l2", .help = "w = G⁻²", .norm = NormKind::l2},
    {.id = "l1", .label = "l1", .help = "w = G⁻¹", .norm = NormKind::l1}};

/// The noise ν of the stream over the run, z = (t − 1)/T.
struct NoiseChoice {
    std::string_view id, label, help;
    double (*level)(double z) = nullptr; ///< null: drawn
    bool varies = true;                  ///< over the run: there is something to refine
};
inline constexpr double loudNoise = 5.0, quietNoise = 0.5, steadyNoise = 2.0;
inline constexpr NoiseChoice noiseChoices[] = {
    {"early", "loud early", "z < 0.3", [](double z) { return z < 0.3 ? loudNoise : quietNoise; }},
    {"hump", "loud in the middle", "0.4 < z < 0.7",
     [](double z) { return z > 0.4 && z < 0.7 ? loudNoise : quietNoise; }},
    {"late", "loud late", "z > 0.7", [](double z) { return z > 0.7 ? loudNoise : quietNoise; }},
    {"flat", "flat", "", [](double) { return steadyNoise; }, false},
    {"drawn", "drawn", "The curve below."}};

/// Made-up gradient norms over the run.
enum class ProfileShape { flat, peak, drawn };
struct ProfileChoice {
    std::string_view id, label, help;
    ProfileShape shape;
    double end = 1.0; ///< of a peak: the last norm; 1 where it has come down
};
inline constexpr ProfileChoice profileChoices[] = {
    {"flat", "flat", "1 throughout: the worst case of the theory.", ProfileShape::flat},
    {"peak", "large at first", "From 15 down to 1 in a tenth of the run.", ProfileShape::peak},
    {"peak_rising", "then rising", "The same, then up to 2.", ProfileShape::peak, 2.0},
    {"peak_falling", "then falling", "The same, then down to 0.7.", ProfileShape::peak, 0.7},
    {"drawn", "drawn", "The curve below.", ProfileShape::drawn}};

} // namespace convergence::schedule_refinement
