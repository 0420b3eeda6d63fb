#pragma once

#include <memory>

#include <QSaveFile>

#include "widgets/films/film_writer.h"

namespace convergence {

/// An animated GIF (GIF89a, giflib) that repeats for ever. Of each picture only the rectangle that
/// differs from the one before is stored, with colors of its own (palette.h).
class GifWriter final : public FilmWriter {
public:
    explicit GifWriter(const FilmFile& file);
    ~GifWriter() override;

    void add(const QImage& picture) override;
    void finish() override;

private:
    struct Encoder;
    [[noreturn]] void fail() const;
    void begin();
    void put(const QImage& part, QPoint at);

    QSaveFile file_;
    FilmFile options_;
    std::unique_ptr<Encoder> encoder_;
    QImage last_;
    int pictures_ = 0;
};

} // namespace convergence
