#pragma once

// Films read back by libwebm with libvpx, and by giflib.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <QFile>
#include <QImage>
#include <gif_lib.h>
#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>
#include <webm/buffer_reader.h>
#include <webm/callback.h>
#include <webm/webm_parser.h>

namespace convergence::testing {

struct DecodedFilm {
    std::vector<QImage> pictures;
    std::vector<double> starts; ///< of each picture, in ms
    double milliseconds = 0.0;  ///< of all
    QSize size;                 ///< as the file's head says
    std::string codec;
    std::vector<std::uint64_t> cues; ///< times that a player can go to, in ms
    std::vector<double> keys;        ///< starts of key pictures, in ms
    bool cuesLeadToClusters = true;
};

inline QByteArray bytesOf(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw std::runtime_error("there is no film " + path.toStdString());
    return file.readAll();
}

/// R, G, B of BT.709 in its limited range.
inline QImage toImage(const vpx_image_t& from) {
    QImage image(int(from.d_w), int(from.d_h), QImage::Format_RGB32);
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const auto at = [&](int plane, int column, int row) {
                return double(from.planes[plane][row * from.stride[plane] + column]);
            };
            const double luma = (at(VPX_PLANE_Y, x, y) - 16.0) * 255.0 / 219.0;
            const double blue = (at(VPX_PLANE_U, x / 2, y / 2) - 128.0) * 255.0 / 224.0;
            const double red = (at(VPX_PLANE_V, x / 2, y / 2) - 128.0) * 255.0 / 224.0;
            const double r = luma + 1.5748 * red, b = luma + 1.8556 * blue;
            const double g = (luma - 0.2126 * r - 0.0722 * b) / 0.7152;
            const auto byte = [](double v) {
                return int(std::lround(std::fmin(255, std::fmax(0, v))));
            };
            image.setPixel(x, y, qRgb(byte(r), byte(g), byte(b)));
        }
    return image;
}

class WebmPictures final : public webm::Callback {
public:
    explicit WebmPictures(DecodedFilm& film) : film_(film) {
        if (vpx_codec_dec_init(&decoder_, vpx_codec_vp9_dx(), nullptr, 0) != VPX_CODEC_OK)
            throw std::runtime_error("there is no VP9 decoder");
    }
    ~WebmPictures() override { vpx_codec_destroy(&decoder_); }

    webm::Status OnSegmentBegin(const webm::ElementMetadata& where, webm::Action* action) override {
        segment_ = where.position + where.header_size;
        *action = webm::Action::kRead;
        return webm::Status(webm::Status::kOkCompleted);
    }
    webm::Status OnInfo(const webm::ElementMetadata&, const webm::Info& info) override {
        film_.milliseconds = info.duration.value();
        return webm::Status(webm::Status::kOkCompleted);
    }
    webm::Status OnTrackEntry(const webm::ElementMetadata&,
                              const webm::TrackEntry& track) override {
        film_.codec = track.codec_id.value();
        film_.size = QSize(int(track.video.value().pixel_width.value()),
                           int(track.video.value().pixel_height.value()));
        return webm::Status(webm::Status::kOkCompleted);
    }
    webm::Status OnClusterBegin(const webm::ElementMetadata& where, const webm::Cluster& cluster,
                                webm::Action* action) override {
        clusters_.push_back(where.position - segment_);
        clusterTime_ = double(cluster.timecode.value());
        *action = webm::Action::kRead;
        return webm::Status(webm::Status::kOkCompleted);
    }
    webm::Status OnSimpleBlockBegin(const webm::ElementMetadata&, const webm::SimpleBlock& block,
                                    webm::Action* action) override {
        film_.starts.push_back(clusterTime_ + block.timecode);
        if (block.is_key_frame)
            film_.keys.push_back(film_.starts.back());
        *action = webm::Action::kRead;
        return webm::Status(webm::Status::kOkCompleted);
    }
    webm::Status OnFrame(const webm::FrameMetadata& frame, webm::Reader* reader,
                         std::uint64_t* left) override {
        std::vector<std::uint8_t> bytes(frame.size);
        std::uint64_t read = 0;
        const webm::Status status = reader->Read(bytes.size(), bytes.data(), &read);
        *left -= read;
        if (read != bytes.size())
            return status;
        if (vpx_codec_decode(&decoder_, bytes.data(), unsigned(bytes.size()), nullptr, 0) !=
            VPX_CODEC_OK)
            throw std::runtime_error("a picture cannot be decoded");
        vpx_codec_iter_t iterator = nullptr;
        while (const vpx_image_t* image = vpx_codec_get_frame(&decoder_, &iterator))
            film_.pictures.push_back(toImage(*image));
        return webm::Status(webm::Status::kOkCompleted);
    }
    webm::Status OnCuePoint(const webm::ElementMetadata&, const webm::CuePoint& cue) override {
        film_.cues.push_back(cue.time.value());
        const auto place = cue.cue_track_positions.front().value().cluster_position.value();
        film_.cuesLeadToClusters =
            film_.cuesLeadToClusters &&
            std::find(clusters_.begin(), clusters_.end(), place) != clusters_.end();
        return webm::Status(webm::Status::kOkCompleted);
    }

private:
    DecodedFilm& film_;
    vpx_codec_ctx_t decoder_{};
    std::uint64_t segment_ = 0;
    std::vector<std::uint64_t> clusters_;
    double clusterTime_ = 0.0;
};

inline DecodedFilm decodeWebm(const QString& path) {
    const QByteArray bytes = bytesOf(path);
    DecodedFilm film;
    WebmPictures callback(film);
    webm::BufferReader reader(std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
    webm::WebmParser parser;
    if (!parser.Feed(&callback, &reader).completed_ok())
        throw std::runtime_error("libwebm cannot read the film");
    return film;
}

inline DecodedFilm decodeGif(const QString& path) {
    int error = 0;
    GifFileType* gif = DGifOpenFileName(path.toLocal8Bit().constData(), &error);
    if (!gif || DGifSlurp(gif) != GIF_OK)
        throw std::runtime_error("giflib cannot read the film");
    DecodedFilm film;
    film.size = QSize(gif->SWidth, gif->SHeight);
    film.codec = "GIF";
    QImage canvas(film.size, QImage::Format_RGB32);
    canvas.fill(Qt::magenta);
    for (int i = 0; i < gif->ImageCount; ++i) {
        const SavedImage& saved = gif->SavedImages[i];
        const GifImageDesc& place = saved.ImageDesc;
        for (int y = 0; y < place.Height; ++y)
            for (int x = 0; x < place.Width; ++x) {
                const GifColorType color =
                    place.ColorMap->Colors[saved.RasterBits[y * place.Width + x]];
                canvas.setPixel(place.Left + x, place.Top + y,
                                qRgb(color.Red, color.Green, color.Blue));
            }
        GraphicsControlBlock control{};
        DGifSavedExtensionToGCB(gif, i, &control);
        film.starts.push_back(film.milliseconds);
        film.milliseconds += 10.0 * control.DelayTime;
        film.pictures.push_back(canvas.copy());
    }
    DGifCloseFile(gif, &error);
    return film;
}

inline DecodedFilm decodeFilm(const QString& path) {
    return path.endsWith(".gif") ? decodeGif(path) : decodeWebm(path);
}

/// Root of the mean square over pixels and channels, of 255; infinite for other sizes.
inline double distance(const QImage& a, const QImage& b) {
    if (a.size() != b.size() || a.isNull())
        return INFINITY;
    double squares = 0.0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x) {
            const QRgb p = a.pixel(x, y), q = b.pixel(x, y);
            squares += std::pow(qRed(p) - qRed(q), 2) + std::pow(qGreen(p) - qGreen(q), 2) +
                       std::pow(qBlue(p) - qBlue(q), 2);
        }
    return std::sqrt(squares / (3.0 * a.width() * a.height()));
}

} // namespace convergence::testing
