#include "widgets/films/film_writer.h"

#include <QFileInfo>

#include "core/error.h"
#include "widgets/films/gif_writer.h"
#include "widgets/films/webm_writer.h"

namespace convergence {

namespace {

constexpr int fewestPixels = 16, mostPixels = 8192;
constexpr double fewestPictures = 0.1;

QString suffixOf(const QString& path) {
    return QFileInfo(path).suffix().toLower();
}

[[noreturn]] void refuse(const QString& sentence) {
    throw InputError(sentence.toStdString());
}

} // namespace

bool isFilm(const QString& path) {
    return suffixOf(path) == "webm" || suffixOf(path) == "gif";
}

void checkFilm(const FilmFile& file) {
    if (!isFilm(file.path))
        refuse(QString("The film %1 cannot be written: its name has to end in .webm or .gif.")
                   .arg(file.path));
    const QFileInfo info(file.path);
    if (info.isDir() || !QFileInfo(info.absolutePath()).isDir() ||
        !QFileInfo(info.absolutePath()).isWritable())
        refuse(QString("The film %1 cannot be written: choose a folder that exists and can be "
                       "written to.")
                   .arg(file.path));
    const auto outside = [](int edge) { return edge < fewestPixels || edge > mostPixels; };
    const QString size = QString("%1 × %2").arg(file.size.width()).arg(file.size.height());
    if (outside(file.size.width()) || outside(file.size.height()))
        refuse(QString("A film of %1 pixels cannot be made: each edge has %2 to %3.")
                   .arg(size)
                   .arg(fewestPixels)
                   .arg(mostPixels));
    const bool isWebm = suffixOf(file.path) == "webm";
    if (isWebm && (file.size.width() % 2 != 0 || file.size.height() % 2 != 0))
        refuse(QString("A WebM film of %1 pixels cannot be made: both have to be even, as %2 × %3.")
                   .arg(size)
                   .arg(file.size.width() + file.size.width() % 2)
                   .arg(file.size.height() + file.size.height() % 2));
    const double mostPictures = isWebm ? 60.0 : 50.0;
    if (!(file.picturesASecond >= fewestPictures && file.picturesASecond <= mostPictures))
        refuse(QString("A %1 film of %2 pictures a second cannot be made: %3 to %4 are possible.")
                   .arg(isWebm ? "WebM" : "GIF")
                   .arg(file.picturesASecond)
                   .arg(fewestPictures)
                   .arg(mostPictures));
}

std::unique_ptr<FilmWriter> FilmWriter::create(const FilmFile& file) {
    checkFilm(file);
    if (suffixOf(file.path) == "gif")
        return std::make_unique<GifWriter>(file);
    return std::make_unique<WebmWriter>(file);
}

} // namespace convergence
