#include "plugins/matrix/dictionary-frank-wolfe/trial.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <variant>

#include <fmt/format.h>

#include "core/experiment/trait_table.h"
#include "core/math/decompositions.h"
#include "core/math/random.h"
#include "core/matrix/dictionary_learning.h"
#include "plugins/matrix/dictionary-frank-wolfe/atoms_map.h"
#include "plugins/matrix/frames.h"

namespace convergence::dictionary_learning {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using matrix::BatchDictionary;
using matrix::OnlineDictionaryCoding;
using matrix::OnlineFrankWolfe;
using matrix::PowerWeight;
using matrix::RiemannianDictionary;
using matrix::SparsityObjective;

namespace {
constexpr std::uint64_t probeBatch = std::uint64_t{1} << 62; ///< no training batch comes this far
} // namespace

const Columns<Iterate>& iterateColumns() {
    static const Columns<Iterate> columns{
        Columns<Iterate>::clock({"samples", "samples", [](const Iterate& i) { return i.samples; }}),
        {"gap", "Frank–Wolfe gap", [](const Iterate& i) { return i.gap; }},
        {"predicted_gap", "c·ln t/t^¼", [](const Iterate& i) { return i.predictedGap; }},
        {"error", "recovery error 1 − ‖D D*‖₄⁴/N", [](const Iterate& i) { return i.error; }},
        {"amari", "Amari index of |D D*|", [](const Iterate& i) { return i.amari; }},
        {"orthogonality", "distance to orthogonality ‖DDᵀ − I‖/√N",
         [](const Iterate& i) { return i.orthogonality; }},
        {"gradient_error", "relative error of the averaged gradient",
         [](const Iterate& i) { return i.gradientError; }},
        {"predicted_gradient_error", "c·t^−¼",
         [](const Iterate& i) { return i.predictedGradientError; }},
        {"sigma_max", "largest singular value of D", [](const Iterate& i) { return i.sigmaMax; }},
        {"sigma_median", "median singular value of D",
         [](const Iterate& i) { return i.sigmaMedian; }},
        {"sigma_min", "smallest singular value of D", [](const Iterate& i) { return i.sigmaMin; }},
        {"objective", "objective F on the probe", [](const Iterate& i) { return i.objective; }},
        {"kept_4", "energy kept by 4 coefficients", [](const Iterate& i) { return i.keptByFour; }}};
    return columns;
}

const Columns<Outcome>& outcomeColumns() {
    static const Columns<Outcome> columns{
        {"final_gap", "final gap", [](const Outcome& o) { return o.gap; }},
        {"final_error", "final recovery error", [](const Outcome& o) { return o.error; }},
        {"final_amari", "final Amari index", [](const Outcome& o) { return o.amari; }},
        {"final_orthogonality", "final distance to orthogonality",
         [](const Outcome& o) { return o.orthogonality; }},
        {"final_samples", "samples processed", [](const Outcome& o) { return o.samples; }},
        {"memory", "numbers held in memory", [](const Outcome& o) { return o.memory; }},
        {"kept_2", "energy kept by 2 coefficients", [](const Outcome& o) { return o.keptByTwo; }},
        {"kept_4", "energy kept by 4 coefficients", [](const Outcome& o) { return o.keptByFour; }},
        {"kept_8", "energy kept by 8 coefficients",
         [](const Outcome& o) { return o.keptByEight; }}};
    return columns;
}

Source syntheticSource(const SyntheticSamples& samples, Index probeSamples) {
    const auto [dimension, sparsity, noise, seed, number] = samples;
    auto stream =
        std::make_shared<const BernoulliGaussianStream>(dimension, sparsity, noise, seed, number);
    auto probe = std::make_shared<MatrixXd>(dimension, probeSamples);
    stream->draw(probeBatch, *probe);
    return {stream, probe, std::make_shared<const MatrixXd>(stream->dictionary())};
}

MatrixXd takenApart(const MatrixXd& q, const Eigen::VectorXf& pixels, Index width, Index s) {
    const Index height = pixels.size() / width;
    const Index down = std::min<Index>(height / patchSide, 24),
                across = std::min<Index>(width / patchSide, 24);
    const Index top = (height - down * patchSide) / 2, left = (width - across * patchSide) / 2;
    MatrixXd patches(patchSide * patchSide, down * across);
    Eigen::RowVectorXd means(down * across);
    for (Index tile = 0; tile < patches.cols(); ++tile) {
        for (Index y = 0; y < patchSide; ++y)
            for (Index x = 0; x < patchSide; ++x)
                patches(y * patchSide + x, tile) =
                    pixels[(top + (tile / across) * patchSide + y) * width + left +
                           (tile % across) * patchSide + x];
        means[tile] = patches.col(tile).mean();
        patches.col(tile).array() -= means[tile];
    }
    if (s > 0)
        patches = matrix::sparseReconstruction(q, patches, s);
    patches.rowwise() += means;
    MatrixXd picture(down * patchSide, across * patchSide);
    for (Index tile = 0; tile < patches.cols(); ++tile)
        for (Index y = 0; y < patchSide; ++y)
            for (Index x = 0; x < patchSide; ++x)
                picture((tile / across) * patchSide + y, (tile % across) * patchSide + x) =
                    patches(y * patchSide + x, tile);
    return picture;
}

namespace {

/// The first `count` samples of a stream in batches of b.
MatrixXd firstSamples(const SampleStream& stream, Index count, Index batch) {
    MatrixXd samples(stream.dimension(), count), piece(stream.dimension(), batch);
    for (Index at = 0; at < count; at += batch) {
        stream.draw(static_cast<std::uint64_t>(at / batch), piece);
        const Index taken = std::min(batch, count - at);
        samples.middleCols(at, taken) = piece.leftCols(taken);
    }
    return samples;
}

/// A dictionary that does not learn: cosines, principal components.
struct FixedDictionary {
    MatrixXd d;
};

using Learner = std::variant<OnlineFrankWolfe, RiemannianDictionary, BatchDictionary,
                             OnlineDictionaryCoding, FixedDictionary>;

class DictionarySolver final : public Solver {
public:
    DictionarySolver(std::shared_ptr<const Setting> setting, TrialPlan plan, Design design)
        : setting_(std::move(setting)), plan_(std::move(plan)),
          arm_(traitsOf(dictionaryArms, plan_.arm)), design_(design),
          source_(setting_->sourcesOf(design).front()), batch_(dimension(), design.batch),
          learner_(makeLearner()), sparsity_(design.sparsity),
          objective_(setting_->values.real("norm")), polar_(dimension()) {}

    StepStatus step(const StopToken&) override {
        if (setting_->data.source == DataSource::changing && iteration_ == plan_.steps / 2)
            source_ = setting_->sourcesOf(design_).back();
        if (auto* batch = std::get_if<BatchDictionary>(&learner_)) {
            batch->pass(stored_);
            samples_ += static_cast<double>(stored_.cols());
        } else if (!std::holds_alternative<FixedDictionary>(learner_)) {
            source_.stream->draw(static_cast<std::uint64_t>(iteration_), batch_);
            samples_ += static_cast<double>(batch_.cols());
            if (auto* frankWolfe = std::get_if<OnlineFrankWolfe>(&learner_))
                frankWolfe->step(batch_);
            else if (auto* riemannian = std::get_if<RiemannianDictionary>(&learner_))
                riemannian->step(batch_);
            else
                std::get<OnlineDictionaryCoding>(learner_).step(batch_);
        }
        ++iteration_;
        return analysis().allFinite() ? StepStatus::running : StepStatus::diverged;
    }

    void measure(std::span<double> metrics) override;
    void conclude(std::span<double> finals) override;
    void draw(const Recording& soFar, FrameMap& frames) const override;

    void setLive(const std::string& name, const Value& value) override {
        if (name == "sparsity" && source_.truth) {
            sparsity_ = std::get<double>(value);
            renewSource(sourceNumber_);
        } else if (name == "riemannian_rate") {
            if (auto* riemannian = std::get_if<RiemannianDictionary>(&learner_))
                riemannian->setRate(std::get<double>(value));
        } else if (auto* frankWolfe = std::get_if<OnlineFrankWolfe>(&learner_)) {
            const double number = std::get<double>(value);
            if (name == "averaging_exponent" && arm_.weights != Weights::unaveraged)
                frankWolfe->averaging().exponent = number;
            else if (name == "step_exponent")
                frankWolfe->stepWeight().exponent = number;
            else if (name == "constant_averaging" && arm_.weights == Weights::constant)
                frankWolfe->averaging().constant = number;
            else if (name == "constant_step" && arm_.weights == Weights::constant)
                frankWolfe->stepWeight().constant = number;
        }
    }

    void act(const std::string& action) override {
        if (action == "new_source" && source_.truth)
            renewSource(sourceNumber_ + 2); // 1 is that of the planned change
    }

    [[nodiscard]] std::string divergence() const override { return "the dictionary is not finite"; }

private:
    [[nodiscard]] Index dimension() const { return setting_->dimension; }

    void renewSource(std::uint64_t number) {
        sourceNumber_ = number;
        const auto& values = setting_->values;
        source_ = syntheticSource({.dimension = dimension(),
                                   .sparsity = sparsity_,
                                   .noise = values.real("noise"),
                                   .seed = design_.seed,
                                   .number = number},
                                  source_.probe->cols());
    }

    Learner makeLearner();
    /// D, for columns of atoms their transpose.
    [[nodiscard]] MatrixXd analysis() const {
        return std::visit(
            [](const auto& learner) -> MatrixXd {
                using Type = std::decay_t<decltype(learner)>;
                if constexpr (std::is_same_v<Type, OnlineDictionaryCoding>)
                    return learner.atoms().transpose();
                else if constexpr (std::is_same_v<Type, FixedDictionary>)
                    return learner.d;
                else
                    return learner.dictionary();
            },
            learner_);
    }
    [[nodiscard]] bool isInHull() const {
        return !std::holds_alternative<OnlineDictionaryCoding>(learner_);
    }
    [[nodiscard]] MatrixXd orthogonal() {
        return isInHull() ? MatrixXd(polar_(analysis())) : analysis();
    }
    [[nodiscard]] double memoryNumbers() const;
    void drawPatches(FrameMap& frames) const;
    void drawPlane(FrameMap& frames, const MatrixXd& d) const;

    std::shared_ptr<const Setting> setting_;
    TrialPlan plan_;
    const DictionaryArm& arm_;
    Design design_;
    Source source_;
    MatrixXd batch_;  ///< N × b
    MatrixXd stored_; ///< N × n, in the batch arms
    Learner learner_;
    double sparsity_;
    SparsityObjective objective_;
    matrix::PolarFactor polar_;
    MatrixXd z_, gradient_;
    std::uint64_t sourceNumber_ = 0;
    std::int64_t iteration_ = 0;
    double samples_ = 0.0;
    Iterate now_; ///< as last measured
    /// Sum and number of ln(gap·t^¼/ln t) over the first decade: c of the bound.
    double logConstantSum_ = 0.0;
    int logConstantCount_ = 0;
    double gradientConstant_ = notApplicable;
};

Learner DictionarySolver::makeLearner() {
    const ParameterValues& values = setting_->values;
    const Index n = dimension();
    const SparsityObjective objective(values.real("norm"));
    MatrixXd start = matrix::randomOrthonormal(
        n, n, RandomStream({.seed = design_.seed, .purpose = "start of the dictionary"}));
    const auto store = [&](Index count) {
        stored_ = firstSamples(*source_.stream, count, design_.batch);
    };
    switch (arm_.method) {
    case Method::frankWolfe: {
        PowerWeight averaging{.exponent = values.real("averaging_exponent")};
        PowerWeight step{.exponent = values.real("step_exponent")};
        if (arm_.weights == Weights::unaveraged) {
            averaging = {.constant = 1.0};
        } else if (arm_.weights == Weights::constant) {
            averaging = {.constant = values.real("constant_averaging")};
            step = {.constant = values.real("constant_step")};
        }
        return OnlineFrankWolfe(objective, std::move(start), averaging, step);
    }
    case Method::riemannian:
        return RiemannianDictionary(objective, std::move(start), design_.riemannianRate);
    case Method::batch:
        store(design_.storedSamples);
        return BatchDictionary(SparsityObjective(arm_.norm), std::move(start));
    case Method::coding:
        return OnlineDictionaryCoding(start.transpose(), values.real("coding_penalty") /
                                                             std::sqrt(static_cast<double>(n)));
    case Method::cosines:
        return FixedDictionary{matrix::cosineBasis(patchSide)};
    case Method::components:
        store(20000);
        return FixedDictionary{matrix::principalComponents(stored_, n).transpose()};
    }
    throw std::logic_error("an arm without a method");
}

/// Numbers that an algorithm has to hold: matrices of its own and samples.
double DictionarySolver::memoryNumbers() const {
    const double square = static_cast<double>(dimension() * dimension());
    const double samples = static_cast<double>(batch_.size());
    if (std::holds_alternative<BatchDictionary>(learner_))
        return 2.0 * square + static_cast<double>(stored_.size());
    if (std::holds_alternative<FixedDictionary>(learner_))
        return square;
    if (std::holds_alternative<OnlineDictionaryCoding>(learner_))
        return 3.0 * square + 2.0 * samples;
    return 2.0 * square + samples;
}

void DictionarySolver::measure(std::span<double> metrics) {
    const MatrixXd d = analysis();
    const auto t = static_cast<double>(iteration_);
    const auto n = static_cast<double>(dimension());
    gradient_.resize(d.rows(), d.cols());
    objective_.gradient(d, *source_.probe, z_, gradient_);
    now_.gap = isInHull() ? matrix::frankWolfeGap(d, gradient_) : notApplicable;
    const auto* frankWolfe = std::get_if<OnlineFrankWolfe>(&learner_);
    now_.gradientError =
        frankWolfe && iteration_ > 0
            ? (frankWolfe->averagedGradient() - gradient_).norm() / gradient_.norm()
            : notApplicable;
    const VectorXd sigma = singularValues(d);
    const double rate = std::log(t) / std::pow(t, 0.25);
    if (iteration_ >= 2 && iteration_ <= 10 && frankWolfe && now_.gap > 0.0) {
        logConstantSum_ += std::log(now_.gap / rate);
        ++logConstantCount_;
    }
    if (iteration_ == 10)
        gradientConstant_ = now_.gradientError * std::pow(t, 0.25);
    if (frankWolfe && arm_.weights == Weights::decaying && iteration_ >= 10 &&
        logConstantCount_ > 0) {
        now_.predictedGap = std::exp(logConstantSum_ / logConstantCount_) * rate;
        now_.predictedGradientError = gradientConstant_ * std::pow(t, -0.25);
    }
    now_.samples = samples_;
    if (source_.truth) {
        const MatrixXd p = d * *source_.truth;
        now_.error = matrix::recoveryError(p);
        now_.amari = matrix::amariIndex(p);
    } else {
        now_.keptByFour =
            matrix::keptEnergy(orthogonal(), *source_.probe, std::min<Index>(4, dimension()));
    }
    now_.orthogonality =
        (d * d.transpose() - MatrixXd::Identity(d.rows(), d.cols())).norm() / std::sqrt(n);
    now_.sigmaMax = sigma[0];
    now_.sigmaMedian = sigma[sigma.size() / 2];
    now_.sigmaMin = sigma[sigma.size() - 1];
    now_.objective = objective_.value(d, *source_.probe);
    setting_->traceRow.fill(now_, metrics);
}

void DictionarySolver::conclude(std::span<double> finals) {
    const MatrixXd d = analysis();
    Outcome outcome{.gap = now_.gap, .samples = samples_, .memory = memoryNumbers()};
    outcome.orthogonality = (d * d.transpose() - MatrixXd::Identity(d.rows(), d.cols())).norm() /
                            std::sqrt(static_cast<double>(d.rows()));
    if (source_.truth) {
        outcome.error = matrix::recoveryError(d * *source_.truth);
        outcome.amari = matrix::amariIndex(d * *source_.truth);
    } else if (isInHull()) {
        const MatrixXd q = orthogonal();
        const auto kept = [&](Index s) {
            return s <= dimension() ? matrix::keptEnergy(q, *source_.probe, s) : notApplicable;
        };
        outcome.keptByTwo = kept(2);
        outcome.keptByFour = kept(4);
        outcome.keptByEight = kept(8);
    }
    setting_->finalRow.fill(outcome, finals);
}

/// Order of rows that brings the largest entries of |P| onto the diagonal, greedily.
std::vector<Index> greedyOrder(const MatrixXd& size) {
    MatrixXd left = size;
    std::vector<Index> rowOf(static_cast<std::size_t>(size.cols()), 0);
    for (Index i = 0; i < size.rows(); ++i) {
        Index row = 0, column = 0;
        left.maxCoeff(&row, &column);
        rowOf[static_cast<std::size_t>(column)] = row;
        left.row(row).setConstant(-1.0);
        left.col(column).setConstant(-1.0);
    }
    return rowOf;
}

/// Patches as tiles with a gap of one pixel, as many a row as fit a square.
MatrixXd tiled(const MatrixXd& patches, Index side) {
    const auto across =
        static_cast<Index>(std::ceil(std::sqrt(static_cast<double>(patches.cols()))));
    MatrixXd picture = MatrixXd::Zero(across * (side + 1) - 1, across * (side + 1) - 1);
    for (Index tile = 0; tile < patches.cols(); ++tile)
        for (Index y = 0; y < side; ++y)
            for (Index x = 0; x < side; ++x)
                picture((tile / across) * (side + 1) + y, (tile % across) * (side + 1) + x) =
                    patches(y * side + x, tile);
    return picture;
}

void DictionarySolver::drawPatches(FrameMap& frames) const {
    const MatrixXd q = isInHull() ? matrix::PolarFactor(dimension())(analysis()) : analysis();
    // Atoms are rows, in the order of the energy of their coefficients.
    const VectorXd energy = (q * *source_.probe).rowwise().squaredNorm();
    std::vector<Index> order(static_cast<std::size_t>(q.rows()));
    std::iota(order.begin(), order.end(), Index{0});
    std::sort(order.begin(), order.end(), [&](Index a, Index b) { return energy[a] > energy[b]; });
    MatrixXd atoms(q.cols(), q.rows());
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto atom = q.row(order[i]);
        atoms.col(static_cast<Index>(i)) =
            atom.transpose() / std::max(atom.cwiseAbs().maxCoeff(), 1e-12);
    }
    frames["atoms"] = heatMap("atoms by energy", tiled(atoms, patchSide));
    frames["frequencies"] = atomsByFrequency(atoms, patchSide, energy(order));
    const auto coefficients = static_cast<Index>(setting_->values.integer("coefficients"));
    frames["reconstruction"] = heatMap(
        fmt::format("from {} coefficients a patch", coefficients),
        takenApart(q, setting_->pictures->heldOut->col(0), setting_->pictures->width, coefficients),
        HeatColors::ranging);
    CurvesFrame::Curve kept{.label = "energy kept", .x = {}, .y = {}};
    const Index shown = std::min<Index>(source_.probe->cols(), 1000);
    for (const Index s : {1, 2, 3, 4, 6, 8, 12, 16, 24, 32}) {
        kept.x.push_back(static_cast<double>(s));
        kept.y.push_back(matrix::keptEnergy(q, source_.probe->leftCols(shown), s));
    }
    frames["kept"] = CurvesFrame{{std::move(kept)}};
}

/// N = 2: samples and atoms in the plane of y, and the objective over all rotations.
void DictionarySolver::drawPlane(FrameMap& frames, const MatrixXd& d) const {
    constexpr Index shown = 400;
    const auto points = source_.probe->leftCols(std::min(shown, source_.probe->cols()));
    const double reach = points.colwise().norm().maxCoeff();
    CurvesFrame plane;
    CurvesFrame::Curve cloud{.label = "samples y", .x = {}, .y = {}, .markers = true};
    for (const auto& point : points.colwise()) {
        cloud.x.push_back(point[0] / reach);
        cloud.y.push_back(point[1] / reach);
    }
    plane.curves.push_back(std::move(cloud));
    for (Index i = 0; i < 2; ++i)
        plane.curves.push_back({.label = "row " + std::to_string(i + 1) + " of D",
                                .x = {0.0, d(i, 0)},
                                .y = {0.0, d(i, 1)}});
    const MatrixXd& truth = *source_.truth;
    for (Index i = 0; i < 2; ++i)
        plane.curves.push_back({.label = "direction " + std::to_string(i + 1) + " of D*",
                                .x = {-truth(0, i), truth(0, i)},
                                .y = {-truth(1, i), truth(1, i)}});
    frames["plane"] = std::move(plane);

    CurvesFrame::Curve value{.label = "F of a rotation", .x = {}, .y = {}};
    const Index subset = std::min<Index>(source_.probe->cols(), 2000);
    const MatrixXd samples = source_.probe->leftCols(subset);
    const auto rotation = [](double angle) {
        return (Eigen::Matrix2d() << std::cos(angle), std::sin(angle), -std::sin(angle),
                std::cos(angle))
            .finished();
    };
    for (int degree = 0; degree <= 180; degree += 2) {
        value.x.push_back(degree);
        value.y.push_back(objective_.value(rotation(degree * EIGEN_PI / 180.0), samples));
    }
    double angle = std::atan2(d(0, 1), d(0, 0)) * 180.0 / EIGEN_PI;
    if (angle < 0.0)
        angle += 180.0;
    CurvesFrame::Curve here{
        .label = "D", .x = {angle}, .y = {objective_.value(d, samples)}, .markers = true};
    frames["angle"] = CurvesFrame{{std::move(value), std::move(here)}};
}

void DictionarySolver::draw(const Recording& soFar, FrameMap& frames) const {
    const MatrixXd d = analysis();
    if (source_.truth) {
        const MatrixXd size = (d * *source_.truth).cwiseAbs();
        MatrixXd ordered(size.rows(), size.cols());
        const auto order = greedyOrder(size);
        for (Index i = 0; i < size.rows(); ++i)
            ordered.row(i) = size.row(order[static_cast<std::size_t>(i)]);
        frames["permuted"] = heatMap("|D D*|, rows in order", ordered, HeatColors::ranging);
        frames["product"] = heatMap("|D D*| as it is", size, HeatColors::ranging);
    } else {
        frames["dictionary"] = heatMap("D", d);
    }
    if (isInHull())
        frames["hull"] = pathOf(soFar, plan_, "sigma_min", "sigma_max");
    if (setting_->pictures)
        drawPatches(frames);
    if (source_.truth && dimension() == 2)
        drawPlane(frames, d);
}

} // namespace

std::unique_ptr<Solver> makeSolver(std::shared_ptr<const Setting> setting, TrialPlan plan,
                                   Design design) {
    return std::make_unique<DictionarySolver>(std::move(setting), std::move(plan), design);
}

} // namespace convergence::dictionary_learning
