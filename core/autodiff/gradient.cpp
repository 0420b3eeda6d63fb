#include "core/autodiff/gradient.h"

#include <algorithm>

#include "core/autodiff/elementwise.h"
#include "core/autodiff/reductions.h"
#include "core/autodiff/shape_operations.h"

namespace convergence::autodiff {

namespace {

/// One sweep from y back to `targets`. Where `cut`, targets count as leaves even if they depend on
/// one another.
template <typename Scalar>
class Sweep final : public Backward<Scalar> {
    using Backward<Scalar>::graph_;
    using Backward<Scalar>::id_;
    using Backward<Scalar>::cotangent_;

public:
    Sweep(Tensor<Scalar> y, Tensor<Scalar> cotangent, const std::vector<NodeId>& targets,
          bool cut) {
        graph_ = &y.graph();
        const auto count = static_cast<std::size_t>(y.id()) + 1;
        active_.assign(count, 0);
        terms_.resize(count);
        std::vector<char> isTarget(count, 0);
        for (const NodeId target : targets)
            if (static_cast<std::size_t>(target) < count)
                isTarget[static_cast<std::size_t>(target)] = 1;
        for (std::size_t i = 0; i < count; ++i) {
            const auto& node = graph_->node(static_cast<NodeId>(i));
            active_[i] = isTarget[i] != 0 ||
                         (node.operation->differentiate != nullptr &&
                          std::any_of(node.inputs.begin(), node.inputs.end(), [&](NodeId input) {
                              return active_[static_cast<std::size_t>(input)] != 0;
                          }));
        }
        results_.resize(count);
        if (active_.back() != 0)
            terms_.back().push_back({0, true, cotangent});
        for (NodeId id = y.id(); id >= 0; --id) {
            const auto i = static_cast<std::size_t>(id);
            if (terms_[i].empty())
                continue;
            cotangent_ = total(id);
            terms_[i].clear();
            if (isTarget[i] != 0) {
                results_[i] = cotangent_;
                if (cut)
                    continue;
            }
            id_ = id;
            if (const auto differentiate = graph_->node(id).operation->differentiate)
                differentiate(*this);
        }
    }

    /// Default-constructed where it is zero.
    [[nodiscard]] Tensor<Scalar> result(NodeId id) const {
        const auto i = static_cast<std::size_t>(id);
        return i < results_.size() ? results_[i] : Tensor<Scalar>();
    }

    [[nodiscard]] bool wants(std::size_t k) const override {
        return active_[static_cast<std::size_t>(graph_->node(id_).inputs[k])] != 0;
    }
    void add(std::size_t k, Tensor<Scalar> term) override {
        if (!wants(k))
            return;
        const NodeId id = graph_->node(id_).inputs[k];
        if (term.shape() != graph_->node(id).shape)
            throw std::logic_error("The derivative of '" +
                                   std::string(graph_->node(id_).operation->name) + "' has shape " +
                                   term.shape().text() + " instead of " +
                                   graph_->node(id).shape.text() + ".");
        terms_[static_cast<std::size_t>(id)].push_back({0, true, term});
    }
    void addRange(std::size_t k, Index begin, Tensor<Scalar> term) override {
        if (wants(k))
            terms_[static_cast<std::size_t>(graph_->node(id_).inputs[k])].push_back(
                {begin, false, term});
    }

private:
    struct Term {
        Index begin;
        bool whole;
        Tensor<Scalar> value;
        [[nodiscard]] Index end() const { return begin + value.shape().elements(); }
    };

    /// The sum of a node's terms. Those on parts of it are put side by side as far as they do not
    /// overlap: the parameters of a network, views of one vector, cost nothing to bring together.
    Tensor<Scalar> total(NodeId id) {
        auto& terms = terms_[static_cast<std::size_t>(id)];
        const Shape& shape = graph_->node(id).shape;
        Tensor<Scalar> sum;
        const auto include = [&](Tensor<Scalar> term) { sum = sum.exists() ? sum + term : term; };
        std::vector<Term> parts;
        for (const Term& term : terms)
            if (term.whole)
                include(term.value);
            else
                parts.push_back(term);
        std::stable_sort(parts.begin(), parts.end(),
                         [](const Term& a, const Term& b) { return a.begin < b.begin; });
        while (!parts.empty()) {
            std::vector<Term> row, left;
            for (const Term& part : parts)
                if (row.empty() || part.begin >= row.back().end())
                    row.push_back(part);
                else if (part.begin == row.back().begin && part.end() == row.back().end())
                    row.back().value = reshape(row.back().value, part.value.shape()) + part.value;
                else
                    left.push_back(part);
            std::vector<Tensor<Scalar>> pieces;
            std::vector<Index> begins;
            for (const Term& part : row) {
                pieces.push_back(part.value);
                begins.push_back(part.begin);
            }
            include(assemble(shape, pieces, begins));
            parts = std::move(left);
        }
        return sum;
    }

    std::vector<char> active_; ///< depends on a target
    std::vector<std::vector<Term>> terms_;
    std::vector<Tensor<Scalar>> results_;
};

template <typename Scalar>
void requireShape(const Tensor<Scalar>& tensor, const Shape& shape, const char* what) {
    if (tensor.shape() != shape)
        throw std::logic_error(std::string(what) + " has shape " + tensor.shape().text() +
                               " instead of " + shape.text() + ".");
}

template <typename Scalar>
std::vector<Tensor<Scalar>> sweep(Tensor<Scalar> y, Tensor<Scalar> u,
                                  const std::vector<Tensor<Scalar>>& xs) {
    requireShape(u, y.shape(), "A cotangent");
    std::vector<NodeId> targets;
    for (const auto& x : xs) {
        if (&x.graph() != &y.graph())
            throw std::logic_error("Derivatives are between tensors of one graph.");
        targets.push_back(x.id());
    }
    const Sweep<Scalar> flow(y, u, targets, false);
    std::vector<Tensor<Scalar>> results;
    for (const auto& x : xs) {
        const auto result = flow.result(x.id());
        results.push_back(result.exists() ? result : y.graph().constant(x.shape(), 0.0));
    }
    return results;
}

} // namespace

template <typename Scalar>
std::vector<Tensor<Scalar>> gradient(Tensor<Scalar> loss, const std::vector<Tensor<Scalar>>& xs) {
    if (loss.shape().elements() != 1)
        throw std::logic_error("A gradient is that of one number, not of shape " +
                               loss.shape().text() + ".");
    return sweep(loss, loss.graph().constant(loss.shape(), 1.0), xs);
}

template <typename Scalar>
Tensor<Scalar> gradient(Tensor<Scalar> loss, Tensor<Scalar> x) {
    return gradient(loss, std::vector{x}).front();
}

template <typename Scalar>
Tensor<Scalar> transposedJacobianProduct(Tensor<Scalar> y, Tensor<Scalar> u, Tensor<Scalar> x) {
    return sweep(y, u, {x}).front();
}

template <typename Scalar>
Tensor<Scalar> jacobianProduct(Tensor<Scalar> y, Tensor<Scalar> x, Tensor<Scalar> v) {
    requireShape(v, x.shape(), "A direction");
    const auto u = y.graph().input(y.shape());
    return sweep(transposedJacobianProduct(y, u, x), v, {u}).front();
}

template <typename Scalar>
Tensor<Scalar> hessianProduct(Tensor<Scalar> loss, Tensor<Scalar> x, Tensor<Scalar> v) {
    requireShape(v, x.shape(), "A direction");
    return sweep(gradient(loss, x), v, {x}).front();
}

template <typename Scalar>
void differentiateAs(Backward<Scalar>& flow, Tensor<Scalar> y) {
    std::vector<NodeId> targets;
    for (std::size_t k = 0; k < flow.node().inputs.size(); ++k)
        if (flow.wants(k))
            targets.push_back(flow.node().inputs[k]);
    const Sweep<Scalar> inner(y, flow.cotangent(), targets, true);
    for (std::size_t k = 0; k < flow.node().inputs.size(); ++k) {
        const auto& inputs = flow.node().inputs;
        // An input given twice gets its whole cotangent once.
        const bool first = std::find(inputs.begin(), inputs.begin() + static_cast<Index>(k),
                                     inputs[k]) == inputs.begin() + static_cast<Index>(k);
        if (const auto term = inner.result(inputs[k]); first && term.exists())
            flow.add(k, term);
    }
}

#define CONVERGENCE_INSTANTIATE(Scalar)                                                            \
    template Tensor<Scalar> gradient(Tensor<Scalar>, Tensor<Scalar>);                              \
    template std::vector<Tensor<Scalar>> gradient(Tensor<Scalar>,                                  \
                                                  const std::vector<Tensor<Scalar>>&);             \
    template Tensor<Scalar> transposedJacobianProduct(Tensor<Scalar>, Tensor<Scalar>,              \
                                                      Tensor<Scalar>);                             \
    template Tensor<Scalar> jacobianProduct(Tensor<Scalar>, Tensor<Scalar>, Tensor<Scalar>);       \
    template Tensor<Scalar> hessianProduct(Tensor<Scalar>, Tensor<Scalar>, Tensor<Scalar>);        \
    template void differentiateAs(Backward<Scalar>&, Tensor<Scalar>);
CONVERGENCE_INSTANTIATE(float)
CONVERGENCE_INSTANTIATE(double)
#undef CONVERGENCE_INSTANTIATE

} // namespace convergence::autodiff
