// Operations of two tensors with broadcasting.

#include "core/autodiff/elementwise.h"
#include "core/autodiff/reductions.h"
#include "core/parallel/chunks.h"

namespace convergence::autodiff {

namespace {

constexpr Index grain = 32768; // elements that are worth a task of their own

struct Plus {
    template <typename S>
    S operator()(S a, S b) const {
        return a + b;
    }
};
struct Minus {
    template <typename S>
    S operator()(S a, S b) const {
        return a - b;
    }
};
struct Times {
    template <typename S>
    S operator()(S a, S b) const {
        return a * b;
    }
};
struct Over {
    template <typename S>
    S operator()(S a, S b) const {
        return a / b;
    }
};
struct Larger {
    template <typename S>
    S operator()(S a, S b) const {
        return a >= b ? a : b;
    }
};
struct Smaller {
    template <typename S>
    S operator()(S a, S b) const {
        return a <= b ? a : b;
    }
};
struct AtLeast {
    template <typename S>
    S operator()(S a, S b) const {
        return a >= b ? S(1) : S(0);
    }
};

/// One innermost axis. The three patterns that occur are loops the compiler vectorizes.
template <typename F, typename Scalar>
void applyRow(Index count, const Scalar* a, Index strideA, const Scalar* b, Index strideB,
              Scalar* out) {
    constexpr F f;
    if (strideA == 1 && strideB == 1) {
        for (Index i = 0; i < count; ++i)
            out[i] = f(a[i], b[i]);
    } else if (strideA == 1 && strideB == 0) {
        const Scalar right = *b;
        for (Index i = 0; i < count; ++i)
            out[i] = f(a[i], right);
    } else if (strideA == 0 && strideB == 1) {
        const Scalar left = *a;
        for (Index i = 0; i < count; ++i)
            out[i] = f(left, b[i]);
    } else {
        for (Index i = 0; i < count; ++i)
            out[i] = f(a[i * strideA], b[i * strideB]);
    }
}

/// Rows that are shorter than a vector or two, each with the same row b: a bias of few channels. As
/// many copies of b as fit are laid side by side, so that rows of `a` are taken by the dozen.
template <typename F, typename Scalar>
void applyShortRows(Index rows, Index columns, const Scalar* a, const Scalar* b, Scalar* out) {
    constexpr Index room = 512;
    std::array<Scalar, static_cast<std::size_t>(room)> repeated;
    const Index together = room / columns;
    for (Index row = 0; row < together; ++row)
        std::copy_n(b, columns, repeated.begin() + row * columns);
    inChunks(rows, grain / columns / together * together, [&](Index begin, Index count) {
        for (Index row = begin; row < begin + count; row += together)
            applyRow<F>(std::min(together, begin + count - row) * columns, a + row * columns, 1,
                        repeated.data(), 1, out + row * columns);
    });
}

template <typename F, typename Scalar>
void binaryKernel(const Call<Scalar>& call) {
    // size, stride of a and of b along four merged axes, as recordBinary packed them
    const std::int64_t* const size = call.node.attributes.integers.data();
    const std::int64_t *const sa = size + 4, *const sb = size + 8;
    const Scalar* const a = call.input(0);
    const Scalar* const b = call.input(1);
    Scalar* const out = call.output();
    if (size[0] * size[1] * size[2] == 1) {
        inChunks(size[3], grain, [&](Index begin, Index count) {
            applyRow<F>(count, a + begin * sa[3], sa[3], b + begin * sb[3], sb[3], out + begin);
        });
        return;
    }
    if (size[0] * size[1] == 1 && size[3] < 64 && sa[3] == 1 && sa[2] == size[3] && sb[3] == 1 &&
        sb[2] == 0) {
        applyShortRows<F>(size[2], size[3], a, b, out);
        return;
    }
    // The three outer axes as one list of rows.
    const Index rows = size[0] * size[1] * size[2];
    inChunks(rows, std::max<Index>(1, grain / size[3]), [&](Index begin, Index count) {
        for (Index row = begin; row < begin + count; ++row) {
            const Index k = row % size[2], j = row / size[2] % size[1],
                        i = row / (size[2] * size[1]);
            applyRow<F>(size[3], a + i * sa[0] + j * sa[1] + k * sa[2], sa[3],
                        b + i * sb[0] + j * sb[1] + k * sb[2], sb[3], out + row * size[3]);
        }
    });
}

template <typename Scalar>
using Flow = Backward<Scalar>;

template <typename Scalar>
void addBroadcast(Flow<Scalar>& flow, std::size_t k, Tensor<Scalar> term) {
    flow.add(k, sumTo(term, flow.input(k).shape()));
}

template <typename Scalar>
constexpr Operation<Scalar> addition{.name = "add",
                                     .kernel = binaryKernel<Plus, Scalar>,
                                     .differentiate =
                                         [](Flow<Scalar>& flow) {
                                             for (const std::size_t k : {0U, 1U})
                                                 if (flow.wants(k))
                                                     addBroadcast(flow, k, flow.cotangent());
                                         },
                                     .overwrites = true};

template <typename Scalar>
constexpr Operation<Scalar> subtraction{.name = "subtract",
                                        .kernel = binaryKernel<Minus, Scalar>,
                                        .differentiate =
                                            [](Flow<Scalar>& flow) {
                                                if (flow.wants(0))
                                                    addBroadcast(flow, 0, flow.cotangent());
                                                if (flow.wants(1))
                                                    addBroadcast(flow, 1, -flow.cotangent());
                                            },
                                        .overwrites = true};

template <typename Scalar>
constexpr Operation<Scalar> multiplication{
    .name = "multiply",
    .kernel = binaryKernel<Times, Scalar>,
    .differentiate =
        [](Flow<Scalar>& flow) {
            for (const std::size_t k : {0U, 1U})
                if (flow.wants(k))
                    addBroadcast(flow, k, flow.cotangent() * flow.input(1 - k));
        },
    .overwrites = true};

template <typename Scalar>
constexpr Operation<Scalar> division{.name = "divide",
                                     .kernel = binaryKernel<Over, Scalar>,
                                     .differentiate =
                                         [](Flow<Scalar>& flow) {
                                             const auto share = flow.cotangent() / flow.input(1);
                                             if (flow.wants(0))
                                                 addBroadcast(flow, 0, share);
                                             if (flow.wants(1))
                                                 addBroadcast(flow, 1, -(share * flow.output()));
                                         },
                                     .overwrites = true};

template <typename Scalar>
constexpr Operation<Scalar> comparison{
    .name = "at least", .kernel = binaryKernel<AtLeast, Scalar>, .overwrites = true};

/// Of maximum (0) or minimum (1): all goes to the operand that was taken.
template <typename Scalar>
void differentiateChoice(Flow<Scalar>& flow, Tensor<Scalar> takesFirst) {
    if (flow.wants(0))
        addBroadcast(flow, 0, flow.cotangent() * takesFirst);
    if (flow.wants(1))
        addBroadcast(flow, 1, flow.cotangent() * (1.0 - takesFirst));
}

template <typename Scalar>
constexpr Operation<Scalar> largerOperation{
    .name = "maximum",
    .kernel = binaryKernel<Larger, Scalar>,
    .differentiate =
        [](Flow<Scalar>& flow) {
            differentiateChoice(flow, atLeast(flow.input(0), flow.input(1)));
        },
    .overwrites = true};

template <typename Scalar>
constexpr Operation<Scalar> smallerOperation{
    .name = "minimum",
    .kernel = binaryKernel<Smaller, Scalar>,
    .differentiate =
        [](Flow<Scalar>& flow) {
            differentiateChoice(flow, atLeast(flow.input(1), flow.input(0)));
        },
    .overwrites = true};

template <typename Scalar>
Tensor<Scalar> recordBinary(const Operation<Scalar>& operation, Tensor<Scalar> a,
                            Tensor<Scalar> b) {
    if (&a.graph() != &b.graph())
        throw std::logic_error("Operands belong to different graphs.");
    const Shape shape = broadcastShape(a.shape(), b.shape());
    Attributes attributes;
    const Traversal pattern = traverse(shape, a.shape(), b.shape());
    auto place = attributes.integers.begin();
    for (const auto& part : {pattern.sizes, pattern.strideA, pattern.strideB})
        place = std::copy(part.begin(), part.end(), place);
    return {&a.graph(),
            a.graph().record(operation, {a.id(), b.id()}, shape, std::move(attributes))};
}

} // namespace

template <typename Scalar>
Tensor<Scalar> add(Tensor<Scalar> a, Tensor<Scalar> b) {
    return recordBinary(addition<Scalar>, a, b);
}
template <typename Scalar>
Tensor<Scalar> subtract(Tensor<Scalar> a, Tensor<Scalar> b) {
    return recordBinary(subtraction<Scalar>, a, b);
}
template <typename Scalar>
Tensor<Scalar> multiply(Tensor<Scalar> a, Tensor<Scalar> b) {
    return recordBinary(multiplication<Scalar>, a, b);
}
template <typename Scalar>
Tensor<Scalar> divide(Tensor<Scalar> a, Tensor<Scalar> b) {
    return recordBinary(division<Scalar>, a, b);
}
template <typename Scalar>
Tensor<Scalar> maximum(Tensor<Scalar> a, Tensor<Scalar> b) {
    return recordBinary(largerOperation<Scalar>, a, b);
}
template <typename Scalar>
Tensor<Scalar> minimum(Tensor<Scalar> a, Tensor<Scalar> b) {
    return recordBinary(smallerOperation<Scalar>, a, b);
}
template <typename Scalar>
Tensor<Scalar> atLeast(Tensor<Scalar> a, Tensor<Scalar> b) {
    return recordBinary(comparison<Scalar>, a, b);
}

#define CONVERGENCE_INSTANTIATE(Scalar)                                                            \
    template Tensor<Scalar> add(Tensor<Scalar>, Tensor<Scalar>);                                   \
    template Tensor<Scalar> subtract(Tensor<Scalar>, Tensor<Scalar>);                              \
    template Tensor<Scalar> multiply(Tensor<Scalar>, Tensor<Scalar>);                              \
    template Tensor<Scalar> divide(Tensor<Scalar>, Tensor<Scalar>);                                \
    template Tensor<Scalar> maximum(Tensor<Scalar>, Tensor<Scalar>);                               \
    template Tensor<Scalar> minimum(Tensor<Scalar>, Tensor<Scalar>);                               \
    template Tensor<Scalar> atLeast(Tensor<Scalar>, Tensor<Scalar>);
CONVERGENCE_INSTANTIATE(float)
CONVERGENCE_INSTANTIATE(double)
#undef CONVERGENCE_INSTANTIATE

} // namespace convergence::autodiff
