#include "core/data/sample_stream.h"

#include <cmath>

#include <fmt/format.h>

#include "core/data/csv.h"
#include "core/error.h"
#include "core/math/random.h"
#include "core/matrix/orthonormal.h"

namespace convergence {

namespace {

constexpr double flatPatch = 0.3;           ///< norms below this are dropped
constexpr Eigen::Index normPatches = 20000; ///< of which the mean norm is taken
constexpr int patience = 10000;             ///< flat patches in a row before giving up
constexpr double smallestDeviation = 1e-12; ///< a column that has not moved stays at 0

} // namespace

BernoulliGaussianStream::BernoulliGaussianStream(Eigen::Index dimension, double sparsity,
                                                 double noise, std::uint64_t seed,
                                                 std::uint64_t source)
    : dictionary_(matrix::randomOrthonormal(
          dimension, dimension,
          RandomStream({.seed = seed, .purpose = "true dictionary", .index = source}))),
      sparsity_(sparsity), noise_(noise), seed_(seed) {
    if (!(sparsity > 0.0 && sparsity <= 1.0) || !(noise >= 0.0))
        throw InputError(fmt::format("A sparsity of {} and noise of {} were asked for; expected a "
                                     "sparsity in (0, 1] and noise ≥ 0.",
                                     sparsity, noise));
}

void BernoulliGaussianStream::draw(std::uint64_t t, Eigen::MatrixXd& batch) const {
    RandomStream places({.seed = seed_, .purpose = "places of coefficients", .index = t});
    RandomStream sizes({.seed = seed_, .purpose = "coefficients", .index = t});
    batch.setZero();
    // A sparse x is a sum of few columns of D*.
    for (Eigen::Index j = 0; j < batch.cols(); ++j)
        for (Eigen::Index i = 0; i < batch.rows(); ++i)
            if (places.uniform() < sparsity_)
                batch.col(j) += sizes.normal() * dictionary_.col(i);
    if (noise_ > 0.0) {
        RandomStream noise({.seed = seed_, .purpose = "sample noise", .index = t});
        for (double& value : batch.reshaped())
            value += noise_ * noise.normal();
    }
}

PatchStream::PatchStream(std::shared_ptr<const Eigen::MatrixXf> images, const Places& places,
                         std::string_view purpose, std::uint64_t seed)
    : images_(std::move(images)), places_(places), height_(images_->rows() / places.width),
      purpose_(purpose), seed_(seed) {
    const auto [width, side, firstColumn, lastColumn] = places;
    if (height_ < side || lastColumn < firstColumn || lastColumn + side > width)
        throw InputError(fmt::format("A picture of {} by {} pixels is too small for patches of {} "
                                     "by {} to train on and others to test on.",
                                     width, height_, side, side));
    Eigen::MatrixXd patches(side * side, normPatches);
    draw(~std::uint64_t{0}, patches);
    meanNorm_ = patches.colwise().norm().mean();
}

void PatchStream::draw(std::uint64_t t, Eigen::MatrixXd& batch) const {
    RandomStream stream({.seed = seed_, .purpose = purpose_, .index = t});
    const auto columns = static_cast<std::uint64_t>(places_.lastColumn - places_.firstColumn + 1);
    const auto rows = static_cast<std::uint64_t>(height_ - places_.side + 1);
    for (Eigen::Index j = 0; j < batch.cols(); ++j) {
        int flat = 0;
        for (;; ++flat) {
            if (flat == patience)
                throw InputError("The picture has hardly any patch that is not of one color; "
                                 "choose one with more in it.");
            const auto image = static_cast<Eigen::Index>(
                stream.integer(static_cast<std::uint64_t>(images_->cols())));
            const auto left =
                places_.firstColumn + static_cast<Eigen::Index>(stream.integer(columns));
            const auto top = static_cast<Eigen::Index>(stream.integer(rows));
            for (Eigen::Index y = 0; y < places_.side; ++y)
                batch.col(j).segment(y * places_.side, places_.side) =
                    images_->col(image)
                        .segment((top + y) * places_.width + left, places_.side)
                        .cast<double>();
            batch.col(j).array() -= batch.col(j).mean();
            if (batch.col(j).norm() > flatPatch)
                break;
        }
        batch.col(j) /= meanNorm_;
    }
}

TableStream::TableStream(const std::filesystem::path& csv, Eigen::Index mostColumns) {
    const NumericTable table = readCsv(csv);
    const auto columns = static_cast<Eigen::Index>(table.columns.size());
    const auto rows = static_cast<Eigen::Index>(table.rows());
    if (columns < 2 || columns > mostColumns || rows < 2)
        throw InputError(fmt::format("File '{}': {} columns and {} rows are not accepted, expected "
                                     "2 to {} columns of numbers and at least 2 rows.",
                                     csv.string(), columns, rows, mostColumns));
    samples_.resize(columns, rows);
    for (Eigen::Index i = 0; i < columns; ++i) {
        double last = 0.0, center = 0.0, squares = 0.0; // Welford
        double count = 0.0;
        for (Eigen::Index j = 0; j < rows; ++j) {
            const double reading =
                table.columns[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
            if (std::isfinite(reading))
                last = reading;
            count += 1.0;
            const double before = last - center;
            center += before / count;
            squares += before * (last - center);
            const double deviation = std::sqrt(squares / count);
            samples_(i, j) = deviation > smallestDeviation ? (last - center) / deviation : 0.0;
        }
    }
}

void TableStream::draw(std::uint64_t t, Eigen::MatrixXd& batch) const {
    const auto first = t * static_cast<std::uint64_t>(batch.cols());
    for (Eigen::Index j = 0; j < batch.cols(); ++j)
        batch.col(j) = samples_.col(static_cast<Eigen::Index>(
            (first + static_cast<std::uint64_t>(j)) % static_cast<std::uint64_t>(rows())));
}

} // namespace convergence
