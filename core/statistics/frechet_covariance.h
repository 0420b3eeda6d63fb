#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

/// Yuan, Wang, Yu, "Fréchet Cumulative Covariance Net for Deep Nonlinear Sufficient Dimension
/// Reduction with Random Objects", 2025, in a form that was reconstructed (its page says how).
///
/// Responses Y₁ … Y_n are known by their distances D alone, features F are n × d, F̄ centered. Over
/// balls with center Y_i through Y_j, a_k = 1{D_ik ≤ D_ij},
///
///     c_ij = (1/n) Σ_k F̄_k a_k,      FCCov(F) = (1/n²) Σ_ij ‖c_ij‖².
///
/// In the population it is 0 iff the mean of a feature given Y is the same over all balls. It
/// depends on D only by the order of distances from each center: one response that is moved far
/// away changes no more than its place in these orders.
namespace convergence::statistics {

/// Whether a ball holds what lies on its surface. Closed is the definition; open drops ties.
enum class Ball { closed, open };

/// By the definition, O(n³).
double frechetCovarianceByDefinition(const Eigen::MatrixXd& distances,
                                     const Eigen::MatrixXd& features, Ball ball = Ball::closed);

/// W with FCCov(F) = tr(FᵀWF), of closed balls: W = HMH/n⁴, H = I − 11ᵀ/n, M_kl = Σ_i min(r_ik,
/// r_il), r_ik = #{j: D_ij ≥ D_ik}. The gradient in F is 2WF. O(n³) once, n²d a call.
Eigen::MatrixXd frechetWeights(const Eigen::MatrixXd& distances);

/// The same in the kernel of weighted inverse regression ensembles, which is not robust:
/// W = −HDH/n².
Eigen::MatrixXd distanceWeights(const Eigen::MatrixXd& distances);

/// The same in the kernel k = exp(−D²/median of D²) of generalized sliced inverse regression (Lee,
/// Artemiou, Li 2013): W = HKH/n². It is bounded, so that what is far away counts as merely far.
Eigen::MatrixXd kernelWeights(const Eigen::MatrixXd& distances);

/// Distance covariance of features and responses over the size of the responses' part,
///
///     (1/n²) Σ_kl A_kl B_kl / √mean(B²),   A_kl = ‖F_k − F_l‖, B = HDH = −n²W,
///
/// W of distanceWeights().
double distanceCovariance(const Eigen::MatrixXd& features, const Eigen::MatrixXd& distanceWeights);
/// Writes L(F) into `form`, n × n, with distanceCovariance(F) = tr(FᵀLF) and L1 = 0. Its gradient
/// in F is LF, not 2LF: it is of degree 1 in F. Features that coincide do not pull at each other.
void distanceCovarianceForm(const Eigen::MatrixXd& features, const Eigen::MatrixXd& distanceWeights,
                            Eigen::MatrixXd& form);

/// All balls by their order: for each center the responses from near to far. O(n² log n) once,
/// O(n²d) a call, by prefix sums.
class BallOrder {
public:
    /// D is not negative. Throws std::logic_error unless it is square.
    explicit BallOrder(const Eigen::MatrixXd& distances, Ball ball = Ball::closed);

    [[nodiscard]] double covariance(const Eigen::MatrixXd& features) const;
    /// ∂FCCov/∂F, n × d: (2/n³) Σ_i Σ_{j: k in ball ij} c_ij, less its mean over k.
    [[nodiscard]] Eigen::MatrixXd gradient(const Eigen::MatrixXd& features) const;

private:
    /// Calls visit(places, tie, c) for each center and each block of ties: `places` the center's
    /// order, [tie.first, tie.second) the block, c = n·c_ij, d entries, of its balls.
    template <typename Visit>
    void forEachBall(const Eigen::MatrixXd& centered, Visit&& visit) const;

    Eigen::Index count_;
    Ball ball_;
    std::vector<std::uint32_t> order_; ///< n × n, a row a center
    std::vector<std::uint8_t> ends_;   ///< n × n: whether a block of ties ends here
};

} // namespace convergence::statistics
