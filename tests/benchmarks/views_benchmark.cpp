// What a repaint of the newer views costs, at the sizes they are made for:
//
//   graph: 2,000 nodes and 10,000 edges. A change of color, size or highlight at most 16 ms; all
//          edges anew at most 300 ms, in slices of a few ms between which the event loop runs.
//   timeline: 10,000 intervals. points: 100,000, also in space. table: 1,000 × 8. scene: 200
//   bodies, 1,000 poses.
//
// Needs no display: QT_QPA_PLATFORM=offscreen build/release/benchmarks/views_benchmark

#include <cmath>
#include <memory>

#include <QApplication>
#include <QImage>
#include <QPainter>
#include <QWidget>
#include <benchmark/benchmark.h>

#include "core/experiment/graph_layout.h"
#include "core/experiment/recording.h"
#include "core/math/kernel_density.h"
#include "core/math/random.h"
#include "widgets/view_widget.h"
#include "widgets/views/graph_view.h"

using namespace convergence;

namespace {

RandomStream numbers() {
    return RandomStream({.seed = 1, .purpose = "views benchmark"});
}

std::shared_ptr<const Recording> oneTrial() {
    return std::make_shared<Recording>(
        std::vector<Column>{{.name = "iteration"}}, std::vector<Column>{}, std::vector<Column>{},
        std::vector<std::string>{"arm"}, std::vector<TrialPlan>{{.arm = "arm", .steps = 1}});
}

/// A view of 1000 × 700 pixels that shows a frame.
class Shown {
public:
    Shown(const View& spec, Frame frame) {
        auto description = std::make_shared<Description>();
        description->arms = {{.id = "arm", .label = "arm"}};
        view_.reset(ViewWidget::create(spec, description, Theme::load("light")));
        view_->resize(1000, 700);
        view_->show();
        view_->setRuns({{QString(), oneTrial()}});
        take(std::move(frame));
        image_ = QImage(canvas().size(), QImage::Format_RGB32);
        paint();
    }
    void take(Frame frame) {
        auto frames = std::make_shared<Frames>();
        frames->trials.resize(1);
        frames->trials[0]["frame"] = std::move(frame);
        view_->setFrames(frames);
        view_->refresh();
    }
    /// What a paint event does, without that of the window.
    void paint() { canvas().render(&image_); }
    [[nodiscard]] ViewWidget& view() { return *view_; }
    [[nodiscard]] QWidget& canvas() { return *view_->findChild<QWidget*>("canvas"); }

private:
    std::unique_ptr<ViewWidget> view_;
    QImage image_;
};

GraphFrame graph() {
    GraphFrame graph;
    RandomStream stream = numbers();
    for (int i = 0; i < 2000; ++i) {
        graph.x.push_back(float(stream.uniform()));
        graph.y.push_back(float(stream.uniform()));
        graph.values.push_back(float(stream.uniform()));
        graph.sizes.push_back(float(0.5 + stream.uniform()));
    }
    for (int i = 0; i < 10'000; ++i)
        graph.edges.push_back({std::uint32_t(stream.integer(2000)),
                               std::uint32_t(stream.integer(2000)), float(stream.uniform())});
    return graph;
}

View graphSpec() {
    return View{.id = "graph", .title = "Graph", .kind = ViewKind::graph, .frames = {"frame"}};
}

void complete(Shown& shown) {
    const GraphEdges& edges = dynamic_cast<GraphView&>(shown.view()).edges();
    while (!edges.isComplete())
        QApplication::processEvents();
    shown.paint();
}

void graphChangeOfColorSizeAndHighlight(benchmark::State& state) {
    GraphFrame frame = graph();
    Shown shown(graphSpec(), frame);
    complete(shown);
    std::uint32_t at = 0;
    for (auto _ : state) {
        frame.values[at % 2000] = float(at % 7) / 7.0F;
        frame.sizes[at % 2000] = 1.0F;
        frame.highlightedEdges = {at % 10'000, (at + 1) % 10'000};
        ++at;
        shown.take(frame);
        shown.paint();
    }
}

/// The whole of it; and, as counters, the longest time in which the event loop had to wait.
void graphNewPositions(benchmark::State& state) {
    GraphFrame frame = graph();
    Shown shown(graphSpec(), frame);
    const GraphEdges& edges = dynamic_cast<GraphView&>(shown.view()).edges();
    complete(shown);
    double longest = 0.0, slices = 0.0;
    for (auto _ : state) {
        frame.x[0] += 1e-4F;
        shown.take(frame);
        shown.paint();
        complete(shown);
        longest = std::max(longest, edges.longestSlice());
        slices = edges.slices();
    }
    state.counters["longest_slice_ms"] = longest;
    state.counters["slices"] = slices;
}

/// The picture in haste that is seen while positions or axes move.
void graphWhileMoving(benchmark::State& state) {
    GraphFrame frame = graph();
    Shown shown(graphSpec(), frame);
    for (auto _ : state) {
        frame.x[0] += 1e-4F;
        shown.take(frame);
        shown.paint();
    }
}

void graphForceDirectedLayout(benchmark::State& state) {
    const GraphFrame frame = graph();
    for (auto _ : state)
        benchmark::DoNotOptimize(
            forceDirectedLayout(2000, frame.edges, {.seed = 1, .iterations = 10}));
}

void timeline(benchmark::State& state) {
    TimelineFrame frame{.kinds = {"computes", "waits", "sends"}};
    RandomStream stream = numbers();
    for (int lane = 0; lane < 50; ++lane)
        frame.lanes.push_back("client " + std::to_string(lane));
    for (int i = 0; i < 10'000; ++i) {
        const double start = stream.uniform(0.0, 1000.0);
        frame.intervals.push_back({std::uint32_t(i % 50), std::uint32_t(stream.integer(3)), start,
                                   start + stream.uniform(0.0, 8.0)});
    }
    Shown shown(
        View{
            .id = "timeline", .title = "Timeline", .kind = ViewKind::timeline, .frames = {"frame"}},
        frame);
    for (auto _ : state) {
        shown.take(frame);
        shown.paint();
    }
}

PointsFrame points(std::size_t count) {
    PointsFrame frame;
    RandomStream stream = numbers();
    for (std::size_t i = 0; i < count; ++i) {
        frame.x.push_back(float(stream.normal()));
        frame.y.push_back(float(stream.normal()));
        frame.values.push_back(frame.x.back());
    }
    return frame;
}

void pointsAnew(benchmark::State& state) {
    const PointsFrame frame = points(100'000);
    Shown shown(
        View{.id = "points", .title = "Points", .kind = ViewKind::points, .frames = {"frame"}},
        frame);
    for (auto _ : state) {
        shown.take(frame);
        shown.paint();
    }
}

void pointsAnewWithContours(benchmark::State& state) {
    PointsFrame frame = points(100'000);
    frame.contours = PointsFrame::Contours::ofPoints;
    Shown shown(
        View{.id = "points", .title = "Points", .kind = ViewKind::points, .frames = {"frame"}},
        frame);
    for (auto _ : state) {
        shown.take(frame);
        shown.paint();
    }
}

/// The whole picture, as an export draws it; what moves on the screen is the same scene again.
void pointsInSpace(benchmark::State& state) {
    PointsFrame frame = points(100'000);
    frame.z = frame.y;
    Shown shown(View{.id = "points",
                     .title = "Points",
                     .kind = ViewKind::pointsInSpace,
                     .frames = {"frame"}},
                frame);
    QImage picture(1000, 700, QImage::Format_RGB32);
    for (auto _ : state) {
        if (state.range(0) == 1)
            shown.take(frame);
        QPainter painter(&picture);
        shown.view().render(painter, picture.rect());
    }
}

void pointsThatAreKept(benchmark::State& state) {
    Shown shown(
        View{.id = "points", .title = "Points", .kind = ViewKind::points, .frames = {"frame"}},
        points(100'000));
    for (auto _ : state)
        shown.paint();
}

void table(benchmark::State& state) {
    TableFrame frame{.rowTitle = "row"};
    for (int row = 0; row < 1000; ++row)
        frame.rows.push_back(std::to_string(row));
    RandomStream stream = numbers();
    for (int column = 0; column < 8; ++column) {
        frame.columns.push_back({.label = "column " + std::to_string(column),
                                 .unit = "s",
                                 .values = std::vector<double>(1000),
                                 .best = TableFrame::Best::smallest,
                                 .hasBars = true});
        stream.fillUniform(frame.columns.back().values);
    }
    Shown shown(View{.id = "table", .title = "Table", .kind = ViewKind::table, .frames = {"frame"}},
                frame);
    for (auto _ : state) {
        shown.take(frame);
        shown.paint();
    }
}

void scene(benchmark::State& state) {
    SceneFrame frame{.bodies = 200};
    for (int body = 0; body < 200; ++body)
        frame.shapes.push_back({.kind = SceneFrame::ShapeKind::polygon,
                                .body = body,
                                .x = {0.0, 0.3, -0.3},
                                .y = {0.3, -0.2, -0.2},
                                .color = body % 6});
    for (int t = 0; t < 1000; ++t) {
        frame.times.push_back(t);
        for (int body = 0; body < 200; ++body)
            frame.poses.push_back({float(std::cos(0.01 * t + body) * body * 0.1),
                                   float(std::sin(0.01 * t + body) * body * 0.1), float(0.02 * t)});
    }
    frame.hasTrail.assign(200, 0);
    for (int body = 0; body < 8; ++body)
        frame.hasTrail[std::size_t(body)] = 1;
    Shown shown(View{.id = "scene", .title = "Scene", .kind = ViewKind::scene, .frames = {"frame"}},
                frame);
    for (auto _ : state)
        shown.paint();
}

} // namespace

BENCHMARK(graphChangeOfColorSizeAndHighlight)->Unit(benchmark::kMillisecond);
BENCHMARK(graphNewPositions)->Unit(benchmark::kMillisecond);
BENCHMARK(graphWhileMoving)->Unit(benchmark::kMillisecond);
BENCHMARK(graphForceDirectedLayout)->Unit(benchmark::kMillisecond);
BENCHMARK(timeline)->Unit(benchmark::kMillisecond);
BENCHMARK(pointsAnew)->Unit(benchmark::kMillisecond);
BENCHMARK(pointsAnewWithContours)->Unit(benchmark::kMillisecond);
BENCHMARK(pointsInSpace)->Arg(0)->Arg(1)->ArgName("anew")->Unit(benchmark::kMillisecond);
BENCHMARK(pointsThatAreKept)->Unit(benchmark::kMillisecond);
BENCHMARK(table)->Unit(benchmark::kMillisecond);
BENCHMARK(scene)->Unit(benchmark::kMillisecond);

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
