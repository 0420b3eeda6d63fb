#pragma once

#include "core/data/image_dataset.h"
#include "core/statistics/crowd_table.h"

namespace convergence::statistics {

/// A crowd of weak classifiers that label pictures: tasks whose truth is known, and workers who are
/// no model's. Each worker knows the mean of every class on 20 pixels that are drawn for him, from
/// 200 pictures; he names the class whose mean is nearest, but for a share of his answers, drawn
/// from U(0, 0.8), that he guesses. Of the training pictures the last sixth are tasks, the others
/// are what workers learn from.
struct WeakCrowdDesign {
    Index workers = 40, tasks = 2000;
    Index pixels = 20, examples = 200;
    double mostGuesses = 0.8;
};

struct WeakImageCrowd {
    CrowdTable answers;                  ///< of every worker to every task; ten choices
    std::vector<std::uint32_t> pictures; ///< of each task, among the training pictures
};

/// How many tasks there can be.
Index mostPictureTasks(const LabelledImages& pictures);

/// Throws InputError if there are fewer pictures than tasks and examples need.
WeakImageCrowd drawWeakCrowd(const LabelledImages& pictures, const WeakCrowdDesign& design,
                             std::uint64_t seed, std::uint64_t replicate);

} // namespace convergence::statistics
