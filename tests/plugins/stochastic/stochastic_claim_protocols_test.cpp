// The full protocols of all claims of the family and their refutations.

#include "tests/plugins/claim_protocols.h"

#include "plugins/stochastic/last_iterate_sgd.h"

using namespace convergence;

class StochasticClaimProtocolsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyClaimOfLastIterateSgdHolds() { expectClaimsHold(lastIterateSgd()); }
    void everyRefutationOfLastIterateSgdFails() { expectRefutationsFail(lastIterateSgd()); }
};

QTEST_GUILESS_MAIN(StochasticClaimProtocolsTest)
#include "stochastic_claim_protocols_test.moc"
