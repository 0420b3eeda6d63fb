#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/federated/problem.h"

namespace convergence::federated {

/// The clients that work in a round, one a column. Matrices have room for more columns than there
/// are clients; the first size() count.
template <typename Scalar>
struct Cohort {
    using Matrix = MatrixOf<Scalar>;
    Cohort(Index dimension, Index columns)
        : start(dimension, columns), x(dimension, columns), direction(dimension, columns),
          meanUpdate(VectorOf<Scalar>::Zero(dimension)) {
        clients.reserve(static_cast<std::size_t>(columns));
        steps.reserve(static_cast<std::size_t>(columns));
        weights.reserve(static_cast<std::size_t>(columns));
    }
    [[nodiscard]] Index size() const { return static_cast<Index>(clients.size()); }
    /// Σ w_i K_i: K, where all are equal; 0 of nobody.
    [[nodiscard]] double meanSteps() const {
        double mean = 0.0;
        for (std::size_t j = 0; j < steps.size(); ++j)
            mean += weights[j] * static_cast<double>(steps[j]);
        return mean;
    }

    std::vector<ClientId> clients; ///< in rising order
    std::vector<Index> steps;      ///< K_i ≥ 1
    std::vector<double> weights;   ///< w_i of the mean, Σw_i = 1
    Matrix start;                  ///< where each begins: the x it was sent
    Matrix x;                      ///< x_i^k
    Matrix direction;              ///< of step k: x_i^{k+1} = x_i^k − η·direction
    VectorOf<Scalar> meanUpdate;   ///< Σ w_i (x_i^K − start_i), once they are done; 0 of nobody
    double rate = 0.0;             ///< η
    double serverRate = 1.0;       ///< η_g
    std::int64_t round = 0;
};

/// Some columns of a cohort, taken through their steps by one thread.
template <typename Scalar>
struct Part {
    Cohort<Scalar>& all;
    Index first, count;
    Index step = 0; ///< k
    [[nodiscard]] auto start() const { return all.start.middleCols(first, count); }
    [[nodiscard]] auto x() const { return all.x.middleCols(first, count); }
    [[nodiscard]] auto direction() const { return all.direction.middleCols(first, count); }
    [[nodiscard]] std::span<const ClientId> clients() const {
        return std::span(all.clients)
            .subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
    }
    /// Calls work(column of the cohort, client) for each.
    template <typename Work>
    void each(const Work& work) const {
        for (Index j = first; j < first + count; ++j)
            work(j, all.clients[static_cast<std::size_t>(j)]);
    }
};

/// Vectors of P numbers between the server and each client in a round.
struct VectorsSent {
    int down = 1, up = 1;
};

/// What happens between one x of the server and the next. The base is FedAvg (McMahan et al. 2017),
///
///   x_i ← x,  K times: x_i ← x_i − η∇F_i(x_i; ξ),  x ← x + η_g Σ w_i (x_i − x),
///
/// and another method overrides only what differs, in a file of its own (methods/). In the order of
/// a round, with clients side by side as columns:
///
///   broadcast   what each client begins at, if that is not x
///   further     gradients at other points on the batches of this step
///   direct      turns the gradients of a step into directions: `direction` holds both
///   reply       what a client keeps for the next time that it takes part
///   aggregate   the next x
///
/// All but aggregate handle parts of the cohort on several threads: they write columns of their own
/// and states of these clients only. A part makes all of its steps before its thread turns to the
/// next. Vectors of the server are changed by aggregate alone. None of them allocates but start().
template <typename Scalar>
class Method {
public:
    using Vector = VectorOf<Scalar>;
    using Matrix = MatrixOf<Scalar>;
    virtual ~Method() = default;

    struct Start {
        const Vector& x; ///< x⁰
        Index clients;   ///< N
        Index columns;   ///< the most that work in a round
        Evaluator<Scalar>& evaluator;
    };
    virtual void start(const Start& start) { x_ = start.x; }
    /// x: what is evaluated.
    [[nodiscard]] const Vector& model() const { return x_; }
    [[nodiscard]] virtual VectorsSent sent() const { return {}; }
    /// How often the batch of a step is evaluated.
    [[nodiscard]] virtual int gradientsAStep() const { return 1; }
    /// What the server knows of the direction of descent, of the size of a gradient; null: nothing.
    [[nodiscard]] virtual const Vector* serverDirection() const { return nullptr; }
    /// Length of what the server adds to the mean of where clients came to, to correct it; nothing
    /// of methods without such.
    [[nodiscard]] virtual std::optional<double> correctionLength() const { return std::nullopt; }
    /// What the server adds to the mean of where clients came to is the mean of these, one column a
    /// client; null of methods without such.
    [[nodiscard]] virtual const Matrix* clientCorrections() const { return nullptr; }
    /// Whether clients need each other's gradients: then they step side by side, as one part.
    [[nodiscard]] virtual bool stepsTogether() const { return false; }
    /// Changes an option while it runs; false: there is none with that name.
    virtual bool set(std::string_view /*option*/, double /*value*/) { return false; }

    virtual void broadcast(const Part<Scalar>& /*part*/) {}
    virtual void further(const Part<Scalar>& /*part*/, Batches<Scalar>& /*batches*/) {}
    virtual void direct(const Part<Scalar>& /*part*/) {}
    virtual void reply(const Part<Scalar>& /*part*/) {}
    virtual void aggregate(const Cohort<Scalar>& cohort) {
        x_ += static_cast<Scalar>(cohort.serverRate) * cohort.meanUpdate;
    }

protected:
    Vector x_;
};

template <typename Scalar>
class FedAvg final : public Method<Scalar> {};

} // namespace convergence::federated
