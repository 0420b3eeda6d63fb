// The full protocols of all claims of the family and their refutations: minutes.

#include "tests/plugins/claim_protocols.h"

#include "plugins/matrix/dictionary-frank-wolfe/experiment.h"
#include "plugins/matrix/fed-pca/experiment.h"
#include "plugins/matrix/matrix-sensing/experiment.h"
#include "plugins/matrix/robust-matrix-recovery/experiment.h"
#include "tests/registered_test.h"

using namespace convergence;

class MatrixClaimProtocolsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyClaimOfMatrixSensingHolds() { expectClaimsHold(matrixSensing()); }
    void everyRefutationOfMatrixSensingFails() { expectRefutationsFail(matrixSensing()); }
    void everyClaimOfRobustRecoveryHolds() { expectClaimsHold(robustRecovery()); }
    void everyRefutationOfRobustRecoveryFails() { expectRefutationsFail(robustRecovery()); }
    void everyClaimOfDictionaryLearningHolds() { expectClaimsHold(dictionaryLearning()); }
    void everyRefutationOfDictionaryLearningFails() { expectRefutationsFail(dictionaryLearning()); }
    void everyClaimOfFederatedPcaHolds() { expectClaimsHold(federatedPca()); }
    void everyRefutationOfFederatedPcaFails() { expectRefutationsFail(federatedPca()); }
};

REGISTER_TEST(MatrixClaimProtocolsTest)
#include "claim_protocols_test.moc"
