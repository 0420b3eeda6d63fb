#pragma once

#include <QFont>

#include "widgets/films/film_worker.h"
#include "widgets/volume/still_renderer.h"

namespace convergence {

/// Pictures of a volume from once around it, `count` of them, for a film.
[[nodiscard]] FilmWorker::Pictures turntablePictures(VolumePicture start, QFont font, int count);

/// Asks for a file and makes a turntable, with a progress dialog over `parent` that can stop it.
void runTurntableDialog(QWidget& parent, const VolumePicture& start, const QFont& font);

} // namespace convergence
