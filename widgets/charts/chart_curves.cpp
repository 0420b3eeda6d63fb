// The part of ChartModel that decides which curves there are.
#include "widgets/charts/chart_model.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/experiment/not_applicable.h"
#include "widgets/charts/trial_selection.h"

namespace convergence {

namespace {

/// Rows of a curve joined over replicates.
constexpr std::size_t joinedRows = 400;

bool matches(const std::string& pattern, const std::string& name) {
    const std::size_t star = pattern.find('*');
    if (star == std::string::npos)
        return pattern == name;
    return name.size() + 1 >= pattern.size() && name.starts_with(pattern.substr(0, star)) &&
           name.ends_with(pattern.substr(star + 1));
}

std::shared_ptr<Table> joinedTable() {
    const auto column = [](const char* name) { return Column{.name = name}; };
    return std::make_shared<Table>(
        std::vector{column("x"), column("value"), column("low"), column("high")});
}

/// Over replicates whose value is a number; what applies to none of them does not apply.
void appendJoined(Table& table, double x, std::vector<double> values, Aggregate aggregate) {
    std::erase_if(values, [](double value) { return !applies(value); });
    if (values.empty()) {
        table.append(std::array{x, notApplicable, notApplicable, notApplicable});
        return;
    }
    std::erase_if(values, [](double value) { return std::isnan(value); });
    if (aggregate == Aggregate::medianAndQuartiles)
        table.append(std::array{x, median(values), quantile(values, 0.25), quantile(values, 0.75)});
    else
        table.append(std::array{x, mean(values), notApplicable, notApplicable});
}

/// Makes a curve show a table of joined rows.
void showTable(ChartCurve& curve, std::shared_ptr<const Table> table, Aggregate aggregate) {
    const Table* rows = table.get();
    curve.data = SeriesPyramid({rows, 0, rows, 1});
    if (aggregate == Aggregate::medianAndQuartiles) {
        curve.low.emplace(ColumnPair{rows, 0, rows, 2});
        curve.high.emplace(ColumnPair{rows, 0, rows, 3});
    }
    curve.ownTable = std::move(table);
}

/// The value at `x` of a series, between rows by linear interpolation; where there is none, before
/// the first and beyond the last row, it does not apply.
double valueAt(const SeriesPyramid& series, double x) {
    const std::size_t row = series.lowerBound(x);
    if (row >= series.rows())
        return notApplicable;
    const double right = series.x(row);
    if (right == x)
        return series.y(row);
    if (row == 0 || !applies(series.y(row - 1)) || !applies(series.y(row)))
        return notApplicable;
    const double left = series.x(row - 1), share = (x - left) / (right - left);
    return (1.0 - share) * series.y(row - 1) + share * series.y(row);
}

/// "γ = 100" by the symbol that ends a factor's label ("step size γ"), else "budget = 10".
std::string factorInWords(const Recording& recording, const std::string& name, double value) {
    constexpr std::size_t longestSymbol = 5; // bytes: a letter, with an index or an accent
    std::string label = name;
    for (const Column& column : recording.factorColumns())
        if (column.name == name && !column.label.empty())
            label = column.label;
    const std::string symbol = label.substr(label.rfind(' ') + 1); // all of it without a blank
    const bool hasSymbol = !symbol.empty() && symbol.size() <= longestSymbol &&
                           std::isdigit(static_cast<unsigned char>(symbol.front())) == 0;
    return fmt::format("{} = {}", hasSymbol ? symbol : label, factorText(recording, name, value));
}

} // namespace

/// What trials have in common that lie on one curve of the trials table.
struct ChartModel::TrialsKey {
    int armIndex = 0; ///< first, so that curves come in the description's order
    std::string arm;
    std::vector<std::pair<std::string, double>> factors;
    double replicate = 0.0; ///< 0 where replicates are joined
    auto operator<=>(const TrialsKey&) const = default;
};

void ChartModel::rebuild() {
    curves_.clear();
    groups_.clear();
    joined_.clear();
    rowsSeen_.assign(runs_.size(), 0);
    changed_ = true;
    if (runs_.empty())
        return;

    const Recording& recording = *runs_.front().recording;
    std::set<std::string> arms;
    for (const TrialPlan& plan : recording.plans())
        if (isSelected(selectors_, plan))
            arms.insert(plan.arm);
    const Table& table = view_.fromTrials ? recording.trials() : recording.trace(0);
    const auto columns = measuredColumns(table);
    oneArm_ = arms.size() == 1 && std::count_if(columns.begin(), columns.end(), [&](auto& column) {
                                      return !view_.series[column.spec].isPrediction;
                                  }) > 1;
    for (std::size_t run = 0; run < runs_.size(); ++run) {
        rowsSeen_[run] = runs_[run].recording->trials().rows();
        if (view_.fromTrials)
            addTrialsCurves(run);
        else
            addTraceCurves(run);
    }
    joinReplicates();
    finishGroups();
    for (ChartCurve& curve : curves_)
        curve.data.update();
    for (ChartGroup& group : groups_)
        group.isHidden = hidden_.contains(group.label);
    updateFits();
}

std::vector<ChartModel::Measured> ChartModel::measuredColumns(const Table& table) const {
    std::vector<Measured> columns;
    for (std::size_t spec = 0; spec < view_.series.size(); ++spec)
        for (const Column& column : table.columns())
            if (matches(view_.series[spec].column, column.name))
                columns.push_back({column.name, spec});
    return columns;
}

/// Factors with several values among the trials of some arm that is shown.
std::vector<std::string> ChartModel::varyingFactors(std::size_t run) const {
    std::map<std::string, std::map<std::string, std::set<double>>> byArm;
    for (const TrialPlan& plan : runs_[run].recording->plans())
        if (isSelected(selectors_, plan))
            for (const auto& [name, value] : plan.factors)
                byArm[plan.arm][name].insert(value);
    std::map<std::string, std::size_t> values;
    for (const auto& [arm, factors] : byArm)
        for (const auto& [name, distinct] : factors)
            values[name] = std::max(values[name], distinct.size());
    std::vector<std::string> names;
    for (const auto& [name, count] : values) {
        // The pivot's column factor decides what is on the x axis, as a width does T/P.
        const bool isX = view_.fromTrials && (name == view_.x.column ||
                                              (view_.pivot && name == view_.pivot->columnFactor));
        const bool isTuned = view_.pivot && name == view_.pivot->tunedFactor;
        if (count > 1 && !isX && !isTuned)
            names.push_back(name);
    }
    return names;
}

std::size_t ChartModel::groupFor(std::size_t run, const std::string& arm, const Measured& measured,
                                 const std::vector<std::pair<std::string, double>>& factors,
                                 const Table& table) {
    const SeriesSpec& spec = view_.series[measured.spec];
    const Column& column = table.columns()[table.columnIndex(measured.column)];
    const std::string columnLabel = column.label.empty() ? column.name : column.label;
    const bool ofPattern = spec.column.find('*') != std::string::npos;

    std::vector<std::string> parts, rest;
    if (!runs_[run].name.empty())
        rest.push_back(runs_[run].name);
    if (!oneArm_ && spec.isPrediction) {
        parts.push_back(spec.label.empty() ? columnLabel : spec.label);
    } else if (!oneArm_) {
        parts.push_back(armLabel(*description_, arm));
        if (!spec.label.empty()) {
            parts.push_back(spec.label);
            rest.push_back(spec.label);
        }
    } else {
        const bool byColumn = spec.label.empty() || (ofPattern && !spec.isPrediction);
        parts.push_back(byColumn ? columnLabel : spec.label);
    }
    for (const auto& [name, value] : factors)
        if (!spec.isPrediction) {
            parts.push_back(factorInWords(*runs_[run].recording, name, value));
            rest.push_back(parts.back());
        }
    std::string label = runs_[run].name.empty() ? "" : runs_[run].name + ": ";
    label += fmt::format("{}", fmt::join(parts, ", "));

    const auto same = [&](const ChartGroup& group) { return group.label == label; };
    if (const auto found = std::find_if(groups_.begin(), groups_.end(), same);
        found != groups_.end())
        return std::size_t(found - groups_.begin());

    // A run with a color of its own tells arms apart by dashes, which chips do not.
    const bool isOfArm = !oneArm_ && !spec.isPrediction && !runs_[run].color;
    ChartGroup group{.label = label,
                     .arm = isOfArm ? arm : std::string(),
                     .rest = fmt::format("{}", fmt::join(rest, ", ")),
                     .color = spec.isPrediction ? -1 : armIndex(*description_, arm),
                     .isPrediction = spec.isPrediction,
                     .isEarlierRun = run > 0,
                     .hasMarkers = view_.fromTrials && !spec.isPrediction};
    if (oneArm_) {
        group.color = -1;
        int index = 0;
        for (const Measured& other : measuredColumns(table)) {
            if (view_.series[other.spec].isPrediction)
                continue;
            if (other.column == measured.column && !spec.isPrediction)
                group.color = index;
            ++index;
        }
    }
    if (runs_[run].color && !spec.isPrediction) {
        constexpr std::array strokes{StrokeStyle::solid, StrokeStyle::dashed,
                                     StrokeStyle::dashDotted, StrokeStyle::dotted};
        const auto own = std::count_if(groups_.begin(), groups_.end(), [&](const ChartGroup& g) {
            return g.color == *runs_[run].color && !g.isPrediction;
        });
        group.color = *runs_[run].color;
        group.isEarlierRun = false; // its color says it
        group.stroke = strokes[std::size_t(own) % strokes.size()];
    } else if (spec.isPrediction) {
        group.stroke = StrokeStyle::dashed;
    } else {
        const auto alike = std::count_if(groups_.begin(), groups_.end(), [&](const ChartGroup& g) {
            return g.color == group.color && !g.isPrediction && g.isEarlierRun == (run > 0);
        });
        constexpr std::array strokes{StrokeStyle::solid, StrokeStyle::dashDotted,
                                     StrokeStyle::dotted};
        group.stroke = strokes[std::size_t(alike) % strokes.size()];
    }
    groups_.push_back(group);
    return groups_.size() - 1;
}

/// Predictions take the color of the measured curve of the same arm, and go last in the legend.
void ChartModel::finishGroups() {
    for (ChartCurve& curve : curves_) {
        curve.color = groups_[curve.group].color;
        if (!groups_[curve.group].isPrediction || oneArm_)
            continue;
        const auto owner = std::find_if(curves_.begin(), curves_.end(), [&](const ChartCurve& c) {
            return c.run == curve.run && c.arm == curve.arm && c.factors == curve.factors &&
                   !groups_[c.group].isPrediction;
        });
        curve.color =
            runs_[curve.run].color ? *runs_[curve.run].color : armIndex(*description_, curve.arm);
        if (owner != curves_.end())
            curve.follows = owner->group;
    }
    std::vector<std::size_t> order;
    for (const bool prediction : {false, true})
        for (std::size_t i = 0; i < groups_.size(); ++i)
            if (groups_[i].isPrediction == prediction)
                order.push_back(i);
    std::vector<std::size_t> place(order.size());
    std::vector<ChartGroup> sorted;
    for (std::size_t i = 0; i < order.size(); ++i) {
        place[order[i]] = i;
        sorted.push_back(groups_[order[i]]);
    }
    groups_ = std::move(sorted);
    for (ChartCurve& curve : curves_) {
        curve.group = place[curve.group];
        if (curve.follows)
            curve.follows = place[*curve.follows];
    }
}

void ChartModel::addTraceCurves(std::size_t run) {
    const Recording& recording = *runs_[run].recording;
    const auto varying = varyingFactors(run);
    for (std::size_t trial = 0; trial < recording.plans().size(); ++trial) {
        const TrialPlan& plan = recording.plans()[trial];
        if (!plan.keepTrace || !isSelected(selectors_, plan))
            continue;
        const Table& trace = recording.trace(trial);
        const Table& timing = recording.timing(trial);
        const bool xInTrace = trace.hasColumn(view_.x.column);
        if (!xInTrace && !timing.hasColumn(view_.x.column))
            continue;
        const Table& xTable = xInTrace ? trace : timing;
        std::vector<std::pair<std::string, double>> factors;
        for (const std::string& name : varying)
            if (const auto factor = plan.factors.find(name); factor != plan.factors.end())
                factors.emplace_back(name, factor->second);
        for (const Measured& measured : measuredColumns(trace)) {
            const ColumnPair columns{&xTable, xTable.columnIndex(view_.x.column), &trace,
                                     trace.columnIndex(measured.column)};
            curves_.push_back({.group = groupFor(run, plan.arm, measured, factors, trace),
                               .run = run,
                               .trial = trial,
                               .arm = plan.arm,
                               .column = measured.column,
                               .factors = factors,
                               .data = SeriesPyramid(columns)});
        }
    }
}

/// Joins the trace curves that differ only in their replicate.
void ChartModel::joinReplicates() {
    if (view_.fromTrials || view_.aggregate == Aggregate::none)
        return;
    std::vector<ChartCurve> single = std::move(curves_);
    curves_.clear();
    for (ChartCurve& curve : single) {
        const auto same = [&](const ChartCurve& other) {
            return other.run == curve.run && other.arm == curve.arm &&
                   other.column == curve.column && other.factors == curve.factors;
        };
        const auto found = std::find_if(curves_.begin(), curves_.end(), same);
        if (found == curves_.end()) {
            joined_.push_back({curve.trial});
            curves_.push_back(std::move(curve));
        } else {
            joined_[std::size_t(found - curves_.begin())].push_back(curve.trial);
        }
    }
    for (ChartCurve& curve : curves_)
        showTable(curve, joinedTable(), view_.aggregate);
    joinNewRows();
}

bool ChartModel::joinNewRows() {
    bool fresh = false;
    for (std::size_t i = 0; i < curves_.size(); ++i) {
        ChartCurve& curve = curves_[i];
        const Recording& recording = *runs_[curve.run].recording;
        std::vector<SeriesPyramid> replicates;
        for (const std::size_t trial : joined_[i]) {
            const Table& trace = recording.trace(trial);
            const bool inTrace = trace.hasColumn(view_.x.column);
            const Table& xTable = inTrace ? trace : recording.timing(trial);
            replicates.emplace_back(ColumnPair{&xTable, xTable.columnIndex(view_.x.column), &trace,
                                               trace.columnIndex(curve.column)});
            replicates.back().update();
        }
        const auto longest =
            std::max_element(replicates.begin(), replicates.end(),
                             [](const auto& a, const auto& b) { return a.rows() < b.rows(); });
        const std::size_t rows = longest->rows();
        const auto lastX = [](const SeriesPyramid& s) {
            return s.rows() ? s.xExtent().maximum : 0.0;
        };
        double progress = 0.0; // grows with every replicate
        for (const SeriesPyramid& replicate : replicates)
            progress += double(replicate.rows()) + lastX(replicate) * 1e-9;
        if (progress == curve.joinedProgress)
            continue;
        curve.joinedProgress = progress;
        auto table = joinedTable();
        const std::size_t count = std::min(rows, joinedRows);
        for (std::size_t k = 0; k < count; ++k) {
            const double x = longest->x(count < 2 ? 0 : k * (rows - 1) / (count - 1));
            std::vector<double> values;
            for (const SeriesPyramid& replicate : replicates)
                values.push_back(valueAt(replicate, x));
            appendJoined(*table, x, std::move(values), view_.aggregate);
        }
        showTable(curve, std::move(table), view_.aggregate);
        fresh = true;
    }
    return fresh;
}

void ChartModel::addTrialsCurves(std::size_t run) {
    const Recording& recording = *runs_[run].recording;
    const Table& trials = recording.trials();
    const std::size_t rows = rowsSeen_[run];
    if (!trials.hasColumn(view_.x.column))
        return;
    const auto rowsShown = tunedRows(recording, rows, view_.pivot ? &*view_.pivot : nullptr);
    const auto varying = varyingFactors(run);
    for (const Measured& measured : measuredColumns(trials)) {
        std::map<TrialsKey, std::map<double, std::vector<double>>> points;
        std::map<TrialsKey, std::map<double, bool>> lost; // all that are there
        for (const std::size_t row : rowsShown) {
            const TrialPlan& plan =
                recording.plans()[std::size_t(trials.at(row, trials.columnIndex("trial")))];
            const double x = trials.at(row, trials.columnIndex(view_.x.column));
            if (!isSelected(selectors_, plan) || std::isnan(x))
                continue;
            TrialsKey key{.armIndex = armIndex(*description_, plan.arm), .arm = plan.arm};
            for (const std::string& name : varying)
                if (const auto factor = plan.factors.find(name); factor != plan.factors.end())
                    key.factors.emplace_back(name, factor->second);
            key.replicate = view_.aggregate == Aggregate::none ? double(plan.replicate) : 0.0;
            points[key][x].push_back(trials.at(row, trials.columnIndex(measured.column)));
            const auto trial = std::size_t(trials.at(row, trials.columnIndex("trial")));
            const bool diverged = recording.status(trial) == TrialStatus::diverged;
            const auto [entry, isFirst] = lost[key].emplace(x, diverged);
            entry->second = entry->second && diverged;
        }
        for (const auto& [key, byX] : points) {
            auto table = joinedTable();
            for (const auto& [x, values] : byX)
                appendJoined(*table, x, values, view_.aggregate);
            ChartCurve curve{.group = groupFor(run, key.arm, measured, key.factors, trials),
                             .run = run,
                             .arm = key.arm,
                             .column = measured.column,
                             .factors = key.factors,
                             .data = SeriesPyramid({table.get(), 0, table.get(), 1})};
            showTable(curve, table, view_.aggregate);
            for (const auto& [x, isLost] : lost[key])
                curve.lostRows.push_back(isLost);
            curves_.push_back(std::move(curve));
        }
    }
}

} // namespace convergence
