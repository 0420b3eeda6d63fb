#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <QString>
#include <QStringList>

#include "core/experiment/parameter.h"

namespace convergence {

/// What a reader predicts before a run.
struct PredictionSpec {
    enum class Kind {
        winner, ///< which arm ends best
        curve,  ///< how a view's curve will look
    };
    Kind kind = Kind::winner;
    QString question;
    QString view; ///< curve: id of a line chart
    QString arm;  ///< curve: whose; empty: the first that runs
    /// Winner: column of the trials table; empty: the first final metric. Curve: column that is
    /// drawn; empty: the view's first.
    QString metric;
    bool mostWins = false; ///< winner: the largest value is best, not the smallest
    bool tuned = false;    ///< winner: each arm at its best factors, not on average over them
    /// Factor and value of the trials that count; none: all.
    std::map<std::string, double> where;
    bool hasAxes = false; ///< the ranges below were given
    double xMinimum = 0.0, xMaximum = 0.0, yMinimum = 0.0, yMaximum = 0.0;
};

/// One page of a lesson.
struct LessonStep {
    QString title;
    QString text;                                      ///< Markdown with $formulas$
    QString experiment;                                ///< to open first; empty: what is open stays
    QString preset;                                    ///< empty: the defaults
    std::vector<std::pair<QString, QString>> settings; ///< parameter, value as typed
    std::optional<PredictionSpec> prediction;
    std::optional<std::int64_t> run; ///< iterations; 0: to the end; none: nothing to run
    QStringList reveal;              ///< views and claims to point at afterwards
};

struct Lesson {
    QString id; ///< file name without ending
    QString title;
    std::vector<LessonStep> steps;
};

/// Reads a lesson. It is Markdown: "# Title", then steps that begin with "## Step". Lines that
/// begin with '@' say what to do:
///
///     @preset <experiment> <preset>        opens it
///     @set <parameter>=<value>             on top of the preset
///     @predict winner <question>           the reader picks an arm before the run
///     @predict curve <view> <question>     the reader draws a curve before the run
///     @arm <arm>                           whose curve
///     @metric <column> [most] [tuned]      what decides the winner: the least, or the most, on
///                                          average over all trials of an arm, or with its best
///                                          factors; or the column whose curve is drawn
///     @where <factor>=<value>              of the trials that count
///     @axes <x from> <x to> <y from> <y to>  where the curve is drawn
///     @run <iterations> | @run to the end
///     @reveal <view or claim>              may stand several times
///
/// Throws InputError naming lesson, line and what was expected.
Lesson parseLesson(const QString& id, const QString& text);

/// All lessons of a folder by title. Throws InputError for one that cannot be read.
std::vector<Lesson> loadLessons(const QString& folder);

} // namespace convergence
