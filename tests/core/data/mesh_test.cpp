#include "core/data/mesh.h"

#include <algorithm>
#include <fstream>
#include <set>

#include <Eigen/Geometry>
#include <QTemporaryDir>
#include <QtTest>
#include <zlib.h>

#include "core/error.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
namespace fs = std::filesystem;

namespace {

const fs::path cases = fs::path(TEST_DATA) / "cases/meshes";

std::string bytesOf(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// What is known of a cube of edge 2 around the origin, however its faces are cut.
void verifyCube(const Mesh& mesh) {
    QCOMPARE(mesh.points.size(), std::size_t(8));
    std::set<std::array<float, 3>> places;
    for (const Eigen::Vector3f& point : mesh.points) {
        QCOMPARE(point.cwiseAbs(), Eigen::Vector3f::Ones().eval());
        places.insert({point.x(), point.y(), point.z()});
    }
    QCOMPARE(places.size(), std::size_t(8));
    // Area 24; outward faces enclose the volume 8 by the divergence theorem.
    double area = 0.0, volume = 0.0;
    for (std::size_t i = 0; i < mesh.faceCount(); ++i) {
        const auto face = mesh.face(i);
        for (std::size_t k = 2; k < face.size(); ++k) {
            const Eigen::Vector3d a = mesh.points[face[0]].cast<double>();
            const Eigen::Vector3d b = mesh.points[face[k - 1]].cast<double>();
            const Eigen::Vector3d c = mesh.points[face[k]].cast<double>();
            area += 0.5 * (b - a).cross(c - a).norm();
            volume += a.dot(b.cross(c)) / 6.0;
        }
    }
    QCOMPARE(area, 24.0);
    QCOMPARE(volume, 8.0);
}

const char* plyStart = "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\n"
                       "property float y\nproperty float z\n";

} // namespace

class MeshTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void filesOfManyProgramsAreTheSameCube_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("faces");
        QTest::newRow("triangles, text") << "tri.ply" << 12;
        QTest::newRow("quads, little-endian") << "little_endian.ply" << 6;
        QTest::newRow("big-endian") << "big_endian.ply" << 12;
        QTest::newRow("negative indices, normals") << "neg_slashes.obj" << 12;
        QTest::newRow("quads, CRLF") << "crlf.obj" << 6;
        QTest::newRow("binary, begins with solid") << "binary_solid.stl" << 12;
    }
    void filesOfManyProgramsAreTheSameCube() {
        QFETCH(QString, name);
        const Mesh mesh = readMesh(cases / name.toStdString());
        QTEST(int(mesh.faceCount()), "faces");
        verifyCube(mesh);
        QVERIFY(mesh.colors.empty());
    }

    void badFilesAreRefusedInASentence_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char* name, const char* sentence) {
            QTest::newRow(name) << name << sentence;
        };
        row("index_out.ply", "has the point 99 in face 13; expected 0 to 7.");
        row("zero_index.obj", "has the index '0' in line 9; expected 1 or more, or −1 to −8.");
        row("little_truncated.ply", "declares 8 elements 'vertex'; expected at most 5 ");
        row("short.stl", "declares 12 triangles and has 300 bytes; expected 684 bytes.");
        row("lying_count.ply", "declares 4000000000 elements 'vertex'; expected at most 1 ");
        row("points_only.ply", "has 8 points but no faces");
        row("nan.ply", "Point 1 of the mesh ");
    }
    void badFilesAreRefusedInASentence() {
        QFETCH(QString, name);
        QFETCH(QString, sentence);
        const QString found = refusalOf([&] { return readMesh(cases / name.toStdString()); });
        QVERIFY2(found.contains(sentence), qPrintable(found));
        QVERIFY2(found.contains(name), qPrintable(found));
        QVERIFY(found.endsWith('.'));
    }

    void whereverAFileIsCutItIsRefused() {
        for (const char* name :
             {"tri.ply", "little_endian.ply", "big_endian.ply", "binary_solid.stl"}) {
            const std::string whole = bytesOf(cases / name);
            const auto parse = std::string_view(name).ends_with("ply") ? parsePly : parseStl;
            // In a text the last line end, and digits before it, can be missing.
            const std::size_t least = std::string_view(name) == "tri.ply" ? 2 : 1;
            for (std::size_t size = 0; size + least <= whole.size(); ++size)
                QVERIFY2(!refusalOf([&] { return parse(whole.substr(0, size), name); }).isEmpty(),
                         qPrintable(QString("%1, %2 bytes").arg(name).arg(size)));
            QVERIFY2(refusalOf([&] { return parse(whole + "1 2", name); }).contains(name), name);
        }
    }

    void textStlIsRead() {
        const std::string facet =
            "facet normal 0 0 1\n outer loop\n  vertex 0 0 0\n  vertex 1e0 -0 0\n"
            "  VERTEX 0 +1 0\n endloop\nendfacet\n";
        const Mesh mesh = parseStl("solid a name of facets\r\n" + facet + facet +
                                       "endsolid a name\nsolid\n" + facet + "endsolid\n",
                                   "a.stl");
        QCOMPARE(mesh.points.size(), std::size_t(3));
        QCOMPARE(mesh.faceCount(), std::size_t(3));
        QCOMPARE(mesh.points[2], Eigen::Vector3f(0, 1, 0));
        const QString cut = refusalOf([&] { return parseStl("solid\n" + facet, "a.stl"); });
        QVERIFY2(cut.contains("ends within facet 2; expected 'facet' or 'endsolid'"),
                 qPrintable(cut));
    }

    void colorsAndOtherPropertiesOfPly() {
        const Mesh mesh = parsePly(
            "ply\r\nformat ascii 1.0\r\ncomment x\r\nobj_info y\r\nelement face 1\r\n"
            "property uchar material\r\nproperty list uchar uint vertex_index\r\n"
            "element vertex 3\r\nproperty double z\r\nproperty double y\r\n"
            "property double x\r\nproperty list uchar float weights\r\nproperty uchar green\r\n"
            "property uchar red\r\nproperty uchar blue\r\nelement edge 1\r\nproperty int a\r\n"
            "end_header\r\n7 3 2 1 0\r\n3 2 1 2 0.5 0.5 20 10 30\r\n6 5 4 0 21 11 31\r\n"
            "9 8 7 1 1 255 0 1\r\n5\r\n",
            "a.ply");
        QCOMPARE(mesh.points[0], Eigen::Vector3f(1, 2, 3));
        QCOMPARE(mesh.corners, (std::vector<std::uint32_t>{2, 1, 0}));
        QCOMPARE(mesh.colors.at(0), (std::array<std::uint8_t, 3>{10, 20, 30}));
        QCOMPARE(mesh.colors.at(2), (std::array<std::uint8_t, 3>{0, 255, 1}));
    }

    void statementsOfObjThatDoNotMatterArePassedOver() {
        const Mesh mesh = parseObj("# a\nmtllib a.mtl\no part\nf 1/1/1 2/2 3 \\\n 4//1\nv 0 0 0\n"
                                   "v 1 0 0 0.5 0.5 0.5\nv 1 1 0 1\n\nvt 0 0\nvn 0 0 1\nv 0 1 0\n"
                                   "l 1 2",
                                   "a.obj");
        QCOMPARE(mesh.points.size(), std::size_t(4));
        QCOMPARE(mesh.corners, (std::vector<std::uint32_t>{0, 1, 2, 3}));
        const QString far = refusalOf([] { return parseObj("v 0 0 0\nf 1 1 2\n", "a.obj"); });
        QVERIFY2(far.contains("has the index 2 in line 2; expected 1 to 1"), qPrintable(far));
    }

    void whatHeadersAndFacesMayNotSay_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("sentence");
        const QString start = plyStart;
        const QString three = "0 0 0\n1 0 0\n0 1 0\n";
        QTest::newRow("nothing") << ""
                                 << "cannot be read as a mesh";
        QTest::newRow("no end") << start << "ends within its header";
        QTest::newRow("no format") << "ply\nend_header\n"
                                   << "without a line 'format'";
        QTest::newRow("type") << "ply\nelement vertex 1\nproperty half x\n"
                              << "'property half x'";
        QTest::newRow("count") << "ply\nelement vertex -1\n"
                               << "'element vertex -1'";
        QTest::newRow("no properties") << "ply\nformat ascii 1.0\nelement vertex 9\nend_header\n"
                                       << "without properties";
        QTest::newRow("two corners")
            << start + "element face 1\nproperty list uchar int vertex_indices\nend_header\n" +
                   three + "2 0 1\n"
            << "the face 1 with 2 corners";
        QTest::newRow("list beyond the end")
            << start + "element face 1\nproperty list uint int vertex_indices\nend_header\n" +
                   three + "4000000000 0 1 2\n"
            << "a list of 4000000000 numbers";
        QTest::newRow("fraction")
            << start + "element face 1\nproperty list uchar float vertex_indices\nend_header\n" +
                   three + "3 0 1 1.5\n"
            << "has the point 1.5 in face 1";
    }
    void whatHeadersAndFacesMayNotSay() {
        QFETCH(QString, text);
        QFETCH(QString, sentence);
        const QString found = refusalOf([&] { return parsePly(text.toStdString(), "a.ply"); });
        QVERIFY2(found.contains(sentence) && found.contains("a.ply"), qPrintable(found));
    }

    void aFaceOfTooManyCornersIsRefused() {
        std::string text = "v 0 0 0\nv 1 0 0\nv 0 1 0\nf";
        for (std::size_t i = 0; i < mostCorners; ++i)
            text += " 1";
        QCOMPARE(parseObj(text, "a.obj").faceCount(), std::size_t(1));
        QVERIFY(refusalOf([&] { return parseObj(text + " 1", "a.obj"); }).contains("1001 corners"));
    }

    void compressedFilesAreReadAndOtherNamesRefused() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath("cube.PLY").toStdString();
        const std::string content = bytesOf(cases / "tri.ply");
        const gzFile file = gzopen(path.c_str(), "wb");
        gzwrite(file, content.data(), unsigned(content.size()));
        gzclose(file);
        verifyCube(readMesh(path));
        QVERIFY(refusalOf([] { return readMesh("mesh.xyz"); }).contains(".ply, .stl or .obj"));
        QVERIFY(refusalOf([] { return readMesh("none.ply"); }).contains("none.ply"));
    }
};

REGISTER_TEST(MeshTest)
#include "mesh_test.moc"
