#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/autodiff/graph.h"

namespace convergence::autodiff {

/// What a graph's outputs need, in order, with a place in one arena for every buffer.
template <typename Scalar>
struct Plan;

/// A compiled graph with its memory. Only what the outputs depend on is computed; buffers are
/// reused once nothing needs them, so that only leaves and outputs have values to look at.
///
/// The plan is independent of the graph once made. A copy shares the plan and has memory of its own
/// (with the same leaf values): one copy a thread runs the same computation on different data.
/// Results are the same bits whatever the number of threads.
template <typename Scalar>
class Program {
public:
    Program(const Graph<Scalar>& graph, const std::vector<Tensor<Scalar>>& outputs);
    Program(const Program& other);
    Program(Program&&) noexcept;
    ~Program();

    /// Elements of a leaf (to be set) or of an output (to be read). Throws std::logic_error for a
    /// tensor that is neither, or that the outputs do not depend on (see uses()).
    [[nodiscard]] std::span<Scalar> value(Tensor<Scalar> tensor);
    [[nodiscard]] std::span<const Scalar> value(Tensor<Scalar> tensor) const;
    [[nodiscard]] std::span<std::int32_t> value(Indices<Scalar> indices);
    /// The same as an Eigen vector, or row by row as a matrix (all axes but the last × the last).
    [[nodiscard]] Eigen::Map<Eigen::Matrix<Scalar, Eigen::Dynamic, 1>>
    vector(Tensor<Scalar> tensor);
    [[nodiscard]] Eigen::Map<Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>
    matrix(Tensor<Scalar> tensor);
    /// The only element of a scalar output.
    [[nodiscard]] Scalar scalar(Tensor<Scalar> tensor) const { return value(tensor)[0]; }
    /// Whether the outputs depend on a leaf.
    [[nodiscard]] bool uses(Tensor<Scalar> leaf) const;
    [[nodiscard]] bool uses(Indices<Scalar> leaf) const;

    /// Reads a leaf from memory elsewhere instead, e.g. the parameters from the vector that the
    /// optimizer changes. `values` must have the leaf's size (std::logic_error) and outlive its
    /// use.
    void bind(Tensor<Scalar> leaf, std::span<const Scalar> values);
    /// Writes an output to memory elsewhere instead, likewise. std::logic_error for an output that
    /// is a part of another tensor.
    void bindOutput(Tensor<Scalar> output, std::span<Scalar> memory);

    /// Computes the outputs. `step` chooses the numbers of random operations. Does not allocate.
    void run(std::uint64_t step = 0);

    /// Operations in a run, and elements of the arena.
    [[nodiscard]] std::size_t operations() const;
    [[nodiscard]] std::size_t arenaElements() const;

private:
    [[nodiscard]] std::size_t slot(NodeId id) const;
    /// Moves all that lies in a buffer.
    void place(std::size_t buffer, Scalar* memory);

    std::shared_ptr<const Plan<Scalar>> plan_;
    struct Free {
        void operator()(Scalar* memory) const { Eigen::internal::aligned_free(memory); }
    };
    std::unique_ptr<Scalar[], Free> arena_;
    std::vector<void*> values_;   ///< by slot
    std::vector<void*> operands_; ///< inputs of all instructions, one after another
};

} // namespace convergence::autodiff
