#include "core/nn/per_sample_gradients.h"

#include <algorithm>
#include <exception>

#include "core/autodiff/gradient.h"
#include "core/optim/gradient_tools.h"
#include "core/parallel/parallel_for.h"

namespace convergence {

namespace {

// Both fix the order of summation, so that it does not depend on the number of threads.
constexpr Eigen::Index group = 8;    // samples that one program takes one after another
constexpr Eigen::Index together = 8; // programs at once

} // namespace

template <typename Scalar>
PerSampleGradients<Scalar>::PerSampleGradients(autodiff::Graph<Scalar>& graph,
                                               autodiff::Tensor<Scalar> loss,
                                               autodiff::Tensor<Scalar> theta)
    : size_(theta.shape().elements()), loss_(loss), theta_(theta),
      slope_(autodiff::gradient(loss, theta)) {
    programs_.emplace_back(graph, std::vector{loss_, slope_});
    if (!programs_.front().uses(theta))
        throw std::logic_error("A loss must depend on the parameters.");
}

template <typename Scalar>
template <typename Take>
void PerSampleGradients<Scalar>::forSamples(const Eigen::Ref<const Vector>& parameters,
                                            const SetSample& setSample, Eigen::Index first,
                                            Eigen::Index count, const Take& take) {
    if (parameters.size() != size_)
        throw std::logic_error("A parameter vector has " + std::to_string(parameters.size()) +
                               " entries instead of " + std::to_string(size_) + ".");
    const Eigen::Index groups = (count + group - 1) / group;
    while (static_cast<Eigen::Index>(programs_.size()) < groups)
        programs_.emplace_back(programs_.front());
    std::vector<std::exception_ptr> errors(static_cast<std::size_t>(groups));
    parallelFor(static_cast<std::size_t>(groups), [&](std::size_t g) {
        auto& program = programs_[g];
        program.bind(theta_, {parameters.data(), static_cast<std::size_t>(size_)});
        const Eigen::Index begin = first + static_cast<Eigen::Index>(g) * group;
        try {
            for (Eigen::Index i = begin; i < std::min(begin + group, first + count); ++i) {
                setSample(program, i);
                program.run(static_cast<std::uint64_t>(i));
                take(program, g, i);
            }
        } catch (...) {
            errors[g] = std::current_exception();
        }
    });
    for (const auto& error : errors)
        if (error)
            std::rethrow_exception(error);
}

template <typename Scalar>
void PerSampleGradients<Scalar>::compute(const Eigen::Ref<const Vector>& parameters,
                                         const SetSample& setSample, Eigen::Ref<Matrix> gradients,
                                         Eigen::Ref<Vector> losses) {
    if (gradients.rows() != size_ || gradients.cols() != losses.size())
        throw std::logic_error("Gradients of single samples need a column of " +
                               std::to_string(size_) + " for each of the " +
                               std::to_string(losses.size()) + " losses.");
    for (Eigen::Index first = 0; first < losses.size(); first += group * together)
        forSamples(parameters, setSample, first, std::min(group * together, losses.size() - first),
                   [&](auto& program, std::size_t, Eigen::Index i) {
                       gradients.col(i) = program.vector(slope_);
                       losses[i] = program.scalar(loss_);
                   });
}

template <typename Scalar>
Scalar PerSampleGradients<Scalar>::clippedMean(const Eigen::Ref<const Vector>& parameters,
                                               const SetSample& setSample, Eigen::Index count,
                                               Scalar bound, Eigen::Ref<Vector> mean) {
    if (count < 1 || mean.size() != size_)
        throw std::logic_error("A mean of gradients needs at least one sample and " +
                               std::to_string(size_) + " entries.");
    sums_.resize(static_cast<std::size_t>(together));
    Eigen::Matrix<Scalar, together, 1> losses;
    Scalar loss = 0;
    mean.setZero();
    for (Eigen::Index first = 0; first < count; first += group * together) {
        const Eigen::Index here = std::min(group * together, count - first);
        for (auto& sum : sums_)
            sum.setZero(size_);
        losses.setZero();
        forSamples(parameters, setSample, first, here,
                   [&](auto& program, std::size_t g, Eigen::Index) {
                       clipNorm<Scalar>(program.vector(slope_), bound);
                       sums_[g] += program.vector(slope_);
                       losses[static_cast<Eigen::Index>(g)] += program.scalar(loss_);
                   });
        for (Eigen::Index g = 0; g < (here + group - 1) / group; ++g) {
            mean += sums_[static_cast<std::size_t>(g)];
            loss += losses[g];
        }
    }
    mean /= static_cast<Scalar>(count);
    return loss / static_cast<Scalar>(count);
}

template class PerSampleGradients<float>;
template class PerSampleGradients<double>;

} // namespace convergence
