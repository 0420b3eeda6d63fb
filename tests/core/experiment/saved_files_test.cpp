// Files of a trial: whole or not at all, and told by the name that they have at the end.

#include <QTemporaryDir>
#include <QtTest>

#include "core/data/output_file.h"
#include "core/error.h"
#include "core/experiment/saved_files.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
namespace fs = std::filesystem;

class SavedFilesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void filesComeUnderTheirFolderAndNothingElseStays() {
        const QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        const auto files = saveInto(
            root, "trial", [](const fs::path& own) { writeWholeFile(own / "a.csv", "1\n"); });
        QCOMPARE(files, std::vector<fs::path>{fs::path("trial") / "a.csv"});
        QVERIFY(fs::exists(root / "trial" / "a.csv"));
        QVERIFY(!fs::exists(root / "trial.part"));
    }

    void whereNothingIsWrittenNoFolderIsLeft() {
        const QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        QCOMPARE(saveInto(root, "trial", [](const fs::path&) {}), std::vector<fs::path>{});
        QVERIFY(fs::is_empty(root));
    }

    void threeFilesAreNamedAndTheRestIsCounted() {
        QCOMPARE(namesInWords({"a/b.txt"}), std::string("a/b.txt"));
        QCOMPARE(namesInWords({"a", "b", "c"}), std::string("a, b, c"));
        QCOMPARE(namesInWords({"a", "b", "c", "d", "e"}), std::string("a, b, c and 2 more"));
    }

    void whatCannotBeWrittenIsNamedAsItWouldBe() {
        const QTemporaryDir folder;
        const fs::path root = folder.path().toStdString();
        const QString refused = refusalOf([&] {
            saveInto(root, "trial",
                     [](const fs::path& own) { writeWholeFile(own / "missing" / "a.csv", "1\n"); });
        });
        const std::string refusal = refused.toStdString();
        QVERIFY2(refusal.find((root / "trial" / "missing" / "a.csv").string()) != std::string::npos,
                 refusal.c_str());
        QVERIFY2(refusal.find(".part") == std::string::npos, refusal.c_str());
        QVERIFY(!fs::exists(root / "trial.part"));
    }
};

REGISTER_TEST(SavedFilesTest)
#include "saved_files_test.moc"
