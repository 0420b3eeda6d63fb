#pragma once

#include <QString>

namespace convergence {

/// The state of a run (core's name of it, "finished") in the language of the window; names that are
/// not known stay as they are.
QString stateInWords(const QString& state);

} // namespace convergence
