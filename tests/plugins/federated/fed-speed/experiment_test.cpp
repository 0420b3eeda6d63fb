#include <QtTest>

#include "core/experiment/not_applicable.h"
#include "core/experiment/parameter_builders.h"
#include "core/experiment/registry.h"
#include "core/experiment/verification.h"
#include "plugins/federated/fed-speed/experiment.h"
#include "tests/expectations.h"
#include "tests/plugins/experiment_runs.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Names = std::vector<std::string>;
using Numbers = std::vector<double>;

Overrides brief(Names arms, Overrides further = {}) {
    Overrides overrides{{"arms", std::move(arms)},
                        {"local_steps", Numbers{10}},
                        {"local_rate", 0.3},
                        {"prox_weight", 0.5},
                        {"rounds", std::int64_t{300}}};
    for (auto& [name, value] : further)
        overrides[name] = value;
    return overrides;
}

} // namespace

class FedSpeedExperimentTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theDescriptionIsConsistent() {
        Registry registry;
        registry.add(fedSpeed());
        QCOMPARE(registry.all().size(), std::size_t{1});
    }
    void quickClaimsHoldAndTheirRefutationsFail() {
        for (const bool refute : {false, true})
            for (const ClaimReport& report :
                 verify(fedSpeed(), {.refute = refute, .claims = {"no_bias", "no_spring"}},
                        StopToken()))
                QVERIFY2(report.ok, (report.claim + ": " + report.judgement.explanation).c_str());
    }
    void closedFormsAreWhereCurvesEnd() {
        const auto recording =
            record(fedSpeed(),
                   brief({"fedavg", "fedprox", "fedspeed", "no_correction", "fedsam"},
                         {{"ascent_rule", std::string("plain")}, {"rounds", std::int64_t{1500}}}));
        for (std::size_t trial = 0; trial < 5; ++trial)
            QVERIFY2(finalOf(*recording, trial, "off_floor") < 1e-11,
                     std::to_string(trial).c_str());
    }
    void everyArmRunsOnQuadraticsAndPictures() {
        Names arms;
        for (const Arm& arm : fedSpeed().description.arms)
            if (arm.id != "flipped")
                arms.push_back(arm.id);
        const auto exact = record(fedSpeed(), brief(arms, {{"rounds", std::int64_t{30}}}));
        const auto pictures = record(fedSpeed(), brief(arms, {{"problem", std::string("fashion")},
                                                              {"model", std::string("small")},
                                                              {"train_samples", std::int64_t{500}},
                                                              {"test_samples", std::int64_t{200}},
                                                              {"local_rate", 0.05},
                                                              {"clients", std::int64_t{5}},
                                                              {"sampled_clients", std::int64_t{3}},
                                                              {"batch", std::int64_t{16}},
                                                              {"rounds", std::int64_t{4}},
                                                              {"record_every", std::int64_t{4}}}));
        for (std::size_t trial = 0; trial < arms.size(); ++trial) {
            const auto gaps = exact->trace(trial).column("gap");
            QVERIFY2(gaps.back() < gaps.front(), arms[trial].c_str());
            const auto losses = pictures->trace(trial).column("loss");
            QVERIFY2(losses.back() < losses.front(), arms[trial].c_str());
            QVERIFY(applies(finalOf(*pictures, trial, "late_accuracy")));
        }
    }
    void withoutTheCorrectionNothingIsLeft() {
        const ExperimentType type = fedSpeed();
        const auto experiment = createExperiment(
            type, resolveValues(type, "", brief({"fedprox", "feddyn"}, {{"ascent", Numbers{0}}})));
        const auto live =
            record(*experiment, 1,
                   {{.trial = 1, .iteration = 100, .name = "correction_off", .isAction = true}});
        const auto gaps = live->trace(1).column("gap");
        QVERIFY(gaps[100] < 1e-8);
        expectNear(gaps.back(), finalOf(*live, 0, "final_gap"), 1e-10);
        QVERIFY(applies(live->trace(1).column("correction")[50]));
        QVERIFY(!applies(live->trace(0).column("correction")[50]));
        QVERIFY(!applies(live->trace(1).column("correction").back()));
    }
    /// Half the way is half of the first round's update; the resting point has no η_g in it.
    void theServerRateScalesUpdates() {
        const auto run = [](double rate) {
            return record(fedSpeed(), brief({"fedprox", "feddyn"}, {{"server_rate", rate},
                                                                    {"rounds", std::int64_t{2000}},
                                                                    {"ascent", Numbers{0}}}));
        };
        const auto half = run(0.5), whole = run(1.0);
        QVERIFY(half->trace(0).column("gap")[1] > whole->trace(0).column("gap")[1]);
        expectNear(finalOf(*half, 0, "final_gap"), finalOf(*whole, 0, "final_gap"), 1e-14);
        QVERIFY(finalOf(*half, 0, "off_floor") < 1e-12);
        QVERIFY(finalOf(*half, 1, "final_gap") < 1e-20);
    }
    void combinationsThatCannotWorkAreRefused() {
        expectRefusal(resolving(fedSpeed(), {{"prox_weight", 10.0}, {"local_rate", 0.5}}),
                      "'prox_weight'");
        expectRefusal(resolving(fedSpeed(), {{"local_steps", Numbers{2.5}}}), "'local_steps'");
        expectRefusal(creating(fedSpeed(), {{"problem", std::string("table")}}), "'table'");
    }
    void tablesOfOnesOwnAreShared() {
        QTemporaryDir folder;
        const std::string path = folder.filePath("rows.csv").toStdString();
        const auto write = [&](int classes) {
            QFile file(QString::fromStdString(path));
            QVERIFY(file.open(QFile::WriteOnly));
            file.write("a,b,class\n");
            for (int i = 0; i < 200; ++i)
                file.write(
                    QString("%1,%2,%3\n").arg(i % classes).arg(i % 7).arg(i % classes).toUtf8());
        };
        const Overrides table = brief({"fedavg"}, {{"problem", std::string("table")},
                                                   {"table", path},
                                                   {"model", std::string("softmax")},
                                                   {"clients", std::int64_t{4}},
                                                   {"sampled_clients", std::int64_t{4}},
                                                   {"rounds", std::int64_t{20}}});
        write(3);
        const auto recording = record(fedSpeed(), table);
        QVERIFY(finalOf(*recording, 0, "late_accuracy") > 0.6);
        expectRefusal(creating(fedSpeed(), with(table, {{"model", std::string("lenet")}})),
                      "'model'");
        expectRefusal(creating(fedSpeed(), with(table, {{"label_column", std::string("c")}})), "c");
        const Overrides sharing = with(table, {{"clients", std::int64_t{40}}});
        expectRefusal(creating(fedSpeed(), with(sharing, {{"partition", std::string("unequal")},
                                                          {"dirichlet", 0.01}})),
                      "0.01");
        expectRefusal(creating(fedSpeed(), with(sharing, {{"partition", std::string("shards")},
                                                          {"shards", std::int64_t{10}}})),
                      "10 shards for each of 40 clients");
        write(1);
        expectRefusal(creating(fedSpeed(), table), "one class");
    }
};

REGISTER_TEST(FedSpeedExperimentTest)
#include "fed-speed/experiment_test.moc"
