#include "plugins/matrix/matrix-sensing/trial.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "core/experiment/not_applicable.h"
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
using matrix::LowRankProblem;
using matrix::MeasuredResidual;
using matrix::SensingOperator;
using matrix::SymmetricDescent;

bool isSymmetricArm(std::string_view arm) {
    return arm == "s_exact" || arm == "s_over" || arm == "a_equal";
}
bool isExactArm(std::string_view arm) {
    return arm.ends_with("_exact");
}

namespace {

/// Gaussian start. Equal purposes give equal columns whatever the width, so that arms differ in
/// what the algorithm does and not in where it starts.
MatrixXd gaussianStart(Index rows, Index columns, double scale, std::uint64_t seed,
                       std::string_view purpose) {
    MatrixXd start(rows, columns);
    RandomStream({.seed = seed, .purpose = purpose})
        .fillNormal({start.data(), static_cast<std::size_t>(start.size())},
                    scale / std::sqrt(static_cast<double>(rows)));
    return start;
}

struct Start {
    MatrixXd left;
    MatrixXd right; ///< unused by symmetric arms
};

Start startOf(const Setting& setting, std::string_view arm, double scale) {
    const std::string& kind = setting.values.text("problem");
    const double imbalance = setting.values.real("imbalance");
    const Index width = setting.width(arm);
    Start start{
        gaussianStart(setting.rows(), width, scale, setting.seed(), "start of X and F"),
        gaussianStart(setting.columns(), width, scale / imbalance, setting.seed(), "start of G")};
    if (kind != "random" && !setting.values.isKeyword("start_x")) {
        const double x = setting.values.real("start_x");
        const double y = setting.values.real("start_y");
        if (kind == "plane") {
            start.left.col(0) = Eigen::Vector2d(x, y);
            start.right.col(0) = Eigen::Vector2d(x, y) / imbalance;
        } else {
            start.left(0, 0) = isSymmetricArm(arm) ? 0.5 * (x + y) : x;
            start.right(0, 0) = y;
        }
    }
    if (arm == "a_equal")
        start.right = start.left;
    return start;
}

/// Norms of the components of a factor on the span of `basis` and off it.
std::pair<double, double> components(const MatrixXd& factor, const MatrixXd& basis) {
    const MatrixXd coefficients = basis.transpose() * factor;
    return {coefficients.norm(), (factor - basis * coefficients).norm()};
}

/// One arm under way. Symmetric arms hold a SymmetricDescent, the others an AsymmetricDescent.
class MatrixSensingSolver final : public Solver {
public:
    MatrixSensingSolver(std::shared_ptr<const Setting> setting, std::string arm, double scale)
        : setting_(std::move(setting)), arm_(std::move(arm)), width_(setting_->width(arm_)),
          learningRate_(setting_->values.real("learning_rate")) {
        Start start = startOf(*setting_, arm_, scale);
        if (arm_ == "s_exact" || arm_ == "s_over") {
            symmetric_.emplace(setting_->residual(true), std::move(start.left));
        } else {
            const bool sequential = setting_->values.text("update") == "sequential";
            asymmetric_.emplace(setting_->residual(arm_ == "a_equal"), std::move(start.left),
                                std::move(start.right),
                                sequential ? AsymmetricDescent::Update::sequential
                                           : AsymmetricDescent::Update::simultaneous);
            startGap_ = gramGap();
        }
        switchPending_ = arm_ == "a_mod";
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

    void measure(std::span<double> metrics) override;
    void conclude(std::span<double> finals) override;
    void draw(const Recording&, FrameMap& frames) const override;

    void setLive(const std::string& name, const Value& value) override {
        if (name == "learning_rate")
            learningRate_ = std::get<double>(value);
        else if (name == "noise")
            residual().setNoise(std::get<double>(value));
    }

    void act(const std::string& action) override {
        if (action == "take_modified_step" && asymmetric_ && arm_ == "a_mod")
            takeModifiedStep();
    }

    [[nodiscard]] std::string divergence() const override {
        return fmt::format("the factors grew without bound; the learning rate {} is too large for "
                           "a largest singular value of 1",
                           learningRate_);
    }

private:
    [[nodiscard]] MeasuredResidual& residual() {
        return symmetric_ ? symmetric_->residual() : asymmetric_->residual();
    }
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
        if (!switchPending_)
            return;
        switchPending_ = false;
        beta_ = setting_->values.isKeyword("balance") ? asymmetric_->automaticBalance()
                                                      : setting_->values.real("balance");
        productChange_ = asymmetric_->balance(beta_);
        switchIteration_ = static_cast<double>(iteration_);
        startGap_ = gramGap();
        logPrediction_.reset();
    }

    [[nodiscard]] double predictedRate(const VectorXd& sigmaF, const VectorXd& sigmaG) const;
    void advancePrediction(double error, double rate);
    [[nodiscard]] double sublinearPrediction() const;
    [[nodiscard]] double entry(std::string_view name) const;

    std::shared_ptr<const Setting> setting_;
    std::string arm_;
    Index width_;
    double learningRate_;
    std::optional<SymmetricDescent> symmetric_;
    std::optional<AsymmetricDescent> asymmetric_;
    std::int64_t iteration_ = 0;
    double startError_ = 0.0;
    double startResidual_ = 0.0;
    MatrixXd startGap_; ///< FᵀF − GᵀG at the start, or just after the modified step
    bool switchPending_ = false;
    double beta_ = notApplicable;
    double switchIteration_ = notApplicable;
    double productChange_ = notApplicable;
    double rate_ = notApplicable; ///< predicted, per iteration
    std::optional<double> logPrediction_;
    std::int64_t predictionIteration_ = 0;
    // History of what was recorded, for final fits and paths.
    std::vector<double> iterations_;
    std::vector<double> errors_;
    PathFrame entryPath_;
    PathFrame normPath_;
};

/// Predicted decay of ln e per iteration, from theory with no fitted constant; see the paper page.
double MatrixSensingSolver::predictedRate(const VectorXd& sigmaF, const VectorXd& sigmaG) const {
    const VectorXd& sigma = setting_->problem.singularValues;
    if (arm_ == "s_over" || arm_ == "a_equal" || sigma.size() == 0)
        return notApplicable;
    const double smallest = sigma[sigma.size() - 1];
    double exponent = 0.0;
    if (arm_ == "s_exact")
        exponent = learningRate_ * smallest;
    else if (arm_ == "a_exact")
        exponent = learningRate_ * std::pow(std::min(sigmaF[width_ - 1], sigmaG[width_ - 1]), 2);
    else if (arm_ == "a_mod" && !switchPending_)
        exponent = learningRate_ * std::min(beta_ * beta_, smallest * smallest / (beta_ * beta_));
    else
        exponent = learningRate_ * std::pow(std::max(sigmaF[width_ - 1], sigmaG[width_ - 1]), 2);
    return exponent < 1.0 ? -std::log1p(-exponent) : notApplicable;
}

/// An exponential prediction hangs on the error at the moment the signal has settled: the first
/// recorded one below a tenth of the start, or the modified step.
void MatrixSensingSolver::advancePrediction(double error, double rate) {
    const bool settled = error < 0.1 * startError_ || std::isfinite(switchIteration_);
    if (!logPrediction_ && settled && std::isfinite(rate))
        logPrediction_ = std::log(error);
    else if (logPrediction_)
        *logPrediction_ -= rate_ * static_cast<double>(iteration_ - predictionIteration_);
    predictionIteration_ = iteration_;
    rate_ = rate;
}

/// √(k − r)/(2ηt): every superfluous singular value obeys s² → 1/(2ηt).
double MatrixSensingSolver::sublinearPrediction() const {
    const double surplus = static_cast<double>(width_ - setting_->problem.rank());
    if (iteration_ == 0 || surplus <= 0.0)
        return notApplicable;
    return std::sqrt(surplus) / (2.0 * learningRate_ * static_cast<double>(iteration_));
}

double MatrixSensingSolver::entry(std::string_view name) const {
    if (setting_->values.text("problem") == "scalar_toy")
        return name == "path_first_entry" || symmetric_ ? left()(0, 0) : asymmetric_->right()(0, 0);
    const auto& place = setting_->values.numbers(name);
    const bool rightFactor = setting_->values.text("path_factor") == "right" && asymmetric_;
    const MatrixXd& factor = rightFactor ? asymmetric_->right() : left();
    const auto row = static_cast<Index>(place[0]) - 1;
    const auto column = static_cast<Index>(place[1]) - 1;
    return row < factor.rows() && column < factor.cols() ? factor(row, column) : notApplicable;
}

void MatrixSensingSolver::measure(std::span<double> metrics) {
    std::fill(metrics.begin(), metrics.end(), notApplicable);
    const VectorXd sigmaF = singularValues(left());
    const VectorXd sigmaG = asymmetric_ ? singularValues(asymmetric_->right()) : VectorXd();
    const double e = error();
    const auto [signalF, surplusF] = components(left(), setting_->problem.left);
    advancePrediction(e, predictedRate(sigmaF, sigmaG));

    auto out = metrics.begin();
    *out++ = e;
    *out++ = e * e;
    *out++ = symmetric_ ? symmetric_->loss() : asymmetric_->loss();
    if (symmetric_) {
        *out++ = symmetric_->gradient().norm();
    } else {
        const auto [gradientF, gradientG] = asymmetric_->gradients();
        *out++ = std::hypot(gradientF.norm(), gradientG.norm());
    }
    const bool sublinear = arm_ == "s_over" || arm_ == "a_equal";
    *out++ = sublinear ? sublinearPrediction()
                       : (logPrediction_ ? std::exp(*logPrediction_) : notApplicable);
    *out++ = rate_;
    *out++ = sublinear && iteration_ > 0
                 ? 1.0 / std::sqrt(2.0 * learningRate_ * static_cast<double>(iteration_))
                 : notApplicable;
    *out++ = asymmetric_ ? (gramGap() - startGap_).norm() : notApplicable;
    *out++ = signalF;
    *out++ = surplusF;
    if (asymmetric_) {
        const auto [signalG, surplusG] = components(asymmetric_->right(), setting_->problem.right);
        out[0] = signalG;
        out[1] = surplusG;
    }
    out += 2;
    *out++ = entry("path_first_entry");
    *out++ = entry("path_second_entry");
    std::copy(sigmaF.begin(), sigmaF.end(), out);
    out += setting_->factorColumns;
    std::copy(sigmaG.begin(), sigmaG.end(), out);

    if (!iterations_.empty() && iterations_.back() == static_cast<double>(iteration_))
        return;
    iterations_.push_back(static_cast<double>(iteration_));
    errors_.push_back(e);
    for (PathFrame* path : {&entryPath_, &normPath_})
        path->iteration.push_back(iteration_);
    entryPath_.x.push_back(entry("path_first_entry"));
    entryPath_.y.push_back(entry("path_second_entry"));
    normPath_.x.push_back(signalF);
    normPath_.y.push_back(surplusF);
}

void MatrixSensingSolver::conclude(std::span<double> finals) {
    constexpr std::size_t fitSamples = 200;
    const LineFit exponential = fitLogLinear(
        iterations_, errors_, {.yMinimum = 1e-9, .yMaximum = 1e-3, .logSpacedSamples = fitSamples});
    const LineFit power = fitLogLog(iterations_, errors_,
                                    {.xMinimum = 0.1 * static_cast<double>(iteration_),
                                     .yMinimum = 1e-13,
                                     .logSpacedSamples = fitSamples});
    finals[0] = error();
    finals[1] = -exponential.slope;
    finals[2] = exponential.rSquared;
    finals[3] = 2.0 * power.slope;
    finals[4] = rate_;
    finals[5] = switchIteration_;
    finals[6] = productChange_;
}

void MatrixSensingSolver::draw(const Recording&, FrameMap& frames) const {
    const MatrixXd recovered = product();
    frames["product"] = heatMap("recovered", recovered, true);
    frames["error"] = heatMap("error", recovered - setting_->problem.target, true);
    frames["left_factor"] = heatMap(symmetric_ ? "X" : "F", left(), true);
    if (asymmetric_)
        frames["right_factor"] = heatMap("G", asymmetric_->right(), true);
    const Index shown = std::min<Index>(setting_->factorColumns + 1, recovered.cols());
    const VectorXd truth = singularValues(setting_->problem.target);
    const VectorXd now = singularValues(recovered);
    BarsFrame bars;
    bars.series = {{"M*", {}}, {"recovered", {}}};
    for (Index i = 0; i < std::min(shown, now.size()); ++i) {
        bars.categories.push_back("σ" + subscript(i + 1));
        bars.series[0].values.push_back(truth[i]);
        bars.series[1].values.push_back(now[i]);
    }
    frames["spectrum"] = std::move(bars);
    frames["entries"] = entryPath_;
    frames["norms"] = normPath_;
}

} // namespace

std::unique_ptr<Solver> makeSolver(std::shared_ptr<const Setting> setting, std::string arm,
                                   double scale) {
    return std::make_unique<MatrixSensingSolver>(std::move(setting), std::move(arm), scale);
}

} // namespace convergence::matrix_sensing
