#include "app/lessons/lesson_facts.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <thread>

#include <fmt/format.h>

#include "app/commands/command_text.h"
#include "app/lessons/lesson_values.h"
#include "core/error.h"
#include "core/experiment/preparation.h"
#include "core/experiment/runner.h"
#include "core/experiment/verification.h"

namespace convergence {

namespace {

/// A run of a step, which other steps may ask for, too.
struct StepRun {
    std::shared_ptr<const ExperimentType> type;
    std::shared_ptr<const ParameterValues> values;
    std::int64_t limit = 0; ///< iterations; 0: to the end
    std::vector<std::size_t> steps;
};

bool isSame(const StepRun& run, const StepRun& other) {
    return run.type == other.type && run.limit == other.limit &&
           run.values->all() == other.values->all();
}

/// Runs until all is done, or the limit is, or a stop is asked for.
void play(Runner& runner, std::int64_t limit, const StopToken& stop,
          const std::function<void(double)>& tell) {
    runner.setPlayback({.seconds = 0.0, .until = limit});
    runner.play();
    while (runner.state() == RunState::playing || runner.state() == RunState::ready) {
        if (stop.stopRequested())
            return runner.stop();
        tell(runner.progress().fraction);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

class Gathering {
public:
    Gathering(const Registry& registry, const Lesson& lesson, const FactsOptions& options)
        : lesson_(lesson), options_(options), facts_(lesson.steps.size()) {
        OpenExperiment open;
        for (std::size_t i = 0; i < lesson.steps.size(); ++i) {
            open.goTo(lesson.steps[i], registry);
            if (!open.type)
                continue;
            facts_[i].description = {open.type, &open.type->description};
            if (lesson.steps[i].run || lesson.steps[i].prediction)
                add({open.type,
                     std::make_shared<const ParameterValues>(
                         resolveValues(*open.type, "", open.values)),
                     lesson.steps[i].run.value_or(0),
                     {i}});
        }
    }

    std::vector<StepFacts> gather() {
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            if (options_.stop.stopRequested())
                break;
            try {
                make(i);
            } catch (const InputError& error) {
                for (const std::size_t step : runs_[i].steps)
                    facts_[step].trouble = error.what();
            }
        }
        return std::move(facts_);
    }

private:
    void add(StepRun run) {
        const auto known = std::find_if(runs_.begin(), runs_.end(),
                                        [&](const StepRun& other) { return isSame(run, other); });
        if (known == runs_.end())
            runs_.push_back(std::move(run));
        else
            known->steps.push_back(run.steps.front());
    }

    void tell(std::size_t index, double fraction, const std::string& what) const {
        if (options_.onProgress)
            options_.onProgress((double(index) + fraction) / double(runs_.size()), what);
    }

    void make(std::size_t index) {
        const StepRun& run = runs_[index];
        const std::string title = lesson_.steps[run.steps.front()].title.toStdString();
        const Preparation preparation(
            [&](double, const std::string& what) {
                tell(index, 0.0, fmt::format("{}: {}", title, what));
            },
            options_.stop);
        const std::shared_ptr<const Experiment> experiment =
            createExperiment(*run.type, *run.values);
        const auto recording = makeRecording(*experiment);
        for (const std::size_t step : run.steps) {
            facts_[step].arms = recording->arms();
            for (const TrialPlan& plan : recording->plans())
                facts_[step].plannedSteps = std::max(facts_[step].plannedSteps, plan.steps);
            facts_[step].command = commandText(run.type->description, *run.values);
        }
        if (!options_.measure)
            return;
        Runner runner(experiment, {.lockStep = run.type->description.lockStep});
        play(runner, run.limit, options_.stop,
             [&](double fraction) { tell(index, fraction, title); });
        if (options_.stop.stopRequested())
            return;
        for (const std::size_t step : run.steps)
            facts_[step].recording = runner.recording();
        for (const ClaimReport& report :
             judgeLiveClaims(run.type->description, run.values, runner.recording()))
            for (const std::size_t step : run.steps)
                facts_[step].judgements.insert_or_assign(report.claim, report.judgement);
    }

    const Lesson& lesson_;
    const FactsOptions& options_;
    std::vector<StepFacts> facts_;
    std::vector<StepRun> runs_;
};

} // namespace

std::vector<StepFacts> lessonFacts(const Registry& registry, const Lesson& lesson,
                                   const FactsOptions& options) {
    return Gathering(registry, lesson, options).gather();
}

} // namespace convergence
