// An experiment that ends as it is told to, to see what a sweep makes of it.

#include <chrono>
#include <cmath>
#include <csignal>
#include <limits>
#include <stdexcept>
#include <thread>

#include "core/error.h"
#include "core/experiment/parameter_builders.h"
#include "core/experiment/plugin.h"

namespace {

using namespace convergence;

class EndingSolver final : public Solver {
public:
    EndingSolver(std::string ending, double milliseconds, std::int64_t seed)
        : ending_(std::move(ending)), milliseconds_(milliseconds), seed_(seed) {}
    StepStatus step(const StopToken& stop) override {
        if (ending_ == "throws")
            throw std::runtime_error("the solver threw");
        if (ending_ == "dies")
            std::raise(SIGKILL);
        if (ending_ == "diverges")
            return StepStatus::diverged;
        std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(milliseconds_));
        return stop.stopRequested() ? StepStatus::interrupted : StepStatus::running;
    }
    void measure(std::span<double> metrics) override { metrics[0] = 1.0; }
    void conclude(std::span<double> finals) override {
        finals[0] = std::sqrt(static_cast<double>(seed_));
    }

private:
    std::string ending_;
    double milliseconds_;
    std::int64_t seed_;
};

class EndingExperiment final : public Experiment {
public:
    explicit EndingExperiment(const ParameterValues& values) : values_(values) {}
    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        return {{.arm = "only", .factors = {}, .steps = 1}};
    }
    [[nodiscard]] std::vector<Column> traceColumns() const override { return {{"one", "one"}}; }
    [[nodiscard]] std::vector<Column> finalColumns() const override { return {{"root", "root"}}; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan&) const override {
        return std::make_unique<EndingSolver>(values_.text("ending"), values_.real("milliseconds"),
                                              values_.integer("seed"));
    }

private:
    ParameterValues values_;
};

void registerEndings(Registry& registry) {
    Description description{.id = "endings",
                            .title = "Endings",
                            .family = "test",
                            .summary = "Ends as it is told to.",
                            .question = "How does it end?"};
    description.parameters = {
        choiceParameter({"ending", "Ending", "How the run ends."},
                        {{"finishes", "finishes", ""},
                         {"diverges", "diverges", ""},
                         {"throws", "throws", ""},
                         {"dies", "dies", ""}},
                        "finishes", "Run"),
        realParameter({"milliseconds", "", "Milliseconds", "How long a step takes."},
                      {.from = 0, .to = 1e5, .value = 1}, "Run"),
        realParameter({"limit", "", "Limit", "Values above 1 are refused together."},
                      {.from = 0, .to = 2, .value = 0}, "Run"),
        seedParameter()};
    description.mainParameters = {"ending", "milliseconds", "limit"};
    description.records = {.trace = {{.id = "one", .label = "one"}},
                           .finals = {{.id = "root", .label = "root"}}};
    description.arms = {{"only", "only", ""}};
    registry.add({.description = description,
                  .check =
                      [](const ParameterValues& values) {
                          if (values.real("limit") > 1)
                              throw InputError("Parameter 'limit': more than 1 cannot work.");
                      },
                  .create =
                      [](const ParameterValues& values) {
                          return std::make_unique<EndingExperiment>(values);
                      }});
}

} // namespace

CONVERGENCE_PLUGIN("endings", registerEndings)
