// One method on one sample, what it records, and what the trials of a run share.

#pragma once

#include <memory>
#include <tuple>

#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "core/experiment/made_once.h"
#include "plugins/statistics/frechet-sdr/arms.h"

namespace convergence::frechet_sdr {

/// What is recorded. Quality is the distance correlation of features and sufficient predictors.
struct State {
    double quality = notApplicable, trainingQuality = notApplicable; ///< on clean samples not seen
    double association = notApplicable, distortion = notApplicable;
    double likeness = notApplicable; ///< |correlation| of the first two features
    // Only at the end:
    double largestVariance = notApplicable;
    double identityError = notApplicable; ///< of three forms of FCCov, relative
};

const Columns<State>& traceTable();
const Columns<State>& finalTable();
Records records();

/// A sample to learn from, clean ones to judge by, and W of both kinds.
struct Data {
    statistics::SdrSample training, test;
    Eigen::MatrixXd distances;
    Eigen::MatrixXd frechet, distance; ///< W; empty where no arm asks for it
    Eigen::Index side = 0;             ///< of pictures; 0: none
};

/// What the trials of a run share.
struct Setting {
    explicit Setting(const ParameterValues& values);
    [[nodiscard]] std::shared_ptr<const Data> data(const TrialPlan& plan) const;

    ParameterValues values;
    const ResponseChoice& response;
    const MistakeChoice& mistake;
    Eigen::MatrixXf pictures; ///< of the classes that are shown, pixels × count
    std::vector<std::uint8_t> labels;
    Provenance provenance;
    RowFiller<State> traceRow, finalRow;

private:
    using Key = std::tuple<double, double, std::uint64_t>; ///< outliers, samples, replicate
    mutable MadeOnce<Key, Data> made_;
};

/// Pictures of the response's classes, in the order of the source, at half the resolution.
void loadPictures(Setting& setting);
/// `count` pictures as samples, the first one number `first` of those there are.
statistics::SdrSample drawPictures(const Setting& setting, Eigen::Index first, Eigen::Index count,
                                   double outliers, std::uint64_t replicate);

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan);

} // namespace convergence::frechet_sdr
