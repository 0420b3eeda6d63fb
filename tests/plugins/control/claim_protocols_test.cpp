// The full protocols of all claims of the family and their refutations.

#include "tests/plugins/claim_protocols.h"

#include "plugins/control/integral-rl/experiment.h"
#include "plugins/control/martingale-td/experiment.h"
#include "tests/registered_test.h"

using namespace convergence;

class ControlClaimProtocolsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyClaimOfIntegralRlEndsAsKnown() { expectClaimsHold(integralRl()); }
    void everyRefutationOfIntegralRlFails() { expectRefutationsFail(integralRl()); }
    void everyClaimOfMartingaleTdEndsAsKnown() { expectClaimsHold(martingaleTd()); }
    void everyRefutationOfMartingaleTdFails() { expectRefutationsFail(martingaleTd()); }
};

REGISTER_TEST(ControlClaimProtocolsTest)
#include "claim_protocols_test.moc"
