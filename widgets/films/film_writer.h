#pragma once

#include <memory>

#include <QImage>
#include <QSize>
#include <QString>

namespace convergence {

/// What a film's file is to be.
struct FilmFile {
    QString path; ///< its ending says the format: .webm or .gif
    QSize size;   ///< of each picture, in pixels
    double picturesASecond = 30.0;
};

/// Whether a path ends in what a film can be written as.
[[nodiscard]] bool isFilm(const QString& path);

/// Throws InputError, one sentence that names file, value and what is possible, for: another
/// ending than .webm or .gif; a folder that is not there or cannot be written to; fewer than 16 or
/// more than 8192 pixels along an edge; an odd number of pixels along one in WebM, whose colors are
/// stored for 2 × 2 pixels; fewer than 0.1 or more than 60 pictures a second, or 50 in GIF, whose
/// times are hundredths of a second of which viewers show no single one.
void checkFilm(const FilmFile& file);

/// Writes pictures one after another into a film. The file is there, under its name and complete,
/// after finish(); a writer that goes before leaves nothing, and an earlier file as it was.
class FilmWriter {
public:
    /// Throws InputError as checkFilm().
    static std::unique_ptr<FilmWriter> create(const FilmFile& file);

    virtual ~FilmWriter() = default;
    FilmWriter(const FilmWriter&) = delete;
    FilmWriter& operator=(const FilmWriter&) = delete;

    /// The next picture, of the film's size. Throws InputError if the file cannot be written.
    virtual void add(const QImage& picture) = 0;
    /// Ends the film, which has a picture. Throws InputError if the file cannot be written.
    virtual void finish() = 0;

protected:
    FilmWriter() = default;
};

} // namespace convergence
