// A saved field whose header was changed.

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

#include "core/error.h"
#include "core/radiance/field.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::radiance;

class FieldFilesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void headersThatTheArraysCannotFillAreRefused() {
        const QTemporaryDir folder;
        const std::string path = folder.path().toStdString();
        const GridShape shape{.box = {Eigen::Vector3d::Zero(), Eigen::Vector3d::Ones()},
                              .size = {4, 5, 6},
                              .voxelSize = 0.25};
        saveField(Field(shape, Activation::post, 0.5, {}, 0), path);
        QCOMPARE(loadField(path).density.size(), std::size_t{4 * 5 * 6});

        QFile file(folder.filePath("field.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonObject good = QJsonDocument::fromJson(file.readAll()).object();
        file.close();
        const auto refuses = [&](const char* key, const QJsonValue& value, const char* sentence) {
            QJsonObject changed = good;
            changed[key] = value;
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(QJsonDocument(changed).toJson());
            file.close();
            expectRefusal([&] { return loadField(path); }, sentence);
        };
        refuses("size", QJsonArray{4096, 4096, 16}, "the arrays beside it hold");
        refuses("size", QJsonArray{1 << 20, 1 << 20, 1 << 20}, "not those of a field");
        refuses("features", -4, "the arrays beside it hold");
        refuses("features", 1 << 30, "the arrays beside it hold");
        refuses("network_width", 1 << 30, "cannot be 1073741824 wide");
    }
};

REGISTER_TEST(FieldFilesTest)
#include "field_files_test.moc"
