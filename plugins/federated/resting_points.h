// Where methods come to rest on quadratics, with exact gradients of all clients.

#pragma once

#include <functional>

#include "core/federated/quadratics.h"

namespace convergence::federated {

/// Of a method whose clients pull the server's x by −f(A_i)(x − b_i), f of each eigenvalue:
/// Σf(A_i)(x − b_i) = 0.
Eigen::VectorXd restOf(const Quadratics& problem, const std::function<double(double)>& pull);

/// FedProx with K steps at rate η and weight w, with gradients merged with those from ρ times the
/// gradient uphill: with t = s(1 + αρs) and c = t + w, f(s) = (1 − (1 − ηc)^K)·t/c. With w = 0 it
/// is FedSAM, with ρ = 0 besides FedAvg.
struct ProximalWork {
    double rate;
    Index steps;
    double weight;
    double mergedStep = 0.0; ///< αρ
};
Eigen::VectorXd proximalRest(const Quadratics& problem, const ProximalWork& work);
/// FedSpeed, whatever K: where Σ of the merged gradients is 0; with plain ascent f(s) = s(1 + αρs).
Eigen::VectorXd uphillRest(const Quadratics& problem, double mergedStep);

} // namespace convergence::federated
