#include "plugins/playground/optimizer-playground/race.h"

#include <array>
#include <cmath>

#include "core/experiment/frame_check.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using playground::raceOf;

namespace {

/// sgd at (t, 0) for t = 0…rows − 1, adam at (0, 2t) for half as long.
std::unique_ptr<Recording> recordingOf(int rows) {
    const std::vector<TrialPlan> plans{{.arm = "sgd", .steps = 1000},
                                       {.arm = "adam", .steps = 1000}};
    auto recording = std::make_unique<Recording>(
        std::vector<Column>{
            {.name = "iteration", .role = ColumnRole::clock}, {.name = "x"}, {.name = "y"}},
        std::vector<Column>{}, std::vector<Column>{{.name = "final"}},
        std::vector<std::string>{"sgd", "adam"}, plans);
    for (int t = 0; t < rows; ++t) {
        recording->traceForWriting(0).append(std::array{double(t), double(t), 0.0});
        if (2 * t < rows)
            recording->traceForWriting(1).append(std::array{double(t), 0.0, 2.0 * t});
    }
    return recording;
}

} // namespace

class RaceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ballsAreWhereTheTracesSayAndStayWhereTheyEnd() {
        const SceneFrame race = raceOf(*recordingOf(10), 0.1);
        QCOMPARE(frameTrouble(race), std::string());
        QCOMPARE(race.bodies, std::size_t{2});
        QCOMPARE(race.bodyLabels[1], std::string("Adam"));
        QCOMPARE(race.times.size(), std::size_t{10});
        QCOMPARE(race.poses[2 * 3].x, 3.0F);
        QCOMPARE(race.poses[2 * 3 + 1].y, 6.0F);
        QCOMPARE(race.poses[2 * 9 + 1].y, 8.0F);
    }

    void longRacesAreThinnedOutButForTheLastStep() {
        const SceneFrame race = raceOf(*recordingOf(5001), 0.1);
        QVERIFY(race.times.size() <= 602);
        QCOMPARE(race.times.back(), 5000.0);
        QCOMPARE(race.poses[2 * (race.times.size() - 1)].x, 5000.0F);
    }

    void aPathEndsBeforeItIsNoNumber() {
        const auto recording = recordingOf(4);
        recording->traceForWriting(0).append(std::array{4.0, double(NAN), 0.0});
        recording->traceForWriting(1).append(std::array{2.0, 1e12, 0.0});
        const SceneFrame race = raceOf(*recording, 0.1);
        QCOMPARE(frameTrouble(race), std::string());
        QCOMPARE(race.times.back(), 3.0);
    }

    void withoutRowsThereIsNothing() {
        const SceneFrame race = raceOf(*recordingOf(0), 0.1);
        QCOMPARE(frameTrouble(race), std::string());
        QVERIFY(race.shapes.empty());
    }
};

REGISTER_TEST(RaceTest)
#include "race_test.moc"
