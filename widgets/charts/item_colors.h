#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "widgets/charts/color_maps.h"
#include "widgets/charts/legend.h"

class QPainter;

namespace convergence {

/// Colors of points or nodes: by class, else by value on a scale, else all alike.
class ItemColors {
public:
    /// What items have; vectors may be empty.
    struct Items {
        const std::vector<float>& values;
        const std::vector<std::uint16_t>& classes;
        const std::vector<std::string>& classLabels;
        /// Of a view beside this one, which has the same colors for the same values; may be null.
        const std::vector<float>* alsoColored = nullptr;
    };
    ItemColors(const Items& items, const Theme& theme);

    [[nodiscard]] bool hasScale() const { return hasScale_; }
    [[nodiscard]] const ColorScale& scale() const { return scale_; }
    /// All colors there are: few, so that what has one color can be drawn together.
    [[nodiscard]] const std::vector<QColor>& palette() const { return palette_; }
    /// Of an item, into palette().
    [[nodiscard]] std::size_t indexOf(std::size_t item) const;
    [[nodiscard]] QColor of(std::size_t item) const { return palette_[indexOf(item)]; }
    /// A shape a class (paintMarker()), so that color alone tells nothing.
    [[nodiscard]] int shapeOf(std::size_t item) const;
    [[nodiscard]] std::vector<LegendEntry> legend(const Theme& theme) const;

private:
    const std::vector<float>& values_;
    const std::vector<std::uint16_t>& classes_;
    const std::vector<std::string>& classLabels_;
    bool hasScale_ = false;
    ColorScale scale_;
    std::vector<QColor> palette_;
};

/// Of a graph's nodes or of points; `beside`: the same of a view beside this one, may be null.
template <typename Frame>
ItemColors colorsOf(const Frame& shown, const Frame* beside, const Theme& theme) {
    return ItemColors(
        {shown.values, shown.classes, shown.classLabels, beside ? &beside->values : nullptr},
        theme);
}

/// A vertical bar of a scale's colors with ticks and a label, in the space that colorBarWidth()
/// reserves to the right of a plot, in the painter's font.
double colorBarWidth(const ColorScale& scale, const QFont& font);
void paintColorBar(QPainter& painter, const QRectF& place, const ColorScale& scale,
                   const QString& label, const Theme& theme);

} // namespace convergence
