#include "core/matrix/sensing_operator.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/random.h"

namespace convergence::matrix {

namespace {

// ---- Both products of a few measurements at once ---------------------------------------------
//
// Four measurements are read from memory once: they still are in the nearest caches when the
// adjoint product takes them up again. Written for vectors of eight, which the compiler splits
// where the processor has narrower ones; the wider kernels are chosen when the program starts.

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CONVERGENCE_WIDE_KERNEL // resolvers of cloned functions run before a sanitizer is ready
#else
#define CONVERGENCE_WIDE_KERNEL __attribute__((target_clones("arch=x86-64-v4", "default")))
#endif

constexpr Eigen::Index lanes = 8;
typedef double Lanes __attribute__((vector_size(64), aligned(8), may_alias));
constexpr Eigen::Index columnsAtOnce = 4;

/// Operators of more bytes than this come from main memory at every step.
constexpr double cachedBytes = 32e6;

double sumOf(const Lanes& v) {
    return ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7]));
}

/// r_c = ⟨a_c, z⟩ for four columns of `size` doubles each.
CONVERGENCE_WIDE_KERNEL
void multiplyFour(const double* a, Eigen::Index size, const double* z, double* r) {
    const double *a0 = a, *a1 = a + size, *a2 = a1 + size, *a3 = a2 + size;
    Lanes s0{}, s1{}, s2{}, s3{};
    Eigen::Index i = 0;
    for (; i + lanes <= size; i += lanes) {
        const Lanes zi = *reinterpret_cast<const Lanes*>(z + i);
        s0 += *reinterpret_cast<const Lanes*>(a0 + i) * zi;
        s1 += *reinterpret_cast<const Lanes*>(a1 + i) * zi;
        s2 += *reinterpret_cast<const Lanes*>(a2 + i) * zi;
        s3 += *reinterpret_cast<const Lanes*>(a3 + i) * zi;
    }
    r[0] = sumOf(s0);
    r[1] = sumOf(s1);
    r[2] = sumOf(s2);
    r[3] = sumOf(s3);
    for (; i < size; ++i) {
        r[0] += a0[i] * z[i];
        r[1] += a1[i] * z[i];
        r[2] += a2[i] * z[i];
        r[3] += a3[i] * z[i];
    }
}

/// out += Σ_c r_c a_c for four columns, and asks for the memory of the next four where `next` is
/// given: else memory would idle during this product, and the core during the other.
CONVERGENCE_WIDE_KERNEL
void addFour(const double* a, Eigen::Index size, const double* r, double* out, const double* next) {
    const double *a0 = a, *a1 = a + size, *a2 = a1 + size, *a3 = a2 + size;
    Eigen::Index i = 0;
    for (; i + lanes <= size; i += lanes) {
        if (next)
            for (Eigen::Index c = 0; c < columnsAtOnce; ++c)
                __builtin_prefetch(next + c * size + i, 0, 2);
        *reinterpret_cast<Lanes*>(out + i) += (r[0] * *reinterpret_cast<const Lanes*>(a0 + i) +
                                               r[1] * *reinterpret_cast<const Lanes*>(a1 + i)) +
                                              (r[2] * *reinterpret_cast<const Lanes*>(a2 + i) +
                                               r[3] * *reinterpret_cast<const Lanes*>(a3 + i));
    }
    for (; i < size; ++i)
        out[i] += (r[0] * a0[i] + r[1] * a1[i]) + (r[2] * a2[i] + r[3] * a3[i]);
}

} // namespace

SensingOperator::SensingOperator(Eigen::Index rows, Eigen::Index columns, Eigen::Index measurements,
                                 Structure structure, std::uint64_t seed)
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
        RandomStream stream(
            {.seed = seed, .purpose = "measurements", .index = static_cast<std::uint64_t>(i)});
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

SensingOperator::Workspace SensingOperator::workspace() const {
    return {Eigen::VectorXd(packedSize()), Eigen::VectorXd(packedSize())};
}

void SensingOperator::pass(const Eigen::MatrixXd& z, const Weigh& weigh, Workspace& workspace,
                           Eigen::MatrixXd& out) const {
    const Eigen::Index size = packedSize(), count = measurements();
    pack(z, workspace.input);
    workspace.output.setZero();
    const bool fetchAhead = 8.0 * static_cast<double>(stacked_.size()) > cachedBytes;
    std::array<double, columnsAtOnce> r;
    Eigen::Index i = 0;
    for (; i + columnsAtOnce <= count; i += columnsAtOnce) {
        const double* block = stacked_.col(i).data();
        const bool hasNext = fetchAhead && i + 2 * columnsAtOnce <= count;
        multiplyFour(block, size, workspace.input.data(), r.data());
        weigh(i, r);
        addFour(block, size, r.data(), workspace.output.data(),
                hasNext ? block + columnsAtOnce * size : nullptr);
    }
    for (; i < count; ++i) {
        r[0] = stacked_.col(i).dot(workspace.input);
        weigh(i, std::span(r).first(1));
        workspace.output += r[0] * stacked_.col(i);
    }
    unpack(workspace.output, out);
}

MeasuredResidual::MeasuredResidual(const Eigen::MatrixXd& target) : target_(target) {}

MeasuredResidual::MeasuredResidual(std::shared_ptr<const SensingOperator> sensing,
                                   const Eigen::MatrixXd& target, double noise, std::uint64_t seed)
    : sensing_(std::move(sensing)), target_(target), clean_(sensing_->apply(target)),
      epsilon_(clean_.size()), workspace_(sensing_->workspace()) {
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
    squaredNorm_ = 0.0;
    sensing_->pass(
        z,
        [this](Eigen::Index first, std::span<double> values) {
            Eigen::Map<Eigen::VectorXd> r(values.data(), static_cast<Eigen::Index>(values.size()));
            r -= y_.segment(first, r.size());
            squaredNorm_ += r.squaredNorm();
        },
        workspace_, residual);
}

} // namespace convergence::matrix
