#include <cmath>

#include "core/experiment/graph_layout.h"
#include "core/math/random.h"
#include "tests/core/experiment/view_frames.h"
#include "tests/registered_test.h"
#include "tests/widgets/views/shown_view.h"
#include "widgets/views/graph_view.h"

using namespace convergence;
using namespace convergence::testing;

namespace {

View graphSpec() {
    return {.id = "network", .title = "Network", .kind = ViewKind::graph, .frames = {"frame"}};
}

GraphFrame randomGraph(std::size_t nodes, std::size_t edges, std::uint64_t seed) {
    GraphFrame graph;
    RandomStream stream({.seed = seed, .purpose = "graph test"});
    for (std::size_t i = 0; i < nodes; ++i) {
        graph.x.push_back(float(stream.uniform()));
        graph.y.push_back(float(stream.uniform()));
    }
    for (std::size_t i = 0; i < edges; ++i)
        graph.edges.push_back(
            {std::uint32_t(stream.integer(nodes)), std::uint32_t(stream.integer(nodes)), 1.0F});
    return graph;
}

} // namespace

class GraphViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void manyEdgesComeInSlicesThatLeaveTheEventLoopFree() {
        const auto view = shownView(graphSpec(), randomGraph(2000, 10'000, 8));
        const auto& edges = dynamic_cast<GraphView&>(*view).edges();
        static_cast<void>(canvasOf(*view).grab());
        QTRY_VERIFY_WITH_TIMEOUT(edges.isComplete(), 5000);
        QVERIFY2(edges.slices() >= 2, qPrintable(QString::number(edges.slices())));
    }

    void colorsAndHighlightsLeaveEdgesAsTheyAre() {
        GraphFrame graph = randomGraph(300, 3000, 9);
        graph.values.assign(300, 1.0F);
        graph.values[0] = 2.0F;
        graph.sizes.assign(300, 1.0F);
        const auto view = shownView(graphSpec(), graph);
        const auto& edges = dynamic_cast<GraphView&>(*view).edges();
        static_cast<void>(canvasOf(*view).grab());
        QTRY_VERIFY_WITH_TIMEOUT(edges.isComplete(), 5000);
        graph.values[5] = 1.5F;
        graph.sizes[3] = 2.0F;
        graph.highlightedEdges = {0, 1};
        const QImage before = canvasOf(*view).grab().toImage();
        setFrame(*view, graph);
        QVERIFY(canvasOf(*view).grab().toImage() != before);
        QVERIFY(edges.isComplete());
    }

    void positionsBeginAnew() {
        GraphFrame graph = randomGraph(300, 3000, 10);
        const auto view = shownView(graphSpec(), graph);
        const auto& edges = dynamic_cast<GraphView&>(*view).edges();
        static_cast<void>(canvasOf(*view).grab());
        QTRY_VERIFY_WITH_TIMEOUT(edges.isComplete(), 5000);
        graph.x[5] += 0.01F;
        setFrame(*view, graph);
        static_cast<void>(canvasOf(*view).grab());
        QTRY_VERIFY_WITH_TIMEOUT(edges.isComplete(), 5000);
    }

    void nodesAreChosenByKeyboardAndTold() {
        const auto view = shownView(graphSpec(), squareGraph());
        QWidget& canvas = canvasOf(*view);
        QCOMPARE(canvas.accessibleName(), "Network");
        const QImage before = canvas.grab().toImage();
        QTest::keyClick(&canvas, Qt::Key_N);
        QVERIFY(canvas.accessibleDescription().startsWith("a (low)"));
        QVERIFY(canvas.accessibleDescription().contains("cost = 1"));
        QVERIFY(canvas.accessibleDescription().contains("edges: 2"));
        QVERIFY(canvas.grab().toImage() != before);
        QTest::keyClick(&canvas, Qt::Key_N, Qt::ShiftModifier);
        QVERIFY(canvas.accessibleDescription().startsWith("d (high)"));
    }

    void keysZoomAndHomeShowsEverything() {
        const auto view = shownView(graphSpec(), squareGraph());
        QWidget& canvas = canvasOf(*view);
        const QImage before = canvas.grab().toImage();
        QTest::keyClick(&canvas, Qt::Key_Plus);
        QVERIFY(canvas.grab().toImage() != before);
        QTest::keyClick(&canvas, Qt::Key_Home);
        QCOMPARE(canvas.grab().toImage(), before);
    }

    void itIsDrawnInAllThemesAndFiles() {
        GraphFrame graph = squareGraph();
        const auto view = shownView(graphSpec(), graph);
        QCOMPARE(troubleInThemesAndFiles(*view), QString());
        QCOMPARE(latexTrouble(*view, "graph"), QString());
        const QStringList lines = view->csv().split("\r\n", Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 1 + 4 + 4);
        QCOMPARE(lines[1], "node,1,0,0,a,1,low,1,1,,,");
        QCOMPARE(lines[6], "edge,2,,,,,,,1,2,3,2");
        graph.classes.clear(); // by value, with a bar of colors
        setFrame(*view, graph);
        QCOMPARE(troubleInThemesAndFiles(*view), QString());
    }

    void framesThatCannotBeDrawnSayWhy() {
        GraphFrame bad = squareGraph();
        bad.edges[0].to = 40;
        const auto view = shownView(graphSpec(), bad);
        QVERIFY(!canvasOf(*view).grab().isNull());
        QCOMPARE(view->csv().count("\r\n"), 1);
        setFrame(*view, GraphFrame{.x = {1.0F}, .y = {1.0F}}); // a lone node
        QVERIFY(!canvasOf(*view).grab().isNull());
        setFrame(*view, GraphFrame());
        QVERIFY(!canvasOf(*view).grab().isNull());
    }
};

REGISTER_GUI_TEST(GraphViewTest)
#include "graph_view_test.moc"
