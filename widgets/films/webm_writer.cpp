#include "widgets/films/webm_writer.h"

#include <algorithm>
#include <cmath>
#include <thread>

#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include "core/error.h"
#include "widgets/films/matroska.h"

namespace convergence {

namespace {

constexpr int quality = 20; ///< 0 best to 63 worst; letters stay sharp
constexpr int speed = 5;    ///< 0 slowest to 9
constexpr double secondsBetweenKeys = 5.0;

/// Luma and chroma of BT.709, limited range: Y′ = 16 + 219 (0.2126 R + 0.7152 G + 0.0722 B), and
/// Cb, Cr = 128 + 224 (B − Y) / 1.8556, (R − Y) / 1.5748, for R, G, B in [0, 1].
struct Bt709 {
    static double luma(double r, double g, double b) {
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    }
};

std::uint8_t byte(double value) {
    return std::uint8_t(std::clamp(std::lround(value), 0L, 255L));
}

/// Chroma is the mean of 2 × 2 pixels.
void fill(vpx_image_t& image, const QImage& picture) {
    const auto pixel = [&picture](int x, int y) {
        return reinterpret_cast<const QRgb*>(picture.constScanLine(y))[x];
    };
    for (int y = 0; y < picture.height(); y += 2)
        for (int x = 0; x < picture.width(); x += 2) {
            double r = 0.0, g = 0.0, b = 0.0;
            for (int dy = 0; dy < 2; ++dy)
                for (int dx = 0; dx < 2; ++dx) {
                    const QRgb color = pixel(x + dx, y + dy);
                    const double luma = Bt709::luma(qRed(color), qGreen(color), qBlue(color));
                    image.planes[VPX_PLANE_Y][(y + dy) * image.stride[VPX_PLANE_Y] + x + dx] =
                        byte(16.0 + 219.0 / 255.0 * luma);
                    r += 0.25 * qRed(color);
                    g += 0.25 * qGreen(color);
                    b += 0.25 * qBlue(color);
                }
            const double luma = Bt709::luma(r, g, b);
            image.planes[VPX_PLANE_U][y / 2 * image.stride[VPX_PLANE_U] + x / 2] =
                byte(128.0 + 224.0 / 255.0 * (b - luma) / 1.8556);
            image.planes[VPX_PLANE_V][y / 2 * image.stride[VPX_PLANE_V] + x / 2] =
                byte(128.0 + 224.0 / 255.0 * (r - luma) / 1.5748);
        }
}

} // namespace

struct WebmWriter::Encoder {
    Encoder(QIODevice& device, const FilmFile& file)
        : container(device, file.size, file.picturesASecond) {}
    ~Encoder() {
        if (made)
            vpx_codec_destroy(&codec);
        vpx_img_free(&image);
    }
    vpx_codec_ctx_t codec{};
    vpx_image_t image{};
    bool made = false;
    MatroskaWriter container;
};

WebmWriter::WebmWriter(const FilmFile& file) : file_(file.path), options_(file) {
    if (!file_.open(QIODevice::WriteOnly))
        fail(file_.errorString());
    encoder_ = std::make_unique<Encoder>(file_, file);
    vpx_codec_enc_cfg_t settings{};
    if (vpx_codec_enc_config_default(vpx_codec_vp9_cx(), &settings, 0) != VPX_CODEC_OK)
        fail("VP9 cannot be encoded");
    const auto width = unsigned(file.size.width()), height = unsigned(file.size.height());
    settings.g_w = width;
    settings.g_h = height;
    settings.g_timebase = {1, 1000};
    settings.g_threads = std::clamp(std::thread::hardware_concurrency(), 1U, 4U);
    settings.g_lag_in_frames = 0;
    settings.rc_end_usage = VPX_Q;
    settings.kf_max_dist =
        unsigned(std::max(1L, std::lround(secondsBetweenKeys * file.picturesASecond)));
    const bool made =
        vpx_codec_enc_init(&encoder_->codec, vpx_codec_vp9_cx(), &settings, 0) == VPX_CODEC_OK;
    encoder_->made = made;
    if (!made || !vpx_img_alloc(&encoder_->image, VPX_IMG_FMT_I420, width, height, 16))
        fail(vpx_codec_error(&encoder_->codec));
    encoder_->image.cs = VPX_CS_BT_709;
    encoder_->image.range = VPX_CR_STUDIO_RANGE;
    vpx_codec_control(&encoder_->codec, VP8E_SET_CQ_LEVEL, quality);
    vpx_codec_control(&encoder_->codec, VP8E_SET_CPUUSED, speed);
    vpx_codec_control(&encoder_->codec, VP9E_SET_COLOR_SPACE, VPX_CS_BT_709);
    vpx_codec_control(&encoder_->codec, VP9E_SET_ROW_MT, 1);
    vpx_codec_control(&encoder_->codec, VP9E_SET_TUNE_CONTENT, VP9E_CONTENT_SCREEN);
}

WebmWriter::~WebmWriter() = default;

void WebmWriter::fail(const QString& reason) const {
    throw InputError(
        QString("The film %1 cannot be written: %2.").arg(options_.path, reason).toStdString());
}

std::int64_t WebmWriter::start(int picture) const {
    return std::llround(1000.0 * picture / options_.picturesASecond);
}

bool WebmWriter::encode(const QImage& picture) {
    const std::int64_t now = start(pictures_);
    const auto length = static_cast<unsigned long>(start(pictures_ + 1) - now);
    if (!picture.isNull())
        fill(encoder_->image, picture);
    if (vpx_codec_encode(&encoder_->codec, picture.isNull() ? nullptr : &encoder_->image, now,
                         length, 0, VPX_DL_GOOD_QUALITY) != VPX_CODEC_OK)
        fail(vpx_codec_error(&encoder_->codec));
    bool any = false;
    vpx_codec_iter_t iterator = nullptr;
    while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(&encoder_->codec, &iterator)) {
        if (packet->kind != VPX_CODEC_CX_FRAME_PKT)
            continue;
        any = true;
        encoder_->container.add(
            {static_cast<const std::uint8_t*>(packet->data.frame.buf), packet->data.frame.sz},
            packet->data.frame.pts, (packet->data.frame.flags & VPX_FRAME_IS_KEY) != 0);
    }
    return any;
}

void WebmWriter::add(const QImage& picture) {
    encode(picture.convertToFormat(QImage::Format_RGB32));
    ++pictures_;
}

void WebmWriter::finish() {
    while (encode({}))
        continue;
    if (!encoder_->container.finish(start(pictures_)) || !file_.commit())
        fail(file_.errorString());
}

} // namespace convergence
