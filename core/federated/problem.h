#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <Eigen/Core>

/// Federated learning: N clients with data of their own look for one x that is good for all,
///
///   min f(x) = Σ_i p_i f_i(x),   f_i the mean loss on the data of client i,
///
/// and send each other vectors, never data. A round: some clients are sent the server's x, each
/// makes local steps from there, the server makes the next x of what they send back.
///
///   Problem        what the clients have: data, losses, where the optimum is    problem.h
///   Participation  who takes part in which round, and how late                  participation.h
///   Clock          how long they would take                                     clock.h
///   Method         what is sent, stepped and made of the replies: FedAvg, ...   method.h
///   Rounds         the loop, and the account of what it costs                   rounds.h
///
/// Networks run in single precision, quadratics and logistic regression in double.
namespace convergence::federated {

using Index = Eigen::Index;
using ClientId = std::uint32_t;
template <typename Scalar>
using MatrixOf = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
template <typename Scalar>
using VectorOf = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

/// How much a client works in a round.
struct LocalPlan {
    Index steps = 10; ///< K
    Index epochs = 0; ///< E > 0: passes over the client's data, in place of steps
    Index batch = 32; ///< B samples a step; 0: all that the client has
};

/// A client at work: its batches are those of the stream (seed, "batches", client, number), where
/// the number is that of the round (or of the dispatch), so that all methods meet the same.
struct Visit {
    ClientId client = 0;
    std::uint64_t number = 0;
};

/// The batches of some clients, one client a column. A batch can be evaluated at several points:
/// with the same samples, or the same noise.
///
/// Columns are handled in runs of columnsAtOnce(), the last of which may be shorter; threads may do
/// so with different runs at once. What comes out for a column is the same bits, in whichever order
/// and however many runs a call takes.
template <typename Scalar>
class Batches {
public:
    using Matrix = MatrixOf<Scalar>;
    virtual ~Batches() = default;

    /// From now on column j belongs to visits[j]. No more than the columns it was made for.
    virtual void begin(std::span<const Visit> visits) = 0;
    /// How many clients are best taken through their steps together: many of few numbers, since
    /// one call serves all; one of many, since its vectors then stay in the processor's cache.
    [[nodiscard]] virtual Index columnsAtOnce() const = 0;
    /// The next batches of `count` columns from `first` on. In epochs, that of a client whose
    /// passes are over is empty.
    virtual void next(Index first, Index count) = 0;
    /// Samples of their batches, all together.
    [[nodiscard]] virtual std::int64_t samples(Index first, Index count) const = 0;
    /// Gradients of each client's loss on its batch at its point, P × count for columns from
    /// `first` on, which is a multiple of columnsAtOnce(); 0 of empty batches. Does not allocate
    /// once as many threads as now have been there.
    virtual void evaluate(Index first, const Eigen::Ref<const Matrix>& points,
                          Eigen::Ref<Matrix> gradients) = 0;
};

/// How good an x is. What a problem does not have is left empty.
struct Measured {
    double loss = 0.0;              ///< f
    double gradientSquare = 0.0;    ///< ‖∇f‖²
    double dissimilarity = 0.0;     ///< ζ² = (1/N)Σ‖∇f_i − ∇f‖²
    std::optional<double> gap;      ///< f − f*
    std::optional<double> distance; ///< ‖x − x*‖
    std::optional<double> testLoss, testAccuracy;
    std::optional<double> validationAccuracy; ///< on samples that choices are made by
    /// Of the clients' accuracies on their own data: the least, the 10 % quantile, the median.
    std::optional<double> leastAccuracy, tenthAccuracy, medianAccuracy;
};

/// Measures on all that clients have (networks: on a part). One object a thread.
template <typename Scalar>
class Evaluator {
public:
    using Vector = VectorOf<Scalar>;
    virtual ~Evaluator() = default;
    [[nodiscard]] virtual Measured at(const Eigen::Ref<const Vector>& x) = 0;
    /// ∇f there, from the last call of at().
    [[nodiscard]] virtual const Vector& lastGradient() const = 0;
    /// ∇f_i, on all data of the client and without noise; returns f_i.
    virtual double gradient(ClientId client, const Eigen::Ref<const Vector>& x,
                            Eigen::Ref<Vector> gradient) = 0;
    /// What is cheap enough to be told after every round, where there is such.
    struct Cheap {
        double gap, gradientSquare;
    };
    [[nodiscard]] virtual std::optional<Cheap> everyRound(const Eigen::Ref<const Vector>& /*x*/) {
        return std::nullopt;
    }
};

/// Read only: all trials of a run share it.
template <typename Scalar>
class Problem {
public:
    using Vector = VectorOf<Scalar>;
    virtual ~Problem() = default;

    [[nodiscard]] virtual Index clients() const = 0;                ///< N
    [[nodiscard]] virtual Index dimension() const = 0;              ///< P
    [[nodiscard]] virtual Index samples(ClientId client) const = 0; ///< n_i ≥ 1
    /// x⁰.
    virtual void start(Eigen::Ref<Vector> x) const = 0;
    /// For up to so many columns.
    [[nodiscard]] virtual std::unique_ptr<Batches<Scalar>> batches(Index columns,
                                                                   const LocalPlan& plan) const = 0;
    [[nodiscard]] virtual std::unique_ptr<Evaluator<Scalar>> evaluator() const = 0;

    /// K_i: in epochs E·⌊n_i/B⌋, at least E.
    [[nodiscard]] Index steps(ClientId client, const LocalPlan& plan) const {
        if (plan.epochs == 0)
            return plan.steps;
        return plan.epochs *
               (plan.batch == 0 ? 1 : std::max<Index>(1, samples(client) / plan.batch));
    }
    /// Of a batch of a client.
    [[nodiscard]] Index batchSize(ClientId client, const LocalPlan& plan) const {
        if (plan.batch == 0)
            return samples(client);
        return plan.epochs > 0 ? std::min(plan.batch, samples(client)) : plan.batch;
    }
};

} // namespace convergence::federated
