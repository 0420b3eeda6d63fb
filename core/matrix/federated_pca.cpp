#include "core/matrix/federated_pca.h"

#include <algorithm>
#include <cmath>

#include "core/math/decompositions.h"
#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "core/math/roc.h"

namespace convergence::matrix {

namespace {

constexpr double largestUsefulNorm = 1e6;

} // namespace

double reconstructionCost(const Eigen::MatrixXd& covariance, const Eigen::MatrixXd& u) {
    const Eigen::MatrixXd inner = u.transpose() * covariance * u; // k × k
    return covariance.trace() - 2.0 * inner.trace() + (u.transpose() * u).cwiseProduct(inner).sum();
}

Eigen::MatrixXd reconstructionGradient(const Eigen::MatrixXd& covariance,
                                       const Eigen::MatrixXd& u) {
    const Eigen::MatrixXd cu = covariance * u;
    return 2.0 * (-2.0 * cu + u * (u.transpose() * cu) + cu * (u.transpose() * u));
}

Eigen::MatrixXd leadingEigenvectors(const Eigen::MatrixXd& symmetric, Eigen::Index k) {
    return symmetricEigen(symmetric).vectors.rowwise().reverse().leftCols(k);
}

ConsensusPca::ConsensusPca(std::vector<PcaClient> clients, const Settings& settings,
                           Eigen::MatrixXd start, std::uint64_t seed)
    : clients_(std::move(clients)), settings_(settings), z_(std::move(start)), seed_(seed),
      active_(clients_.size()), retraction_(z_.rows(), z_.cols()), cu_(z_.rows(), z_.cols()),
      gradient_(z_.rows(), z_.cols()), gram_(z_.cols(), z_.cols()), inner_(z_.cols(), z_.cols()),
      excess_(z_.cols(), z_.cols()) {
    Eigen::MatrixXd local = z_;
    if (settings_.geometry == Geometry::grassmann)
        retraction_.apply(local);
    u_.assign(clients_.size(), local);
    y_.assign(clients_.size(), Eigen::MatrixXd::Zero(z_.rows(), z_.cols()));
    t_.assign(clients_.size(), Eigen::MatrixXd::Zero(z_.cols(), z_.cols()));
    for (std::uint32_t i = 0; i < clients_.size(); ++i)
        participants_.push_back(i); // all are told Z₀
}

void ConsensusPca::updateDuals(std::size_t client) {
    y_[client] += settings_.penalty * (u_[client] - z_);
    if (settings_.geometry != Geometry::euclidean)
        return;
    gram_.noalias() = u_[client].transpose() * u_[client];
    gram_.diagonal().array() -= 1.0;
    t_[client] += settings_.penalty * gram_.cwiseMax(0.0).cwiseAbs2();
}

void ConsensusPca::localStep(std::size_t client) {
    Eigen::MatrixXd& u = u_[client];
    const double c = settings_.couplingPerSample ? 1.0 / clients_[client].samples : 1.0;
    const double rho = settings_.penalty;
    // 2(−2CU + U(UᵀCU) + CU(UᵀU))
    cu_.noalias() = clients_[client].covariance * u;
    inner_.noalias() = u.transpose() * cu_;
    gram_.noalias() = u.transpose() * u;
    gradient_ = -4.0 * cu_;
    gradient_.noalias() += 2.0 * u * inner_;
    gradient_.noalias() += 2.0 * cu_ * gram_;
    gradient_ += c * (y_[client] + rho * (u - z_));
    if (settings_.geometry == Geometry::euclidean) {
        // U(W + Wᵀ), W = 2(T + ρh)∘max(0, UᵀU − I)
        excess_ = gram_;
        excess_.diagonal().array() -= 1.0;
        excess_ = excess_.cwiseMax(0.0);
        inner_ = 2.0 * (t_[client] + rho * excess_.cwiseAbs2()).cwiseProduct(excess_);
        excess_ = inner_ + inner_.transpose();
        gradient_.noalias() += c * u * excess_;
        u -= settings_.localRate * gradient_;
    } else {
        inner_.noalias() = u.transpose() * gradient_;
        gradient_.noalias() -= u * inner_;
        u -= settings_.localRate * gradient_;
        retraction_.apply(u);
    }
    gram_.noalias() = u.transpose() * u;
    gram_.diagonal().array() -= 1.0;
    largestDeparture_ = largerError(largestDeparture_, gram_.norm());
}

bool ConsensusPca::round() {
    for (const std::uint32_t client : participants_)
        updateDuals(client);
    const auto wanted = static_cast<std::size_t>(
        std::floor(settings_.fraction * static_cast<double>(clients_.size()) + 1e-9));
    participants_ = RandomStream({.seed = seed_, .purpose = "participants", .index = round_})
                        .choice(active_, std::clamp<std::size_t>(wanted, 1, active_));
    ++round_;
    double total = 0.0;
    for (const std::uint32_t client : participants_) {
        for (int step = 0; step < settings_.localSteps; ++step)
            localStep(client);
        total += clients_[client].samples;
    }
    z_.setZero();
    for (const std::uint32_t client : participants_) {
        const double weight = clients_[client].samples / total;
        z_ += weight * u_[client];
        if (settings_.fullServerUpdate && settings_.penalty > 0.0)
            z_ += weight / settings_.penalty * y_[client];
    }
    return z_.squaredNorm() < largestUsefulNorm; // false for NaN too
}

Eigen::VectorXd reconstructionScores(const Eigen::MatrixXd& q, const Eigen::MatrixXd& x) {
    return (x - q * (q.transpose() * x)).colwise().squaredNorm();
}

Detection detect(const Eigen::VectorXd& normal, const Eigen::VectorXd& attack,
                 const std::vector<int>& kinds, int kindCount, double threshold) {
    Detection result{.threshold = threshold,
                     .areaUnderRoc = convergence::areaUnderRoc(normal, attack)};
    const auto alarms = static_cast<double>((normal.array() > threshold).count());
    const auto hits = static_cast<double>((attack.array() > threshold).count());
    const auto normals = static_cast<double>(normal.size());
    const auto attacks = static_cast<double>(attack.size());
    result.falseAlarmRate = alarms / normals;
    result.recall = hits / attacks;
    result.missRate = 1.0 - result.recall;
    result.accuracy = (hits + normals - alarms) / (normals + attacks);
    result.precision = hits + alarms > 0.0 ? hits / (hits + alarms) : 0.0;
    result.f1 = result.precision + result.recall > 0.0
                    ? 2.0 * result.precision * result.recall / (result.precision + result.recall)
                    : 0.0;
    std::vector<double> found(static_cast<std::size_t>(kindCount)), all = found;
    for (Eigen::Index i = 0; i < attack.size(); ++i) {
        const auto kind = static_cast<std::size_t>(kinds[static_cast<std::size_t>(i)]);
        all[kind] += 1.0;
        found[kind] += attack[i] > threshold ? 1.0 : 0.0;
    }
    for (std::size_t kind = 0; kind < all.size(); ++kind)
        result.recallByKind.push_back(all[kind] > 0.0 ? found[kind] / all[kind] : 0.0);
    return result;
}

} // namespace convergence::matrix
