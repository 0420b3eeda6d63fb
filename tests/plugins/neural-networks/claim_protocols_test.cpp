// The full protocols of all claims of the family and their refutations: minutes.

#include "tests/plugins/claim_protocols.h"

#include "plugins/neural-networks/neural-tangent-kernel/experiment.h"
#include "tests/registered_test.h"

using namespace convergence;

class NeuralNetworkClaimProtocolsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyClaimOfNeuralTangentKernelHolds() { expectClaimsHold(neuralTangentKernel()); }
    void everyRefutationOfNeuralTangentKernelFails() {
        expectRefutationsFail(neuralTangentKernel());
    }
};

REGISTER_TEST(NeuralNetworkClaimProtocolsTest)
#include "claim_protocols_test.moc"
