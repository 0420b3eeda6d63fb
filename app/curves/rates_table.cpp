#include "app/curves/rates_table.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/experiment/not_applicable.h"
#include "widgets/charts/ticks.h"

namespace convergence {

namespace {

constexpr const char* dash = "–";

std::string rangeInWords(const RateWindow& window) {
    return fmt::format("{}: {} – {}", window.name, readableNumber(window.from),
                       readableNumber(window.to));
}

std::string lawInWords(const Rates& rates) {
    if (!rates.valid())
        return dash;
    const double better = std::max(rates.power.rSquared, rates.exponential.rSquared);
    const double worse = std::min(rates.power.rSquared, rates.exponential.rSquared);
    // Both lines leave the same share of ln y unexplained, to a tenth.
    if (1.0 - worse <= 1.1 * (1.0 - better))
        return "neither stands out";
    return rates.isPower() ? "power law" : "exponential";
}

} // namespace

std::string slopeInWords(const LineFit& fit, double sign) {
    if (!fit.valid() || !std::isfinite(fit.slope))
        return dash;
    double low = sign * fit.slopeLow, high = sign * fit.slopeHigh;
    if (low > high)
        std::swap(low, high);
    if (!std::isfinite(low) || !std::isfinite(high))
        return readableNumber(sign * fit.slope);
    return fmt::format("{} ({} … {})", readableNumber(sign * fit.slope), readableNumber(low),
                       readableNumber(high));
}

std::vector<RateWindow> rateWindows(std::span<const double> x, double from, double to) {
    double first = std::numeric_limits<double>::infinity(), last = -first;
    for (const double at : x)
        if (std::isfinite(at)) {
            first = std::min(first, at);
            last = std::max(last, at);
        }
    std::vector<RateWindow> windows;
    if (!(first < last))
        return windows;
    if (from > 0.0 || to > 0.0)
        windows.push_back({"yours", std::max(from, first), to > 0.0 ? std::min(to, last) : last});
    windows.push_back({"all", first, last});
    windows.push_back({"second half", 0.5 * (first + last), last});
    if (first <= last / 100.0 && last > 0.0)
        windows.push_back({"last decade", last / 10.0, last});
    return windows;
}

TableFrame ratesTable(const std::vector<RateLine>& lines) {
    TableFrame table{.rowTitle = "curve", .rows = {}, .columns = {}};
    TableFrame::Column window{.label = "window"}, law{.label = "describes it better"},
        power{.label = "slope s of y ~ xˢ, 95 %"}, rate{.label = "rate r of y ~ e⁻ʳˣ, 95 %"},
        powerFit{.label = "R², power law"}, rateFit{.label = "R², exponential"},
        points{.label = "points"};
    for (const RateLine& line : lines) {
        const Rates& rates = line.rates;
        table.rows.push_back(line.curve);
        window.texts.push_back(rangeInWords(line.window));
        law.texts.push_back(lawInWords(rates));
        power.texts.push_back(slopeInWords(rates.power, 1.0));
        rate.texts.push_back(slopeInWords(rates.exponential, -1.0));
        powerFit.values.push_back(rates.power.valid() ? rates.power.rSquared : notApplicable);
        rateFit.values.push_back(rates.exponential.valid() ? rates.exponential.rSquared
                                                           : notApplicable);
        points.values.push_back(static_cast<double>(rates.points));
    }
    table.columns = {window, law, power, rate, powerFit, rateFit, points};
    return table;
}

} // namespace convergence
