#include <cmath>

#include <QFile>
#include <QTemporaryDir>
#include <QTextStream>
#include <QtTest>

#include "core/experiment/not_applicable.h"
#include "core/experiment/parameter_builders.h"
#include "core/experiment/registry.h"
#include "core/math/random.h"
#include "plugins/statistics/frechet-sdr/experiment.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

Overrides briefly(const Overrides& further = {}) {
    return with({{"samples", Numbers{60}}, {"iterations", whole(12)}, {"width", whole(8)}},
                further);
}

/// A table of three predictors, a number that depends on one of them, and whether it is large.
class OwnTable {
public:
    explicit OwnTable(int rows) {
        QFile file(QString::fromStdString(path()));
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write the table");
        QTextStream out(&file);
        out << "a,b,c,y,kind\n";
        RandomStream stream({.seed = 3, .purpose = "own table"});
        for (int k = 0; k < rows; ++k) {
            const double a = stream.normal(), b = stream.normal(), c = stream.normal();
            const double y = a * a + 0.1 * stream.normal();
            out << a << ',' << b << ',' << c << ',' << y << ',' << (y > 0.5 ? "large" : "small")
                << '\n';
        }
    }
    [[nodiscard]] std::string path() const { return folder_.filePath("own.csv").toStdString(); }

private:
    QTemporaryDir folder_;
};

} // namespace

class FrechetSdrTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionIsConsistent() {
        Registry registry;
        registry.add(frechetSdr());
        QCOMPARE(registry.all().size(), std::size_t{1});
    }

    void everyResponseIsLearnedFrom() {
        for (const char* response : {"spd", "distribution", "sphere", "real", "images", "labels"}) {
            const auto recording =
                record(frechetSdr(), briefly({{"response", std::string(response)}}));
            QCOMPARE(recording->plans().size(), std::size_t{12});
            for (std::size_t trial = 0; trial < recording->plans().size(); ++trial) {
                QCOMPARE(recording->status(trial), TrialStatus::finished);
                const double quality = finalOf(*recording, trial, "quality");
                QVERIFY2(quality >= 0.0 && quality <= 1.0, response);
            }
        }
    }

    void rivalsLearnToo() {
        const auto recording = record(frechetSdr(), briefly({{"arms", Names{"gsir", "dcov_net"}}}));
        for (std::size_t trial = 0; trial < recording->plans().size(); ++trial) {
            QCOMPARE(recording->status(trial), TrialStatus::finished);
            QVERIFY(finalOf(*recording, trial, "quality") > 0.0);
            QVERIFY(finalOf(*recording, trial, "association") > 0.0);
        }
    }

    // What is predicted from features is nearer than one guess for all, and never than 0.
    void responsesNotSeenArePredicted() {
        const auto recording = record(frechetSdr(), {{"response", std::string("real")},
                                                     {"arms", Names{"fcc_kernel"}},
                                                     {"dimension", whole(1)},
                                                     {"samples", Numbers{300}},
                                                     {"outliers", Numbers{0.1}},
                                                     {"iterations", whole(10)}});
        const double guess = finalOf(*recording, 0, "constant_error");
        QVERIFY(guess > 0.0);
        for (const char* way : {"neighbor_error", "global_error"}) {
            QVERIFY2(finalOf(*recording, 0, way) > 0.0, way);
            QVERIFY2(finalOf(*recording, 0, way) < 0.7 * guess, way);
        }
    }

    void aTableOfOnesOwnIsLearnedFrom() {
        const OwnTable table(200);
        for (const char* response : {"numbers", "labels"}) {
            const bool areLabels = response == std::string("labels");
            const Overrides own =
                briefly({{"response", std::string("table")},
                         {"table", table.path()},
                         {"response_columns", std::string(areLabels ? "kind" : "y")},
                         {"table_response", std::string(response)},
                         {"arms", Names{"fcc_kernel", "fcc_net"}},
                         {"samples", Numbers{60, 1000, 2000}},
                         {"dimension", whole(1)},
                         {"outliers", Numbers{0, 0.1}}});
            const auto recording = record(frechetSdr(), own);
            // Of 200 rows 66 are for the test; more than the other 134 there are not.
            QCOMPARE(recording->plans().size(), std::size_t{8});
            QCOMPARE(recording->plans().back().factors.at("samples"), 134.0);
            for (std::size_t trial = 0; trial < recording->plans().size(); ++trial) {
                QCOMPARE(recording->status(trial), TrialStatus::finished);
                QVERIFY(!applies(finalOf(*recording, trial, "quality")));
                QVERIFY(finalOf(*recording, trial, "response_quality") > 0.0);
                if (recording->plans()[trial].arm == "fcc_kernel")
                    QVERIFY(finalOf(*recording, trial, "neighbor_error") <
                            finalOf(*recording, trial, "constant_error"));
            }
            const auto experiment =
                createExperiment(frechetSdr(), resolveValues(frechetSdr(), "", own));
            QVERIFY(experiment->provenance().data.starts_with("200 rows of "));
            const auto solver = experiment->start(experiment->trials()[0]);
            solver->step({});
            FrameMap frames;
            solver->draw(*recording, frames);
            QVERIFY(frames.contains("by_first"));
            QVERIFY(frames.contains("responses"));
            const auto& cloud = std::get<PointsFrame>(frames.at("by_first"));
            QCOMPARE(cloud.x.size(), std::size_t{66});
            QCOMPARE(cloud.classLabels.size(), areLabels ? std::size_t{2} : std::size_t{0});
        }
    }

    void recordingsDoNotDependOnThreads() {
        QCOMPARE(tables(*record(frechetSdr(), briefly(), {.threads = 1})),
                 tables(*record(frechetSdr(), briefly(), {.threads = 3})));
    }

    void theThreeFormsAreJudged() {
        const ExperimentType type = frechetSdr();
        const Claim& claim = claimNamed(type.description.claims, "three_forms");
        const auto verdictOf = [&](const Overrides& broken) {
            const Overrides overrides = with(claim.protocol.runs[0].overrides, broken);
            Evidence evidence;
            evidence.runs.push_back(
                {claim.protocol.runs[0].label, 0,
                 std::make_shared<const ParameterValues>(resolveValues(type, "", overrides)),
                 record(type, overrides)});
            return judgeClaim(claim, evidence);
        };
        expectVerdict(verdictOf({}), Verdict::holds, "three forms");
        expectVerdict(verdictOf(claim.refutations[0].overrides), Verdict::fails, "open balls");
    }

    void framesAreDrawnOfEveryResponse() {
        const std::pair<const char*, const char*> cases[] = {{"spd", "responses"},
                                                             {"distribution", "densities"},
                                                             {"sphere", "globe"},
                                                             {"images", "thumbnails"}};
        for (const auto& [response, frame] : cases) {
            const auto experiment = createExperiment(
                frechetSdr(), resolveValues(frechetSdr(), "",
                                            briefly({{"response", std::string(response)},
                                                     {"arms", Names{"fcc_linear"}},
                                                     {"outliers", Numbers{0.1}}})));
            const auto solver = experiment->start(experiment->trials()[0]);
            solver->step({});
            FrameMap frames, shared;
            const auto recording = makeRecording(*experiment);
            solver->draw(*recording, frames);
            experiment->draw(*recording, shared);
            for (const char* id : {frame, "by_first", "spectrum"})
                QVERIFY2(frames.contains(id), id);
            QVERIFY(shared.contains("bars"));
        }
    }

    void whatCannotWorkIsRefused() {
        expectRefusal(resolving(frechetSdr(), {{"samples", Numbers{60.5}}}), "'samples'", "60.5");
        expectRefusal(resolving(frechetSdr(), {{"dimension", whole(5)}, {"predictors", whole(4)}}),
                      "'dimension'", "5");
        expectRefusal(resolving(frechetSdr(), {{"outliers", Numbers{0.9}}}), "'outliers'", "0.9");
        const auto ofTable = [](const std::string& path, const Overrides& further = {}) {
            return creating(frechetSdr(), with({{"response", std::string("table")},
                                                {"table", path},
                                                {"response_columns", std::string("y")}},
                                               further));
        };
        expectRefusal(ofTable(""), "'table'", "path of a CSV");
        expectRefusal(ofTable("/nowhere.csv"), "nowhere");
        const OwnTable table(40);
        expectRefusal(ofTable(table.path(), {{"dimension", whole(5)}}), "'dimension'",
                      "3 predictors");
        expectRefusal(ofTable(table.path(), {{"response_columns", std::string("z")}}), "'z'");
        expectRefusal(creating(frechetSdr(), {{"response", std::string("images")},
                                              {"data_folder", std::string("/nowhere")}}),
                      "nowhere");
    }
};

REGISTER_TEST(FrechetSdrTest)
#include "experiment_test.moc"
