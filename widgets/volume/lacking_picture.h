#pragma once

#include <QString>

namespace convergence {

class ViewWidget;

enum class ShownIn { window, file };

/// Why this machine cannot draw a view, which then shows a sentence in place of a picture; one
/// sentence, empty where it can. Its tables, and files of its own kinds, are written all the same.
[[nodiscard]] QString lackingPicture(const ViewWidget& view, ShownIn place);

} // namespace convergence
