// Pictures of clients: their ways in the plane, their updates, who works when, who has what.

#pragma once

#include <array>

#include "core/data/partitions.h"
#include "core/experiment/frames.h"
#include "core/federated/methods/ascent.h"
#include "core/federated/quadratics.h"
#include "core/federated/rounds.h"

namespace convergence::federated {

/// Quadratics of two dimensions, and rounds on them.
struct Plane {
    const Quadratics& problem;
    const Rounds<double>& rounds;
    bool isSprung = false; ///< the ball in which its spring kept a client is drawn
};
/// "fan": the way of every client in the last round, from the server's x to where it came, over the
/// level lines of f; the clients' own optima and x*; what the server knows of the direction, and
/// the corrections of all clients end to end, where the method has such.
void drawFan(const Plane& plane, FrameMap& frames);
/// "round": the same as an episode: all clients on their ways, then together where the server is.
void drawRound(const Plane& plane, FrameMap& frames);

/// "updates": how far the clients of the last round went, by rank.
template <typename Scalar>
void drawUpdates(const Rounds<Scalar>& rounds, FrameMap& frames);

/// "uphill": the loss of some clients of the last round on their first batch, from where they began
/// along the step uphill, to twice its length.
template <typename Scalar>
void drawUphill(const Rounds<Scalar>& rounds, const LocalPlan& plan, const AscentOptions& ascent,
                FrameMap& frames);

/// The replies of the last rounds, in virtual time.
class PastRounds {
public:
    struct Span {
        double begin, end;
    };
    void add(const Span& round, const std::vector<Reply>& replies);
    /// Lanes of the server and of the first clients.
    [[nodiscard]] TimelineFrame timeline(Index clients) const;

private:
    struct Round {
        Span span{0.0, 0.0};
        std::vector<Reply> replies;
    };
    std::array<Round, 12> rounds_; ///< round r at r modulo their number
    std::size_t count_ = 0;
};

/// How many samples of each class the first clients have, end to end, below the classes of all.
TimelineFrame labelBars(const LabelledSamples& samples, const Partition& partition);

} // namespace convergence::federated
