#pragma once

#include <memory>
#include <string>
#include <vector>

#include <QApplication>

#include "widgets/volume/lacking_picture.h"

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

/// Says on standard error what a picture lacks: what went wrong in its run (empty: nothing), then
/// why this machine cannot draw views of it. The exit code of the command.
[[nodiscard]] int toldOfPicture(const std::string& trouble,
                                const std::vector<const ViewWidget*>& views, ShownIn place);

/// Whether a file of that name, with the ending of a view's formats, is a picture.
[[nodiscard]] bool isPicture(const QString& path);

} // namespace convergence
