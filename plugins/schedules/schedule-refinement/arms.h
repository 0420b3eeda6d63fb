#pragma once

#include <string>
#include <string_view>

#include "core/experiment/trait_table.h"

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

} // namespace convergence::schedule_refinement
