// What a frame of the volume view costs at 800 × 600, by quality, and what it costs
// to take up a new volume. Goal: below 100 ms a frame while a person drags or frames stream in.
//
// Needs no display: volume_benchmark [points an axis]

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <QElapsedTimer>

#include "tests/widgets/volume/sample_volume.h"
#include "widgets/volume/offscreen_window.h"
#include "widgets/volume/volume_scene.h"

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

} // namespace

int main(int argc, char** argv) {
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
    window.picture(size, view).save("volume_benchmark.png");
    return 0;
}
