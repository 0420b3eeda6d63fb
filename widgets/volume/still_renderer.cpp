#include "widgets/volume/still_renderer.h"

#include <mutex>
#include <optional>

#include "core/error.h"
#include "widgets/volume/offscreen_window.h"

namespace convergence {

struct VolumePainter::Scene {
    OffscreenWindow window;
    VolumeScene scene{window.renderer()};
    std::shared_ptr<const VolumeParts> parts;
    VolumePicture of;
};

VolumePainter::VolumePainter() : scene_(std::make_unique<Scene>()) {}
VolumePainter::~VolumePainter() = default;

QImage VolumePainter::picture(const VolumePicture& wanted) {
    Scene& s = *scene_;
    if (!s.parts || s.of.content.volume != wanted.content.volume ||
        s.of.content.owner != wanted.content.owner || s.of.mostPoints != wanted.mostPoints ||
        s.of.theme.id != wanted.theme.id || needsOtherParts(s.of.settings, wanted.settings)) {
        s.parts = makeParts(wanted.content, wanted.settings, wanted.theme, wanted.mostPoints);
        s.scene.setParts(s.parts);
    }
    s.of = wanted;
    s.scene.update(wanted.content, wanted.settings, wanted.theme);
    s.scene.setQuality(wanted.rayPixels, wanted.samplePoints);
    s.scene.setViewpoint(wanted.viewpoint);
    return s.window.picture(wanted.pixels, wanted.viewpoint);
}

struct StillRenderer::Shared {
    std::mutex mutex;
    std::optional<std::pair<int, VolumePicture>> pending;
    std::unique_ptr<VolumePainter> painter; ///< used on the renderer's thread only
    [[nodiscard]] QImage draw(const VolumePicture& wanted) {
        try {
            if (!painter)
                painter = std::make_unique<VolumePainter>();
            return painter->picture(wanted);
        } catch (const InputError&) {
            return {}; // whoever asks looks at OffscreenWindow::problem()
        }
    }
};

StillRenderer::StillRenderer(QObject* parent)
    : QObject(parent), shared_(std::make_shared<Shared>()), worker_(new QObject) {
    worker_->moveToThread(&thread_);
    // VTK's objects go on the thread that made them.
    connect(
        &thread_, &QThread::finished, worker_,
        [shared = shared_, worker = worker_] {
            shared->painter.reset();
            worker->deleteLater();
        },
        Qt::DirectConnection);
    thread_.setObjectName("stills");
    thread_.start(QThread::LowPriority);
}

StillRenderer::~StillRenderer() {
    thread_.quit();
    thread_.wait();
}

void StillRenderer::request(int serial, const VolumePicture& wanted) {
    {
        const std::lock_guard lock(shared_->mutex);
        const bool waits = shared_->pending.has_value();
        shared_->pending = {serial, wanted};
        if (waits)
            return;
    }
    QMetaObject::invokeMethod(worker_, [this] { drawPending(); });
}

void StillRenderer::drawPending() {
    std::optional<std::pair<int, VolumePicture>> wanted;
    {
        const std::lock_guard lock(shared_->mutex);
        wanted.swap(shared_->pending);
    }
    if (!wanted)
        return;
    const QImage picture = shared_->draw(wanted->second);
    if (!picture.isNull())
        Q_EMIT ready(wanted->first, picture);
}

QImage StillRenderer::drawNow(const VolumePicture& wanted) {
    QImage picture;
    QMetaObject::invokeMethod(
        worker_, [&] { picture = shared_->draw(wanted); }, Qt::BlockingQueuedConnection);
    return picture;
}

} // namespace convergence
