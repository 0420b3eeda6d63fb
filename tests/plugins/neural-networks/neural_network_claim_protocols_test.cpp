// The full protocols of all claims of the family and their refutations: minutes.

#include "tests/plugins/claim_protocols.h"

#include "plugins/neural-networks/neural_tangent_kernel.h"

using namespace convergence;

class NeuralNetworkClaimProtocolsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyClaimOfNeuralTangentKernelHolds() { expectClaimsHold(neuralTangentKernel()); }
    void everyRefutationOfNeuralTangentKernelFails() {
        expectRefutationsFail(neuralTangentKernel());
    }
};

QTEST_GUILESS_MAIN(NeuralNetworkClaimProtocolsTest)
#include "neural_network_claim_protocols_test.moc"
