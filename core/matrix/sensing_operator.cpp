#include "core/matrix/sensing_operator.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/random.h"

namespace convergence::matrix {

namespace {

/// A block of the operator that stays in the second-level cache between its two products.
constexpr double blockBytes = 192.0 * 1024.0;

Eigen::Index columnsInBlock(Eigen::Index packedSize, Eigen::Index measurements) {
    const auto fitting =
        static_cast<Eigen::Index>(blockBytes / (8.0 * static_cast<double>(packedSize)));
    return std::clamp<Eigen::Index>(fitting, 1, measurements);
}

} // namespace

SensingOperator::SensingOperator(Eigen::Index rows, Eigen::Index columns,
                                 Eigen::Index measurements, Structure structure,
                                 std::uint64_t seed)
    : rows_(rows), columns_(columns), structure_(structure) {
    if (measurements < 1)
        throw InputError(
            fmt::format("{} measurements were asked for; at least 1 is needed.", measurements));
    if (structure == Structure::symmetric && rows != columns)
        throw InputError(fmt::format("Symmetric measurements need a square matrix, but {} rows and "
                                     "{} columns were given.",
                                     rows, columns));
    const bool symmetric = structure == Structure::symmetric;
    stacked_.resize(symmetric ? rows * (rows + 1) / 2 : rows * columns, measurements);
    const double scale = 1.0 / std::sqrt(static_cast<double>(measurements));
    Eigen::MatrixXd a(rows, columns);
    for (Eigen::Index i = 0; i < measurements; ++i) {
        RandomStream stream({.seed = seed,
                             .purpose = "measurements",
                             .index = static_cast<std::uint64_t>(i)});
        stream.fillNormal({a.data(), static_cast<std::size_t>(a.size())}, scale);
        if (!symmetric) {
            stacked_.col(i) = a.reshaped();
            continue;
        }
        Eigen::Index at = 0;
        for (Eigen::Index q = 0; q < columns; ++q)
            for (Eigen::Index p = 0; p <= q; ++p)
                stacked_(at++, i) = 0.5 * (a(p, q) + a(q, p));
    }
}

double SensingOperator::bytes(Eigen::Index rows, Eigen::Index columns, Eigen::Index measurements,
                              Structure structure) {
    const double entries = structure == Structure::symmetric
                               ? 0.5 * static_cast<double>(rows) * static_cast<double>(rows + 1)
                               : static_cast<double>(rows) * static_cast<double>(columns);
    return 8.0 * entries * static_cast<double>(measurements);
}

void SensingOperator::pack(const Eigen::MatrixXd& z, Eigen::VectorXd& packed) const {
    if (structure_ == Structure::general) {
        packed = z.reshaped();
        return;
    }
    // An entry off the diagonal stands for itself and its mirror image.
    Eigen::Index at = 0;
    for (Eigen::Index q = 0; q < columns_; ++q) {
        packed.segment(at, q) = z.col(q).head(q) + z.row(q).head(q).transpose();
        at += q;
        packed[at++] = z(q, q);
    }
}

void SensingOperator::unpack(const Eigen::VectorXd& packed, Eigen::MatrixXd& z) const {
    if (structure_ == Structure::general) {
        z.reshaped() = packed;
        return;
    }
    Eigen::Index at = 0;
    for (Eigen::Index q = 0; q < columns_; ++q) {
        z.col(q).head(q + 1) = packed.segment(at, q + 1);
        z.row(q).head(q) = packed.segment(at, q).transpose();
        at += q + 1;
    }
}

Eigen::VectorXd SensingOperator::apply(const Eigen::MatrixXd& z) const {
    Eigen::VectorXd packed(packedSize());
    pack(z, packed);
    return stacked_.transpose() * packed;
}

Eigen::MatrixXd SensingOperator::adjoint(const Eigen::VectorXd& w) const {
    Eigen::MatrixXd z(rows_, columns_);
    unpack(stacked_ * w, z);
    return z;
}

MeasuredResidual::MeasuredResidual(const Eigen::MatrixXd& target) : target_(target) {}

MeasuredResidual::MeasuredResidual(std::shared_ptr<const SensingOperator> sensing,
                                   const Eigen::MatrixXd& target, double noise,
                                   std::uint64_t seed)
    : sensing_(std::move(sensing)), target_(target), clean_(sensing_->apply(target)),
      epsilon_(clean_.size()), packedInput_(sensing_->packedSize()),
      packedOutput_(sensing_->packedSize()),
      blockResidual_(columnsInBlock(sensing_->packedSize(), sensing_->measurements())) {
    RandomStream stream({.seed = seed, .purpose = "measurement noise"});
    stream.fillNormal({epsilon_.data(), static_cast<std::size_t>(epsilon_.size())});
    setNoise(noise);
}

void MeasuredResidual::setNoise(double noise) {
    if (sensing_)
        y_ = clean_ + noise * epsilon_;
}

void MeasuredResidual::compute(const Eigen::MatrixXd& z, Eigen::MatrixXd& residual) {
    if (!sensing_) {
        residual = z - target_;
        squaredNorm_ = residual.squaredNorm();
        return;
    }
    const Eigen::MatrixXd& stacked = sensing_->stacked_;
    const Eigen::Index measurements = stacked.cols();
    sensing_->pack(z, packedInput_);
    packedOutput_.setZero();
    squaredNorm_ = 0.0;
    for (Eigen::Index first = 0; first < measurements; first += blockResidual_.size()) {
        const Eigen::Index count = std::min(blockResidual_.size(), measurements - first);
        const auto block = stacked.middleCols(first, count); // packed size × count
        auto r = blockResidual_.head(count);
        r.noalias() = block.transpose() * packedInput_;
        r -= y_.segment(first, count);
        packedOutput_.noalias() += block * r;
        squaredNorm_ += r.squaredNorm();
    }
    sensing_->unpack(packedOutput_, residual);
}

} // namespace convergence::matrix
