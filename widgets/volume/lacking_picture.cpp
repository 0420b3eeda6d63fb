#include "widgets/volume/lacking_picture.h"

#include "widgets/view_widget.h"
#include "widgets/volume/offscreen_window.h"
#include "widgets/volume/vtk_widget.h"

namespace convergence {

QString lackingPicture(const ViewWidget& view, ShownIn place) {
    const ViewKind kind = view.view().kind;
    if (kind != ViewKind::volume && kind != ViewKind::surface && kind != ViewKind::pointsInSpace)
        return {};
    // For files, volumes alone are drawn as on the screen where there is no other way.
    if ((place == ShownIn::window || kind == ViewKind::volume) && VtkWidget::problem().isEmpty())
        return {};
    return OffscreenWindow::problem();
}

} // namespace convergence
