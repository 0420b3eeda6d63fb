#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace convergence {

/// What step sizes for stochastic gradients depend on.
struct StepSizeOptions {
    double scale = 1.0;           ///< η
    std::int64_t horizon = 1;     ///< T, number of steps planned
    double smoothness = 0.0;      ///< L; 0: no cap
    double strongConvexity = 0.0; ///< μ; strong_1 and strong_2 need it
    double moment = 2.0;          ///< p of the noise, for heavy and heavy_linear
};

/// Step sizes η_t, t = 1, ..., T, of stochastic mirror descent (Liu and Zhou 2023; the linear decay
/// is Zamani and Glineur 2023). With κ = L/μ and a ∧ b = min:
///
///   fixed         1/(2L) ∧ η                            does not know T, does not converge
///   sqrt          1/(2L) ∧ η/√t
///   const         1/(2L) ∧ η/√T                         knows T
///   linear        1/(2L) ∧ η(T − t + 1)/T^{3/2}         knows T
///   strong_1      1/(μ(t + 2κ))
///   strong_2      2/(μ(t + 4κ))
///   heavy         1/(2L) ∧ η/t^{1/p}
///   heavy_linear  1/(2L) ∧ η(T − t + 1)/T^{1+1/p}       knows T
class StochasticSteps {
public:
    /// Throws InputError for an unknown name, and for strong_* without μ > 0.
    StochasticSteps(std::string_view name, const StepSizeOptions& options);
    [[nodiscard]] double at(std::int64_t t) const;
    static const std::vector<std::string>& names();

private:
    enum class Form { decay, linear, strong };
    Form form_ = Form::decay;
    double cap_;
    double factor_ = 1.0;
    double power_ = 0.0;  ///< of t
    double offset_ = 0.0; ///< of t, strongly convex forms
    double horizon_;
};

} // namespace convergence
