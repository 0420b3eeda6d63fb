// What worker processes and ranks can work on, and how they answer.

#include <memory>

#include <QByteArray>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <tbb/task_arena.h>

#include "app/sweeps/runner.h"
#include "core/error.h"
#include "core/experiment/recording_outline.h"

namespace convergence {

namespace {

using nlohmann::json;

/// Recordings travel as text, since answers are lines.
std::string textOf(const std::string& bytes) {
    return QByteArray::fromStdString(bytes).toBase64().toStdString();
}

std::string bytesOf(const std::string& text) {
    return QByteArray::fromBase64(QByteArray::fromStdString(text)).toStdString();
}

json valuesJson(const ParameterValues& values) {
    json list = json::object();
    for (const auto& [name, value] : values.all())
        list[name] = toJson(value);
    return list;
}

TaskServer sweepServer(const json& greeting, const Registry& registry) {
    auto plan =
        std::make_shared<const SweepPlan>(SweepPlan::fromJson(greeting.at("plan"), registry));
    return [plan, folder = greeting.at("folder").get<std::string>()](std::uint64_t task,
                                                                     const StopToken& stop) {
        return toJson(runTask(*plan, task, folder, stop)).dump();
    };
}

TaskServer protocolServer(const json& greeting, const Registry& registry) {
    const auto type = registry.find(greeting.at("experiment").get<std::string>());
    return [type, runs = greeting.at("runs")](std::uint64_t task, const StopToken& stop) {
        NeededRun run;
        try {
            Overrides overrides;
            for (const auto& [name, value] : runs.at(task).items())
                overrides.insert_or_assign(
                    name, valueFromJson(findParameter(type->description.parameters, name), value));
            run.values =
                std::make_shared<const ParameterValues>(resolveValues(*type, "", overrides));
            tbb::task_arena single(1); // runs go side by side
            single.execute([&] { makeRun(*type, run, stop); });
        } catch (const std::exception& error) {
            run.failure = error.what();
        }
        json answer{{"failure", run.failure}};
        if (run.recording)
            answer["recording"] = textOf(packRecording(*run.recording));
        return answer.dump();
    };
}

} // namespace

SharedWork sweepWork(const SweepPlan& plan, const std::string& folder, TaskQueue& queue,
                     const StopToken& stop, std::function<void(std::span<const TaskResult>)> keep) {
    auto results = std::make_shared<std::vector<TaskResult>>();
    return {.greeting = json{{"plan", plan.canonical()}, {"folder", folder}}.dump(),
            .queue = queue,
            .stop = stop,
            .take =
                [results](std::uint64_t, const std::string& answer) {
                    results->push_back(taskResultFromJson(json::parse(answer)));
                    return results->back().state != TaskState::interrupted;
                },
            .killed =
                [results](std::uint64_t task, const std::string& reason) {
                    results->push_back(
                        {.task = task, .state = TaskState::killed, .message = reason});
                },
            .flush =
                [results, keep = std::move(keep)] {
                    if (results->empty())
                        return;
                    keep(*results);
                    results->clear();
                }};
}

SharedWork protocolWork(const ExperimentType& type, std::span<NeededRun* const> runs,
                        TaskQueue& queue, const StopToken& stop,
                        std::function<void(const NeededRun&)> done) {
    json list = json::array();
    for (const NeededRun* run : runs)
        list.push_back(valuesJson(*run->values));
    return {.greeting = json{{"experiment", type.description.id}, {"runs", list}}.dump(),
            .queue = queue,
            .stop = stop,
            .take =
                [runs, done, &type](std::uint64_t task, const std::string& answer) {
                    NeededRun& run = *runs[task];
                    const json content = json::parse(answer);
                    run.failure = content.at("failure").get<std::string>();
                    if (const auto packed = content.find("recording"); packed != content.end())
                        run.recording = unpackRecording(bytesOf(packed->get<std::string>()),
                                                        type.description.parameters);
                    done(run);
                    return true;
                },
            .killed =
                [runs, done](std::uint64_t task, const std::string& reason) {
                    runs[task]->failure = reason;
                    done(*runs[task]);
                },
            .flush = [] {}};
}

TaskServer taskServer(const std::string& greeting, const Registry& registry) {
    try {
        const json content = json::parse(greeting);
        return content.contains("plan") ? sweepServer(content, registry)
                                        : protocolServer(content, registry);
    } catch (const json::exception& error) {
        throw InputError(fmt::format("The work cannot be read: {}.", error.what()));
    }
}

} // namespace convergence
