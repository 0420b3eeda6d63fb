#include "core/optim/noisy_stream.h"

#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/random.h"

namespace convergence {

namespace {

double signOf(double value) {
    return value > 0.0 ? 1.0 : value < 0.0 ? -1.0 : 0.0;
}

} // namespace

NoisyStream::NoisyStream(std::uint64_t seed, Eigen::Index dimension, Eigen::Index rows)
    : seed_(seed), A_(rows, dimension), optimum_(dimension), offsets_(rows) {
    if (dimension < 1 || rows < 1)
        throw InputError(fmt::format("A stream of {} rows in {} dimensions is not accepted; it "
                                     "takes at least 1 of each.",
                                     rows, dimension));
    constexpr double scale = 0.1; // of the Laplace distribution
    const auto span = [](auto& matrix) {
        return std::span<double>(matrix.data(), static_cast<std::size_t>(matrix.size()));
    };
    RandomStream({.seed = seed, .purpose = "stream rows"}).fillNormal(span(A_));
    A_.rowwise().normalize();
    transposed_ = A_.transpose();
    RandomStream({.seed = seed, .purpose = "stream optimum"})
        .fillNormal(span(optimum_), 1.0 / std::sqrt(static_cast<double>(dimension)));
    RandomStream uniform({.seed = seed, .purpose = "stream offsets"});
    for (double& offset : offsets_)
        offset = -scale * std::log1p(-uniform.uniform());
}

double NoisyStream::value(const Eigen::Ref<const Eigen::VectorXd>& x) const {
    const Eigen::ArrayXd u = (A_ * (x - optimum_)).array();
    return 0.5 * ((u - offsets_.array()).abs() + (u + offsets_.array()).abs()).mean();
}

Eigen::VectorXd NoisyStream::subgradient(const Eigen::Ref<const Eigen::VectorXd>& x) const {
    const Eigen::ArrayXd u = (A_ * (x - optimum_)).array();
    const Eigen::VectorXd signs =
        0.5 * ((u - offsets_.array()).sign() + (u + offsets_.array()).sign());
    return transposed_ * signs / static_cast<double>(A_.rows());
}

void NoisyStream::sampleSubgradients(std::int64_t t, const Eigen::Ref<const Eigen::MatrixXd>& X,
                                     double noise, Eigen::Ref<Eigen::MatrixXd> G) const {
    const auto index = static_cast<std::uint64_t>(t);
    const auto rows = static_cast<std::uint64_t>(A_.rows());
    RandomStream normals({.seed = seed_, .purpose = "stream noise", .index = index});
    RandomStream samples({.seed = seed_, .purpose = "stream samples", .index = index});
    const double deviation = noise / std::sqrt(static_cast<double>(dimension()));
    for (Eigen::Index r = 0; r < X.cols(); ++r) {
        normals.fillNormal({G.col(r).data(), static_cast<std::size_t>(dimension())}, deviation);
        const auto i = static_cast<Eigen::Index>(samples.integer(rows));
        const double s = (samples.bits() & 1U) != 0U ? 1.0 : -1.0;
        const auto row = transposed_.col(i);
        G.col(r) += signOf(row.dot(X.col(r) - optimum_) - s * offsets_[i]) * row;
    }
}

} // namespace convergence
