#pragma once

#include <cstdint>
#include <memory>

#include "core/data/image_dataset.h"
#include "core/experiment/parameter.h"
#include "core/experiment/recording.h"
#include "core/optim/private_problem.h"

namespace convergence::private_points {

/// Where the samples of an experiment on private methods come from.
class PrivateTask {
public:
    /// Throws InputError if the images cannot be read, or are too few.
    explicit PrivateTask(const ParameterValues& values);

    [[nodiscard]] std::uint64_t seed() const { return seed_; }
    [[nodiscard]] const Provenance& provenance() const { return provenance_; }
    /// r of the rows in d dimensions.
    [[nodiscard]] Eigen::Index rank(Eigen::Index dimension) const;
    /// n samples of a replicate; other n are other samples.
    [[nodiscard]] std::shared_ptr<const PrivateProblem>
    sample(Eigen::Index dimension, Eigen::Index count, std::uint64_t replicate) const;
    /// ‖∇F(w)‖ on `count` samples that no method has seen; of images on all that are held out.
    [[nodiscard]] double freshGradientNorm(const Eigen::VectorXd& w, Eigen::Index count) const;

private:
    [[nodiscard]] PrivateProblem draw(Eigen::Index dimension, Eigen::Index count,
                                      std::uint64_t index) const;

    PrivateLoss loss_;
    std::uint64_t seed_;
    Eigen::Index rank_; ///< 0: full
    bool selected_;     ///< the samples are not those of the population
    Provenance provenance_;
    std::shared_ptr<const PrivateProblem> pool_, heldOut_; ///< of images
};

} // namespace convergence::private_points
