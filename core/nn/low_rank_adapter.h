#pragma once

#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/nn/layers.h"

namespace convergence {

/// How much an adapter of rank r counts: η = α/r (Hu et al. 2021), or α/√r, which keeps its effect
/// of one size whatever the rank (Kalajdzievski 2023).
enum class AdapterFactor { overRank, overRootOfRank };

struct LowRankSettings {
    autodiff::Index rank = 8; ///< r ≥ 1
    double alpha = 16.0;      ///< α
    AdapterFactor factor = AdapterFactor::overRank;
    /// Of D; uniform in ±1/√inputs if none is given. U starts at zero, so that nothing changes.
    std::optional<Initializer> down = std::nullopt;
};

/// Low-rank adaptation of a linear layer (Hu et al. 2021):
///
///   y = x W + η (x D) U + b,   W [n × m], D [n × r], U [r × m],
///
/// with D and U in a parameter vector φ of their own, so that W and b stay frozen by leaving their
/// vector θ out of the gradient. The product D U is not formed: a batch costs r(n + m) products a
/// row beside those of the layer. (In papers y = (W + ηBA) x with columns: D = Aᵀ, U = Bᵀ.)
///
/// With G = ∂loss/∂(W + ηDU), the gradient of the effective weight,
///
///   ∂loss/∂D = η G Uᵀ,   ∂loss/∂U = η Dᵀ G.
///
/// A start other than U = 0 changes the function, unless W is moved the other way once, before
/// training: addTo(θ, φ, −1), "the offset". Rounding makes that step not exactly reversible:
/// keep saved(θ) and restore() it. When training ends addTo(θ, φ, +1) merges the adapter.
class LowRankAdapter {
public:
    using Index = autodiff::Index;

    /// Adds name/down and name/up to the layout of φ. The layer and its layout outlive the adapter.
    /// Throws std::logic_error for a rank below 1 or an α that is not positive and finite.
    LowRankAdapter(ParameterLayout& adapters, const Linear& layer, const std::string& name,
                   const LowRankSettings& settings)
        : adapters_(&adapters), layer_(&layer), block_(layer.weightBlock()), rank_(settings.rank) {
        if (rank_ < 1 || !(settings.alpha > 0.0) || std::isinf(settings.alpha))
            throw std::logic_error("An adapter takes a rank of at least 1 and a positive alpha.");
        const auto r = static_cast<double>(rank_);
        factor_ = settings.alpha / (settings.factor == AdapterFactor::overRank ? r : std::sqrt(r));
        const auto start = settings.down.value_or(
            Initializer::uniform(1.0 / std::sqrt(static_cast<double>(block_.shape[0]))));
        down_ = adapters.add(name + "/down", {block_.shape[0], rank_}, start);
        up_ = adapters.add(name + "/up", {rank_, block_.shape[1]}, Initializer::zeros());
    }

    [[nodiscard]] double factor() const { return factor_; } ///< η
    [[nodiscard]] Index rank() const { return rank_; }
    /// Places of D and U in φ.
    [[nodiscard]] const ParameterLayout::Block& down() const { return adapters_->blocks()[down_]; }
    [[nodiscard]] const ParameterLayout::Block& up() const { return adapters_->blocks()[up_]; }

    /// y for x [... × n].
    template <typename Scalar>
    autodiff::Tensor<Scalar> operator()(autodiff::Tensor<Scalar> theta,
                                        autodiff::Tensor<Scalar> phi,
                                        autodiff::Tensor<Scalar> x) const {
        const auto low = matmul(x, adapters_->part(phi, down_)); // r numbers a row
        return (*layer_)(theta, x) + matmul(low * factor_, adapters_->part(phi, up_));
    }

    /// G of a loss that was recorded with this adapter, or with the layer alone, [n × m]: y depends
    /// on the effective weight as it does on W, so that G is the gradient in W at fixed φ.
    template <typename Scalar>
    [[nodiscard]] autodiff::Tensor<Scalar> effectiveGradient(autodiff::Tensor<Scalar> loss,
                                                             autodiff::Tensor<Scalar> theta) const {
        return gradient(loss, layer_->weight(theta));
    }

    /// ηDU as a matrix [n × m], to look at.
    template <typename Scalar>
    [[nodiscard]] auto product(std::span<const Scalar> phi) const {
        return Matrix<Scalar>(static_cast<Scalar>(factor_) * (part(phi, down()) * part(phi, up())));
    }
    /// W ← W + times·ηDU in a plain θ: −1 for the offset, +1 to merge.
    template <typename Scalar>
    void addTo(std::span<Scalar> theta, std::span<const Scalar> phi, double times) const {
        Eigen::Map<Matrix<Scalar>>(theta.data() + block_.begin, block_.shape[0], block_.shape[1])
            .noalias() +=
            static_cast<Scalar>(times * factor_) * (part(phi, down()) * part(phi, up()));
    }

    /// The layer's W as it is, to be put back bit for bit.
    template <typename Scalar>
    [[nodiscard]] std::vector<Scalar> saved(std::span<const Scalar> theta) const {
        const auto weight = theta.subspan(static_cast<std::size_t>(block_.begin),
                                          static_cast<std::size_t>(block_.size()));
        return {weight.begin(), weight.end()};
    }
    /// Throws std::logic_error if `weight` is not of W's size.
    template <typename Scalar>
    void restore(std::span<Scalar> theta, const std::vector<Scalar>& weight) const {
        if (static_cast<Index>(weight.size()) != block_.size())
            throw std::logic_error("A weight to be restored has " + std::to_string(weight.size()) +
                                   " entries instead of " + std::to_string(block_.size()) + ".");
        std::copy(weight.begin(), weight.end(), theta.begin() + block_.begin);
    }

private:
    template <typename Scalar>
    using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

    template <typename Scalar>
    static Eigen::Map<const Matrix<Scalar>> part(std::span<const Scalar> phi,
                                                 const ParameterLayout::Block& block) {
        return {phi.data() + block.begin, block.shape[0], block.shape[1]};
    }

    const ParameterLayout* adapters_;
    const Linear* layer_;
    ParameterLayout::Block block_; ///< of W
    Index rank_;
    double factor_ = 1.0;
    std::size_t down_ = 0, up_ = 0;
};

} // namespace convergence
