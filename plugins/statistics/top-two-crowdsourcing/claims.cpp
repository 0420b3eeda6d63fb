#include "plugins/statistics/top-two-crowdsourcing/experiment.h"

namespace convergence::top_two {

std::vector<Claim> claims() {
    return {};
}

} // namespace convergence::top_two
