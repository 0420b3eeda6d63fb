#pragma once

#include <memory>

#include <QSaveFile>

#include "widgets/films/film_writer.h"

namespace convergence {

/// A WebM film: VP9 (libvpx), 8 bits, 4:2:0, in the colors of BT.709, at a constant quality.
class WebmWriter final : public FilmWriter {
public:
    explicit WebmWriter(const FilmFile& file);
    ~WebmWriter() override;

    void add(const QImage& picture) override;
    void finish() override;

private:
    struct Encoder;
    [[noreturn]] void fail(const QString& reason) const;
    /// `picture` null: no more. Returns whether the encoder gave any out.
    bool encode(const QImage& picture);
    [[nodiscard]] std::int64_t start(int picture) const; ///< in ms

    QSaveFile file_;
    FilmFile options_;
    std::unique_ptr<Encoder> encoder_;
    int pictures_ = 0;
};

} // namespace convergence
