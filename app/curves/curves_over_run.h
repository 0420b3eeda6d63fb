#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "core/data/curve_log.h"
#include "core/experiment/recording.h"

namespace convergence {

/// Which quantity of an experiment a curve of a log is drawn as.
struct CurveAs {
    std::size_t curve = 0; ///< of the log
    std::string metric;    ///< column of the experiment's traces
};

/// The metrics of a recording that curves can be drawn as.
std::vector<Column> metricsOf(const Recording& run);

/// The metric that goes by a curve's name, or by a part of it ("val/loss": loss); empty if none
/// does.
std::string likelyMetric(const std::string& curve, const std::vector<Column>& metrics);

/// The curves as a recording of the same columns as a run's, so that its charts draw both: each is
/// a trial whose iterations are a clock of the log. What it does not have is not applicable, and
/// no claim is judged on it (Provenance::standIn). Throws InputError where nothing is to be drawn.
std::shared_ptr<const Recording> curvesLike(const Recording& run, const CurveLog& log,
                                            std::size_t clock, const std::vector<CurveAs>& drawn,
                                            const std::string& source);

} // namespace convergence
