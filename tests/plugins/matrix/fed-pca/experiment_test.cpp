#include <cmath>

#include <QtTest>

#include "core/experiment/parameter_builders.h"
#include "core/experiment/registry.h"
#include "core/experiment/run_files.h"
#include "core/experiment/runner.h"
#include "plugins/matrix/fed-pca/experiment.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;

double finalOf(const Recording& recording, const std::string& arm, const char* column) {
    return recording.trials().at(recording.trialsOf(arm).front(),
                                 recording.trials().columnIndex(column));
}

std::shared_ptr<Recording> run(const Overrides& overrides, int threads = 1,
                               const std::vector<LiveEvent>& events = {}) {
    return record(federatedPca(), overrides, {.threads = threads, .events = events});
}

} // namespace

class FederatedPcaExperimentTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionIsConsistent() {
        Registry registry;
        registry.add(federatedPca());
        for (const Preset& preset : federatedPca().description.presets)
            static_cast<void>(resolveValues(federatedPca(), preset.id, {}));
    }

    void recordingsDoNotDependOnThreads() {
        const Overrides small{{"rounds", whole(3)}};
        QCOMPARE(tables(*run(small, 1)), tables(*run(small, 2)));
    }

    void couplingIsWhatFindsTheSubspace() {
        const auto recording = run({{"arms", Names{"fedpg", "uncoupled", "central", "local"}},
                                    {"rounds", whole(60)},
                                    {"record_every", whole(30)}});
        QVERIFY(finalOf(*recording, "fedpg", "final_gap") < 0.02);
        QVERIFY(finalOf(*recording, "uncoupled", "final_gap") > 0.3);
        expectNear(finalOf(*recording, "central", "final_gap"), 0.0, 1e-12);
        QVERIFY(finalOf(*recording, "fedpg", "auc") >
                finalOf(*recording, "local", "best_local_auc"));
    }

    void bytesAreCounted() {
        const auto recording = run({{"arms", Names{"fedpg", "fedae"}}, {"rounds", whole(5)}});
        // Six of twenty clients, both ways, eight bytes a number.
        QCOMPARE(finalOf(*recording, "fedpg", "bytes"), 5 * 6 * 2 * 8 * 39.0 * 6.0);
        QCOMPARE(finalOf(*recording, "fedae", "bytes"), 5 * 6 * 2 * 8 * 1517.0);
    }

    void droppedClientsTakePartNoLonger() {
        const auto recording =
            run({{"arms", Names{"fedpg"}}, {"rounds", whole(40)}, {"fraction", 1.0}}, 1,
                {{.trial = 0, .iteration = 1, .name = "drop_half", .isAction = true}});
        const auto bytes = recording->trace(0).column("bytes");
        QCOMPARE((bytes[40] - bytes[39]) * 2.0, bytes[1] - bytes[0]);
        // Half of the device profiles are missing from the subspace.
        const double gap = finalOf(*recording, "fedpg", "final_gap");
        QVERIFY2(gap > 0.1, qPrintable(QString::number(gap)));
    }

    void thresholdsFollowTheirQuantile() {
        const auto strict = run({{"arms", Names{"central"}}, {"rounds", whole(1)}});
        const auto loose =
            run({{"arms", Names{"central"}}, {"rounds", whole(1)}, {"threshold_quantile", 0.8}});
        expectNear(finalOf(*strict, "central", "false_alarms"), 0.05, 0.015);
        expectNear(finalOf(*loose, "central", "false_alarms"), 0.2, 0.03);
        QVERIFY(finalOf(*loose, "central", "recall") > finalOf(*strict, "central", "recall"));
    }

    void flowsOfOnesOwnAreRead() {
        const QTemporaryDir folder;
        QFile file(folder.filePath("flows.csv"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("a,b,c,kind\n");
        for (int i = 0; i < 60; ++i)
            file.write(QString("%1,%2,%3,%4\n")
                           .arg(i % 7)
                           .arg(2 * (i % 7) + i % 2)
                           .arg(i % 5)
                           .arg(i % 6 == 5 ? "scan" : "fine")
                           .toUtf8());
        file.close();
        const auto recording = run({{"data", std::string("csv")},
                                    {"training_file", folder.filePath("flows.csv").toStdString()},
                                    {"label_column", std::string("kind")},
                                    {"normal_value", std::string("fine")},
                                    {"sort_column", std::string("a")},
                                    {"clients", whole(4)},
                                    {"rank", whole(2)},
                                    {"rounds", whole(20)},
                                    {"arms", Names{"fedpg", "central"}}});
        QVERIFY(std::isfinite(finalOf(*recording, "fedpg", "final_gap")));
    }

    void combinationsThatCannotWorkAreRefused() {
        expectRefusal(resolving(federatedPca(), {{"data", std::string("unsw")}}),
                      "'training_file'");
        expectRefusal(resolving(federatedPca(), {{"rank", whole(40)}}), "'rank': 40");
        expectRefusal(resolving(federatedPca(), {{"sweep_rank", std::vector<double>{2.5}}}),
                      "'sweep_rank': 2.5");
        expectRefusal(resolving(federatedPca(), {{"data", std::string("csv")},
                                                 {"training_file", std::string("x.csv")}}),
                      "'label_column'");
    }
};

REGISTER_TEST(FederatedPcaExperimentTest)
#include "fed-pca/experiment_test.moc"
