#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "core/data/csv_column.h"
#include "core/data/image_dataset.h"
#include "core/experiment/experiment.h"
#include "core/optim/schedule_refinement.h"

namespace convergence {

/// The tasks that schedules are compared on.
enum class RefinementTask { noisyStream, softmax, network, profile };

/// What all training runs of a run share, read only.
struct TrainingSetting {
    RefinementTask task = RefinementTask::noisyStream;
    std::string optimizer; ///< sgd, momentum, adam
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
                                                           RefinementTask task, std::size_t steps,
                                                           const std::vector<std::string>& notes);

/// The losses of a training run now: of the stream the mean gap over replicates and its quartiles,
/// of the others a running mean over mini-batches. NaN before the first step or where there is
/// none.
struct RunningLoss {
    double loss = std::numeric_limits<double>::quiet_NaN();
    double lower = std::numeric_limits<double>::quiet_NaN();
    double upper = std::numeric_limits<double>::quiet_NaN();
};

struct FinalLoss {
    double loss = std::numeric_limits<double>::quiet_NaN(); ///< gap, or mean training loss
    double testLoss = std::numeric_limits<double>::quiet_NaN();
    double testError = std::numeric_limits<double>::quiet_NaN(); ///< in percent
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

/// The noise level ν_t of a profile of the stream at steps t = 1..T: early, hump, late, flat, or
/// drawn through points.
std::vector<double> noiseLevels(const std::string& profile, const std::vector<CurvePoint>& drawn,
                                std::size_t steps);

/// A made-up sequence of gradient norms: flat, peak, peak_rising, peak_falling (piecewise linear,
/// then smoothed by a Gaussian of 2 % of the run), or drawn through points.
std::vector<double> normProfile(const std::string& profile, const std::vector<CurvePoint>& drawn,
                                std::size_t steps);

/// Gradient norms of a run that was made elsewhere: a column of a table, named or found as
/// readColumn() does (core/data/csv_column.h). Throws InputError as that does and naming the file,
/// the line and what is accepted.
NumericColumn readNorms(const std::string& file, const std::string& column);

} // namespace convergence
