#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <Eigen/Core>

#include "core/matrix/orthonormal.h"

namespace convergence::matrix {

/// What a client needs to know of its own data X ∈ R^{d×n}: computed once, never sent.
struct PcaClient {
    Eigen::MatrixXd covariance; ///< C = XXᵀ/n, d × d
    double samples = 0.0;       ///< n
};

/// f(U) = (1/n)‖(I − UUᵀ)X‖²_F = tr C − 2 tr(UᵀCU) + tr(UᵀU UᵀCU), UᵀU = I not assumed.
double reconstructionCost(const Eigen::MatrixXd& covariance, const Eigen::MatrixXd& u);
/// ∇f = 2(−2CU + UUᵀCU + CUUᵀU), d × k.
Eigen::MatrixXd reconstructionGradient(const Eigen::MatrixXd& covariance, const Eigen::MatrixXd& u);

/// The k leading eigenvectors of a symmetric matrix, d × k, largest first.
Eigen::MatrixXd leadingEigenvectors(const Eigen::MatrixXd& symmetric, Eigen::Index k);

/// Federated PCA by consensus ADMM (Nguyen et al. 2024, arXiv 2407.07421). Clients minimize
///
///   f_i(U_i) + c[⟨Y_i, U_i − Z⟩ + (ρ/2)‖U_i − Z‖²]           (FEDPG, on the Grassmann manifold)
///            + c[⟨T_i, h(U_i)⟩ + (ρ/2)‖h(U_i)‖²]             (FEDPE besides, in Euclidean space)
///
/// with h(U) = max(0, UᵀU − I)² entrywise. A round: clients of the last one take Y_i += ρ(U_i − Z)
/// (and T_i += ρh(U_i)); a random subset makes E gradient steps from its own last U_i; the server
/// averages them, Z = Σ n_i U_i / Σ n_i. Z is not orthonormal: use QR(Z).
class ConsensusPca {
public:
    enum class Geometry {
        euclidean, ///< FEDPE: U ← U − η∇L
        grassmann, ///< FEDPG: tangent gradient G − U(UᵀG), QR retraction
    };
    struct Settings {
        Geometry geometry = Geometry::grassmann;
        double penalty = 10.0;          ///< ρ ≥ 0
        bool couplingPerSample = false; ///< c = 1/n_i instead of 1
        int localSteps = 10;            ///< E
        double localRate = 0.01;        ///< η
        double fraction = 0.3;          ///< of clients in a round, at least one
        bool fullServerUpdate = false;  ///< average U_i + Y_i/ρ
    };

    /// `start`: Z₀ and all U_i, d × k; on the Grassmann manifold clients take its Q.
    ConsensusPca(std::vector<PcaClient> clients, const Settings& settings, Eigen::MatrixXd start,
                 std::uint64_t seed);

    /// One round. False if an iterate is not finite or beyond use.
    bool round();

    /// Z, d × k, and the basis that it stands for.
    [[nodiscard]] const Eigen::MatrixXd& server() const { return z_; }
    [[nodiscard]] Eigen::MatrixXd basis() const { return orthonormalized(z_); }
    [[nodiscard]] const Eigen::MatrixXd& local(std::size_t client) const { return u_[client]; }
    [[nodiscard]] std::size_t clientCount() const { return clients_.size(); }
    [[nodiscard]] const std::vector<PcaClient>& clients() const { return clients_; }
    /// Who took part in the last round, in the order drawn.
    [[nodiscard]] const std::vector<std::uint32_t>& participants() const { return participants_; }
    /// Largest ‖UᵀU − I‖_F after any local step so far.
    [[nodiscard]] double largestDeparture() const { return largestDeparture_; }
    [[nodiscard]] Settings& settings() { return settings_; }
    /// Only the first `count` clients are drawn from now on.
    void keepClients(std::size_t count) { active_ = count; }
    void setCovariance(std::size_t client, Eigen::MatrixXd covariance) {
        clients_[client].covariance = std::move(covariance);
    }

private:
    void updateDuals(std::size_t client);
    void localStep(std::size_t client);

    std::vector<PcaClient> clients_;
    Settings settings_;
    Eigen::MatrixXd z_;
    std::vector<Eigen::MatrixXd> u_, y_, t_; ///< d × k, d × k, k × k
    std::uint64_t seed_;
    std::uint64_t round_ = 0;
    std::size_t active_;
    std::vector<std::uint32_t> participants_;
    double largestDeparture_ = 0.0;
    Orthonormalizer<double> retraction_;
    Eigen::MatrixXd cu_, gradient_;         ///< d × k
    Eigen::MatrixXd gram_, inner_, excess_; ///< k × k
};

/// Anomaly detection by reconstruction: what a subspace of normal traffic cannot explain.
struct Detection {
    double threshold = 0.0;
    double areaUnderRoc = 0.5; ///< of attacks above normal flows (core/math/roc.h)
    double accuracy = 0.0, precision = 0.0, recall = 0.0, f1 = 0.0;
    double falseAlarmRate = 0.0, missRate = 0.0;
    std::vector<double> recallByKind;
};

/// ‖x − QQᵀx‖² of each column, for orthonormal Q.
Eigen::VectorXd reconstructionScores(const Eigen::MatrixXd& q, const Eigen::MatrixXd& x);

/// Judges scores against a threshold; `kinds` has one kind, from 0, an attack.
Detection detect(const Eigen::VectorXd& normal, const Eigen::VectorXd& attack,
                 const std::vector<int>& kinds, int kindCount, double threshold);

} // namespace convergence::matrix
