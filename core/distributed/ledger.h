#pragma once

#include <cstdint>

namespace convergence {

/// How long a message takes on a link: latency + bytes/bandwidth.
struct LinkModel {
    double latency = 0.0;   ///< s a message, ≥ 0
    double bandwidth = 1e8; ///< byte/s, > 0; may be infinite

    /// Throws InputError naming a setting out of its range.
    [[nodiscard]] double seconds(std::int64_t bytes, std::int64_t messages = 1) const;
};

/// The account of a simulated distributed run. Every method keeps one, so that curves against
/// rounds, samples, bytes and virtual seconds mean the same for all of them:
///
///   rounds    whatever the method counts: aggregations at the server, gossip steps
///   samples   local gradient evaluations: a step on a batch of B counts B, one that evaluates the
///             batch at two points 2B
///   bytes     of numbers sent, 4 each unless said otherwise, for every vector and receiver;
///             down: server to clients, up: clients to server, across: between clients
///   seconds   of the clock model: they only grow
///
/// FedAvg with S clients and P parameters: down 4PS, up 4PS a round; SCAFFOLD sends two vectors
/// each way; gossip on a graph of E edges 2·4P·E across a step.
///
/// Amounts are whole numbers of up to 2⁶³ − 1: adding beyond that, or a negative amount, throws
/// std::logic_error. Nothing here depends on the machine.
class Ledger {
public:
    static constexpr std::int64_t singleBytes = 4; ///< of a number in single precision

    struct Totals {
        std::int64_t rounds = 0;
        std::int64_t samples = 0;
        std::int64_t bytesDown = 0;
        std::int64_t bytesUp = 0;
        std::int64_t bytesAcross = 0;
        double seconds = 0.0;

        /// Down, up and across.
        [[nodiscard]] std::int64_t bytes() const { return bytesDown + bytesUp + bytesAcross; }
        friend bool operator==(const Totals&, const Totals&) = default;
    };

    /// Messages of one size.
    struct Messages {
        std::int64_t count = 1;               ///< receivers × vectors
        std::int64_t numbers = 0;             ///< in each
        std::int64_t bytesEach = singleBytes; ///< of a number
        [[nodiscard]] std::int64_t bytes() const;
    };

    void countRounds(std::int64_t rounds = 1);
    void countSamples(std::int64_t samples);
    void sendDown(const Messages& messages);
    void sendUp(const Messages& messages);
    void sendAcross(const Messages& messages);
    /// For messages that are not numbers of one size, e.g. of bits and scales.
    void sendBytesUp(std::int64_t bytes);
    void sendBytesDown(std::int64_t bytes);
    void sendBytesAcross(std::int64_t bytes);

    /// The clock goes on. Throws std::logic_error if `seconds` is negative or not finite.
    void spend(double seconds);
    /// The clock goes to a time, e.g. that of an event. Throws std::logic_error if it is earlier
    /// than the clock's, or not finite.
    void advanceTo(double seconds);

    [[nodiscard]] const Totals& totals() const { return totals_; }
    /// What was counted since `before`, a total of this ledger.
    [[nodiscard]] Totals since(const Totals& before) const;

private:
    Totals totals_;
};

} // namespace convergence
