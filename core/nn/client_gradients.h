#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "core/nn/parameter_layout.h"

namespace convergence {

/// A classifier that many clients train, each its own copy: softmax cross-entropy behind
///
///   fullyConnected   ReLU between layers of the given sizes; two sizes are softmax regression
///   lenet            28 × 28 pictures: 5 × 5 convolution of 6 channels (padding 2), ReLU, 2 × 2
///                    maximum; the same with 16 channels without padding; layers of 120, 84, 10
///
/// Weights are row-major [inputs × outputs] (kernels [5 × 5 × inputs × outputs]), each followed by
/// its biases. Softmax regression starts at 0, all else uniform in ±1/√fan-in, biases too.
struct ClientNetwork {
    enum class Kind { fullyConnected, lenet };
    Kind kind = Kind::fullyConnected;
    std::vector<Eigen::Index> sizes = {784, 64, 10}; ///< of fullyConnected

    static ClientNetwork lenet() { return {.kind = Kind::lenet, .sizes = {}}; }
};

/// Losses and gradients of all clients of a round at once, each at a point of its own and on a
/// batch of its own: the layers work on [clients × batch × features] and each is one product of
/// stacks of matrices, which threads share out by clients.
///
/// Points and gradients are matrices with one column a client, as methods want them. Inside, the
/// blocks of all clients lie together; that takes a copy of either, but of a single client's. Whole
/// batches are read where they are. Many clients in one call pay where networks are small; where
/// the weights of all exceed the processor's cache, one client a call is faster.
///
/// The results of a client do not depend on the other clients, nor on the number of threads, bit
/// for bit. A step does not allocate. One object a thread; for samples of clients that change in
/// number, clients that are not there get a batch of 0.
template <typename Scalar>
class ClientGradients {
public:
    using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
    using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

    /// For up to `clients` clients and `batch` examples of each. Throws InputError unless both are
    /// at least 1, and for fewer than two sizes or one below 1.
    ClientGradients(const ClientNetwork& network, Eigen::Index clients, Eigen::Index batch);
    ~ClientGradients();
    ClientGradients(ClientGradients&&) noexcept;

    [[nodiscard]] Eigen::Index parameterCount() const { return layout().size(); } ///< P
    [[nodiscard]] Eigen::Index clients() const;                                   ///< C
    [[nodiscard]] Eigen::Index batch() const;                                     ///< B
    [[nodiscard]] Eigen::Index features() const;
    /// Blocks of one client's vector.
    [[nodiscard]] const ParameterLayout& layout() const;
    /// A vector as training starts.
    void initialize(Eigen::Ref<Vector> parameters, std::uint64_t seed) const;

    /// What one step is computed on.
    struct Batches {
        /// features × C·B: client c's examples are columns c·B, c·B + 1, ...
        Eigen::Ref<const Matrix> inputs;
        std::span<const std::uint8_t> labels; ///< C·B, each below the number of classes
        /// C numbers in 0..B: how many of a client's columns count; the rest is not read. All, if
        /// empty.
        std::span<const Eigen::Index> counts = {};
    };
    /// Gradients (P × C) of the mean losses over each client's examples at its point (P × C);
    /// returns these losses (C). A client without examples has loss and gradient 0. Throws
    /// std::logic_error for wrong sizes, InputError for a label that is no class.
    Eigen::Map<const Vector> run(const Eigen::Ref<const Matrix>& points, const Batches& batches,
                                 Eigen::Ref<Matrix> gradients);

private:
    struct Recorded;
    std::unique_ptr<Recorded> recorded_;
};

} // namespace convergence
