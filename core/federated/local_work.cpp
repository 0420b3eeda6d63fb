#include "core/federated/local_work.h"

#include <algorithm>
#include <atomic>
#include <limits>

#include "core/parallel/chunks.h"

namespace convergence::federated {

namespace {

constexpr Index rowsAtOnce = 4096;

} // namespace

template <typename Scalar>
LocalWork<Scalar>::LocalWork(const Problem<Scalar>& problem, const LocalPlan& plan, Index columns)
    : batches_(problem.batches(columns, plan)), cohort_(problem.dimension(), columns) {
    visits_.reserve(static_cast<std::size_t>(columns));
}

template <typename Scalar>
template <typename Work>
void LocalWork<Scalar>::inParts(const Method<Scalar>& method, const Work& work) {
    const Index count = cohort_.size();
    inChunks(count, method.stepsTogether() ? count : batches_->columnsAtOnce(),
             [&](Index first, Index columns) {
                 work(Part<Scalar>{cohort_, first, columns});
             });
}

template <typename Scalar>
void LocalWork<Scalar>::shorten(const Part<Scalar>& part, double norm) const {
    part.each([&](Index j, ClientId) {
        auto direction = part.all.direction.col(j);
        const auto length = static_cast<double>(direction.norm());
        if (length > norm)
            direction *= static_cast<Scalar>(norm / length);
    });
}

template <typename Scalar>
typename LocalWork<Scalar>::Steps LocalWork<Scalar>::stepsOf(const Part<Scalar>& part) const {
    if (part.count == 0)
        return {0, 0};
    const auto first = cohort_.steps.begin() + part.first;
    const auto [least, most] = std::minmax_element(first, first + part.count);
    return {*least, *most};
}

template <typename Scalar>
std::int64_t LocalWork<Scalar>::step(const Part<Scalar>& part, Index leastSteps) const {
    const auto rate = static_cast<Scalar>(cohort_.rate);
    if (part.step < leastSteps) {
        part.x() -= rate * part.direction();
        return batches_->samples(part.first, part.count);
    }
    std::int64_t samples = 0;
    part.each([&](Index j, ClientId) {
        if (part.step >= cohort_.steps[static_cast<std::size_t>(j)])
            return;
        part.all.x.col(j) -= rate * cohort_.direction.col(j);
        samples += batches_->samples(j, 1);
    });
    return samples;
}

template <typename Scalar>
void LocalWork<Scalar>::follow(const Part<Scalar>& part, Index step, Index end) {
    for (Index k = step; k < std::min(end, static_cast<Index>(paths_.size())); ++k)
        paths_[static_cast<std::size_t>(k)].middleCols(part.first, part.count) = part.x();
}

template <typename Scalar>
std::int64_t LocalWork<Scalar>::descend(Part<Scalar> part, Method<Scalar>& method,
                                        const Options& options) {
    const auto [least, most] = stepsOf(part);
    method.broadcast(part);
    part.x() = part.start();
    follow(part, 0, 1);
    std::int64_t samples = 0;
    for (; part.step < most; ++part.step) {
        if (options.stop && options.stop->stopRequested())
            return -1;
        batches_->next(part.first, part.count);
        batches_->evaluate(part.first, part.x(), part.direction());
        method.further(part, *batches_);
        if (options.clip > 0.0)
            shorten(part, options.clip);
        method.direct(part);
        samples += step(part, least) * method.gradientsAStep();
        follow(part, part.step + 1, part.step + 2);
    }
    follow(part, most + 1, std::numeric_limits<Index>::max()); // other parts go on
    return samples;
}

template <typename Scalar>
void LocalWork<Scalar>::average() {
    Cohort<Scalar>& c = cohort_;
    inChunks(c.x.rows(), rowsAtOnce, [&](Index begin, Index rows) {
        auto mean = c.meanUpdate.segment(begin, rows);
        mean.setZero();
        for (Index j = 0; j < c.size(); ++j)
            mean += static_cast<Scalar>(c.weights[static_cast<std::size_t>(j)]) *
                    (c.x.col(j).segment(begin, rows) - c.start.col(j).segment(begin, rows));
    });
}

template <typename Scalar>
std::int64_t LocalWork<Scalar>::run(Method<Scalar>& method, const Options& options) {
    visits_.clear();
    for (const ClientId client : cohort_.clients)
        visits_.push_back({client, options.number});
    batches_->begin(visits_);
    const Index count = cohort_.size();
    if (followsPaths_)
        paths_.assign(static_cast<std::size_t>(stepsOf({cohort_, 0, count}).most) + 1,
                      cohort_.x.leftCols(count));
    std::atomic<std::int64_t> samples = 0;
    std::atomic<bool> isStopped = false;
    inParts(method, [&](const Part<Scalar>& part) {
        const std::int64_t ofPart = descend(part, method, options);
        if (ofPart < 0)
            isStopped = true;
        else
            samples += ofPart;
    });
    if (isStopped)
        return -1;
    inParts(method, [&](const Part<Scalar>& part) { method.reply(part); });
    average();
    return samples;
}

template class LocalWork<float>;
template class LocalWork<double>;

} // namespace convergence::federated
