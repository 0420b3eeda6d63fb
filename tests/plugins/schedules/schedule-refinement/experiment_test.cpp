// The experiment schedule-refinement on short runs of the noisy stream and on given norms.

#include <algorithm>
#include <cmath>

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "core/experiment/registry.h"
#include "core/experiment/run_files.h"
#include "core/experiment/runner.h"
#include "core/experiment/trial_run.h"
#include "core/math/random.h"
#include "core/optim/noisy_stream.h"
#include "core/optim/schedule_refinement.h"
#include "plugins/schedules/schedule-refinement/experiment.h"
#include "plugins/schedules/schedule-refinement/tasks.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace schedule_refinement;

namespace {

using Strings = std::vector<std::string>;
using Numbers = std::vector<double>;

Overrides smallStream(Strings schedules) {
    return {{"steps", std::int64_t{80}},
            {"replicates", std::int64_t{5}},
            {"stream_learning_rates", Numbers{0.02, 0.1, 0.5}},
            {"schedules", std::move(schedules)},
            {"record_every", std::int64_t{1}}};
}

std::unique_ptr<Experiment> create(const Overrides& overrides) {
    const ExperimentType type = scheduleRefinement();
    return createExperiment(type, resolveValues(type, "", overrides));
}

std::shared_ptr<Recording> run(const Overrides& overrides, int threads = 2,
                               const std::filesystem::path& folder = {}) {
    return record(scheduleRefinement(), overrides, {.threads = threads, .folder = folder});
}

/// A column of a trace from step 1 on.
Numbers steps(const Recording& recording, std::size_t trial, const char* name) {
    Numbers column = recording.trace(trial).column(name);
    column.erase(column.begin());
    return column;
}

Numbers savedSchedule(const QTemporaryDir& folder) {
    QFile saved(folder.filePath("refined/schedule.csv"));
    Numbers schedule;
    if (saved.open(QIODevice::ReadOnly))
        for (const QByteArray& line : saved.readAll().trimmed().split('\n'))
            schedule.push_back(line.toDouble());
    return schedule;
}

Numbers plainNorms(const char* path) {
    QFile file(path);
    Numbers norms;
    if (file.open(QIODevice::ReadOnly))
        for (const QByteArray& line : file.readAll().trimmed().split('\n'))
            norms.push_back(line.toDouble());
    return norms;
}

/// The closed form by its definition: a median over the window of width 2⌊τT/2⌋ + 1, τ = 0.1 (at
/// the start continued by the first norm, at the end by reflection), w_t = Ĝ_t^−p, η_t = w_t
/// Σ_{s>t} w_s, scaled to a maximum of 1.
void verifyRefined(const Numbers& schedule, const Numbers& norms, double power) {
    const auto T = static_cast<std::ptrdiff_t>(norms.size());
    QCOMPARE(schedule.size(), norms.size());
    const auto half = static_cast<std::ptrdiff_t>(0.1 * static_cast<double>(T) / 2.0);
    const auto norm = [&](std::ptrdiff_t s) {
        return norms[std::size_t(s < 0 ? 0 : s < T ? s : 2 * (T - 1) - s)];
    };
    Numbers window; // sorted
    for (std::ptrdiff_t s = T - 1 - half; s <= T - 1 + half; ++s)
        window.push_back(norm(s));
    std::sort(window.begin(), window.end());
    Numbers refined(norms.size());
    double after = 0.0;
    for (std::ptrdiff_t t = T - 1; t >= 0; --t) {
        const double weight = std::pow(window[std::size_t(half)], -power);
        refined[std::size_t(t)] = weight * after;
        after += weight;
        window.erase(std::lower_bound(window.begin(), window.end(), norm(t + half)));
        const double entering = norm(t - 1 - half);
        window.insert(std::lower_bound(window.begin(), window.end(), entering), entering);
    }
    const double largest = *std::max_element(refined.begin(), refined.end());
    for (std::size_t t = 0; t < refined.size(); ++t)
        expectNear(schedule[t], refined[t] / largest, 1e-9, fmt::format("step {}", t + 1));
}

void write(const QString& path, const QByteArray& text) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
}

} // namespace

class ScheduleRefinementExperimentTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theRegistryAcceptsIt() {
        Registry registry;
        registry.add(scheduleRefinement());
        for (const Preset& preset : scheduleRefinement().description.presets)
            static_cast<void>(resolveValues(scheduleRefinement(), preset.id, {}));
    }

    void theRecordingDoesNotDependOnThreads() {
        const Overrides overrides = smallStream({"linear", "refined", "numeric", "cosine"});
        QCOMPARE(tables(*run(overrides, 1)), tables(*run(overrides, 3)));
    }

    /// The norms of the linear run at its best rate, filtered, weighted, summed.
    void theRefinedScheduleComesFromTheBestLinearRun() {
        const auto recording = run(smallStream({"linear", "refined"}));
        std::size_t best = 0;
        for (const std::size_t trial : recording->trialsOf("linear"))
            if (finalOf(*recording, trial, "final_loss") < finalOf(*recording, best, "final_loss"))
                best = trial;
        const Refinement refined = refineSchedule(steps(*recording, best, "gradient_norm"));
        for (const std::size_t trial : recording->trialsOf("refined"))
            QCOMPARE(steps(*recording, trial, "multiplier"), refined.schedule);
    }

    void aRefinedArmAloneIsTheSame() {
        const auto both = run(smallStream({"linear", "refined"}));
        const auto alone = run(smallStream({"refined"}));
        const auto trials = both->trialsOf("refined");
        QCOMPARE(trials.size(), alone->plans().size());
        for (std::size_t i = 0; i < trials.size(); ++i)
            QCOMPARE(toCsv(alone->trace(i)), toCsv(both->trace(trials[i])));
    }

    void aSecondRoundStartsFromTheRefinedRun() {
        Overrides overrides = smallStream({"linear", "refined"});
        overrides.insert_or_assign("refinement_rounds", std::int64_t{2});
        const auto recording = run(overrides);
        std::size_t best = recording->trialsOf("refined").front();
        for (const std::size_t trial : recording->trialsOf("refined"))
            if (finalOf(*recording, trial, "final_loss") < finalOf(*recording, best, "final_loss"))
                best = trial;
        const Refinement second = refineSchedule(steps(*recording, best, "gradient_norm"));
        QCOMPARE(steps(*recording, recording->trialsOf("refined_2").front(), "multiplier"),
                 second.schedule);
    }

    /// Subgradient descent by hand.
    void theLinearRunIsSubgradientDescent() {
        const auto recording = run(smallStream({"linear"}));
        const NoisyStream stream(0);
        const Numbers noise = noiseLevels("early", {{0, 0}, {1, 0}}, 80);
        Eigen::MatrixXd X = Eigen::MatrixXd::Zero(20, 5), G(20, 5);
        for (int t = 1; t <= 80; ++t) {
            stream.sampleSubgradients(t - 1, X, t <= 24 ? 5.0 : 0.5, G);
            QCOMPARE(noise[std::size_t(t - 1)], t <= 24 ? 5.0 : 0.5);
            expectNear(recording->trace(1).column("gradient_norm")[std::size_t(t)], G.col(0).norm(),
                       1e-12);
            X -= 0.1 * (1.0 - t / 81.0) * G;
        }
        double gap = 0.0;
        for (int r = 0; r < 5; ++r)
            gap += (stream.value(X.col(r)) - stream.minimum()) / 5.0;
        expectNear(finalOf(*recording, 1, "final_loss"), gap, 1e-12);
    }

    void givenNormsAreJudgedByTheirBounds() {
        const auto recording = run({{"task", std::string("profile")},
                                    {"norm_profile", std::string("peak")},
                                    {"smoothing", 0.0},
                                    {"steps", std::int64_t{400}},
                                    {"schedules", Strings{"linear", "refined", "fitted"}},
                                    {"record_every", std::int64_t{1}}});
        const Numbers norms = steps(*recording, 0, "gradient_norm");
        QCOMPARE(norms, normProfile("peak", {{0, 0}, {1, 0}}, 400));
        double inverseSquares = 0.0, squares = 0.0;
        for (const double G : norms) {
            inverseSquares += 1.0 / (G * G);
            squares += G * G;
        }
        const double ratio =
            (1.0 / std::sqrt(inverseSquares)) / (std::sqrt(squares / 400.0) / std::sqrt(400.0));
        expectNear(finalOf(*recording, 1, "predicted_ratio"), ratio, 1e-9);
        QVERIFY(finalOf(*recording, 1, "bound_a") < finalOf(*recording, 0, "bound_a"));
    }

    void ownNormsGiveAScheduleFile_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("bare numbers") << QByteArray("4\n3\n2.5\n1\n1\n0.75\n");
        QTest::newRow("with a header") << QByteArray("norm\n4\n3\n2.5\n1\n1\n0.75\n");
        QTest::newRow("a table") << QByteArray("step,gradient_norm,note\n1,4,a\n2,3,b\n3,2.5,c\n"
                                               "4,1,d\n5,1,e\n6,0.75,f\n");
    }
    void ownNormsGiveAScheduleFile() {
        QFETCH(QByteArray, text);
        QTemporaryDir folder;
        const QString file = folder.filePath("norms.csv");
        write(file, text);
        const auto recording =
            run({{"norms", file.toStdString()}, {"schedules", Strings{"linear", "refined"}}}, 1,
                folder.path().toStdString());
        const Refinement refined = refineSchedule(Numbers{4, 3, 2.5, 1, 1, 0.75});
        QFile saved(folder.filePath("refined/schedule.csv"));
        QVERIFY(saved.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = saved.readAll().trimmed().split('\n');
        QCOMPARE(lines.size(), 6);
        for (int t = 0; t < 6; ++t)
            QCOMPARE(lines[t].toDouble(), refined.schedule[std::size_t(t)]);
    }

    /// Forty norms as many programs write them give the schedule of the closed form: w = 1/Ĝ² of
    /// the median filter, η_t = w_t · (w_{t+1} + … + w_T), computed here by the definition.
    void tablesOfManyProgramsGiveTheSameSchedule_data() {
        QTest::addColumn<QString>("table");
        for (const char* name :
             {"blank_lines_at_end.csv", "comment_bom.csv", "decimal_comma.csv", "pandas.csv",
              "plain.csv", "quoted.csv", "repeated_names.csv", "semicolon.csv", "tab.tsv",
              "tensorboard.csv", "utf16.csv", "wandb.csv"})
            QTest::newRow(name) << QString(TEST_DATA "/cases/tables/") + name;
    }
    void tablesOfManyProgramsGiveTheSameSchedule() {
        QFETCH(QString, table);
        QTemporaryDir folder;
        const auto recording =
            run({{"norms", table.toStdString()}}, 1, folder.path().toStdString());
        verifyRefined(savedSchedule(folder), plainNorms(TEST_DATA "/cases/tables/plain.csv"), 2.0);
        QVERIFY(recording->provenance().data.find("40 numbers") != std::string::npos);
    }

    void aLongExportIsTakenAsItIs() {
        QTemporaryDir folder;
        const QString file = folder.filePath("export.csv");
        QByteArray text = "\"Step\",\"a run - gnorm\",\"a run - gnorm__MIN\","
                          "\"a run - gnorm__MAX\"\n";
        RandomStream stream({5, "long export"});
        Numbers norms;
        for (int t = 0; t < 35000; ++t) {
            const double norm = 1.0 + 5.0 * std::exp(-t / 2000.0) + 0.1 * stream.uniform(0.0, 1.0);
            const QByteArray cell = '"' + QByteArray::number(norm, 'g', 17) + '"';
            text += '"' + QByteArray::number(t) + "\"," + cell + ',' + cell + ',' + cell + '\n';
            norms.push_back(norm);
        }
        write(file, text);
        const auto recording = run({{"norms", file.toStdString()},
                                    {"norm", std::string("l1")},
                                    {"record_every", std::int64_t{7000}}},
                                   1, folder.path().toStdString());
        const std::string& said = recording->provenance().data;
        QVERIFY2(said.find("Column 'a run - gnorm' (number 2 of 4)") != std::string::npos,
                 said.c_str());
        QVERIFY2(said.find("'numeric' is left out") != std::string::npos, said.c_str());
        verifyRefined(savedSchedule(folder), norms, 1.0);
    }

    void badNormsAreRefused() {
        QTemporaryDir folder;
        const QString file = folder.filePath("norms.csv");
        const auto reading = [&](const QByteArray& text) {
            write(file, text);
            return [&] { return readNorms(file.toStdString(), ""); };
        };
        expectRefusal(reading("1\n-2\n"), "line 2");
        expectRefusal(reading("1\ntwo\n"), "two");
        expectRefusal(reading("1\n"), "at least 2");
        expectRefusal(reading("0\n0\n"), "positive");
        expectRefusal(reading("step,time\n1,2\n"), "no column of numbers");
        expectRefusal(reading("1\nnan\n"), "finite");
        expectRefusal([] { return create({{"norms", std::string("/no/file")}}); }, "/no/file");
    }

    void valuesThatCannotWorkAreRefused() {
        expectRefusal(creating(scheduleRefinement(), {{"steps", std::int64_t{20}}}), "'steps'");
        expectRefusal(creating(scheduleRefinement(),
                               {{"steps", std::int64_t{50000}}, {"schedules", Strings{"numeric"}}}),
                      "numeric");
        expectRefusal(creating(scheduleRefinement(), {{"refinement_rounds", std::int64_t{0}},
                                                      {"schedules", Strings{"refined"}}}),
                      "refinement_rounds");
    }

    /// A change of τ is drawn, and leaves the recording as it is.
    void smoothingIsAProbe() {
        const auto experiment = create(smallStream({"linear", "refined"}));
        const auto recording = makeRecording(*experiment);
        // The first trial of 'refined': its first step needs, and makes, the linear runs.
        const auto solver =
            experiment->start(experiment->trials()[recording->trialsOf("refined").front()]);
        QVERIFY(solver->step(StopToken()) == StepStatus::running);
        FrameMap before, after;
        solver->draw(*recording, before);
        solver->setLive("smoothing", 0.5);
        solver->draw(*recording, after);
        const auto filtered = [](const FrameMap& frames) {
            return std::get<CurvesFrame>(frames.at("norms")).curves[1];
        };
        QVERIFY(filtered(before).y != filtered(after).y);
        QCOMPARE(filtered(after).label, std::string("median-filtered, τ = 0.5"));
    }

    /// What is drawn of several trials comes from the recording: only the linear run at its best
    /// rate shows the norms that refinement starts from, once all linear runs are through.
    void onlyTheBestLinearRunShowsItsNorms() {
        const auto experiment = create(smallStream({"linear", "refined"}));
        const auto recording = makeRecording(*experiment);
        std::vector<std::unique_ptr<TrialRun>> runs;
        for (const std::size_t trial : recording->trialsOf("linear"))
            runs.push_back(std::make_unique<TrialRun>(*experiment, *recording, trial));
        std::size_t best = 0;
        for (const auto& run : runs) {
            for (const auto& other : runs) {
                FrameMap early;
                QCOMPARE(other->draw(early), std::string());
                QVERIFY(early.empty());
            }
            run->advanceTo(80, StopToken());
            if (finalOf(*recording, run->trial(), "final_loss") <
                finalOf(*recording, best, "final_loss"))
                best = run->trial();
        }
        for (const auto& run : runs) {
            FrameMap frames;
            QCOMPARE(run->draw(frames), std::string());
            QCOMPARE(frames.contains("norms"), run->trial() == best);
            if (run->trial() == best)
                QCOMPARE(std::get<CurvesFrame>(frames.at("norms")).curves[0].y,
                         steps(*recording, best, "gradient_norm"));
        }
    }

    /// A probe changes what is drawn of given norms, and nothing that is recorded of them.
    void drawnNormsAreNotRecorded() {
        const Overrides overrides = {{"task", std::string("profile")},
                                     {"norm_profile", std::string("drawn")},
                                     {"steps", std::int64_t{60}},
                                     {"schedules", Strings{"refined"}}};
        const auto experiment = create(overrides);
        const auto recording = makeRecording(*experiment);
        TrialRun run(*experiment, *recording, 0);
        FrameMap before, after;
        QCOMPARE(run.draw(before), std::string());
        run.advanceTo(30, StopToken());
        run.probe("drawn_norms", std::vector<CurvePoint>{{0, 1}, {1, 19}});
        QCOMPARE(run.draw(after), std::string());
        QVERIFY(std::get<CurvesFrame>(after.at("norms")).curves[0].y.back() > 18.0);
        run.advanceTo(60, StopToken());
        QCOMPARE(toCsv(recording->trials()), toCsv(::run(overrides)->trials()));
    }
};

REGISTER_TEST(ScheduleRefinementExperimentTest)
#include "schedule-refinement/experiment_test.moc"
