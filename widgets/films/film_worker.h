#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include <QImage>
#include <QThread>

#include "widgets/films/film_maker.h"
#include "widgets/films/film_writer.h"

namespace convergence {

/// Makes a film of pictures on a thread of its own.
class FilmWorker final : public FilmMaker {
    Q_OBJECT

public:
    /// The picture of an index, called on the worker's thread with 0, 1, ... in turn; null to give
    /// the film up. May throw InputError, which ends it too.
    using Pictures = std::function<QImage(int)>;

    /// Throws InputError as checkFilm(), and without a picture.
    FilmWorker(FilmFile file, int count, Pictures pictures, QObject* parent = nullptr);
    ~FilmWorker() override;

    void start() override;
    void cancel() override;

private:
    void work();
    void makeFilm();

    FilmFile file_;
    int count_;
    Pictures pictures_;
    std::atomic<bool> cancelled_ = false;
    std::unique_ptr<QThread> thread_;
};

/// Pictures that one thread draws and another takes, at most a few at a time.
class PictureQueue {
public:
    [[nodiscard]] bool hasRoom() const;
    void put(QImage picture);
    /// Waits for a picture; null once the queue was closed.
    [[nodiscard]] QImage take();
    void close();

private:
    static constexpr std::size_t most = 3;
    mutable std::mutex mutex_;
    std::condition_variable filled_;
    std::deque<QImage> pictures_;
    bool closed_ = false;
};

} // namespace convergence
