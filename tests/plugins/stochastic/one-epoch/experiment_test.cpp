#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <functional>

#include <QTemporaryDir>
#include <QtTest>

#include "core/data/text.h"
#include "core/error.h"
#include "core/experiment/parameter_builders.h"
#include "core/experiment/registry.h"
#include "core/experiment/run_files.h"
#include "core/experiment/runner.h"
#include "core/experiment/verification.h"
#include "plugins/stochastic/one-epoch/experiment.h"
#include "plugins/stochastic/one-epoch/frames.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

/// A small text of one's own.
class OwnText {
public:
    explicit OwnText(std::size_t symbols = 40000) {
        std::ofstream(path()) << inventedText(symbols, 1);
    }
    [[nodiscard]] std::string path() const { return folder_.filePath("text.txt").toStdString(); }
    [[nodiscard]] Overrides small(Overrides further = {}) const {
        further.insert({{"text_source", std::string("own")},
                        {"text_path", path()},
                        {"arms", Names{"epochs_1", "epochs_10"}},
                        {"width", whole(8)},
                        {"context", whole(16)},
                        {"batch_chunks", whole(4)},
                        {"iterations", whole(60)},
                        {"record_every", whole(20)}});
        return further;
    }

private:
    QTemporaryDir folder_;
};

/// Values of one trial of a recording that a test makes up.
struct MadeUp {
    double testLoss = 2.0, gap = 0.0, ratio = 1.0;
    std::vector<std::pair<double, double>> curve; ///< iteration, test loss
};

/// On a text of one's own, longer for sizes, whose budgets need it.
EvidenceRun constructed(Overrides overrides, const std::function<MadeUp(const TrialPlan&)>& outcome,
                        TrialStatus status = TrialStatus::finished) {
    static const OwnText shortText, longText(5200000);
    const OwnText& own = overrides.contains("study") ? longText : shortText;
    overrides.insert({{"text_source", std::string("own")},
                      {"text_path", own.path()},
                      {"context", whole(8)},
                      {"batch_chunks", whole(1)}});
    const ExperimentType type = oneEpoch();
    auto values = std::make_shared<const ParameterValues>(type.description.parameters, overrides);
    const auto experiment = createExperiment(type, *values);
    auto recording = makeRecording(*experiment);
    const auto& finals = experiment->finalColumns();
    for (std::size_t i = 0; i < recording->plans().size(); ++i) {
        const MadeUp made = outcome(recording->plans()[i]);
        for (const auto& [iteration, loss] : made.curve) {
            std::vector<double> row(recording->trace(i).columns().size(), 0.0);
            row[recording->trace(i).columnIndex("iteration")] = iteration;
            row[recording->trace(i).columnIndex("test_loss")] = loss;
            recording->traceForWriting(i).append(row);
        }
        std::vector<double> row(finals.size(), 0.0);
        for (std::size_t c = 0; c < finals.size(); ++c)
            row[c] = finals[c].name == "gap"     ? made.gap
                     : finals[c].name == "ratio" ? made.ratio
                                                 : made.testLoss;
        recording->setStatus(i, status);
        recording->conclude(i, row);
    }
    return {"", 0, values, recording};
}

Judgement judged(const std::string& claim, EvidenceRun run) {
    return judged(oneEpoch(), claim, {std::move(run)});
}

std::string tablesOf(const Overrides& overrides, int threads) {
    return tables(*record(oneEpoch(), overrides, {.threads = threads}));
}

} // namespace

class OneEpochTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionIsConsistent() {
        Registry registry;
        registry.add(oneEpoch());
        QCOMPARE(registry.all().size(), std::size_t{1});
        for (const Preset& preset : oneEpoch().description.presets)
            static_cast<void>(resolveValues(oneEpoch(), preset.id, {}));
    }

    void theOrderOfEpochsIsJudged() {
        const auto run = [](double once, double ten, double twenty, double fifty) {
            return constructed({{"arms", Names{"epochs_1", "epochs_10", "epochs_20", "epochs_50"}},
                                {"replicates", whole(2)}},
                               [=](const TrialPlan& plan) -> MadeUp {
                                   const double loss = plan.arm == "epochs_1"    ? once
                                                       : plan.arm == "epochs_10" ? ten
                                                       : plan.arm == "epochs_20" ? twenty
                                                                                 : fifty;
                                   return {.testLoss = loss + 0.01 * double(plan.replicate)};
                               });
        };
        expectVerdict(judged("one_epoch_wins", run(1.6, 1.7, 1.9, 4.8)), Verdict::holds);
        expectVerdict(judged("one_epoch_wins", run(1.71, 1.7, 1.9, 4.8)), Verdict::fails);
        expectVerdict(judged("one_epoch_wins", run(1.6, 1.7, 1.65, 4.8)), Verdict::fails);
        expectVerdict(judged("one_epoch_wins", run(1.6, 1.6, 1.6, 1.6)), Verdict::fails);
    }

    /// The curve of twenty epochs is least at iteration 300; one epoch is there at 200.
    void theSpeedUpIsReadFromTheCurves() {
        const auto run = [](double reachedAt) {
            return constructed({{"arms", Names{"epochs_1", "epochs_20"}}, {"replicates", whole(2)}},
                               [=](const TrialPlan& plan) -> MadeUp {
                                   if (plan.arm == "epochs_20")
                                       return {.curve = {{100, 3.0}, {300, 2.0}, {500, 2.5}}};
                                   return {.curve = {{100, 3.0}, {reachedAt, 2.0}, {500, 1.5}}};
                               });
        };
        const Judgement fast = judged("speed_up", run(200));
        expectVerdict(fast, Verdict::holds);
        QCOMPARE(fast.measured, 1.5);
        expectVerdict(judged("speed_up", run(320)), Verdict::fails);
    }

    void gapsAndDropoutAreJudged() {
        const auto gaps = [](double once, double ten) {
            return constructed({{"arms", Names{"epochs_1", "epochs_10"}}, {"replicates", whole(2)}},
                               [=](const TrialPlan& plan) -> MadeUp {
                                   return {.gap = plan.arm == "epochs_1" ? once : ten};
                               });
        };
        expectVerdict(judged("no_overfitting", gaps(0.01, 0.1)), Verdict::holds);
        expectVerdict(judged("no_overfitting", gaps(0.06, 0.1)), Verdict::fails);
        expectVerdict(judged("no_overfitting", gaps(0.01, 0.02)), Verdict::fails);
        const auto dropout = [](double cost) {
            return constructed(
                {{"arms", Names{"epochs_1", "epochs_50"}}, {"dropout", Numbers{0, 0.1}}},
                [=](const TrialPlan& plan) -> MadeUp {
                    return {.testLoss = 2.0 + (plan.factors.at("dropout") > 0 ? cost : 0.0)};
                });
        };
        expectVerdict(judged("dropout_slows", dropout(0.2)), Verdict::holds);
        expectVerdict(judged("dropout_slows", dropout(0.05)), Verdict::fails);
        expectVerdict(judged("dropout_helps_repetition", dropout(-1.5)), Verdict::holds);
        expectVerdict(judged("dropout_helps_repetition", dropout(0.2)), Verdict::fails);
    }

    void powerLawsMustFallAndBeStraight() {
        const auto run = [](const std::function<double(double)>& loss) {
            return constructed({{"arms", Names{"epochs_1"}}, {"schedule", std::string("constant")}},
                               [&](const TrialPlan&) {
                                   MadeUp made;
                                   for (double t = 50; t <= 3000; t *= 1.05)
                                       made.curve.emplace_back(std::round(t), loss(t));
                                   return made;
                               });
        };
        const Judgement straight =
            judged("power_law", run([](double t) { return 4.0 * std::pow(t, -0.15); }));
        expectVerdict(straight, Verdict::holds);
        QVERIFY(straight.measured > 0.999);
        QCOMPARE(straight.fits.size(), std::size_t{1});
        expectNear(straight.fits[0].slope, -0.15, 1e-3);
        expectVerdict(judged("power_law", run([](double t) { return std::pow(t, 0.15); })),
                      Verdict::fails);
        expectVerdict(judged("power_law", run([](double t) {
                                 return 2.0 + 0.1 * std::pow(std::log(t / 500.0), 2);
                             })),
                      Verdict::fails);
    }

    void theBestSizeMustLieInside() {
        const auto run = [](std::array<double, 3> losses) {
            return constructed(
                {{"study", std::string("sizes")},
                 {"widths", Numbers{8, 16, 64}},
                 {"tuned_rates", Numbers{3e-3}}},
                [=](const TrialPlan& plan) -> MadeUp {
                    const double width = plan.factors.at("width");
                    return {.testLoss = losses[width == 8 ? 0 : width == 16 ? 1 : 2]};
                });
        };
        expectVerdict(judged("interior_size", run({2.0, 1.8, 2.4})), Verdict::holds);
        expectVerdict(judged("interior_size", run({1.7, 1.8, 2.4})), Verdict::fails);
        expectVerdict(judged("interior_size", run({2.0, 1.8, 2.0})), Verdict::fails);
        for (std::size_t k = 0; k < 3; ++k) {
            std::array losses{2.0, 1.8, 2.4};
            losses[k] = NAN;
            // All rates of a width diverged: it has no best one.
            expectVerdict(judged("interior_size", run(losses)), Verdict::notEnoughData);
        }
    }

    void unfinishedRunsGiveNoVerdict() {
        const auto early = [](const Overrides& overrides) {
            return constructed(
                overrides, [](const TrialPlan&) { return MadeUp{}; }, TrialStatus::stopped);
        };
        const Overrides arms{
            {"arms", Names{"epochs_1", "epochs_10", "epochs_20", "epochs_50", "epochs_100"}},
            {"dropout", Numbers{0, 0.1}},
            {"schedule", std::string("constant")}};
        for (const char* claim : {"one_epoch_wins", "hundred_epochs", "no_overfitting", "speed_up",
                                  "dropout_slows", "dropout_helps_repetition", "power_law"})
            expectVerdict(judged(claim, early(arms)), Verdict::notEnoughData, claim);
        expectVerdict(judged("interior_size", early({{"study", std::string("sizes")}})),
                      Verdict::notEnoughData);
    }

    void combinationsThatCannotWorkAreRefused() {
        const auto text = [](const char* value) { return std::string(value); };
        expectRefusal(creating(oneEpoch(), {{"width", whole(33)}}), "'width'");
        expectRefusal(creating(oneEpoch(), {{"model", text("ngram")}, {"dropout", Numbers{0.1}}}),
                      "'dropout'");
        expectRefusal(creating(oneEpoch(), {{"text_source", text("own")}}), "'text_path'");
        expectRefusal(
            creating(oneEpoch(), {{"text_source", text("own")}, {"text_path", text("/nowhere")}}),
            "/nowhere");
        const OwnText own;
        // 40,000 symbols in chunks of 17 are 2,352; 384 are set aside: 1,968 / 4 = 492 steps.
        expectRefusal(creating(oneEpoch(), own.small({{"iterations", whole(493)}})),
                      "'iterations': 493", "at most 492");
        QVERIFY(creating(oneEpoch(), own.small({{"iterations", whole(492)}}))());
        // Ten epochs need a tenth of the text.
        QVERIFY(creating(oneEpoch(),
                         own.small({{"iterations", whole(4920)}, {"arms", Names{"epochs_10"}}}))());
    }

    void recordingsDoNotDependOnThreads() {
        const OwnText own;
        for (const Overrides& overrides : {own.small({{"dropout", Numbers{0, 0.2}}}),
                                           own.small({{"model", std::string("ngram")}}),
                                           own.small({{"study", std::string("sizes")},
                                                      {"widths", Numbers{16, 32}},
                                                      {"compute_budget", Numbers{1e8}}})}) {
            const std::string one = tablesOf(overrides, 1);
            QVERIFY(!one.empty());
            QCOMPARE(one, tablesOf(overrides, 2));
        }
    }

    /// In the control nothing is repeated, so ten epochs are one epoch to the last bit.
    void freshChunksMakeAllRunsTheSame() {
        const OwnText own;
        const ExperimentType type = oneEpoch();
        const auto experiment = createExperiment(
            type, resolveValues(type, "", own.small({{"supply", std::string("fresh")}})));
        const auto recording = makeRecording(*experiment);
        runToEnd(*experiment, *recording, {.threads = 1});
        QCOMPARE(recording->plans().size(), std::size_t{2});
        QVERIFY(recording->trace(0).column("test_loss") == recording->trace(1).column("test_loss"));
        expectNear(recording->trace(1).column("times_seen").back(), 1.0, 1e-12);
    }

    void framesShowTextAttentionAndWhatTheRecordingHolds() {
        const OwnText own;
        const ExperimentType type = oneEpoch();
        const auto experiment = createExperiment(type, resolveValues(type, "", own.small()));
        const auto recording = record(*experiment);
        const auto plans = experiment->trials(); // one epoch, ten epochs
        const auto solver = experiment->start(plans.back());
        solver->step(StopToken());
        FrameMap frames;
        solver->draw(*recording, frames);
        experiment->draw(*recording, frames);
        QVERIFY(std::get<TextFrame>(frames.at("text")).text.find("it writes") != std::string::npos);
        const auto& attention = std::get<MatrixFrame>(frames.at("attention"));
        QCOMPARE(attention.values.size(), std::size_t{16 * 16});
        const auto& curves = std::get<CurvesFrame>(frames.at("construction")).curves;
        QVERIFY(curves.size() >= 3);
        QCOMPARE(curves[1].y.back(), recording->trace(1).column("test_loss").back());
        const auto& gaps = std::get<BarsFrame>(frames.at("gaps"));
        QCOMPARE(gaps.categories.size(), std::size_t{2});
        QCOMPARE(gaps.series.at(0).values.at(1), finalOf(*recording, 1, "gap"));
    }

    /// A gap that no trial has yet leaves no bar, and an untested trial no curve.
    void nothingIsDrawnOfTrialsThatHaveNotRun() {
        const OwnText own;
        const ExperimentType type = oneEpoch();
        const auto experiment = createExperiment(type, resolveValues(type, "", own.small()));
        const auto recording = makeRecording(*experiment);
        FrameMap frames;
        experiment->start(experiment->trials().back())->draw(*recording, frames);
        experiment->draw(*recording, frames);
        QVERIFY(std::get<CurvesFrame>(frames.at("construction")).curves.empty());
        QVERIFY(std::get<BarsFrame>(frames.at("gaps")).categories.empty());
    }
};

REGISTER_TEST(OneEpochTest)
#include "one-epoch/experiment_test.moc"
