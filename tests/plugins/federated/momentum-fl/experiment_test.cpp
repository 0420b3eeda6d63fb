#include <fstream>

#include <QTemporaryDir>
#include <QtTest>

#include "core/experiment/not_applicable.h"
#include "core/experiment/parameter_builders.h"
#include "core/experiment/registry.h"
#include "core/experiment/verification.h"
#include "plugins/federated/momentum-fl/experiment.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

/// A short run of a few arms on quadratics.
Overrides small(Names arms, Overrides further = {}) {
    Overrides overrides{{"arms", std::move(arms)},
                        {"momentum", Numbers{0.5}},
                        {"local_rate", Numbers{0.1}},
                        {"rounds", Numbers{100}}};
    for (auto& [name, value] : further)
        overrides[name] = value;
    return overrides;
}

} // namespace

class MomentumFlTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionIsConsistent() {
        Registry registry;
        registry.add(momentumFl());
        QCOMPARE(registry.all().size(), std::size_t{1});
    }
    void quickClaimsHoldAndTheirRefutationsFail() {
        for (const bool refute : {false, true})
            for (const ClaimReport& report :
                 verify(momentumFl(), {.refute = refute, .claims = {"fedavg_floor", "no_momentum"}},
                        StopToken()))
                QVERIFY2(report.ok, (report.claim + ": " + report.judgement.explanation).c_str());
    }
    /// The dashed line is where the curve ends; of methods with control variates there is none.
    void theFloorIsDrawnWhereItIsKnown() {
        const auto recording =
            record(momentumFl(), small({"fedavg", "fedavg_m", "scaffold"},
                                       {{"server_factor", 0.5}, {"rounds", Numbers{2000}}}));
        for (const std::size_t trial : {0, 1})
            expectNear(finalOf(*recording, trial, "final_gap"),
                       finalOf(*recording, trial, "floor_gap"), 1e-15);
        QVERIFY(!applies(finalOf(*recording, 2, "floor_gap")));
        QVERIFY(finalOf(*recording, 2, "final_gap") < 1e-25);
    }
    void noFloorIsDrawnForFewClientsARound() {
        const auto recording =
            record(momentumFl(), small({"fedavg"}, {{"sampled_clients", std::int64_t{5}}}));
        QVERIFY(!applies(finalOf(*recording, 0, "floor_gap")));
    }
    void everyArmRunsOnBothProblems() {
        Names arms;
        for (const Arm& arm : momentumFl().description.arms)
            arms.push_back(arm.id);
        for (const char* problem : {"quadratic", "synthetic"}) {
            const auto recording =
                record(momentumFl(), small(arms, {{"problem", std::string(problem)},
                                                  {"server_factor", 0.5},
                                                  {"rounds", Numbers{20}},
                                                  {"sampled_clients", std::int64_t{5}},
                                                  {"record_every", std::int64_t{20}}}));
            for (std::size_t trial = 0; trial < arms.size(); ++trial) {
                QVERIFY(recording->status(trial) == TrialStatus::finished);
                const auto gaps = recording->trace(trial).column("gap");
                QVERIFY2(gaps.back() < gaps.front(), (arms[trial] + " on " + problem).c_str());
            }
        }
    }
    /// A direction that begins as the full gradient begins along it, on data as on quadratics; and
    /// f of a mean is no more than the mean of f, where f is convex.
    void directionsAndMeansAreMeasuredOnEveryProblem() {
        for (const auto& problem : std::vector<Overrides>{{},
                                                          {{"problem", std::string("synthetic")}},
                                                          {{"problem", std::string("fashion")},
                                                           {"model", std::string("small")},
                                                           {"train_samples", std::int64_t{500}},
                                                           {"test_samples", std::int64_t{100}}}}) {
            const auto recording = record(
                momentumFl(), small({"fedavg_m"}, with(problem, {{"full_start", true},
                                                                 {"rounds", Numbers{5}},
                                                                 {"record_every", std::int64_t{1}},
                                                                 {"server_factor", 0.5}})));
            const auto angles = recording->trace(0).column("angle");
            QVERIFY2(angles.front() < 0.1, std::to_string(angles.front()).c_str()); // degrees
            QVERIFY(angles.back() > 0.1);
            const auto ofMean = recording->trace(0).column("gap_of_mean"),
                       mean = recording->trace(0).column("mean_gap_of_clients");
            const bool isKnown = !problem.contains("model");
            for (std::size_t row = 1; row < ofMean.size(); ++row)
                QVERIFY(isKnown ? ofMean[row] < mean[row] : !applies(ofMean[row]));
        }
    }
    void methodsPayForWhatTheySend() {
        const auto recording =
            record(momentumFl(), small({"fedavg", "fedavg_m", "scaffold_m", "central"}));
        const double vector = 100.0 * 10 * 20 * 4; // rounds, clients, d, bytes
        const double vectors[] = {2, 3, 5, 0};
        for (std::size_t trial = 0; trial < 4; ++trial)
            expectNear(recording->trace(trial).column("bytes").back(), vectors[trial] * vector,
                       0.0);
    }
    void momentumCanBeTurnedOffOnTheWay() {
        const ExperimentType type = momentumFl();
        const auto experiment =
            createExperiment(type, resolveValues(type, "", small({"fedavg", "fedavg_m"})));
        const auto live =
            record(*experiment, 1,
                   {{.trial = 1, .iteration = 50, .name = "momentum_off", .isAction = true}});
        const auto plain = record(*experiment);
        QVERIFY(live->trace(1).column("gap")[50] == plain->trace(1).column("gap")[50]);
        QVERIFY(live->trace(1).column("gap").back() != plain->trace(1).column("gap").back());
        QVERIFY(!applies(finalOf(*live, 1, "floor_gap")));
    }
    void replicatesHaveClientsOfTheirOwn() {
        const auto recording =
            record(momentumFl(), small({"fedavg"}, {{"replicates", std::int64_t{2}}}));
        QVERIFY(finalOf(*recording, 0, "final_gap") != finalOf(*recording, 1, "final_gap"));
    }
    void recordingsDoNotDependOnThreads() {
        for (const char* problem : {"quadratic", "synthetic"}) {
            const auto overrides =
                small({"fedavg_m_vr", "scaffold_m"}, {{"problem", std::string(problem)},
                                                      {"noise", 1.0},
                                                      {"batch", std::int64_t{5}},
                                                      {"rounds", Numbers{10}}});
            QVERIFY(tables(*record(momentumFl(), overrides)) ==
                    tables(*record(momentumFl(), overrides, {.threads = 3})));
        }
    }
    void aRateTooLargeDivergesAloneAndIsTold() {
        const auto recording =
            record(momentumFl(), small({"fedavg"}, {{"local_rate", Numbers{0.1, 5.0}}}));
        QVERIFY(recording->status(0) == TrialStatus::finished);
        QVERIFY(recording->status(1) == TrialStatus::diverged);
        QVERIFY(recording->message(1).find("farther out") != std::string::npos);
    }
    void combinationsThatCannotWorkAreRefused() {
        expectRefusal(resolving(momentumFl(), {{"sampled_clients", std::int64_t{11}}}),
                      "'sampled_clients'");
        expectRefusal(resolving(momentumFl(), {{"local_steps", std::int64_t{0}}}), "'local_steps'");
        expectRefusal(resolving(momentumFl(), {{"rounds", Numbers{10.5}}}), "'rounds'");
        expectRefusal(resolving(momentumFl(), {{"problem", std::string("synthetic")},
                                               {"scaling", std::string("theorem")}}),
                      "'scaling'");
    }
    void numbersWithoutSquaresAreRefused() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("large.csv").toStdString();
        std::ofstream(path) << "a,b,class\n1,1e200,0\n2,-1e200,1\n3,0,0\n4,1,1\n5,2,0\n";
        expectRefusal(creating(momentumFl(), {{"problem", std::string("table")},
                                              {"table", path},
                                              {"model", std::string("softmax")},
                                              {"clients", std::int64_t{2}},
                                              {"sampled_clients", std::int64_t{2}}}),
                      "'b'", "1e150");
    }

    /// How much a table takes is known only once it was read: here it would be hundreds of
    /// gigabytes of clients' models.
    void aTableThatIsTooWideIsRefused() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("wide.csv").toStdString();
        std::ofstream file(path);
        constexpr int columns = 20000, rows = 8;
        for (int row = -1; row < rows; ++row) {
            for (int column = 0; column < columns; ++column)
                file << (row < 0 ? "x" : "") << column * (row + 2) << ',';
            file << (row < 0 ? "class" : std::to_string(row % 2)) << '\n';
        }
        file.close();
        expectRefusal(creating(momentumFl(), {{"problem", std::string("table")},
                                              {"table", path},
                                              {"model", std::string("mlp")},
                                              {"clients", std::int64_t{100}},
                                              {"sampled_clients", std::int64_t{100}},
                                              {"replicates", std::int64_t{5}}}),
                      "20001 columns", "of memory");
    }
};

REGISTER_TEST(MomentumFlTest)
#include "momentum-fl/experiment_test.moc"
