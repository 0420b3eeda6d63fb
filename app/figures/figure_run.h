#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/experiment/experiment.h"
#include "core/experiment/progress.h"
#include "core/experiment/registry.h"
#include "widgets/figures/figure_page.h"

namespace convergence {

/// A run that was made for a figure, with all that is drawn of it.
struct MadeRun {
    std::shared_ptr<const ExperimentType> type;
    std::shared_ptr<const ParameterValues> values;
    std::shared_ptr<const Recording> recording;
    std::shared_ptr<const Frames> frames; ///< null where no view asks for any
    std::vector<FitOverlay> fits;         ///< found by judges of live claims
    std::string trouble;                  ///< what could not be drawn; empty: nothing
    bool wasStopped = false;
};

/// What a figure says of a run at its values. Of files that the run read only the names are kept:
/// a figure tells nothing of the machine.
FigureRun figureRun(const Description& description, const ParameterValues& values);

/// SHA-256 of everything deterministic that was recorded: traces, statuses and final metrics.
std::string tableHash(const Recording& recording);

/// Makes the run that a figure names, without a window, as far as it says. Throws InputError for
/// an experiment that is not there, and for values or events that do not fit.
MadeRun makeRun(const Registry& registry, const Figure& figure, const StopToken& stop,
                const std::function<void(const Progress&)>& onProgress = {});

/// Fits to a run that judges of live claims find, for all views.
std::vector<FitOverlay> liveFits(const Description& description,
                                 const std::shared_ptr<const ParameterValues>& values,
                                 const std::shared_ptr<const Recording>& recording);

FigureSource sourceOf(const MadeRun& run);

/// What a caption says of a figure: what is shown, parameters that differ from the first preset,
/// seed and replicates, fits with their quality, the paper.
std::string figureCaption(const Figure& figure, const FigurePage& page, const MadeRun& run);

} // namespace convergence
