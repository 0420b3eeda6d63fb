#include <QtTest>

#include "core/experiment/description.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/charts/pivot_table.h"

using namespace convergence;

namespace {

/// One arm, two rates, three replicates; the last two of the larger rate diverge.
std::shared_ptr<Recording> withDivergedTrials() {
    std::vector<TrialPlan> plans;
    for (const double rate : {0.0316227766, 0.1})
        for (std::uint64_t replicate = 0; replicate < 3; ++replicate)
            plans.push_back(
                {.arm = "a", .factors = {{"rate", rate}}, .replicate = replicate, .steps = 1});
    auto recording = std::make_shared<Recording>(
        std::vector<Column>{{.name = "iteration", .label = "iteration"}},
        std::vector<Column>{{.name = "rate", .label = "rate"}},
        std::vector<Column>{{.name = "error", .label = "error"}}, std::vector<std::string>{"a"},
        plans);
    const std::array<double, 6> errors{0.1, 0.2, 0.3, 0.5, 1e20, 1e300};
    for (std::size_t trial = 0; trial < plans.size(); ++trial) {
        recording->setStatus(trial, trial < 4 ? TrialStatus::finished : TrialStatus::diverged);
        recording->conclude(trial, std::span(&errors[trial], 1));
    }
    return recording;
}

} // namespace

class PivotTableTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatDivergedIsCountedAndNotAveraged() {
        const auto recording = withDivergedTrials();
        const PivotTable table =
            pivotTable(*recording, recording->trials().rows(),
                       {.rowFactor = "arm", .columnFactor = "rate", .value = "error"}, {},
                       Description{.arms = {{"a", "A", ""}}});
        QCOMPARE(table.values.size(), std::size_t{2});
        expectNear(table.values[0], 0.2, 1e-15);
        expectNear(table.values[1], 0.5, 1e-15);
        QCOMPARE(table.lost, (std::vector<std::size_t>{0, 2}));
        QCOMPARE(table.trials[1].size(), std::size_t{3});
    }

    void valuesAreWrittenWithTheDigitsThatTheyNeed() {
        const auto recording = withDivergedTrials();
        QCOMPARE(factorText(*recording, "rate", 0.0316227766), std::string("0.0316"));
        QCOMPARE(factorText(*recording, "rate", 0.1), std::string("0.1"));
        QCOMPARE(factorText(*recording, "rate", 1024.0), std::string("1,024"));
    }
};

REGISTER_TEST(PivotTableTest)
#include "pivot_table_test.moc"
