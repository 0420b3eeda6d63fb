#pragma once

#include "core/federated/method.h"

namespace convergence::federated {

/// Control variates: c_i estimates ∇f_i, c = (1/N)Σc_i estimates ∇f, and a client adds c − c_i to
/// its gradients, so that it steps along f rather than along its own f_i. c_i is kept while the
/// client takes no part.
template <typename Scalar>
class Controls {
public:
    using Vector = VectorOf<Scalar>;
    using Matrix = MatrixOf<Scalar>;

    enum class First { zero, gradients /* full ones, at x⁰ */ };
    void start(const typename Method<Scalar>::Start& start, First first) {
        const Index p = start.x.size();
        own_ = Matrix::Zero(p, start.clients);
        mean_ = Vector::Zero(p);
        met_.resize(p, start.columns);
        if (first == First::gradients)
            for (Index i = 0; i < start.clients; ++i)
                start.evaluator.gradient(static_cast<ClientId>(i), start.x, own_.col(i));
        mean_ = own_.rowwise().mean();
    }

    [[nodiscard]] const Vector& mean() const { return mean_; } ///< c
    [[nodiscard]] const Matrix& own() const { return own_; }   ///< c_i, P × N

    /// direction += c − c_i.
    void correct(const Part<Scalar>& part) const {
        part.each([&](Index j, ClientId i) {
            part.all.direction.col(j) += mean_ - own_.col(static_cast<Index>(i));
        });
    }
    /// While `direction` still holds gradients: those that a client meets are averaged.
    void collect(const Part<Scalar>& part) {
        part.each([&](Index j, ClientId) {
            const Index steps = part.all.steps[static_cast<std::size_t>(j)];
            const auto share = static_cast<Scalar>(1.0 / static_cast<double>(steps));
            if (part.step == 0)
                met_.col(j) = share * part.all.direction.col(j);
            else if (part.step < steps)
                met_.col(j) += share * part.all.direction.col(j);
        });
    }
    /// c_i⁺ = mean of the gradients met: what collect() gathered.
    void renewByGradients(const Part<Scalar>& part) {
        part.each([&](Index j, ClientId i) { renew(j, i); });
    }
    /// c_i⁺ = c_i − c + (start − x_i^K)/(K_iη): the same, where x_i moved by ∇F_i − c_i + c alone.
    void renewByUpdates(const Part<Scalar>& part) {
        part.each([&](Index j, ClientId i) {
            const auto share =
                1.0 /
                (part.all.rate * static_cast<double>(part.all.steps[static_cast<std::size_t>(j)]));
            met_.col(j) = own_.col(static_cast<Index>(i)) - mean_ +
                          static_cast<Scalar>(share) * (part.all.start.col(j) - part.all.x.col(j));
            renew(j, i);
        });
    }
    /// c += (1/N)Σ(c_i⁺ − c_i) over the clients of the round.
    void aggregate(const Cohort<Scalar>& cohort) {
        const auto share = static_cast<Scalar>(1.0 / static_cast<double>(own_.cols()));
        for (Index j = 0; j < cohort.size(); ++j)
            mean_ += share * met_.col(j);
    }

private:
    /// met ← c_i⁺ − c_i, and c_i ← c_i⁺.
    void renew(Index j, ClientId client) {
        auto own = own_.col(static_cast<Index>(client));
        met_.col(j).swap(own);
        met_.col(j) = own - met_.col(j);
    }

    Vector mean_; ///< c
    Matrix own_;  ///< c_i
    Matrix met_;  ///< P × columns: mean gradients, then changes of c_i
};

/// SCAFFOLD (Karimireddy et al. 2020): direction ∇F_i(x_i; ξ) + c − c_i.
template <typename Scalar>
class Scaffold final : public Method<Scalar> {
public:
    enum class Renewal {
        updates,   ///< option II of the paper, from how far a client went
        gradients, ///< from the gradients that it met: the same but for rounding and clipping
    };
    explicit Scaffold(Renewal renewal = Renewal::updates,
                      typename Controls<Scalar>::First first = Controls<Scalar>::First::zero)
        : renewal_(renewal), first_(first) {}
    void start(const typename Method<Scalar>::Start& start) override {
        Method<Scalar>::start(start);
        controls_.start(start, first_);
    }
    [[nodiscard]] VectorsSent sent() const override { return {.down = 2, .up = 2}; }
    void direct(const Part<Scalar>& part) override {
        if (renewal_ == Renewal::gradients)
            controls_.collect(part);
        controls_.correct(part);
    }
    void reply(const Part<Scalar>& part) override {
        if (renewal_ == Renewal::gradients)
            controls_.renewByGradients(part);
        else
            controls_.renewByUpdates(part);
    }
    void aggregate(const Cohort<Scalar>& cohort) override {
        Method<Scalar>::aggregate(cohort);
        controls_.aggregate(cohort);
    }
    [[nodiscard]] const Controls<Scalar>& controls() const { return controls_; }

private:
    Renewal renewal_;
    typename Controls<Scalar>::First first_;
    Controls<Scalar> controls_;
};

} // namespace convergence::federated
