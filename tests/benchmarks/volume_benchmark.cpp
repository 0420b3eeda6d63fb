// What a frame of the volume view costs at 800 × 600, by quality, and what it costs
// to take up a new volume. Goal: below 100 ms a frame while a person drags or frames stream in.
//
// The first part needs no display. With one it goes on with the view itself, 800 × 600, while
// another thread saturates a core: a person drags, frames stream in, both:
//
//     xvfb-run -a -s "-screen 0 1600x1000x24" volume_benchmark [points an axis [picture.png]]

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include <QApplication>
#include <QElapsedTimer>
#include <QMouseEvent>
#include <QSurfaceFormat>
#include <QThread>

#include "core/experiment/description.h"
#include "core/experiment/recording.h"

#include "tests/widgets/volume/sample_volume.h"
#include "widgets/volume/offscreen_window.h"
#include "widgets/volume/volume_scene.h"
#include "widgets/volume/volume_view.h"
#include "widgets/volume/vtk_widget.h"

using namespace convergence;

namespace {

double best(int times, const auto& work) {
    double least = 1e9;
    for (int i = 0; i < times; ++i) {
        QElapsedTimer clock;
        clock.start();
        work();
        least = std::min(least, double(clock.nsecsElapsed()) * 1e-6);
    }
    return least;
}

double quantileOf(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    return values.empty() ? 0.0 : values[std::size_t(share * double(values.size() - 1))];
}

/// A frame off-screen, by quality; the best one is saved where `pictureFile` says.
void measureFrames(const VolumeContent& content, const QString& pictureFile) {
    const Theme theme = Theme::load("light");
    const VolumeSettings settings;
    const auto parts = makeParts(content, settings, theme, livePoints);
    const QSize size(800, 600);
    OffscreenWindow window;
    VolumeScene scene(window.renderer());
    scene.setParts(parts);
    scene.update(content, settings, theme);
    Viewpoint view = Viewpoint::around({0, 0, 0}, 1.3, 0.5, 0.5);
    for (const double pixels : {1.0, 1.5, 2.0, 3.0, 4.0})
        for (const double step : {0.5, 1.0, 2.0}) {
            scene.setQuality(pixels, step);
            static_cast<void>(window.picture(size, view));
            const double still = best(5, [&] {
                view.orbit(0.05, 0.0);
                static_cast<void>(window.picture(size, view));
            });
            const double fresh = best(5, [&] {
                scene.setParts(parts);
                static_cast<void>(window.picture(size, view));
            });
            std::printf("rays every %.1f pixels, samples every %.1f points: %6.1f, with a new "
                        "volume %6.1f\n",
                        pixels, step, still, fresh);
        }
    scene.setQuality(1.0, 0.5);
    if (!pictureFile.isEmpty() && !window.picture(size, view).save(pictureFile))
        std::fprintf(stderr, "cannot write %s\n", qPrintable(pictureFile));
}

/// What a person sees in `seconds` of dragging, of frames streaming in, or of both.
void measureView(std::size_t points, bool drags, bool streams, double seconds) {
    auto description = std::make_shared<Description>();
    description->arms = {{.id = "grid", .label = "grid"}};
    const View spec{
        .id = "volume", .title = "Field", .kind = ViewKind::volume, .frames = {"field", "cameras"}};
    const std::unique_ptr<ViewWidget> widget(
        ViewWidget::create(spec, description, Theme::load("light")));
    auto& view = dynamic_cast<VolumeView&>(*widget);
    widget->setRuns(
        {{QString(), std::make_shared<Recording>(
                         std::vector<Column>{{.name = "iteration"}}, std::vector<Column>{},
                         std::vector<Column>{}, std::vector<std::string>{"grid"},
                         std::vector<TrialPlan>{{.arm = "grid", .steps = 1}})}});
    std::vector<std::shared_ptr<const Frames>> moments;
    for (const double strength : {0.6, 0.8, 1.0}) {
        auto frames = std::make_shared<Frames>();
        frames->trials.resize(1);
        frames->trials[0]["field"] = sampleVolume(points, strength);
        frames->shared["cameras"] = sampleCameras(30);
        moments.push_back(std::move(frames));
    }
    widget->resize(800, 600 + 30);
    widget->show();
    widget->setFrames(moments[0]);
    widget->refresh();
    view.finishPreparing();
    auto* live = widget->findChild<VtkWidget*>();
    for (int i = 0; i < 50; ++i)
        QApplication::processEvents(QEventLoop::AllEvents, 20);

    std::atomic<bool> stop = false;
    std::thread load([&] {
        volatile double sum = 0.0;
        while (!stop)
            sum = sum + std::sqrt(sum + 1.0);
    });
    std::vector<double> rendering, turns;
    QObject::connect(live, &VtkWidget::rendered, live,
                     [&] { rendering.push_back(live->renderTime()); });
    QElapsedTimer clock, turn;
    const QPointF middle(400, 300);
    const auto mouse = [&](QEvent::Type type, QPointF at) {
        QMouseEvent event(type, at, live->mapToGlobal(at), Qt::LeftButton, Qt::LeftButton, {});
        QApplication::sendEvent(live, &event);
    };
    if (drags)
        mouse(QEvent::MouseButtonPress, middle);
    int step = 0;
    for (clock.start(); double(clock.elapsed()) < 1e3 * seconds; ++step) {
        turn.start();
        if (drags)
            mouse(QEvent::MouseMove, middle + QPointF(step % 200, step % 90));
        if (streams && step % 4 == 0)
            widget->setFrames(moments[std::size_t(step / 4) % moments.size()]);
        widget->refresh();
        QApplication::processEvents();
        turns.push_back(double(turn.nsecsElapsed()) * 1e-6);
        QThread::msleep(5);
    }
    stop = true;
    load.join();
    std::printf("%-22s a frame renders in %5.1f ms (median), %5.1f (95 %%), %zu frames; the event "
                "loop turns in %5.1f ms (95 %%), %5.1f (longest)\n",
                drags && streams ? "dragging and streaming:"
                : drags          ? "dragging:"
                                 : "streaming:",
                quantileOf(rendering, 0.5), quantileOf(rendering, 0.95), rendering.size(),
                quantileOf(turns, 0.95), quantileOf(turns, 1.0));
}

} // namespace

int main(int argc, char** argv) {
    QSurfaceFormat::setDefaultFormat(VtkWidget::surfaceFormat());
    if (qEnvironmentVariableIsEmpty("DISPLAY"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const std::size_t points = argc > 1 ? std::size_t(std::atoi(argv[1])) : 96;
    if (!OffscreenWindow::problem().isEmpty()) {
        std::fprintf(stderr, "%s\n", qPrintable(OffscreenWindow::problem()));
        return 2;
    }
    const VolumeFrame frame = sampleVolume(points);
    VolumeContent content;
    content.volume = &frame;
    const Theme theme = Theme::load("light");
    VolumeSettings settings;
    std::printf("%zu³ points; milliseconds, best of 5\n", points);
    std::printf("grid for the graphics: %.1f\n",
                best(5, [&] { makeParts(content, settings, theme, livePoints); }));
    VolumeSettings surface = settings;
    surface.showsVolume = false;
    surface.showsSurface = true;
    std::printf("isosurface: %.1f\n",
                best(5, [&] { makeParts(content, surface, theme, livePoints); }));
    const QString pictureFile = argc > 2 ? QString::fromLocal8Bit(argv[2]) : QString();
    std::thread([&] { measureFrames(content, pictureFile); }).join();
    if (!VtkWidget::problem().isEmpty()) {
        std::printf("%s\n", qPrintable(VtkWidget::problem()));
        return 0;
    }
    for (const auto& [drags, streams] : {std::pair{true, false}, {false, true}, {true, true}})
        measureView(points, drags, streams, 4.0);
    return 0;
}
