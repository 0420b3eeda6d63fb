#include "plugins/federated/testbed.h"

#include <limits>

#include <fmt/format.h>

#include "core/federated/synthetic_clients.h"
#include "core/memory.h"

namespace convergence::federated {

namespace {

constexpr Index syntheticClasses = 10;

bool hasSamples(ProblemKind kind) {
    return kind == ProblemKind::images || kind == ProblemKind::table;
}

ProblemKind kindOf(const ParameterValues& values) {
    return traitsOf(problemChoices, values.text("problem")).kind;
}

/// Bytes of a run on so many numbers of data with a model of so many parameters, of which methods
/// keep `states` vectors for each client.
double bytesOf(const ParameterValues& values, double states, double data, double parameters,
               double bytesEach) {
    constexpr double cohort = 6.0; // start, x, direction, and what methods keep beside them
    const auto number = [&](const char* name) { return static_cast<double>(values.integer(name)); };
    const double trials = static_cast<double>(values.choices("arms").size()) * number("replicates");
    return bytesEach * (data * number("replicates") +
                        trials * parameters *
                            (states * number("clients") + cohort * number("sampled_clients"))) +
           1e8;
}

/// What only a table itself tells: how many numbers it has, and how many inputs the model.
void requireRoomForTable(const ParameterValues& values, const ClientSamples& samples) {
    constexpr double copies = 3.0, statesAtLeast = 1.0;
    const auto rows =
        static_cast<double>(samples.data.labels.size() + samples.data.testLabels.size());
    const std::vector<Index> sizes = networkOf(values, samples).sizes;
    double parameters = 0.0;
    for (std::size_t layer = 1; layer < sizes.size(); ++layer)
        parameters += static_cast<double>(sizes[layer - 1] + 1) * static_cast<double>(sizes[layer]);
    requireMemory(bytesOf(values, statesAtLeast, copies * rows * static_cast<double>(sizes.front()),
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
                                           .seed = seed(),
                                           .replicate = replicate});
}

std::shared_ptr<const Quadratics> Testbed::quadratics(std::uint64_t replicate) const {
    return kind_ == ProblemKind::quadratic
               ? std::dynamic_pointer_cast<const Quadratics>(problem<double>(replicate))
               : nullptr;
}

std::unique_ptr<Participation> Testbed::participation(std::uint64_t replicate) const {
    return withoutReplacement(values_.integer("clients"), values_.integer("sampled_clients"),
                              {.seed = seed(), .replicate = replicate});
}

LocalPlan Testbed::plan(Index steps) const {
    return {.steps = steps, .batch = values_.integer("batch")};
}

bool Testbed::everybodyTakesPart() const {
    return values_.integer("sampled_clients") == values_.integer("clients");
}

Cadence Testbed::cadence() const {
    constexpr double often = 200.0, seldom = 20.0; // a decade
    return {values_.integer("record_every"), kind_ == ProblemKind::quadratic ? often : seldom};
}

Provenance Testbed::provenance() const {
    return samples_ ? samples_->provenance : Provenance{};
}

void Testbed::draw(FrameMap& shared) const {
    if (!samples_)
        return;
    const auto clients =
        std::dynamic_pointer_cast<const ClassifierClients<float>>(problem<float>(0));
    const LabelledSamples labelled{samples_->data.labels, samples_->classes};
    const Partition& partition = clients->data().partition;
    MatrixFrame frame{
        .title = fmt::format("samples by class; label skew {:.2f}", labelSkew(labelled, partition)),
        .rows = partition.size(),
        .columns = samples_->classes};
    for (const auto& counts : labelCounts(labelled, partition))
        for (const std::size_t count : counts)
            frame.values.push_back(static_cast<float>(count));
    shared["shares"] = std::move(frame);
}

double memoryOf(const ParameterValues& values, double states) {
    const auto number = [&](const char* name) { return static_cast<double>(values.integer(name)); };
    double parameters = 0.0, data = 0.0, bytesEach = 8.0;
    switch (kindOf(values)) {
    case ProblemKind::quadratic:
        parameters = number("dimension");
        data = number("clients") * parameters *
               (2.0 + (values.boolean("rotated") ? 2.0 * parameters : 0.0));
        break;
    case ProblemKind::synthetic:
        parameters = (number("inputs") + 1.0) * static_cast<double>(syntheticClasses);
        data = 3.0 * number("clients") * number("samples_each") * number("inputs");
        break;
    case ProblemKind::images:
    case ProblemKind::table:  // asked again when it was read
        parameters = 62000.0; // of the largest model on pictures
        data = 784.0 * (70000.0 + 2.0 * (number("train_samples") + number("test_samples")));
        bytesEach = 4.0;
        break;
    }
    return bytesOf(values, states, data, parameters, bytesEach);
}

} // namespace convergence::federated
