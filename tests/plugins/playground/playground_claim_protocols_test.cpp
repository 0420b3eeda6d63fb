// The full protocols of all claims of the family and their refutations.

#include "tests/plugins/claim_protocols.h"

#include "plugins/playground/optimizer_playground.h"

using namespace convergence;

class PlaygroundClaimProtocolsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theClaimsHold() { expectClaimsHold(optimizerPlayground()); }
    void everyRefutationFails() { expectRefutationsFail(optimizerPlayground()); }
};

QTEST_GUILESS_MAIN(PlaygroundClaimProtocolsTest)
#include "playground_claim_protocols_test.moc"
