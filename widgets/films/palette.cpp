#include "widgets/films/palette.h"

#include <algorithm>
#include <span>
#include <unordered_map>

namespace convergence {

namespace {

constexpr std::size_t mostColors = 256;
constexpr std::size_t cellCount = 32 * 32 * 32;

std::size_t cellOf(QRgb color) {
    return std::size_t(qRed(color) >> 3) << 10 | std::size_t(qGreen(color) >> 3) << 5 |
           std::size_t(qBlue(color) >> 3);
}

/// The pixels of one cell: how many, and the sums of their channels.
struct Cell {
    std::size_t index = 0;
    std::uint64_t pixels = 0;
    std::array<std::uint64_t, 3> sums{};
    [[nodiscard]] double mean(std::size_t channel) const {
        return double(sums[channel]) / double(pixels);
    }
};

struct Box {
    std::span<Cell> cells;
    std::size_t longest = 0; ///< channel
    double weight = 0.0;     ///< by which the next box to be cut is chosen

    explicit Box(std::span<Cell> which) : cells(which) {
        double edge = 0.0;
        std::uint64_t pixels = 0;
        for (const Cell& cell : cells)
            pixels += cell.pixels;
        for (std::size_t channel = 0; channel < 3; ++channel) {
            const auto [low, high] = std::minmax_element(
                cells.begin(), cells.end(), [channel](const Cell& a, const Cell& b) {
                    return a.mean(channel) < b.mean(channel);
                });
            const double length = high->mean(channel) - low->mean(channel);
            if (length > edge) {
                edge = length;
                longest = channel;
            }
        }
        weight = cells.size() < 2 ? 0.0 : edge * double(pixels);
    }

    /// Both halves have cells; needs two.
    [[nodiscard]] std::pair<Box, Box> cut() const {
        std::sort(cells.begin(), cells.end(), [this](const Cell& a, const Cell& b) {
            return a.mean(longest) < b.mean(longest);
        });
        std::uint64_t pixels = 0, half = 0;
        for (const Cell& cell : cells)
            pixels += cell.pixels;
        std::size_t at = 0;
        while (at + 1 < cells.size() && 2 * (half + cells[at].pixels) <= pixels)
            half += cells[at++].pixels;
        at = std::max<std::size_t>(1, at);
        return {Box(cells.first(at)), Box(cells.subspan(at))};
    }
};

/// Nothing where the picture has more colors.
bool takeExactly(const QImage& picture, PalettePicture& result) {
    std::unordered_map<QRgb, std::uint8_t> known;
    for (int y = 0; y < picture.height(); ++y) {
        const auto* line = reinterpret_cast<const QRgb*>(picture.constScanLine(y));
        for (int x = 0; x < picture.width(); ++x) {
            const QRgb color = line[x] & RGB_MASK;
            auto found = known.find(color);
            if (found == known.end()) {
                if (known.size() == mostColors)
                    return false;
                found = known.emplace(color, std::uint8_t(known.size())).first;
                result.colors.push_back({std::uint8_t(qRed(color)), std::uint8_t(qGreen(color)),
                                         std::uint8_t(qBlue(color))});
            }
            result.indices.push_back(found->second);
        }
    }
    return true;
}

std::vector<Cell> histogram(const QImage& picture) {
    std::vector<Cell> cells(cellCount);
    for (int y = 0; y < picture.height(); ++y) {
        const auto* line = reinterpret_cast<const QRgb*>(picture.constScanLine(y));
        for (int x = 0; x < picture.width(); ++x) {
            Cell& cell = cells[cellOf(line[x])];
            ++cell.pixels;
            cell.sums[0] += std::uint64_t(qRed(line[x]));
            cell.sums[1] += std::uint64_t(qGreen(line[x]));
            cell.sums[2] += std::uint64_t(qBlue(line[x]));
        }
    }
    for (std::size_t i = 0; i < cells.size(); ++i)
        cells[i].index = i;
    std::erase_if(cells, [](const Cell& cell) { return cell.pixels == 0; });
    return cells;
}

} // namespace

PalettePicture inFewColors(const QImage& given) {
    const QImage picture = given.convertToFormat(QImage::Format_RGB32);
    PalettePicture result;
    result.indices.reserve(std::size_t(picture.width()) * std::size_t(picture.height()));
    if (takeExactly(picture, result))
        return result;
    result = {};
    std::vector<Cell> cells = histogram(picture);
    std::vector<Box> boxes{Box(cells)};
    while (boxes.size() < mostColors) {
        const auto next =
            std::max_element(boxes.begin(), boxes.end(),
                             [](const Box& a, const Box& b) { return a.weight < b.weight; });
        if (!(next->weight > 0.0))
            break;
        const auto [low, high] = next->cut();
        *next = low;
        boxes.push_back(high);
    }
    std::vector<std::uint8_t> boxOfCell(cellCount);
    for (const Box& box : boxes) {
        std::uint64_t pixels = 0;
        std::array<std::uint64_t, 3> sums{};
        for (const Cell& cell : box.cells) {
            pixels += cell.pixels;
            for (std::size_t channel = 0; channel < 3; ++channel)
                sums[channel] += cell.sums[channel];
            boxOfCell[cell.index] = std::uint8_t(result.colors.size());
        }
        auto& color = result.colors.emplace_back();
        for (std::size_t channel = 0; channel < 3; ++channel)
            color[channel] = std::uint8_t((sums[channel] + pixels / 2) / pixels);
    }
    for (int y = 0; y < picture.height(); ++y) {
        const auto* line = reinterpret_cast<const QRgb*>(picture.constScanLine(y));
        for (int x = 0; x < picture.width(); ++x)
            result.indices.push_back(boxOfCell[cellOf(line[x])]);
    }
    return result;
}

} // namespace convergence
