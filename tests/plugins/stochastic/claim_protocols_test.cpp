// The full protocols of all claims of the family and their refutations.

#include "tests/plugins/claim_protocols.h"

#include "plugins/stochastic/bilevel-borep/experiment.h"
#include "plugins/stochastic/dp-stationary-points/experiment.h"
#include "plugins/stochastic/large-step-logistic/experiment.h"
#include "plugins/stochastic/last-iterate-sgd/experiment.h"
#include "plugins/stochastic/one-epoch/experiment.h"
#include "plugins/stochastic/upsample-upweight/experiment.h"
#include "tests/registered_test.h"

using namespace convergence;

class StochasticClaimProtocolsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyClaimOfBilevelBorepEndsAsKnown() { expectClaimsHold(bilevelBorep()); }
    void everyRefutationOfBilevelBorepFails() { expectRefutationsFail(bilevelBorep()); }
    void everyClaimOfDpStationaryPointsEndsAsKnown() { expectClaimsHold(dpStationaryPoints()); }
    void everyRefutationOfDpStationaryPointsFails() { expectRefutationsFail(dpStationaryPoints()); }
    void everyClaimOfLargeStepLogisticEndsAsKnown() { expectClaimsHold(largeStepLogistic()); }
    void everyRefutationOfLargeStepLogisticFails() { expectRefutationsFail(largeStepLogistic()); }
    void everyClaimOfLastIterateSgdEndsAsKnown() { expectClaimsHold(lastIterateSgd()); }
    void everyRefutationOfLastIterateSgdFails() { expectRefutationsFail(lastIterateSgd()); }
    void everyClaimOfOneEpochEndsAsKnown() { expectClaimsHold(oneEpoch()); }
    void everyRefutationOfOneEpochFails() { expectRefutationsFail(oneEpoch()); }
    void everyClaimOfUpsampleUpweightEndsAsKnown() { expectClaimsHold(upsampleUpweight()); }
    void everyRefutationOfUpsampleUpweightFails() { expectRefutationsFail(upsampleUpweight()); }
};

REGISTER_TEST(StochasticClaimProtocolsTest)
#include "claim_protocols_test.moc"
