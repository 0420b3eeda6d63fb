// The experiment optimizer-playground against closed forms on the bowl and steps by hand.

#include <cmath>
#include <regex>

#include <QtTest>

#include "core/error.h"
#include "core/experiment/registry.h"
#include "core/experiment/run_files.h"
#include "core/experiment/runner.h"
#include "plugins/playground/optimizer-playground/arms.h"
#include "plugins/playground/optimizer-playground/experiment.h"
#include "plugins/playground/optimizer-playground/step_arithmetic.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Strings = std::vector<std::string>;

std::shared_ptr<Recording> run(Overrides overrides, int threads = 1) {
    overrides.insert({"record_every", std::int64_t{1}});
    return record(optimizerPlayground(), overrides, {.threads = threads});
}

std::vector<double> column(const Recording& recording, const char* arm, const char* name) {
    return recording.trace(recording.trialsOf(arm).front()).column(name);
}

/// The last pair of numbers of a text: where the arithmetic says the step ends.
std::pair<double, double> lastPair(const std::string& text) {
    static const std::regex pair(R"(\(([-+0-9.e]+), ([-+0-9.e]+)\)\n$)");
    std::smatch match;
    if (!std::regex_search(text, match, pair))
        return {NAN, NAN};
    return {std::stod(match[1]), std::stod(match[2])};
}

} // namespace

class OptimizerPlaygroundTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theRegistryAcceptsIt() {
        Registry registry;
        registry.add(optimizerPlayground());
        for (const Preset& preset : optimizerPlayground().description.presets)
            static_cast<void>(resolveValues(optimizerPlayground(), preset.id, {}));
    }

    /// x_t = (1 − ηL)ᵗ x₀ along one axis, (1 − ημ)ᵗ along the other.
    void descentOnAnUprightBowlIsGeometric() {
        const auto recording = run({{"arms", Strings{"sgd"}},
                                    {"angle", 0.0},
                                    {"condition", 4.0},
                                    {"curvature", 2.0},
                                    {"rate_sgd", 0.3},
                                    {"start_x", 1.0},
                                    {"start_y", -2.0},
                                    {"steps", std::int64_t{40}}});
        const auto x = column(*recording, "sgd", "x"), y = column(*recording, "sgd", "y");
        for (std::size_t t = 0; t <= 40; ++t) {
            expectNear(x[t], std::pow(1.0 - 0.6, double(t)), 1e-14);
            expectNear(y[t], -(2.0 * std::pow(1.0 - 0.15, double(t))), 1e-14);
        }
    }

    void thePredictionBoundsTheDistance() {
        const auto recording = run({{"arms", Strings{"sgd", "momentum"}},
                                    {"rate_sgd", 1.7},
                                    {"rate_momentum", 1.0},
                                    {"momentum", 0.6}});
        const auto distance = column(*recording, "sgd", "distance");
        const auto predicted = column(*recording, "sgd", "predicted_distance");
        for (std::size_t t = 0; t < distance.size(); ++t)
            QVERIFY(distance[t] <= predicted[t] * (1.0 + 1e-9) + 1e-15);
        // Heavy ball has both roots on the circle of radius √μ.
        const auto momentum = column(*recording, "momentum", "predicted_distance");
        expectNear(momentum[10] / momentum[9], std::sqrt(0.6), 1e-9);
    }

    void allOptimizersMoveAsTheirArithmeticSays() {
        for (const std::string& arm : idsOf(playground::playgroundArms))
            for (const double noise : {0.0, 0.4}) {
                const ExperimentType type = optimizerPlayground();
                const auto experiment =
                    createExperiment(type, resolveValues(type, "",
                                                         {{"arms", Strings{arm}},
                                                          {"surface", std::string("himmelblau")},
                                                          {"noise", noise},
                                                          {"rate_momentum", 0.01},
                                                          {"rate_nesterov", 0.01},
                                                          {"rate_sgd", 0.01},
                                                          {"steps", std::int64_t{20}}}));
                const auto solver = experiment->start(experiment->trials().front());
                for (int t = 0; t < 5; ++t) {
                    QVERIFY(solver->step(StopToken()) == StepStatus::running);
                    FrameMap frames;
                    solver->draw(*makeRecording(*experiment), frames);
                    const auto& path = std::get<PathFrame>(frames.at("path"));
                    const auto [x, y] = lastPair(std::get<TextFrame>(frames.at("arithmetic")).text);
                    expectNear(x, path.x.back(), 1e-3 * (1.0 + std::abs(x)), arm.c_str());
                    expectNear(y, path.y.back(), 1e-3 * (1.0 + std::abs(y)), arm.c_str());
                    QCOMPARE(path.x.size(), std::size_t(t + 2));
                }
            }
    }

    /// The numbers of a line, taken again through its formula.
    void adamsArithmeticIsAdam() {
        playground::StepRecord step{.rule = playground::StepRule::adam, .t = 1, .rate = 0.1};
        step.x = {1.0, 2.0};
        step.gradient = {3.0, -4.0};
        step.momentumBefore = step.squaresBefore = Eigen::Vector2d::Zero();
        step.momentumAfter = 0.1 * step.gradient;
        step.squaresAfter = 0.001 * step.gradient.cwiseAbs2();
        step.next = {0.9, 2.1};
        const std::string text = playground::arithmeticOf(step);
        QVERIFY(text.find("(0.3, -0.4)/0.1\n   = (3, -4)") != std::string::npos);
        QVERIFY(text.find("(0.009, 0.016)/0.001\n   = (9, 16)") != std::string::npos);
        QVERIFY(text.find("(1, 2) − 0.1·(3, -4)/(3, 4)\n   = (0.9, 2.1)") != std::string::npos);
    }

    void everyScheduleRuns() {
        const ExperimentType type = optimizerPlayground();
        const Parameter& schedule = findParameter(type.description.parameters, "schedule");
        for (const Choice& choice : schedule.choices) {
            const auto recording = run({{"schedule", choice.id},
                                        {"arms", Strings{"sgd", "momentum", "adam"}},
                                        {"steps", std::int64_t{60}}});
            for (std::size_t trial = 0; trial < 3; ++trial)
                QVERIFY2(recording->status(trial) == TrialStatus::finished, choice.id.c_str());
        }
    }

    void noiseIsSharedAndRepeatable() {
        const Overrides overrides = {{"noise", 0.5},
                                     {"arms", Strings{"sgd", "adam", "newton"}},
                                     {"steps", std::int64_t{50}}};
        const auto one = run(overrides, 1), two = run(overrides, 3);
        for (std::size_t trial = 0; trial < 3; ++trial)
            QCOMPARE(toCsv(one->trace(trial)), toCsv(two->trace(trial)));
    }

    void aTypedFormulaIsMinimized() {
        const auto recording = run({{"surface", std::string("formula")},
                                    {"formula", std::string("(x - 1)^2 + 2*(y + 0.5)^2 + x*y/4")},
                                    {"arms", Strings{"newton"}},
                                    {"steps", std::int64_t{3}}});
        // 2(x − 1) + y/4 = 0 and 4(y + ½) + x/4 = 0.
        const double determinant = 2.0 * 4.0 - 1.0 / 16.0;
        expectNear(column(*recording, "newton", "x")[1], (8.0 + 0.5) / determinant, 1e-12);
        expectNear(column(*recording, "newton", "y")[1], (-4.0 - 0.5) / determinant, 1e-12);
    }

    void troubleIsTold() {
        const std::string formula = "formula";
        expectRefusal(resolving(optimizerPlayground(),
                                {{"surface", formula}, {"formula", std::string("x +")}}),
                      "x +");
        expectRefusal(resolving(optimizerPlayground(),
                                {{"surface", formula}, {"formula", std::string("sqrt(x)")}}),
                      "start_x");
        const auto fast = run({{"arms", Strings{"sgd"}}, {"rate_sgd", 5.0}});
        QVERIFY(fast->status(0) == TrialStatus::diverged);
        const auto singular = run(
            {{"surface", formula}, {"formula", std::string("x + y")}, {"arms", Strings{"newton"}}});
        QVERIFY(singular->status(0) == TrialStatus::diverged);
        QVERIFY(singular->message(0).find("singular") != std::string::npos);
    }

    void theArrowsAddUpToTheStep() {
        const ExperimentType type = optimizerPlayground();
        const auto experiment =
            createExperiment(type, resolveValues(type, "", {{"arms", Strings{"momentum"}}}));
        const auto solver = experiment->start(experiment->trials().front());
        FrameMap frames;
        for (int t = 0; t < 3; ++t)
            static_cast<void>(solver->step(StopToken()));
        solver->draw(*makeRecording(*experiment), frames);
        const auto& path = std::get<PathFrame>(frames.at("path"));
        QCOMPARE(path.arrows.size(), std::size_t(3));
        expectNear(path.arrows[2].x + path.arrows[2].dx, path.x.back(), 1e-15);
        expectNear(path.arrows[1].dx, path.arrows[2].dx, 1e-15); // the step is −ηv
        solver->setLive("inspect", std::string("none"));
        solver->draw(*makeRecording(*experiment), frames);
        QVERIFY(std::get<PathFrame>(frames.at("path")).arrows.empty());
    }
};

REGISTER_TEST(OptimizerPlaygroundTest)
#include "optimizer-playground/experiment_test.moc"
