// The full protocols of all claims of the family and their refutations.

#include "tests/plugins/claim_protocols.h"

#include "plugins/playground/optimizer-playground/experiment.h"
#include "tests/registered_test.h"

using namespace convergence;

class PlaygroundClaimProtocolsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theClaimsHold() { expectClaimsHold(optimizerPlayground()); }
    void everyRefutationFails() { expectRefutationsFail(optimizerPlayground()); }
};

REGISTER_TEST(PlaygroundClaimProtocolsTest)
#include "claim_protocols_test.moc"
