// Meshes and scenes from elsewhere, opened in the window: shown, or refused in a sentence.

#include <QLabel>
#include <QtTest>

#include "app/plugin_loader.h"
#include "app/window/main_window.h"
#include "core/radiance/scene_source.h"
#include "tests/app/window/window_driver.h"
#include "tests/widgets/vtk_test.h"
#include "widgets/volume/mesh_scene.h"
#include "widgets/volume/offscreen_window.h"

using namespace convergence;

namespace {

const QString cases = TEST_DATA "/cases/";

Overrides sceneOf(const QString& path) {
    return {{"scene", path.toStdString()},
            {"image_size", std::int64_t{32}},
            {"train_views", std::int64_t{5}}};
}

} // namespace

class WindowCasesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        radiance::setMeshRenderer(renderMeshScene);
        QVERIFY(loadAllPlugins(registry_).empty());
        window_ = std::make_unique<MainWindow>(registry_, "light", MainWindow::Memory::forget);
        window_->show();
    }
    void cleanupTestCase() { window_.reset(); }

    void badMeshesAreRefusedInTheMessageBar_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"index_out.ply", "zero_index.obj", "little_truncated.ply",
                                 "short.stl", "lying_count.ply", "points_only.ply", "nan.ply"})
            QTest::newRow(name) << name;
    }
    void badMeshesAreRefusedInTheMessageBar() {
        QFETCH(QString, name);
        window_->openExperiment("voxel-radiance", sceneOf(cases + "meshes/" + name));
        const auto& message = *window_->findChild<QLabel*>("messageBar");
        QTRY_VERIFY_WITH_TIMEOUT(message.isVisible() && message.text().contains(name),
                                 testing::patience);
        QVERIFY2(message.text().endsWith('.'), qPrintable(message.text()));
        QVERIFY(!window_->controller().runner());
    }

    void goodOnesAreShown_data() {
        QTest::addColumn<QString>("path");
        for (const char* path : {"meshes/tri.ply", "meshes/neg_slashes.obj",
                                 "meshes/binary_solid.stl", "scenes/nerfstudio_jpeg"})
            QTest::newRow(path) << path;
    }
    void goodOnesAreShown() {
        QFETCH(QString, path);
        if (path.startsWith("meshes") && !OffscreenWindow::problem().isEmpty())
            QSKIP(qPrintable(OffscreenWindow::problem()));
        window_->openExperiment("voxel-radiance", sceneOf(cases + path));
        QTRY_VERIFY_WITH_TIMEOUT(window_->controller().runner() != nullptr, testing::patience);
        QVERIFY(window_->findChild<QLabel*>("messageBar")->isHidden());
    }

private:
    Registry registry_; // outlives the window
    std::unique_ptr<MainWindow> window_;
};

REGISTER_VTK_TEST(WindowCasesTest)
#include "cases_test.moc"
