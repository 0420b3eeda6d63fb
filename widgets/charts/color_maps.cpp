#include "widgets/charts/color_maps.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace convergence {

namespace {

/// Viridis at 20 even steps.
constexpr std::array<QRgb, 20> viridis{0x440154, 0x481567, 0x482677, 0x453781, 0x404788,
                                       0x39568c, 0x33638d, 0x2d708e, 0x287d8e, 0x238a8d,
                                       0x1f968b, 0x20a387, 0x29af7f, 0x3cbb75, 0x55c667,
                                       0x73d055, 0x95d840, 0xb8de29, 0xdce319, 0xfde725};

struct Oklab {
    double l, a, b;
};

double toLinear(double c) {
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}
double fromLinear(double c) {
    c = std::clamp(c, 0.0, 1.0);
    return c <= 0.0031308 ? 12.92 * c : 1.055 * std::pow(c, 1.0 / 2.4) - 0.055;
}

/// Oklab, Ottosson 2020.
Oklab toOklab(const QColor& color) {
    const double r = toLinear(color.redF()), g = toLinear(color.greenF()),
                 b = toLinear(color.blueF());
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

QColor fromOklab(const Oklab& lab) {
    const double l = std::pow(lab.l + 0.3963377774 * lab.a + 0.2158037573 * lab.b, 3);
    const double m = std::pow(lab.l - 0.1055613458 * lab.a - 0.0638541728 * lab.b, 3);
    const double s = std::pow(lab.l - 0.0894841775 * lab.a - 1.2914855480 * lab.b, 3);
    return QColor::fromRgbF(
        float(fromLinear(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)),
        float(fromLinear(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)),
        float(fromLinear(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)));
}

Oklab between(const Oklab& x, const Oklab& y, double share) {
    return {std::lerp(x.l, y.l, share), std::lerp(x.a, y.a, share), std::lerp(x.b, y.b, share)};
}

} // namespace

QColor sequentialColor(double share) {
    const double at = std::clamp(share, 0.0, 1.0) * double(viridis.size() - 1);
    const std::size_t index = std::min(std::size_t(at), viridis.size() - 2);
    return fromOklab(between(toOklab(QColor::fromRgb(viridis[index])),
                             toOklab(QColor::fromRgb(viridis[index + 1])), at - double(index)));
}

QColor divergingColor(double share, bool dark) {
    const QColor low = dark ? QColor(0x7f, 0xb8, 0xff) : QColor(0x1c, 0x4e, 0x9c);
    const QColor high = dark ? QColor(0xff, 0x8a, 0x78) : QColor(0xa8, 0x20, 0x2c);
    const QColor middle = dark ? QColor(0x2a, 0x2f, 0x37) : QColor(0xf3, 0xf3, 0xf1);
    const double size = std::min(std::abs(share), 1.0);
    return fromOklab(between(toOklab(middle), toOklab(share < 0.0 ? low : high), size));
}

QColor textOn(const QColor& color) {
    const double luminance = 0.2126 * toLinear(color.redF()) + 0.7152 * toLinear(color.greenF()) +
                             0.0722 * toLinear(color.blueF());
    // Where contrast to black and to white are equal: √(1.05·0.05) − 0.05.
    return luminance > 0.179 ? QColor(Qt::black) : QColor(Qt::white);
}

QColor ColorScale::color(double value) const {
    if (isDiverging)
        return divergingColor(value / std::max(std::abs(range.minimum), std::abs(range.maximum)),
                              dark);
    return sequentialColor(shareOf(value));
}

double ColorScale::valueAt(double share) const {
    return fromAxis(std::lerp(toAxis(range.minimum, scale), toAxis(range.maximum, scale), share),
                    scale);
}

double ColorScale::shareOf(double value) const {
    if (scale == Scale::logarithmic && !(value > 0.0))
        return 0.0;
    const double low = toAxis(range.minimum, scale);
    return (toAxis(value, scale) - low) / (toAxis(range.maximum, scale) - low);
}

} // namespace convergence
