#pragma once

#include <atomic>
#include <memory>

#include <QFont>
#include <QObject>
#include <QProcess>
#include <QThread>

#include "widgets/volume/still_renderer.h"

namespace convergence {

/// Pictures of a volume from once around it, as numbered PNG files, and a film of them where
/// ffmpeg is installed. Works on threads and a process of its own; can be stopped at any time.
class Turntable : public QObject {
    Q_OBJECT

public:
    struct Options {
        QString folder; ///< exists; gets turntable-0000.png, turntable-0001.png, ...
        int pictures = 90;
        double picturesASecond = 30.0;
        QString filmSuffix = "webm"; ///< or "gif"
        QString ffmpeg = "ffmpeg";   ///< program
    };
    Turntable(VolumePicture start, QFont font, Options options, QObject* parent);
    ~Turntable() override;

    void start();
    void cancel();

Q_SIGNALS:
    /// `done` of `total`; the last one is the film.
    void progressed(int done, int total);
    /// One sentence on what was written, or why not.
    void finished(bool succeeded, const QString& sentence);

private:
    void drawPictures();
    void makeFilm();
    void end(bool succeeded, const QString& sentence);
    [[nodiscard]] QString pathOf(int picture) const;

    VolumePicture start_;
    QFont font_;
    Options options_;
    std::atomic<bool> cancelled_ = false;
    std::unique_ptr<QThread> thread_;
    QProcess film_;
    bool ended_ = false;
};

/// Asks for a folder and makes a turntable, with a progress dialog over `parent` that can stop it.
void runTurntableDialog(QWidget& parent, const VolumePicture& start, const QFont& font,
                        const QString& filmSuffix);

} // namespace convergence
