#pragma once

#include "core/radiance/kernels/exponentials.h"

namespace convergence::radiance::KERNEL_NAMESPACE {

namespace {

template <typename Scalar>
void sigmoid(Scalar* values, std::ptrdiff_t count) {
    const Lanes<Scalar> zero{};
    for (std::ptrdiff_t i = 0; i < count; i += laneCount<Scalar>) {
        const Lanes<Scalar> x = load(values + i);
        const Lanes<Scalar> t = exponential(x < zero ? x : -x);
        const Lanes<Scalar> small = t / (1 + t);
        store(values + i, x > zero ? 1 - small : small);
    }
}

template <typename Scalar, ProductKind kind, int rows, int vectors>
KERNEL_INLINE void tile(const Product<Scalar>& product, std::int32_t i, std::int32_t j) {
    constexpr int lanes = laneCount<Scalar>;
    Lanes<Scalar> sum[rows][vectors];
    for (int r = 0; r < rows; ++r)
        for (int v = 0; v < vectors; ++v) {
            if (product.start) {
                const std::int32_t row = product.startOf ? product.startOf[i + r] : 0;
                sum[r][v] = load(product.start + row * product.startRow + j + v * lanes);
            } else {
                sum[r][v] = Lanes<Scalar>{};
            }
        }
    const Scalar* a = product.a + i * product.aRow;
    const Scalar* b = product.b + j;
    for (std::int32_t p = 0; p < product.depth; ++p) {
        Lanes<Scalar> right[vectors];
        for (int v = 0; v < vectors; ++v)
            right[v] = load(b + v * lanes);
        for (int r = 0; r < rows; ++r)
            for (int v = 0; v < vectors; ++v)
                sum[r][v] += a[r * product.aRow] * right[v];
        a += product.aStep;
        b += product.bRow;
    }
    const Lanes<Scalar> zero{};
    for (int r = 0; r < rows; ++r)
        for (int v = 0; v < vectors; ++v) {
            const std::ptrdiff_t at = (i + r) * product.cRow + j + v * lanes;
            Lanes<Scalar> value = sum[r][v];
            if constexpr (kind == ProductKind::rectified)
                value = value > zero ? value : zero;
            else if constexpr (kind == ProductKind::gated)
                value = load(product.gate + at) > zero ? value : zero;
            else if constexpr (kind == ProductKind::added)
                value += load(product.c + at);
            store(product.c + at, value);
        }
}

template <typename Scalar, ProductKind kind, int vectors>
KERNEL_INLINE void column(const Product<Scalar>& product, std::int32_t j) {
    std::int32_t i = 0;
    for (; i + KERNEL_TILE_ROWS <= product.rows; i += KERNEL_TILE_ROWS)
        tile<Scalar, kind, KERNEL_TILE_ROWS, vectors>(product, i, j);
    for (; i + 4 <= product.rows; i += 4)
        tile<Scalar, kind, 4, vectors>(product, i, j);
    for (; i < product.rows; ++i)
        tile<Scalar, kind, 1, vectors>(product, i, j);
}

template <typename Scalar, ProductKind kind>
void multiplyAs(const Product<Scalar>& product) {
    constexpr int lanes = laneCount<Scalar>;
    std::int32_t j = 0;
    for (; j + lanes * KERNEL_TILE_VECTORS <= product.columns; j += lanes * KERNEL_TILE_VECTORS)
        column<Scalar, kind, KERNEL_TILE_VECTORS>(product, j);
    for (; j < product.columns; j += lanes)
        column<Scalar, kind, 1>(product, j);
}

template <typename Scalar>
void multiply(ProductKind kind, const Product<Scalar>& product) {
    switch (kind) {
    case ProductKind::plain:
        return multiplyAs<Scalar, ProductKind::plain>(product);
    case ProductKind::rectified:
        return multiplyAs<Scalar, ProductKind::rectified>(product);
    case ProductKind::gated:
        return multiplyAs<Scalar, ProductKind::gated>(product);
    case ProductKind::added:
        return multiplyAs<Scalar, ProductKind::added>(product);
    }
}

template <typename Scalar>
void outputLayer(const Scalar* h, std::int32_t rows, std::int32_t width, const Scalar* w,
                 const Scalar* bias, Scalar* out) {
    std::int32_t i = 0;
    constexpr int together = 4;
    for (; i + together <= rows; i += together) {
        Quad<Scalar> sum[together];
        for (int r = 0; r < together; ++r)
            sum[r] = loadQuad(bias);
        for (std::int32_t k = 0; k < width; ++k)
            for (int r = 0; r < together; ++r)
                sum[r] += h[(i + r) * static_cast<std::ptrdiff_t>(width) + k] * loadQuad(w + 4 * k);
        for (int r = 0; r < together; ++r)
            storeQuad<Scalar>(out + 4 * (i + r), sum[r]);
    }
    for (; i < rows; ++i) {
        Quad<Scalar> sum = loadQuad(bias);
        for (std::int32_t k = 0; k < width; ++k)
            sum += h[i * static_cast<std::ptrdiff_t>(width) + k] * loadQuad(w + 4 * k);
        storeQuad<Scalar>(out + 4 * i, sum);
    }
}

template <typename Scalar>
void outputGradient(const Scalar* h, const Scalar* g, std::int32_t rows, std::int32_t width,
                    Scalar* gradient) {
    constexpr int lanes = laneCount<Scalar>;
    for (std::int32_t j = 0; j < width; j += lanes) {
        Lanes<Scalar> red{}, green{}, blue{};
        for (std::int32_t i = 0; i < rows; ++i) {
            const Lanes<Scalar> value = load(h + i * static_cast<std::ptrdiff_t>(width) + j);
            red += g[4 * i] * value;
            green += g[4 * i + 1] * value;
            blue += g[4 * i + 2] * value;
        }
        for (int lane = 0; lane < lanes; ++lane) {
            Scalar* at = gradient + 4 * (j + lane);
            at[0] += red[lane];
            at[1] += green[lane];
            at[2] += blue[lane];
        }
    }
}

template <typename Scalar>
void addRows(const Scalar* a, std::int32_t rows, std::int32_t width, Scalar* out) {
    for (std::int32_t j = 0; j < width; j += laneCount<Scalar>) {
        Lanes<Scalar> sum = load(out + j);
        for (std::int32_t i = 0; i < rows; ++i)
            sum += load(a + i * static_cast<std::ptrdiff_t>(width) + j);
        store(out + j, sum);
    }
}

} // namespace

} // namespace convergence::radiance::KERNEL_NAMESPACE
