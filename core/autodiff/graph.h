#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/autodiff/shape.h"

/// Differentiation of programs on dense tensors.
///
/// A computation is recorded once as a graph of operations on tensors of fixed shapes, its gradient
/// is built as further nodes of the same graph, and what is wanted of it is compiled into a program
/// that is replayed at every step (program.h):
///
///     Graph<float> graph;
///     auto x = graph.input({32, 64});
///     auto w = graph.input({64, 10});
///     auto loss = mean(square(matmul(x, w)));
///     auto slope = gradient(loss, w);
///     Program<float> program(graph, {loss, slope});
///     program.value(x) ...;  program.run();  program.value(slope) ...
///
/// Why a recorded graph and not a tape that is written anew at each step: an experiment repeats one
/// and the same small step thousands of times. Recorded once, shapes are checked, broadcasting is
/// resolved, what the outputs do not need is dropped and every buffer gets its place in one arena
/// before the first step; a step is then a walk along an array of function pointers, a few
/// nanoseconds an operation, without allocation. The graph can also be looked at, so the gradient
/// is a transformation of it: derivatives are made of the same differentiable operations, gradients
/// of gradients need nothing new, forward mode is the transpose of the transpose with the unused
/// half dropped (gradient.h), and a compiled program can be copied, one arena a thread, for
/// ensembles and per-sample gradients. The price: shapes are fixed (record once a shape), and
/// control flow that depends on values is outside of the graph.
namespace convergence::autodiff {

using NodeId = std::int32_t;

template <typename Scalar>
class Graph;
template <typename Scalar>
struct Operation;

/// A node of a graph that holds numbers. A value to be passed around; it lives as long as the
/// graph.
template <typename Scalar>
class Tensor {
public:
    Tensor() = default;
    Tensor(Graph<Scalar>* graph, NodeId id) : graph_(graph), id_(id) {}
    [[nodiscard]] const Shape& shape() const;
    [[nodiscard]] Graph<Scalar>& graph() const { return *graph_; }
    [[nodiscard]] NodeId id() const { return id_; }
    /// False for a default-constructed handle, e.g. a gradient that is zero everywhere.
    [[nodiscard]] bool exists() const { return graph_ != nullptr; }
    friend bool operator==(const Tensor&, const Tensor&) = default;

private:
    Graph<Scalar>* graph_ = nullptr;
    NodeId id_ = -1;
};

/// A node that holds 32-bit integers: labels, tokens, rows to gather. It has no derivative.
template <typename Scalar>
class Indices {
public:
    Indices() = default;
    Indices(Graph<Scalar>* graph, NodeId id) : graph_(graph), id_(id) {}
    [[nodiscard]] const Shape& shape() const;
    [[nodiscard]] Graph<Scalar>& graph() const { return *graph_; }
    [[nodiscard]] NodeId id() const { return id_; }

private:
    Graph<Scalar>* graph_ = nullptr;
    NodeId id_ = -1;
};

/// Constants of one node; what they mean is up to its operation.
struct Attributes {
    std::array<std::int64_t, 12> integers{};
    std::array<double, 2> reals{};
    std::shared_ptr<const void> data;
    friend bool operator==(const Attributes&, const Attributes&) = default;
};

template <typename Scalar>
struct Node {
    const Operation<Scalar>* operation = nullptr;
    std::vector<NodeId> inputs;
    Shape shape;
    Attributes attributes;
    std::vector<Shape> inputShapes; ///< so that kernels need not look at other nodes
};

/// What a kernel gets: where its operands are and where the result goes.
template <typename Scalar>
struct Call {
    const Node<Scalar>& node;
    void* const* inputs;
    void* result;
    Scalar* scratch;    ///< Operation::scratch elements, undefined
    std::uint64_t step; ///< of Program::run, for random operations

    [[nodiscard]] const Scalar* input(std::size_t k) const {
        return static_cast<const Scalar*>(inputs[k]);
    }
    [[nodiscard]] const std::int32_t* indices(std::size_t k) const {
        return static_cast<const std::int32_t*>(inputs[k]);
    }
    [[nodiscard]] Scalar* output() const { return static_cast<Scalar*>(result); }
};

/// Collects what flows back into the inputs of a node.
template <typename Scalar>
class Backward {
public:
    virtual ~Backward() = default;
    [[nodiscard]] Graph<Scalar>& graph() const { return *graph_; }
    [[nodiscard]] const Node<Scalar>& node() const { return graph_->node(id_); }
    [[nodiscard]] Tensor<Scalar> output() const { return {graph_, id_}; }
    /// ∂loss/∂output.
    [[nodiscard]] Tensor<Scalar> cotangent() const { return cotangent_; }
    [[nodiscard]] Tensor<Scalar> input(std::size_t k) const { return {graph_, node().inputs[k]}; }
    [[nodiscard]] Indices<Scalar> indices(std::size_t k) const {
        return {graph_, node().inputs[k]};
    }
    /// Whether anything asked for depends on input k.
    [[nodiscard]] virtual bool wants(std::size_t k) const = 0;
    /// Adds a term to the cotangent of input k; of the input's shape.
    virtual void add(std::size_t k, Tensor<Scalar> term) = 0;
    /// Adds a term that concerns only the elements from `begin` on of input k.
    virtual void addRange(std::size_t k, Index begin, Tensor<Scalar> term) = 0;

protected:
    Graph<Scalar>* graph_ = nullptr;
    NodeId id_ = -1;
    Tensor<Scalar> cotangent_;
};

/// A kind of operation. One constant object each; anyone can define more.
template <typename Scalar>
struct Operation {
    enum class Storage {
        leaf,     ///< set from outside and kept between runs
        constant, ///< Attributes::data is a std::vector<Scalar> with its elements
        view,     ///< elements of the first input from integers[0] on; no kernel
        computed,
    };
    std::string_view name;
    Storage storage = Storage::computed;
    void (*kernel)(const Call<Scalar>&) = nullptr;
    /// Appends the derivative to the graph; null where it is zero.
    void (*differentiate)(Backward<Scalar>&) = nullptr;
    /// The result may take the place of an input of the same size.
    bool overwrites = false;
    /// Equal inputs and attributes give equal results, at every step.
    bool pure = true;
    bool integer = false; ///< the result holds 32-bit integers
    /// Elements of scratch memory; null for none.
    Index (*scratch)(const Node<Scalar>&) = nullptr;
};

/// Records operations. Nodes are numbered in the order of recording, which is an order of
/// evaluation. Not to be copied or moved, since tensors point to it. Scalar is float or double.
template <typename Scalar>
class Graph {
public:
    Graph() = default;
    Graph(const Graph&) = delete;
    Graph& operator=(const Graph&) = delete;

    /// A tensor whose elements are set from outside; zero until then.
    Tensor<Scalar> input(const Shape& shape);
    Indices<Scalar> indexInput(const Shape& shape);
    /// Throws std::logic_error if the number of values is not that of the shape.
    Tensor<Scalar> constant(const Shape& shape, std::vector<Scalar> values);
    Tensor<Scalar> constant(const Shape& shape, double value);

    /// Records an operation, or returns the node that computes the very same already.
    NodeId record(const Operation<Scalar>& operation, std::vector<NodeId> inputs,
                  const Shape& shape, Attributes attributes = {});

    [[nodiscard]] const Node<Scalar>& node(NodeId id) const {
        return nodes_[static_cast<std::size_t>(id)];
    }
    [[nodiscard]] NodeId size() const { return static_cast<NodeId>(nodes_.size()); }

private:
    std::deque<Node<Scalar>> nodes_; // references to nodes stay valid while more are recorded
    std::unordered_multimap<std::size_t, NodeId> known_; ///< by hash of what they compute
};

template <typename Scalar>
const Shape& Tensor<Scalar>::shape() const {
    return graph_->node(id_).shape;
}
template <typename Scalar>
const Shape& Indices<Scalar>::shape() const {
    return graph_->node(id_).shape;
}

} // namespace convergence::autodiff
