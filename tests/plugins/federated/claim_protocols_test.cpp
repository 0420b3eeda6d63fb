// The full protocols of all claims of the family and their refutations.

#include "tests/plugins/claim_protocols.h"

#include "plugins/federated/fed-speed/experiment.h"
#include "plugins/federated/momentum-fl/experiment.h"
#include "tests/registered_test.h"

using namespace convergence;

class FederatedClaimProtocolsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyClaimOfMomentumFlEndsAsKnown() { expectClaimsHold(momentumFl()); }
    void everyRefutationOfMomentumFlFails() { expectRefutationsFail(momentumFl()); }
    void everyClaimOfFedSpeedEndsAsKnown() { expectClaimsHold(fedSpeed()); }
    void everyRefutationOfFedSpeedFails() { expectRefutationsFail(fedSpeed()); }
};

REGISTER_TEST(FederatedClaimProtocolsTest)
#include "claim_protocols_test.moc"
