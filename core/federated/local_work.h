#pragma once

#include "core/federated/method.h"
#include "core/stop_token.h"

namespace convergence::federated {

/// The local steps of the clients of a round. Some clients side by side, as many as their problem
/// says (Batches::columnsAtOnce), make all their steps, each with one call for their gradients;
/// threads share out these parts. Results do not depend on how many threads there are.
///
///     work.cohort().clients = {...};              // and steps, weights, start
///     work.run(method, round, {.rate = 0.1});
///     ... work.cohort().meanUpdate ...
template <typename Scalar>
class LocalWork {
public:
    /// For up to so many clients at once.
    LocalWork(const Problem<Scalar>& problem, const LocalPlan& plan, Index columns);

    [[nodiscard]] Cohort<Scalar>& cohort() { return cohort_; }
    [[nodiscard]] const Cohort<Scalar>& cohort() const { return cohort_; }

    struct Options {
        std::uint64_t number = 0;        ///< of the clients' batches (Visit)
        double clip = 0.0;               ///< gradients are shortened to this norm; 0: not
        const StopToken* stop = nullptr; ///< asked before each step of a part
    };
    /// From cohort().start by all steps to cohort().x and its mean update; returns the number of
    /// samples at which gradients were evaluated. −1 if it was stopped: the method's states are
    /// then as before.
    std::int64_t run(Method<Scalar>& method, const Options& options);

    /// The way of all clients in the last run is kept: x after k steps, for k = 0, ..., K.
    void followPaths() { followsPaths_ = true; }
    [[nodiscard]] const std::vector<MatrixOf<Scalar>>& paths() const { return paths_; }

private:
    template <typename Work>
    void inParts(const Method<Scalar>& method, const Work& work);
    /// Steps of the clients of a part.
    struct Steps {
        Index least, most;
    };
    [[nodiscard]] Steps stepsOf(const Part<Scalar>& part) const;
    /// All steps of a part; returns samples as run() does.
    std::int64_t descend(Part<Scalar> part, Method<Scalar>& method, const Options& options);
    /// One step of those that have steps left; returns the samples of their batches.
    std::int64_t step(const Part<Scalar>& part, Index leastSteps) const;
    void shorten(const Part<Scalar>& part, double norm) const;
    /// x after `step` steps, and the same after further ones up to `end`, as far as it is kept.
    void follow(const Part<Scalar>& part, Index step, Index end);
    void average();

    std::unique_ptr<Batches<Scalar>> batches_;
    Cohort<Scalar> cohort_;
    std::vector<Visit> visits_;
    bool followsPaths_ = false;
    std::vector<MatrixOf<Scalar>> paths_;
};

} // namespace convergence::federated
