#include "widgets/volume/orbit_view.h"

#include <algorithm>
#include <thread>

#include <QAction>
#include <QEvent>
#include <QPainter>

#include "widgets/charts/axes_painter.h"
#include "widgets/volume/fitted_view.h"
#include "widgets/volume/offscreen_window.h"
#include "widgets/volume/orbit_control.h"
#include "widgets/volume/picture_scale.h"
#include "widgets/volume/viewpoint_text.h"
#include "widgets/volume/vtk_widget.h"

namespace convergence {

OrbitView::OrbitView(View view, std::shared_ptr<const Description> description, const Theme& theme,
                     QWidget* parent, Choice choice, const Viewpoint& home)
    : TrialView(std::move(view), std::move(description), theme, parent, choice), home_(home) {
    QAction* first = addMenuAction("resetView", tr("Look from the first viewpoint\tHome"), {});
    if (!VtkWidget::problem().isEmpty()) {
        auto* plain = new Canvas(this);
        connect(plain, &Canvas::painted, this, [this](QPainter& painter, const QRectF& area) {
            painter.setFont(plotFont());
            paintPlot(painter, area);
        });
        setCanvas(plain);
        return;
    }
    live_ = new VtkWidget(this);
    live_->setMinimumSize(120, 100);
    live_->orbit().setHome(home_);
    if (this->view().gesture)
        live_->setToolTip(QString::fromStdString(this->view().gesture->hint));
    connect(live_, &VtkWidget::overlayPainted, this, [this](QPainter& painter, const QRectF& area) {
        painter.setFont(plotFont());
        if (!hasContent())
            return paintHint(painter, area, hint(), this->theme());
        paintOverlay(painter, area);
        paintPointed(painter, area);
    });
    connect(&live_->orbit(), &OrbitControl::changed, live_, qOverload<>(&QWidget::update));
    connect(&live_->orbit(), &OrbitControl::clicked, this, &OrbitView::click);
    connect(first, &QAction::triggered, &live_->orbit(), &OrbitControl::goHome);
    setCanvas(live_);
    live_->installEventFilter(this);
}

bool OrbitView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == live_ && event->type() == QEvent::Resize)
        live_->orbit().setHome(fittedInto(home_, live_->width(), live_->height()));
    return TrialView::eventFilter(watched, event);
}

OrbitControl* OrbitView::orbit() const {
    return live_ ? &live_->orbit() : nullptr;
}

Viewpoint OrbitView::viewpoint() const {
    if (!live_)
        return file_.isEmpty() ? home_ : fittedInto(home_, file_.width(), file_.height());
    const Viewpoint& shown = live_->orbit().viewpoint();
    if (file_.isEmpty())
        return shown;
    // As far as on the screen, but for the shape of the picture.
    return fittedInto(unfitted(shown, live_->width(), live_->height()), file_.width(),
                      file_.height());
}

void OrbitView::lookLike(const ViewWidget& other) {
    TrialView::lookLike(other);
    if (const auto* space = qobject_cast<const OrbitView*>(&other); space && live_)
        live_->orbit().setViewpoint(space->viewpoint());
}

QString OrbitView::look() const {
    if (!live_ || live_->orbit().isAtHome())
        return {};
    return QString::fromStdString(
        toText(unfitted(live_->orbit().viewpoint(), live_->width(), live_->height())));
}

void OrbitView::setLook(const QString& look) {
    const Viewpoint wanted =
        viewpointFrom(look.toStdString(), home_, "The viewpoint of " + view().title);
    if (live_)
        live_->orbit().setViewpoint(fittedInto(wanted, live_->width(), live_->height()));
    else
        home_ = wanted;
}

void OrbitView::paired() {
    disconnect(shared_);
    const auto* other = partner<OrbitView>();
    if (OrbitControl* theirs = other ? other->orbit() : nullptr; theirs && live_)
        shared_ = connect(&live_->orbit(), &OrbitControl::changed, theirs,
                          [this, theirs] { theirs->setViewpoint(viewpoint()); });
}

void OrbitView::paintPlot(QPainter& painter, const QRectF& area) {
    if (!hasContent())
        return paintHint(painter, area, hint(), theme());
    if (!OffscreenWindow::problem().isEmpty())
        return paintHint(painter, area,
                         tr("There is nothing to see here, since views in space need OpenGL.\n%1")
                             .arg(OffscreenWindow::problem()),
                         theme());
    file_ = area.size();
    const double scale = std::max(2.0, pictureScale(painter)); // two even the edges out
    const QSize pixels = (area.size() * scale).toSize().expandedTo({1, 1});
    QImage drawn;
    QString problem;
    // On a thread of its own, since this one may have a context of the display.
    std::thread([&] {
        try {
            OffscreenWindow window;
            drawn = picture(window, pixels, scale);
        } catch (const std::exception& error) {
            problem = QString::fromUtf8(error.what());
        }
    }).join();
    if (problem.isEmpty()) {
        painter.drawImage(area, drawn);
        paintOverlay(painter, area);
    } else {
        paintHint(painter, area, problem, theme());
    }
    file_ = {};
}

} // namespace convergence
