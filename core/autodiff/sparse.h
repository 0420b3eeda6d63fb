#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/autodiff/graph.h"

/// Products with sparse matrices: of a graph's edges, of features that are mostly zero. Throw
/// std::logic_error where shapes do not fit.
namespace convergence::autodiff {

/// Where a sparse matrix has entries. Entries are numbered row by row, in a row by column, and that
/// is also their order of summation.
class SparsePattern {
public:
    struct Place {
        Index row = 0;
        Index column = 0;
    };

    /// Sizes of the matrix and its places in any order. Throws std::logic_error for a place outside
    /// of it or given twice.
    SparsePattern(Index rows, Index columns, std::vector<Place> places);

    [[nodiscard]] Index rows() const { return rows_; }
    [[nodiscard]] Index columns() const { return columns_; }
    [[nodiscard]] Index entries() const { return static_cast<Index>(byRow_.other.size()); }
    [[nodiscard]] Place place(Index entry) const;

    /// The entries of each row (or each column), one after another: those of line i are at
    /// begin[i], ..., begin[i + 1] − 1.
    struct Lines {
        std::vector<std::int32_t> begin;
        std::vector<std::int32_t> other; ///< the column (or row) of an entry
        std::vector<std::int32_t> entry; ///< its number
    };
    [[nodiscard]] const Lines& byRow() const { return byRow_; }
    [[nodiscard]] const Lines& byColumn() const { return byColumn_; }

private:
    Index rows_, columns_;
    Lines byRow_, byColumn_;
};

enum class SparseSide { plain, transposed };

/// A X, or Aᵀ X, for a sparse A with `values` [entries] at the places of `pattern` and X
/// [columns × D], or [rows × D]. Has derivatives in values and X.
template <typename Scalar>
Tensor<Scalar> sparseProduct(std::shared_ptr<const SparsePattern> pattern, Tensor<Scalar> values,
                             Tensor<Scalar> x, SparseSide side = SparseSide::plain);

/// The entries of U Xᵀ at the places of `pattern`, for U [rows × D] and X [columns × D]: [entries].
/// The derivative of sparseProduct in its values, and what attention along edges takes its scores
/// from.
template <typename Scalar>
Tensor<Scalar> sampledProduct(std::shared_ptr<const SparsePattern> pattern, Tensor<Scalar> u,
                              Tensor<Scalar> x);

} // namespace convergence::autodiff
