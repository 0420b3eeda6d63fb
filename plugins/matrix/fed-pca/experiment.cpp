#include "plugins/matrix/fed-pca/experiment.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment/trait_table.h"
#include "core/experiment/whole_numbers.h"
#include "core/math/decompositions.h"
#include "plugins/matrix/fed-pca/trial.h"
#include "plugins/matrix/frames.h"

namespace convergence::federated_pca {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

const std::vector<ColumnPattern> factorPatterns = {
    {"penalty", "penalty ρ"}, {"fraction", "fraction"}, {"rank", "rank k"}};

FlowSource sourceOf(const ParameterValues& values) {
    return traitsOf(flowChoices, values.text("data")).source;
}

FlowTable tableOf(const ParameterValues& values) {
    switch (sourceOf(values)) {
    case FlowSource::unsw:
        return unswTable();
    case FlowSource::tonIot:
        return tonIotTable();
    case FlowSource::synthetic:
    case FlowSource::table:
        break;
    }
    return {.label = values.text("label_column"),
            .normalValue = values.text("normal_value"),
            .kind = "",
            .sortKey = values.text("sort_column"),
            .dropped = {}};
}

NetworkFlows loadFlows(const ParameterValues& values, std::uint64_t seed) {
    if (sourceOf(values) == FlowSource::synthetic)
        return syntheticFlows(8000, 3000, 3000, seed);
    FlowTable table = tableOf(values);
    table.oneHotText =
        traitsOf(textChoices, values.text("text_columns")).become == TextColumns::oneHot;
    return readFlows(values.text("training_file"), values.text("test_file"), table);
}

std::shared_ptr<const FlowData> prepare(NetworkFlows flows, const ParameterValues& values,
                                        std::uint64_t seed) {
    auto data = std::make_shared<FlowData>();
    data->flows = std::move(flows);
    const auto clients = static_cast<std::size_t>(values.integer("clients"));
    const auto shares =
        partitionFlows(data->flows.sortKey,
                       {.clients = clients,
                        .partition = traitsOf(partitionChoices, values.text("partition")).partition,
                        .concentration = values.real("concentration"),
                        .fewest = 2},
                       seed);
    const Index d = data->flows.training.rows();
    data->meanCovariance = MatrixXd::Zero(d, d);
    for (const auto& share : shares) {
        const MatrixXd own = data->flows.training(Eigen::all, share);
        data->local.push_back(Standardization(own).apply(own));
        const MatrixXd& x = data->local.back();
        const auto n = static_cast<double>(x.cols());
        data->clients.push_back({x * x.transpose() / n, n});
        data->meanCovariance +=
            data->clients.back().covariance / static_cast<double>(shares.size());
        const auto eigenvalues = symmetricEigenvalues(data->clients.back().covariance);
        data->largestEigenvalue = std::max(data->largestEigenvalue, eigenvalues[d - 1]);
    }
    const Standardization all(data->flows.training);
    data->training = all.apply(data->flows.training);
    data->normalTest = all.apply(data->flows.normalTest);
    data->attackTest = all.apply(data->flows.attackTest);
    return data;
}

class FederatedPcaExperiment final : public Experiment {
public:
    explicit FederatedPcaExperiment(const ParameterValues& values);

    [[nodiscard]] std::vector<TrialPlan> trials() const override;
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        return roundColumns().layout(parameters(), setting_->values).columns();
    }
    [[nodiscard]] std::vector<Column> factorColumns() const override {
        return ColumnLayout(factorPatterns, parameters(), setting_->values, ColumnRole::factor)
            .columns();
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return outcomeColumns().layout(parameters(), setting_->values).columns();
    }
    [[nodiscard]] Cadence cadence() const override {
        return {setting_->values.integer("record_every")};
    }
    [[nodiscard]] Provenance provenance() const override { return setting_->provenance; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return makeSolver(setting_, plan, designOf(plan));
    }
    void draw(const Recording&, FrameMap& shared) const override {
        const FlowData& data = *setting_->data.begin()->second;
        shared["first_covariance"] = heatMap("C of client 1", data.clients.front().covariance);
        shared["last_covariance"] = heatMap("C of the last client", data.clients.back().covariance);
        shared["mean_covariance"] = heatMap("mean C", data.meanCovariance);
    }

private:
    [[nodiscard]] Design designOf(const TrialPlan& plan) const {
        return {plan.factors.at("penalty"), plan.factors.at("fraction"),
                static_cast<Index>(plan.factors.at("rank")),
                static_cast<std::uint64_t>(setting_->values.integer("seed")) + plan.replicate};
    }

    std::shared_ptr<const Setting> setting_;
};

FederatedPcaExperiment::FederatedPcaExperiment(const ParameterValues& values) {
    const std::vector<Parameter> list = parameters();
    auto setting =
        std::make_shared<Setting>(Setting{.values = values,
                                          .traceRow = roundColumns().at(list, values),
                                          .finalRow = outcomeColumns().at(list, values)});
    setting_ = setting;
    std::optional<NetworkFlows> read;
    for (const TrialPlan& plan : trials()) {
        const Design design = designOf(plan);
        auto& data = setting->data[design.seed];
        if (data)
            continue;
        if (!read || sourceOf(values) == FlowSource::synthetic)
            read = loadFlows(values, design.seed);
        data = prepare(*read, values, design.seed);
        setting->provenance.data = read->source;
        if (design.rank > data->training.rows())
            throw InputError(fmt::format("Parameter 'rank': {} is not accepted, expected at most "
                                         "the {} features of the data.",
                                         design.rank, data->training.rows()));
    }
}

std::vector<TrialPlan> FederatedPcaExperiment::trials() const {
    const ParameterValues& values = setting_->values;
    const SweepChoice& sweep = traitsOf(sweepChoices, values.text("sweep"));
    std::vector<TrialPlan> plans;
    for (const std::string& arm : values.choices("arms")) {
        std::map<std::string, double> factors{
            {"penalty", values.real("penalty")},
            {"fraction", values.real("fraction")},
            {"rank", static_cast<double>(values.integer("rank"))}};
        const bool sweeps = sweep.concerns(traitsOf(federatedArms, arm));
        const std::vector<double> points =
            sweeps ? values.numbers(sweep.list) : std::vector<double>{0.0};
        for (const double point : points)
            for (std::int64_t replicate = 0; replicate < values.integer("replicates");
                 ++replicate) {
                if (sweeps)
                    factors[std::string(sweep.id)] = point;
                plans.push_back({.arm = arm,
                                 .factors = factors,
                                 .replicate = static_cast<std::uint64_t>(replicate),
                                 .steps = values.integer("rounds")});
            }
    }
    return plans;
}

void check(const ParameterValues& values) {
    const FlowSource source = sourceOf(values);
    if (source != FlowSource::synthetic && values.text("training_file").empty())
        throw InputError("Parameter 'training_file': no file was named; expected a CSV file of "
                         "flows with a header.");
    if (source == FlowSource::table)
        for (const char* name : {"label_column", "normal_value", "sort_column"})
            if (values.text(name).empty())
                throw InputError(fmt::format("Parameter '{}': nothing was given; expected the name "
                                             "of a column, or the label's value for normal flows.",
                                             name));
    if (source == FlowSource::synthetic && values.integer("rank") > 39)
        throw InputError(fmt::format("Parameter 'rank': {} is not accepted, expected at most the "
                                     "39 features of the synthetic traffic.",
                                     values.integer("rank")));
    requireWholeNumbers(values, "sweep_rank");
}

Description describe() {
    return {
        .id = "fed-pca",
        .title = "Federated PCA",
        .family = "matrix",
        .paper = {.title = "Federated PCA on Grassmann Manifold for IoT Anomaly Detection",
                  .authors = "Tung-Anh Nguyen, Long Tan Le, Tuan Dung Nguyen, Wei Bao, Suranga "
                             "Seneviratne, Choong Seon Hong, Nguyen H. Tran",
                  .year = 2024,
                  .venue = "IEEE/ACM Transactions on Networking",
                  .arxiv = "2407.07421"},
        .summary = "Devices agree on one subspace of normal traffic without sharing traffic, by "
                   "consensus ADMM with QR retractions on the Grassmann manifold, and call what it "
                   "reconstructs badly an attack.",
        .question =
            "Can devices that see different traffic agree on one subspace of normal traffic, "
            "and find attacks with it, without sharing traffic?",
        .topics = {"federated", "principal components", "ADMM", "Grassmann manifold",
                   "anomaly detection", "privacy", "distributed"},
        .parameters = parameters(),
        .mainParameters = {"arms", "clients", "partition", "rank", "fraction", "penalty",
                           "local_rate", "rounds"},
        .records = {.trace = roundColumns().patterns(),
                    .factors = factorPatterns,
                    .finals = outcomeColumns().patterns(),
                    .frames = {"first_covariance", "last_covariance", "mean_covariance", "timeline",
                               "clients", "angles", "map", "histogram", "roc", "kinds", "confusion",
                               "loadings", "flows"}},
        .presets = presets(),
        .arms = armsOf(federatedArms),
        .actions = {{"drop_half", "Drop half of the clients",
                     "Only the first half takes part from now on."},
                    {"inject_attack", "Inject an attack",
                     "A twentieth of what every client trains on becomes the first kind of "
                     "attack."}},
        .views = views(),
        .claims = claims(),
        .questions =
            {{"Every device trains only on its own profile. Why does its detector cry wolf?",
              "What is normal elsewhere lies outside its subspace."},
             {"What happens at ρ → 0, and why does averaging not save it?",
              "Clients go to their own subspaces, and the average of bases of different subspaces "
              "is not the average subspace."},
             {"Where do the bytes go?",
              "d·k numbers each way, a round and client: a seventh of a small autoencoder."}},
        .lockStep = true};
}

} // namespace

} // namespace convergence::federated_pca

convergence::ExperimentType convergence::federatedPca() {
    return {.description = federated_pca::describe(),
            .check = federated_pca::check,
            .memoryEstimate = {},
            .create = [](const ParameterValues& values) {
                return std::make_unique<federated_pca::FederatedPcaExperiment>(values);
            }};
}
