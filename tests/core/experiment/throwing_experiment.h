#pragma once

#include <fstream>
#include <stdexcept>

#include "core/experiment/experiment.h"
#include "core/experiment/parameter_builders.h"

namespace convergence::testing {

/// Each way into plugin code, by name.
inline const std::vector<std::string> waysIntoAPlugin = {
    "nowhere", "check",   "memoryEstimate", "create",     "trials",
    "columns", "factors", "cadence",        "provenance", "start",
    "step",    "measure", "conclude",       "draw",       "drawShared",
    "setLive", "act",     "probe",          "save",       "divergence"};

/// Throws where it is told to: an exception, or something that is none.
class Thrower {
public:
    explicit Thrower(const ParameterValues& values)
        : place_(values.text("place")), isException_(values.text("thrown") == "exception") {}
    void at(std::string_view place) const {
        if (place != place_)
            return;
        if (isException_)
            throw std::runtime_error("the well is dry");
        throw 42;
    }

private:
    std::string place_;
    bool isException_;
};

/// x = t. The arm "bad" throws in its solver, where it is told to; "good" never does.
class ThrowingSolver final : public Solver {
public:
    ThrowingSolver(const Thrower& thrower, bool isBad, bool diverges)
        : thrower_(thrower), isBad_(isBad), diverges_(diverges) {}
    StepStatus step(const StopToken&) override {
        at("step");
        ++steps_;
        return diverges_ ? StepStatus::diverged : StepStatus::running;
    }
    void measure(std::span<double> metrics) override {
        at("measure");
        metrics[0] = steps_;
    }
    void conclude(std::span<double> finals) override {
        at("conclude");
        finals[0] = steps_;
    }
    void setLive(const std::string& name, const Value&) override {
        at(name == "seen" ? "probe" : "setLive");
    }
    void act(const std::string&) override { at("act"); }
    void draw(const Recording&, FrameMap& frames) const override {
        frames["steps"] = TextFrame{std::to_string(steps_)};
        at("draw");
    }
    void save(const std::filesystem::path& folder) const override {
        std::ofstream(folder / "half.txt") << steps_;
        at("save");
    }
    [[nodiscard]] std::string divergence() const override {
        at("divergence");
        return "it was told to";
    }

private:
    void at(std::string_view place) const {
        if (isBad_)
            thrower_.at(place);
    }
    const Thrower& thrower_;
    bool isBad_;
    bool diverges_;
    int steps_ = 0;
};

class ThrowingExperiment final : public Experiment {
public:
    explicit ThrowingExperiment(const ParameterValues& values)
        : thrower_(values), diverges_(values.text("place") == "divergence") {}
    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        thrower_.at("trials");
        return {{.arm = "bad", .steps = 20}, {.arm = "good", .steps = 20}};
    }
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        thrower_.at("columns");
        return {{"x", "x"}};
    }
    [[nodiscard]] std::vector<Column> factorColumns() const override {
        thrower_.at("factors");
        return {};
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override { return {{"last", "last"}}; }
    [[nodiscard]] Cadence cadence() const override {
        thrower_.at("cadence");
        return {1};
    }
    [[nodiscard]] Provenance provenance() const override {
        thrower_.at("provenance");
        return {};
    }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        if (plan.arm == "bad")
            thrower_.at("start");
        return std::make_unique<ThrowingSolver>(thrower_, plan.arm == "bad",
                                                diverges_ && plan.arm == "bad");
    }
    void draw(const Recording&, FrameMap& shared) const override {
        shared["truth"] = TextFrame{"20"};
        thrower_.at("drawShared");
    }

private:
    Thrower thrower_;
    bool diverges_;
};

inline ExperimentType throwing() {
    Description description{.id = "throwing",
                            .title = "Throwing",
                            .family = "test",
                            .summary = "Throws where it is told to.",
                            .question = "Who catches it?"};
    std::vector<Choice> places;
    for (const std::string& way : waysIntoAPlugin)
        places.push_back({way, way, ""});
    description.parameters = {
        choiceParameter({"place", "Place", "Where it throws."}, places, "nowhere", "Run"),
        choiceParameter({"thrown", "Thrown", "What it throws."},
                        {{"exception", "an exception", ""}, {"number", "a number", ""}},
                        "exception", "Run"),
        integerParameter({"seen", "", "Seen", "What the views show."},
                         {.from = 0, .to = 10, .value = 0}, "Run"),
        integerParameter({"live", "", "Live", "A live parameter."},
                         {.from = 0, .to = 10, .value = 0}, "Run")};
    description.parameters[2].effect = LiveEffect::framesOnly;
    description.parameters[3].effect = LiveEffect::nextStep;
    description.mainParameters = {"place", "thrown", "seen"};
    description.records = {.trace = {{.id = "x", .label = "x"}},
                           .finals = {{.id = "last", .label = "last"}},
                           .frames = {"steps"}};
    description.arms = {{"bad", "bad", ""}, {"good", "good", ""}};
    description.actions = {{"poke", "Poke", ""}};
    description.views = {{.id = "steps",
                          .title = "Steps",
                          .kind = ViewKind::text,
                          .frames = {"steps"},
                          .isMain = true}};
    return {.description = description,
            .check = [](const ParameterValues& values) { Thrower(values).at("check"); },
            .memoryEstimate =
                [](const ParameterValues& values) {
                    Thrower(values).at("memoryEstimate");
                    return 1.0;
                },
            .create =
                [](const ParameterValues& values) {
                    Thrower(values).at("create");
                    return std::make_unique<ThrowingExperiment>(values);
                },
            .files = "half of a file"};
}

} // namespace convergence::testing
