#include "plugins/matrix/dictionary-frank-wolfe/experiment.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/data/fashion_mnist.h"
#include "core/data/gray_image.h"
#include "core/error.h"
#include "core/experiment/trait_table.h"
#include "core/experiment/whole_numbers.h"
#include "plugins/matrix/dictionary-frank-wolfe/trial.h"
#include "plugins/matrix/frames.h"

namespace convergence::dictionary_learning {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

constexpr Index testPatches = 4000;
constexpr Index heldOutImages = 10000; ///< the last training images, never trained on

Pictures loadPictures(const ParameterValues& values) {
    Pictures pictures;
    if (const std::string& path = values.text("image"); !path.empty()) {
        const GrayImage image = readGrayImage(path);
        auto pixels = std::make_shared<Eigen::MatrixXf>(image.pixels);
        pictures.training = pictures.heldOut = pixels;
        pictures.width = image.width;
        // The right quarter is for testing.
        pictures.firstTestColumn = image.width - image.width / 4;
        pictures.lastTrainingColumn = pictures.firstTestColumn - patchSide;
        pictures.lastTestColumn = image.width - patchSide;
        pictures.provenance = {.data = fmt::format("The picture {}; its right quarter is for "
                                                   "testing.",
                                                   path)};
        return pictures;
    }
    const ImageDataset data = findFashionMnist(values.text("image_folder"));
    const Index held = std::min(heldOutImages, data.train.count() / 6);
    pictures.training = std::make_shared<const Eigen::MatrixXf>(
        data.train.images.leftCols(data.train.count() - held));
    pictures.heldOut = std::make_shared<const Eigen::MatrixXf>(data.train.images.rightCols(held));
    pictures.lastTrainingColumn = pictures.lastTestColumn = pictures.width - patchSide;
    pictures.provenance = {.data = data.source, .standIn = data.standIn};
    return pictures;
}

const std::vector<ColumnPattern> factorPatterns = {{"sparsity", "sparsity θ"},
                                                   {"batch", "batch b"},
                                                   {"riemannian_rate", "rate η"},
                                                   {"stored_samples", "stored samples n"}};

const DataKind& dataOf(const ParameterValues& values) {
    return traitsOf(dataKinds, values.text("data"));
}

class DictionaryExperiment final : public Experiment {
public:
    explicit DictionaryExperiment(const ParameterValues& values);

    [[nodiscard]] std::vector<TrialPlan> trials() const override;
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        return iterateColumns().layout(parameters(), setting_->values).columns();
    }
    [[nodiscard]] std::vector<Column> factorColumns() const override {
        return ColumnLayout(factorPatterns, parameters(), setting_->values, ColumnRole::factor)
            .columns();
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return outcomeColumns().layout(parameters(), setting_->values).columns();
    }
    [[nodiscard]] Cadence cadence() const override {
        // Every record needs the gradient on the whole probe.
        return {.every = setting_->values.integer("record_every"), .perDecade = 40.0};
    }
    [[nodiscard]] Provenance provenance() const override { return setting_->provenance; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return makeSolver(setting_, plan, designOf(plan));
    }
    void draw(const Recording&, FrameMap& shared) const override;

private:
    [[nodiscard]] Design designOf(const TrialPlan& plan) const {
        return {plan.factors.at("sparsity"), static_cast<Index>(plan.factors.at("batch")),
                plan.factors.at("riemannian_rate"),
                static_cast<Index>(plan.factors.at("stored_samples")),
                static_cast<std::uint64_t>(setting_->values.integer("seed")) + plan.replicate};
    }
    void addSynthetic(Setting& setting) const;
    static void addPatches(Setting& setting, std::uint64_t seed);

    std::shared_ptr<const Setting> setting_;
};

void DictionaryExperiment::addSynthetic(Setting& setting) const {
    const ParameterValues& values = setting.values;
    for (const TrialPlan& plan : trials()) {
        const Design design = designOf(plan);
        auto& sources = setting.sources[{design.seed, design.sparsity}];
        const std::uint64_t count = setting.data.source == DataSource::changing ? 2 : 1;
        for (std::uint64_t number = sources.size(); number < count; ++number)
            sources.push_back(syntheticSource({.dimension = setting.dimension,
                                               .sparsity = design.sparsity,
                                               .noise = values.real("noise"),
                                               .seed = design.seed,
                                               .number = number},
                                              values.integer("probe_samples")));
    }
}

void DictionaryExperiment::addPatches(Setting& setting, std::uint64_t seed) {
    const Pictures& pictures = *setting.pictures;
    const auto training = std::make_shared<const PatchStream>(
        pictures.training,
        PatchStream::Places{
            .width = pictures.width, .side = patchSide, .lastColumn = pictures.lastTrainingColumn},
        "patches", seed);
    const PatchStream held(pictures.heldOut,
                           {.width = pictures.width,
                            .side = patchSide,
                            .firstColumn = pictures.firstTestColumn,
                            .lastColumn = pictures.lastTestColumn},
                           "test patches", seed);
    auto test = std::make_shared<MatrixXd>(patchSide * patchSide, testPatches);
    held.draw(0, *test);
    *test *= held.meanNorm() / training->meanNorm(); // both in the units of the training stream
    for (auto& [key, sources] : setting.sources)
        if (key.first == seed)
            sources = {{training, test, nullptr}};
}

DictionaryExperiment::DictionaryExperiment(const ParameterValues& values) {
    const std::vector<Parameter> list = parameters();
    auto setting =
        std::make_shared<Setting>(Setting{.values = values,
                                          .data = dataOf(values),
                                          .traceRow = iterateColumns().at(list, values),
                                          .finalRow = outcomeColumns().at(list, values)});
    setting_ = setting;
    if (setting->data.isSynthetic()) {
        setting->dimension = values.integer("dimension");
        addSynthetic(*setting);
        return;
    }
    for (const TrialPlan& plan : trials()) {
        const Design design = designOf(plan);
        setting->sources[{design.seed, design.sparsity}];
    }
    if (setting->data.source == DataSource::patches) {
        setting->dimension = patchSide * patchSide;
        setting->pictures = loadPictures(values);
        setting->provenance = setting->pictures->provenance;
        std::vector<std::uint64_t> seeds;
        for (const auto& [key, sources] : setting->sources)
            if (std::find(seeds.begin(), seeds.end(), key.first) == seeds.end())
                seeds.push_back(key.first);
        for (const std::uint64_t seed : seeds)
            addPatches(*setting, seed);
        return;
    }
    const auto table = std::make_shared<const TableStream>(values.text("file"), 128);
    setting->dimension = table->dimension();
    setting->provenance = {.data =
                               fmt::format("{} rows of {}.", table->rows(), values.text("file"))};
    auto all =
        std::make_shared<MatrixXd>(table->dimension(), std::min<Index>(table->rows(), 20000));
    table->draw(0, *all);
    for (auto& [key, sources] : setting->sources)
        sources = {{table, all, nullptr}};
}

std::vector<std::string> armsOf(const ParameterValues& values) {
    std::vector<std::string> arms;
    for (const std::string& arm : values.choices("arms"))
        if (traitsOf(dictionaryArms, arm).appliesTo(dataOf(values)))
            arms.push_back(arm);
    return arms;
}

std::vector<TrialPlan> DictionaryExperiment::trials() const {
    const ParameterValues& values = setting_->values;
    const SweepChoice& sweep = traitsOf(sweepChoices, values.text("sweep"));
    std::vector<TrialPlan> plans;
    for (const std::string& id : armsOf(values)) {
        const DictionaryArm& arm = traitsOf(dictionaryArms, id);
        std::map<std::string, double> factors{
            {"sparsity", values.real("sparsity")},
            {"batch", static_cast<double>(values.integer("batch"))},
            {"riemannian_rate", values.real("riemannian_rate")},
            {"stored_samples", static_cast<double>(values.integer("stored_samples"))}};
        std::vector<double> points{0.0};
        const bool sweeps = sweep.concerns(arm);
        if (sweeps)
            points = values.numbers(sweep.list);
        const std::int64_t steps = !arm.learns()    ? 1
                                   : arm.isStored() ? values.integer("passes")
                                                    : values.integer("iterations");
        for (const double point : points)
            for (std::int64_t replicate = 0; replicate < values.integer("replicates");
                 ++replicate) {
                if (sweeps)
                    factors[std::string(sweep.id)] = point;
                plans.push_back({.arm = id,
                                 .factors = factors,
                                 .replicate = static_cast<std::uint64_t>(replicate),
                                 .steps = steps});
            }
    }
    return plans;
}

void DictionaryExperiment::draw(const Recording&, FrameMap& shared) const {
    if (setting_->pictures)
        shared["original"] = heatMap(
            "held-out picture",
            takenApart({}, setting_->pictures->heldOut->col(0), setting_->pictures->width, 0),
            HeatColors::ranging);
}

void check(const ParameterValues& values) {
    const DataKind& data = dataOf(values);
    if (armsOf(values).empty())
        throw InputError(fmt::format(
            "Parameter 'arms': none of {} applies to the data '{}'; choose among fw, fw_plain, "
            "fw_constant, riemannian, coding.",
            formatValue(values.value("arms")), data.id));
    if (data.source == DataSource::table && values.text("file").empty())
        throw InputError("Parameter 'file': no file was named; expected a CSV file with a header "
                         "and one column of numbers a sensor.");
    for (const char* list : {"sweep_batch", "sweep_stored_samples"})
        requireWholeNumbers(values, list);
}

double memoryEstimate(const ParameterValues& values) {
    const DataKind& data = dataOf(values);
    const double n = data.isSynthetic() ? static_cast<double>(values.integer("dimension"))
                                        : static_cast<double>(patchSide * patchSide);
    const double probe = n * static_cast<double>(values.integer("probe_samples"));
    const double stored = n * static_cast<double>(values.integer("stored_samples"));
    const double pictures = data.source == DataSource::patches ? 60000.0 * 784.0 * 2.0 : 0.0;
    return 8.0 * (3.0 * probe * static_cast<double>(values.integer("replicates")) + 2.0 * stored) +
           pictures * 4.0;
}

Description describe() {
    return {
        .id = "dictionary-frank-wolfe",
        .title = "Dictionary learning by Frank–Wolfe",
        .family = "matrix",
        .paper = {.title = "Online Orthogonal Dictionary Learning Based on Frank-Wolfe Method",
                  .authors = "Ye Xue, Vincent Lau",
                  .year = 2021,
                  .venue = "IEEE Transactions on Neural Networks and Learning Systems 2022",
                  .arxiv = "2103.01484"},
        .summary = "An orthogonal dictionary is learned from a stream that is never stored. The "
                   "orthogonality constraint is relaxed to its convex hull, where a Frank–Wolfe "
                   "step costs one polar decomposition, and still the answer ends up orthogonal.",
        .question =
            "Can an orthogonal dictionary be learned from a stream that is never stored, one "
            "batch a step, and without a rate to tune?",
        .topics = {"dictionary learning", "Frank–Wolfe", "projection-free", "orthogonal",
                   "streaming", "sparse coding"},
        .parameters = parameters(),
        .mainParameters = {"arms", "data", "dimension", "sparsity", "batch", "averaging_exponent",
                           "step_exponent", "iterations"},
        .records = {.trace = iterateColumns().patterns(),
                    .factors = factorPatterns,
                    .finals = outcomeColumns().patterns(),
                    .frames = {"original", "permuted", "product", "dictionary", "hull", "atoms",
                               "frequencies", "reconstruction", "kept", "plane", "angle"}},
        .presets = presets(),
        .arms = convergence::armsOf(dictionaryArms),
        .actions = {{"new_source", "New source now",
                     "Replaces the dictionary behind synthetic data."}},
        .views = views(),
        .claims = claims(),
        .questions = {{"The constraint set was enlarged; why is the answer still orthogonal?",
                       "A convex function is largest at an extreme point, and the extreme points "
                       "of the hull are the orthogonal matrices."},
                      {"Why average gradients?",
                       "A vertex reacts to a gradient's direction, not to its size: noise in it "
                       "moves the vertex however small the steps are."},
                      {"When would you prefer constant steps?",
                       "When the source changes: decaying weights remember for ever."}},
        .lockStep = true};
}

} // namespace

} // namespace convergence::dictionary_learning

convergence::ExperimentType convergence::dictionaryLearning() {
    return {.description = dictionary_learning::describe(),
            .check = dictionary_learning::check,
            .memoryEstimate = dictionary_learning::memoryEstimate,
            .create = [](const ParameterValues& values) {
                return std::make_unique<dictionary_learning::DictionaryExperiment>(values);
            }};
}
