#pragma once

#include "core/autodiff/graph.h"

namespace convergence::autodiff {

enum class Attending { everywhere, toThePast };

/// Scaled dot-product attention of several heads (Vaswani et al. 2017) in one operation:
/// softmax(Q Kᵀ/√d) V with d = width/heads; `toThePast`: position i sees positions ≤ i. Queries,
/// keys, values and result are [batch × length × width], heads side by side in the last axis.
/// Throws std::logic_error where shapes do not fit.
///
/// `kept` [batch · heads × length × length], if it exists, multiplies the probabilities before they
/// meet the values: dropout of attention. It is a constant to derivatives.
template <typename Scalar>
struct AttentionSetting {
    Index heads = 1;
    Attending attending = Attending::toThePast;
    Tensor<Scalar> kept = {};
};
template <typename Scalar>
Tensor<Scalar> attention(Tensor<Scalar> queries, Tensor<Scalar> keys, Tensor<Scalar> values,
                         const AttentionSetting<Scalar>& setting);

/// The probabilities alone, [batch × heads × length × length], to look at.
template <typename Scalar>
Tensor<Scalar> attentionProbabilities(Tensor<Scalar> queries, Tensor<Scalar> keys, Index heads,
                                      Attending attending = Attending::toThePast);

} // namespace convergence::autodiff
