// The full protocols of all claims of the family and their refutations, and a scene that is
// written, read again and trained: minutes.

#include "tests/plugins/claim_protocols.h"

#include <cmath>

#include <QTemporaryDir>

#include "core/experiment/runner.h"
#include "core/radiance/analytic_scene.h"
#include "core/radiance/scene_files.h"
#include "plugins/radiance/voxel-radiance/experiment.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

double heldOutQuality(const Overrides& overrides) {
    const ExperimentType type = voxelRadiance();
    const auto experiment = createExperiment(type, resolveValues(type, "quick", overrides));
    const auto recording = makeRecording(*experiment);
    runToEnd(*experiment, *recording);
    const Table& trials = recording->trials();
    return trials.at(0, trials.columnIndex("psnr"));
}

} // namespace

class RadianceClaimProtocolsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyClaimHolds() { expectClaimsHold(voxelRadiance()); }
    void everyRefutationFails() { expectRefutationsFail(voxelRadiance()); }

    void anExportedSceneTrainsToTheSameQuality() {
        QTemporaryDir folder;
        radiance::exportNerfSynthetic(
            radiance::analyticScene({.imageSize = 64, .trainingViews = 30, .seed = 0}),
            folder.path().toStdString());
        const double built = heldOutQuality({});
        const double read = heldOutQuality({{"scene", folder.path().toStdString()}});
        qInfo("built in %.3f dB, from the folder %.3f dB", built, read);
        expectNear(built, read, 0.3);
    }
};

REGISTER_TEST(RadianceClaimProtocolsTest)
#include "claim_protocols_test.moc"
