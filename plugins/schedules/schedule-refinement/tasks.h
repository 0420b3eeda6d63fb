#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/data/csv_column.h"
#include "core/data/image_dataset.h"
#include "core/experiment/experiment.h"
#include "core/experiment/not_applicable.h"
#include "plugins/schedules/schedule-refinement/arms.h"

namespace convergence::schedule_refinement {

/// What all training runs of a run share, read only.
struct TrainingSetting {
    Task task = Task::noisyStream;
    std::string optimizer; ///< as core/optim/optimizer.h calls it
    NormKind norm = NormKind::l2;
    std::size_t steps = 0;     ///< T
    std::size_t batchSize = 0; ///< B
    std::vector<double> noise; ///< ν_t of the stream; empty otherwise
    Eigen::Index replicates = 0;
    LabelledImages train, test; ///< pixels minus the mean image; empty for the stream
    Provenance provenance;
};

/// `notes`: sentences for its provenance, on data and schedules. Throws InputError if the image
/// data cannot be had or is too small.
std::shared_ptr<const TrainingSetting> makeTrainingSetting(const ParameterValues& values,
                                                           const TaskChoice& task,
                                                           std::size_t steps,
                                                           const std::vector<std::string>& notes);

/// The losses of a training run now: of the stream the mean gap over replicates and its quartiles,
/// of the others a running mean over mini-batches. NaN before the first step or where there is
/// none.
struct RunningLoss {
    double loss = notApplicable;
    double lower = notApplicable;
    double upper = notApplicable;
};

struct FinalLoss {
    double loss = notApplicable; ///< gap, or mean training loss
    double testLoss = notApplicable;
    double testError = notApplicable; ///< in percent
};

/// One training run in progress.
class TrainingRun {
public:
    virtual ~TrainingRun() = default;
    /// A step at that rate. Returns the norm of the whole stochastic gradient, as it was before
    /// weight decay, momentum and preconditioning; of the stream, that of replicate 0.
    virtual double step(double rate) = 0;
    [[nodiscard]] virtual RunningLoss running() const = 0;
    virtual FinalLoss conclude() = 0;
};

std::unique_ptr<TrainingRun> startTraining(std::shared_ptr<const TrainingSetting> setting,
                                           std::uint64_t seed);

/// Throws InputError for a horizon too short for any schedule.
void checkSteps(const ParameterValues& values);

/// The noise level ν_t of one of noiseChoices at steps t = 1..T.
std::vector<double> noiseLevels(std::string_view profile, const std::vector<CurvePoint>& drawn,
                                std::size_t steps);

/// The gradient norms of one of profileChoices; a peak is piecewise linear, then smoothed by a
/// Gaussian of 2 % of the run.
std::vector<double> normProfile(std::string_view profile, const std::vector<CurvePoint>& drawn,
                                std::size_t steps);

/// Gradient norms of a run that was made elsewhere: a column of a table, named or found as
/// readColumn() does (core/data/csv_column.h). Throws InputError as that does and naming the file,
/// the line and what is accepted.
NumericColumn readNorms(const std::string& file, const std::string& column);

} // namespace convergence::schedule_refinement
