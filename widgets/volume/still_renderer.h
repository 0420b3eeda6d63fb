#pragma once

#include <QFont>
#include <QImage>
#include <QObject>
#include <QThread>

#include "widgets/volume/volume_scene.h"

namespace convergence {

/// Everything that one picture of a volume depends on.
struct VolumePicture {
    VolumeContent content;
    VolumeSettings settings;
    Theme theme;
    Viewpoint viewpoint;
    QSize pixels;
    std::size_t mostPoints = allPoints;
    double rayPixels = 1.0; ///< a ray every so many pixels
    double samplePoints = 0.5;
};

/// Draws pictures of volumes off-screen, keeping between them what did not change. Lives on one
/// thread.
class VolumePainter {
public:
    /// Throws InputError where there is no off-screen OpenGL.
    VolumePainter();
    ~VolumePainter();
    [[nodiscard]] QImage picture(const VolumePicture& wanted);

private:
    struct Scene;
    std::unique_ptr<Scene> scene_;
};

/// Draws pictures on a thread of its own, the newest request first; older ones that have not begun
/// are dropped.
class StillRenderer : public QObject {
    Q_OBJECT

public:
    explicit StillRenderer(QObject* parent);
    ~StillRenderer() override;

    void request(int serial, const VolumePicture& wanted);
    /// Waits for the picture. Null if it cannot be drawn.
    [[nodiscard]] QImage drawNow(const VolumePicture& wanted);

Q_SIGNALS:
    void ready(int serial, const QImage& picture);

private:
    void drawPending();
    struct Shared;
    std::shared_ptr<Shared> shared_;
    QThread thread_;
    QObject* worker_;
};

} // namespace convergence
