#include "core/bilevel/cosh_problem.h"

#include <cmath>

#include <Eigen/QR>

#include "core/math/random.h"

namespace convergence::bilevel {

namespace {

constexpr double productNoise = 0.1;
constexpr double largestEigenvalue = 4.0;

Eigen::MatrixXd normalMatrix(RandomStream& stream, Eigen::Index rows, Eigen::Index columns) {
    Eigen::MatrixXd matrix(rows, columns);
    stream.fillNormal({matrix.data(), static_cast<std::size_t>(matrix.size())});
    return matrix;
}

} // namespace

CoshModel::CoshModel(Eigen::Index dimension, std::uint64_t seed) {
    RandomStream stream({.seed = seed, .purpose = "bilevel cosh problem"});
    const Eigen::MatrixXd Q =
        Eigen::HouseholderQR<Eigen::MatrixXd>(normalMatrix(stream, dimension, dimension))
            .householderQ();
    const Eigen::VectorXd eigenvalues =
        Eigen::VectorXd::LinSpaced(dimension, 1.0, largestEigenvalue);
    H = Q * eigenvalues.asDiagonal() * Q.transpose();
    inverse = Q * eigenvalues.cwiseInverse().asDiagonal() * Q.transpose();
    B = normalMatrix(stream, dimension, dimension) / std::sqrt(static_cast<double>(dimension));
    c = normalMatrix(stream, dimension, 1);
    response = inverse * B;
}

Eigen::VectorXd CoshModel::best(const Eigen::VectorXd& x) const {
    return response * x;
}

double CoshModel::value(const Eigen::VectorXd& x) const {
    return (x.array().cosh() - 1.0).sum() + (best(x) - c).array().cosh().log().sum();
}

void CoshModel::exact(const Eigen::VectorXd& x, Exact& result) const {
    result.best.resize(dimension());
    result.solution.resize(dimension());
    result.gradient.resize(dimension());
    result.best.noalias() = response * x;
    result.gradient = (result.best - c).array().tanh(); // ∇ᵧf
    result.solution.noalias() = inverse * result.gradient;
    // ∇²ₓᵧg = −Bᵀ.
    result.gradient = x.array().sinh();
    result.gradient.noalias() += B.transpose() * result.solution;
}

CoshProblem::CoshProblem(const CoshModel& model, Options options)
    : model_(model), options_(std::move(options)), noise_(model.dimension()) {
    for (std::uint64_t oracle = 0; oracle < 3; ++oracle) {
        Eigen::MatrixXd& parts = parts_[oracle];
        parts.resize(model.dimension(), partCount);
        for (Eigen::Index i = 0; i < parts.cols(); ++i) {
            // Fresh draws never come to these indices.
            drawNoise(oracle, ~static_cast<std::uint64_t>(i), 1, noise_);
            parts.col(i) = noise_;
        }
        parts.colwise() -= parts.rowwise().mean().eval();
    }
    for (std::uint64_t product = 0; product < 2; ++product) {
        RandomStream stream({.seed = options_.seed,
                             .purpose = "bilevel parts of products",
                             .replicate = options_.replicate,
                             .index = product});
        Eigen::VectorXd& factors = partFactors_[product];
        factors.resize(partCount);
        stream.fillNormal({factors.data(), partCount}, productNoise);
        factors.array() += 1.0 - factors.mean();
    }
}

void CoshProblem::drawNoise(std::uint64_t oracle, std::uint64_t index, std::uint32_t draws,
                            Eigen::VectorXd& noise) const {
    constexpr std::string_view purposes[] = {"bilevel noise of upper by x",
                                             "bilevel noise of upper by y",
                                             "bilevel noise of lower by y"};
    RandomStream stream({.seed = options_.seed,
                         .purpose = purposes[oracle],
                         .replicate = options_.replicate,
                         .index = index});
    const auto size = static_cast<std::size_t>(noise.size());
    if (options_.noise == NoiseKind::normal) {
        stream.fillNormal({noise.data(), size}, 1.0 / std::sqrt(static_cast<double>(draws)));
        return;
    }
    constexpr double rare = 0.1, high = 3.0, low = -1.0 / 3.0;
    for (double& entry : noise) {
        std::uint32_t count = 0;
        for (std::uint32_t k = 0; k < draws; ++k)
            count += stream.uniform() < rare ? 1U : 0U;
        entry = low + (high - low) * static_cast<double>(count) / static_cast<double>(draws);
    }
}

void CoshProblem::addNoise(Oracle oracle, const Sample& sample, double deviation,
                           Eigen::VectorXd& result) {
    if (deviation == 0.0)
        return;
    const auto which = static_cast<std::uint64_t>(oracle);
    if (sample.isPart) {
        result += deviation * parts_[which].col(static_cast<Eigen::Index>(sample.index));
        return;
    }
    drawNoise(which, sample.index, sample.draws == 0 ? 1 : sample.draws, noise_);
    result += deviation * noise_;
}

double CoshProblem::factor(Oracle oracle, const Sample& sample) const {
    const bool isHessian = oracle == Oracle::hessian;
    if (sample.isPart)
        return partFactors_[isHessian ? 0 : 1][static_cast<Eigen::Index>(sample.index)];
    RandomStream stream({.seed = options_.seed,
                         .purpose = isHessian ? "bilevel noise of the Hessian product"
                                              : "bilevel noise of the mixed product",
                         .replicate = options_.replicate,
                         .index = sample.index});
    const double draws = sample.draws == 0 ? 1.0 : static_cast<double>(sample.draws);
    return 1.0 + productNoise * stream.normal() / std::sqrt(draws);
}

void CoshProblem::upperByX(const Eigen::VectorXd& x, const Eigen::VectorXd&, const Sample& sample,
                           Eigen::VectorXd& result) {
    result = x.array().sinh();
    addNoise(Oracle::upperByX, sample, options_.upperNoise, result);
}

void CoshProblem::upperByY(const Eigen::VectorXd&, const Eigen::VectorXd& y, const Sample& sample,
                           Eigen::VectorXd& result) {
    result = (y - model_.c).array().tanh();
    addNoise(Oracle::upperByY, sample, options_.upperNoise, result);
}

void CoshProblem::lowerByY(const Eigen::VectorXd& x, const Eigen::VectorXd& y, const Sample& sample,
                           Eigen::VectorXd& result) {
    result.noalias() = model_.H * y;
    result.noalias() -= model_.B * x;
    addNoise(Oracle::lowerByY, sample, options_.lowerNoise, result);
}

void CoshProblem::hessianProduct(const Eigen::VectorXd&, const Eigen::VectorXd&,
                                 const Eigen::VectorXd& z, const Sample& sample,
                                 Eigen::VectorXd& result) {
    result.noalias() = factor(Oracle::hessian, sample) * (model_.H * z);
}

void CoshProblem::mixedProduct(const Eigen::VectorXd&, const Eigen::VectorXd&,
                               const Eigen::VectorXd& z, const Sample& sample,
                               Eigen::VectorXd& result) {
    result.noalias() = -factor(Oracle::mixed, sample) * (model_.B.transpose() * z);
}

} // namespace convergence::bilevel
