#include "widgets/films/gif_writer.h"

#include <cmath>

#include <gif_lib.h>

#include "core/error.h"
#include "widgets/films/palette.h"

namespace convergence {

namespace {

/// The smallest rectangle outside which two pictures of one size are equal; one pixel if they are
/// equal everywhere, since every picture of a film has one.
QRect changed(const QImage& before, const QImage& after) {
    QRect where;
    for (int y = 0; y < after.height(); ++y) {
        const auto* a = reinterpret_cast<const QRgb*>(before.constScanLine(y));
        const auto* b = reinterpret_cast<const QRgb*>(after.constScanLine(y));
        int first = 0, last = after.width() - 1;
        while (first <= last && a[first] == b[first])
            ++first;
        while (last > first && a[last] == b[last])
            --last;
        if (first <= last)
            where |= QRect(first, y, last - first + 1, 1);
    }
    return where.isEmpty() ? QRect(0, 0, 1, 1) : where;
}

} // namespace

struct GifWriter::Encoder {
    GifFileType* gif = nullptr;
    ~Encoder() { close(); }
    bool close() {
        if (!gif)
            return true;
        int error = 0;
        return EGifCloseFile(std::exchange(gif, nullptr), &error) == GIF_OK;
    }
};

GifWriter::GifWriter(const FilmFile& file)
    : file_(file.path), options_(file), encoder_(std::make_unique<Encoder>()) {
    if (!file_.open(QIODevice::WriteOnly))
        fail();
    const auto write = [](GifFileType* gif, const GifByteType* bytes, int count) {
        auto* to = static_cast<QSaveFile*>(gif->UserData);
        return int(to->write(reinterpret_cast<const char*>(bytes), count));
    };
    int error = 0;
    encoder_->gif = EGifOpen(&file_, write, &error);
    if (!encoder_->gif)
        fail();
    EGifSetGifVersion(encoder_->gif, true);
}

GifWriter::~GifWriter() = default;

void GifWriter::fail() const {
    throw InputError(QString("The film %1 cannot be written: %2.")
                         .arg(options_.path, file_.errorString())
                         .toStdString());
}

/// Size, and that it repeats for ever.
void GifWriter::begin() {
    GifFileType* gif = encoder_->gif;
    static constexpr char application[] = "NETSCAPE2.0";
    static constexpr std::array<GifByteType, 3> forEver{1, 0, 0};
    const bool done =
        EGifPutScreenDesc(gif, options_.size.width(), options_.size.height(), 8, 0, nullptr) &&
        EGifPutExtensionLeader(gif, APPLICATION_EXT_FUNC_CODE) &&
        EGifPutExtensionBlock(gif, 11, application) &&
        EGifPutExtensionBlock(gif, int(forEver.size()), forEver.data()) &&
        EGifPutExtensionTrailer(gif);
    if (!done)
        fail();
}

void GifWriter::put(const QImage& part, QPoint at) {
    GifFileType* gif = encoder_->gif;
    PalettePicture few = inFewColors(part);
    // Colors are stored in powers of two.
    int count = 2;
    while (count < int(few.colors.size()))
        count *= 2;
    const std::unique_ptr<ColorMapObject, decltype(&GifFreeMapObject)> colors(
        GifMakeMapObject(count, nullptr), &GifFreeMapObject);
    if (!colors)
        fail();
    for (std::size_t i = 0; i < few.colors.size(); ++i)
        colors->Colors[i] = {few.colors[i][0], few.colors[i][1], few.colors[i][2]};
    // Ends of pictures are rounded to hundredths, not their lengths, so that nothing adds up.
    const auto hundredths = [this](int picture) {
        return int(std::lround(100.0 * picture / options_.picturesASecond));
    };
    const GraphicsControlBlock control{.DisposalMode = DISPOSE_DO_NOT,
                                       .UserInputFlag = false,
                                       .DelayTime =
                                           hundredths(pictures_ + 1) - hundredths(pictures_),
                                       .TransparentColor = NO_TRANSPARENT_COLOR};
    std::array<GifByteType, 4> bytes{};
    const std::size_t length = EGifGCBToExtension(&control, bytes.data());
    bool done =
        EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, int(length), bytes.data()) &&
        EGifPutImageDesc(gif, at.x(), at.y(), part.width(), part.height(), false, colors.get());
    for (int y = 0; done && y < part.height(); ++y)
        done = EGifPutLine(gif, &few.indices[std::size_t(y) * std::size_t(part.width())],
                           part.width());
    if (!done)
        fail();
}

void GifWriter::add(const QImage& picture) {
    const QImage next = picture.convertToFormat(QImage::Format_RGB32);
    if (last_.isNull()) {
        begin();
        put(next, {0, 0});
    } else {
        const QRect where = changed(last_, next);
        put(next.copy(where), where.topLeft());
    }
    ++pictures_;
    last_ = next;
}

void GifWriter::finish() {
    if (!encoder_->close() || !file_.commit())
        fail();
}

} // namespace convergence
