#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/autodiff/shape_operations.h"
#include "core/math/random.h"
#include "core/optim/optimizer.h"

namespace convergence {

/// How a block of parameters starts. `inputs` and `outputs` are those of the layer.
struct Initializer {
    enum class Kind { zero, one, constant, normal, uniform };
    Kind kind = Kind::zero;
    double scale = 1.0; ///< the constant, standard deviation, or half the width of the interval

    static Initializer zeros() { return {Kind::zero, 0.0}; }
    static Initializer ones() { return {Kind::one, 0.0}; }
    static Initializer constant(double value) { return {Kind::constant, value}; }
    static Initializer normal(double deviation) { return {Kind::normal, deviation}; }
    static Initializer uniform(double bound) { return {Kind::uniform, bound}; }
    /// He et al. 2015: N(0, 2/inputs), for ReLU.
    static Initializer he(double inputs);
    /// LeCun et al. 1998: N(0, 1/inputs).
    static Initializer lecun(double inputs);
    /// Glorot and Bengio 2010: U(±√(6/(inputs + outputs))).
    static Initializer glorot(double inputs, double outputs);
};

/// The blocks of one flat parameter vector, by name: optimizers, federated averaging and
/// second-order methods see the vector, layers and per-layer studies the blocks.
class ParameterLayout {
public:
    using Index = autodiff::Index;
    struct Block {
        std::string name; ///< e.g. "block 1/queries/weight"
        autodiff::Shape shape;
        Index begin = 0;
        Initializer initializer;
        [[nodiscard]] Index size() const { return shape.elements(); }
    };

    /// Appends a block; returns its number. Throws std::logic_error if the name is taken.
    std::size_t add(std::string name, const autodiff::Shape& shape, Initializer initializer);

    [[nodiscard]] Index size() const { return size_; }
    [[nodiscard]] const std::vector<Block>& blocks() const { return blocks_; }
    /// Throws std::logic_error naming it if there is none.
    [[nodiscard]] const Block& block(std::string_view name) const;

    /// Where the blocks are, for optimizers that treat layers differently (LAMB).
    [[nodiscard]] std::vector<ParameterBlock> ranges() const {
        std::vector<ParameterBlock> all;
        for (const Block& block : blocks_)
            all.push_back({block.begin, block.size()});
        return all;
    }

    /// A block's part of the vector as a tensor: of an input, or of whatever makes the vector, such
    /// as the output of another network.
    template <typename Scalar>
    [[nodiscard]] autodiff::Tensor<Scalar> part(autodiff::Tensor<Scalar> theta,
                                                std::size_t block) const {
        return autodiff::part(theta, blocks_[block].begin, blocks_[block].shape);
    }
    /// A block's part of a plain vector.
    template <typename Scalar>
    [[nodiscard]] std::span<Scalar> part(std::span<Scalar> theta, const Block& block) const {
        return theta.subspan(static_cast<std::size_t>(block.begin),
                             static_cast<std::size_t>(block.size()));
    }

    /// Each block from a stream of its own, so that adding a block leaves the others as they are.
    void initialize(std::span<float> theta, std::uint64_t seed) const;
    void initialize(std::span<double> theta, std::uint64_t seed) const;

private:
    std::vector<Block> blocks_;
    Index size_ = 0;
};

} // namespace convergence
