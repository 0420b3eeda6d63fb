#include "plugins/matrix/matrix-sensing/trial.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include <fmt/format.h>

#include "core/experiment/trait_table.h"
#include "core/math/decompositions.h"
#include "core/math/random.h"
#include "core/math/statistics.h"
#include "core/matrix/sensing_descent.h"
#include "plugins/matrix/frames.h"

namespace convergence::matrix_sensing {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

std::span<const double> numbers(const VectorXd& vector) {
    return {vector.data(), static_cast<std::size_t>(vector.size())};
}

} // namespace

const Columns<Iterate>& iterateColumns() {
    static const Columns<Iterate> columns{
        {"error", "error ‖· − M*‖", [](const Iterate& i) { return i.error; }},
        {"error_squared", "squared error ‖· − M*‖²",
         [](const Iterate& i) { return i.error * i.error; }},
        {"loss", "training loss f", [](const Iterate& i) { return i.loss; }},
        {"gradient_norm", "gradient norm ‖∇f‖", [](const Iterate& i) { return i.gradientNorm; }},
        {"predicted_error", "predicted error", [](const Iterate& i) { return i.predictedError; }},
        {"predicted_rate", "predicted rate of ln e", "1/iteration",
         [](const Iterate& i) { return i.predictedRate; }},
        {"predicted_surplus", "predicted surplus 1/√(2ηt)",
         [](const Iterate& i) { return i.predictedSurplus; }},
        {"imbalance_drift", "drift of FᵀF − GᵀG", [](const Iterate& i) { return i.drift; }},
        {"signal_f", "signal part ‖Uᵀ·‖ of X or F", [](const Iterate& i) { return i.f.on; }},
        {"surplus_f", "surplus part ‖(I − UUᵀ)·‖ of X or F",
         [](const Iterate& i) { return i.f.off; }},
        {"signal_g", "signal part ‖VᵀG‖", [](const Iterate& i) { return i.g.on; }},
        {"surplus_g", "surplus part ‖(I − VVᵀ)G‖", [](const Iterate& i) { return i.g.off; }},
        {"entry_1", "first entry of the path", [](const Iterate& i) { return i.firstEntry; }},
        {"entry_2", "second entry of the path", [](const Iterate& i) { return i.secondEntry; }},
        {"sigma_f_{}", "σ{_} of X or F", [](const Iterate& i) { return numbers(i.sigmaF); },
         "problem == 2 ? 1 : factor_rank"},
        {"sigma_g_{}", "σ{_} of G", [](const Iterate& i) { return numbers(i.sigmaG); },
         "problem == 2 ? 1 : factor_rank"}};
    return columns;
}

const Columns<Outcome>& outcomeColumns() {
    static const Columns<Outcome> columns{
        {"final_error", "final error ‖· − M*‖", [](const Outcome& o) { return o.error; }},
        {"rate", "rate of ln e between 1e-3 and 1e-9", "1/iteration",
         [](const Outcome& o) { return o.rate; }},
        {"rate_r_squared", "R² of the rate", [](const Outcome& o) { return o.rateRSquared; }},
        {"slope_squared_error", "log–log slope of e² over the last decade",
         [](const Outcome& o) { return o.slopeOfSquare; }},
        {"predicted_rate", "predicted rate", "1/iteration",
         [](const Outcome& o) { return o.predictedRate; }},
        {"switch_iteration", "iteration of the modified step",
         [](const Outcome& o) { return o.switchIteration; }},
        {"product_change", "relative change of FGᵀ by the modified step",
         [](const Outcome& o) { return o.productChange; }}};
    return columns;
}

namespace {

/// Where an arm starts. Equal streams give equal columns whatever the width: arms differ in what
/// the algorithm does and not in where it starts.
matrix::SensingDescent startOf(const Setting& setting, const SensingArm& arm, double scale) {
    const ParameterValues& values = setting.values;
    const auto gaussian = [&](Index rows, double spread, const char* purpose) {
        return matrix::gaussianFactor(rows, setting.width(arm), spread,
                                      RandomStream({.seed = setting.seed(), .purpose = purpose}));
    };
    const MatrixXd& target = setting.problem.target;
    const double imbalance = values.real("imbalance");
    MatrixXd left = gaussian(target.rows(), scale, "start of X and F");
    MatrixXd right = gaussian(target.cols(), scale / imbalance, "start of G");
    if (setting.kind.loss && !values.isKeyword("start_x")) {
        const Eigen::Vector2d point(values.real("start_x"), values.real("start_y"));
        if (setting.kind.isScalar) {
            left(0, 0) = arm.staysSymmetric() ? 0.5 * (point[0] + point[1]) : point[0];
            right(0, 0) = point[1];
        } else {
            left.col(0) = point;
            right.col(0) = point / imbalance;
        }
    }
    if (arm.form == Form::symmetric)
        return matrix::SensingDescent(
            matrix::SymmetricDescent(setting.residual(arm), std::move(left)));
    if (arm.start == Start::equal)
        right = left;
    return matrix::SensingDescent(
        matrix::AsymmetricDescent(setting.residual(arm), std::move(left), std::move(right),
                                  traitsOf(updateRules, values.text("update")).update));
}

class SensingSolver final : public Solver {
public:
    SensingSolver(std::shared_ptr<const Setting> setting, TrialPlan plan)
        : setting_(std::move(setting)), plan_(std::move(plan)),
          arm_(traitsOf(sensingArms, plan_.arm)), width_(setting_->width(arm_)),
          learningRate_(setting_->values.real("learning_rate")),
          descent_(startOf(*setting_, arm_, plan_.factors.at("initial_scale"))),
          startResidual_(descent_.residualNorm()), startError_(descent_.error()),
          switchPending_(arm_.steps == Steps::oneModified) {}

    StepStatus step(const StopToken&) override {
        if (switchPending_ &&
            descent_.residualNorm() < setting_->values.real("switch_at") * startResidual_)
            takeModifiedStep();
        ++iteration_;
        return descent_.step(learningRate_) ? StepStatus::running : StepStatus::diverged;
    }

    void measure(std::span<double> metrics) override {
        refresh();
        setting_->traceRow.fill(now_, metrics);
        iterations_.push_back(static_cast<double>(iteration_));
        errors_.push_back(now_.error);
    }

    void conclude(std::span<double> finals) override {
        const LineFit exponential = fitLogLinear(iterations_, errors_,
                                                 {.yMinimum = decayLevels.to,
                                                  .yMaximum = decayLevels.from,
                                                  .logSpacedSamples = fitSamples});
        const LineFit power = fitLogLog(iterations_, errors_,
                                        {.xMinimum = 0.1 * static_cast<double>(iteration_),
                                         .yMinimum = 1e-13, // below is rounding
                                         .logSpacedSamples = fitSamples});
        setting_->finalRow.fill({.error = descent_.error(),
                                 .rate = -exponential.slope,
                                 .rateRSquared = exponential.rSquared,
                                 .slopeOfSquare = 2.0 * power.slope,
                                 .predictedRate = now_.predictedRate,
                                 .switchIteration = switchIteration_,
                                 .productChange = productChange_},
                                finals);
    }

    void setLive(const std::string& name, const Value& value) override {
        if (name == "learning_rate")
            learningRate_ = std::get<double>(value);
        else if (name == "noise")
            descent_.setNoise(std::get<double>(value));
    }

    void act(const std::string&) override { // the one action there is
        if (switchPending_)
            takeModifiedStep();
    }

    void draw(const Recording& soFar, FrameMap& frames) const override {
        const MatrixXd recovered = descent_.product();
        const MatrixXd& target = setting_->problem.target;
        frames["product"] = heatMap("recovered", recovered);
        frames["error"] = heatMap("error", recovered - target);
        frames["left_factor"] = heatMap(descent_.isSymmetric() ? "X" : "F", descent_.left());
        if (!descent_.isSymmetric())
            frames["right_factor"] = heatMap("G", descent_.right());
        frames["spectrum"] = spectrumBars(target, recovered, setting_->factorColumns + 1);
        frames["entries"] = pathOf(soFar, plan_, "entry_1", "entry_2");
        frames["norms"] = pathOf(soFar, plan_, "signal_f", "surplus_f");
    }

    [[nodiscard]] std::string divergence() const override {
        return fmt::format("the factors grew without bound; the learning rate {} is too large for "
                           "a largest singular value of 1",
                           learningRate_);
    }

private:
    void takeModifiedStep() {
        switchPending_ = false;
        beta_ = setting_->values.isKeyword("balance") ? descent_.automaticBalance()
                                                      : setting_->values.real("balance");
        productChange_ = descent_.balance(beta_);
        switchIteration_ = static_cast<double>(iteration_);
        exponential_.release();
    }

    void refresh();
    void predict();
    [[nodiscard]] double predictedRate() const;
    [[nodiscard]] std::pair<double, double> pathEntries() const;

    std::shared_ptr<const Setting> setting_;
    TrialPlan plan_;
    const SensingArm& arm_;
    Index width_;
    double learningRate_;
    matrix::SensingDescent descent_;
    double startResidual_, startError_;
    std::int64_t iteration_ = 0;
    bool switchPending_;
    double beta_ = notApplicable;
    double switchIteration_ = notApplicable, productChange_ = notApplicable;
    matrix::HangingExponential exponential_;
    Iterate now_;                             ///< as last measured
    std::vector<double> iterations_, errors_; ///< what was measured, for the fits at the end
};

void SensingSolver::refresh() {
    now_.sigmaF = singularValues(descent_.left());
    now_.error = descent_.error();
    now_.loss = descent_.loss();
    now_.gradientNorm = descent_.gradientNorm();
    now_.drift = descent_.imbalanceDrift();
    now_.f = matrix::componentsOf(descent_.left(), setting_->problem.left);
    if (!descent_.isSymmetric()) {
        now_.sigmaG = singularValues(descent_.right());
        now_.g = matrix::componentsOf(descent_.right(), setting_->problem.right);
    }
    std::tie(now_.firstEntry, now_.secondEntry) = pathEntries();
    predict();
}

/// From theory with no fitted constant; see the paper page. Exponentials hang on the first recorded
/// error below a tenth of the start, or on the modified step.
void SensingSolver::predict() {
    const auto t = static_cast<double>(iteration_);
    const auto surplus = static_cast<double>(width_ - setting_->problem.rank());
    now_.predictedRate = predictedRate();
    if (!arm_.isSublinear()) {
        const bool isSettled = now_.error < 0.1 * startError_ || std::isfinite(switchIteration_);
        now_.predictedError = exponential_.advance(t, now_.error, now_.predictedRate, isSettled);
    } else if (iteration_ > 0) {
        now_.predictedSurplus = matrix::superfluousValue(learningRate_, t);
        if (surplus > 0.0)
            now_.predictedError = matrix::superfluousError(surplus, learningRate_, t);
    }
}

double SensingSolver::predictedRate() const {
    const VectorXd& sigma = setting_->problem.singularValues;
    if (arm_.isSublinear() || sigma.size() == 0)
        return notApplicable;
    const double smallest = sigma[sigma.size() - 1];
    if (descent_.isSymmetric())
        return matrix::decayPerStep(learningRate_ * smallest);
    if (arm_.steps == Steps::oneModified && !switchPending_)
        return matrix::decayPerStep(learningRate_ *
                                    std::min(beta_ * beta_, smallest * smallest / (beta_ * beta_)));
    const double f = now_.sigmaF[width_ - 1], g = now_.sigmaG[width_ - 1];
    const double governing = arm_.width == Width::exact ? std::min(f, g) : std::max(f, g);
    return matrix::decayPerStep(learningRate_ * std::pow(governing, 2));
}

std::pair<double, double> SensingSolver::pathEntries() const {
    if (setting_->kind.isScalar)
        return {descent_.left()(0, 0), descent_.right()(0, 0)};
    const Side side = traitsOf(pathFactors, setting_->values.text("path_factor")).side;
    const MatrixXd& factor = side == Side::right ? descent_.right() : descent_.left();
    const auto at = [&](const char* name) {
        const std::vector<double>& place = setting_->values.numbers(name);
        const auto row = static_cast<Index>(place[0]) - 1;
        const auto column = static_cast<Index>(place[1]) - 1;
        return row < factor.rows() && column < factor.cols() ? factor(row, column) : notApplicable;
    };
    return {at("path_first_entry"), at("path_second_entry")};
}

} // namespace

std::unique_ptr<Solver> makeSolver(std::shared_ptr<const Setting> setting, TrialPlan plan) {
    return std::make_unique<SensingSolver>(std::move(setting), std::move(plan));
}

} // namespace convergence::matrix_sensing
