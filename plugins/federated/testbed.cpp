#include "plugins/federated/testbed.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "core/federated/synthetic_clients.h"
#include "core/memory.h"
#include "plugins/federated/frames.h"

namespace convergence::federated {

namespace {

constexpr Index syntheticClasses = 10;
constexpr double meanUnequalSize = 350.0; ///< of ⌊exp(N(4, 2))⌋ + 50, cut off at 5,000

bool hasSamples(ProblemKind kind) {
    return kind == ProblemKind::images || kind == ProblemKind::table;
}

ProblemKind kindOf(const ParameterValues& values) {
    return traitsOf(problemChoices, values.text("problem")).kind;
}

/// Bytes of a run on so many numbers of data with a model of so many parameters.
double bytesOf(const ParameterValues& values, const Kept& kept, double data, double parameters,
               double bytesEach) {
    constexpr double cohort = 6.0; // start, x, direction, and what methods keep beside them
    const auto number = [&](const char* name) { return static_cast<double>(values.integer(name)); };
    const double clients = number("clients"), replicates = number("replicates");
    const auto& attendance = traitsOf(attendanceChoices, values.text("participation"));
    const double atOnce = attendance.isFixedInSize() ? number("sampled_clients") : clients;
    const double past = traitsOf(delayChoices, values.text("delay")).kind == Delays::Kind::none
                            ? 1.0
                            : number("delay_rounds") + 1.0;
    return bytesEach * (data * replicates + kept.trials * replicates * parameters *
                                                (kept.vectors * clients + cohort * atOnce + past)) +
           1e8;
}

/// What only a table itself tells: how many numbers it has, and how many inputs the model.
void requireRoomForTable(const ParameterValues& values, const ClientSamples& samples) {
    constexpr double copies = 3.0;
    const Kept atLeast{.trials = static_cast<double>(values.choices("arms").size())};
    const auto rows =
        static_cast<double>(samples.data.labels.size() + samples.data.testLabels.size());
    const std::vector<Index> sizes = networkOf(values, samples).sizes;
    double parameters = 0.0;
    for (std::size_t layer = 1; layer < sizes.size(); ++layer)
        parameters += static_cast<double>(sizes[layer - 1] + 1) * static_cast<double>(sizes[layer]);
    requireMemory(bytesOf(values, atLeast, copies * rows * static_cast<double>(sizes.front()),
                          parameters, sizeof(float)),
                  fmt::format("A model of {:.0f} parameters for the table's {} columns", parameters,
                              sizes.front() + 1),
                  "use a table with fewer columns, or fewer clients, methods or replicates");
}

} // namespace

template <>
std::shared_ptr<const Problem<double>> Testbed::problem(std::uint64_t replicate) const {
    return exact_.get(replicate, [&] { return makeExact(replicate); });
}
template <>
std::shared_ptr<const Problem<float>> Testbed::problem(std::uint64_t replicate) const {
    return single_.get(replicate, [&] { return makeSingle(replicate); });
}

Testbed::Testbed(const ParameterValues& values) : values_(values), kind_(kindOf(values)) {
    if (!hasSamples(kind_)) {
        (void)problem<double>(0);
        return;
    }
    samples_ = readSamples(values_);
    if (kind_ == ProblemKind::table)
        requireRoomForTable(values_, *samples_);
    (void)problem<float>(0);
}

std::uint64_t Testbed::seed() const {
    return static_cast<std::uint64_t>(values_.integer("seed"));
}

std::shared_ptr<const Problem<double>> Testbed::makeExact(std::uint64_t replicate) const {
    const Index clients = values_.integer("clients");
    if (kind_ == ProblemKind::quadratic)
        return std::make_shared<Quadratics>(
            QuadraticsSetting{.clients = clients,
                              .dimension = values_.integer("dimension"),
                              .smallest = values_.real("smallest_curvature"),
                              .largest = 1.0,
                              .heterogeneity = values_.real("heterogeneity"),
                              .noise = values_.real("noise"),
                              .sameCurvature = values_.boolean("same_curvature"),
                              .sameOptimum = values_.boolean("same_optimum"),
                              .rotated = values_.boolean("rotated"),
                              .seed = seed(),
                              .replicate = replicate});
    auto data = std::make_shared<const ClassifierData<double>>(
        syntheticClients({.clients = clients,
                          .inputs = values_.integer("inputs"),
                          .classes = syntheticClasses,
                          .samples = values_.integer("samples_each"),
                          .testSamples = values_.integer("samples_each") / 5,
                          .models = values_.real("models"),
                          .shifts = values_.real("shifts"),
                          .sameClients = values_.boolean("same_clients"),
                          .unequal = values_.boolean("unequal_sizes"),
                          .seed = seed(),
                          .replicate = replicate}));
    const ClassifierSetting setting{
        .network = {.sizes = {values_.integer("inputs"), syntheticClasses}},
        .ridge = values_.real("ridge"),
        .seed = seed(),
        .replicate = replicate,
        .evaluated = std::numeric_limits<Index>::max()};
    auto made = std::make_shared<ClassifierClients<double>>(std::move(data), setting);
    made->findOptimum();
    return made;
}

std::shared_ptr<const Problem<float>> Testbed::makeSingle(std::uint64_t replicate) const {
    auto data = std::make_shared<ClassifierData<float>>(samples_->data);
    data->partition = partitionOf(values_, *samples_, replicate);
    return std::make_shared<ClassifierClients<float>>(
        std::move(data), ClassifierSetting{.network = networkOf(values_, *samples_),
                                           .ridge = values_.real("weight_decay"),
                                           .seed = seed(),
                                           .replicate = replicate});
}

std::shared_ptr<const Quadratics> Testbed::quadratics(std::uint64_t replicate) const {
    return kind_ == ProblemKind::quadratic
               ? std::dynamic_pointer_cast<const Quadratics>(problem<double>(replicate))
               : nullptr;
}

std::vector<double> Testbed::weights() const {
    const auto clients = static_cast<std::size_t>(values_.integer("clients"));
    const double spread = values_.real("rate_spread"),
                 last = static_cast<double>(std::max<std::size_t>(1, clients - 1));
    std::vector<double> weights;
    for (std::size_t i = 0; i < clients; ++i)
        weights.push_back(std::pow(spread, -static_cast<double>(i) / last));
    return weights;
}

/// S on average, unless some would take part more than always.
std::vector<double> Testbed::rates() const {
    std::vector<double> rates = weights();
    const double sum = std::accumulate(rates.begin(), rates.end(), 0.0),
                 sampled = static_cast<double>(values_.integer("sampled_clients"));
    for (double& rate : rates)
        rate = std::min(1.0, sampled * rate / sum);
    return rates;
}

std::unique_ptr<Participation> Testbed::participation(std::uint64_t replicate) const {
    const ParticipationSeed seed{.seed = this->seed(), .replicate = replicate};
    const Index sampled = values_.integer("sampled_clients");
    switch (attendance().attendance) {
    case Attendance::subset:
        break;
    case Attendance::weighted:
        return weighted(weights(), sampled, seed);
    case Attendance::bernoulli:
        return bernoulli(rates(), seed, EmptyRound::drawnAgain);
    case Attendance::markov:
        return markov(rates(), values_.real("comes_back"), seed);
    case Attendance::cyclic:
        return cyclic(rates(), values_.integer("cycle"), seed);
    }
    return withoutReplacement(values_.integer("clients"), sampled, seed);
}

const AttendanceChoice& Testbed::attendance() const {
    return traitsOf(attendanceChoices, values_.text("participation"));
}

bool Testbed::worksInSteps() const {
    return traitsOf(intervalChoices, values_.text("local_work")).interval == Interval::steps;
}

LocalPlan Testbed::plan(Index steps) const {
    return {.steps = steps,
            .epochs = worksInSteps() ? 0 : values_.integer("local_epochs"),
            .batch = values_.integer("batch")};
}

RoundOptions Testbed::options(Index steps, std::uint64_t replicate) const {
    const ParticipationSeed seed{.seed = this->seed(), .replicate = replicate};
    const auto delay = traitsOf(delayChoices, values_.text("delay")).kind;
    return {.plan = plan(steps),
            .weighting = traitsOf(weightingChoices, values_.text("weighting")).weighting,
            .delays = {.kind = delay,
                       .most = delay == Delays::Kind::none ? 0 : values_.integer("delay_rounds"),
                       .seed = seed},
            .clock = ClockModel{.secondsASample = values_.real("sample_seconds"),
                                .slowest = values_.real("slowest"),
                                .link = {.latency = values_.real("latency"),
                                         .bandwidth = values_.real("bandwidth")},
                                .seed = seed}};
}

bool Testbed::everybodyTakesPart() const {
    return attendance().isFixedInSize() &&
           values_.integer("sampled_clients") == values_.integer("clients") &&
           traitsOf(delayChoices, values_.text("delay")).kind == Delays::Kind::none;
}

Cadence Testbed::cadence() const {
    constexpr double often = 200.0, seldom = 20.0; // a decade
    return {values_.integer("record_every"), kind_ == ProblemKind::quadratic ? often : seldom};
}

Provenance Testbed::provenance() const {
    return samples_ ? samples_->provenance : Provenance{};
}

void Testbed::draw(FrameMap& shared) const {
    if (kind_ == ProblemKind::synthetic) {
        const auto clients =
            std::dynamic_pointer_cast<const ClassifierClients<double>>(problem<double>(0));
        shared["label_bars"] =
            labelBars({clients->data().labels, syntheticClasses}, clients->data().partition);
    } else if (samples_) {
        const auto clients =
            std::dynamic_pointer_cast<const ClassifierClients<float>>(problem<float>(0));
        shared["label_bars"] =
            labelBars({samples_->data.labels, samples_->classes}, clients->data().partition);
    }
}

namespace {

/// Numbers of the weights of a classifier; of a table's, as many inputs as a picture has.
double parametersOf(const ParameterValues& values) {
    constexpr double inputs = 784.0, classes = 10.0;
    switch (traitsOf(modelChoices, values.text("model")).model) {
    case Model::softmax:
        return (inputs + 1.0) * classes;
    case Model::small:
        return (inputs / 4.0 + 1.0) * 32.0 + 33.0 * classes;
    case Model::mlp:
        return (inputs + 1.0) * 64.0 + 65.0 * classes;
    case Model::lenet:
        break;
    }
    constexpr double lenet = 61706.0;
    return lenet;
}

} // namespace

double memoryOf(const ParameterValues& values, const Kept& kept) {
    const auto number = [&](const char* name) { return static_cast<double>(values.integer(name)); };
    const double clients = number("clients");
    double parameters = 0.0, data = 0.0, bytesEach = 8.0;
    switch (kindOf(values)) {
    case ProblemKind::quadratic:
        parameters = number("dimension");
        data = clients * parameters * (2.0 + (values.boolean("rotated") ? 2.0 * parameters : 0.0));
        break;
    case ProblemKind::synthetic:
        parameters = (number("inputs") + 1.0) * static_cast<double>(syntheticClasses);
        data = 3.0 * clients * number("inputs") *
               (values.boolean("unequal_sizes") ? meanUnequalSize : number("samples_each"));
        break;
    case ProblemKind::images:
    case ProblemKind::table: // asked again when it was read
        parameters = parametersOf(values);
        data = 784.0 * (70000.0 + 2.0 * (number("train_samples") + number("test_samples")));
        bytesEach = 4.0;
        break;
    }
    return bytesOf(values, kept, data, parameters, bytesEach);
}

} // namespace convergence::federated
