#include "core/nn/parameter_layout.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace convergence {

Initializer Initializer::he(double inputs) {
    return normal(std::sqrt(2.0 / inputs));
}
Initializer Initializer::lecun(double inputs) {
    return normal(std::sqrt(1.0 / inputs));
}
Initializer Initializer::glorot(double inputs, double outputs) {
    return uniform(std::sqrt(6.0 / (inputs + outputs)));
}

std::size_t ParameterLayout::add(std::string name, const autodiff::Shape& shape,
                                 Initializer initializer) {
    for (const Block& block : blocks_)
        if (block.name == name)
            throw std::logic_error("There is a block of parameters '" + name + "' already.");
    blocks_.push_back({std::move(name), shape, size_, initializer});
    size_ += shape.elements();
    return blocks_.size() - 1;
}

const ParameterLayout::Block& ParameterLayout::block(std::string_view name) const {
    for (const Block& block : blocks_)
        if (block.name == name)
            return block;
    throw std::logic_error("There is no block of parameters '" + std::string(name) + "'.");
}

namespace {

template <typename Scalar>
void initializeBlocks(const ParameterLayout& layout, std::span<Scalar> theta, std::uint64_t seed) {
    if (static_cast<ParameterLayout::Index>(theta.size()) != layout.size())
        throw std::logic_error("A parameter vector has " + std::to_string(theta.size()) +
                               " entries instead of " + std::to_string(layout.size()) + ".");
    for (const auto& block : layout.blocks()) {
        RandomStream stream({.seed = seed, .purpose = "parameters " + block.name});
        const auto part = layout.part(theta, block);
        switch (block.initializer.kind) {
        case Initializer::Kind::zero:
            std::fill(part.begin(), part.end(), Scalar(0));
            break;
        case Initializer::Kind::one:
            std::fill(part.begin(), part.end(), Scalar(1));
            break;
        case Initializer::Kind::constant:
            std::fill(part.begin(), part.end(), static_cast<Scalar>(block.initializer.scale));
            break;
        case Initializer::Kind::normal:
            stream.fillNormal(part, static_cast<Scalar>(block.initializer.scale));
            break;
        case Initializer::Kind::uniform:
            for (Scalar& value : part)
                value = static_cast<Scalar>(
                    stream.uniform(-block.initializer.scale, block.initializer.scale));
            break;
        }
    }
}

} // namespace

void ParameterLayout::initialize(std::span<float> theta, std::uint64_t seed) const {
    initializeBlocks(*this, theta, seed);
}
void ParameterLayout::initialize(std::span<double> theta, std::uint64_t seed) const {
    initializeBlocks(*this, theta, seed);
}

} // namespace convergence
