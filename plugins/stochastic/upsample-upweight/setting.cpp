// What the trials of a run share: texts or made-up data, and the ways to balance them.

#include <cmath>

#include <fmt/format.h>

#include "plugins/stochastic/upsample-upweight/experiment.h"
#include "plugins/stochastic/upsample-upweight/trial.h"

namespace convergence::upsample {

using namespace domains;

Setting::Setting(const ParameterValues& given)
    : values(given), problem(traitsOf(problemChoices, given.text("problem"))),
      model(traitsOf(modelChoices, given.text("model"))),
      control(traitsOf(controlChoices, given.text("control"))),
      seed(static_cast<std::uint64_t>(given.integer("seed"))),
      optimizer(problem.isText() ? "Adam" : "SGD"),
      traceRow(traceTable().at(upsample::parameters(), given)),
      finalRow(finalTable().at(upsample::parameters(), given)) {
    if (isText()) {
        texts = loadDomainTexts(values);
        exampleCounts = texts.sizes;
        names = texts.names;
    } else {
        for (const double size : values.numbers("domain_sizes")) {
            exampleCounts.push_back(static_cast<std::uint32_t>(size));
            names.push_back(fmt::format("domain {}", exampleCounts.size()));
        }
    }
    sizes.assign(exampleCounts.begin(), exampleCounts.end());
}

double Setting::rate() const {
    return values.real(isText() ? "learning_rate" : "sgd_rate");
}

DomainDraws::Order Setting::order() const {
    return isText() ? DomainDraws::Order::queues : DomainDraws::Order::independent;
}

Numbers Setting::sharesAt(double temperature) const {
    return temperatureShares(sizes, control.reversesExponent ? 1.0 / temperature : temperature);
}

std::shared_ptr<const SoftmaxDomains> Setting::softmax(std::uint64_t replicate) const {
    return problems_.get(replicate, [&] {
        return std::make_shared<const SoftmaxDomains>(
            SoftmaxDomains::Options{.sizes = exampleCounts,
                                    .scales = values.numbers("domain_scale"),
                                    .seed = seed,
                                    .replicate = replicate});
    });
}

std::shared_ptr<const Eigen::VectorXd> Setting::optimum(std::uint64_t replicate,
                                                        double temperature) const {
    return optima_.get({replicate, temperature}, [&] {
        return std::make_shared<const Eigen::VectorXd>(
            softmax(replicate)->minimum(sharesAt(temperature)));
    });
}

std::unique_ptr<MixturePolicy> makePolicy(const Setting& setting, const TrialPlan& plan) {
    const MethodArm& arm = traitsOf(methodArms, plan.arm);
    const double high = plan.factors.at("temperature");
    const double low = setting.values.real("final_temperature");
    const double switchAt = setting.values.real("switch_at");
    const bool rises = arm.from == From::low;
    TemperatureSchedule schedule{.shape = arm.shape,
                                 .first = rises ? low : high,
                                 .last = rises ? high : low,
                                 .switchAt = switchAt};
    switch (arm.way) {
    case Way::sample:
        return std::make_unique<TemperatureSampling>(setting.sizes, schedule);
    case Way::weight:
        return std::make_unique<Scalarization>(setting.sizes, schedule, setting.control.scale);
    case Way::uniMax:
        return std::make_unique<UniMax>(setting.values.real("repeat_cap"));
    case Way::largestFirst:
        return std::make_unique<LargestFirst>(setting.sizes, high, switchAt);
    case Way::proxy:
    case Way::fullBySampling:
    case Way::fullByWeights:
        break;
    }
    throw std::logic_error("this way to balance has no policy of its own");
}

} // namespace convergence::upsample
