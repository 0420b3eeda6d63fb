// Parameters that federated experiments share, in the order of a form.

#pragma once

#include <string_view>
#include <vector>

#include "core/experiment/parameter_builders.h"
#include "core/experiment/trait_table.h"

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

/// "problem" and what belongs to each.
std::vector<Parameter> problemParameters();
/// Clients, participation and batches; steps and rates are the experiment's own.
std::vector<Parameter> roundParameters();
/// "replicates", "seed", "record_every".
std::vector<Parameter> runParameters();

/// The same parameters with other defaults. std::logic_error for a name that none of them has.
std::vector<Parameter> withDefaults(std::vector<Parameter> parameters, const Overrides& defaults);

} // namespace convergence::federated
