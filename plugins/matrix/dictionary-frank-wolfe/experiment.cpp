#include "plugins/matrix/dictionary-frank-wolfe/experiment.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/data/fashion_mnist.h"
#include "core/data/gray_image.h"
#include "core/error.h"
#include "plugins/matrix/dictionary-frank-wolfe/trial.h"
#include "plugins/matrix/frames.h"

namespace convergence {

namespace {

using namespace dictionary_learning;
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

class DictionaryExperiment final : public Experiment {
public:
    explicit DictionaryExperiment(const ParameterValues& values);

    [[nodiscard]] std::vector<TrialPlan> trials() const override;
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        return {{"samples", "samples", "", ColumnRole::clock},
                {"gap", "Frank–Wolfe gap"},
                {"predicted_gap", "c·ln t/t^¼"},
                {"error", "recovery error 1 − ‖D D*‖₄⁴/N"},
                {"amari", "Amari index of |D D*|"},
                {"orthogonality", "distance to orthogonality ‖DDᵀ − I‖/√N"},
                {"gradient_error", "relative error of the averaged gradient"},
                {"predicted_gradient_error", "c·t^−¼"},
                {"sigma_max", "largest singular value of D"},
                {"sigma_median", "median singular value of D"},
                {"sigma_min", "smallest singular value of D"},
                {"objective", "objective F on the probe"},
                {"kept_4", "energy kept by 4 coefficients"}};
    }
    [[nodiscard]] std::vector<Column> factorColumns() const override {
        return {{"sparsity", "sparsity θ", "", ColumnRole::factor},
                {"batch", "batch b", "", ColumnRole::factor},
                {"riemannian_rate", "rate η", "", ColumnRole::factor},
                {"stored_samples", "stored samples n", "", ColumnRole::factor}};
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return {{"final_gap", "final gap"},
                {"final_error", "final recovery error"},
                {"final_amari", "final Amari index"},
                {"final_orthogonality", "final distance to orthogonality"},
                {"final_samples", "samples processed"},
                {"memory", "numbers held in memory"},
                {"kept_2", "energy kept by 2 coefficients"},
                {"kept_4", "energy kept by 4 coefficients"},
                {"kept_8", "energy kept by 8 coefficients"}};
    }
    [[nodiscard]] Cadence cadence() const override {
        // Every record needs the gradient on the whole probe.
        return {.every = setting_->values.integer("record_every"), .perDecade = 40.0};
    }
    [[nodiscard]] Provenance provenance() const override { return setting_->provenance; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return makeSolver(setting_, plan.arm, designOf(plan), plan.steps);
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
        const std::uint64_t count = setting.changes ? 2 : 1;
        for (std::uint64_t number = sources.size(); number < count; ++number)
            sources.push_back(syntheticSource(setting.dimension, design.sparsity,
                                              values.real("noise"), design.seed, number,
                                              values.integer("probe_samples")));
    }
}

void DictionaryExperiment::addPatches(Setting& setting, std::uint64_t seed) {
    const Pictures& pictures = *setting.pictures;
    const auto training = std::make_shared<const PatchStream>(pictures.training, pictures.width, 0,
                                                              pictures.lastTrainingColumn,
                                                              patchSide, "patches", seed);
    const PatchStream held(pictures.heldOut, pictures.width, pictures.firstTestColumn,
                           pictures.lastTestColumn, patchSide, "test patches", seed);
    auto test = std::make_shared<MatrixXd>(patchSide * patchSide, testPatches);
    held.draw(0, *test);
    *test *= held.meanNorm() / training->meanNorm(); // both in the units of the training stream
    for (auto& [key, sources] : setting.sources)
        if (key.first == seed)
            sources = {{training, test, nullptr}};
}

DictionaryExperiment::DictionaryExperiment(const ParameterValues& values) {
    auto setting = std::make_shared<Setting>(Setting{.values = values});
    setting_ = setting;
    const std::string& data = values.text("data");
    setting->changes = data == "change";
    if (data == "synthetic" || data == "change") {
        setting->dimension = values.integer("dimension");
        addSynthetic(*setting);
        return;
    }
    for (const TrialPlan& plan : trials()) {
        const Design design = designOf(plan);
        setting->sources[{design.seed, design.sparsity}];
    }
    if (data == "patches") {
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
    const std::string& data = values.text("data");
    std::vector<std::string> arms;
    for (const std::string& arm : values.choices("arms")) {
        const bool applies = arm == "dct"      ? data == "patches"
                             : arm == "pca"    ? data == "patches" || data == "csv"
                             : isBatchArm(arm) ? data != "change"
                                               : true;
        if (applies)
            arms.push_back(arm);
    }
    return arms;
}

/// The factor that a swept quantity changes makes a difference to these arms only.
bool isSwept(const std::string& factor, const std::string& arm) {
    if (factor == "riemannian_rate")
        return arm == "riemannian";
    if (factor == "stored_samples")
        return isBatchArm(arm);
    return factor == "sparsity" || !isBatchArm(arm);
}

std::vector<TrialPlan> DictionaryExperiment::trials() const {
    const ParameterValues& values = setting_->values;
    const std::string& swept = values.text("sweep");
    std::vector<TrialPlan> plans;
    for (const std::string& arm : armsOf(values)) {
        std::map<std::string, double> factors{
            {"sparsity", values.real("sparsity")},
            {"batch", static_cast<double>(values.integer("batch"))},
            {"riemannian_rate", values.real("riemannian_rate")},
            {"stored_samples", static_cast<double>(values.integer("stored_samples"))}};
        std::vector<double> points{0.0};
        const bool sweeps = swept != "none" && isSwept(swept, arm);
        if (sweeps)
            points = values.numbers("sweep_" + swept);
        const std::int64_t steps = isFixedArm(arm)   ? 1
                                   : isBatchArm(arm) ? values.integer("passes")
                                                     : values.integer("iterations");
        for (const double point : points)
            for (std::int64_t replicate = 0; replicate < values.integer("replicates");
                 ++replicate) {
                if (sweeps)
                    factors[swept] = point;
                plans.push_back({.arm = arm,
                                 .factors = factors,
                                 .replicate = static_cast<std::uint64_t>(replicate),
                                 .steps = steps,
                                 .keepTrace = true});
            }
    }
    return plans;
}

void DictionaryExperiment::draw(const Recording&, FrameMap& shared) const {
    if (setting_->pictures)
        shared["original"] = heatMap(
            "held-out picture",
            takenApart({}, setting_->pictures->heldOut->col(0), setting_->pictures->width, 0),
            false);
}

void check(const ParameterValues& values) {
    const std::string& data = values.text("data");
    if (armsOf(values).empty())
        throw InputError(fmt::format(
            "Parameter 'arms': none of {} applies to the data '{}'; choose among fw, fw_plain, "
            "fw_constant, riemannian, coding.",
            formatValue(values.value("arms")), data));
    if (data == "csv" && values.text("file").empty())
        throw InputError("Parameter 'file': no file was named; expected a CSV file with a header "
                         "and one column of numbers a sensor.");
    for (const char* list : {"sweep_batch", "sweep_stored_samples"})
        for (const double value : values.numbers(list))
            if (value != std::round(value))
                throw InputError(fmt::format(
                    "Parameter '{}': {} is not accepted, expected whole numbers.", list, value));
}

double memoryEstimate(const ParameterValues& values) {
    const std::string& data = values.text("data");
    const double n = data == "synthetic" || data == "change"
                         ? static_cast<double>(values.integer("dimension"))
                         : static_cast<double>(patchSide * patchSide);
    const double probe = n * static_cast<double>(values.integer("probe_samples"));
    const double stored = n * static_cast<double>(values.integer("stored_samples"));
    const double pictures = data == "patches" ? 60000.0 * 784.0 * 2.0 : 0.0;
    return 8.0 * (3.0 * probe * static_cast<double>(values.integer("replicates")) + 2.0 * stored) +
           pictures * 4.0;
}

} // namespace

ExperimentType dictionaryLearning() {
    return {.description = dictionaryLearningDescription(),
            .check = check,
            .memoryEstimate = memoryEstimate,
            .create = [](const ParameterValues& values) {
                return std::make_unique<DictionaryExperiment>(values);
            }};
}

} // namespace convergence
