#include "core/experiment/recording_outline.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/data/json_nesting.h"
#include "core/error.h"
#include "core/experiment/bytes.h"
#include "core/experiment/packed_bytes.h"
#include "core/experiment/packed_rows.h"

namespace convergence {

namespace {

using nlohmann::json;

constexpr std::int64_t largestPlans = 1'000'000;
/// Columns of all traces together; each takes memory before it has a row.
constexpr std::size_t largestColumns = 2'000'000;
/// Of one table: its names are compared pair by pair.
constexpr std::size_t largestTableColumns = 10'000;
/// Of a trial; sums over all trials stay within 64 bits.
constexpr std::int64_t largestSteps = 1'000'000'000'000;
/// Bytes of a recording's tables. Its chunks are compressed, perhaps in an archive that is so too.
constexpr std::uint64_t largestTables = std::uint64_t{4} << 30;
constexpr std::uint32_t formatNumber = 1;

[[noreturn]] void refuseOutline(const std::string& why) {
    throw InputError(fmt::format("The outline of a recording is damaged: {}.", why));
}

std::string_view nameOf(ColumnRole role) {
    return role == ColumnRole::clock ? "clock" : role == ColumnRole::metric ? "metric" : "factor";
}

json columnsJson(std::span<const Column> columns) {
    json list = json::array();
    for (const Column& column : columns) {
        json entry{{"name", column.name}, {"role", nameOf(column.role)}};
        if (!column.label.empty())
            entry["label"] = column.label;
        if (!column.unit.empty())
            entry["unit"] = column.unit;
        if (!column.categories.empty())
            entry["categories"] = column.categories;
        list.push_back(std::move(entry));
    }
    return list;
}

std::vector<Column> columnsFromJson(const json& list) {
    if (list.size() > largestTableColumns)
        refuseOutline(fmt::format("a table has {} columns, at most {} are accepted", list.size(),
                                  largestTableColumns));
    std::vector<Column> columns;
    for (const json& entry : list) {
        Column column;
        column.name = entry.at("name").get<std::string>();
        column.label = entry.value("label", std::string());
        column.unit = entry.value("unit", std::string());
        const std::string role = entry.at("role").get<std::string>();
        column.role = role == "clock"    ? ColumnRole::clock
                      : role == "factor" ? ColumnRole::factor
                                         : ColumnRole::metric;
        column.categories = entry.value("categories", std::vector<std::string>());
        columns.push_back(std::move(column));
    }
    return columns;
}

/// JSON has no NaN and no infinity.
json numberJson(double number) {
    if (std::isfinite(number))
        return number;
    return std::isnan(number) ? json("nan") : json(number > 0.0 ? "inf" : "-inf");
}

double numberFromJson(const json& number) {
    if (number.is_number())
        return number.get<double>();
    const auto text = number.get<std::string>();
    if (text == "nan")
        return std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    return text == "-inf" ? -infinity : infinity;
}

/// A whole number from 0 to `largest`; others, a 3.5 or a -1, would be converted without a word.
std::int64_t countFromJson(const json& number, std::int64_t largest) {
    const double value = number.is_number_integer() ? number.get<double>() : -1.0;
    if (!(value >= 0.0 && value <= static_cast<double>(largest)))
        throw InputError(fmt::format("A recording is damaged: it has {} where a whole number from "
                                     "0 to {} is expected.",
                                     number.dump(), largest));
    return number.get<std::int64_t>();
}

json planJson(const TrialPlan& plan) {
    json factors = json::object();
    for (const auto& [name, value] : plan.factors)
        factors[name] = numberJson(value);
    return {{"arm", plan.arm},
            {"factors", factors},
            {"replicate", plan.replicate},
            {"steps", plan.steps},
            {"keep_trace", plan.keepTrace}};
}

TrialPlan planFromJson(const json& entry) {
    TrialPlan plan;
    plan.arm = entry.at("arm").get<std::string>();
    for (const auto& [name, value] : entry.at("factors").items())
        plan.factors[name] = numberFromJson(value);
    plan.replicate = entry.at("replicate").get<std::uint64_t>();
    plan.steps = countFromJson(entry.at("steps"), largestSteps);
    plan.keepTrace = entry.at("keep_trace").get<bool>();
    return plan;
}

/// Factors with names are indices of them.
void checkFactors(const std::vector<TrialPlan>& plans, const std::vector<Column>& columns) {
    for (const TrialPlan& plan : plans)
        for (const Column& column : columns) {
            const auto factor = plan.factors.find(column.name);
            if (column.categories.empty() || factor == plan.factors.end())
                continue;
            const double index = factor->second;
            if (!(index >= 0.0 && index < static_cast<double>(column.categories.size())) ||
                index != std::floor(index))
                refuseOutline(
                    fmt::format("the factor '{}' is {}, which names none of its {} values",
                                column.name, index, column.categories.size()));
        }
}

std::shared_ptr<Recording> readOutline(const json& outline) {
    const json& columns = outline.at("columns");
    std::vector<Column> trace = columnsFromJson(columns.at("trace"));
    std::vector<TrialPlan> plans;
    const json& list = outline.at("plans");
    if (list.empty() || list.size() > std::size_t{largestPlans} ||
        list.size() * trace.size() > largestColumns)
        throw InputError(fmt::format(
            "The outline of a recording has {} trials; from 1 to {} are accepted, and at most {} "
            "columns in all.",
            list.size(), largestPlans, largestColumns));
    for (const json& entry : list)
        plans.push_back(planFromJson(entry));
    std::vector<Column> factors = columnsFromJson(columns.at("factors"));
    checkFactors(plans, factors);
    auto recording = std::make_shared<Recording>(
        std::move(trace), std::move(factors), columnsFromJson(columns.at("finals")),
        outline.at("arms").get<std::vector<std::string>>(), std::move(plans));
    const json& provenance = outline.at("provenance");
    recording->setProvenance({.data = provenance.at("data").get<std::string>(),
                              .standIn = provenance.at("stand_in").get<bool>()});
    return recording;
}

void packTable(ByteWriter& out, const Table& table) {
    const std::size_t rows = table.rows();
    out.put(static_cast<std::uint64_t>((rows + largestPackedRows - 1) / largestPackedRows));
    for (std::size_t first = 0; first < rows; first += largestPackedRows)
        out.put(
            std::string_view(packRows(table, first, std::min(rows, first + largestPackedRows))));
}

/// Takes what the table needs from `budget`, bytes.
void unpackTable(ByteReader& in, Table& table, std::uint64_t& budget) {
    std::vector<std::string> chunks(in.count(sizeof(std::uint64_t)));
    for (std::string& chunk : chunks) {
        chunk = in.text();
        const std::uint64_t bytes = unpackedSize(chunk, "A chunk of recorded rows");
        if (bytes > budget)
            in.refuse("unpacks to more than is accepted");
        budget -= bytes;
    }
    appendPackedRows(table, chunks);
}

bool sameBits(double a, double b) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

} // namespace

json outlineJson(const Recording& recording) {
    const std::span trials(recording.trials().columns());
    json plans = json::array();
    for (const TrialPlan& plan : recording.plans())
        plans.push_back(planJson(plan));
    return {
        {"columns",
         {{"trace", columnsJson(recording.trace(0).columns())},
          {"factors", columnsJson(recording.factorColumns())},
          {"finals", columnsJson(trials.subspan(recording.firstFinalColumn()))}}},
        {"arms", recording.arms()},
        {"plans", plans},
        {"provenance",
         {{"data", recording.provenance().data}, {"stand_in", recording.provenance().standIn}}}};
}

std::shared_ptr<Recording> recordingFromOutline(const json& outline) {
    try {
        return readOutline(outline);
    } catch (const json::exception& error) {
        refuseOutline(error.what());
    } catch (const std::logic_error& error) {
        refuseOutline(error.what());
    }
}

json toJson(const LiveEvent& event) {
    json entry{{"trial", event.trial}, {"iteration", event.iteration}, {"name", event.name}};
    if (event.isAction)
        entry["action"] = true;
    else
        entry["value"] = toJson(event.value);
    return entry;
}

LiveEvent eventFromJson(const json& entry, std::span<const Parameter> parameters) {
    try {
        LiveEvent event;
        event.trial = static_cast<std::size_t>(countFromJson(entry.at("trial"), largestPlans - 1));
        event.iteration = countFromJson(entry.at("iteration"), largestSteps);
        event.name = entry.at("name").get<std::string>();
        event.isAction = entry.value("action", false);
        if (!event.isAction)
            event.value = valueFromJson(findParameter(parameters, event.name), entry.at("value"));
        return event;
    } catch (const json::exception& error) {
        throw InputError(fmt::format("A live event is damaged: {}.", error.what()));
    }
}

std::string packRecording(const Recording& recording) {
    ByteWriter out;
    out.put(formatNumber);
    out.put(std::string_view(packBytes(outlineJson(recording).dump(), 6)));
    json events = json::array();
    for (const LiveEvent& event : recording.events())
        events.push_back(toJson(event));
    out.put(std::string_view(packBytes(events.dump(), 6)));
    for (std::size_t trial = 0; trial < recording.plans().size(); ++trial) {
        out.put(static_cast<std::uint8_t>(recording.status(trial)));
        out.put(recording.iterations(trial));
        out.put(std::string_view(recording.message(trial)));
        const auto finals = recording.finals(trial);
        out.put(static_cast<std::uint8_t>(finals.has_value()));
        if (finals)
            out.put(*finals);
        packTable(out, recording.trace(trial));
        packTable(out, recording.timing(trial));
    }
    return out.take();
}

std::shared_ptr<Recording> unpackRecording(std::string_view packed,
                                           std::span<const Parameter> parameters) {
    const std::string what = "The recording";
    ByteReader in(packed, what);
    if (in.get<std::uint32_t>() != formatNumber)
        in.refuse("is not in the format that this program reads");
    const auto parse = [&] {
        const std::string text = unpackBytes(in.view(), what, std::size_t{64} << 20);
        requireShallowJson(text, what);
        const json parsed = json::parse(text, nullptr, false);
        if (parsed.is_discarded())
            in.refuse("holds something in place of JSON");
        return parsed;
    };
    const auto recording = recordingFromOutline(parse());
    for (const json& entry : parse()) {
        LiveEvent event = eventFromJson(entry, parameters);
        if (event.trial >= recording->plans().size())
            in.refuse(fmt::format("has an event of trial {}, of {} trials", event.trial,
                                  recording->plans().size()));
        recording->addEvent(std::move(event));
    }
    std::uint64_t budget = largestTables;
    const std::size_t finalCount =
        recording->trials().columns().size() - recording->firstFinalColumn();
    for (std::size_t trial = 0; trial < recording->plans().size(); ++trial) {
        const auto status = in.get<std::uint8_t>();
        if (status > static_cast<std::uint8_t>(TrialStatus::failed))
            in.refuse("holds a trial of an unknown status");
        const auto iterations = in.get<std::int64_t>();
        if (iterations < 0 || iterations > largestSteps)
            in.refuse(fmt::format("holds a trial of {} iterations", iterations));
        recording->setIterations(trial, iterations);
        recording->setStatus(trial, static_cast<TrialStatus>(status), in.text());
        if (in.flag()) {
            const std::vector<double> finals = in.numbers<double>();
            if (finals.size() != finalCount)
                in.refuse("holds final metrics of another number");
            recording->conclude(trial, finals);
        }
        unpackTable(in, recording->traceForWriting(trial), budget);
        unpackTable(in, recording->timingForWriting(trial), budget);
    }
    if (!in.atEnd())
        in.refuse("goes on after its end");
    return recording;
}

std::string firstDifference(const Recording& a, const Recording& b) {
    if (outlineJson(a) != outlineJson(b))
        return "Their trials or columns differ.";
    for (std::size_t trial = 0; trial < a.plans().size(); ++trial) {
        const Table &left = a.trace(trial), &right = b.trace(trial);
        const std::size_t rows = std::min(left.rows(), right.rows());
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t column = 0; column < left.columns().size(); ++column)
                if (!sameBits(left.at(row, column), right.at(row, column)))
                    return fmt::format("Trial {} differs in '{}' at iteration {}: {} and {}.",
                                       trial, left.columns()[column].name, left.at(row, 0),
                                       left.at(row, column), right.at(row, column));
        if (left.rows() != right.rows())
            return fmt::format("Trial {} has {} rows and {}.", trial, left.rows(), right.rows());
        if (a.status(trial) != b.status(trial))
            return fmt::format("Trial {} is {} and {}.", trial,
                               convergence::nameOf(a.status(trial)),
                               convergence::nameOf(b.status(trial)));
        const auto leftFinals = a.finals(trial), rightFinals = b.finals(trial);
        if (leftFinals.has_value() != rightFinals.has_value() ||
            (leftFinals && !std::equal(leftFinals->begin(), leftFinals->end(), rightFinals->begin(),
                                       rightFinals->end(), sameBits)))
            return fmt::format("The final metrics of trial {} differ.", trial);
    }
    return {};
}

} // namespace convergence
