#include "widgets/views/line_raster.h"

#include <algorithm>
#include <cmath>

namespace convergence {

namespace {

/// All four channels times share / 255, rounded.
QRgb scaled(QRgb color, unsigned share) {
    unsigned even = (color & 0xff00ffU) * share;
    even = ((even + ((even >> 8) & 0xff00ffU) + 0x800080U) >> 8) & 0xff00ffU;
    unsigned odd = ((color >> 8) & 0xff00ffU) * share;
    odd = (odd + ((odd >> 8) & 0xff00ffU) + 0x800080U) & 0xff00ff00U;
    return even | odd;
}

void blend(QRgb& pixel, QRgb shade) {
    pixel = shade + scaled(pixel, 255U - unsigned(qAlpha(shade)));
}

} // namespace

struct LineRaster::Course {
    double begin, end;    ///< along the axis
    double start, slope;  ///< across it: at `begin`, and per pixel
    int from, to;         ///< pixels along the axis that are in the picture; none: from > to
    int across;           ///< pixels that the picture has there
    std::ptrdiff_t along; ///< from one pixel to the next along the axis
    std::ptrdiff_t aside; ///< and across it

    [[nodiscard]] double middle(int at) const { return start + slope * (at + 0.5 - begin); }
};

LineRaster::LineRaster(QImage& image)
    : pixels_(reinterpret_cast<QRgb*>(image.bits())), rowPixels_(image.bytesPerLine() / 4),
      width_(image.width()), height_(image.height()) {
    Q_ASSERT(image.format() == QImage::Format_ARGB32_Premultiplied);
}

void LineRaster::setPen(const QColor& color, double width) {
    const QRgb full = qPremultiply(color.rgba());
    for (unsigned coverage = 0; coverage < shades_.size(); ++coverage)
        shades_[coverage] = scaled(full, coverage);
    penWidth_ = width;
}

LineRaster::Course LineRaster::courseOf(const QLineF& line) const {
    const bool isSteep = std::abs(line.dy()) > std::abs(line.dx());
    double begin = isSteep ? line.y1() : line.x1(), start = isSteep ? line.x1() : line.y1();
    double end = isSteep ? line.y2() : line.x2(), stop = isSteep ? line.x2() : line.y2();
    if (begin > end) {
        std::swap(begin, end);
        std::swap(start, stop);
    }
    const int length = isSteep ? height_ : width_;
    Course course{.begin = begin,
                  .end = end,
                  .start = start,
                  .slope = 0.0,
                  .from = 0,
                  .to = -1,
                  .across = isSteep ? width_ : height_,
                  .along = isSteep ? rowPixels_ : 1,
                  .aside = isSteep ? 1 : rowPixels_};
    if (!(end > begin)) // a point
        return course;
    course.slope = (stop - start) / (end - begin);
    course.from = int(std::floor(std::clamp(begin, 0.0, double(length))));
    course.to = int(std::ceil(std::clamp(end, 0.0, double(length)))) - 1;
    return course;
}

void LineRaster::draw(const QLineF& line) {
    const Course course = courseOf(line);
    const double half = 0.5 * penWidth_ * std::hypot(1.0, course.slope);
    QRgb* const first = pixels_;
    for (int at = course.from; at <= course.to; ++at) {
        const double middle = course.middle(at);
        const double low = std::max(0.0, middle - half);
        const double high = std::min(double(course.across), middle + half);
        if (!(low < high))
            continue;
        // A pixel at an end is covered in part.
        const double most =
            255.0 * (std::min(course.end, at + 1.0) - std::max(course.begin, double(at)));
        const auto shade = [&](double part) -> QRgb {
            return shades_[std::size_t(std::clamp(most * part + 0.5, 0.0, 255.0))];
        };
        const int top = int(low), bottom = std::min(int(high), course.across - 1);
        QRgb* pixel = first + at * course.along + top * course.aside;
        if (top == bottom) {
            blend(*pixel, shade(high - low));
            continue;
        }
        blend(*pixel, shade(top + 1 - low));
        for (int row = top + 1; row < bottom; ++row)
            blend(*(pixel += course.aside), shade(1.0));
        blend(*(pixel + course.aside), shade(high - bottom));
    }
}

void LineRaster::drawThin(const QLineF& line) {
    const Course course = courseOf(line);
    for (int at = course.from; at <= course.to; ++at)
        if (const double middle = course.middle(at); middle >= 0.0 && middle < course.across)
            blend(pixels_[at * course.along + int(middle) * course.aside], shades_.back());
}

} // namespace convergence
