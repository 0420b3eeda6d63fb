#include "core/federated/measures.h"

namespace convergence::federated {

template <typename Scalar>
double consensus(const Eigen::Ref<const MatrixOf<Scalar>>& models) {
    const VectorOf<Scalar> mean = models.rowwise().mean();
    return static_cast<double>((models.colwise() - mean).colwise().squaredNorm().mean());
}

template <typename Scalar>
std::optional<Gaps> gapsOf(Evaluator<Scalar>& evaluator,
                           const Eigen::Ref<const MatrixOf<Scalar>>& models) {
    const VectorOf<Scalar> mean = models.rowwise().mean();
    const auto gapOf = [&](const Eigen::Ref<const VectorOf<Scalar>>& x) {
        const auto cheap = evaluator.everyRound(x);
        return cheap ? std::optional(cheap->gap) : evaluator.at(x).gap;
    };
    const auto ofMean = gapOf(mean);
    if (!ofMean)
        return std::nullopt;
    Gaps gaps{.ofMean = *ofMean};
    for (Index i = 0; i < models.cols(); ++i)
        gaps.mean += gapOf(models.col(i)).value_or(0.0) / static_cast<double>(models.cols());
    return gaps;
}

template <typename Scalar>
PowerIterationResult sharpness(const Problem<Scalar>& problem, Evaluator<Scalar>& evaluator,
                               const VectorOf<Scalar>& x, const PowerIterationOptions& options) {
    // Half of the digits are lost to the difference, half to its error.
    constexpr double apart = std::is_same_v<Scalar, float> ? 1e-2 : 1e-5;
    const Index clients = problem.clients();
    VectorOf<Scalar> own(x.size());
    const auto addGradient = [&](const Eigen::VectorXd& at, double factor, Eigen::VectorXd& sum) {
        const VectorOf<Scalar> point = at.template cast<Scalar>();
        for (Index i = 0; i < clients; ++i) {
            evaluator.gradient(static_cast<ClientId>(i), point, own);
            sum += factor / static_cast<double>(clients) * own.template cast<double>();
        }
    };
    const Eigen::VectorXd center = x.template cast<double>();
    return largestEigenvalue(
        [&](const Eigen::VectorXd& v, Eigen::VectorXd& result) {
            result.setZero();
            addGradient(center + apart * v, 0.5 / apart, result);
            addGradient(center - apart * v, -0.5 / apart, result);
        },
        x.size(), options);
}

template double consensus<float>(const Eigen::Ref<const MatrixOf<float>>&);
template double consensus<double>(const Eigen::Ref<const MatrixOf<double>>&);
template std::optional<Gaps> gapsOf(Evaluator<float>&, const Eigen::Ref<const MatrixOf<float>>&);
template std::optional<Gaps> gapsOf(Evaluator<double>&, const Eigen::Ref<const MatrixOf<double>>&);
template PowerIterationResult sharpness(const Problem<float>&, Evaluator<float>&,
                                        const VectorOf<float>&, const PowerIterationOptions&);
template PowerIterationResult sharpness(const Problem<double>&, Evaluator<double>&,
                                        const VectorOf<double>&, const PowerIterationOptions&);

} // namespace convergence::federated
