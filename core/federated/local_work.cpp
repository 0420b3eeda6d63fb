#include "core/federated/local_work.h"

#include "core/parallel/chunks.h"

namespace convergence::federated {

namespace {

constexpr Index worthThreads = 1 << 15; ///< numbers of a cohort from which threads pay
constexpr Index rowsAtOnce = 4096;

} // namespace

template <typename Scalar>
LocalWork<Scalar>::LocalWork(const Problem<Scalar>& problem, const LocalPlan& plan, Index columns)
    : batches_(problem.batches(columns, plan)), cohort_(problem.dimension(), columns) {
    visits_.reserve(static_cast<std::size_t>(columns));
}

template <typename Scalar>
template <typename Work>
void LocalWork<Scalar>::inParts(const Work& work) {
    const Index count = cohort_.size();
    if (count * cohort_.x.rows() < worthThreads) {
        work(Part<Scalar>{cohort_, 0, count});
        return;
    }
    parallelFor(static_cast<std::size_t>(count), [&](std::size_t j) {
        work(Part<Scalar>{cohort_, static_cast<Index>(j), 1});
    });
}

template <typename Scalar>
void LocalWork<Scalar>::descend(const Part<Scalar>& part) const {
    const auto rate = static_cast<Scalar>(cohort_.rate);
    if (cohort_.step < shortest_) {
        part.x() -= rate * part.direction();
        return;
    }
    part.each([&](Index j, ClientId) {
        if (cohort_.step < cohort_.steps[static_cast<std::size_t>(j)])
            part.all.x.col(j) -= rate * cohort_.direction.col(j);
    });
}

/// Of the clients that still step.
template <typename Scalar>
std::int64_t LocalWork<Scalar>::samplesOfStep() const {
    if (cohort_.step < shortest_)
        return batches_->samplesOfAll();
    std::int64_t samples = 0;
    for (Index j = 0; j < cohort_.size(); ++j)
        if (cohort_.step < cohort_.steps[static_cast<std::size_t>(j)])
            samples += batches_->samples(j);
    return samples;
}

template <typename Scalar>
std::int64_t LocalWork<Scalar>::run(Method<Scalar>& method, const Options& options) {
    Cohort<Scalar>& c = cohort_;
    const Index count = c.size();
    visits_.clear();
    Index longest = 0;
    shortest_ = count == 0 ? 0 : c.steps.front();
    for (std::size_t j = 0; j < c.clients.size(); ++j) {
        visits_.push_back({c.clients[j], options.number});
        longest = std::max(longest, c.steps[j]);
        shortest_ = std::min(shortest_, c.steps[j]);
    }
    batches_->begin(visits_);
    inParts([&](const Part<Scalar>& part) {
        method.broadcast(part);
        part.x() = part.start();
    });
    if (followsPaths_)
        paths_.assign(1, c.x.leftCols(count));
    std::int64_t samples = 0;
    for (c.step = 0; c.step < longest; ++c.step) {
        if (options.stop && options.stop->stopRequested())
            return -1;
        batches_->next();
        batches_->evaluate(c.x.leftCols(count), c.direction.leftCols(count));
        method.further(c, *batches_);
        samples += samplesOfStep() * method.gradientsAStep();
        inParts([&](const Part<Scalar>& part) {
            if (options.clip > 0.0)
                part.each([&](Index j, ClientId) {
                    const auto norm = static_cast<double>(c.direction.col(j).norm());
                    if (norm > options.clip)
                        c.direction.col(j) *= static_cast<Scalar>(options.clip / norm);
                });
            method.direct(part);
            descend(part);
        });
        if (followsPaths_)
            paths_.push_back(c.x.leftCols(count));
    }
    inParts([&](const Part<Scalar>& part) { method.reply(part); });
    inChunks(c.x.rows(), rowsAtOnce, [&](Index begin, Index rows) {
        auto mean = c.meanUpdate.segment(begin, rows);
        mean.setZero();
        for (Index j = 0; j < count; ++j)
            mean += static_cast<Scalar>(c.weights[static_cast<std::size_t>(j)]) *
                    (c.x.col(j).segment(begin, rows) - c.start.col(j).segment(begin, rows));
    });
    return samples;
}

template class LocalWork<float>;
template class LocalWork<double>;

} // namespace convergence::federated
