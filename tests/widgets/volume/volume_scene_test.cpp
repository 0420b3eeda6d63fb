// Which props change, without drawing any.

#include <map>

#include <QGuiApplication>
#include <QTest>
#include <vtkActor.h>
#include <vtkActorCollection.h>
#include <vtkDataObject.h>
#include <vtkMapper.h>
#include <vtkNew.h>
#include <vtkPropCollection.h>
#include <vtkRenderer.h>
#include <vtkTexture.h>

#include "tests/registered_test.h"
#include "tests/widgets/volume/sample_volume.h"
#include "widgets/volume/volume_scene.h"

using namespace convergence;

namespace {

/// When each actor's shape, and its picture, changed last.
using Times = std::map<vtkActor*, std::pair<vtkMTimeType, vtkMTimeType>>;

Times timesOf(vtkRenderer& renderer) {
    Times times;
    vtkActorCollection* actors = renderer.GetActors();
    actors->InitTraversal();
    while (vtkActor* actor = actors->GetNextActor()) {
        vtkDataObject* shape =
            actor->GetMapper() ? actor->GetMapper()->GetInputDataObject(0, 0) : nullptr;
        vtkDataObject* picture =
            actor->GetTexture() ? actor->GetTexture()->GetInputDataObject(0, 0) : nullptr;
        times[actor] = {shape ? shape->GetMTime() : 0, picture ? picture->GetMTime() : 0};
    }
    return times;
}

int changes(const Times& before, const Times& after) {
    int count = 0;
    for (const auto& [actor, times] : after)
        count += !before.contains(actor) || before.at(actor) != times;
    return count;
}

struct Shown {
    VolumeFrame frame = sampleVolume(9);
    CamerasFrame cameras = sampleCameras(8);
    VolumeContent content{nullptr, &frame, cameras.cameras};
    VolumeSettings settings;
    Theme theme = Theme::load("light");

    Shown() { settings.showsSlice = {true, true, true}; }
};

} // namespace

class VolumeSceneTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsSetAgainAsItIsStaysAsItIs() {
        Shown shown;
        vtkNew<vtkRenderer> renderer;
        VolumeScene scene(*renderer);
        scene.setParts(makeParts(shown.content, shown.settings, shown.theme, livePoints));
        scene.update(shown.content, shown.settings, shown.theme);
        const Times before = timesOf(*renderer);
        QVERIFY(before.size() > 10);
        shown.settings.density = 2.0;
        shown.settings.threshold = 0.1;
        scene.update(shown.content, shown.settings, shown.theme);
        QCOMPARE(changes(before, timesOf(*renderer)), 0);
    }

    void onlyTheMovedSliceAndTheChosenCameraAreMadeAnew() {
        Shown shown;
        vtkNew<vtkRenderer> renderer;
        VolumeScene scene(*renderer);
        scene.setParts(makeParts(shown.content, shown.settings, shown.theme, livePoints));
        scene.update(shown.content, shown.settings, shown.theme);
        Times before = timesOf(*renderer);
        shown.settings.slice[1] = 0.25;
        scene.update(shown.content, shown.settings, shown.theme);
        QCOMPARE(changes(before, timesOf(*renderer)), 1);
        before = timesOf(*renderer);
        shown.settings.camera = 0; // its lines move from the training cameras' to the chosen one's
        scene.update(shown.content, shown.settings, shown.theme);
        QCOMPARE(changes(before, timesOf(*renderer)), 2);
    }

    void aSceneTakesOnlyItsOwnPropsAlong() {
        vtkNew<vtkRenderer> renderer;
        vtkNew<vtkActor> foreign;
        renderer->AddActor(foreign);
        {
            Shown shown;
            VolumeScene scene(*renderer);
            scene.setParts(makeParts(shown.content, shown.settings, shown.theme, livePoints));
            scene.update(shown.content, shown.settings, shown.theme);
            QVERIFY(renderer->GetViewProps()->GetNumberOfItems() > 10);
        }
        QCOMPARE(renderer->GetViewProps()->GetNumberOfItems(), 1);
        QVERIFY(renderer->HasViewProp(foreign));
    }
};

REGISTER_TEST_WITH(QGuiApplication, VolumeSceneTest)
#include "volume_scene_test.moc"
