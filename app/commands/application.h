#pragma once

#include <memory>

#include <QApplication>

namespace convergence {

/// From now on standard error is for our own sentences: what Qt only warns of (an off-screen
/// platform without size hints, a runtime folder that is not set) stays away from it, unless
/// somebody debugs Qt.
void keepQtQuiet();

enum class DrawOn {
    display,   ///< without one, on Qt's own off-screen platform
    offscreen, ///< also where there is a display
};

/// The application object of a command that draws. `argc` and `argv` are those of main().
std::unique_ptr<QApplication> makeApplication(int& argc, char** argv,
                                              DrawOn platform = DrawOn::display);

} // namespace convergence
