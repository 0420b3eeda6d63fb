#include "widgets/films/film_worker.h"

#include <QElapsedTimer>

#include "core/error.h"

namespace convergence {

FilmWorker::FilmWorker(FilmFile file, int count, Pictures pictures, QObject* parent)
    : FilmMaker(parent), file_(std::move(file)), count_(count), pictures_(std::move(pictures)) {
    checkFilm(file_);
    if (count_ < 1)
        throw InputError(QString("The film %1 was not made: it would have no picture; choose a "
                                 "longer time or more pictures a second.")
                             .arg(file_.path)
                             .toStdString());
}

FilmWorker::~FilmWorker() {
    cancelled_ = true;
    if (thread_)
        thread_->wait();
}

void FilmWorker::start() {
    thread_.reset(QThread::create([this] { work(); }));
    thread_->setObjectName("film");
    thread_->start(QThread::LowPriority);
}

void FilmWorker::cancel() {
    cancelled_ = true;
}

void FilmWorker::work() {
    bool succeeded = false;
    QString sentence;
    try {
        makeFilm();
        succeeded = !cancelled_;
        sentence = succeeded ? tr("Written: %1, %n pictures.", nullptr, count_).arg(file_.path)
                             : tr("Stopped; the film %1 was not written.").arg(file_.path);
    } catch (const InputError& error) {
        sentence = QString::fromUtf8(error.what());
    }
    pictures_ = nullptr; // what draws them goes on the thread that it drew on
    QMetaObject::invokeMethod(
        this, [this, succeeded, sentence] { Q_EMIT finished(succeeded, sentence); },
        Qt::QueuedConnection);
}

void FilmWorker::makeFilm() {
    const auto writer = FilmWriter::create(file_);
    QElapsedTimer clock;
    clock.start();
    for (int i = 0; i < count_; ++i) {
        const QImage picture = pictures_(i);
        if (picture.isNull())
            cancelled_ = true;
        if (cancelled_)
            return;
        writer->add(picture);
        const double left = 1e-3 * double(clock.elapsed()) / (i + 1) * (count_ - i - 1);
        QMetaObject::invokeMethod(
            this, [this, i, left] { Q_EMIT progressed(i + 1, count_, left); },
            Qt::QueuedConnection);
    }
    writer->finish();
}

bool PictureQueue::hasRoom() const {
    const std::lock_guard lock(mutex_);
    return pictures_.size() < most;
}

void PictureQueue::put(QImage picture) {
    const std::lock_guard lock(mutex_);
    pictures_.push_back(std::move(picture));
    filled_.notify_one();
}

QImage PictureQueue::take() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return closed_ || !pictures_.empty(); });
    if (closed_)
        return {};
    QImage picture = std::move(pictures_.front());
    pictures_.pop_front();
    return picture;
}

void PictureQueue::close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    filled_.notify_all();
}

} // namespace convergence
