#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/autodiff/operations.h"
#include "core/nn/layers.h"

namespace convergence {

/// A sparse matrix with given numbers.
struct SparseMatrix {
    std::shared_ptr<const autodiff::SparsePattern> pattern;
    std::vector<double> values; ///< by entry of the pattern
};

/// Â = D̃^{−½} (A + I) D̃^{−½} with D̃ the degrees of A + I (Kipf and Welling 2017), for an undirected
/// graph of `nodes` whose edges may come in either direction or both. Throws InputError for an edge
/// to a node that is not there, or from a node to itself.
SparseMatrix normalizedAdjacency(autodiff::Index nodes,
                                 std::span<const std::pair<std::int32_t, std::int32_t>> edges);

/// Graph convolution (Kipf and Welling 2017): Â X W + b, for node features X [nodes × inputs].
class GraphConvolution {
public:
    using Index = autodiff::Index;
    GraphConvolution(ParameterLayout& layout, const std::string& name, Index inputs, Index outputs)
        : inputs_(inputs), outputs_(outputs),
          linear_(layout, name, inputs, outputs, Linear::Bias::without,
                  Initializer::glorot(static_cast<double>(inputs), static_cast<double>(outputs))),
          layout_(&layout), bias_(layout.add(name + "/bias", {outputs}, Initializer::zeros())) {}

    template <typename Scalar>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta,
                                        const SparseMatrix& adjacency,
                                        autodiff::Tensor<Scalar> x) const {
        const auto values = x.graph().constant(
            {adjacency.pattern->entries()},
            std::vector<Scalar>(adjacency.values.begin(), adjacency.values.end()));
        const auto product = [&](autodiff::Tensor<Scalar> dense) {
            return sparseProduct(adjacency.pattern, values, dense);
        };
        // The sparse product on the narrower side.
        const auto y = inputs_ < outputs_ ? linear_(theta, product(x)) : product(linear_(theta, x));
        return y + layout_->part(theta, bias_);
    }

private:
    Index inputs_, outputs_;
    Linear linear_;
    const ParameterLayout* layout_;
    std::size_t bias_;
};

} // namespace convergence
