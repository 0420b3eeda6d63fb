#include "plugins/matrix/fed-pca/experiment.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "core/error.h"
#include "core/math/decompositions.h"
#include "plugins/matrix/fed-pca/trial.h"
#include "plugins/matrix/frames.h"

namespace convergence {

namespace {

using namespace federated_pca;
using Eigen::Index;
using Eigen::MatrixXd;

FlowPartition partitionNamed(const std::string& name) {
    return name == "iid"         ? FlowPartition::shuffled
           : name == "dirichlet" ? FlowPartition::dirichlet
                                 : FlowPartition::sorted;
}

NetworkFlows loadFlows(const ParameterValues& values, std::uint64_t seed) {
    const std::string& data = values.text("data");
    if (data == "synthetic")
        return syntheticFlows(8000, 3000, 3000, seed);
    FlowTable table = data == "unsw" ? unswTable() : tonIotTable();
    if (data == "csv")
        table = {.label = values.text("label_column"),
                 .normalValue = values.text("normal_value"),
                 .kind = "",
                 .sortKey = values.text("sort_column"),
                 .dropped = {}};
    table.oneHotText = values.text("text_columns") == "one_hot";
    return readFlows(values.text("training_file"), values.text("test_file"), table);
}

std::shared_ptr<const FlowData> prepare(NetworkFlows flows, const ParameterValues& values,
                                        std::uint64_t seed) {
    auto data = std::make_shared<FlowData>();
    data->flows = std::move(flows);
    const auto clients = static_cast<std::size_t>(values.integer("clients"));
    const auto shares =
        partitionFlows(data->flows.sortKey, clients, partitionNamed(values.text("partition")),
                       values.real("concentration"), 2, seed);
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
        return {{"bytes", "bytes sent", "B", ColumnRole::clock},
                {"gap", "gap to central PCA"},
                {"distance", "subspace distance to central PCA"},
                {"consensus", "consensus residual max ‖U_i − Z‖"},
                {"departure", "departure ‖ZᵀZ − I‖ of the server"},
                {"auc", "area under the ROC curve"},
                {"recall", "recall"},
                {"false_alarms", "false-alarm rate"}};
    }
    [[nodiscard]] std::vector<Column> factorColumns() const override {
        return {{"penalty", "penalty ρ", "", ColumnRole::factor},
                {"fraction", "fraction", "", ColumnRole::factor},
                {"rank", "rank k", "", ColumnRole::factor}};
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return {{"final_gap", "final gap to central PCA"},
                {"rounds_to_5", "rounds to a gap of 5 %"},
                {"auc", "area under the ROC curve"},
                {"accuracy", "accuracy"},
                {"precision", "precision"},
                {"recall", "recall"},
                {"f1", "F1"},
                {"false_alarms", "false-alarm rate"},
                {"missed", "miss rate"},
                {"bytes", "bytes sent", "B"},
                {"numbers", "numbers sent a round and client each way"},
                {"local_departure", "largest ‖UᵀU − I‖ after a local step"},
                {"best_local_auc", "area under the ROC curve of the best client alone"},
                {"worst_local_auc", "area under the ROC curve of the worst client alone"}};
    }
    [[nodiscard]] Cadence cadence() const override {
        return {setting_->values.integer("record_every")};
    }
    [[nodiscard]] Provenance provenance() const override { return setting_->provenance; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return makeSolver(setting_, plan.arm, designOf(plan));
    }
    void draw(const Recording&, FrameMap& shared) const override {
        const FlowData& data = *setting_->data.begin()->second;
        shared["first_covariance"] =
            heatMap("C of client 1", data.clients.front().covariance, true);
        shared["last_covariance"] =
            heatMap("C of the last client", data.clients.back().covariance, true);
        shared["mean_covariance"] = heatMap("mean C", data.meanCovariance, true);
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
    auto setting = std::make_shared<Setting>(Setting{.values = values});
    setting_ = setting;
    std::optional<NetworkFlows> read;
    for (const TrialPlan& plan : trials()) {
        const Design design = designOf(plan);
        auto& data = setting->data[design.seed];
        if (data)
            continue;
        if (!read || values.text("data") == "synthetic")
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
    const std::string& swept = values.text("sweep");
    std::vector<TrialPlan> plans;
    for (const std::string& arm : values.choices("arms")) {
        std::map<std::string, double> factors{
            {"penalty", values.real("penalty")},
            {"fraction", values.real("fraction")},
            {"rank", static_cast<double>(values.integer("rank"))}};
        const bool sweeps =
            swept != "none" && (swept == "rank" || (isAdmm(arm) && arm != "uncoupled"));
        const std::vector<double> points =
            sweeps ? values.numbers("sweep_" + swept) : std::vector<double>{0.0};
        for (const double point : points)
            for (std::int64_t replicate = 0; replicate < values.integer("replicates");
                 ++replicate) {
                if (sweeps)
                    factors[swept] = point;
                plans.push_back({.arm = arm,
                                 .factors = factors,
                                 .replicate = static_cast<std::uint64_t>(replicate),
                                 .steps = values.integer("rounds"),
                                 .keepTrace = true});
            }
    }
    return plans;
}

void check(const ParameterValues& values) {
    const std::string& data = values.text("data");
    if (data != "synthetic" && values.text("training_file").empty())
        throw InputError("Parameter 'training_file': no file was named; expected a CSV file of "
                         "flows with a header.");
    if (data == "csv")
        for (const char* name : {"label_column", "normal_value", "sort_column"})
            if (values.text(name).empty())
                throw InputError(fmt::format("Parameter '{}': nothing was given; expected the name "
                                             "of a column, or the label's value for normal flows.",
                                             name));
    if (data == "synthetic" && values.integer("rank") > 39)
        throw InputError(fmt::format("Parameter 'rank': {} is not accepted, expected at most the "
                                     "39 features of the synthetic traffic.",
                                     values.integer("rank")));
    for (const double rank : values.numbers("sweep_rank"))
        if (rank != std::round(rank))
            throw InputError(fmt::format(
                "Parameter 'sweep_rank': {} is not accepted, expected whole numbers.", rank));
}

} // namespace

ExperimentType federatedPca() {
    return {.description = federatedPcaDescription(),
            .check = check,
            .memoryEstimate = {},
            .create = [](const ParameterValues& values) {
                return std::make_unique<FederatedPcaExperiment>(values);
            }};
}

} // namespace convergence
