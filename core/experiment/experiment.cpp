#include "core/experiment/experiment.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/column_pattern.h"
#include "core/experiment/guarded.h"
#include "core/experiment/nearest_name.h"
#include "core/memory.h"

namespace convergence {

std::int64_t Cadence::next(std::int64_t iteration) const {
    if (every > 0)
        return (iteration / every + 1) * every;
    const double ratio = std::pow(10.0, 1.0 / perDecade);
    return std::max(iteration + 1,
                    static_cast<std::int64_t>(static_cast<double>(iteration) * ratio));
}

Parameter recordEveryParameter(std::int64_t defaultValue) {
    return {.name = "record_every",
            .symbol = "",
            .label = "Record every",
            .help = "How many iterations lie between two recorded ones; 0 records 200 "
                    "log-spaced iterations a decade.",
            .unit = "iterations",
            .kind = ParameterKind::integer,
            .scale = Scale::linear,
            .minimum = 0.0,
            .maximum = 1e6,
            .defaultValue = defaultValue,
            .choices = {},
            .keyword = "",
            .effect = LiveEffect::restartsRun,
            .appliesIf = "",
            .group = "Recording"};
}

ParameterValues resolveValues(const ExperimentType& type, std::string_view preset,
                              const Overrides& overrides) {
    const Description& description = type.description;
    Overrides merged;
    if (!preset.empty()) {
        const Preset* found = description.findPreset(preset);
        if (!found) {
            std::vector<std::string> ids;
            for (const Preset& known : description.presets)
                ids.push_back(known.id);
            throw InputError(fmt::format("{} has no preset '{}'{}", description.id, preset,
                                         suggestion(preset, ids)));
        }
        merged = found->overrides;
    }
    for (const auto& [name, value] : overrides)
        merged.insert_or_assign(name, value);
    ParameterValues values(description.parameters, merged);
    const double needed = throwingInputErrors(
        fmt::format("The parameters of {} cannot be checked", description.id), [&] {
            if (type.check)
                type.check(values);
            return type.memoryEstimate ? type.memoryEstimate(values) : 0.0;
        });
    requireMemory(needed, description.id + " with these parameters", "choose a smaller problem");
    return values;
}

namespace {

/// The tables of a description say what is recorded; an experiment only expands them.
void checkColumns(std::string_view table, const std::vector<Column>& recorded,
                  const std::vector<ColumnPattern>& patterns, const Description& description,
                  const ParameterValues& values) {
    const ColumnLayout described(patterns, description.parameters, values);
    const auto name = [](const std::vector<Column>& columns, std::size_t i) {
        return i < columns.size() ? "'" + columns[i].name + "'" : std::string("none");
    };
    for (std::size_t i = 0; i < std::max(recorded.size(), described.size()); ++i)
        if (name(recorded, i) != name(described.columns(), i))
            throw InputError(fmt::format(
                "The experiment {} records other {} than its description says: column {} is {}, "
                "expected {}.",
                description.id, table, i + 1, name(recorded, i), name(described.columns(), i)));
}

} // namespace

std::unique_ptr<Experiment> createExperiment(const ExperimentType& type,
                                             const ParameterValues& values) {
    const std::string& id = type.description.id;
    auto experiment = throwingInputErrors(fmt::format("The experiment {} cannot be created", id),
                                          [&] { return type.create(values); });
    if (!experiment)
        throw InputError(fmt::format("The experiment {} cannot be created: it made nothing.", id));
    throwingInputErrors(fmt::format("The experiment {} cannot tell what it records", id), [&] {
        const Records& records = type.description.records;
        checkColumns("traces", experiment->traceColumns(), records.trace, type.description, values);
        checkColumns("factors", experiment->factorColumns(), records.factors, type.description,
                     values);
        checkColumns("finals", experiment->finalColumns(), records.finals, type.description,
                     values);
    });
    return experiment;
}

Overrides withSeed(const Description& description, Overrides overrides, std::uint64_t seed) {
    for (const Parameter& parameter : description.parameters) {
        if (parameter.kind == ParameterKind::seed) {
            overrides.insert_or_assign(parameter.name, static_cast<std::int64_t>(seed));
            return overrides;
        }
        if (parameter.kind == ParameterKind::seedList) {
            overrides.insert_or_assign(parameter.name,
                                       std::vector<double>{static_cast<double>(seed)});
            return overrides;
        }
    }
    throw InputError(fmt::format("{} has no seed; leave --seed {} out.", description.id, seed));
}

namespace {

std::shared_ptr<Recording> outlineOf(const Experiment& experiment) {
    std::vector<Column> trace{{.name = "iteration",
                               .label = "iteration",
                               .unit = "",
                               .role = ColumnRole::clock,
                               .categories = {}}};
    for (Column& column : experiment.traceColumns())
        trace.push_back(std::move(column));
    std::vector<TrialPlan> plans = experiment.trials();
    std::vector<std::string> arms;
    for (const TrialPlan& plan : plans)
        if (std::find(arms.begin(), arms.end(), plan.arm) == arms.end())
            arms.push_back(plan.arm);
    auto recording =
        std::make_shared<Recording>(std::move(trace), experiment.factorColumns(),
                                    experiment.finalColumns(), std::move(arms), std::move(plans));
    recording->setProvenance(experiment.provenance());
    return recording;
}

} // namespace

std::shared_ptr<Recording> makeRecording(const Experiment& experiment) {
    return throwingInputErrors("The experiment cannot list its trials and what it records",
                               [&] { return outlineOf(experiment); });
}

} // namespace convergence
