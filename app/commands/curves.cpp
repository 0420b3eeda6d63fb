#include "app/commands/curves.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/curves/rates_table.h"
#include "core/data/curve_log.h"
#include "core/error.h"

namespace convergence {

namespace {

struct CurvesOptions {
    std::string file;
    double from = 0.0, to = 0.0;
    bool json = false;
};

std::vector<RateLine> linesOf(const CurveLog& log, const CurvesOptions& options) {
    std::vector<RateLine> lines;
    for (const CurveLog::Curve& curve : log.curves)
        for (RateWindow& window : rateWindows(curve.clocks.front(), options.from, options.to)) {
            const Rates rates =
                fitRates(curve.clocks.front(), curve.values, window.from, window.to);
            lines.push_back({curve.id, std::move(window), rates});
        }
    return lines;
}

/// Letters, not bytes: continuation bytes of UTF-8 are 10xxxxxx.
std::size_t lettersOf(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

void print(const TableFrame& table) {
    std::vector<std::vector<std::string>> columns{{table.rowTitle}};
    columns[0].insert(columns[0].end(), table.rows.begin(), table.rows.end());
    for (const TableFrame::Column& column : table.columns) {
        columns.push_back({column.label});
        for (const std::string& text : column.texts)
            columns.back().push_back(text);
        for (const double value : column.values)
            columns.back().push_back(std::isnan(value) ? "–" : fmt::format("{:.4g}", value));
    }
    for (std::size_t row = 0; row <= table.rows.size(); ++row) {
        std::string line;
        for (const auto& column : columns) {
            std::size_t width = 0;
            for (const std::string& cell : column)
                width = std::max(width, lettersOf(cell));
            line += column[row] + std::string(width - lettersOf(column[row]) + 2, ' ');
        }
        line.erase(line.find_last_not_of(' ') + 1);
        fmt::print("{}\n", line);
    }
}

nlohmann::json toJson(const LineFit& fit, double sign) {
    if (!fit.valid())
        return nullptr;
    return {{"estimate", sign * fit.slope},
            {"low", std::min(sign * fit.slopeLow, sign * fit.slopeHigh)},
            {"high", std::max(sign * fit.slopeLow, sign * fit.slopeHigh)},
            {"r_squared", fit.rSquared}};
}

nlohmann::json toJson(const std::vector<RateLine>& lines) {
    nlohmann::json list = nlohmann::json::array();
    for (const RateLine& line : lines)
        list.push_back({{"curve", line.curve},
                        {"window", line.window.name},
                        {"from", line.window.from},
                        {"to", line.window.to},
                        {"points", line.rates.points},
                        {"power_law_slope", toJson(line.rates.power, 1.0)},
                        {"exponential_rate", toJson(line.rates.exponential, -1.0)}});
    return list;
}

void tell(const CurvesOptions& options) {
    if (options.to > 0.0 && !(options.from < options.to))
        throw InputError(fmt::format("--from {} --to {}: a window needs --from below --to.",
                                     options.from, options.to));
    const CurveLog log = readCurveLog(options.file);
    const std::vector<RateLine> lines = linesOf(log, options);
    if (options.json) {
        fmt::print("{}\n", toJson(lines).dump(2));
    } else {
        fmt::print("x is {}{}; intervals are of 95 %.\n\n", log.clocks.front().name,
                   log.clocks.front().unit.empty() ? "" : " [" + log.clocks.front().unit + "]");
        print(ratesTable(lines));
    }
    for (const std::string& note : log.notes)
        fmt::print(stderr, "{}\n", note);
}

} // namespace

void addCurvesCommand(CLI::App& app) {
    auto options = std::make_shared<CurvesOptions>();
    auto* command = app.add_subcommand(
        "curves", "Tell which rates the curves of a log of your own follow, with intervals");
    command
        ->add_option("FILE", options->file,
                     "CSV or TSV; also as TensorBoard and Weights & Biases export it")
        ->required();
    command->add_option("--from", options->from, "Where a window of your own begins, in steps")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--to", options->to, "Where it ends; 0: at the last value")
        ->check(CLI::NonNegativeNumber);
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options] { tell(*options); });
}

} // namespace convergence
