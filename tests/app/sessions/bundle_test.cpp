#include <QBuffer>
#include <QtTest>
#include <quazip.h>
#include <quazipfile.h>
#include <quazipnewinfo.h>

#include "app/sessions/bundle.h"
#include "core/error.h"
#include "core/experiment/bytes.h"
#include "core/experiment/packed_bytes.h"
#include "core/experiment/packed_frames.h"
#include "core/experiment/packed_rows.h"
#include "core/experiment/recording_outline.h"
#include "core/experiment/runner.h"
#include "tests/core/experiment/quadratic_experiment.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

const auto quadraticType = std::make_shared<const ExperimentType>(testing::quadratic());

std::shared_ptr<const ExperimentType> findQuadratic(const std::string& id) {
    if (id != "quadratic")
        throw InputError("There is no experiment '" + id + "'.");
    return quadraticType;
}

Bundle smallBundle() {
    const auto experiment = testing::makeQuadratic({{"iterations", std::int64_t{50}}});
    auto recording = makeRecording(*experiment);
    runToEnd(*experiment, *recording, {.threads = 1});
    Frames frames{.iteration = 3};
    frames.trials.resize(2);
    frames.trials[0]["x"] = TextFrame{"t"};
    LoadedRun run;
    run.run.key = "abc-1";
    run.run.experiment = "quadratic";
    run.run.state = "finished";
    run.run.parameters = R"({"iterations": 50})";
    run.run.claims = "[]";
    run.recording = recording;
    run.keyFrames = {std::make_shared<const Frames>(frames)};
    Bundle bundle;
    bundle.session.experiment = "quadratic";
    bundle.session.run = "abc-1";
    bundle.runs.push_back(run);
    return bundle;
}

QByteArray archiveOf(const ArchiveFiles& files) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::ReadWrite);
    writeArchive(buffer, files, "b.zip");
    return bytes;
}

ArchiveFiles read(QByteArray bytes, qint64 limit = 1 << 30) {
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::ReadOnly);
    return readArchive(buffer, "b.zip", limit);
}

/// The files are no bundle, and the sentence on why has this part.
void refuses(const ArchiveFiles& files, const QString& part) {
    expectRefusal([&] { bundleFrom(files, "b.zip", findQuadratic); }, part);
}

} // namespace

Q_DECLARE_METATYPE(convergence::LiveEvent)

class BundleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aBundleComesBackWhole() {
        const Bundle bundle = smallBundle();
        ArchiveFiles files;
        addBundle(files, bundle);
        const Bundle back = bundleFrom(read(archiveOf(files)), "b.zip", findQuadratic);
        QCOMPARE(back.session.run, std::string("abc-1"));
        QCOMPARE(back.runs.size(), std::size_t{1});
        QCOMPARE(firstDifference(*back.runs[0].recording, *bundle.runs[0].recording),
                 std::string());
        QCOMPARE(back.runs[0].keyFrames.at(0)->iteration, std::int64_t{3});
        QCOMPARE(back.runs[0].run.stepsDone, 100);
    }

    void pathsThatLeaveTheArchiveAreRefused_data() {
        QTest::addColumn<QString>("path");
        for (const char* path : {"../evil", "a/../../evil", "/etc/passwd", "a/..", "..\\evil",
                                 "C:\\evil", "a//b", "./a", "a/", "~/x", ".hidden", "a\nb", "a|b"})
            QTest::newRow(path) << QString(path);
    }
    void pathsThatLeaveTheArchiveAreRefused() {
        QFETCH(QString, path);
        const QByteArray bytes = archiveOf({{path, "x"}, {"session.json", "{}"}});
        expectRefusal([&] { read(bytes); }, "not opened");
    }

    void linksAreRefused() {
        QByteArray bytes;
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::ReadWrite);
        {
            QuaZip zip(&buffer);
            QVERIFY(zip.open(QuaZip::mdCreate));
            QuaZipFile file(&zip);
            QuaZipNewInfo info("link");
            info.externalAttr = 0120777u << 16;
            QVERIFY(file.open(QIODevice::WriteOnly, info));
            file.write("/etc/passwd");
            file.close();
            zip.close();
        }
        expectRefusal([&] { read(bytes); }, "is a link");
    }

    void whatUnpacksToMoreThanTheLimitIsRefused() {
        const QByteArray bomb = archiveOf({{"zeros", QByteArray(4 << 20, '\0')}});
        QVERIFY(bomb.size() < 1 << 16);
        expectRefusal([&] { read(bomb, 1 << 20); }, "b.zip");
        QCOMPARE(read(bomb, 8 << 20).at("zeros").size(), 4 << 20);
    }

    void moreEntriesThanAnyBundleHasAreRefused() {
        ArchiveFiles files;
        for (int i = 0; i <= 10000; ++i)
            files[QString::number(i)] = "x";
        expectRefusal([&] { read(archiveOf(files)); }, "b.zip");
    }

    // What is compressed within what is compressed grows a millionfold: the limit on the archive
    // does not bound it.
    void keyFramesThatUnpackToMoreThanMemoryAreRefused() {
        Frames frames{.iteration = 0};
        frames.shared["x"] = TextFrame{std::string(std::size_t{40} << 20, ' ')};
        const std::string one = packFrames(frames);
        ByteWriter many;
        constexpr std::uint64_t count = 200; // 8 GB
        many.put(count);
        for (std::uint64_t i = 0; i < count; ++i)
            many.put(std::string_view(one));
        ArchiveFiles files;
        addBundle(files, smallBundle());
        files["runs/1/key_frames.bin"] = QByteArray::fromStdString(many.take());
        refuses(files, "more than is accepted");
    }

    void tablesThatUnpackToMoreThanMemoryAreRefused() {
        const Bundle bundle = smallBundle();
        ArchiveFiles files;
        addBundle(files, bundle);
        const QByteArray packed = files.at("runs/1/recording.bin");
        // The first trial's trace: one chunk, after the state of the trial.
        const Recording& recording = *bundle.runs[0].recording;
        const std::string chunk = packRows(recording.trace(0), 0, recording.trace(0).rows());
        const qsizetype at =
            packed.indexOf(QByteArray::fromStdString(chunk)) - qsizetype(2 * sizeof(std::uint64_t));
        QVERIFY(at > 0);
        const std::string zeros = packBytes(std::string(
            largestPackedRows * recording.trace(0).columns().size() * sizeof(double), '\0'));
        ByteWriter bomb;
        constexpr std::uint64_t count = 10000;
        bomb.put(count);
        for (std::uint64_t i = 0; i < count; ++i)
            bomb.put(std::string_view(zeros));
        files["runs/1/recording.bin"] = packed.left(at) + QByteArray::fromStdString(bomb.take());
        refuses(files, "more than is accepted");
    }

    void deeplyNestedTextIsRefused() {
        ArchiveFiles files;
        addBundle(files, smallBundle());
        QByteArray head = files.at("runs/1/run.json");
        files["runs/1/run.json"] = head.replace(
            "\"claims\": []", "\"claims\": " + QByteArray(1000000, '[') + QByteArray(1000000, ']'));
        refuses(files, "deeper than 64 levels");
    }

    void liveEventsThatDoNotFitAreRefused_data() {
        QTest::addColumn<LiveEvent>("event");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* name, const LiveEvent& event, const QString& part) {
            QTest::newRow(name) << event << part;
        };
        row("another trial", {.trial = 2, .iteration = 1, .name = "learning_rate", .value = 0.1},
            "event of trial 2");
        row("before the start",
            {.trial = 0, .iteration = -1, .name = "learning_rate", .value = 0.1}, "whole number");
        row("out of range", {.trial = 0, .iteration = 1, .name = "learning_rate", .value = 1e9},
            "learning_rate");
        row("not live", {.trial = 0, .iteration = 1, .name = "curvature", .value = 1.0},
            "cannot change");
        row("no such action", {.trial = 0, .iteration = 1, .name = "explode", .isAction = true},
            "no action 'explode'");
    }
    void liveEventsThatDoNotFitAreRefused() {
        QFETCH(LiveEvent, event);
        QFETCH(QString, part);
        const Bundle bundle = smallBundle();
        const auto experiment = testing::makeQuadratic({{"iterations", std::int64_t{50}}});
        auto recording = makeRecording(*experiment);
        recording->addEvent(event);
        Bundle changed = bundle;
        changed.runs[0].recording = recording;
        ArchiveFiles files;
        addBundle(files, changed);
        refuses(files, part);
    }

    void damageIsRefusedOrHarmless() {
        ArchiveFiles files;
        addBundle(files, smallBundle());
        const QByteArray whole = archiveOf(files);
        int refused = 0;
        for (qsizetype at = 0; at < whole.size(); at += 37)
            for (const bool cut : {true, false}) {
                QByteArray damaged = whole;
                if (cut)
                    damaged.truncate(at);
                else
                    damaged[at] = char(damaged[at] ^ 0x5a);
                try {
                    bundleFrom(read(damaged), "b.zip", findQuadratic);
                } catch (const InputError&) {
                    ++refused;
                }
            }
        QVERIFY(refused > 10);
    }

    void aBundleOfAnUnknownExperimentIsRefused() {
        Bundle bundle = smallBundle();
        bundle.runs[0].run.experiment = "cubic";
        ArchiveFiles files;
        addBundle(files, bundle);
        expectRefusal([&] { bundleFrom(files, "b.zip", findQuadratic); }, "cubic");
    }
};

REGISTER_TEST(BundleTest)
#include "bundle_test.moc"
