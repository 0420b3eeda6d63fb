#include "core/federated/clock.h"

#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/random.h"

namespace convergence::federated {

Clock::Clock(const ClockModel& model, Index clients) : model_(model) {
    if (!(model.secondsASample >= 0.0 && std::isfinite(model.secondsASample)))
        throw InputError(fmt::format("{:g} s for a gradient are not accepted; it takes 0 or more, "
                                     "and a finite time.",
                                     model.secondsASample));
    if (!(model.slowest >= 1.0 && std::isfinite(model.slowest)))
        throw InputError(fmt::format("A slowest client that takes {:g} times as long as the "
                                     "fastest is not accepted; it is at least 1, and finite.",
                                     model.slowest));
    (void)model.link.seconds(0, 0); // refuses what is out of its range
    const auto order = RandomStream({.seed = model.seed.seed,
                                     .purpose = "speeds of clients",
                                     .replicate = model.seed.replicate})
                           .permutation(static_cast<std::size_t>(clients));
    slowness_.assign(order.size(), 1.0);
    const double last = static_cast<double>(std::max<Index>(1, clients - 1));
    for (std::size_t k = 0; k < order.size(); ++k)
        slowness_[order[k]] = std::pow(model.slowest, static_cast<double>(k) / last);
}

double Clock::seconds(ClientId client, const Errand& errand) const {
    return model_.link.seconds(errand.bytesDown, errand.messagesDown) +
           slowness_[client] * model_.secondsASample * static_cast<double>(errand.samples) +
           model_.link.seconds(errand.bytesUp, errand.messagesUp);
}

} // namespace convergence::federated
