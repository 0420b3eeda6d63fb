#include "plugins/schedules/rex-schedule/experiment.h"

#include <algorithm>
#include <cmath>
#include <thread>

#include <fmt/format.h>

#include "core/error.h"
#include "plugins/schedules/rex-schedule/arms.h"
#include "plugins/schedules/rex-schedule/custom_schedule.h"
#include "plugins/schedules/rex-schedule/trial.h"

namespace convergence {

namespace rex {

namespace {

/// The arms that a run compares.
std::vector<RexArm> armsOfRun(const ParameterValues& values) {
    std::vector<RexArm> arms;
    for (const std::string& id : values.choices("named_schedules"))
        arms.push_back(traitsOf(rexArms(), id));
    for (const RexArm& arm : rexArms())
        if ((arm.source == ScheduleSource::own && values.boolean("custom")) ||
            (arm.source == ScheduleSource::gridCell && values.boolean("grid")))
            arms.push_back(arm);
    return arms;
}

std::int64_t iterationsOf(double budgetPercent, std::int64_t maximum) {
    return std::max<std::int64_t>(
        1, std::llround(budgetPercent / 100.0 * static_cast<double>(maximum)));
}

double indexIn(const std::vector<std::string>& names, const std::string& name) {
    return static_cast<double>(std::find(names.begin(), names.end(), name) - names.begin());
}

class RexExperiment final : public Experiment {
public:
    explicit RexExperiment(const ParameterValues& values) : setting_(loadSetting(values)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override;
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        return traceTable().layout(parameters(), setting_->values).columns();
    }
    [[nodiscard]] std::vector<Column> factorColumns() const override {
        std::vector<ColumnPattern> factors = records().factors;
        for (ColumnPattern& factor : factors)
            if (factor.id == "optimizer_index")
                factor.categories = setting_->values.choices("optimizer");
        return ColumnLayout(factors, parameters(), setting_->values, ColumnRole::factor).columns();
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return finalTable().layout(parameters(), setting_->values).columns();
    }
    [[nodiscard]] Cadence cadence() const override {
        return {setting_->values.integer("record_every")};
    }
    [[nodiscard]] Provenance provenance() const override { return setting_->provenance; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return startTrial(setting_, plan);
    }

private:
    std::shared_ptr<const Setting> setting_;
};

std::vector<TrialPlan> RexExperiment::trials() const {
    const ParameterValues& values = setting_->values;
    const auto& optimizers = values.choices("optimizer");
    const std::vector<RexArm> arms = armsOfRun(values);
    std::vector<TrialPlan> plans;
    for (std::size_t o = 0; o < optimizers.size(); ++o)
        for (const double budget : values.numbers("budget_percent"))
            for (const RexArm& arm : arms)
                for (const double rate : values.numbers(ratesParameter(optimizers[o])))
                    for (const double seed : values.numbers("seeds")) {
                        TrialPlan plan{
                            .arm = arm.id,
                            .factors = {{"budget_percent", budget},
                                        {"learning_rate", rate},
                                        {"optimizer_index", static_cast<double>(o)}},
                            .replicate = static_cast<std::uint64_t>(seed),
                            .steps = iterationsOf(budget, values.integer("maximum_iterations")),
                            .keepTrace = true};
                        if (arm.source == ScheduleSource::gridCell) {
                            plan.factors["profile_index"] = indexIn(gridProfiles, arm.profile);
                            plan.factors["sampling_index"] =
                                indexIn(Sampling::names(), arm.sampling);
                        }
                        plans.push_back(std::move(plan));
                    }
    return plans;
}

void check(const ParameterValues& values) {
    if (values.integer("batch_size") > values.integer("train_samples"))
        throw InputError(fmt::format(
            "Parameter 'batch_size': {} is not accepted, expected at most train_samples = {}.",
            values.integer("batch_size"), values.integer("train_samples")));
    if (values.real("rex_alpha") + values.real("rex_beta") <= 0.0)
        throw InputError(fmt::format("Parameters 'rex_alpha' and 'rex_beta': {} and {} are not "
                                     "accepted; one of them must be positive.",
                                     values.real("rex_alpha"), values.real("rex_beta")));
    // Mistakes in milestones and drawn points show before any training.
    const CustomSchedule custom(values);
    static_cast<void>(custom.make(100));
    // A live change may come to them later.
    static_cast<void>(stepProfile(custom.milestones));
}

double memoryEstimate(const ParameterValues& values) {
    constexpr double pixels = 784.0, trainAndTest = 70000.0;
    constexpr double columnsOfTrace = 6.0;
    double steps = 0.0;
    for (const double budget : values.numbers("budget_percent"))
        steps += static_cast<double>(iterationsOf(budget, values.integer("maximum_iterations")));
    const double recordEvery = std::max(1.0, static_cast<double>(values.integer("record_every")));
    double rates = 0.0;
    for (const std::string& optimizer : values.choices("optimizer"))
        rates += static_cast<double>(values.numbers(ratesParameter(optimizer)).size());
    const double trialsAtBudget =
        rates * static_cast<double>(armsOfRun(values).size() * values.numbers("seeds").size());
    const double recordedRows =
        values.integer("record_every") == 0 ? std::min(steps, 2000.0) : steps / recordEvery;
    // A trial that trains has its parameters, their gradient and two moments, a batch with what the
    // layers make of it, and an order of the samples. As many train at once as there are threads.
    const NetworkChoice& network = traitsOf(networkChoices(), values.text("network"));
    const auto parameterCount = static_cast<double>(
        network.make(values, static_cast<Eigen::Index>(pixels))->parameterCount());
    const double solver =
        4.0 * (4.0 * parameterCount + (1.0 + network.layersPerInput) * pixels *
                                          static_cast<double>(values.integer("batch_size"))) +
        8.0 * static_cast<double>(values.integer("train_samples"));
    const double trials =
        trialsAtBudget * static_cast<double>(values.numbers("budget_percent").size());
    const double atOnce = std::max(1.0, static_cast<double>(std::thread::hardware_concurrency()));
    return std::min(trials, atOnce) * solver + 2.0 * 4.0 * pixels * trainAndTest +
           2.0 * 8.0 * columnsOfTrace * recordedRows * trialsAtBudget;
}

} // namespace

} // namespace rex

ExperimentType rexSchedule() {
    using namespace rex;
    return {
        .description =
            {.id = "rex-schedule",
             .title = "REX schedule",
             .family = "schedules",
             .paper = {.title = "REX: Revisiting Budgeted Training with an Improved Schedule",
                       .authors = "John Chen, Cameron Wolfe, Anastasios Kyrillidis",
                       .year = 2021,
                       .venue = "MLSys 2022",
                       .arxiv = "2107.04197"},
             .summary = "A learning-rate schedule is a profile and a rate at which it is "
                        "sampled. REX, a reflected exponential profile sampled at every "
                        "iteration, is compared with the usual schedules at small and large "
                        "training budgets.",
             .question = "Which learning-rate schedule is best when there is time for only a "
                         "fraction of the training?",
             .topics = {"schedule", "learning rate", "budget", "momentum", "Adam",
                        "image classification"},
             .parameters = parameters(),
             .mainParameters = {"named_schedules", "budget_percent", "optimizer", "learning_rates",
                                "maximum_iterations", "seeds", "custom", "grid"},
             .records = records(),
             .presets = presets(),
             .arms = armsOf(rexArms()),
             .views = views(),
             .claims = claims(),
             .questions = questions(),
             .lockStep = false},
        .check = check,
        .memoryEstimate = memoryEstimate,
        .create = [](const ParameterValues& values) {
            return std::make_unique<RexExperiment>(values);
        }};
}

} // namespace convergence
