#include "plugins/matrix/matrix-sensing/trial.h"

#include <fmt/format.h>

#include "core/experiment/trait_table.h"
#include "plugins/matrix/frames.h"

namespace convergence::matrix_sensing {

using Eigen::MatrixXd;
using matrix::SensingOutcome;

namespace {

double orNone(const std::optional<double>& number) {
    return number.value_or(notApplicable);
}
std::span<const double> numbers(const Eigen::VectorXd& vector) {
    return {vector.data(), static_cast<std::size_t>(vector.size())};
}

} // namespace

const Columns<Iterate>& iterateColumns() {
    using I = const Iterate&;
    static const Columns<Iterate> columns{
        {"error", "error ‖· − M*‖", [](I i) { return i.now.error; }},
        {"error_squared", "squared error ‖· − M*‖²", [](I i) { return i.now.error * i.now.error; }},
        {"loss", "training loss f", [](I i) { return i.now.loss; }},
        {"gradient_norm", "gradient norm ‖∇f‖", [](I i) { return i.now.gradientNorm; }},
        {"predicted_error", "predicted error", [](I i) { return orNone(i.now.predictedError); }},
        {"predicted_rate", "predicted rate of ln e", "1/iteration",
         [](I i) { return orNone(i.now.predictedRate); }},
        {"predicted_surplus", "predicted surplus 1/√(2ηt)",
         [](I i) { return orNone(i.now.predictedSurplus); }},
        {"imbalance_drift", "drift of FᵀF − GᵀG", [](I i) { return orNone(i.now.drift); }},
        {"signal_f", "signal part ‖Uᵀ·‖ of X or F", [](I i) { return i.now.f.on; }},
        {"surplus_f", "surplus part ‖(I − UUᵀ)·‖ of X or F", [](I i) { return i.now.f.off; }},
        {"signal_g", "signal part ‖VᵀG‖",
         [](I i) { return i.now.g ? i.now.g->on : notApplicable; }},
        {"surplus_g", "surplus part ‖(I − VVᵀ)G‖",
         [](I i) { return i.now.g ? i.now.g->off : notApplicable; }},
        {"entry_1", "first entry of the path", [](I i) { return i.firstEntry; }},
        {"entry_2", "second entry of the path", [](I i) { return i.secondEntry; }},
        {"sigma_f_{}", "σ{_} of X or F", [](I i) { return numbers(i.now.sigmaF); },
         "problem_is_scalar_toy ? 1 : factor_rank"},
        {"sigma_g_{}", "σ{_} of G", [](I i) { return numbers(i.now.sigmaG); },
         "problem_is_scalar_toy ? 1 : factor_rank"}};
    return columns;
}

const Columns<SensingOutcome>& outcomeColumns() {
    using O = const SensingOutcome&;
    static const Columns<SensingOutcome> columns{
        {"final_error", "final error ‖· − M*‖", [](O o) { return o.error; }},
        {"rate", "rate of ln e between 1e-3 and 1e-9", "1/iteration", [](O o) { return o.rate; }},
        {"rate_r_squared", "R² of the rate", [](O o) { return o.rateRSquared; }},
        {"slope_squared_error", "log–log slope of e² over the last decade",
         [](O o) { return o.slopeOfSquare; }},
        {"predicted_rate", "predicted rate", "1/iteration",
         [](O o) { return orNone(o.predictedRate); }},
        {"switch_iteration", "iteration of the modified step",
         [](O o) { return orNone(o.switchIteration); }},
        {"product_change", "relative change of FGᵀ by the modified step",
         [](O o) { return orNone(o.productChange); }}};
    return columns;
}

namespace {

matrix::SensingOptions optionsOf(const Setting& setting, double scale) {
    const ParameterValues& values = setting.values;
    matrix::SensingOptions options{.factorColumns = setting.factorColumns,
                                   .learningRate = values.real("learning_rate"),
                                   .scale = scale,
                                   .imbalance = values.real("imbalance"),
                                   .switchAt = values.real("switch_at"),
                                   .update = traitsOf(updateRules, values.text("update")).update,
                                   .seed = setting.seed()};
    if (setting.kind.loss && !values.isKeyword("start_x"))
        options.point = {values.real("start_x"), values.real("start_y")};
    if (!values.isKeyword("balance"))
        options.balance = values.real("balance");
    return options;
}

matrix::MeasuredResidual residualOf(const Setting& setting, const SensingArm& arm) {
    const auto sensing = setting.sensing.find(arm.structure());
    if (sensing == setting.sensing.end())
        return matrix::MeasuredResidual(setting.problem.target);
    return {sensing->second, setting.problem.target, setting.values.real("noise"), setting.seed()};
}

class SensingSolver final : public Solver {
public:
    SensingSolver(std::shared_ptr<const Setting> setting, TrialPlan plan)
        : setting_(std::move(setting)), plan_(std::move(plan)),
          run_(setting_->problem, residualOf(*setting_, traitsOf(sensingArms, plan_.arm)),
               traitsOf(sensingArms, plan_.arm).variant,
               optionsOf(*setting_, plan_.factors.at("initial_scale"))) {}

    StepStatus step(const StopToken&) override {
        return run_.step() ? StepStatus::running : StepStatus::diverged;
    }
    void measure(std::span<double> metrics) override {
        const auto [first, second] = pathEntries();
        setting_->traceRow.fill({run_.measure(), first, second}, metrics);
    }
    void conclude(std::span<double> finals) override {
        setting_->finalRow.fill(run_.outcome(), finals);
    }

    void setLive(const std::string& name, const Value& value) override {
        if (name == "learning_rate")
            run_.setLearningRate(std::get<double>(value));
        else if (name == "noise")
            run_.setNoise(std::get<double>(value));
    }
    void act(const std::string&) override { run_.takeModifiedStep(); } // the one action there is

    void draw(const Recording& soFar, FrameMap& frames) const override {
        const matrix::SensingDescent& descent = run_.descent();
        const MatrixXd recovered = descent.product();
        const MatrixXd& target = setting_->problem.target;
        frames["product"] = heatMap("recovered", recovered);
        frames["error"] = heatMap("error", recovered - target);
        frames["left_factor"] = heatMap(descent.isSymmetric() ? "X" : "F", descent.left());
        if (!descent.isSymmetric())
            frames["right_factor"] = heatMap("G", descent.right());
        frames["spectrum"] = spectrumBars(target, recovered, setting_->factorColumns + 1);
        frames["entries"] = pathOf(soFar, plan_, "entry_1", "entry_2");
        frames["norms"] = pathOf(soFar, plan_, "signal_f", "surplus_f");
    }

    [[nodiscard]] std::string divergence() const override {
        return fmt::format("the factors grew without bound; the learning rate {} is too large for "
                           "a largest singular value of 1",
                           run_.learningRate());
    }

private:
    [[nodiscard]] std::pair<double, double> pathEntries() const;

    std::shared_ptr<const Setting> setting_;
    TrialPlan plan_;
    matrix::SensingRun run_;
};

std::pair<double, double> SensingSolver::pathEntries() const {
    if (setting_->kind.isScalar)
        return {run_.descent().left()(0, 0), run_.descent().right()(0, 0)};
    const Side side = traitsOf(pathFactors, setting_->values.text("path_factor")).side;
    const MatrixXd& factor = side == Side::right ? run_.descent().right() : run_.descent().left();
    const auto at = [&](const char* name) {
        const std::vector<double>& place = setting_->values.numbers(name);
        const auto row = static_cast<Eigen::Index>(place[0]) - 1;
        const auto column = static_cast<Eigen::Index>(place[1]) - 1;
        return row < factor.rows() && column < factor.cols() ? factor(row, column) : notApplicable;
    };
    return {at("path_first_entry"), at("path_second_entry")};
}

} // namespace

std::unique_ptr<Solver> makeSolver(std::shared_ptr<const Setting> setting, TrialPlan plan) {
    return std::make_unique<SensingSolver>(std::move(setting), std::move(plan));
}

} // namespace convergence::matrix_sensing
