#include "widgets/volume/volume_view.h"
#include "widgets/volume/camera_geometry.h"

#include <cmath>

#include <QAction>
#include <QMenu>
#include <QPainter>
#include <QToolButton>

#include "core/error.h"
#include "widgets/charts/axes_painter.h"
#include "widgets/views/latex_pictures.h"
#include "widgets/volume/fitted_view.h"
#include "widgets/volume/offscreen_window.h"
#include "widgets/volume/orbit_control.h"
#include "widgets/volume/picture_scale.h"
#include "widgets/volume/still_renderer.h"
#include "widgets/volume/turntable.h"
#include "widgets/volume/viewpoint_text.h"
#include "widgets/volume/volume_controls.h"
#include "widgets/volume/volume_export.h"
#include "widgets/volume/volume_overlay.h"
#include "widgets/volume/vtk_widget.h"

namespace convergence {

namespace {

constexpr double radians = std::numbers::pi / 180.0;
constexpr double homeAzimuth = 35.0 * radians, homeElevation = 25.0 * radians;
/// What rendering a live frame may take, in ms. Bringing it to the screen takes about half as long
/// again, and the event loop should not stand still for more than 50 ms.
constexpr double frameBudget = 28.0;
constexpr double coarsestRays = 8.0;
/// Without anything new for so long, a still is drawn; later while frames stream in, which it would
/// hold up.
constexpr int restMilliseconds = 250, restOfStream = 800;
/// Streaming frames are drawn at most so often.
constexpr int drawMilliseconds = 200;
constexpr int controlsWidth = 216;
constexpr int roomForControls = 640;

} // namespace

VolumeView::VolumeView(View view, std::shared_ptr<const Description> description,
                       const Theme& theme, QWidget* parent)
    : TrialView(std::move(view), std::move(description), theme, parent, Choice::oneTrial) {
    pool_.setMaxThreadCount(1);
    rest_.setSingleShot(true);
    connect(&rest_, &QTimer::timeout, this, &VolumeView::drawStill);
    drawLater_.setSingleShot(true);
    drawLater_.setInterval(drawMilliseconds);
    connect(&drawLater_, &QTimer::timeout, this, [this] {
        if (prepareAgain_ && !preparing_)
            prepare();
    });
    buildCanvas();
    buildBar();
}

VolumeView::~VolumeView() {
    pool_.waitForDone();
    // The scene's props go before the renderer that holds them.
    scene_.reset();
}

void VolumeView::buildCanvas() {
    if (OffscreenWindow::problem().isEmpty()) {
        stills_ = new StillRenderer(this);
        connect(stills_, &StillRenderer::ready, this, &VolumeView::showStill);
    }
    if (VtkWidget::problem().isEmpty()) {
        live_ = new VtkWidget(this);
        drawing_ = live_;
        orbit_ = &live_->orbit();
        scene_ = std::make_unique<VolumeScene>(live_->renderer());
        connect(live_, &VtkWidget::overlayPainted, this, &VolumeView::paintOverlay);
        connect(live_, &VtkWidget::rendered, this, &VolumeView::rendered);
        connect(live_, &VtkWidget::aboutToRender, this, [this] {
            scene_->setViewpoint(orbit_->viewpoint());
            scene_->setQuality(rayPixels_, 1.0);
        });
    } else {
        auto* plain = new Canvas(this);
        drawing_ = plain;
        orbit_ = stills_ ? new OrbitControl(*plain) : nullptr;
        connect(plain, &Canvas::painted, this, [this](QPainter& painter, const QRectF& area) {
            if (!stills_)
                return paintHint(painter, area,
                                 tr("There is nothing to see here, since volumes need OpenGL.\n%1")
                                     .arg(VtkWidget::problem()),
                                 this->theme());
            painter.setRenderHint(QPainter::SmoothPixmapTransform);
            painter.drawImage(area, still_);
            paintOverlay(painter, area);
        });
    }
    setCanvas(drawing_);
    controls_ = new VolumeControls(drawing_);
    controls_->hide();
    drawing_->installEventFilter(this);
    connect(controls_, &VolumeControls::settingsChanged, this, &VolumeView::settingsChanged);
    connect(controls_, &VolumeControls::lookThroughRequested, this, &VolumeView::lookThrough);
    if (!orbit_)
        return;
    connect(orbit_, &OrbitControl::changed, this, [this] {
        ++serial_;
        drawSoon();
    });
    connect(orbit_, &OrbitControl::movingChanged, this, &VolumeView::drawSoon);
    connect(orbit_, &OrbitControl::clicked, this, &VolumeView::click);
}

void VolumeView::buildBar() {
    auto* views = new QMenu(this);
    const auto add = [&](const char* name, const QString& text, const QKeySequence& key,
                         auto slot) {
        QAction* action = addMenuAction(name, text, {});
        action->setShortcut(key);
        connect(action, &QAction::triggered, this, slot);
        views->addAction(action);
    };
    add("viewFront", tr("From the front"), QKeySequence("Ctrl+Alt+1"),
        [this] { lookFrom(0.0, 0.0); });
    add("viewSide", tr("From the side"), QKeySequence("Ctrl+Alt+2"),
        [this] { lookFrom(90.0 * radians, 0.0); });
    add("viewTop", tr("From above"), QKeySequence("Ctrl+Alt+3"),
        [this] { lookFrom(0.0, 90.0 * radians); });
    add("viewIso", tr("From a corner"), QKeySequence("Ctrl+Alt+4"),
        [this] { lookFrom(45.0 * radians, std::atan(std::sqrt(0.5))); });
    add("viewCamera", tr("Through the chosen camera"), QKeySequence("Ctrl+Alt+5"),
        &VolumeView::lookThrough);
    add("viewHome", tr("Reset"), QKeySequence("Ctrl+Alt+0"), [this] {
        if (orbit_)
            orbit_->goHome();
    });
    auto* viewsButton = new QToolButton(this);
    viewsButton->setObjectName("viewpoints");
    viewsButton->setText(tr("Look"));
    viewsButton->setToolTip(tr("Where to look from (Ctrl+Alt+1 to 5, Ctrl+Alt+0 resets)"));
    viewsButton->setPopupMode(QToolButton::InstantPopup);
    viewsButton->setAutoRaise(true);
    viewsButton->setMenu(views);
    addToBar(viewsButton);

    controlsButton_ = new QToolButton(this);
    controlsButton_->setObjectName("controlsButton");
    controlsButton_->setText(tr("Controls"));
    controlsButton_->setToolTip(tr("What is shown, and how (C)"));
    controlsButton_->setCheckable(true);
    controlsButton_->setAutoRaise(true);
    controlsButton_->setShortcut({});
    addToBar(controlsButton_);
    connect(controlsButton_, &QToolButton::clicked, this, [this] {
        controlsChosen_ = true;
        placeControls();
    });
    QAction* toggle = addMenuAction("toggleControls", tr("Controls"), {});
    toggle->setShortcut(Qt::Key_C);
    connect(toggle, &QAction::triggered, controlsButton_, &QToolButton::click);
    QAction* turntable = addMenuAction("turntable", tr("Film of a turntable …"),
                                       tr("Pictures once around, as WebM or GIF"));
    turntable->setEnabled(stills_ != nullptr);
    connect(turntable, &QAction::triggered, this, &VolumeView::exportTurntable);
}

VolumeContent VolumeView::wantedContent() const {
    VolumeContent content;
    content.owner = frames();
    for (const std::string& id : view().frames) {
        if (const auto* volume = chosenFrame<VolumeFrame>(id);
            volume && !content.volume && isComplete(*volume))
            content.volume = volume;
        if (const auto* cameras = chosenFrame<CamerasFrame>(id); cameras && !content.cameras)
            content.cameras = cameras->cameras;
    }
    return content;
}

bool VolumeView::takeUp() {
    const VolumeContent wanted = wantedContent();
    if (wanted.volume == asked_ && wanted.owner == askedOwner_ &&
        wanted.cameras == content_.cameras)
        return false;
    prepare();
    return true;
}

void VolumeView::prepare() {
    prepareAgain_ = preparing_ || drawLater_.isActive();
    if (prepareAgain_)
        return;
    drawLater_.start();
    preparing_ = true;
    const VolumeContent content = wantedContent();
    asked_ = content.volume;
    askedOwner_ = content.owner;
    controls_->setContent(content);
    pool_.start([this, content, settings = controls_->settings(), colors = theme()] {
        auto parts = makeParts(content, settings, colors, livePoints);
        QMetaObject::invokeMethod(
            this, [this, content, settings, parts] { prepared(content, settings, parts); });
    });
}

void VolumeView::prepared(const VolumeContent& content, const VolumeSettings& settings,
                          std::shared_ptr<const VolumeParts> parts) {
    preparing_ = false;
    if (content.volume != content_.volume) {
        betweenVolumes_ = sinceVolume_.isValid() ? sinceVolume_.elapsed() : restOfStream;
        sinceVolume_.start();
    }
    content_ = content;
    preparedFor_ = settings;
    parts_ = std::move(parts);
    if (scene_)
        scene_->setParts(parts_);
    updateHome();
    updateScene();
    if (needsOtherParts(preparedFor_, controls_->settings()))
        prepareAgain_ = true;
    if (prepareAgain_ && !drawLater_.isActive())
        prepare();
}

void VolumeView::finishPreparing() {
    do {
        pool_.waitForDone();
        QCoreApplication::sendPostedEvents(this, QEvent::MetaCall);
        drawLater_.stop();
        if (prepareAgain_ && !preparing_)
            prepare();
    } while (preparing_);
}

void VolumeView::settingsChanged() {
    if (needsOtherParts(preparedFor_, controls_->settings())) {
        // A slider has to follow the hand.
        drawLater_.stop();
        prepare();
    }
    updateScene();
}

void VolumeView::updateScene() {
    ++serial_;
    if (scene_)
        scene_->update(content_, controls_->settings(), theme());
    drawSoon();
}

void VolumeView::themeChanged() {
    controls_->setPalette(theme().palette());
    controls_->setFont(plotFont());
    if (parts_)
        prepare(); // slices lie on the surface's color
    updateScene();
}

void VolumeView::updateHome() {
    if (!orbit_ || !(content_.volume || content_.cameras))
        return;
    const SceneExtent extent = sceneExtent(content_);
    orbit_->setHome(
        fittedInto(Viewpoint::around(extent.center, extent.radius, homeAzimuth, homeElevation),
                   drawing_->width(), drawing_->height()));
}

void VolumeView::lookFrom(double azimuth, double elevation) {
    if (!orbit_)
        return;
    const SceneExtent extent = sceneExtent(content_);
    orbit_->setViewpoint(
        fittedInto(Viewpoint::around(extent.center, extent.radius, azimuth, elevation),
                   drawing_->width(), drawing_->height()));
}

void VolumeView::lookThrough() {
    const int chosen = controls_->settings().camera;
    if (!orbit_ || !content_.cameras || chosen < 0 || chosen >= int(content_.cameras->size()))
        return;
    orbit_->setViewpoint(throughCamera((*content_.cameras)[std::size_t(chosen)], content_,
                                       double(drawing_->width()) / drawing_->height()));
}

void VolumeView::click(QPointF at) {
    VolumeSettings settings = controls_->settings();
    if (!settings.showsCameras)
        return;
    settings.camera = cameraAt(content_, orbit_->viewpoint(), drawing_->size(), at);
    controls_->setSettings(settings);
}

QSize VolumeView::canvasPixels() const {
    return (QSizeF(drawing_->size()) * drawing_->devicePixelRatioF()).toSize().expandedTo({1, 1});
}

/// After each live frame: denser or sparser rays for the next.
void VolumeView::rendered() {
    const double change = std::sqrt(live_->renderTime() / frameBudget);
    rayPixels_ = std::clamp(rayPixels_ * std::clamp(change, 0.6, 2.5), 1.0, coarsestRays);
}

/// Whether volumes came shortly after one another.
bool VolumeView::streams() const {
    return betweenVolumes_ < restOfStream && sinceVolume_.isValid() &&
           sinceVolume_.elapsed() < restOfStream;
}

void VolumeView::drawSoon() {
    if (live_) {
        live_->setStill({});
        rest_.start(streams() ? restOfStream : restMilliseconds);
    } else if (stills_ && orbit_->isMoving()) {
        VolumePicture quick = pictureNow(canvasPixels());
        quick.mostPoints = livePoints;
        quick.rayPixels = 2.0;
        quick.samplePoints = 1.0;
        stills_->request(serial_, quick);
    } else {
        rest_.start(streams() ? restOfStream : restMilliseconds);
    }
}

void VolumeView::drawStill() {
    if (!stills_ || orbit_->isMoving() || !content_.volume || !isVisible())
        return;
    VolumePicture wanted = pictureNow(canvasPixels());
    stillAsked_ = true;
    stills_->request(serial_, wanted);
}

bool VolumeView::isSettled() const {
    return !preparing_ && !drawLater_.isActive() && !rest_.isActive() && !stillAsked_;
}

void VolumeView::showStill(int serial, const QImage& picture) {
    if (serial == serial_)
        stillAsked_ = false;
    // Without a live picture an old one is better than none.
    if (serial != serial_ && live_)
        return;
    if (live_) {
        live_->setStill(picture);
    } else {
        still_ = picture;
        drawing_->update();
        if (serial != serial_ || orbit_->isMoving())
            return;
    }
    Q_EMIT settled();
}

/// As far as on the screen, but for the shape of a picture.
Viewpoint VolumeView::seenIn(QSize size) const {
    if (!orbit_)
        return {};
    if (size == canvasPixels() || size == drawing_->size())
        return orbit_->viewpoint();
    return fittedInto(unfitted(orbit_->viewpoint(), drawing_->width(), drawing_->height()),
                      size.width(), size.height());
}

VolumePicture VolumeView::pictureNow(QSize pixels) const {
    return {.content = content_,
            .settings = controls_->settings(),
            .theme = theme(),
            .viewpoint = seenIn(pixels),
            .pixels = pixels};
}

void VolumeView::paintOverlay(QPainter& painter, const QRectF& area) const {
    if (!content_.volume || !parts_) {
        const bool hasCameras = content_.cameras && !content_.cameras->empty();
        const QRectF below = area.adjusted(0.0, 0.75 * area.height(), 0.0, 0.0);
        return paintHint(painter, hasCameras ? below : area, hint(), theme());
    }
    paintVolumeOverlay(painter, area, pictureNow(area.size().toSize()), *parts_, plotFont());
}

/// For exports: with full care and of any size.
QImage VolumeView::exportedPicture(QSize pixels) {
    finishPreparing();
    if (stills_)
        return stills_->drawNow(pictureNow(pixels));
    return live_ ? live_->grabFramebuffer() : QImage();
}

void VolumeView::paintPlot(QPainter& painter, const QRectF& area) {
    refresh();
    finishPreparing();
    if (!content_.volume)
        return paintHint(painter, area, hint(), theme());
    const QImage picture =
        exportedPicture((area.size() * pictureScale(painter)).toSize().expandedTo({1, 1}));
    if (picture.isNull())
        return paintHint(painter, area,
                         tr("There is nothing to see here, since volumes need OpenGL.\n%1")
                             .arg(OffscreenWindow::problem()),
                         theme());
    painter.drawImage(area, picture);
    paintVolumeOverlay(painter, area, pictureNow(area.size().toSize()), *parts_, plotFont());
}

void VolumeView::lookLike(const ViewWidget& other) {
    TrialView::lookLike(other);
    const auto* volume = qobject_cast<const VolumeView*>(&other);
    if (!volume)
        return;
    controls_->setSettings(volume->controls_->settings());
    if (orbit_ && volume->orbit_)
        orbit_->setViewpoint(volume->orbit_->viewpoint());
}

QString VolumeView::look() const {
    if (!orbit_ || orbit_->isAtHome())
        return {};
    return QString::fromStdString(
        toText(unfitted(orbit_->viewpoint(), drawing_->width(), drawing_->height())));
}

void VolumeView::setLook(const QString& look) {
    finishPreparing(); // what the first viewpoint is depends on the volume
    const Viewpoint home =
        orbit_ ? unfitted(orbit_->viewpoint(), drawing_->width(), drawing_->height()) : Viewpoint();
    const Viewpoint wanted =
        viewpointFrom(look.toStdString(), home, "The viewpoint of " + view().title);
    if (orbit_)
        orbit_->setViewpoint(fittedInto(wanted, drawing_->width(), drawing_->height()));
}

QString VolumeView::csv() const {
    const VolumeContent content = wantedContent();
    return content.volume ? volumeCsv(*content.volume, controls_->settings()) : QString();
}

QString VolumeView::pgfplots() const {
    QImage image(1200, 900, QImage::Format_RGB32);
    image.setDevicePixelRatio(1.5);
    image.fill(theme().surface);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    // Drawing takes up what was handed over; what is shown stays the same.
    const_cast<VolumeView*>(this)->paintPlot(painter, QRectF(0, 0, 800, 600));
    painter.end();
    return latexPictures({}, {{captionedTitle(), image}}, 1, 12.0);
}

std::vector<FileFormat> VolumeView::furtherFormats() const {
    return {{"vti", tr("VTK image data")}, {"ply", tr("Isosurface")}};
}

void VolumeView::exportFurther(const QString& path, const QString& suffix) {
    const VolumeContent content = wantedContent();
    if (!content.volume)
        throw InputError(tr("The file %1 was not written: the view \"%2\" has no volume yet.")
                             .arg(path, QString::fromStdString(view().title))
                             .toStdString());
    if (suffix == "vti")
        writeVti(*content.volume, path.toStdString());
    else
        writePly(isosurface(*content.volume, controls_->settings().quantity,
                            controls_->settings().level, allPoints),
                 path.toStdString());
}

void VolumeView::exportTurntable() {
    finishPreparing();
    VolumePicture picture = pictureNow(QSize(800, 600));
    runTurntableDialog(*this, picture, plotFont());
}

void VolumeView::resizeEvent(QResizeEvent* event) {
    TrialView::resizeEvent(event);
    if (!controlsChosen_)
        controlsButton_->setChecked(width() >= roomForControls);
    placeControls();
}

bool VolumeView::eventFilter(QObject* watched, QEvent* event) {
    if (watched == drawing_ && event->type() == QEvent::Resize) {
        placeControls();
        updateHome();
        ++serial_;
        if (orbit_)
            drawSoon();
    }
    return TrialView::eventFilter(watched, event);
}

void VolumeView::placeControls() {
    const int width = std::min(controlsWidth, drawing_->width());
    controls_->setGeometry(drawing_->width() - width, 0, width,
                           std::min(drawing_->height(), controls_->sizeHint().height()));
    controls_->setVisible(controlsButton_->isChecked());
}

} // namespace convergence
