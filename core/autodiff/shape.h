#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>

#include <Eigen/Core>

namespace convergence::autodiff {

using Index = Eigen::Index;

/// Sizes of a dense row-major tensor of up to four dimensions. No dimensions: one number.
class Shape {
public:
    static constexpr int maximumRank = 4;

    Shape() = default;
    /// Throws std::logic_error for more than four sizes or one below 1.
    Shape(std::initializer_list<Index> sizes) {
        for (const Index size : sizes)
            append(size);
    }

    void append(Index size) {
        if (rank_ == maximumRank || size < 1)
            throw std::logic_error("A tensor has at most four sizes, each at least 1.");
        sizes_[static_cast<std::size_t>(rank_++)] = size;
    }

    [[nodiscard]] int rank() const { return rank_; }
    /// Size of an axis; negative ones count from the last.
    [[nodiscard]] Index operator[](int axis) const { return sizes_[position(axis)]; }
    void resize(int axis, Index size) { sizes_[position(axis)] = size; }
    [[nodiscard]] Index elements() const {
        Index product = 1;
        for (int axis = 0; axis < rank_; ++axis)
            product *= (*this)[axis];
        return product;
    }
    /// Elements of all axes but the last (1 for a scalar), and of the last.
    [[nodiscard]] Index rows() const { return elements() / columns(); }
    [[nodiscard]] Index columns() const { return rank_ == 0 ? 1 : (*this)[-1]; }
    /// A non-negative axis. Throws std::logic_error if there is none such.
    [[nodiscard]] int axis(int axis) const { return static_cast<int>(position(axis)); }

    /// E.g. "[32 × 10]".
    [[nodiscard]] std::string text() const;

    friend bool operator==(const Shape&, const Shape&) = default;

private:
    [[nodiscard]] std::size_t position(int axis) const {
        const int found = axis < 0 ? axis + rank_ : axis;
        if (found < 0 || found >= rank_)
            throw std::logic_error("A tensor of shape " + text() + " has no axis " +
                                   std::to_string(axis) + ".");
        return static_cast<std::size_t>(found);
    }

    std::array<Index, maximumRank> sizes_{};
    int rank_ = 0;
};

/// The shape that both broadcast to: aligned at the last axis, sizes equal or 1.
/// Throws std::logic_error naming both if there is none.
Shape broadcastShape(const Shape& a, const Shape& b);

/// How the elements of operands are visited for each element of a shape, in its row-major order.
/// Axes over which all move alike are merged, so that most patterns have one or two axes.
/// Unused axes come first and have size 1.
struct Traversal {
    std::array<Index, 4> sizes{1, 1, 1, 1};
    std::array<Index, 4> strideA{};
    std::array<Index, 4> strideB{};
};

/// Operands a and b broadcast over `shape`.
Traversal traverse(const Shape& shape, const Shape& a, const Shape& b);

} // namespace convergence::autodiff
