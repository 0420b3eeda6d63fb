// How long a person waits for the window: from nothing to the start page, with the experiments that
// there are and with 48, and from a click to each experiment with its views painted.

#include <QApplication>
#include <QElapsedTimer>
#include <fmt/format.h>

#include "app/plugin_loader.h"
#include "app/window/main_window.h"

using namespace convergence;

namespace {

/// Paints and lays out what was asked for.
void settle() {
    for (int i = 0; i < 3; ++i)
        QApplication::processEvents();
}

double millisecondsOf(const QElapsedTimer& timer) {
    return double(timer.nsecsElapsed()) / 1e6;
}

/// As many as asked for, by the experiments that there are under further ids.
void fill(Registry& registry, std::size_t count) {
    static_cast<void>(loadAllPlugins(registry));
    const auto types = registry.all();
    for (std::size_t i = types.size(); i < count; ++i) {
        ExperimentType copy = *types[i % types.size()];
        copy.description.id += fmt::format("-{}", i);
        registry.add(copy);
    }
}

void measureStart(std::size_t count) {
    QElapsedTimer timer;
    timer.start();
    Registry registry;
    fill(registry, count);
    const double loaded = millisecondsOf(timer);
    MainWindow window(registry, "light", MainWindow::Memory::forget);
    window.show();
    window.showStartPage();
    settle();
    fmt::print("start page with {} experiments: {:.0f} ms, {:.0f} of them to load plugins\n",
               registry.all().size(), millisecondsOf(timer), loaded);
}

} // namespace

int main(int argc, char** argv) {
    const QApplication application(argc, argv);
    measureStart(0);
    measureStart(48);
    Registry registry;
    fill(registry, 0);
    MainWindow window(registry, "light", MainWindow::Memory::forget);
    window.show();
    settle();
    for (const auto& type : registry.all()) {
        QElapsedTimer timer;
        timer.start();
        window.enter(QString::fromStdString(type->description.id));
        const double blocked = millisecondsOf(timer);
        settle();
        fmt::print("{:<24} {:6.0f} ms until painted, {:.0f} of them in one go\n",
                   type->description.id, millisecondsOf(timer), blocked);
    }
    return 0;
}
