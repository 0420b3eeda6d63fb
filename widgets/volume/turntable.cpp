#include "widgets/volume/turntable.h"

#include <QDir>
#include <QFileDialog>
#include <QMessageBox>
#include <QPainter>
#include <QProgressDialog>
#include <QStandardPaths>

#include "core/error.h"
#include "widgets/volume/volume_overlay.h"

namespace convergence {

Turntable::Turntable(VolumePicture start, QFont font, Options options, QObject* parent)
    : QObject(parent), start_(std::move(start)), font_(std::move(font)),
      options_(std::move(options)) {
    connect(&film_, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        const QString film = QString("%1/turntable.%2").arg(options_.folder, options_.filmSuffix);
        if (cancelled_)
            end(false, tr("Stopped; the pictures so far are in %1.").arg(options_.folder));
        else if (status != QProcess::NormalExit || code != 0)
            end(false,
                tr("The pictures are in %1, but ffmpeg could not make a film of them: %2")
                    .arg(options_.folder, QString::fromLocal8Bit(film_.readAllStandardError())
                                              .trimmed()
                                              .section('\n', -1)));
        else
            end(true,
                tr("Written: %1, and %2 pictures beside it.").arg(film).arg(options_.pictures));
    });
    connect(&film_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            end(false, tr("The pictures are in %1, but ffmpeg could not be started: %2.")
                           .arg(options_.folder, film_.errorString()));
    });
}

Turntable::~Turntable() {
    cancelled_ = true;
    ended_ = true;
    if (thread_)
        thread_->wait();
    film_.kill();
    film_.waitForFinished();
}

void Turntable::start() {
    thread_.reset(QThread::create([this] { drawPictures(); }));
    thread_->start(QThread::LowPriority);
}

void Turntable::cancel() {
    cancelled_ = true;
    if (film_.state() != QProcess::NotRunning)
        film_.kill();
}

QString Turntable::pathOf(int picture) const {
    return QString("%1/turntable-%2.png").arg(options_.folder).arg(picture, 4, 10, QChar('0'));
}

void Turntable::drawPictures() {
    const auto tell = [this](auto what) {
        QMetaObject::invokeMethod(this, what, Qt::QueuedConnection);
    };
    try {
        VolumePainter painter;
        const auto parts = makeParts(start_.content, start_.settings, start_.theme, livePoints);
        for (int i = 0; i < options_.pictures; ++i) {
            if (cancelled_)
                return tell([this] {
                    end(false, tr("Stopped; the pictures so far are in %1.").arg(options_.folder));
                });
            VolumePicture next = start_;
            next.viewpoint.orbit(2.0 * std::numbers::pi * i / options_.pictures, 0.0);
            QImage picture = painter.picture(next);
            QPainter over(&picture);
            over.setRenderHint(QPainter::Antialiasing);
            paintVolumeOverlay(over, QRectF(QPointF(), QSizeF(picture.size())), next.content,
                               next.settings, *parts, next.viewpoint, next.theme, font_);
            over.end();
            if (!picture.save(pathOf(i)))
                throw InputError(tr("The file %1 cannot be written; choose a folder that can be "
                                    "written to.")
                                     .arg(pathOf(i))
                                     .toStdString());
            tell([this, i] { Q_EMIT progressed(i + 1, options_.pictures + 1); });
        }
        tell([this] { makeFilm(); });
    } catch (const InputError& error) {
        tell([this, sentence = QString::fromUtf8(error.what())] { end(false, sentence); });
    }
}

void Turntable::makeFilm() {
    const QString program = QStandardPaths::findExecutable(options_.ffmpeg);
    if (program.isEmpty())
        return end(true, tr("Written: %1 pictures in %2. ffmpeg, which would make a film of them, "
                            "is not installed.")
                             .arg(options_.pictures)
                             .arg(options_.folder));
    QStringList arguments{"-y",
                          "-loglevel",
                          "error",
                          "-framerate",
                          QString::number(options_.picturesASecond),
                          "-i",
                          options_.folder + "/turntable-%04d.png"};
    if (options_.filmSuffix == "gif")
        arguments << "-vf"
                  << "split[a][b];[a]palettegen[p];[b][p]paletteuse";
    else
        arguments << "-c:v"
                  << "libvpx-vp9"
                  << "-b:v"
                  << "0"
                  << "-crf"
                  << "30"
                  << "-pix_fmt"
                  << "yuv420p";
    arguments << QString("%1/turntable.%2").arg(options_.folder, options_.filmSuffix);
    film_.start(program, arguments);
}

void Turntable::end(bool succeeded, const QString& sentence) {
    if (ended_)
        return;
    ended_ = true;
    Q_EMIT progressed(options_.pictures + 1, options_.pictures + 1);
    Q_EMIT finished(succeeded, sentence);
}

void runTurntableDialog(QWidget& parent, const VolumePicture& start, const QFont& font,
                        const QString& filmSuffix) {
    const QString folder = QFileDialog::getExistingDirectory(
        &parent, Turntable::tr("Folder for the pictures of the turntable"));
    if (folder.isEmpty())
        return;
    Turntable::Options options;
    options.folder = folder;
    options.filmSuffix = filmSuffix;
    auto* dialog = new QProgressDialog(Turntable::tr("Drawing pictures …"), Turntable::tr("Stop"),
                                       0, options.pictures + 1, &parent);
    dialog->setWindowTitle(Turntable::tr("Turntable"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAutoClose(false);
    dialog->setAutoReset(false);
    dialog->setMinimumDuration(0);
    auto* turntable = new Turntable(start, font, options, dialog);
    QObject::connect(turntable, &Turntable::progressed, dialog, [dialog](int done, int total) {
        dialog->setValue(done);
        if (done == total - 1)
            dialog->setLabelText(Turntable::tr("Making the film …"));
    });
    QObject::connect(dialog, &QProgressDialog::canceled, turntable, &Turntable::cancel);
    QObject::connect(turntable, &Turntable::finished, &parent,
                     [dialog, parent = &parent](bool succeeded, const QString& sentence) {
                         dialog->close();
                         auto* box = new QMessageBox(
                             succeeded ? QMessageBox::Information : QMessageBox::Warning,
                             Turntable::tr("Turntable"), sentence, QMessageBox::Close, parent);
                         box->setAttribute(Qt::WA_DeleteOnClose);
                         box->setModal(false);
                         box->show();
                     });
    dialog->show();
    turntable->start();
}

} // namespace convergence
