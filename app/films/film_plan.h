#pragma once

#include <cstdint>
#include <vector>

#include <QSize>
#include <QString>

namespace convergence {

/// What part of a run a film shows, and how.
struct FilmPlan {
    /// Iterations; steps over all trials where trials run one after another.
    std::int64_t from = 0;
    std::int64_t to = 0; ///< 0: to the end of the run
    double seconds = 10.0;
    double picturesASecond = 30.0;
    QSize size{1280, 720}; ///< in pixels
    QString theme = "light";
};

/// Whether the trials of a run advance together (Description::lockStep).
enum class TrialOrder { together, oneAfterAnother };

/// How many pictures the film has. Throws InputError for times that are not in (0, 600] s, and for
/// less than one picture.
int pictureCount(const FilmPlan& plan);

/// The iteration of each picture, never decreasing, from plan.from to plan.to, with the play head's
/// pace: where trials advance together log(1 + iteration) grows evenly, otherwise the iteration
/// does. `last` is the run's length. Throws InputError, as pictureCount() and for a part that is
/// not in the run or ends before it begins.
std::vector<std::int64_t> filmMoments(const FilmPlan& plan, std::int64_t last, TrialOrder order);

} // namespace convergence
