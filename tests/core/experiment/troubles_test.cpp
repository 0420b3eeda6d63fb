#include <QTest>

#include "core/experiment/troubles.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

/// Trials that all diverged for one reason at iterations 10, 11, …, but for those named.
std::string told(std::size_t trials, std::size_t other = SIZE_MAX) {
    std::vector<TrialPlan> plans;
    std::vector<std::string> arms;
    for (std::size_t i = 0; i < trials; ++i) {
        arms.push_back("arm_" + std::to_string(i));
        plans.push_back({.arm = arms.back(), .steps = 100});
    }
    Recording recording({{.name = "iteration", .role = ColumnRole::clock}}, {}, {}, arms, plans);
    for (std::size_t i = 0; i < trials; ++i) {
        recording.setIterations(i, 10 + static_cast<std::int64_t>((i + 3) % trials));
        recording.setStatus(i, i == other ? TrialStatus::failed : TrialStatus::diverged,
                            i == other ? "no memory" : "it grew without bound");
    }
    return troublesByReason(recording,
                            [](const std::string& arm) { return "Arm " + arm.substr(4); });
}

} // namespace

class TroublesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneReasonIsOneSentence() {
        QCOMPARE(told(1), "Arm 0 diverged at iteration 10: it grew without bound.");
        QCOMPARE(told(2),
                 "Arm 0 and Arm 1 diverged at iterations 11 and 10: it grew without bound.");
        QCOMPARE(told(3), "Arm 0, Arm 1 and Arm 2 diverged at iterations 10, 11 and 12: it grew "
                          "without bound.");
    }
    void otherReasonsAreOtherSentences() {
        QCOMPARE(told(3, 1), "Arm 0 and Arm 2 diverged at iterations 10 and 12: it grew without "
                             "bound. Arm 1 failed at iteration 11: no memory.");
    }
    void manyAreCounted() {
        QCOMPARE(told(9), "9 of 9 trials diverged, the first (Arm 6) at iteration 10: it grew "
                          "without bound.");
    }
    /// An arm that diverges at one value of a grid is not lost.
    void trialsOfAGridAreCounted() {
        Recording grid({{.name = "iteration", .role = ColumnRole::clock}}, {}, {}, {"arm_0"},
                       {{.arm = "arm_0", .steps = 9}, {.arm = "arm_0", .steps = 9}});
        grid.setIterations(1, 5);
        grid.setStatus(1, TrialStatus::diverged, "too fast");
        QCOMPARE(troublesByReason(grid, [](const std::string&) { return "Arm"; }),
                 "1 of 2 trials diverged (Arm) at iteration 5: too fast.");
    }
    void nothingIsNothing() {
        const Recording none({{.name = "iteration"}}, {}, {}, {"a"}, {{.arm = "a", .steps = 1}});
        QVERIFY(troublesByReason(none, [](const std::string& arm) { return arm; }).empty());
    }
};

REGISTER_TEST(TroublesTest)
#include "troubles_test.moc"
