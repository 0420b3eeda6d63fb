#pragma once

#include <cstdint>
#include <vector>

#include "core/distributed/ledger.h"
#include "core/federated/participation.h"

namespace convergence::federated {

/// Machines that are not there: how long clients would take.
struct ClockModel {
    double secondsASample = 1e-3; ///< of a gradient at one sample on the fastest client, ≥ 0
    /// The slowest client takes so many times as long as the fastest, ≥ 1; the others lie between,
    /// evenly on a logarithmic scale, and who is which is drawn.
    double slowest = 1.0;
    LinkModel link = {.latency = 0.05, .bandwidth = 1e6}; ///< of each client, each way
    ParticipationSeed seed = {};
};

/// The clock of a simulated run, in virtual seconds. It depends on nothing but the model: neither
/// on the machine nor on the number of threads.
class Clock {
public:
    /// Throws InputError naming the setting that is out of its range.
    Clock(const ClockModel& model, Index clients);

    /// What a client is asked to do in a round.
    struct Errand {
        std::int64_t samples = 0;                ///< at which it evaluates gradients
        std::int64_t bytesDown = 0, bytesUp = 0; ///< that it is sent, and sends
        std::int64_t messagesDown = 1, messagesUp = 1;
    };
    /// From when the server sends to when the reply has come.
    [[nodiscard]] double seconds(ClientId client, const Errand& errand) const;
    /// A round in which nobody answers: the server asks, and waits once there and back.
    [[nodiscard]] double secondsOfSilence() const { return 2.0 * model_.link.latency; }
    /// How many times as long as the fastest a client takes.
    [[nodiscard]] double slowness(ClientId client) const { return slowness_[client]; }

private:
    ClockModel model_;
    std::vector<double> slowness_; ///< of each client
};

} // namespace convergence::federated
