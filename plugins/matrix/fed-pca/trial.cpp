#include "plugins/matrix/fed-pca/trial.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "core/experiment/trait_table.h"
#include "core/math/random.h"
#include "core/math/roc.h"
#include "core/math/statistics.h"
#include "core/nn/autoencoder.h"
#include "plugins/matrix/fed-pca/frames.h"
#include "plugins/matrix/fed-pca/participation.h"
#include "plugins/matrix/frames.h"

namespace convergence::federated_pca {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using matrix::ConsensusPca;
using matrix::PcaClient;

const Columns<Round>& roundColumns() {
    static const Columns<Round> columns{
        Columns<Round>::clock({"bytes", "bytes sent", "B", [](const Round& r) { return r.bytes; }}),
        {"gap", "gap to central PCA", [](const Round& r) { return r.gap; }},
        {"distance", "subspace distance to central PCA", [](const Round& r) { return r.distance; }},
        {"consensus", "consensus residual max ‖U_i − Z‖",
         [](const Round& r) { return r.consensus; }},
        {"departure", "departure ‖ZᵀZ − I‖ of the server",
         [](const Round& r) { return r.departure; }},
        {"auc", "area under the ROC curve", [](const Round& r) { return r.area; }},
        {"recall", "recall", [](const Round& r) { return r.recall; }},
        {"false_alarms", "false-alarm rate", [](const Round& r) { return r.falseAlarms; }}};
    return columns;
}

const Columns<Outcome>& outcomeColumns() {
    static const Columns<Outcome> columns{
        {"final_gap", "final gap to central PCA", [](const Outcome& o) { return o.gap; }},
        {"rounds_to_5", "rounds to a gap of 5 %", [](const Outcome& o) { return o.arrival; }},
        {"auc", "area under the ROC curve", [](const Outcome& o) { return o.found.areaUnderRoc; }},
        {"accuracy", "accuracy", [](const Outcome& o) { return o.found.accuracy; }},
        {"precision", "precision", [](const Outcome& o) { return o.found.precision; }},
        {"recall", "recall", [](const Outcome& o) { return o.found.recall; }},
        {"f1", "F1", [](const Outcome& o) { return o.found.f1; }},
        {"false_alarms", "false-alarm rate",
         [](const Outcome& o) { return o.found.falseAlarmRate; }},
        {"missed", "miss rate", [](const Outcome& o) { return o.found.missRate; }},
        {"bytes", "bytes sent", "B", [](const Outcome& o) { return o.bytes; }},
        {"numbers", "numbers sent a round and client each way",
         [](const Outcome& o) { return o.numbers; }},
        {"local_departure", "largest ‖UᵀU − I‖ after a local step",
         [](const Outcome& o) { return o.localDeparture; }},
        {"best_local_auc", "area under the ROC curve of the best client alone",
         [](const Outcome& o) { return o.bestLocalArea; }},
        {"worst_local_auc", "area under the ROC curve of the worst client alone",
         [](const Outcome& o) { return o.worstLocalArea; }}};
    return columns;
}

namespace {

constexpr double adamRate = 3e-3;
constexpr Index adamBatch = 128;
constexpr double bytesPerNumber = 8.0;
constexpr double arrivedGap = 0.05;
constexpr double contamination = 0.05; ///< of training data by the action
constexpr std::size_t shownRounds = 60;

class FederatedPcaSolver final : public Solver {
public:
    FederatedPcaSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan, Design design)
        : setting_(std::move(setting)), arm_(traitsOf(federatedArms, plan.arm)), design_(design),
          values_(setting_->values), data_(*setting_->data.at(design.seed)),
          optimum_(matrix::leadingEigenvectors(data_.meanCovariance, design.rank)),
          optimalCost_(cost(optimum_)), thresholdQuantile_(values_.real("threshold_quantile")) {
        if (arm_.isConsensus()) {
            admm_.emplace(data_.clients, admmSettings(), start(), design_.seed);
        } else if (arm_.isNetwork()) {
            network_.emplace(dimension(), design_.rank,
                             RandomStream({.seed = design_.seed, .purpose = "autoencoder"}));
        } else {
            basis_ = fixedBasis();
        }
    }

    StepStatus step(const StopToken&) override {
        bool useful = true;
        const auto d = static_cast<double>(dimension());
        if (admm_) {
            useful = admm_->round();
            bytes_ += bytesPerNumber * 2.0 * d * static_cast<double>(design_.rank) *
                      static_cast<double>(admm_->participants().size());
            noteRound();
        } else if (arm_.method == Method::federatedNetwork) {
            trainFederated();
        } else if (arm_.method == Method::centralNetwork) {
            network_->trainEpoch(data_.training, adamRate, adamBatch, order(0));
        } else if (arm_.method == Method::oneShot || arm_.method == Method::average) {
            bytes_ = bytesPerNumber * 2.0 * d * static_cast<double>(design_.rank) *
                     static_cast<double>(data_.clients.size());
        }
        ++round_;
        if (std::isnan(arrival_) && hasBasis() && gap() < arrivedGap)
            arrival_ = static_cast<double>(round_);
        return useful ? StepStatus::running : StepStatus::diverged;
    }

    void measure(std::span<double> metrics) override;
    void conclude(std::span<double> finals) override;
    void draw(const Recording&, FrameMap& frames) const override;

    void setLive(const std::string& name, const Value& value) override {
        const double number = std::get<double>(value);
        if (name == "threshold_quantile") {
            thresholdQuantile_ = number;
            judgedOnce_.reset();
        }
        if (admm_ && name == "penalty" && arm_.coupling == Coupling::penalty)
            admm_->settings().penalty = number;
        else if (admm_ && name == "local_rate")
            admm_->settings().localRate = number;
    }

    void act(const std::string& action) override {
        if (!admm_)
            return;
        if (action == "drop_half") {
            admm_->keepClients(std::max<std::size_t>(1, admm_->clientCount() / 2));
        } else if (action == "inject_attack") {
            // The first kind of attack, mixed into what every client takes for normal.
            MatrixXd second = MatrixXd::Zero(dimension(), dimension());
            double count = 0.0;
            for (Index j = 0; j < data_.attackTest.cols(); ++j)
                if (data_.flows.attackKinds[static_cast<std::size_t>(j)] == 0) {
                    second += data_.attackTest.col(j) * data_.attackTest.col(j).transpose();
                    count += 1.0;
                }
            if (count > 0.0)
                for (std::size_t i = 0; i < admm_->clientCount(); ++i)
                    admm_->setCovariance(i, (1.0 - contamination) * admm_->clients()[i].covariance +
                                                contamination / count * second);
        }
    }

    [[nodiscard]] std::string divergence() const override {
        return fmt::format("the bases grew without bound; η(4λ₁ + ρ) = {:.2f} must stay below 2",
                           stability());
    }

private:
    [[nodiscard]] Index dimension() const { return data_.meanCovariance.rows(); }
    [[nodiscard]] double cost(const MatrixXd& q) const {
        return matrix::reconstructionCost(data_.meanCovariance, q);
    }
    [[nodiscard]] double stability() const {
        return values_.real("local_rate") * (4.0 * data_.largestEigenvalue + design_.penalty);
    }
    [[nodiscard]] ConsensusPca::Settings admmSettings() const {
        return {.geometry = arm_.geometry,
                .penalty = arm_.coupling == Coupling::none ? 0.0 : design_.penalty,
                .couplingPerSample = traitsOf(scaleChoices, values_.text("coupling_scale")).scale ==
                                     CouplingScale::perSample,
                .localSteps = static_cast<int>(values_.integer("local_steps")),
                .localRate = values_.real("local_rate"),
                .fraction = design_.fraction,
                .fullServerUpdate = traitsOf(serverChoices, values_.text("server_update")).update ==
                                    ServerUpdate::full};
    }
    [[nodiscard]] MatrixXd start() const {
        MatrixXd z(dimension(), design_.rank);
        RandomStream({.seed = design_.seed, .purpose = "start of Z"})
            .fillUniform({z.data(), static_cast<std::size_t>(z.size())});
        const StartBasis wanted = traitsOf(startChoices, values_.text("start")).start;
        return wanted == StartBasis::orthonormal ? matrix::orthonormalized(z) : z;
    }
    [[nodiscard]] RandomStream order(std::uint64_t client) const {
        return RandomStream({.seed = design_.seed,
                             .purpose = "order of flows",
                             .replicate = static_cast<std::uint64_t>(round_),
                             .index = client});
    }

    /// The bases that clients find alone.
    [[nodiscard]] std::vector<MatrixXd> localBases() const {
        std::vector<MatrixXd> bases;
        for (const PcaClient& client : data_.clients)
            bases.push_back(matrix::leadingEigenvectors(client.covariance, design_.rank));
        return bases;
    }
    [[nodiscard]] MatrixXd fixedBasis() const {
        if (arm_.method == Method::central)
            return optimum_;
        const auto bases = localBases();
        if (arm_.method == Method::oneClient)
            return bases.front();
        MatrixXd projectors = MatrixXd::Zero(dimension(), dimension());
        MatrixXd average = MatrixXd::Zero(dimension(), design_.rank);
        for (const MatrixXd& basis : bases) {
            projectors += basis * basis.transpose();
            average += basis / static_cast<double>(bases.size());
        }
        return arm_.method == Method::oneShot
                   ? matrix::leadingEigenvectors(projectors, design_.rank)
                   : matrix::orthonormalized(average);
    }

    void trainFederated() {
        const std::size_t count = data_.clients.size();
        const auto wanted = static_cast<std::size_t>(
            std::floor(design_.fraction * static_cast<double>(count) + 1e-9));
        const auto chosen = RandomStream({.seed = design_.seed,
                                          .purpose = "participants",
                                          .index = static_cast<std::uint64_t>(round_)})
                                .choice(count, std::max<std::size_t>(1, wanted));
        const VectorXd common = network_->parameters();
        VectorXd sum = VectorXd::Zero(common.size());
        double total = 0.0;
        for (const std::uint32_t client : chosen) {
            network_->setParameters(common);
            network_->trainEpoch(data_.local[client], adamRate, adamBatch, order(client));
            sum += data_.clients[client].samples * network_->parameters();
            total += data_.clients[client].samples;
        }
        network_->setParameters(sum / total);
        bytes_ += bytesPerNumber * 2.0 * static_cast<double>(common.size()) *
                  static_cast<double>(chosen.size());
    }

    [[nodiscard]] bool hasBasis() const { return !network_; }
    [[nodiscard]] MatrixXd basis() const { return admm_ ? admm_->basis() : basis_; }
    [[nodiscard]] double gap() const { return (cost(basis()) - optimalCost_) / optimalCost_; }
    [[nodiscard]] VectorXd scores(const MatrixXd& x) const {
        return network_ ? network_->scores(x) : matrix::reconstructionScores(basis(), x);
    }
    /// Scores of the test flows and the threshold, by quantile or as the authors have it.
    [[nodiscard]] Scores judged() const {
        Scores result{scores(data_.normalTest), scores(data_.attackTest), 0.0};
        if (traitsOf(thresholdChoices, values_.text("threshold")).rule == ThresholdRule::fixed) {
            const double low = std::min(result.normal.minCoeff(), result.attack.minCoeff());
            const double high = std::max(result.normal.maxCoeff(), result.attack.maxCoeff());
            result.threshold = low + values_.real("fixed_threshold") * (high - low);
        } else {
            const VectorXd training = scores(data_.training);
            result.threshold = quantile({training.begin(), training.end()}, thresholdQuantile_);
        }
        return result;
    }
    [[nodiscard]] matrix::Detection detection(const Scores& s) const {
        return matrix::detect(s.normal, s.attack, data_.flows.attackKinds,
                              static_cast<int>(data_.flows.kindNames.size()), s.threshold);
    }

    /// Keeps what the timeline and the angles show.
    void noteRound() {
        std::vector<float> costs(data_.clients.size(), std::numeric_limits<float>::quiet_NaN());
        for (const std::uint32_t client : admm_->participants())
            costs[client] = static_cast<float>(
                matrix::reconstructionCost(data_.clients[client].covariance, admm_->local(client)));
        timeline_.push_back(std::move(costs));
        if (timeline_.size() > shownRounds)
            timeline_.erase(timeline_.begin());
    }
    [[nodiscard]] double largestAngle(const MatrixXd& q) const {
        const VectorXd angles = matrix::principalAngles(optimum_, q);
        return angles[angles.size() - 1];
    }
    [[nodiscard]] TableFrame clientsTable() const;
    void drawFederation(FrameMap& frames) const;

    std::shared_ptr<const Setting> setting_;
    const FederatedArm& arm_;
    Design design_;
    const ParameterValues& values_;
    const FlowData& data_;
    MatrixXd optimum_; ///< V*, d × k
    double optimalCost_;
    double thresholdQuantile_;
    std::optional<ConsensusPca> admm_;
    std::optional<Autoencoder> network_;
    MatrixXd basis_; ///< of arms that do not learn
    std::optional<matrix::Detection> judgedOnce_;
    std::int64_t round_ = 0;
    double bytes_ = 0.0;
    double arrival_ = notApplicable;
    std::vector<std::vector<float>> timeline_; ///< last rounds × clients
    std::vector<double> rounds_, serverAngle_;
    std::vector<std::vector<double>> clientAngles_;
};

void FederatedPcaSolver::measure(std::span<double> metrics) {
    // Arms that do not learn are judged once.
    const bool learns = admm_ || network_;
    if (learns || !judgedOnce_)
        judgedOnce_ = detection(judged());
    Round now{.bytes = bytes_,
              .area = judgedOnce_->areaUnderRoc,
              .recall = judgedOnce_->recall,
              .falseAlarms = judgedOnce_->falseAlarmRate};
    if (hasBasis()) {
        now.gap = std::max(gap(), 0.0);
        now.distance = matrix::subspaceDistance(basis(), optimum_);
    }
    if (admm_) {
        now.consensus = 0.0;
        for (std::size_t i = 0; i < admm_->clientCount(); ++i)
            now.consensus = std::max(now.consensus, (admm_->local(i) - admm_->server()).norm());
        const MatrixXd& z = admm_->server();
        now.departure = (z.transpose() * z - MatrixXd::Identity(z.cols(), z.cols())).norm();
        rounds_.push_back(static_cast<double>(round_));
        serverAngle_.push_back(largestAngle(admm_->basis()));
        clientAngles_.resize(admm_->clientCount());
        for (std::size_t i = 0; i < admm_->clientCount(); ++i)
            clientAngles_[i].push_back(largestAngle(matrix::orthonormalized(admm_->local(i))));
    }
    setting_->traceRow.fill(now, metrics);
}

void FederatedPcaSolver::conclude(std::span<double> finals) {
    Outcome outcome{.gap = hasBasis() ? gap() : notApplicable,
                    .arrival = arrival_,
                    .found = detection(judged()),
                    .bytes = bytes_,
                    .numbers = static_cast<double>(network_ ? network_->parameters().size()
                                                            : dimension() * design_.rank),
                    .localDeparture = admm_ ? admm_->largestDeparture() : notApplicable};
    if (arm_.method == Method::oneClient) {
        std::vector<double> areas;
        for (const MatrixXd& q : localBases())
            areas.push_back(areaUnderRoc(matrix::reconstructionScores(q, data_.normalTest),
                                         matrix::reconstructionScores(q, data_.attackTest)));
        outcome.bestLocalArea = quantile(areas, 1.0);
        outcome.worstLocalArea = quantile(areas, 0.0);
    }
    setting_->finalRow.fill(outcome, finals);
}

TableFrame FederatedPcaSolver::clientsTable() const {
    using Best = TableFrame::Best;
    TableFrame table{.rowTitle = "client"};
    std::vector<double> samples, rounds, own, common, distance, angle;
    const MatrixXd q = admm_->basis();
    for (std::size_t i = 0; i < admm_->clientCount(); ++i) {
        const PcaClient& client = admm_->clients()[i];
        const MatrixXd local = matrix::orthonormalized(admm_->local(i));
        table.rows.push_back(std::to_string(i + 1));
        samples.push_back(client.samples);
        rounds.push_back(static_cast<double>(
            std::count_if(timeline_.begin(), timeline_.end(),
                          [&](const auto& costs) { return !std::isnan(costs[i]); })));
        own.push_back(matrix::reconstructionCost(client.covariance, local));
        common.push_back(matrix::reconstructionCost(client.covariance, q));
        distance.push_back(matrix::subspaceDistance(local, q));
        angle.push_back(largestAngle(local));
    }
    table.columns = {
        {.label = "flows", .unit = "", .values = samples, .hasBars = true, .digits = 6},
        {.label = fmt::format("took part, of {} rounds", timeline_.size()),
         .unit = "",
         .values = rounds},
        {.label = "cost of its basis", .unit = "", .values = own, .best = Best::smallest},
        {.label = "cost of the common basis",
         .unit = "",
         .values = common,
         .best = Best::smallest,
         .hasBars = true},
        {.label = "distance to the server",
         .unit = "",
         .values = distance,
         .best = Best::smallest,
         .hasBars = true},
        {.label = "largest angle to central PCA",
         .unit = "rad",
         .values = angle,
         .best = Best::smallest,
         .digits = 3}};
    return table;
}

void FederatedPcaSolver::drawFederation(FrameMap& frames) const {
    const std::size_t clients = admm_->clientCount();
    if (!timeline_.empty())
        frames["timeline"] =
            participationOf(timeline_, round_ - static_cast<std::int64_t>(timeline_.size()) + 1);
    frames["clients"] = clientsTable();

    CurvesFrame angles;
    for (std::size_t i = 0; i < std::min<std::size_t>(clientAngles_.size(), 6); ++i)
        angles.curves.push_back(
            {.label = fmt::format("client {}", i + 1), .x = rounds_, .y = clientAngles_[i]});
    angles.curves.push_back({.label = "server", .x = rounds_, .y = serverAngle_, .markers = true});
    frames["angles"] = std::move(angles);

    std::vector<MatrixXd> bases;
    for (std::size_t i = 0; i < clients; ++i)
        bases.push_back(matrix::orthonormalized(admm_->local(i)));
    bases.push_back(admm_->basis());
    bases.push_back(optimum_);
    frames["map"] = subspaceMap(bases, admm_->participants());
}

void FederatedPcaSolver::draw(const Recording&, FrameMap& frames) const {
    if (admm_)
        drawFederation(frames);
    const Scores s = judged();
    const matrix::Detection found = detection(s);
    drawDetection(s, found, data_, frames);
    frames["confusion"] = confusion(s, found, stability());
    if (!hasBasis())
        return;
    const MatrixXd q = basis();
    MatrixFrame loadings = heatMap("loadings of Q", q);
    loadings.rowLabels = data_.flows.features;
    frames["loadings"] = std::move(loadings);
    frames["flows"] = flowsAbove(q, data_);
}

} // namespace

std::unique_ptr<Solver> makeSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan,
                                   Design design) {
    return std::make_unique<FederatedPcaSolver>(std::move(setting), plan, design);
}

} // namespace convergence::federated_pca
