// What the trials of a federated experiment share, and read only: the clients of each replicate.

#pragma once

#include <memory>
#include <optional>

#include "core/experiment/experiment.h"
#include "core/experiment/made_once.h"
#include "core/federated/quadratics.h"
#include "core/federated/rounds.h"
#include "plugins/federated/client_data.h"

namespace convergence::federated {

class Testbed {
public:
    /// Reads data and makes the clients of replicate 0, so that what cannot work is refused here.
    explicit Testbed(const ParameterValues& values);

    [[nodiscard]] const ParameterValues& values() const { return values_; }
    [[nodiscard]] ProblemKind kind() const { return kind_; }
    /// Networks on data run in single precision, all else in double.
    [[nodiscard]] bool isSingle() const { return samples_.has_value(); }
    /// The clients of a replicate; who asks first makes them. Of the precision that isSingle()
    /// says.
    template <typename Scalar>
    [[nodiscard]] std::shared_ptr<const Problem<Scalar>> problem(std::uint64_t replicate) const;
    /// The same, where they are quadratics; else null.
    [[nodiscard]] std::shared_ptr<const Quadratics> quadratics(std::uint64_t replicate) const;
    [[nodiscard]] std::unique_ptr<Participation> participation(std::uint64_t replicate) const;
    /// K steps, unless clients work in passes.
    [[nodiscard]] LocalPlan plan(Index steps) const;
    [[nodiscard]] bool worksInSteps() const;
    /// Plan, weighting, delays and clock; rates are the experiment's.
    [[nodiscard]] RoundOptions options(Index steps, std::uint64_t replicate) const;
    /// (1/N)ΣK_i.
    template <typename Scalar>
    [[nodiscard]] double meanSteps(Index steps, std::uint64_t replicate) const {
        if (worksInSteps())
            return static_cast<double>(steps);
        const auto clients = problem<Scalar>(replicate);
        double mean = 0.0;
        for (Index i = 0; i < clients->clients(); ++i)
            mean += static_cast<double>(clients->steps(static_cast<ClientId>(i), plan(steps))) /
                    static_cast<double>(clients->clients());
        return mean;
    }
    /// In every round, and at once.
    [[nodiscard]] bool everybodyTakesPart() const;
    /// Every so many rounds as "record_every" says, or log-spaced: fewer where measuring costs.
    [[nodiscard]] Cadence cadence() const;
    [[nodiscard]] Provenance provenance() const;
    /// "label_bars": which client has how much of which class, of replicate 0.
    void draw(FrameMap& shared) const;

private:
    [[nodiscard]] std::uint64_t seed() const;
    [[nodiscard]] const AttendanceChoice& attendance() const;
    [[nodiscard]] std::vector<double> weights() const; ///< of taking part, the first client's 1
    [[nodiscard]] std::vector<double> rates() const;
    [[nodiscard]] std::shared_ptr<const Problem<double>> makeExact(std::uint64_t replicate) const;
    [[nodiscard]] std::shared_ptr<const Problem<float>> makeSingle(std::uint64_t replicate) const;

    ParameterValues values_;
    ProblemKind kind_;
    std::optional<ClientSamples> samples_;
    mutable MadeOnce<std::uint64_t, Problem<double>> exact_;
    mutable MadeOnce<std::uint64_t, Problem<float>> single_;
};

/// What an experiment keeps.
struct Kept {
    double trials = 1.0;  ///< of each replicate
    double vectors = 1.0; ///< for each client, where methods keep any
};
/// Bytes that clients, past models and the matrices of a cohort take.
double memoryOf(const ParameterValues& values, const Kept& kept);

} // namespace convergence::federated
