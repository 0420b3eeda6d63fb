#include "core/distributed/ledger.h"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence {

namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

std::int64_t product(std::int64_t a, std::int64_t b) {
    if (a < 0 || b < 0)
        throw std::logic_error("A ledger counts amounts of 0 or more.");
    if (b != 0 && a > most / b)
        throw std::logic_error("A ledger counts up to " + std::to_string(most) + ".");
    return a * b;
}

void add(std::int64_t& total, std::int64_t amount) {
    if (amount < 0)
        throw std::logic_error("A ledger counts amounts of 0 or more, not " +
                               std::to_string(amount) + ".");
    if (amount > most - total)
        throw std::logic_error("A ledger counts up to " + std::to_string(most) + ".");
    total += amount;
}

} // namespace

double LinkModel::seconds(std::int64_t bytes, std::int64_t messages) const {
    if (!(latency >= 0.0) || std::isinf(latency))
        throw InputError(fmt::format("A latency of {} s is not accepted; it must be 0 or more, and "
                                     "finite.",
                                     latency));
    if (!(bandwidth > 0.0))
        throw InputError(fmt::format("A bandwidth of {} byte/s is not accepted; it must be "
                                     "positive.",
                                     bandwidth));
    return latency * static_cast<double>(messages) + static_cast<double>(bytes) / bandwidth;
}

std::int64_t Ledger::Messages::bytes() const {
    return product(product(count, numbers), bytesEach);
}

void Ledger::countRounds(std::int64_t rounds) {
    add(totals_.rounds, rounds);
}
void Ledger::countSamples(std::int64_t samples) {
    add(totals_.samples, samples);
}
void Ledger::sendDown(const Messages& messages) {
    sendBytesDown(messages.bytes());
}
void Ledger::sendUp(const Messages& messages) {
    sendBytesUp(messages.bytes());
}
void Ledger::sendAcross(const Messages& messages) {
    sendBytesAcross(messages.bytes());
}
void Ledger::sendBytesUp(std::int64_t bytes) {
    add(totals_.bytesUp, bytes);
}
void Ledger::sendBytesDown(std::int64_t bytes) {
    add(totals_.bytesDown, bytes);
}
void Ledger::sendBytesAcross(std::int64_t bytes) {
    add(totals_.bytesAcross, bytes);
}

void Ledger::spend(double seconds) {
    advanceTo(seconds >= 0.0 ? totals_.seconds + seconds
                             : std::numeric_limits<double>::quiet_NaN());
}

void Ledger::advanceTo(double seconds) {
    if (!(seconds >= totals_.seconds) || std::isinf(seconds))
        throw std::logic_error(fmt::format("A clock at {} s cannot go to {} s; it only goes on.",
                                           totals_.seconds, seconds));
    totals_.seconds = seconds;
}

Ledger::Totals Ledger::since(const Totals& before) const {
    return {.rounds = totals_.rounds - before.rounds,
            .samples = totals_.samples - before.samples,
            .bytesDown = totals_.bytesDown - before.bytesDown,
            .bytesUp = totals_.bytesUp - before.bytesUp,
            .bytesAcross = totals_.bytesAcross - before.bytesAcross,
            .seconds = totals_.seconds - before.seconds};
}

} // namespace convergence
