// neural-tangent-kernel: problem, ensembles of networks of one width, their frames.

#include "plugins/neural-networks/neural-tangent-kernel/experiment.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "core/data/fashion_mnist.h"
#include "core/error.h"
#include "core/experiment/whole_numbers.h"
#include "core/math/decompositions.h"
#include "core/math/statistics.h"
#include "core/parallel/parallel_for.h"
#include "plugins/neural-networks/neural-tangent-kernel/choices.h"
#include "plugins/neural-networks/neural-tangent-kernel/trial.h"

namespace convergence {

namespace tangent_kernel {

const Columns<State>& traceTable() {
    using Line = Columns<State>::Line;
    using Numbers = std::span<const double>;
    static const Columns<State> table{
        {"loss", "loss ½∑(f − y)²", [](const State& s) { return s.loss; }},
        {"linear_loss", "loss of the linear dynamics", [](const State& s) { return s.linearLoss; }},
        {"kernel_change", "change ‖Θₜ − Θ₀‖/‖Θ₀‖", [](const State& s) { return s.kernelChange; }},
        {"limit_distance", "distance ‖Θₜ − Θ∞‖/‖Θ∞‖",
         [](const State& s) { return s.limitDistance; }},
        {"linear_distance", "distance to the linear dynamics",
         [](const State& s) { return s.linearDistance; }},
        {"movement", "movement ‖θₜ − θ₀‖/‖θ₀‖", [](const State& s) { return s.movement; }},
        {"component_{}", "u{}", [](const State& s) { return Numbers(s.components); },
         std::to_string(recordedComponents)},
        Line(
            "predicted_component_{}", "predicted u{}",
            [](const State& s) { return Numbers(s.predictedComponents); },
            std::to_string(recordedComponents))
            .alternating()};
    return table;
}

const Columns<State>& finalTable() {
    using Numbers = std::span<const double>;
    static const Columns<State> table{
        {"final_loss", "final loss", [](const State& s) { return s.loss; }},
        {"initial_distance", "distance ‖Θ₀ − Θ∞‖/‖Θ∞‖ at the start",
         [](const State& s) { return s.initialDistance; }},
        {"final_change", "change ‖Θ_T − Θ₀‖/‖Θ₀‖", [](const State& s) { return s.kernelChange; }},
        {"final_linear_distance", "distance to the linear dynamics",
         [](const State& s) { return s.linearDistance; }},
        {"final_movement", "movement ‖θ_T − θ₀‖/‖θ₀‖", [](const State& s) { return s.movement; }},
        {"eta_lambda_{}", "ηλ{}", [](const State& s) { return Numbers(s.rates); },
         std::to_string(recordedComponents)}};
    return table;
}

} // namespace tangent_kernel

using namespace tangent_kernel;

namespace {

constexpr Eigen::Index imagePixels = 784;

} // namespace

TangentNetwork tangentNetwork(const ParameterValues& values, double width) {
    return {.inputs = traitsOf(dataSets, values.text("data")).isCircle ? 2 : imagePixels,
            .width = static_cast<Eigen::Index>(width),
            .depth = values.integer("depth"),
            .beta = values.real("beta"),
            .activation = tangentActivation(values.text("activation")),
            .scaling = traitsOf(scalings, values.text("scaling")).scaling};
}

namespace {

using namespace tangent_kernel;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index gridPoints = 65; // drawn points of the circle

/// Everything that trials share.
struct Setting {
    ParameterValues values;
    MatrixXd x; ///< N × inputs
    VectorXd y;
    LimitKernels limit; ///< on x, then the drawn points of the circle
    MatrixXd grid;      ///< drawn points; the first training point comes first
    Provenance provenance;
    ColumnLayout trace, factors, finals;
    RowFiller<State> traceRow, finalRow;

    [[nodiscard]] Index points() const { return x.rows(); }
    [[nodiscard]] bool circle() const { return grid.rows() > 0; }
    [[nodiscard]] MatrixXd limitKernel() const {
        return limit.tangent.topLeftCorner(points(), points());
    }
};

/// Two classes in turn, images scaled to ‖x‖² = n₀, targets ±1.
void takeImages(Setting& setting) {
    const ImageDataset data = findFashionMnist(setting.values.text("data_folder"));
    const Index count = setting.values.integer("images");
    if (data.train.images.rows() != imagePixels)
        throw InputError(fmt::format("Parameter 'data_folder': images of {} pixels are not "
                                     "accepted; they must be 28 × 28.",
                                     data.train.images.rows()));
    setting.x.resize(count, data.train.images.rows());
    setting.y.resize(count);
    Index filled = 0;
    for (Index i = 0; i < data.train.count() && filled < count; ++i) {
        const int wanted = filled % 2 == 0 ? 0 : 1; // T-shirts, trousers
        if (data.train.labels[static_cast<std::size_t>(i)] != wanted)
            continue;
        const VectorXd image = data.train.images.col(i).cast<double>();
        setting.x.row(filled) =
            image.transpose() * std::sqrt(static_cast<double>(image.size())) / image.norm();
        setting.y[filled++] = wanted == 0 ? 1.0 : -1.0;
    }
    if (filled < count)
        throw InputError(fmt::format("Parameter 'images': {} images are not accepted; the data has "
                                     "{} of the two classes in turn.",
                                     count, filled));
    setting.provenance = {data.source, data.standIn};
}

std::shared_ptr<const Setting> makeSetting(const ParameterValues& values) {
    const Description about = neuralTangentKernelDescription();
    const std::vector<Parameter>& known = about.parameters;
    auto setting = std::make_shared<Setting>(
        Setting{.values = values,
                .trace = traceTable().layout(known, values),
                .factors = {about.records.factors, known, values, ColumnRole::factor},
                .finals = finalTable().layout(known, values),
                .traceRow = traceTable().at(known, values),
                .finalRow = finalTable().at(known, values)});
    if (traitsOf(dataSets, values.text("data")).isCircle) {
        setting->x = circlePoints(values.integer("points"));
        setting->y = setting->x.col(0).cwiseProduct(setting->x.col(1));
        setting->grid.resize(gridPoints + 1, 2);
        setting->grid.row(0) = setting->x.row(0);
        for (Index i = 0; i < gridPoints; ++i) {
            const double angle =
                std::numbers::pi *
                (2.0 * static_cast<double>(i) / static_cast<double>(gridPoints - 1) - 1.0);
            setting->grid.row(i + 1) << std::cos(angle), std::sin(angle);
        }
    } else {
        takeImages(*setting);
    }
    MatrixXd all(setting->points() + setting->grid.rows(), setting->x.cols());
    all << setting->x, setting->grid;
    setting->limit = limitKernels(tangentNetwork(values, 1.0), all);
    return setting;
}

/// One network with the linear dynamics of its own initial kernel beside it.
struct Network {
    VectorXd start, theta;
    TangentProgram program;
    MatrixXd startKernel;
    VectorXd eigenvalues; ///< of the initial kernel, falling
    MatrixXd eigenvectors;
    VectorXd linearError; ///< (I − ηΘ₀)ᵗ (f₀ − y)
    VectorXd startError;
    VectorXd decay; ///< (1 − ηλ_i)ᵗ

    Network(const TangentNetwork& shape, const Setting& setting, std::uint64_t replicate)
        : start(initialTangentParameters(
              shape, static_cast<std::uint64_t>(setting.values.integer("seed")), replicate)),
          theta(start), program(shape, setting.x, setting.y) {
        program.bind(theta);
        program.run();
        startKernel = program.kernel();
        const auto eigen = symmetricEigen(startKernel);
        eigenvalues = eigen.values.reverse();
        eigenvectors = eigen.vectors.rowwise().reverse();
        startError = program.values() - setting.y;
        linearError = startError;
        decay = VectorXd::Ones(setting.points());
    }
};

class TangentSolver final : public Solver {
public:
    TangentSolver(std::shared_ptr<const Setting> setting, double width)
        : setting_(std::move(setting)), shape_(tangentNetwork(setting_->values, width)),
          factor_(setting_->values.real("rate_factor")),
          limitEigen_(symmetricEigen(setting_->limitKernel())),
          limitDecay_(VectorXd::Ones(setting_->points())) {
        networks_.resize(static_cast<std::size_t>(setting_->values.integer("networks")));
        parallelFor(networks_.size(), [&](std::size_t i) {
            networks_[i] = std::make_unique<Network>(shape_, *setting_, i);
        });
    }

    StepStatus step(const StopToken& stop) override {
        if (stop.stopRequested())
            return StepStatus::interrupted;
        parallelFor(networks_.size(), [&](std::size_t i) {
            Network& network = *networks_[i];
            const double eta = factor_ / network.eigenvalues[0];
            network.theta.noalias() -= eta * network.program.gradient();
            network.program.run();
            network.linearError -= eta * (network.startKernel * network.linearError);
            network.decay.array() *= 1.0 - eta * network.eigenvalues.array();
        });
        limitDecay_.array() *=
            1.0 - factor_ / limitEigen_.values[setting_->points() - 1] * limitEigen_.values.array();
        for (const auto& network : networks_)
            if (!(network->program.values().cwiseAbs().maxCoeff() < 1e6))
                return StepStatus::diverged;
        return StepStatus::running;
    }

    void measure(std::span<double> metrics) override {
        refresh();
        setting_->traceRow.fill(state_, metrics);
    }

    void conclude(std::span<double> finals) override {
        refresh();
        const MatrixXd limit = setting_->limitKernel();
        state_.initialDistance = 0.0;
        for (const auto& network : networks_)
            state_.initialDistance += (network->startKernel - limit).norm() / limit.norm() /
                                      static_cast<double>(networks_.size());
        setting_->finalRow.fill(state_, finals);
    }

    void setLive(const std::string& name, const Value& value) override {
        if (name == "rate_factor")
            factor_ = std::get<double>(value);
    }

    void draw(const Recording&, FrameMap& frames) const override {
        const Network& first = *networks_.front();
        frames["kernel_start"] = heatMap("Θ at the start", first.startKernel);
        frames["kernel_now"] = heatMap("Θ now", first.program.kernel());
        frames["kernel_limit"] = heatMap("limit Θ∞", setting_->limitKernel());
        frames["movement"] = movement(first);
        if (setting_->circle())
            drawCircle(frames);
    }

    [[nodiscard]] std::string divergence() const override {
        return fmt::format("a network's output exceeds 10⁶ at c = {}; gradient descent on the "
                           "linear problem is stable below c = 2",
                           factor_);
    }

private:
    void refresh() {
        const double share = 1.0 / static_cast<double>(networks_.size());
        const MatrixXd limit = setting_->limitKernel();
        state_ = {};
        for (const auto& network : networks_) {
            const VectorXd error = network->program.values() - setting_->y;
            const MatrixXd kernel = network->program.kernel();
            const VectorXd linear = network->linearError + setting_->y;
            state_.loss += share * 0.5 * error.squaredNorm();
            state_.linearLoss += share * 0.5 * network->linearError.squaredNorm();
            state_.kernelChange +=
                share * (kernel - network->startKernel).norm() / network->startKernel.norm();
            state_.limitDistance += share * (kernel - limit).norm() / limit.norm();
            state_.linearDistance += share * (error - network->linearError).norm() / linear.norm();
            state_.movement +=
                share * (network->theta - network->start).norm() / network->start.norm();
        }
        const Network& first = *networks_.front();
        const VectorXd error = first.program.values() - setting_->y;
        const Index shown = std::min<Index>(recordedComponents, setting_->points());
        for (Index i = 0; i < shown; ++i) {
            const auto direction = first.eigenvectors.col(i);
            state_.components.push_back(std::abs(direction.dot(error)));
            state_.predictedComponents.push_back(
                std::abs(direction.dot(first.startError) * first.decay[i]));
            state_.rates.push_back(factor_ * first.eigenvalues[i] / first.eigenvalues[0]);
        }
    }

    static MatrixFrame heatMap(std::string title, const MatrixXd& matrix) {
        MatrixFrame frame{.title = std::move(title),
                          .rows = static_cast<std::size_t>(matrix.rows()),
                          .columns = static_cast<std::size_t>(matrix.cols())};
        for (Index i = 0; i < matrix.rows(); ++i)
            for (Index j = 0; j < matrix.cols(); ++j)
                frame.values.push_back(static_cast<float>(matrix(i, j)));
        return frame;
    }

    /// How far single parameters moved: shares by decade, from an even sample of them.
    static BarsFrame movement(const Network& network) {
        constexpr int decades = 8; // 10⁻⁸ and below ... 1
        std::vector<double> counts(decades + 1, 0.0);
        const Index stride = std::max<Index>(1, network.theta.size() / 200000);
        double total = 0.0;
        for (Index p = 0; p < network.theta.size(); p += stride, total += 1.0) {
            const double moved = std::abs(network.theta[p] - network.start[p]);
            const double decade = moved > 0.0 ? std::floor(std::log10(moved)) : -decades;
            counts[static_cast<std::size_t>(std::clamp(decade, -1.0 * decades, 0.0) + decades)] +=
                1.0;
        }
        BarsFrame bars;
        bars.series = {{"share of the parameters", {}}};
        for (int d = 0; d <= decades; ++d) {
            bars.categories.push_back(fmt::format("1e{}", d - decades));
            bars.series[0].values.push_back(counts[static_cast<std::size_t>(d)] / total);
        }
        return bars;
    }

    void drawCircle(FrameMap& frames) const {
        if (!grid_)
            grid_ = std::make_unique<TangentProgram>(shape_, setting_->grid,
                                                     VectorXd::Zero(setting_->grid.rows()));
        std::vector<double> angles;
        for (Index i = 1; i < setting_->grid.rows(); ++i)
            angles.push_back(std::atan2(setting_->grid(i, 1), setting_->grid(i, 0)));
        angles.front() = -std::numbers::pi;
        const auto tail = [](const auto& v) {
            return std::vector<double>(v.data() + 1, v.data() + v.size());
        };
        CurvesFrame slice;
        const auto addSlice = [&](const char* label, const VectorXd& theta) {
            grid_->bind(theta);
            grid_->run();
            slice.curves.push_back({label, angles, tail(VectorXd(grid_->kernel().row(0)))});
        };
        addSlice("at the start", networks_.front()->start);
        addSlice("now", networks_.front()->theta);
        const Index n = setting_->points();
        slice.curves.push_back(
            {"limit", angles, tail(VectorXd(setting_->limit.tangent.row(n).tail(gridPoints + 1)))});
        frames["slice"] = std::move(slice);

        std::vector<std::vector<double>> functions;
        for (const auto& network : networks_) {
            grid_->bind(network->theta);
            grid_->run();
            functions.push_back(tail(grid_->values()));
        }
        CurvesFrame ensemble;
        for (const auto& [label, probability] :
             {std::pair{"10 %", 0.1}, std::pair{"median", 0.5}, std::pair{"90 %", 0.9}}) {
            CurvesFrame::Curve curve{label, angles, {}};
            for (std::size_t i = 0; i < angles.size(); ++i) {
                std::vector<double> sample;
                for (const auto& function : functions)
                    sample.push_back(function[i]);
                curve.y.push_back(quantile(std::move(sample), probability));
            }
            ensemble.curves.push_back(std::move(curve));
        }
        addPrediction(ensemble, angles);
        frames["ensemble"] = std::move(ensemble);
    }

    /// Mean and 10 and 90 % percentiles of the Gaussian that the limit predicts at this time: with
    /// A = Θ(x, X) Θ⁻¹ (I − (I − ηΘ)ᵗ), mean A y and covariance Σ − A Σ(X, x) − ... + A Σ Aᵀ.
    void addPrediction(CurvesFrame& ensemble, const std::vector<double>& angles) const {
        const Index n = setting_->points();
        const MatrixXd cross = setting_->limit.tangent.block(n + 1, 0, gridPoints, n);
        const auto& values = limitEigen_.values;
        // (1 − (1 − ηλ)ᵗ)/λ is finite as λ → 0: such directions are not learned.
        const VectorXd gains = (values.array() > 1e-12 * values[n - 1])
                                   .select((1.0 - limitDecay_.array()) / values.array(), 0.0);
        const MatrixXd A =
            cross * limitEigen_.vectors * gains.asDiagonal() * limitEigen_.vectors.transpose();
        const auto& sigma = setting_->limit.process;
        const MatrixXd sigmaCross = sigma.block(n + 1, 0, gridPoints, n);
        const VectorXd mean = A * setting_->y;
        const VectorXd variance =
            (sigma.diagonal().tail(gridPoints) - 2.0 * A.cwiseProduct(sigmaCross).rowwise().sum() +
             (A * sigma.topLeftCorner(n, n)).cwiseProduct(A).rowwise().sum())
                .cwiseMax(0.0);
        constexpr double tenth = 1.2815515655446004; // 90 % quantile of the standard normal
        for (const auto& [label, factor] :
             {std::pair{"Gaussian 10 %", -tenth}, std::pair{"Gaussian mean", 0.0},
              std::pair{"Gaussian 90 %", tenth}}) {
            const VectorXd curve = mean + factor * variance.cwiseSqrt();
            ensemble.curves.push_back(
                {label, angles, std::vector<double>(curve.data(), curve.data() + curve.size())});
        }
        CurvesFrame::Curve data{"training points", {}, {}, true};
        for (Index i = 0; i < n; ++i) {
            data.x.push_back(std::atan2(setting_->x(i, 1), setting_->x(i, 0)));
            data.y.push_back(setting_->y[i]);
        }
        ensemble.curves.push_back(std::move(data));
    }

    std::shared_ptr<const Setting> setting_;
    TangentNetwork shape_;
    double factor_;
    SymmetricEigen<double> limitEigen_;
    VectorXd limitDecay_; ///< (1 − ηλ)ᵗ of the limit kernel, rising eigenvalues
    std::vector<std::unique_ptr<Network>> networks_;
    State state_;
    mutable std::unique_ptr<TangentProgram> grid_; ///< made when first drawn
};

class TangentExperiment final : public Experiment {
public:
    explicit TangentExperiment(const ParameterValues& values) : setting_(makeSetting(values)) {}

    [[nodiscard]] std::vector<TrialPlan> trials() const override {
        std::vector<TrialPlan> plans;
        for (const double width : setting_->values.numbers("widths"))
            plans.push_back({.arm = "ensemble",
                             .factors = {{"width", width}},
                             .steps = setting_->values.integer("steps")});
        return plans;
    }
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        return setting_->trace.columns();
    }
    [[nodiscard]] std::vector<Column> factorColumns() const override {
        return setting_->factors.columns();
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return setting_->finals.columns();
    }
    [[nodiscard]] Cadence cadence() const override {
        return {setting_->values.integer("record_every")};
    }
    [[nodiscard]] Provenance provenance() const override { return setting_->provenance; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return std::make_unique<TangentSolver>(setting_, plan.factors.at("width"));
    }

private:
    std::shared_ptr<const Setting> setting_;
};

void check(const ParameterValues& values) {
    requireWholeNumbers(values, "widths");
}

/// Parameters, their start, gradient, and activations of every network of every width.
double memoryEstimate(const ParameterValues& values) {
    double numbers = 0.0;
    for (const double width : values.numbers("widths"))
        numbers += 3.2 * static_cast<double>(tangentNetwork(values, width).parameters());
    return 8.0 * numbers * static_cast<double>(values.integer("networks"));
}

} // namespace

ExperimentType neuralTangentKernel() {
    return {.description = neuralTangentKernelDescription(),
            .check = check,
            .memoryEstimate = memoryEstimate,
            .create = [](const ParameterValues& values) {
                return std::make_unique<TangentExperiment>(values);
            }};
}

} // namespace convergence
