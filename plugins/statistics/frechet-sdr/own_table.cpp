// Rows of a person's own table as samples.

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/error.h"
#include "core/math/random.h"
#include "plugins/statistics/frechet-sdr/trial.h"

namespace convergence::frechet_sdr {

using Eigen::Index;
using Eigen::MatrixXd;

namespace {

/// Puts an outlier in the place of a response: numbers and quantiles moved by 20·Cauchy of their
/// deviations, the opposite direction, the label of another row.
void replace(Eigen::Ref<Eigen::VectorXd> object, TableResponse response, double deviation,
             const Eigen::VectorXd& other, RandomStream& stream) {
    const double far = 20.0 * deviation * std::tan(std::numbers::pi * (stream.uniform() - 0.5));
    switch (response) {
    case TableResponse::numbers:
        for (double& entry : object)
            entry += far * stream.normal();
        break;
    case TableResponse::quantiles:
        object.array() += far; // so that they still rise
        break;
    case TableResponse::directions:
        object = -object;
        break;
    case TableResponse::labels:
        object = other;
        break;
    }
}

/// Root mean square deviation of an entry of the responses.
double deviationOf(const MatrixXd& objects) {
    const MatrixXd centered = objects.colwise() - objects.rowwise().mean();
    return std::sqrt(centered.squaredNorm() / static_cast<double>(centered.size()));
}

} // namespace

void loadTable(Setting& setting) {
    if (!setting.response.isTable)
        return;
    const std::string& path = setting.values.text("table");
    if (path.empty())
        throw InputError("Parameter 'table': none is given, expected the path of a CSV file.");
    setting.table = statistics::readSdrTable(
        path, setting.values.text("response_columns"),
        traitsOf(tableChoices, setting.values.text("table_response")).response);
    const statistics::SdrTable& table = *setting.table;
    if (setting.values.integer("dimension") > table.x.cols())
        throw InputError(fmt::format("Parameter 'dimension': {} is not accepted with {} predictors "
                                     "in the table; expected at most as many.",
                                     setting.values.integer("dimension"), table.x.cols()));
    setting.provenance.data =
        fmt::format("{} rows of {}, response {}, predictors {}. {}", table.x.rows(), path,
                    fmt::join(table.responses, ", "), fmt::join(table.predictors, ", "),
                    fmt::join(table.notes, " "));
}

Index testRowsOf(const statistics::SdrTable& table) {
    constexpr Index most = 600;
    return std::min(most, table.x.rows() / 3);
}

TableSamples drawTable(const Setting& setting, Index count, double outliers,
                       std::uint64_t replicate) {
    const statistics::SdrTable& table = *setting.table;
    const auto seed = static_cast<std::uint64_t>(setting.values.integer("seed"));
    const auto order = RandomStream({.seed = seed, .purpose = "rows", .replicate = replicate})
                           .permutation(static_cast<std::size_t>(table.x.rows()));
    const auto rowsFrom = [&](Index first, Index rows) {
        const auto begin = order.begin() + first;
        const std::vector<Index> chosen(begin, begin + rows);
        const MatrixXd objects = table.objects(Eigen::all, chosen);
        return statistics::SdrSample{.x = table.x(chosen, Eigen::all),
                                     .predictors = objects.transpose(),
                                     .objects = objects,
                                     .isOutlier =
                                         std::vector<bool>(static_cast<std::size_t>(rows))};
    };
    const Index tests = testRowsOf(table);
    TableSamples samples{rowsFrom(0, tests), rowsFrom(tests, count)};

    const Eigen::RowVectorXd mean = samples.training.x.colwise().mean();
    const MatrixXd centered = samples.training.x.rowwise() - mean;
    Eigen::RowVectorXd deviation =
        (centered.colwise().squaredNorm() / static_cast<double>(count)).cwiseSqrt();
    deviation = (deviation.array() > 0.0).select(deviation, 1.0);
    for (statistics::SdrSample* sample : {&samples.test, &samples.training})
        sample->x = (sample->x.rowwise() - mean).array().rowwise() / deviation.array();

    const TableResponse response =
        traitsOf(tableChoices, setting.values.text("table_response")).response;
    const double spread = deviationOf(table.objects);
    for (Index k = 0; k < count; ++k) {
        RandomStream stream({.seed = seed,
                             .purpose = "outliers",
                             .replicate = replicate,
                             .index = static_cast<std::uint64_t>(k)});
        if (!(stream.uniform() < outliers))
            continue;
        const Eigen::VectorXd other = table.objects.col(
            static_cast<Index>(stream.integer(static_cast<std::uint64_t>(table.x.rows()))));
        replace(samples.training.objects.col(k), response, spread, other, stream);
        samples.training.isOutlier[static_cast<std::size_t>(k)] = true;
    }
    return samples;
}

} // namespace convergence::frechet_sdr
