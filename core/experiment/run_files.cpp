#include "core/experiment/run_files.h"

#include <cmath>
#include <fstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/data/csv.h"
#include "core/data/output_file.h"
#include "core/error.h"

namespace convergence {

namespace {

using nlohmann::json;
using Text = fmt::memory_buffer;

void appendCell(Text& out, const Column& column, double value) {
    // NaN fails the comparisons, and so does what is no index.
    if (value >= 0.0 && value < static_cast<double>(column.categories.size()))
        appendCsvText(out, column.categories[static_cast<std::size_t>(value)]);
    else
        appendCsvNumber(out, value);
}

void appendHeader(Text& out, const std::vector<Column>& columns) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (i > 0)
            out.push_back(',');
        appendCsvText(out, columns[i].name);
    }
}

void appendEnd(Text& out) {
    out.append(std::string_view("\r\n"));
}

void appendRows(Text& out, const Table& table, std::string_view prefix) {
    const std::size_t columns = table.columns().size();
    const std::size_t rows = table.rows();
    for (std::size_t row = 0; row < rows; ++row) {
        out.append(prefix);
        for (std::size_t column = 0; column < columns; ++column) {
            if (column > 0)
                out.push_back(',');
            appendCell(out, table.columns()[column], table.at(row, column));
        }
        appendEnd(out);
    }
}

/// All traces (or timings) of one arm.
Text armCsv(const Recording& recording, const std::string& arm, bool timing) {
    const std::vector<std::size_t> trials = recording.trialsOf(arm);
    const auto tableOf = [&](std::size_t trial) -> const Table& {
        return timing ? recording.timing(trial) : recording.trace(trial);
    };
    const std::vector<Column> factors = recording.factorColumns();
    Text out;
    if (trials.size() > 1) {
        out.append(std::string_view("trial,"));
        appendHeader(out, factors);
        out.append(std::string_view(factors.empty() ? "replicate," : ",replicate,"));
    }
    appendHeader(out, tableOf(trials.front()).columns());
    appendEnd(out);
    for (const std::size_t trial : trials) {
        Text prefix;
        if (trials.size() > 1) {
            const TrialPlan& plan = recording.plans()[trial];
            fmt::format_to(std::back_inserter(prefix), "{},", trial);
            for (const Column& factor : factors) {
                if (const auto at = plan.factors.find(factor.name); at != plan.factors.end())
                    appendCell(prefix, factor, at->second);
                prefix.push_back(',');
            }
            fmt::format_to(std::back_inserter(prefix), "{},", plan.replicate);
        }
        appendRows(out, tableOf(trial), {prefix.data(), prefix.size()});
    }
    return out;
}

json numberOrNull(double value) {
    return std::isfinite(value) ? json(value) : json(nullptr);
}

json eventsJson(const Recording& recording) {
    json events = json::array();
    for (const LiveEvent& event : recording.events()) {
        json entry{{"trial", event.trial}, {"iteration", event.iteration}, {"name", event.name}};
        if (!event.isAction)
            entry["value"] = toJson(event.value);
        events.push_back(std::move(entry));
    }
    return events;
}

} // namespace

std::string programVersion() {
    return CONVERGENCE_VERSION;
}

nlohmann::json toJson(const ClaimReport& report) {
    json result{
        {"experiment", report.experiment},
        {"id", report.claim},
        {"kind", nameOf(report.kind)},
        {"statement", report.statement},
        {"verdict", nameOf(report.judgement.verdict)},
        {"measured", numberOrNull(report.judgement.measured)},
        {"interval", {numberOrNull(report.judgement.low), numberOrNull(report.judgement.high)}},
        {"threshold", report.judgement.threshold},
        {"explanation", report.judgement.explanation},
        {"origin", {{"kind", nameOf(report.origin.kind)}, {"text", report.origin.text}}},
        {"known_verdict", nameOf(report.known.verdict)},
        {"stand_in", report.standIn}};
    if (!report.known.reason.empty())
        result["known_reason"] = report.known.reason;
    if (!report.refutation.empty())
        result["refutation"] = report.refutation;
    if (const auto& stability = report.stability)
        result["stability"] = {{"pool", stability->pool},
                               {"estimate", numberOrNull(stability->estimate)},
                               {"standard_error", numberOrNull(stability->standardError)},
                               {"distance", numberOrNull(stability->distance)},
                               {"stable", stability->stable()}};
    return result;
}

json runJson(const Recording& recording, const RunRecord& record) {
    json result{{"experiment", record.description->id},
                {"program_version", programVersion()},
                {"state", record.state},
                {"wall_seconds", record.wallSeconds},
                {"parameters", json::object()},
                {"claims", json::array()},
                {"events", eventsJson(recording)},
                {"files", json::array()},
                {"troubles", json::array()}};
    for (const Parameter& parameter : record.description->parameters) {
        const Value& value = record.values->value(parameter.name);
        result["parameters"][parameter.name] = toJson(value);
        if (parameter.kind == ParameterKind::seed || parameter.kind == ParameterKind::seedList)
            result["seed"] = toJson(value);
    }
    if (!recording.provenance().data.empty())
        result["data"] = {{"source", recording.provenance().data},
                          {"stand_in", recording.provenance().standIn}};
    for (const ClaimReport& claim : record.claims)
        result["claims"].push_back(toJson(claim));
    for (const std::filesystem::path& file : record.files)
        result["files"].push_back(file.generic_string());
    for (std::size_t i = 0; i < recording.plans().size(); ++i)
        if (const std::string message = recording.message(i); !message.empty())
            result["troubles"].push_back({{"trial", i},
                                          {"arm", recording.plans()[i].arm},
                                          {"status", nameOf(recording.status(i))},
                                          {"iteration", recording.iterations(i)},
                                          {"message", message}});
    return result;
}

std::string toCsv(const Table& table) {
    Text out;
    appendHeader(out, table.columns());
    appendEnd(out);
    appendRows(out, table, "");
    return fmt::to_string(out);
}

void prepareOutputFolder(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error || !std::filesystem::is_directory(folder))
        throw InputError(fmt::format(
            "The output folder '{}' cannot be made{}; give a folder that can be written.",
            folder.string(), error ? " (" + error.message() + ")" : ""));
    const std::filesystem::path probe = folder / ".writable.part";
    if (!std::ofstream(probe))
        throw InputError(fmt::format("The output folder '{}' cannot be written; give one that can.",
                                     folder.string()));
    std::filesystem::remove(probe, error);
}

void writeRunFolder(const std::filesystem::path& folder, const Recording& recording,
                    const RunRecord& record) {
    prepareOutputFolder(folder);
    for (const std::string& arm : recording.arms())
        for (const bool timing : {false, true}) {
            const Text csv = armCsv(recording, arm, timing);
            writeWholeFile(folder / (arm + (timing ? ".timing.csv" : ".csv")),
                           {csv.data(), csv.size()});
        }
    writeWholeFile(folder / "trials.csv", toCsv(recording.trials()));
    writeWholeFile(folder / "run.json", runJson(recording, record).dump(2) + "\n");
}

} // namespace convergence
