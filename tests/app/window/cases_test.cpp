// Meshes, scenes and tables from elsewhere, opened in the window: shown, or refused in a sentence.

#include <QLabel>
#include <QtTest>

#include "app/plugin_loader.h"
#include "app/window/main_window.h"
#include "core/radiance/scene_source.h"
#include "tests/app/cases.h"
#include "tests/app/window/window_driver.h"
#include "tests/widgets/vtk_test.h"
#include "widgets/volume/mesh_scene.h"
#include "widgets/volume/offscreen_window.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

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
        for (const QString& name : refusedMeshes)
            QTest::newRow(qPrintable(name)) << name;
    }
    void badMeshesAreRefusedInTheMessageBar() {
        QFETCH(QString, name);
        window_->openExperiment("voxel-radiance", sceneOf(casesFolder + "meshes/" + name));
        QTRY_VERIFY_WITH_TIMEOUT(messageBar().isVisible() && messageBar().text().contains(name),
                                 patience);
        QVERIFY2(messageBar().text().endsWith('.'), qPrintable(messageBar().text()));
        QVERIFY(!window_->controller().runner());
    }

    void goodOnesAreShown_data() { addRows(readableScenes()); }
    void goodOnesAreShown() {
        QFETCH(QString, path);
        if (path.startsWith("meshes") && !OffscreenWindow::problem().isEmpty())
            QSKIP(qPrintable(OffscreenWindow::problem()));
        window_->openExperiment("voxel-radiance", sceneOf(casesFolder + path));
        QTRY_VERIFY_WITH_TIMEOUT(window_->controller().runner() != nullptr, patience);
        QVERIFY2(messageBar().isHidden(), qPrintable(messageBar().text()));
    }

    /// The schedule that is refined from forty norms has forty values, whoever wrote the table.
    void tablesOfNormsAreTaken_data() { addRows(normTables()); }
    void tablesOfNormsAreTaken() {
        QFETCH(QString, path);
        window_->openExperiment("schedule-refinement",
                                {{"norms", (casesFolder + path).toStdString()}});
        QTRY_VERIFY_WITH_TIMEOUT(window_->controller().runner() != nullptr, patience);
        QVERIFY2(messageBar().isHidden(), qPrintable(messageBar().text()));
        const std::string& data = window_->controller().recording()->provenance().data;
        QVERIFY2(data.find("40 numbers") != std::string::npos, data.c_str());
    }

private:
    [[nodiscard]] QLabel& messageBar() const { return *window_->findChild<QLabel*>("messageBar"); }

    Registry registry_; // outlives the window
    std::unique_ptr<MainWindow> window_;
};

REGISTER_VTK_TEST(WindowCasesTest)
#include "cases_test.moc"
