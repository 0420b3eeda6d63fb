#pragma once

#include <QElapsedTimer>
#include <QImage>
#include <QThreadPool>
#include <QTimer>

#include "widgets/views/frame_view.h"
#include "widgets/volume/volume_scene.h"

class QToolButton;

namespace convergence {

class OrbitControl;
class StillRenderer;
class VolumeControls;
class VtkWidget;
struct VolumePicture;

/// A VolumeFrame of a chosen trial in space, with the CamerasFrame if there is one.
///
/// While a person moves or frames stream in, rays are cast as densely as the time of a frame
/// allows; at rest the picture is drawn again with full care on another thread. Grids and surfaces
/// are made on other threads too. Without OpenGL on the display all pictures are drawn off-screen;
/// without any OpenGL the view says so in its place.
class VolumeView final : public TrialView {
    Q_OBJECT

public:
    VolumeView(View view, std::shared_ptr<const Description> description, const Theme& theme,
               QWidget* parent);
    ~VolumeView() override;

    void lookLike(const ViewWidget& other) override;
    [[nodiscard]] QString look() const override;
    void setLook(const QString& look) override;
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] QString pgfplots() const override;
    [[nodiscard]] std::vector<FileFormat> furtherFormats() const override;

    /// What is shown and from where; for tests and tours too.
    [[nodiscard]] VolumeControls& controls() const { return *controls_; }
    /// Null where there is no OpenGL at all.
    [[nodiscard]] OrbitControl* orbit() const { return orbit_; }
    /// Waits until what was handed over is taken up.
    void finishPreparing();
    /// Whether the picture shows the newest frames in full quality, or nothing is on its way to it.
    [[nodiscard]] bool isSettled() const;

Q_SIGNALS:
    /// The picture shows the newest frames in full quality.
    void settled();

protected:
    bool takeUp() override;
    void paintPlot(QPainter& painter, const QRectF& area) override;
    void themeChanged() override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void exportFurther(const QString& path, const QString& suffix) override;

private:
    void buildCanvas();
    void buildBar();
    [[nodiscard]] VolumeContent wantedContent() const;
    void prepare();
    void prepared(const VolumeContent& content, const VolumeSettings& settings,
                  std::shared_ptr<const VolumeParts> parts);
    void settingsChanged();
    void updateScene();
    void updateHome();
    void lookFrom(double azimuth, double elevation);
    void lookThrough();
    void click(QPointF at);
    void rendered();
    [[nodiscard]] bool streams() const;
    void drawSoon();
    void drawStill();
    void showStill(int serial, const QImage& picture);
    void paintOverlay(QPainter& painter, const QRectF& area) const;
    [[nodiscard]] Viewpoint seenIn(QSize size) const;
    [[nodiscard]] VolumePicture pictureNow(QSize pixels) const;
    [[nodiscard]] QImage exportedPicture(QSize pixels);
    [[nodiscard]] QSize canvasPixels() const;
    void placeControls();
    void exportTurntable();

    VtkWidget* live_ = nullptr;  ///< with OpenGL on the display
    QWidget* drawing_ = nullptr; ///< the canvas: live_, or a plain widget
    OrbitControl* orbit_ = nullptr;
    std::unique_ptr<VolumeScene> scene_; ///< in live_
    StillRenderer* stills_ = nullptr;
    VolumeControls* controls_ = nullptr;
    QToolButton* controlsButton_ = nullptr;
    QImage still_; ///< shown by a plain canvas

    QThreadPool pool_;
    bool preparing_ = false, prepareAgain_ = false;
    bool stillAsked_ = false; ///< a still is being drawn
    VolumeContent content_;   ///< of what is shown
    VolumeSettings preparedFor_;
    std::shared_ptr<const VolumeParts> parts_;
    const VolumeFrame* asked_ = nullptr; ///< the newest frame that was handed to prepare()
    std::shared_ptr<const Frames> askedOwner_;
    QTimer rest_, drawLater_;
    QElapsedTimer sinceVolume_;
    qint64 betweenVolumes_ = 0; ///< ms between the last two
    double rayPixels_ = 3.0;
    int serial_ = 0;
    bool controlsChosen_ = false; ///< the person opened or closed the controls
};

} // namespace convergence
