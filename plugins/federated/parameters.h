// Parameters that federated experiments share, in the order of a form.

#pragma once

#include <string_view>
#include <vector>

#include "core/experiment/parameter_builders.h"
#include "core/experiment/trait_table.h"
#include "core/federated/rounds.h"

namespace convergence::federated {

enum class ProblemKind { quadratic, synthetic, images, table };

/// What clients minimize.
struct ProblemChoice {
    std::string_view id, label, help;
    ProblemKind kind;
};
inline constexpr ProblemChoice problemChoices[] = {
    {"quadratic", "quadratics", "Clients with quadratic losses: everything is known.",
     ProblemKind::quadratic},
    {"synthetic", "synthetic(a, b)",
     "Softmax regression on clients that differ in models and inputs.", ProblemKind::synthetic},
    {"fashion", "Fashion-MNIST", "A classifier of pictures, or of others in a folder of IDX files.",
     ProblemKind::images},
    {"table", "own table", "A classifier of the rows of a table (CSV) of your own.",
     ProblemKind::table},
};

/// What classifies pictures and rows.
enum class Model { softmax, small, mlp, lenet };
struct ModelChoice {
    std::string_view id, label, help;
    Model model;
};
inline constexpr ModelChoice modelChoices[] = {
    {"softmax", "softmax", "Softmax regression.", Model::softmax},
    {"small", "small network", "Pictures averaged over 2 × 2 pixels, one hidden layer of 32.",
     Model::small},
    {"mlp", "network", "One hidden layer of 64.", Model::mlp},
    {"lenet", "LeNet", "Two convolutions, three layers; 28 × 28 pictures only.", Model::lenet},
};

/// How samples are shared out among clients.
enum class Sharing { dirichlet, unequal, identical, shards };
struct SharingChoice {
    std::string_view id, label, help;
    Sharing sharing;
};
inline constexpr SharingChoice sharingChoices[] = {
    {"dirichlet", "Dirichlet, equal sizes", "Each client prefers classes of its own.",
     Sharing::dirichlet},
    {"unequal", "Dirichlet, unequal sizes", "Each class is cut among the clients.",
     Sharing::unequal},
    {"iid", "alike", "A random order, cut into equal parts.", Sharing::identical},
    {"shards", "shards", "Sorted by label and cut; each client is dealt a few parts.",
     Sharing::shards},
};

/// Who takes part in a round.
enum class Attendance { subset, weighted, bernoulli, markov, cyclic };
struct AttendanceChoice {
    std::string_view id, label, help;
    Attendance attendance;
    [[nodiscard]] constexpr bool isFixedInSize() const {
        return attendance == Attendance::subset || attendance == Attendance::weighted;
    }
};
inline constexpr AttendanceChoice attendanceChoices[] = {
    {"subset", "S of them", "All subsets of S clients alike.", Attendance::subset},
    {"weighted", "S, weighted", "S clients, some likelier than others.", Attendance::weighted},
    {"bernoulli", "each by itself", "With its own probability; drawn again if nobody is there.",
     Attendance::bernoulli},
    {"markov", "on and off", "Each stays away, or stays, for some rounds.", Attendance::markov},
    {"cyclic", "in turns", "Each is there for a part of a cycle, and away for the rest.",
     Attendance::cyclic},
};

/// How old the x is that a client begins at.
struct DelayChoice {
    std::string_view id, label, help;
    Delays::Kind kind;
};
inline constexpr DelayChoice delayChoices[] = {
    {"none", "none", "All begin at the newest x.", Delays::Kind::none},
    {"fixed", "fixed", "All begin at the x of τ rounds ago.", Delays::Kind::fixed},
    {"uniform", "drawn", "Of 0 to τ rounds ago, drawn for each client and round.",
     Delays::Kind::uniform},
};

/// How replies are averaged.
struct WeightingChoice {
    std::string_view id, label, help;
    Weighting weighting;
};
inline constexpr WeightingChoice weightingChoices[] = {
    {"uniform", "alike", "The plain mean over the clients of a round.", Weighting::uniform},
    {"by_size", "by size", "Clients count by their samples.", Weighting::bySize},
};

/// How long clients work in a round.
enum class Interval { steps, epochs };
struct IntervalChoice {
    std::string_view id, label, help;
    Interval interval;
};
inline constexpr IntervalChoice intervalChoices[] = {
    {"steps", "K steps", "Each on a batch drawn anew.", Interval::steps},
    {"epochs", "E passes", "Over the client's own data, shuffled, in whole batches.",
     Interval::epochs},
};

/// "problem" and what belongs to each.
std::vector<Parameter> problemParameters();
/// Clients, participation, delays and batches; steps and rates are the experiment's own.
std::vector<Parameter> roundParameters();
/// How long it would take.
std::vector<Parameter> clockParameters();
/// "replicates", "target_accuracy", "seed", "record_every".
std::vector<Parameter> runParameters();
/// Where "local_steps" are what clients make.
inline constexpr const char* inSteps = "local_work_is_steps";

/// The same parameters with other defaults. std::logic_error for a name that none of them has.
std::vector<Parameter> withDefaults(std::vector<Parameter> parameters, const Overrides& defaults);

} // namespace convergence::federated
