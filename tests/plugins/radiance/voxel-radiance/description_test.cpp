// What is told about voxel-radiance without running it is consistent.

#include <cmath>

#include <QtTest>

#include "core/experiment/registry.h"
#include "plugins/radiance/voxel-radiance/experiment.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

class VoxelRadianceDescriptionTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void descriptionIsConsistent() { checkDescription(voxelRadianceDescription()); }

    void defaultsAreThePresetQuick() {
        const Description description = voxelRadianceDescription();
        QCOMPARE(description.presets.front().id, std::string("quick"));
        const ParameterValues values(description.parameters, {});
        QVERIFY(values ==
                ParameterValues(description.parameters, description.presets.front().overrides));
        QCOMPARE(values.integer("image_size"), 64);
        QCOMPARE(values.numbers("fine_voxels"), std::vector<double>{64});
    }

    void thePaperPresetIsThePapersTable() {
        const Description description = voxelRadianceDescription();
        const ParameterValues values(description.parameters,
                                     description.findPreset("paper")->overrides);
        QCOMPARE(values.integer("coarse_steps"), 5000);
        QCOMPARE(values.integer("fine_steps"), 20000);
        QCOMPARE(values.integer("rays"), 8192);
        expectNear(std::pow(values.real("coarse_voxels"), 3), 1'024'000, 1e-3);
        QCOMPARE(values.integer("mlp_width"), 128);
        for (const double fraction : values.numbers("scaling_checkpoints"))
            QCOMPARE(std::fmod(fraction * 20000, 1000.0), 0.0);
    }

    void badValuesAreRefusedByName_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("text");
        QTest::newRow("tiny pictures") << "image_size"
                                       << "31";
        QTest::newRow("too many doublings") << "scaling_checkpoints"
                                            << "1.5";
        QTest::newRow("unknown order") << "activation"
                                       << "between";
        QTest::newRow("certain opacity") << "alpha_init_fine"
                                         << "1";
        QTest::newRow("unknown arm") << "arms"
                                     << "grid,gird";
        QTest::newRow("grid beyond the range") << "fine_voxels"
                                               << "64,400";
    }
    void badValuesAreRefusedByName() {
        QFETCH(QString, name);
        QFETCH(QString, text);
        const Description description = voxelRadianceDescription();
        const Parameter& parameter = findParameter(description.parameters, name.toStdString());
        expectRefusal(
            [&] {
                ParameterValues(description.parameters,
                                {{parameter.name, parseValue(parameter, text.toStdString())}});
            },
            name);
    }
};

REGISTER_TEST(VoxelRadianceDescriptionTest)
#include "voxel-radiance/description_test.moc"
