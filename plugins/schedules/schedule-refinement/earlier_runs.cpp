#include "plugins/schedules/schedule-refinement/earlier_runs.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/error.h"

namespace convergence::schedule_refinement {

namespace {

using Numbers = std::vector<double>;

double orInfinite(double loss) {
    return std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity();
}

} // namespace

std::shared_ptr<const Numbers> EarlierRuns::schedule(const ScheduleArm& arm, double seed,
                                                     const StopToken& stop) {
    return schedules_.get({std::string(arm.id), seed}, [&]() -> std::shared_ptr<const Numbers> {
        std::shared_ptr<const Numbers> source;
        if (arm.round > 0) {
            source = norms(arm.round, seed, stop);
            if (!source)
                return nullptr;
        }
        auto made =
            plan_.scheduleFrom(arm, source ? std::span<const double>(*source) : std::span<double>(),
                               plan_.chosen(), stop);
        return made ? std::make_shared<const Numbers>(std::move(*made)) : nullptr;
    });
}

std::shared_ptr<const Numbers> EarlierRuns::norms(int round, double seed, const StopToken& stop) {
    if (plan_.isProfile())
        return std::make_shared<const Numbers>(plan_.profileNorms(plan_.chosen()));
    const std::string source = sourceOf(round);
    std::shared_ptr<const Outcome> best;
    for (const double rate : plan_.sourceRates()) {
        const auto run = outcome({source, rate, seed}, stop);
        if (!run)
            return nullptr;
        if (!best || run->loss < best->loss)
            best = run;
    }
    if (!std::isfinite(best->loss))
        throw InputError(fmt::format("The run with the schedule '{}' that gradient norms are taken "
                                     "from diverged at every base rate; expected smaller rates.",
                                     source));
    return {best, &best->norms};
}

void EarlierRuns::take(const Key& key, Outcome outcome) {
    outcome.loss = orInfinite(outcome.loss);
    static_cast<void>(
        outcomes_.get(key, [&] { return std::make_shared<const Outcome>(std::move(outcome)); }));
}

std::shared_ptr<const EarlierRuns::Outcome> EarlierRuns::outcome(const Key& key,
                                                                 const StopToken& stop) {
    return outcomes_.get(key, [&] { return train(key, stop); });
}

std::shared_ptr<const EarlierRuns::Outcome> EarlierRuns::train(const Key& key,
                                                               const StopToken& stop) {
    const auto multipliers = schedule(traitsOf(scheduleArms, key.arm), key.seed, stop);
    if (!multipliers)
        return nullptr;
    const auto run = startTraining(plan_.training(), static_cast<std::uint64_t>(key.seed));
    auto result = std::make_shared<Outcome>();
    result->norms.reserve(plan_.steps());
    for (const double multiplier : *multipliers) {
        if (stop.stopRequested())
            return nullptr;
        result->norms.push_back(run->step(key.rate * multiplier));
        if (!std::isfinite(result->norms.back())) {
            result->loss = std::numeric_limits<double>::infinity();
            return result;
        }
    }
    result->loss = orInfinite(run->conclude().loss);
    return result;
}

} // namespace convergence::schedule_refinement
