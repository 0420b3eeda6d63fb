// The experiment rex-schedule on small made-up images, which it reads from IDX files as it would
// a person's own.

#include <cmath>
#include <functional>
#include <numeric>
#include <set>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "core/data/fashion_mnist.h"
#include "core/experiment/registry.h"
#include "core/experiment/run_files.h"
#include "core/experiment/runner.h"
#include "core/optim/schedule.h"
#include "plugins/schedules/rex-schedule/experiment.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Strings = std::vector<std::string>;
using Numbers = std::vector<double>;

constexpr Eigen::Index trainImages = 500, validationImages = 2000, testImages = 500;

void writeIdx(const QString& path, std::initializer_list<std::uint32_t> dimensions,
              const QByteArray& values) {
    QByteArray bytes("\0\0\x08", 3);
    bytes.append(static_cast<char>(dimensions.size()));
    for (const std::uint32_t dimension : dimensions)
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes.append(static_cast<char>(dimension >> shift & 0xff));
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes + values) < 0)
        qFatal("cannot write %s", qPrintable(path));
}

void writePart(const QTemporaryDir& folder, const QString& part, const LabelledImages& images) {
    QByteArray pixels, labels;
    for (const float pixel : images.images.reshaped())
        pixels.append(static_cast<char>(std::lround(255.0F * pixel)));
    for (const std::uint8_t label : images.labels)
        labels.append(static_cast<char>(label));
    const auto count = static_cast<std::uint32_t>(images.count());
    writeIdx(folder.filePath(part + "-images-idx3-ubyte"), {count, 28, 28}, pixels);
    writeIdx(folder.filePath(part + "-labels-idx1-ubyte"), {count}, labels);
}

void writeFolder(const QTemporaryDir& folder, const ImageDataset& data) {
    writePart(folder, "train", data.train);
    writePart(folder, "t10k", data.test);
}

std::string traces(const Recording& recording) {
    std::string text;
    for (std::size_t i = 0; i < recording.plans().size(); ++i)
        text += toCsv(recording.trace(i));
    return text;
}

/// Rate relative to η₀ by iteration: row t + 1 of a trace has the rate that iteration t took.
Numbers factorsOf(const Recording& recording, std::size_t trial) {
    Numbers rates = recording.trace(trial).column("learning_rate_now");
    rates.erase(rates.begin());
    for (double& rate : rates)
        rate /= recording.plans()[trial].factors.at("learning_rate");
    return rates;
}

const CurvesFrame::Curve* curveNamed(const CurvesFrame& frame, std::string_view label) {
    const auto found = std::find_if(frame.curves.begin(), frame.curves.end(),
                                    [&](const auto& curve) { return curve.label == label; });
    return found == frame.curves.end() ? nullptr : &*found;
}

} // namespace

class RexScheduleTest : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    ImageDataset data_;
    ExperimentType type_ = rexSchedule();

    /// A few seconds of training at most: 500 images, 8 hidden units, 40 iterations.
    [[nodiscard]] ParameterValues small(const Overrides& overrides = {}) const {
        Overrides merged = overrides;
        merged.insert({{"data_folder", folder_.path().toStdString()},
                       {"named_schedules", Strings{"rex"}},
                       {"train_samples", std::int64_t{trainImages}},
                       {"hidden_units", std::int64_t{8}},
                       {"batch_size", std::int64_t{50}},
                       {"maximum_iterations", std::int64_t{40}},
                       {"budget_percent", Numbers{100}},
                       {"learning_rates", Numbers{0.05}},
                       {"adam_learning_rates", Numbers{0.003}},
                       {"seeds", Numbers{0}}});
        return resolveValues(type_, "", merged);
    }
    [[nodiscard]] std::unique_ptr<Experiment> make(const Overrides& overrides = {}) const {
        return createExperiment(type_, small(overrides));
    }
    [[nodiscard]] auto making(const Overrides& overrides) const {
        return [this, overrides] { return make(overrides); };
    }

private Q_SLOTS:
    void initTestCase() {
        data_ = standInImages(trainImages + validationImages, testImages, 3);
        writeFolder(folder_, data_);
    }

    // ---- Description --------------------------------------------------------------------------

    void theRegistryAcceptsTheDescription() {
        Registry registry;
        registry.add(rexSchedule());
        QCOMPARE(registry.find("rex-schedule")->description.id, std::string("rex-schedule"));
    }

    void everyPresetRunsOnAPersonsOwnImages() {
        for (const Preset& preset : type_.description.presets) {
            const auto values = resolveValues(type_, preset.id,
                                              {{"data_folder", folder_.path().toStdString()},
                                               {"train_samples", std::int64_t{trainImages}}});
            const auto experiment = createExperiment(type_, values);
            QVERIFY2(!experiment->provenance().standIn, preset.id.c_str());
            for (const TrialPlan& plan : experiment->trials()) {
                QVERIFY2(type_.description.findArm(plan.arm), plan.arm.c_str());
                const auto solver = experiment->start(plan);
                QCOMPARE(solver->step(StopToken()), StepStatus::running);
            }
        }
    }

    // ---- Memory -------------------------------------------------------------------------------

    /// 256 hidden units: 203,530 parameters. Further seeds need rows of traces and no networks.
    void theMemoryEstimateCountsTheTrialsThatTrainAtOnce() {
        const auto estimate = [&](std::size_t seeds, std::int64_t units = 256) {
            Numbers all(seeds);
            std::iota(all.begin(), all.end(), 0.0);
            return type_.memoryEstimate(small(
                {{"hidden_units", units}, {"seeds", all}, {"record_every", std::int64_t{10}}}));
        };
        constexpr double parameters = 4.0 * 203530.0;
        QVERIFY(estimate(600) - estimate(300) < 300.0 * 0.1 * parameters);
        // Parameters, gradient and two moments of one trial; 128 units have half as many.
        QVERIFY(estimate(1) - estimate(1, 128) > 4.0 * 0.49 * parameters);
    }

    /// What trains is given back at the end, though views still draw the trial.
    void trialsThatHaveEndedHoldNoNetwork() {
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        const auto heap = [] {
            const struct mallinfo2 info = ::mallinfo2();
            return static_cast<double>(info.uordblks + info.hblkhd);
        };
        const auto experiment = make({{ "hidden_units", std::int64_t { 256 } }});
        const Recording none({{ "iteration" }}, {}, {}, {}, {});
        std::vector<double> finals(experiment->finalColumns().size());
        std::vector<std::unique_ptr<Solver>> ended;
        constexpr double parameters = 4.0 * 203530.0, trials = 5.0;
        const auto trainOne = [&] {
            ended.push_back(experiment->start(experiment->trials().front()));
            QCOMPARE(ended.back()->step({}), StepStatus::running);
            const double training = heap();
            ended.back()->conclude(finals);
            QVERIFY(training - heap() > 2.0 * parameters);
            FrameMap frames;
            ended.back()->draw(none, frames);
            QVERIFY(frames.contains("schedule"));
        };
        trainOne(); // what is made once
        const double before = heap();
        for (int i = 0; i < int(trials); ++i)
            trainOne();
        QVERIFY2(heap() - before < trials * 0.1 * parameters,
                 qPrintable(QString::number(heap() - before)));
#else
        QSKIP("memory cannot be measured in this build");
#endif
    }

    void missingFilesAreNamed() {
        QTemporaryDir empty;
        expectRefusal(making({{"data_folder", empty.path().toStdString()}}),
                      "train-images-idx3-ubyte");
    }

    // ---- Trials -------------------------------------------------------------------------------

    void trialsAreTheProductOfOptimizersBudgetsSchedulesRatesAndSeeds() {
        const auto experiment = make({{"named_schedules", Strings{"rex", "linear", "plateau"}},
                                      {"optimizer", Strings{"momentum", "adam"}},
                                      {"budget_percent", Numbers{10, 100}},
                                      {"learning_rates", Numbers{0.1, 0.3, 1}},
                                      {"adam_learning_rates", Numbers{0.001, 0.01}},
                                      {"seeds", Numbers{4, 7}}});
        const auto plans = experiment->trials();
        QCOMPARE(plans.size(), std::size_t{3 * 2 * (3 + 2) * 2});
        std::set<std::string> seen;
        for (const TrialPlan& plan : plans) {
            const bool adam = plan.factors.at("optimizer_index") == 1.0;
            QCOMPARE(adam, plan.factors.at("learning_rate") < 0.05);
            std::string key = plan.arm + std::to_string(plan.replicate);
            for (const auto& [name, value] : plan.factors)
                key += name + std::to_string(value);
            QVERIFY2(seen.insert(key).second, key.c_str());
        }
    }

    void budgetsAreCountedInIterations() {
        const auto experiment = make(
            {{"maximum_iterations", std::int64_t{800}}, {"budget_percent", Numbers{1, 5, 100}}});
        const auto plans = experiment->trials();
        QCOMPARE(plans[0].steps, std::int64_t{8});
        QCOMPARE(plans[1].steps, std::int64_t{40});
        QCOMPARE(plans[2].steps, std::int64_t{800});
    }

    void theGridHasEveryProfileAtEverySamplingRateOnce() {
        const auto plans = make({{"grid", true}})->trials();
        std::set<std::pair<double, double>> cells;
        for (const TrialPlan& plan : plans)
            if (plan.arm.starts_with("grid_"))
                cells.insert({plan.factors.at("profile_index"), plan.factors.at("sampling_index")});
        QCOMPARE(cells.size(), std::size_t{21});
        QCOMPARE(plans.size(), std::size_t{22});
    }

    void schedulesShareInitialWeightsAndBatchesOfASeed() {
        const auto recording =
            record(*make({{"named_schedules", Strings{"rex", "constant", "plateau"}},
                          {"seeds", Numbers{0, 1}}}),
                   2);
        const auto firstLoss = [&](std::size_t trial) {
            return recording->trace(trial).column("batch_loss").at(1);
        };
        // Order: schedule by schedule, seeds within. The first loss comes before any rate is used.
        QCOMPARE(firstLoss(2), firstLoss(0));
        QCOMPARE(firstLoss(4), firstLoss(0));
        QCOMPARE(firstLoss(3), firstLoss(1));
        QVERIFY(firstLoss(1) != firstLoss(0));
    }

    void theRecordingDoesNotDependOnTheNumberOfThreads() {
        const auto experiment = make({{"named_schedules", Strings{"rex", "plateau", "one_cycle"}},
                                      {"optimizer", Strings{"momentum", "adam"}},
                                      {"seeds", Numbers{0, 1}}});
        QCOMPARE(tables(*record(*experiment, 1)), tables(*record(*experiment, 2)));
    }

    // ---- Rates --------------------------------------------------------------------------------

    /// Over the actual budget, here 20 of 40 iterations: z = t/20.
    void theRateFollowsTheFormulaOverTheActualBudget() {
        const auto recording =
            record(*make({{"named_schedules", Strings{"rex", "linear", "cosine", "step_30_60_90"}},
                          {"budget_percent", Numbers{50}}}),
                   2);
        const std::vector<std::function<double(double)>> formulas = {
            [](double z) { return (1.0 - z) / (1.0 - z / 2.0); }, [](double z) { return 1.0 - z; },
            [](double z) { return 0.5 * (1.0 + std::cos(M_PI * z)); },
            [](double z) {
                return z < 0.3 - 1e-9 ? 1.0 : z < 0.6 - 1e-9 ? 0.1 : z < 0.9 - 1e-9 ? 0.01 : 0.001;
            }};
        for (std::size_t trial = 0; trial < formulas.size(); ++trial) {
            const Numbers factors = factorsOf(*recording, trial);
            QCOMPARE(factors.size(), std::size_t{20});
            for (std::size_t t = 0; t < factors.size(); ++t)
                expectNear(factors[t], formulas[trial](static_cast<double>(t) / 20.0), 1e-12,
                           qPrintable(QString("schedule %1, iteration %2").arg(trial).arg(t)));
        }
    }

    /// Log-linear through the milestones of its own sampling rate, so a 50-75 cell is a step by 10.
    void gridArmsReadTheirProfileAtTheirSamplingRate() {
        const auto recording = record(*make({{"grid", true}}), 2);
        for (std::size_t trial = 0; trial < recording->plans().size(); ++trial) {
            const std::string& arm = recording->plans()[trial].arm;
            const Numbers factors = factorsOf(*recording, trial);
            if (arm == "grid_rex_50_75") {
                QCOMPARE(factors[19], 1.0);
                QCOMPARE(factors[20], 2.0 / 3.0);
                QCOMPARE(factors[29], 2.0 / 3.0);
                QCOMPARE(factors[30], 0.25 / 0.625);
            } else if (arm == "grid_step_50_75") {
                QCOMPARE(factors[19], 1.0);
                QCOMPARE(factors[20], 0.1);
                QCOMPARE(factors[30], 0.01);
            } else if (arm == "grid_linear_10p") {
                for (std::size_t t = 0; t < 40; ++t)
                    expectNear(factors[t], 1.0 - 0.1 * std::floor(t / 4), 1e-12);
            }
        }
    }

    /// The loss does not get better by 1e-4 of itself at so small a rate: evaluations at 2, 4, 6
    /// (the best, then two without progress) and 8, where patience 2 is exceeded.
    void aPlateauMultipliesTheRateWhenPatienceIsExceeded() {
        const auto recording = record(*make({{"named_schedules", Strings{"plateau"}},
                                             {"learning_rates", Numbers{1e-6}},
                                             {"plateau_evaluations", std::int64_t{20}}}),
                                      2);
        const Numbers factors = factorsOf(*recording, 0);
        for (std::size_t t = 0; t < 8; ++t)
            QCOMPARE(factors[t], 1.0);
        for (std::size_t t = 8; t < 14; ++t)
            expectNear(factors[t], 0.1, 1e-12);
        expectNear(factors[14], 0.01, 1e-12);
    }

    void oneCycleCyclesTheMomentumOfSgdAndLeavesAdamAlone() {
        const auto recording = record(*make({{"named_schedules", Strings{"one_cycle"}},
                                             {"optimizer", Strings{"momentum", "adam"}}}),
                                      2);
        Numbers momentum = recording->trace(0).column("momentum_now");
        QCOMPARE(momentum[1], 0.95);
        expectNear(momentum[13], 0.85, 1e-12); // t = 12 of 40 is the end of the warm-up
        QVERIFY(momentum[40] > 0.949 && momentum[40] < 0.95);
        for (const double value : recording->trace(1).column("momentum_now"))
            QCOMPARE(value, 0.9);
    }

    // ---- Training -----------------------------------------------------------------------------

    void trainingLearnsAndShuffledLabelsTeachNothing() {
        const Overrides longer{{"maximum_iterations", std::int64_t{400}},
                               {"hidden_units", std::int64_t{32}}};
        const double error = record(*make(longer), 2)->trials().column("test_error").front();
        Overrides shuffled = longer;
        shuffled.emplace("shuffle_labels", true);
        const double broken = record(*make(shuffled), 2)->trials().column("test_error").front();
        QVERIFY2(error < 40.0, qPrintable(QString::number(error)));
        QVERIFY2(broken > 75.0, qPrintable(QString::number(broken))); // chance is 90 %
    }

    void validationAndTestErrorsAreOfTheImagesTheyAreNamedFor() {
        QTemporaryDir otherTest, otherValidation;
        ImageDataset changed = data_;
        for (std::uint8_t& label : changed.test.labels)
            label = static_cast<std::uint8_t>(9 - label);
        writeFolder(otherTest, changed);
        changed = data_;
        for (std::size_t i = trainImages; i < changed.train.labels.size(); ++i)
            changed.train.labels[i] = static_cast<std::uint8_t>(9 - changed.train.labels[i]);
        writeFolder(otherValidation, changed);

        const auto with = [&](const QTemporaryDir& folder) {
            return record(*make({{"named_schedules", Strings{"rex", "plateau"}},
                                 {"data_folder", folder.path().toStdString()}}),
                          2);
        };
        const auto original = with(folder_);
        const auto test = with(otherTest);
        const auto validation = with(otherValidation);
        const auto column = [](const auto& recording, const char* name) {
            return recording->trials().column(name);
        };
        // Test images change nothing but the test error: no schedule and no choice looks at them.
        QCOMPARE(traces(*test), traces(*original));
        QCOMPARE(column(test, "validation_error"), column(original, "validation_error"));
        QVERIFY(column(test, "test_error") != column(original, "test_error"));
        // Validation images reach only decay on plateau.
        QCOMPARE(toCsv(validation->trace(0)), toCsv(original->trace(0)));
        QCOMPARE(column(validation, "test_error")[0], column(original, "test_error")[0]);
        QVERIFY(column(validation, "validation_error") != column(original, "validation_error"));
    }

    /// Images that are all the same are all zero without their mean: every rate leaves the class
    /// that is most frequent, and the mean is of training images alone.
    void theMeanImageOfTheTrainingImagesIsTakenOff() {
        QTemporaryDir folder;
        ImageDataset gray = data_;
        gray.train.images.setConstant(0.4F);
        gray.train.images.rightCols(validationImages).setConstant(0.9F);
        gray.test.images.setConstant(0.4F);
        writeFolder(folder, gray);
        const auto recording = record(*make({{"data_folder", folder.path().toStdString()}}), 2);
        // Logits are zero at first, whatever the weights: the loss is ln 10.
        const double first = recording->trace(0).column("batch_loss").at(1);
        expectNear(first, std::log(10.0), 1e-4);
    }

    // ---- Live changes -------------------------------------------------------------------------

    void aLiveProfileAppliesFromThePresentProgressOn() {
        const auto experiment = make({{"custom", true}, {"named_schedules", Strings{"linear"}}});
        const std::size_t own = 1;
        const std::vector<LiveEvent> events = {
            {.trial = own, .iteration = 10, .name = "profile", .value = std::string("constant")},
            {.trial = own, .iteration = 20, .name = "profile", .value = std::string("linear")},
            {.trial = own, .iteration = 30, .name = "sampling", .value = std::string("50-75")},
            {.trial = 0, .iteration = 10, .name = "profile", .value = std::string("constant")}};
        const auto recording = record(*experiment, 2, events);
        const Numbers factors = factorsOf(*recording, own);
        for (std::size_t t = 0; t < 40; ++t) {
            const double z = static_cast<double>(t) / 40.0;
            const double expected = t < 10   ? (1.0 - z) / (1.0 - z / 2.0)
                                    : t < 20 ? 1.0
                                    : t < 30 ? 1.0 - z
                                             : 0.25;
            expectNear(factors[t], expected, 1e-12, qPrintable(QString::number(t)));
        }
        // A schedule with a name stays what its name says.
        expectNear(factorsOf(*recording, 0)[20], 0.5, 1e-12);
        QCOMPARE(tables(*record(*experiment, 1, recording->events())), tables(*recording));
    }

    /// Profile and sampling rate may change to 'step' and 'own' while a run goes on: what those
    /// would read must be in order before it starts.
    void milestonesOutOfOrderAreRefusedBeforeALiveChangeCanReachThem() {
        expectRefusal(making({{"custom", true},
                              {"sampling", std::string("own")},
                              {"milestones", Numbers{60, 30}}}),
                      "milestones");
        expectRefusal(making({{"custom", true}, {"milestones", Numbers{60, 30}}}), "milestones");
    }

    // ---- Frames -------------------------------------------------------------------------------

    void theStaircaseMeetsTheProfileAtTheSamplingPoints() {
        const auto experiment = make({{"custom", true}, {"sampling", std::string("25-50-75")}});
        const auto plans = experiment->trials();
        const auto solver = experiment->start(plans.at(1));
        for (int t = 0; t < 20; ++t)
            solver->step(StopToken());
        FrameMap frames;
        solver->draw(*makeRecording(*experiment), frames);
        const auto& frame = std::get<CurvesFrame>(frames.at("schedule"));
        const auto* dots = curveNamed(frame, "sampling points");
        const auto* stairs = curveNamed(frame, "rate in force");
        const auto* now = curveNamed(frame, "now");
        QVERIFY(dots && stairs && now);
        QCOMPARE(dots->x, (Numbers{0, 25, 50, 75}));
        for (std::size_t i = 0; i < dots->x.size(); ++i) {
            const double z = dots->x[i] / 100.0;
            expectNear(dots->y[i], (1.0 - z) / (1.0 - z / 2.0), 1e-12);
            const auto at = std::find(stairs->x.begin(), stairs->x.end(), dots->x[i]);
            QVERIFY(at != stairs->x.end());
            QCOMPARE(stairs->y[static_cast<std::size_t>(at - stairs->x.begin())], dots->y[i]);
        }
        QCOMPARE(now->x, Numbers{50});
    }

    void aGridArmShowsItsOwnProfileAfterALiveChange() {
        const auto experiment = make({{"grid", true}, {"custom", true}});
        const auto plans = experiment->trials();
        const auto plan = std::find_if(plans.begin(), plans.end(), [](const TrialPlan& p) {
            return p.arm == "grid_rex_50_75";
        });
        const auto solver = experiment->start(*plan);
        solver->setLive("profile", std::string("constant"));
        FrameMap frames;
        solver->draw(*makeRecording(*experiment), frames);
        const auto* profile = curveNamed(std::get<CurvesFrame>(frames.at("schedule")), "profile");
        QVERIFY(profile);
        expectNear(profile->y.at(200), 2.0 / 3.0, 1e-12); // at z = ½
    }

    // ---- Refusals -----------------------------------------------------------------------------

    void valuesThatCannotWorkAreRefusedByName_data() {
        QTest::addColumn<QString>("parameter");
        QTest::addColumn<double>("value");
        QTest::newRow("more training images than there are") << "train_samples" << 501.0;
        QTest::newRow("a batch larger than the training set") << "batch_size" << 501.0;
        QTest::newRow("no hidden unit") << "hidden_units" << 0.0;
        QTest::newRow("a budget of nothing") << "maximum_iterations" << 0.0;
    }
    void valuesThatCannotWorkAreRefusedByName() {
        QFETCH(QString, parameter);
        QFETCH(double, value);
        expectRefusal(making({{parameter.toStdString(), static_cast<std::int64_t>(value)}}),
                      parameter, QString::number(value));
    }

    void rexOfNoShapeIsRefused() {
        expectRefusal(making({{"rex_alpha", 0.0}, {"rex_beta", 0.0}}), "rex_");
    }
};

REGISTER_TEST(RexScheduleTest)
#include "rex-schedule/experiment_test.moc"
