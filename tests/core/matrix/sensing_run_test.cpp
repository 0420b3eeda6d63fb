// Variants of matrix sensing on their way: what theory predicts of them against what they do.

#include <cmath>

#include <QtTest>

#include "core/matrix/sensing_run.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::matrix;

namespace {

const LowRankProblem& problem() {
    static const LowRankProblem made = symmetricLowRankProblem(8, 2, 1.0, 3);
    return made;
}

SensingRun started(SensingVariant variant, SensingOptions options = {}) {
    options.factorColumns = 4;
    return {problem(), MeasuredResidual(problem().target), variant, options};
}

constexpr SensingVariant symmetricOver{Form::symmetric, Width::over, Start::single};
constexpr SensingVariant modified{Form::asymmetric, Width::over, Start::imbalanced,
                                  Steps::oneModified};

} // namespace

class SensingRunTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// √(k − r)/(2ηt), with no constant: within a hundredth after 20,000 steps.
    void superfluousColumnsHoldTheErrorBackAsPredicted() {
        SensingRun run = started(symmetricOver);
        for (int t = 0; t < 20000; ++t)
            QVERIFY(run.step());
        const SensingIterate& now = run.measure();
        expectNear(*now.predictedError, std::sqrt(2.0) / (2.0 * 0.1 * 20000), 1e-15);
        expectNear(now.error / *now.predictedError, 1.0, 0.01);
        expectNear(now.sigmaF[3] / *now.predictedSurplus, 1.0, 0.01);
        QVERIFY(!now.predictedRate && !now.g && !now.drift && now.sigmaG.size() == 0);
    }

    /// −ln(1 − ησ_r) a step.
    void theExactRankFallsAtThePredictedRate() {
        SensingRun run = started({Form::symmetric, Width::exact, Start::single});
        std::vector<double> errors;
        for (int t = 0; t < 400; ++t) {
            run.measure();
            QVERIFY(run.step());
        }
        const SensingOutcome outcome = run.outcome();
        expectNear(*outcome.predictedRate, -std::log1p(-0.1), 1e-3);
        expectNear(outcome.rate / *outcome.predictedRate, 1.0, 0.02);
        QVERIFY(outcome.rateRSquared > 0.999);
    }

    /// It leaves the product, happens once, and is then over.
    void theModifiedStepIsTakenOnce() {
        SensingRun run = started(modified, {.balance = 0.8});
        QVERIFY(!run.outcome().switchIteration);
        run.takeModifiedStep();
        const auto product = run.descent().product();
        run.takeModifiedStep();
        QVERIFY(run.descent().product() == product);
        QCOMPARE(*run.outcome().switchIteration, 0.0);
        QVERIFY(*run.outcome().productChange < 1e-12);
        for (const double sigma : run.measure().sigmaF)
            expectNear(sigma, 0.8, 1e-12);
        expectNear(*run.measure().predictedRate, -std::log1p(-0.1 * 0.64), 1e-12);

        SensingRun plain = started({Form::asymmetric, Width::over, Start::imbalanced});
        plain.takeModifiedStep();
        QVERIFY(!plain.outcome().switchIteration);
    }

    void itIsTakenWhereTheErrorFallsBelowItsShare() {
        SensingRun run = started(modified);
        const double start = run.measure().error;
        int steps = 0;
        while (!run.outcome().switchIteration) {
            QVERIFY(++steps < 1000);
            QVERIFY(run.step());
        }
        const double then = *run.outcome().switchIteration;
        QCOMPARE(then, static_cast<double>(steps - 1));
        SensingRun again = started({Form::asymmetric, Width::over, Start::imbalanced});
        for (int t = 0; t < steps - 2; ++t)
            again.step();
        QVERIFY(again.measure().error >= 0.3 * start);
        again.step();
        QVERIFY(again.measure().error < 0.3 * start);
    }

    /// Arms differ in what the algorithm does and not in where it starts.
    void variantsStartAlike() {
        const auto left = [](SensingVariant variant) {
            return Eigen::MatrixXd(started(variant, {.seed = 5}).descent().left());
        };
        const auto wide = left(symmetricOver);
        QVERIFY(wide == left(modified));
        QVERIFY(wide.leftCols(2) == left({Form::symmetric, Width::exact, Start::single}));
        SensingRun equal = started({Form::asymmetric, Width::over, Start::equal}, {.seed = 5});
        QVERIFY(equal.descent().left() == wide && equal.descent().right() == wide);
    }
};

REGISTER_TEST(SensingRunTest)
#include "sensing_run_test.moc"
