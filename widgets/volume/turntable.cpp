#include "widgets/volume/turntable.h"

#include <numbers>

#include <QFileDialog>
#include <QMessageBox>
#include <QPainter>

#include "core/error.h"
#include "widgets/volume/volume_overlay.h"

namespace convergence {

namespace {

constexpr int picturesOfATurn = 90;
constexpr double picturesASecond = 30.0;

/// Lives and dies on the thread that asks for pictures, as VTK's objects do.
class Turntable {
public:
    Turntable(VolumePicture start, QFont font, int count)
        : start_(std::move(start)), font_(std::move(font)), count_(count) {}

    QImage picture(int index) {
        if (!painter_) {
            painter_ = std::make_unique<VolumePainter>();
            parts_ = makeParts(start_.content, start_.settings, start_.theme, livePoints);
        }
        VolumePicture next = start_;
        next.viewpoint.orbit(2.0 * std::numbers::pi * index / count_, 0.0);
        QImage picture = painter_->picture(next);
        QPainter over(&picture);
        over.setRenderHint(QPainter::Antialiasing);
        paintVolumeOverlay(over, QRectF(QPointF(), QSizeF(picture.size())), next, *parts_, font_);
        over.end();
        return picture;
    }

private:
    VolumePicture start_;
    QFont font_;
    int count_;
    std::unique_ptr<VolumePainter> painter_;
    std::shared_ptr<const VolumeParts> parts_;
};

} // namespace

FilmWorker::Pictures turntablePictures(VolumePicture start, QFont font, int count) {
    auto turntable = std::make_shared<Turntable>(std::move(start), std::move(font), count);
    return [turntable](int index) { return turntable->picture(index); };
}

void runTurntableDialog(QWidget& parent, const VolumePicture& start, const QFont& font) {
    const QString path =
        QFileDialog::getSaveFileName(&parent, FilmMaker::tr("Film of a turntable"),
                                     "turntable.webm", FilmMaker::tr("Films (*.webm *.gif)"));
    if (path.isEmpty())
        return;
    try {
        showFilmProgress(
            parent,
            new FilmWorker({.path = path, .size = start.pixels, .picturesASecond = picturesASecond},
                           picturesOfATurn, turntablePictures(start, font, picturesOfATurn)));
    } catch (const InputError& error) {
        QMessageBox::warning(&parent, FilmMaker::tr("Film"), QString::fromUtf8(error.what()));
    }
}

} // namespace convergence
