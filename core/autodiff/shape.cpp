#include "core/autodiff/shape.h"

namespace convergence::autodiff {

std::string Shape::text() const {
    std::string text = "[";
    for (int axis = 0; axis < rank_; ++axis)
        text += (axis > 0 ? " × " : "") + std::to_string(sizes_[static_cast<std::size_t>(axis)]);
    return text + "]";
}

Shape broadcastShape(const Shape& a, const Shape& b) {
    const int rank = std::max(a.rank(), b.rank());
    Shape shape;
    for (int axis = 0; axis < rank; ++axis) {
        const int inA = axis - (rank - a.rank()), inB = axis - (rank - b.rank());
        const Index sizeA = inA < 0 ? 1 : a[inA], sizeB = inB < 0 ? 1 : b[inB];
        if (sizeA != sizeB && sizeA != 1 && sizeB != 1)
            throw std::logic_error("Shapes " + a.text() + " and " + b.text() +
                                   " do not broadcast to a common one.");
        shape.append(std::max(sizeA, sizeB));
    }
    return shape;
}

namespace {

/// Strides of `operand` along the axes of `shape`; 0 where it is repeated.
std::array<Index, 4> broadcastStrides(const Shape& shape, const Shape& operand) {
    std::array<Index, 4> strides{};
    Index stride = 1;
    for (int axis = operand.rank() - 1; axis >= 0; --axis) {
        const int outer = axis + shape.rank() - operand.rank();
        strides[static_cast<std::size_t>(outer)] = operand[axis] == 1 ? 0 : stride;
        stride *= operand[axis];
    }
    return strides;
}

} // namespace

Traversal traverse(const Shape& shape, const Shape& a, const Shape& b) {
    const auto strideA = broadcastStrides(shape, a), strideB = broadcastStrides(shape, b);
    Traversal merged;
    int place = 4; // the innermost merged axis is written last
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        const auto i = static_cast<std::size_t>(axis);
        const Index size = shape[axis];
        if (size == 1)
            continue;
        if (place < 4) {
            const auto p = static_cast<std::size_t>(place);
            if (strideA[i] == merged.strideA[p] * merged.sizes[p] &&
                strideB[i] == merged.strideB[p] * merged.sizes[p]) {
                merged.sizes[p] *= size;
                continue;
            }
        }
        const auto p = static_cast<std::size_t>(--place);
        merged.sizes[p] = size;
        merged.strideA[p] = strideA[i];
        merged.strideB[p] = strideB[i];
    }
    return merged;
}

} // namespace convergence::autodiff
