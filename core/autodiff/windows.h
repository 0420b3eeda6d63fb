#pragma once

#include <algorithm>
#include <cstring>

#include "core/autodiff/convolution.h"

/// Moving pictures into their windows and back, for the kernels of convolution.
namespace convergence::autodiff {

inline Attributes packed(const Window& window) {
    Attributes attributes;
    attributes.integers[0] = window.height;
    attributes.integers[1] = window.width;
    attributes.integers[2] = window.stride;
    attributes.integers[3] = window.padding;
    return attributes;
}

inline Window unpacked(const Attributes& attributes) {
    const auto& n = attributes.integers;
    return {n[0], n[1], n[2], n[3]};
}

/// Throws std::logic_error if the windows do not fit.
inline Shape windowShape(const Shape& shape, const Window& window) {
    if (shape.rank() != 4 || window.stride < 1 || window.padding < 0 ||
        shape[1] + 2 * window.padding < window.height ||
        shape[2] + 2 * window.padding < window.width)
        throw std::logic_error("Windows do not fit pictures of shape " + shape.text() + ".");
    return {shape[0], (shape[1] + 2 * window.padding - window.height) / window.stride + 1,
            (shape[2] + 2 * window.padding - window.width) / window.stride + 1,
            window.height * window.width * shape[3]};
}

/// Calls move(picture elements, window elements, count) for every row of every window of a picture
/// as far as it lies inside of the picture, and border(window elements) first for each window that
/// does not lie inside as a whole. The elements of windows begin cellStride apart.
template <typename Pixel, typename Cell, typename Move, typename Border>
void forWindowRows(const Shape& pictures, const Shape& windows, const Window& window,
                   Pixel* picture, Cell* cells, Index cellStride, const Move& move,
                   const Border& border) {
    const Index height = pictures[1], width = pictures[2], channels = pictures[3];
    const Index rowLength = window.width * channels;
    for (Index i = 0; i < windows[1]; ++i) {
        const Index row = i * window.stride - window.padding;
        const Index top = std::clamp<Index>(-row, 0, window.height);
        const Index bottom = std::clamp<Index>(height - row, top, window.height);
        for (Index j = 0; j < windows[2]; ++j, cells += cellStride) {
            const Index column = j * window.stride - window.padding;
            const Index left = std::clamp<Index>(-column, 0, window.width);
            const Index right = std::clamp<Index>(width - column, left, window.width);
            const Index count = (right - left) * channels;
            if (bottom - top < window.height || count < rowLength)
                border(cells);
            if (count == 0)
                continue;
            Pixel* from = picture + ((row + top) * width + column + left) * channels;
            Cell* to = cells + top * rowLength + left * channels;
            for (Index y = top; y < bottom; ++y, from += width * channels, to += rowLength)
                move(from, to, count);
        }
    }
}

/// Rows of windows are short, too short for a call of memmove: vectors, the last of which may
/// overlap the one before.
template <typename Scalar>
[[gnu::always_inline]] inline void copyShort(const Scalar* from, Scalar* to, Index length) {
    constexpr Index wide = 32 / static_cast<Index>(sizeof(Scalar)), narrow = wide / 2;
    if (length >= wide) {
        for (Index i = 0; i + wide <= length; i += wide)
            std::memcpy(to + i, from + i, 32);
        std::memcpy(to + length - wide, from + length - wide, 32);
    } else if (length >= narrow) {
        std::memcpy(to, from, 16);
        std::memcpy(to + length - narrow, from + length - narrow, 16);
    } else {
        for (Index i = 0; i < length; ++i)
            to[i] = from[i];
    }
}

/// The windows of one picture as rows that begin cellStride apart.
template <typename Scalar>
void unfoldPicture(const Shape& pictures, const Shape& windows, const Window& window,
                   const Scalar* picture, Scalar* cells, Index cellStride) {
    forWindowRows(
        pictures, windows, window, picture, cells, cellStride,
        [](const Scalar* from, Scalar* to, Index length) { copyShort(from, to, length); },
        [&](Scalar* to) { std::fill_n(to, windows[3], Scalar(0)); });
}

/// Windows added up into one picture.
template <typename Scalar>
void foldPicture(const Shape& pictures, const Shape& windows, const Window& window,
                 const Scalar* cells, Scalar* picture) {
    std::fill_n(picture, pictures.elements() / pictures[0], Scalar(0));
    forWindowRows(
        pictures, windows, window, picture, cells, windows[3],
        [](Scalar* to, const Scalar* from, Index length) {
            for (Index c = 0; c < length; ++c)
                to[c] += from[c];
        },
        [](const Scalar*) {});
}

} // namespace convergence::autodiff
