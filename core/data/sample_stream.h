#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include <Eigen/Core>

#include "core/data/gray_image.h"

namespace convergence {

/// Samples that arrive in batches. Batch t is the same whoever draws it and in whatever order, so
/// that arms see one stream without sharing anything. Immutable.
class SampleStream {
public:
    virtual ~SampleStream() = default;
    /// N, numbers in a sample.
    [[nodiscard]] virtual Eigen::Index dimension() const = 0;
    /// Fills `batch` (N × b, already sized) with batch number t ≥ 0. Does not allocate.
    virtual void draw(std::uint64_t t, Eigen::MatrixXd& batch) const = 0;
};

/// y = D* x + σε ∈ R^N with D* orthogonal and x Bernoulli–Gaussian: each entry standard normal with
/// probability θ, else 0.
class BernoulliGaussianStream final : public SampleStream {
public:
    /// D* is uniformly random; another `source` gives another D*. 0 < θ ≤ 1, σ ≥ 0 (InputError).
    BernoulliGaussianStream(Eigen::Index dimension, double sparsity, double noise,
                            std::uint64_t seed, std::uint64_t source = 0);

    [[nodiscard]] Eigen::Index dimension() const override { return dictionary_.rows(); }
    void draw(std::uint64_t t, Eigen::MatrixXd& batch) const override;
    /// D*, N × N.
    [[nodiscard]] const Eigen::MatrixXd& dictionary() const { return dictionary_; }

private:
    Eigen::MatrixXd dictionary_;
    double sparsity_, noise_;
    std::uint64_t seed_;
};

/// Square patches of pictures of one size, at uniformly random places: mean removed, kept if their
/// norm exceeds 0.3, divided by the mean norm of 20,000 such patches.
class PatchStream final : public SampleStream {
public:
    /// Where patches of side × side lie in pictures of `width` columns: their left column is in
    /// [firstColumn, lastColumn].
    struct Places {
        Eigen::Index width = 0, side = 0;
        Eigen::Index firstColumn = 0, lastColumn = 0;
    };
    /// `images`: pixels × count, row-major pixels in [0, 1]. Another `purpose` is another stream of
    /// the same kind. Throws InputError if a patch does not fit or (nearly) all patches are flat.
    PatchStream(std::shared_ptr<const Eigen::MatrixXf> images, const Places& places,
                std::string_view purpose, std::uint64_t seed);

    [[nodiscard]] Eigen::Index dimension() const override { return places_.side * places_.side; }
    void draw(std::uint64_t t, Eigen::MatrixXd& batch) const override;
    /// By which patches are divided.
    [[nodiscard]] double meanNorm() const { return meanNorm_; }

private:
    std::shared_ptr<const Eigen::MatrixXf> images_;
    Places places_;
    Eigen::Index height_;
    std::string purpose_;
    std::uint64_t seed_;
    double meanNorm_ = 1.0;
};

/// The rows of a table of sensor readings, one a sample, again from the start at the end. Each
/// column is centered by its running mean and divided by its running standard deviation; a missing
/// reading repeats the last one.
class TableStream final : public SampleStream {
public:
    /// Throws InputError naming the file as readCsv() does, and if it has fewer than two columns,
    /// more than `mostColumns`, or fewer than two rows.
    TableStream(const std::filesystem::path& csv, Eigen::Index mostColumns);

    [[nodiscard]] Eigen::Index dimension() const override { return samples_.rows(); }
    [[nodiscard]] Eigen::Index rows() const { return samples_.cols(); }
    void draw(std::uint64_t t, Eigen::MatrixXd& batch) const override;

private:
    Eigen::MatrixXd samples_; ///< N × rows of the table
};

} // namespace convergence
