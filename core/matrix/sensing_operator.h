#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include <Eigen/Core>

namespace convergence::matrix {

/// The measurements A_i of a matrix Z ∈ R^{n₁×n₂}, stacked:
///
///   𝒜(Z)_i = ⟨A_i, Z⟩ / √m,   𝒜*(z) = Σ_i z_i A_i / √m,   i = 1..m,
///
/// entries of A_i independent standard normals. In symmetric operators A_i ← (A_i + A_iᵀ)/2 and
/// only the upper triangle is stored, which halves the memory that a step has to read.
/// Immutable; shared by all trials.
class SensingOperator {
public:
    enum class Structure { general, symmetric };

    /// m ≥ 1 measurements. Symmetric needs rows = columns. Equal seeds give equal A_i for both
    /// structures. Throws InputError.
    SensingOperator(Eigen::Index rows, Eigen::Index columns, Eigen::Index measurements,
                    Structure structure, std::uint64_t seed);

    [[nodiscard]] Eigen::Index rows() const { return rows_; }
    [[nodiscard]] Eigen::Index columns() const { return columns_; }
    [[nodiscard]] Eigen::Index measurements() const { return stacked_.cols(); }

    /// 𝒜(Z), m values.
    [[nodiscard]] Eigen::VectorXd apply(const Eigen::MatrixXd& z) const;
    /// 𝒜*(w), n₁ × n₂.
    [[nodiscard]] Eigen::MatrixXd adjoint(const Eigen::VectorXd& w) const;

    /// Room for a pass; one a trial.
    struct Workspace {
        Eigen::VectorXd input;
        Eigen::VectorXd output;
    };
    [[nodiscard]] Workspace workspace() const;

    /// Turns 𝒜(Z)_i, i = first, first + 1, ..., into weights w_i in place.
    using Weigh = std::function<void(Eigen::Index first, std::span<double> values)>;
    /// 𝒜*(w) for weights made of 𝒜(Z), into `out` (n₁ × n₂, already sized). Reads the operator
    /// from memory once: a few measurements at a time, in order, serve both products. Does not
    /// allocate.
    void pass(const Eigen::MatrixXd& z, const Weigh& weigh, Workspace& workspace,
              Eigen::MatrixXd& out) const;

    /// Bytes that an operator of this size holds.
    static double bytes(Eigen::Index rows, Eigen::Index columns, Eigen::Index measurements,
                        Structure structure);

private:
    [[nodiscard]] Eigen::Index packedSize() const { return stacked_.rows(); }
    void pack(const Eigen::MatrixXd& z, Eigen::VectorXd& packed) const;
    void unpack(const Eigen::VectorXd& packed, Eigen::MatrixXd& z) const;

    Eigen::Index rows_;
    Eigen::Index columns_;
    Structure structure_;
    /// One column a measurement: vec(A_i)/√m, or the upper triangle column by column.
    Eigen::MatrixXd stacked_;
};

/// R(Z) = 𝒜*(𝒜(Z) − y) and ‖𝒜(Z) − y‖, the two things a gradient step needs, with the workspaces
/// for them; one a trial. Without an operator it is the population limit 𝒜*𝒜 = identity:
/// R(Z) = Z − M*.
class MeasuredResidual {
public:
    /// Population limit.
    explicit MeasuredResidual(const Eigen::MatrixXd& target);
    /// y = 𝒜(M*) + σ ε with ε standard normal from the seed.
    MeasuredResidual(std::shared_ptr<const SensingOperator> sensing, const Eigen::MatrixXd& target,
                     double noise, std::uint64_t seed);

    /// Replaces σ; ε stays. No effect in the population limit.
    void setNoise(double noise);

    /// R(Z) into `residual` (n₁ × n₂, already sized). Does not allocate.
    void compute(const Eigen::MatrixXd& z, Eigen::MatrixXd& residual);
    /// True in the population limit, where R(Z) = Z − M*.
    [[nodiscard]] bool isPopulationLimit() const { return !sensing_; }
    [[nodiscard]] const Eigen::MatrixXd& target() const { return target_; }
    /// ‖𝒜(Z) − y‖² of the last compute().
    [[nodiscard]] double squaredNorm() const { return squaredNorm_; }

private:
    std::shared_ptr<const SensingOperator> sensing_; ///< null: population limit
    Eigen::MatrixXd target_;
    Eigen::VectorXd clean_;   ///< 𝒜(M*), m
    Eigen::VectorXd epsilon_; ///< m
    Eigen::VectorXd y_;       ///< m
    SensingOperator::Workspace workspace_;
    double squaredNorm_ = 0.0;
};

} // namespace convergence::matrix
