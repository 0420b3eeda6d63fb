// One method on one sample, what it records, and what the trials of a run share.

#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/experiment/columns.h"
#include "core/experiment/experiment.h"
#include "core/experiment/made_once.h"
#include "plugins/statistics/frechet-sdr/arms.h"

namespace convergence::frechet_sdr {

/// What is recorded. Quality is the distance correlation of features and sufficient predictors;
/// of a table nobody knows these, and it is that of features and responses.
struct State {
    double quality = notApplicable, trainingQuality = notApplicable; ///< on clean samples not seen
    double responseQuality = notApplicable;                          ///< of a table
    double association = notApplicable, distortion = notApplicable;
    double likeness = notApplicable; ///< |correlation| of the first two features
    // Only at the end:
    double largestVariance = notApplicable;
    double identityError = notApplicable; ///< of three forms of FCCov, relative
    /// Mean squared distance of responses not seen and their predictions: by neighbors, by global
    /// Fréchet regression, and by the one response that is the best guess for all.
    double neighborError = notApplicable, globalError = notApplicable,
           constantError = notApplicable;
};

const Columns<State>& traceTable();
const Columns<State>& finalTable();
Records records();
/// Where a final is among them.
std::size_t placeOfFinal(std::string_view id);

/// A sample to learn from, clean ones to judge by, and W of both kinds.
struct Data {
    statistics::SdrSample training, test;
    Eigen::MatrixXd distances;
    Eigen::MatrixXd fromSeen;      ///< distances from each response not seen to those learned from
    Eigen::MatrixXd notSeen;       ///< and to each other; of a table alone
    std::vector<Eigen::Index> own; ///< learned from, and not replaced by an outlier
    std::array<Eigen::MatrixXd, 3> weights; ///< W of each Weight; empty where no arm asks for it
    Eigen::Index side = 0;                  ///< of pictures; 0: none
};

/// What the trials of a run share.
struct Setting {
    explicit Setting(const ParameterValues& values);
    [[nodiscard]] std::shared_ptr<const Data> data(const TrialPlan& plan) const;
    /// Those of the parameter; of a table at most as many as it has beside those for the test.
    [[nodiscard]] std::vector<double> sampleSizes() const;

    ParameterValues values;
    const ResponseChoice& response;
    ObjectMetric metric;
    const MistakeChoice& mistake;
    std::optional<statistics::SdrTable> table;
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

/// Reads the table where the response is one of it.
void loadTable(Setting& setting);
/// How many of its rows are kept for the test.
Eigen::Index testRowsOf(const statistics::SdrTable& table);
/// Its rows in an order of the replicate's: those for the test, and `count` to learn from.
/// Predictors have mean 0 and deviation 1 over the latter; "sufficient predictors" are the
/// responses themselves, for their colors alone.
struct TableSamples {
    statistics::SdrSample test, training;
};
TableSamples drawTable(const Setting& setting, Eigen::Index count, double outliers,
                       std::uint64_t replicate);

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan);

} // namespace convergence::frechet_sdr
