#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/federated/problem.h"

namespace convergence::federated {

/// Who takes part in a round. What a round draws depends on (seed, replicate, round), and on the
/// rounds before only where said; methods that are compared so meet the same clients.
class Participation {
public:
    virtual ~Participation() = default;
    /// Puts the different clients of the next round, in rising order, into `chosen`; there may be
    /// none. Called for rounds 0, 1, 2, ... in this order. Does not allocate once `chosen` has room
    /// for most().
    virtual void choose(std::int64_t round, std::vector<ClientId>& chosen) = 0;
    /// The most that can ever take part in one round.
    [[nodiscard]] virtual Index most() const = 0;
};

struct ParticipationSeed {
    std::uint64_t seed = 0, replicate = 0;
};

// Each throws InputError naming what is out of its range: N ≥ 1 clients, rates p_i in (0, 1].

/// S of N, all subsets alike; all of them for S = N, without a draw. 1 ≤ S ≤ N.
std::unique_ptr<Participation> withoutReplacement(Index clients, Index sampled,
                                                  ParticipationSeed seed);
/// S of N, one after another with probabilities proportional to weights > 0 of those left: the S
/// largest of ln(u_i)/w_i (Efraimidis and Spirakis 2006).
std::unique_ptr<Participation> weighted(std::vector<double> weights, Index sampled,
                                        ParticipationSeed seed);

enum class EmptyRound { kept, drawnAgain };
/// Each by itself with probability p_i.
std::unique_ptr<Participation> bernoulli(std::vector<double> rates, ParticipationSeed seed,
                                         EmptyRound empty = EmptyRound::kept);
/// Each by itself, on and off: off → on with probability a, on → off with a(1/p_i − 1), both
/// divided by the latter where it is above 1; so on in the share p_i of rounds. On at first with
/// probability p_i; then moves before each round. 0 < a ≤ 1.
std::unique_ptr<Participation> markov(std::vector<double> rates, double turnsOn,
                                      ParticipationSeed seed);
/// Each by itself: max(1, round(Cp_i)) rounds on, then max(1, C less these) off, for ever; where in
/// its cycle it begins is uniform among the rounds off. C ≥ 2.
std::unique_ptr<Participation> cyclic(std::vector<double> rates, std::int64_t cycle,
                                      ParticipationSeed seed);

/// How many rounds old the x is that a client's work begins at.
struct Delays {
    enum class Kind { none, fixed, uniform /* on 0, ..., most */ };
    Kind kind = Kind::none;
    std::int64_t most = 0; ///< τ ≥ 0
    ParticipationSeed seed = {};
    /// At most `round`: before the start there was nothing.
    [[nodiscard]] std::int64_t of(std::int64_t round, ClientId client) const;
};

/// The server's last models: past(0) is the newest.
template <typename Scalar>
class PastModels {
public:
    /// Keeps so many, at least 1.
    PastModels(Index dimension, std::int64_t kept)
        : models_(dimension, static_cast<Index>(std::max<std::int64_t>(1, kept))) {}
    void push(const Eigen::Ref<const VectorOf<Scalar>>& x) {
        newest_ = (newest_ + 1) % models_.cols();
        models_.col(newest_) = x;
        held_ = std::min(held_ + 1, models_.cols());
    }
    [[nodiscard]] std::int64_t held() const { return held_; }
    /// x of `age` pushes ago; the oldest that is held, if that is too long ago. After a push().
    [[nodiscard]] auto past(std::int64_t age) const {
        const Index back = std::min<Index>(static_cast<Index>(age), held_ - 1);
        return models_.col((newest_ + models_.cols() - back) % models_.cols());
    }

private:
    MatrixOf<Scalar> models_; ///< P × kept
    Index newest_ = -1, held_ = 0;
};

} // namespace convergence::federated
