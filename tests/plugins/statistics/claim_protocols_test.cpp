// The full protocols of all claims of the family and their refutations.

#include "tests/plugins/claim_protocols.h"

#include "plugins/statistics/frechet-sdr/experiment.h"
#include "plugins/statistics/learning-curve-prediction/experiment.h"
#include "plugins/statistics/top-two-crowdsourcing/experiment.h"
#include "tests/registered_test.h"

using namespace convergence;

class StatisticsClaimProtocolsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyClaimOfFrechetSdrEndsAsKnown() { expectClaimsHold(frechetSdr()); }
    void everyRefutationOfFrechetSdrFails() { expectRefutationsFail(frechetSdr()); }
    void everyClaimOfLearningCurvePredictionEndsAsKnown() {
        expectClaimsHold(learningCurvePrediction());
    }
    void everyRefutationOfLearningCurvePredictionFails() {
        expectRefutationsFail(learningCurvePrediction());
    }
    void everyClaimOfTopTwoCrowdsourcingEndsAsKnown() { expectClaimsHold(topTwoCrowdsourcing()); }
    void everyRefutationOfTopTwoCrowdsourcingFails() {
        expectRefutationsFail(topTwoCrowdsourcing());
    }
};

REGISTER_TEST(StatisticsClaimProtocolsTest)
#include "claim_protocols_test.moc"
