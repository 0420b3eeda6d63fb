#include "core/experiment/frame_check.h"

#include <cmath>

#include <QTest>

#include "tests/core/experiment/view_frames.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

/// What is said of a frame after it was changed.
template <typename Kind, typename Change>
QString troubleOf(Kind frame, Change change) {
    change(frame);
    return QString::fromStdString(frameTrouble(frame));
}

} // namespace

class FrameCheckTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void framesAsTheyShouldBePass() {
        QCOMPARE(frameTrouble(testing::clientsTable()), std::string());
        QCOMPARE(frameTrouble(testing::roundsTimeline()), std::string());
        QCOMPARE(frameTrouble(testing::fourPoints()), std::string());
        QCOMPARE(frameTrouble(testing::squareGraph()), std::string());
        QCOMPARE(frameTrouble(testing::pendulum()), std::string());
        QCOMPARE(frameTrouble(Frame(TextFrame{"t"})), std::string());
        for (const Frame& empty : {Frame(TableFrame()), Frame(TimelineFrame()),
                                   Frame(PointsFrame()), Frame(GraphFrame()), Frame(SceneFrame())})
            QCOMPARE(frameTrouble(empty), std::string());
    }

    void aTableSaysWhichColumn() {
        const auto table = testing::clientsTable();
        QCOMPARE(troubleOf(table, [](auto& f) { f.columns[1].values.pop_back(); }),
                 "a column of the table has 2 entries, 3 are needed (column 'error')");
        QVERIFY(troubleOf(table, [](auto& f) {
                    f.columns[2].values = {1, 2, 3};
                }).contains("one of them is needed (column 'state')"));
        QVERIFY(troubleOf(table, [](auto& f) { f.columns[0].digits = 0; }).contains("1 to 17"));
    }

    void aTimelineSaysWhichPart() {
        const auto timeline = testing::roundsTimeline();
        QCOMPARE(troubleOf(timeline, [](auto& f) { f.intervals[2].lane = 3; }),
                 "interval 3 is of lane 3, there are 3, counted from 0");
        QCOMPARE(troubleOf(timeline, [](auto& f) { f.instants[0].kind = 9; }),
                 "instant 1 is of kind 9, there are 2, counted from 0");
        QCOMPARE(troubleOf(timeline, [](auto& f) { f.intervals[0].end = -1.0; }),
                 "interval 1 lasts from 0 to -1, finite times in this order are needed");
        QVERIFY(troubleOf(timeline, [](auto& f) {
                    f.intervals[0].start = NAN;
                }).contains("from nan to 1"));
        QCOMPARE(troubleOf(timeline, [](auto& f) { f.instants[0].time = INFINITY; }),
                 "the time of instant 1 is inf");
        QVERIFY(troubleOf(timeline, [](auto& f) {
                    f.arrows[1].to = 4;
                }).startsWith("arrow 2 is of lane 4"));
        QVERIFY(troubleOf(timeline, [](auto& f) {
                    f.arrows[1].end = NAN;
                }).startsWith("arrow 2 goes from 2 to nan"));
    }

    void pointsSayWhichPoint() {
        const auto points = testing::fourPoints();
        QCOMPARE(troubleOf(points, [](auto& f) { f.y[2] = NAN; }),
                 "the ordinate of point 3 is nan");
        QCOMPARE(troubleOf(points, [](auto& f) { f.values[0] = INFINITY; }),
                 "the value of point 1 is inf");
        QCOMPARE(troubleOf(points, [](auto& f) { f.y.pop_back(); }),
                 "there are 3 ordinates of points, 4 are needed");
        QCOMPARE(troubleOf(points, [](auto& f) { f.classes[3] = 2; }),
                 "point 4 is of class 2, there are 2, counted from 0");
        QVERIFY(troubleOf(points, [](auto& f) {
                    f.thumbnails.pop_back();
                }).contains("23 bytes, 24 are needed"));
        QVERIFY(troubleOf(points, [](auto& f) {
                    f.thumbnailWidth = ~std::size_t{0} / 3;
                }).contains("at most 512"));
        QVERIFY(troubleOf(points, [](auto& f) {
                    f.ellipses[0].semiMinor = 0.0;
                }).contains("positive semi-axes"));
        QVERIFY(troubleOf(points, [](auto& f) {
                    f.ellipses[0].classIndex = 2;
                }).startsWith("ellipse 1 is of class 2"));
        QVERIFY(troubleOf(points, [](auto& f) {
                    f.x.resize(PointsFrame::mostPoints + 1);
                }).contains("100001 points, at most 100000"));
        QVERIFY(troubleOf(points, [](auto& f) { f.behind.z = {1.0F}; }).contains("behind"));
        const auto inSpace = testing::fourPointsInSpace();
        QCOMPARE(frameTrouble(inSpace), std::string());
        QCOMPARE(troubleOf(inSpace, [](auto& f) { f.z.pop_back(); }),
                 "there are 3 heights, 4 are needed");
        QCOMPARE(troubleOf(inSpace, [](auto& f) { f.z[2] = NAN; }), "the height of point 3 is nan");
        QCOMPARE(troubleOf(inSpace, [](auto& f) { f.behind.z.clear(); }),
                 "there are 0 heights of points behind, 1 is needed");
    }

    void aGraphSaysWhichNodeOrEdge() {
        const auto graph = testing::squareGraph();
        QCOMPARE(troubleOf(graph, [](auto& f) { f.edges[3].to = 4; }),
                 "edge 4 is of node 4, there are 4, counted from 0");
        QCOMPARE(troubleOf(graph, [](auto& f) { f.x[1] = NAN; }), "the abscissa of node 2 is nan");
        QVERIFY(troubleOf(graph, [](auto& f) {
                    f.edges[0].weight = -1.0F;
                }).startsWith("the weight of edge 1 is -1"));
        QVERIFY(troubleOf(graph, [](auto& f) {
                    f.sizes[1] = -2.0F;
                }).startsWith("the size of node 2 is -2"));
        QVERIFY(troubleOf(graph, [](auto& f) {
                    f.highlightedEdges[0] = 7;
                }).startsWith("highlight 1 is of edge 7"));
        QVERIFY(troubleOf(graph, [](auto& f) {
                    f.labels.pop_back();
                }).contains("3 labels, 4 are needed"));
    }

    void aSceneSaysWhichShapeOrPose() {
        const auto scene = testing::pendulum();
        QCOMPARE(troubleOf(scene, [](auto& f) { f.shapes[1].body = 2; }),
                 "shape 2 is of body 2, there are 2, counted from 0");
        QCOMPARE(troubleOf(scene, [](auto& f) { f.poses.pop_back(); }),
                 "there are 5 poses, 6 are needed");
        QCOMPARE(troubleOf(scene, [](auto& f) { f.times[2] = 0.5; }),
                 "time 3 is 0.5 after 0.5, times have to increase");
        QVERIFY(troubleOf(scene, [](auto& f) {
                    f.poses[3].x = NAN;
                }).startsWith("body 1 is at (nan, "));
        QVERIFY(troubleOf(scene, [](auto& f) {
                    f.shapes[3].y.pop_back();
                }).startsWith("shape 4 has 3 abscissas and 2 ordinates"));
        QVERIFY(troubleOf(scene, [](auto& f) {
                    f.shapes[2].radius = NAN;
                }).startsWith("shape 3 has the radius nan"));
        QVERIFY(troubleOf(scene, [](auto& f) { f.shapes[0].color = -2; }).contains("color -2"));
        QVERIFY(troubleOf(scene, [](auto& f) { f.followed = 2; }).contains("follows body 2"));
        QVERIFY(troubleOf(scene, [](auto& f) { f.secondsToPlay = 0.0; }).contains("0 s"));
        QVERIFY(troubleOf(scene, [](auto& f) {
                    f.bodies = ~std::size_t{0};
                }).contains("at most 5000000 poses"));
    }

    void onlyTheFrameWithTroubleIsTakenOut() {
        FrameMap frames;
        frames["a"] = testing::squareGraph();
        frames["b"] = testing::squareGraph();
        std::get<GraphFrame>(frames["b"]).x[0] = NAN;
        frames["c"] = TextFrame{"t"};
        QCOMPARE(dropTroubled(frames), std::string("frame 'b': the abscissa of node 1 is nan"));
        QCOMPARE(frames.size(), std::size_t{2});
        QVERIFY(frames.contains("a") && frames.contains("c"));
        QCOMPARE(dropTroubled(frames), std::string());
    }
};

REGISTER_TEST(FrameCheckTest)
#include "frame_check_test.moc"
