// The full protocols of all claims of the family and their refutations: minutes.

#include "tests/plugins/claim_protocols.h"

#include "plugins/matrix/dictionary_learning.h"
#include "plugins/matrix/federated_pca.h"
#include "plugins/matrix/matrix_sensing.h"
#include "plugins/matrix/robust_recovery.h"

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

QTEST_GUILESS_MAIN(MatrixClaimProtocolsTest)
#include "matrix_claim_protocols_test.moc"
