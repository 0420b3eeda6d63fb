#include "core/experiment/experiment.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
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
    if (type.check)
        type.check(values);
    if (type.memoryEstimate)
        requireMemory(type.memoryEstimate(values), description.id + " with these parameters",
                      "choose a smaller problem");
    return values;
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

std::shared_ptr<Recording> makeRecording(const Experiment& experiment) {
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

} // namespace convergence
