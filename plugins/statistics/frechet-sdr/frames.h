#pragma once

#include "core/experiment/frames.h"
#include "core/experiment/recording.h"
#include "plugins/statistics/frechet-sdr/trial.h"

namespace convergence::frechet_sdr {

/// "by_first", "by_second": features of samples not seen, colored by the entries of s, or of a
/// table by its responses; "thumbnails": pictures at their features. One feature alone is drawn
/// against what colors it.
void drawFeatures(const Setting& setting, const Data& data, const Eigen::MatrixXd& features,
                  FrameMap& frames);

struct ShownBall {
    double x = 0.0, y = 0.0; ///< its center is the response that is drawn nearest to there
    double share = 0.2;      ///< of the responses that it holds
};
/// The responses, those in a ball marked: "responses", "globe" or "densities".
void drawResponses(const Setting& setting, const Data& data, const ShownBall& ball,
                   FrameMap& frames);

/// "spectrum": the largest eigenvalues of W as shares of its trace.
void drawSpectrum(const Eigen::MatrixXd& weights, FrameMap& frames);

/// "bars": quality by method and share of outliers, of the trials that ended.
/// "prediction": errors of responses not seen over that of one guess for all, of the trials that
/// have ended, by method and share.
BarsFrame predictionBars(const Recording& soFar, const std::vector<double>& shares);
BarsFrame qualityBars(const Recording& soFar, const std::vector<double>& shares);

} // namespace convergence::frechet_sdr
