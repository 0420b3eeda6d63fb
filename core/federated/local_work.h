#pragma once

#include "core/federated/method.h"
#include "core/stop_token.h"

namespace convergence::federated {

/// The local steps of the clients of a round, all side by side: each step is one call for all
/// gradients. Threads share out the clients; results do not depend on how many there are.
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
        const StopToken* stop = nullptr; ///< asked before each step
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
    void inParts(const Work& work);
    void descend(const Part<Scalar>& part) const;
    [[nodiscard]] std::int64_t samplesOfStep() const;

    std::unique_ptr<Batches<Scalar>> batches_;
    Cohort<Scalar> cohort_;
    std::vector<Visit> visits_;
    Index shortest_ = 0; ///< of the steps of the run's clients
    bool followsPaths_ = false;
    std::vector<MatrixOf<Scalar>> paths_;
};

} // namespace convergence::federated
