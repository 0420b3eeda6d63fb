#include "plugins/matrix/matrix-sensing/trial.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "core/experiment/trait_table.h"
#include "core/math/decompositions.h"
#include "core/math/random.h"
#include "core/math/statistics.h"
#include "core/matrix/factored_descent.h"
#include "plugins/matrix/frames.h"

namespace convergence::matrix_sensing {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using matrix::AsymmetricDescent;
using matrix::SymmetricDescent;

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
        {"signal_f", "signal part ‖Uᵀ·‖ of X or F", [](const Iterate& i) { return i.signalF; }},
        {"surplus_f", "surplus part ‖(I − UUᵀ)·‖ of X or F",
         [](const Iterate& i) { return i.surplusF; }},
        {"signal_g", "signal part ‖VᵀG‖", [](const Iterate& i) { return i.signalG; }},
        {"surplus_g", "surplus part ‖(I − VVᵀ)G‖", [](const Iterate& i) { return i.surplusG; }},
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

struct Factors {
    MatrixXd left;
    MatrixXd right; ///< unused where there is one factor only
};

Factors startOf(const Setting& setting, const SensingArm& arm, double scale) {
    const ParameterValues& values = setting.values;
    const MatrixXd& target = setting.problem.target;
    const double imbalance = values.real("imbalance");
    const Index width = setting.width(arm);
    const auto gaussian = [&](Index rows, double spread, const char* purpose) {
        return matrix::gaussianFactor(rows, width, spread,
                                      RandomStream({.seed = setting.seed(), .purpose = purpose}));
    };
    // Equal streams give equal columns whatever the width: arms differ in what the algorithm does
    // and not in where it starts.
    Factors start{gaussian(target.rows(), scale, "start of X and F"),
                  gaussian(target.cols(), scale / imbalance, "start of G")};
    if (setting.kind.loss && !values.isKeyword("start_x")) {
        const double x = values.real("start_x"), y = values.real("start_y");
        if (setting.kind.isScalar) {
            start.left(0, 0) = arm.staysSymmetric() ? 0.5 * (x + y) : x;
            start.right(0, 0) = y;
        } else {
            start.left.col(0) = Eigen::Vector2d(x, y);
            start.right.col(0) = Eigen::Vector2d(x, y) / imbalance;
        }
    }
    if (arm.start == Start::equal)
        start.right = start.left;
    return start;
}

/// One arm under way: a SymmetricDescent or an AsymmetricDescent, and the theory beside it.
class SensingSolver final : public Solver {
public:
    SensingSolver(std::shared_ptr<const Setting> setting, TrialPlan plan)
        : setting_(std::move(setting)), plan_(std::move(plan)),
          arm_(traitsOf(sensingArms, plan_.arm)), width_(setting_->width(arm_)),
          learningRate_(setting_->values.real("learning_rate")) {
        Factors start = startOf(*setting_, arm_, plan_.factors.at("initial_scale"));
        if (arm_.form == Form::symmetric) {
            symmetric_.emplace(setting_->residual(arm_), std::move(start.left));
        } else {
            asymmetric_.emplace(setting_->residual(arm_), std::move(start.left),
                                std::move(start.right),
                                traitsOf(updateRules, setting_->values.text("update")).update);
            startGap_ = gramGap();
        }
        switchPending_ = arm_.steps == Steps::oneModified;
        startResidual_ = residualNorm();
        startError_ = error();
    }

    StepStatus step(const StopToken&) override {
        if (switchPending_ && residualNorm() < setting_->values.real("switch_at") * startResidual_)
            takeModifiedStep();
        ++iteration_;
        const bool useful =
            symmetric_ ? symmetric_->step(learningRate_) : asymmetric_->step(learningRate_);
        return useful ? StepStatus::running : StepStatus::diverged;
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
                                         .yMinimum = roundingFloor,
                                         .logSpacedSamples = fitSamples});
        setting_->finalRow.fill({.error = error(),
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
            (symmetric_ ? symmetric_->residual() : asymmetric_->residual())
                .setNoise(std::get<double>(value));
    }

    void act(const std::string&) override { // the one action there is
        if (switchPending_)
            takeModifiedStep();
    }

    void draw(const Recording& soFar, FrameMap& frames) const override;

    [[nodiscard]] std::string divergence() const override {
        return fmt::format("the factors grew without bound; the learning rate {} is too large for "
                           "a largest singular value of 1",
                           learningRate_);
    }

private:
    [[nodiscard]] const MatrixXd& left() const {
        return symmetric_ ? symmetric_->factor() : asymmetric_->left();
    }
    [[nodiscard]] MatrixXd product() const {
        return symmetric_ ? symmetric_->product() : asymmetric_->product();
    }
    [[nodiscard]] double error() const { return (product() - setting_->problem.target).norm(); }
    /// ‖𝒜(·) − y‖, in the population limit the error itself.
    [[nodiscard]] double residualNorm() {
        return symmetric_ ? std::sqrt(4.0 * symmetric_->loss())
                          : std::sqrt(2.0 * asymmetric_->loss());
    }
    [[nodiscard]] MatrixXd gramGap() const {
        return asymmetric_->left().transpose() * asymmetric_->left() -
               asymmetric_->right().transpose() * asymmetric_->right();
    }

    void takeModifiedStep() {
        switchPending_ = false;
        beta_ = setting_->values.isKeyword("balance") ? asymmetric_->automaticBalance()
                                                      : setting_->values.real("balance");
        productChange_ = asymmetric_->balance(beta_);
        switchIteration_ = static_cast<double>(iteration_);
        startGap_ = gramGap();
        logPrediction_.reset();
    }

    void refresh();
    [[nodiscard]] double predictedRate() const;
    void predict();
    [[nodiscard]] std::pair<double, double> pathEntries() const;

    std::shared_ptr<const Setting> setting_;
    TrialPlan plan_;
    const SensingArm& arm_;
    Index width_;
    double learningRate_;
    std::optional<SymmetricDescent> symmetric_;
    std::optional<AsymmetricDescent> asymmetric_;
    std::int64_t iteration_ = 0;
    Iterate now_; ///< as last measured
    double startError_ = 0.0;
    double startResidual_ = 0.0;
    MatrixXd startGap_; ///< FᵀF − GᵀG at the start, or just after the modified step
    bool switchPending_ = false;
    double beta_ = notApplicable;
    double switchIteration_ = notApplicable;
    double productChange_ = notApplicable;
    std::optional<double> logPrediction_;
    std::int64_t predictionIteration_ = 0;
    std::vector<double> iterations_; ///< what was measured, for the fits at the end
    std::vector<double> errors_;
};

void SensingSolver::refresh() {
    now_.sigmaF = singularValues(left());
    now_.error = error();
    const auto [signal, surplus] = matrix::componentsOf(left(), setting_->problem.left);
    now_.signalF = signal;
    now_.surplusF = surplus;
    if (symmetric_) {
        now_.loss = symmetric_->loss();
        now_.gradientNorm = symmetric_->gradient().norm();
    } else {
        const MatrixXd& right = asymmetric_->right();
        now_.sigmaG = singularValues(right);
        now_.loss = asymmetric_->loss();
        const auto [gradientF, gradientG] = asymmetric_->gradients();
        now_.gradientNorm = std::hypot(gradientF.norm(), gradientG.norm());
        now_.drift = (gramGap() - startGap_).norm();
        const auto [on, off] = matrix::componentsOf(right, setting_->problem.right);
        now_.signalG = on;
        now_.surplusG = off;
    }
    std::tie(now_.firstEntry, now_.secondEntry) = pathEntries();
    predict();
}

/// Predicted decay of ln e per iteration, from theory with no fitted constant; see the paper page.
double SensingSolver::predictedRate() const {
    const VectorXd& sigma = setting_->problem.singularValues;
    if (arm_.isSublinear() || sigma.size() == 0)
        return notApplicable;
    const double smallest = sigma[sigma.size() - 1];
    double exponent = 0.0;
    if (symmetric_) {
        exponent = learningRate_ * smallest;
    } else if (arm_.steps == Steps::oneModified && !switchPending_) {
        exponent = learningRate_ * std::min(beta_ * beta_, smallest * smallest / (beta_ * beta_));
    } else {
        const double f = now_.sigmaF[width_ - 1], g = now_.sigmaG[width_ - 1];
        exponent = learningRate_ *
                   std::pow(arm_.width == Width::exact ? std::min(f, g) : std::max(f, g), 2);
    }
    return exponent < 1.0 ? -std::log1p(-exponent) : notApplicable;
}

/// Sublinear arms: s² → 1/(2ηt) for every superfluous singular value, hence e → √(k − r)/(2ηt).
/// The others: an exponential, which hangs on the error at the moment the signal has settled, the
/// first recorded one below a tenth of the start, or the modified step.
void SensingSolver::predict() {
    const double rate = predictedRate();
    if (!arm_.isSublinear()) {
        const bool settled = now_.error < 0.1 * startError_ || std::isfinite(switchIteration_);
        if (!logPrediction_ && settled && std::isfinite(rate))
            logPrediction_ = std::log(now_.error);
        else if (logPrediction_)
            *logPrediction_ -=
                now_.predictedRate * static_cast<double>(iteration_ - predictionIteration_);
        predictionIteration_ = iteration_;
        now_.predictedError = logPrediction_ ? std::exp(*logPrediction_) : notApplicable;
    } else if (iteration_ > 0) {
        const double t = static_cast<double>(iteration_);
        const double surplus = static_cast<double>(width_ - setting_->problem.rank());
        now_.predictedSurplus = 1.0 / std::sqrt(2.0 * learningRate_ * t);
        if (surplus > 0.0)
            now_.predictedError = std::sqrt(surplus) / (2.0 * learningRate_ * t);
    }
    now_.predictedRate = rate;
}

std::pair<double, double> SensingSolver::pathEntries() const {
    if (setting_->kind.isScalar)
        return {left()(0, 0), (asymmetric_ ? asymmetric_->right() : left())(0, 0)};
    const Side side = traitsOf(pathFactors, setting_->values.text("path_factor")).side;
    const MatrixXd& factor = side == Side::right && asymmetric_ ? asymmetric_->right() : left();
    const auto at = [&](const char* name) {
        const std::vector<double>& place = setting_->values.numbers(name);
        const auto row = static_cast<Index>(place[0]) - 1;
        const auto column = static_cast<Index>(place[1]) - 1;
        return row < factor.rows() && column < factor.cols() ? factor(row, column) : notApplicable;
    };
    return {at("path_first_entry"), at("path_second_entry")};
}

void SensingSolver::draw(const Recording& soFar, FrameMap& frames) const {
    const MatrixXd recovered = product();
    frames["product"] = heatMap("recovered", recovered);
    frames["error"] = heatMap("error", recovered - setting_->problem.target);
    frames["left_factor"] = heatMap(symmetric_ ? "X" : "F", left());
    if (asymmetric_)
        frames["right_factor"] = heatMap("G", asymmetric_->right());
    frames["spectrum"] =
        spectrumBars(setting_->problem.target, recovered, setting_->factorColumns + 1);
    frames["entries"] = pathOf(soFar, plan_, "entry_1", "entry_2");
    frames["norms"] = pathOf(soFar, plan_, "signal_f", "surplus_f");
}

} // namespace

std::unique_ptr<Solver> makeSolver(std::shared_ptr<const Setting> setting, TrialPlan plan) {
    return std::make_unique<SensingSolver>(std::move(setting), std::move(plan));
}

} // namespace convergence::matrix_sensing
