#pragma once

#include "core/federated/classifier_clients.h"

namespace convergence::federated {

/// synthetic(a, b) (Li et al. 2020): clients that differ in their models and in their inputs.
/// Client k draws u_k ~ N(0, a), B_k ~ N(0, b) (variances), then W_k, c_k with entries N(u_k, 1)
/// and v_k with entries N(B_k, 1); samples are x = v_k + diag(j^−0.6)N(0, I) with y = argmax(xW_k +
/// c_k).
struct SyntheticSetting {
    Index clients = 20;
    Index inputs = 60;
    Index classes = 10;
    Index samples = 100;      ///< of each client
    Index testSamples = 20;   ///< of each client
    double models = 1.0;      ///< a
    double shifts = 1.0;      ///< b
    bool sameClients = false; ///< one W and c for all, v = 0
    bool unequal = false;     ///< sizes ⌊exp(N(4, 2))⌋ + 50, at most 5,000 (2 a deviation)
    std::uint64_t seed = 0, replicate = 0;
};

/// Throws InputError naming the setting that is out of its range.
ClassifierData<double> syntheticClients(const SyntheticSetting& setting);

} // namespace convergence::federated
