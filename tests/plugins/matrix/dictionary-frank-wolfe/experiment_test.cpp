#include <array>
#include <cmath>

#include <QtTest>

#include "core/data/png_image.h"
#include "core/error.h"
#include "core/experiment/parameter_builders.h"
#include "core/experiment/registry.h"
#include "core/experiment/run_files.h"
#include "core/experiment/runner.h"
#include "core/experiment/verification.h"
#include "plugins/matrix/dictionary-frank-wolfe/experiment.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;

std::shared_ptr<Recording> run(const Overrides& overrides, int threads = 1,
                               const std::vector<LiveEvent>& events = {}) {
    return record(dictionaryLearning(), overrides, {.threads = threads, .events = events});
}

/// A run on data that change at iteration 10,000, with these recovery errors just after.
EvidenceRun afterAChange(const std::array<double, 2>& constant,
                         const std::array<double, 2>& decaying) {
    auto recording = std::make_shared<Recording>(
        std::vector<Column>{{"iteration"}, {"error"}}, std::vector<Column>{}, std::vector<Column>{},
        Names{"fw_constant", "fw"},
        std::vector<TrialPlan>{{.arm = "fw_constant", .steps = 20000},
                               {.arm = "fw", .steps = 20000}});
    for (std::size_t arm = 0; arm < 2; ++arm) {
        const auto& errors = arm == 0 ? constant : decaying;
        for (const auto& [iteration, error] : {std::pair{10000.0, 0.001},
                                               {11000.0, errors[0]},
                                               {13000.0, errors[1]},
                                               {20000.0, 0.001}})
            recording->traceForWriting(arm).append(std::array{iteration, error});
        recording->setStatus(arm, TrialStatus::finished);
    }
    const Overrides change{{"data", std::string("change")},
                           {"arms", Names{"fw", "fw_constant"}},
                           {"iterations", whole(20000)}};
    return {"", 0,
            std::make_shared<const ParameterValues>(dictionaryLearning().description.parameters,
                                                    change),
            recording};
}

} // namespace

class DictionaryExperimentTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionIsConsistent() {
        Registry registry;
        registry.add(dictionaryLearning());
        for (const Preset& preset : dictionaryLearning().description.presets)
            static_cast<void>(resolveValues(dictionaryLearning(), preset.id, {}));
    }

    void recordingsDoNotDependOnThreads() {
        const Overrides small{{"iterations", whole(100)},
                              {"probe_samples", whole(300)},
                              {"stored_samples", whole(200)},
                              {"replicates", whole(2)}};
        QCOMPARE(tables(*run(small, 1)), tables(*run(small, 2)));
    }

    void averagingIsWhatMakesItConverge() {
        const auto recording = run({{"arms", Names{"fw", "fw_plain"}},
                                    {"iterations", whole(3000)},
                                    {"probe_samples", whole(2000)}});
        QVERIFY(finalOf(*recording, 0, "final_error") < 0.02);
        QVERIFY(finalOf(*recording, 1, "final_error") > 0.1);
        QVERIFY(finalOf(*recording, 0, "final_orthogonality") < 0.01);
    }

    /// Of the errors within 3,000 steps the smallest counts, and NaN lies on neither side of 0.02.
    void trackingIsJudgedByTheErrorsAfterTheChange() {
        const auto judgedOf = [](const std::array<double, 2>& constant,
                                 const std::array<double, 2>& decaying) {
            return judged(dictionaryLearning(), "constant_weights_track",
                          {afterAChange(constant, decaying)});
        };
        expectVerdict(judgedOf({0.3, 0.01}, {0.3, 0.2}), Verdict::holds);
        expectVerdict(judgedOf({0.3, 0.03}, {0.3, 0.2}), Verdict::fails);
        expectVerdict(judgedOf({0.3, 0.01}, {0.3, 0.01}), Verdict::fails);
        expectVerdict(judgedOf({NAN, 0.01}, {0.3, 0.2}), Verdict::fails);
        expectVerdict(judgedOf({0.3, 0.01}, {0.3, NAN}), Verdict::fails);
    }

    void batchArmsCountEveryPass() {
        const auto recording = run({{"arms", Names{"batch_l3"}},
                                    {"stored_samples", whole(500)},
                                    {"passes", whole(4)},
                                    {"probe_samples", whole(300)}});
        QCOMPARE(finalOf(*recording, 0, "final_samples"), 2000.0);
        QCOMPARE(finalOf(*recording, 0, "memory"), 200.0 + 5000.0);
    }

    void sweepsRunOnlyTheArmsThatDependOnThem() {
        const auto recording = run({{"arms", Names{"fw", "riemannian"}},
                                    {"sweep", std::string("riemannian_rate")},
                                    {"iterations", whole(100)},
                                    {"probe_samples", whole(100)}});
        QCOMPARE(recording->trialsOf("fw").size(), std::size_t{1});
        QCOMPARE(recording->trialsOf("riemannian").size(), std::size_t{4});
    }

    void aNewSourceUndoesWhatWasLearned() {
        const auto recording =
            run({{"arms", Names{"fw"}}, {"iterations", whole(1000)}, {"probe_samples", whole(500)}},
                1, {{.trial = 0, .iteration = 990, .name = "new_source", .isAction = true}});
        QVERIFY(finalOf(*recording, 0, "final_error") > 0.3);
        const auto changed = run({{"arms", Names{"fw"}},
                                  {"data", std::string("change")},
                                  {"iterations", whole(1000)},
                                  {"record_every", whole(10)},
                                  {"probe_samples", whole(500)}});
        const auto error = changed->trace(0).column("error");
        QVERIFY(error[50] < 0.1 && error[51] > 0.3);
    }

    void aPictureOfOnesOwnGivesPatches() {
        const QTemporaryDir folder;
        const auto path = folder.filePath("own.png").toStdString();
        std::vector<std::uint8_t> rgb;
        for (int y = 0; y < 40; ++y)
            for (int x = 0; x < 64; ++x)
                for (int c = 0; c < 3; ++c)
                    rgb.push_back(std::uint8_t(((x * x + 5 * y) / 3 % 2) * 200 + (x + y) % 50));
        writePng(path, 64, 40, 3, rgb);
        const auto recording = run({{"data", std::string("patches")},
                                    {"image", path},
                                    {"arms", Names{"fw", "dct", "pca"}},
                                    {"iterations", whole(200)}});
        for (std::size_t trial = 0; trial < 3; ++trial) {
            const double kept = finalOf(*recording, trial, "kept_8");
            QVERIFY2(kept > 0.0 && kept <= 1.0, qPrintable(QString::number(kept)));
            QVERIFY(finalOf(*recording, trial, "kept_4") <= kept);
        }
        QVERIFY(std::isnan(finalOf(*recording, 0, "final_error"))); // nothing true to compare with
    }

    void sensorReadingsAreRead() {
        const QTemporaryDir folder;
        QFile file(folder.filePath("s.csv"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("a,b,c\n");
        for (int i = 0; i < 50; ++i)
            file.write(QByteArray::number(i % 7) + "," + QByteArray::number(i % 5) + "," +
                       (i % 9 ? QByteArray::number(i % 3) : QByteArray()) + "\n");
        file.close();
        const auto recording = run({{"data", std::string("csv")},
                                    {"file", folder.filePath("s.csv").toStdString()},
                                    {"arms", Names{"fw", "pca"}},
                                    {"batch", whole(4)},
                                    {"iterations", whole(100)}});
        QVERIFY(finalOf(*recording, 0, "kept_2") > 0.3);
        QVERIFY(recording->provenance().data.find("50 rows") != std::string::npos);
    }

    void combinationsThatCannotWorkAreRefused() {
        expectRefusal(resolving(dictionaryLearning(), {{"data", std::string("csv")}}), "'file'");
        expectRefusal(resolving(dictionaryLearning(), {{"arms", Names{"dct"}}}), "'arms'");
        expectRefusal(resolving(dictionaryLearning(), {{"sparsity", 0.95}}), "'sparsity'");
        expectRefusal(resolving(dictionaryLearning(), {{"sweep_batch", std::vector<double>{1.5}}}),
                      "'sweep_batch'");
    }
};

REGISTER_TEST(DictionaryExperimentTest)
#include "dictionary-frank-wolfe/experiment_test.moc"
