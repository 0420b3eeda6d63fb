#include "core/federated/rounds.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/federated/measures.h"

namespace convergence::federated {

template <typename Scalar>
Rounds<Scalar>::Rounds(std::shared_ptr<const Problem<Scalar>> problem,
                       std::unique_ptr<Method<Scalar>> method,
                       std::unique_ptr<Participation> participation, const RoundOptions& options)
    : problem_(std::move(problem)), method_(std::move(method)),
      participation_(std::move(participation)), options_(options),
      evaluator_(problem_->evaluator()), work_(*problem_, options.plan, participation_->most()),
      past_(problem_->dimension(),
            options.delays.kind == Delays::Kind::none ? 1 : options.delays.most + 1) {
    VectorOf<Scalar> x(problem_->dimension());
    problem_->start(x);
    method_->start({.x = x,
                    .clients = problem_->clients(),
                    .columns = participation_->most(),
                    .evaluator = *evaluator_});
    constexpr double million = 1e6;
    farthest_ = million * (1.0 + static_cast<double>(x.norm()));
    if (options.followPaths)
        work_.followPaths();
    const auto most = static_cast<std::size_t>(participation_->most());
    ages_.reserve(most);
    if (options.clock) {
        clock_.emplace(*options.clock, problem_->clients());
        begins_.resize(static_cast<std::size_t>(
            options.delays.kind == Delays::Kind::none ? 1 : options.delays.most + 1));
        free_.resize(static_cast<std::size_t>(problem_->clients()));
        replies_.reserve(most);
    }
}

/// Who works from where and how long.
template <typename Scalar>
void Rounds<Scalar>::assemble() {
    Cohort<Scalar>& c = work_.cohort();
    participation_->choose(round_, c.clients);
    c.round = round_;
    c.rate = options_.localRate;
    c.serverRate = options_.serverRate;
    c.steps.clear();
    c.weights.clear();
    double sizes = 0.0;
    for (const ClientId i : c.clients) {
        c.steps.push_back(problem_->steps(i, options_.plan));
        c.weights.push_back(options_.weighting == Weighting::uniform
                                ? 1.0
                                : static_cast<double>(problem_->samples(i)));
        sizes += c.weights.back();
    }
    for (double& w : c.weights)
        w /= sizes;
    ages_.assign(c.clients.size(), 0);
    if (options_.delays.kind == Delays::Kind::none) {
        c.start.leftCols(c.size()).colwise() = method_->model();
        return;
    }
    past_.push(method_->model());
    for (std::size_t j = 0; j < c.clients.size(); ++j) {
        ages_[j] = options_.delays.of(round_, c.clients[j]);
        c.start.col(static_cast<Index>(j)) = past_.past(ages_[j]);
    }
}

template <typename Scalar>
bool Rounds<Scalar>::advance(const StopToken* stop) {
    assemble();
    const std::int64_t samples = work_.run(
        *method_,
        {.number = static_cast<std::uint64_t>(round_), .clip = options_.clip, .stop = stop});
    if (samples < 0)
        return false;
    method_->aggregate(work_.cohort());
    count(samples);
    passTime();
    options_.localRate *= options_.localRateDecay;
    ++round_;
    return true;
}

template <typename Scalar>
void Rounds<Scalar>::count(std::int64_t samples) {
    const VectorsSent sent = method_->sent();
    const std::int64_t s = work_.cohort().size(), p = problem_->dimension();
    ledger_.countRounds();
    ledger_.countSamples(samples);
    ledger_.sendDown({.count = s * sent.down, .numbers = p});
    ledger_.sendUp({.count = s * sent.up, .numbers = p});
}

template <typename Scalar>
void Rounds<Scalar>::passTime() {
    if (!clock_)
        return;
    const VectorsSent sent = method_->sent();
    const std::int64_t vector = Ledger::singleBytes * problem_->dimension();
    const auto kept = static_cast<std::int64_t>(begins_.size());
    begin_ = ledger_.totals().seconds;
    begins_[static_cast<std::size_t>(round_ % kept)] = begin_;
    replies_.clear();
    const Cohort<Scalar>& c = work_.cohort();
    double end = c.size() == 0 ? begin_ + clock_->secondsOfSilence() : begin_;
    for (std::size_t j = 0; j < c.clients.size(); ++j) {
        const ClientId i = c.clients[j];
        const double began =
            std::max(begins_[static_cast<std::size_t>((round_ - ages_[j]) % kept)], free_[i]);
        const double arrived =
            began + clock_->seconds(i, {.samples = c.steps[j] * method_->gradientsAStep() *
                                                   problem_->batchSize(i, options_.plan),
                                        .bytesDown = sent.down * vector,
                                        .bytesUp = sent.up * vector,
                                        .messagesDown = sent.down > 0 ? 1 : 0,
                                        .messagesUp = sent.up > 0 ? 1 : 0});
        free_[i] = arrived;
        replies_.push_back({i, began, arrived});
        end = std::max(end, arrived);
    }
    ledger_.advanceTo(end);
}

template <typename Scalar>
bool Rounds<Scalar>::isSound() const {
    return static_cast<double>(method_->model().norm()) <= farthest_; // false of NaN
}

template <typename Scalar>
RoundMeasures Rounds<Scalar>::measures() const {
    const Cohort<Scalar>& c = work_.cohort();
    if (round_ == 0 || c.size() == 0)
        return {};
    RoundMeasures measures;
    double squares = 0.0;
    VectorOf<Scalar> update(c.x.rows()), directions = VectorOf<Scalar>::Zero(c.x.rows());
    double moved = 0.0; // how many did
    for (Index j = 0; j < c.size(); ++j) {
        update = c.x.col(j) - c.start.col(j);
        const auto square = static_cast<double>(update.squaredNorm());
        squares += square;
        if (square > 0.0) {
            directions += update / static_cast<Scalar>(std::sqrt(square));
            ++moved;
        }
    }
    measures.drift = squares / static_cast<double>(c.size());
    measures.consensus = consensus<Scalar>(c.x.leftCols(c.size()));
    if (moved > 1.0)
        measures.cosine =
            (static_cast<double>(directions.squaredNorm()) - moved) / (moved * (moved - 1.0));
    return measures;
}

template class Rounds<float>;
template class Rounds<double>;

} // namespace convergence::federated
