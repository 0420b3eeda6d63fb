#include "core/experiment/packed_frames.h"

#include <cmath>
#include <cstring>
#include <functional>

#include <QTest>

#include "core/error.h"
#include "core/experiment/bytes.h"
#include "core/experiment/key_frames.h"
#include "core/experiment/packed_bytes.h"
#include "core/experiment/packed_views.h"
#include "tests/core/experiment/view_frames.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

template <typename Kind>
std::string bytesOf(const Kind& frame) {
    ByteWriter out;
    putFrame(out, frame);
    return out.take();
}

Frames everyKind() {
    Frames frames{.iteration = 3};
    frames.shared["table"] = testing::clientsTable();
    FrameMap& trial = frames.trials.emplace_back();
    trial["timeline"] = testing::roundsTimeline();
    trial["points"] = testing::fourPointsInSpace();
    trial["graph"] = testing::squareGraph();
    trial["scene"] = testing::pendulum();
    return frames;
}

/// Reads a prefix of every length and every single byte changed: refused or read, never more.
template <typename Kind, typename Get>
void survivesDamage(const Kind& frame, Get get) {
    const std::string bytes = bytesOf(frame);
    int refused = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at)
        for (const unsigned char change : {0x00, 0x01, 0x80, 0xff}) {
            std::string damaged = change == 0 ? bytes.substr(0, at) : bytes;
            if (change != 0)
                damaged[at] = static_cast<char>(damaged[at] ^ change);
            try {
                ByteReader in(damaged, "It");
                static_cast<void>(get(in));
                QVERIFY(change != 0 || in.atEnd());
            } catch (const InputError&) {
                ++refused;
            }
        }
    QVERIFY2(refused > int(bytes.size()), qPrintable(QString::number(refused)));
}

} // namespace

class PackedFramesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void framesOfTheNewerKindsComeBackByteForByte() {
        const Frames frames = everyKind();
        const auto copy = unpackFrames(packFrames(frames));
        const auto same = [&](const FrameMap& a, const FrameMap& b, const auto& kind) {
            using Kind = std::decay_t<decltype(kind)>;
            for (const auto& [id, frame] : a)
                if (const auto* mine = std::get_if<Kind>(&frame))
                    QVERIFY2(bytesOf(*mine) == bytesOf(std::get<Kind>(b.at(id))), id.c_str());
        };
        same(frames.shared, copy->shared, TableFrame());
        same(frames.trials[0], copy->trials.at(0), TimelineFrame());
        same(frames.trials[0], copy->trials.at(0), PointsFrame());
        same(frames.trials[0], copy->trials.at(0), GraphFrame());
        same(frames.trials[0], copy->trials.at(0), SceneFrame());
        QCOMPARE(copy->trials.at(0).size(), std::size_t{4});
        // A few members by name, so that the writer cannot forget what the reader does not miss.
        const auto& table = std::get<TableFrame>(copy->shared.at("table"));
        QVERIFY(!applies(table.columns[1].values[2]));
        QCOMPARE(table.columns[2].texts[2], std::string("a, b"));
        QCOMPARE(table.columns[1].digits, 3);
        QVERIFY(table.columns[0].hasBars && table.columns[1].best == TableFrame::Best::smallest);
        const auto& timeline = std::get<TimelineFrame>(copy->trials[0].at("timeline"));
        QCOMPARE(timeline.intervals[2].value, 7.0);
        QVERIFY(std::isnan(timeline.intervals[1].value));
        QCOMPARE(timeline.arrows[1].from, std::uint32_t{2});
        const auto& points = std::get<PointsFrame>(copy->trials[0].at("points"));
        QCOMPARE(points.ellipses[0].label, std::string("all"));
        QCOMPARE(points.behind.label, std::string("data"));
        QCOMPARE(points.z[3], 3.0F);
        QCOMPARE(points.behind.z, std::vector<float>{0.5F});
        QVERIFY(points.contours == PointsFrame::Contours::ofPoints);
        const auto& graph = std::get<GraphFrame>(copy->trials[0].at("graph"));
        QVERIFY(graph.isDirected && graph.isHighlighted[0] == 1);
        QCOMPARE(graph.edges[1].weight, 2.0F);
        const auto& scene = std::get<SceneFrame>(copy->trials[0].at("scene"));
        QCOMPARE(scene.poses[4].angle, 1.5707964F);
        QVERIFY(scene.camera == SceneFrame::Camera::follows && !scene.shapes[2].isFilled);
        QCOMPARE(scene.captions[2], std::string("upright"));
    }

    void damagedFramesAreRefused() {
        survivesDamage(testing::clientsTable(), getTable);
        survivesDamage(testing::roundsTimeline(), getTimeline);
        survivesDamage(testing::fourPoints(), getPoints);
        survivesDamage(testing::fourPointsInSpace(), getPoints);
        survivesDamage(testing::squareGraph(), getGraph);
        survivesDamage(testing::pendulum(), getScene);
    }

    void framesThatCannotBeDrawnAreRefusedInOneSentence() {
        Frames frames = everyKind();
        std::get<GraphFrame>(frames.trials[0]["graph"]).edges[0].from = 99;
        try {
            static_cast<void>(unpackFrames(packFrames(frames)));
            QFAIL("it was accepted");
        } catch (const InputError& error) {
            QCOMPARE(std::string(error.what()),
                     std::string("A key frame is damaged: it holds a frame that cannot be drawn, "
                                 "edge 1 is of node 99, there are 4, counted from 0."));
        }
    }

    void aCountThatClaimsMoreThanThereIsTakesNoMemory() {
        // The first count of each kind, after a text or at once, becomes 2⁶⁰.
        ByteWriter out;
        out.put(std::uint64_t{1} << 60);
        const std::string huge = out.take();
        for (const auto& read : std::vector<std::function<void(ByteReader&)>>{
                 [](ByteReader& in) { static_cast<void>(getTimeline(in)); },
                 [](ByteReader& in) { static_cast<void>(getGraph(in)); },
                 [](ByteReader& in) { static_cast<void>(getScene(in)); },
                 [](ByteReader& in) { static_cast<void>(getTable(in)); },
                 [](ByteReader& in) { static_cast<void>(getPoints(in)); }}) {
            ByteReader in(huge, "It");
            QVERIFY_EXCEPTION_THROWN(read(in), InputError);
        }
    }

    void keyFramesCountWhatTheyHold() {
        Frames frames;
        frames.shared["points"] =
            PointsFrame{.label = "p", .x = std::vector<float>(1000), .y = std::vector<float>(1000)};
        QVERIFY(convergence::bytesOf(frames) >= 8000 && convergence::bytesOf(frames) < 20000);
    }
};

REGISTER_TEST(PackedFramesTest)
#include "packed_frames_test.moc"
