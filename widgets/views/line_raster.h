#pragma once

#include <array>

#include <QColor>
#include <QImage>
#include <QLineF>

namespace convergence {

/// Draws straight lines of one translucent color into a picture.
///
/// QPainter's antialiased lines are 30 times slower where the color is translucent, since every run
/// of one or two pixels goes through its general composition: 10,000 lines across a plot took
/// seconds. Here the coverage of a pixel is the part of its height (of its width for steep lines)
/// that the line takes up in its middle, which differs from QPainter's by a level of 255 or so.
class LineRaster {
public:
    /// `image` outlives this and has the format ARGB32_Premultiplied; its pixel ratio is not looked
    /// at: lengths are in its pixels.
    explicit LineRaster(QImage& image);

    /// For the lines that follow; `width` > 0, at least half a pixel is sensible.
    void setPen(const QColor& color, double width);
    /// Antialiased, with flat ends. Ends are finite; what lies outside the picture is left out.
    void draw(const QLineF& line);
    /// One pixel wide, without antialiasing.
    void drawThin(const QLineF& line);

private:
    /// A line along the axis in which it is longer, with its ends in order.
    struct Course;
    [[nodiscard]] Course courseOf(const QLineF& line) const;

    QRgb* pixels_;
    std::ptrdiff_t rowPixels_;
    int width_, height_;
    std::array<QRgb, 256> shades_{}; ///< the color, premultiplied, at each coverage
    double penWidth_ = 1.0;
};

} // namespace convergence
