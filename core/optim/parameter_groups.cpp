#include "core/optim/parameter_groups.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

namespace {

using Eigen::Index;

struct Piece {
    ParameterBlock range;
    double rateFactor = 1.0, decayFactor = 1.0;
};

/// The pieces of [0, size) in order, those between groups among them.
std::vector<Piece> piecesOf(Index size, const std::vector<ParameterGroup>& groups) {
    std::vector<Piece> grouped;
    for (const ParameterGroup& group : groups) {
        if (!(std::isfinite(group.rateFactor) && group.rateFactor >= 0.0 &&
              std::isfinite(group.decayFactor) && group.decayFactor >= 0.0))
            throw InputError(fmt::format("A group of parameters with rate factor {} and decay "
                                         "factor {} is not accepted; both must be finite and at "
                                         "least 0.",
                                         group.rateFactor, group.decayFactor));
        for (const ParameterBlock& block : group.blocks) {
            if (block.begin < 0 || block.size < 0 || block.begin > size - block.size)
                throw InputError(fmt::format("A group has a block of {} parameters from {} on; it "
                                             "must lie within the {} that there are.",
                                             block.size, block.begin, size));
            if (block.size > 0)
                grouped.push_back({block, group.rateFactor, group.decayFactor});
        }
    }
    std::sort(grouped.begin(), grouped.end(),
              [](const Piece& a, const Piece& b) { return a.range.begin < b.range.begin; });
    std::vector<Piece> pieces;
    Index end = 0;
    for (const Piece& piece : grouped) {
        if (piece.range.begin < end)
            throw InputError(fmt::format("Parameter {} is in two groups, or twice in one; it may "
                                         "be in one.",
                                         piece.range.begin));
        if (piece.range.begin > end)
            pieces.push_back({{end, piece.range.begin - end}});
        pieces.push_back(piece);
        end = piece.range.begin + piece.range.size;
    }
    if (end < size)
        pieces.push_back({{end, size - end}});
    return pieces;
}

/// What of the blocks lies in a range, counted from its beginning.
std::vector<ParameterBlock> within(const ParameterBlock& range,
                                   const std::vector<ParameterBlock>& blocks) {
    std::vector<ParameterBlock> inside;
    for (const ParameterBlock& block : blocks) {
        const Index begin = std::max(block.begin, range.begin);
        const Index end = std::min(block.begin + block.size, range.begin + range.size);
        if (begin < end)
            inside.push_back({begin - range.begin, end - begin});
    }
    return inside;
}

} // namespace

template <typename Scalar>
GroupedOptimizer<Scalar>::GroupedOptimizer(Index size, const OptimizerOptions& options,
                                           const Make& make) {
    for (const Piece& piece : piecesOf(size, options.groups)) {
        OptimizerOptions constants = options;
        constants.groups.clear();
        constants.weightDecay *= piece.decayFactor;
        constants.blocks = within(piece.range, options.blocks);
        stretches_.push_back({piece.range, static_cast<Scalar>(piece.rateFactor),
                              make(piece.range.size, constants)});
    }
}

template <typename Scalar>
void GroupedOptimizer<Scalar>::step(Eigen::Ref<Vector> x, const Eigen::Ref<const Vector>& gradient,
                                    Scalar learningRate) {
    for (const Stretch& stretch : stretches_)
        stretch.optimizer->step(x.segment(stretch.range.begin, stretch.range.size),
                                gradient.segment(stretch.range.begin, stretch.range.size),
                                stretch.rateFactor * learningRate);
}

template <typename Scalar>
void GroupedOptimizer<Scalar>::setMomentum(Scalar momentum) {
    for (const Stretch& stretch : stretches_)
        stretch.optimizer->setMomentum(momentum);
}

template class GroupedOptimizer<float>;
template class GroupedOptimizer<double>;

} // namespace convergence
