// one-epoch: the text, trials over epochs, dropout and sizes, and their training.

#include "plugins/stochastic/one-epoch/experiment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "core/data/ready_texts.h"
#include "core/data/text.h"
#include "core/error.h"
#include "core/experiment/not_applicable.h"
#include "core/math/random.h"
#include "plugins/stochastic/one-epoch/frames.h"

namespace convergence {

double epochsOf(const std::string& arm, const ParameterValues& values) {
    if (arm == "epochs_own")
        return static_cast<double>(values.integer("own_epochs"));
    return std::stod(arm.substr(std::string_view("epochs_").size()));
}

namespace {

constexpr std::size_t testChunks = 256, tuningChunks = 128;
constexpr std::size_t meanOver = 50;         ///< mini-batches, for the training loss
constexpr std::size_t mostSymbols = 4096;    ///< different ones
constexpr std::int64_t leastIterations = 10; ///< of a width at a budget

/// What all trials of a run share.
struct Setting {
    ParameterValues values;
    std::shared_ptr<const TextChunks> chunks;
    double unigramLoss = 0.0, bigramLoss = 0.0;
    Provenance provenance;
    std::shared_ptr<OneEpochResults> results = std::make_shared<OneEpochResults>();

    [[nodiscard]] bool comparesSizes() const { return values.text("study") == "sizes"; }
    [[nodiscard]] std::int64_t symbolsPerStep() const {
        return values.integer("batch_chunks") * values.integer("context");
    }
};

struct Text {
    TextChunks::Symbols symbols;
    Provenance provenance;
};

Text loadText(const ParameterValues& values) {
    if (values.text("text_source") == "own") {
        const std::string path = values.text("text_path");
        if (path.empty())
            throw InputError("Parameter 'text_path': nothing is not accepted; give a text file or "
                             "a folder of them, or choose the King James Bible.");
        const std::string text = readTexts(path);
        Text result{values.text("symbols") == "bytes" ? TextChunks::bytesOf(text)
                                                      : TextChunks::charactersOf(text, path),
                    {path, false}};
        if (result.symbols.names.size() > mostSymbols)
            throw InputError(fmt::format("Parameter 'symbols': {} different characters are not "
                                         "accepted, expected at most {}; read the text as bytes.",
                                         result.symbols.names.size(), mostSymbols));
        return result;
    }
    try {
        return {TextChunks::bytesOf(kingJamesText()),
                {"King James Bible, one verse a line (Debian's bible-kjv-text)", false}};
    } catch (const InputError& missing) {
        return {TextChunks::bytesOf(inventedText(4'404'412, 0)),
                {std::string("Sentences of made-up words. ") + missing.what(), true}};
    }
}

std::shared_ptr<const Setting> makeSetting(const ParameterValues& values) {
    auto setting = std::make_shared<Setting>(Setting{.values = values});
    Text text = loadText(values);
    if (values.text("text_order") == "shuffled") {
        RandomStream stream({.seed = 0, .purpose = "shuffled text"});
        const auto order = stream.permutation(text.symbols.numbers.size());
        const auto written = text.symbols.numbers;
        for (std::size_t i = 0; i < order.size(); ++i)
            text.symbols.numbers[i] = written[order[i]];
    }
    setting->provenance = text.provenance;
    // Which chunks are set aside does not depend on the seed: all runs have the same tests.
    setting->chunks = std::make_shared<TextChunks>(
        std::move(text.symbols), values.integer("context"), testChunks, tuningChunks, 0);
    setting->unigramLoss = setting->chunks->unigramLoss();
    setting->bigramLoss = setting->chunks->bigramLoss();
    return setting;
}

LanguageModelSpec modelOf(const ParameterValues& values, std::int64_t vocabulary, double width) {
    return {.kind = values.text("model") == "ngram" ? LanguageModelKind::ngram
                                                    : LanguageModelKind::transformer,
            .vocabulary = vocabulary,
            .context = values.integer("context"),
            .width = static_cast<std::int64_t>(width),
            .layers = values.integer("layers"),
            .heads = values.integer("heads")};
}

/// E of the chunks that a trial sees: 1 in the control whose chunks are always fresh.
double repetitionsOf(const ParameterValues& values, const TrialPlan& plan) {
    return values.text("supply") == "fresh" ? 1.0 : plan.factors.at("epochs");
}

class LanguageSolver final : public Solver {
public:
    LanguageSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), plan_(plan),
          seed_(static_cast<std::uint64_t>(setting_->values.integer("seed")) + plan.replicate),
          order_(setting_->chunks->pool(), plan.steps * setting_->values.integer("batch_chunks"),
                 repetitionsOf(setting_->values, plan), seed_),
          trainer_(
              setting_->chunks,
              modelOf(setting_->values, setting_->chunks->vocabulary(), plan.factors.at("width")),
              {.batch = setting_->values.integer("batch_chunks"),
               .learningRate = plan.factors.at("learning_rate"),
               .iterations = plan.steps,
               .decays = setting_->values.text("schedule") == "linear",
               .dropout = plan.factors.at("dropout"),
               .seed = seed_}),
          batch_(static_cast<std::size_t>(setting_->values.integer("batch_chunks"))),
          layer_(setting_->values.integer("shown_layer")),
          head_(setting_->values.integer("shown_head")),
          targetRatio_(setting_->values.real("target_ratio")),
          burnIn_(static_cast<double>(setting_->values.integer("burn_in"))) {
        order_.take(0, std::span(&firstChunk_, 1));
    }

    StepStatus step(const StopToken& stop) override {
        if (stop.stopRequested())
            return StepStatus::interrupted;
        order_.take(trainer_.iteration() * static_cast<std::int64_t>(batch_.size()), batch_);
        const double loss = trainer_.step(batch_);
        recentLosses_[static_cast<std::size_t>(trainer_.iteration() - 1) % meanOver] = loss;
        return std::isfinite(loss) ? StepStatus::running : StepStatus::diverged;
    }

    void measure(std::span<double> metrics) override {
        testLoss_ = trainer_.loss(setting_->chunks->test());
        const double seen = static_cast<double>(trainer_.iteration() * setting_->symbolsPerStep());
        const double own =
            static_cast<double>(order_.size()) * static_cast<double>(setting_->chunks->context());
        metrics[0] = seen;
        metrics[1] = seen / own;
        metrics[2] = testLoss_;
        metrics[3] = trainingLoss();
        metrics[4] = testLoss_ - trainingLoss();
        metrics[5] = testLoss_ / std::log(2.0);
        metrics[6] = trainer_.rate();
        metrics[7] = setting_->unigramLoss;
        metrics[8] = setting_->bigramLoss;
        if (testLoss_ < bestLoss_) {
            bestLoss_ = testLoss_;
            bestIteration_ = static_cast<double>(trainer_.iteration());
        }
        if (!setting_->comparesSizes())
            setting_->results->add(key(), static_cast<double>(trainer_.iteration()), testLoss_);
    }

    void conclude(std::span<double> finals) override {
        const double tuning = trainer_.loss(setting_->chunks->tuning());
        finals[0] = testLoss_;
        finals[1] = bestLoss_;
        finals[2] = bestIteration_;
        finals[3] = trainingLoss();
        finals[4] = testLoss_ - trainingLoss();
        finals[5] = tuning;
        finals[6] = static_cast<double>(trainer_.parameters().size());
        finals[7] = static_cast<double>(trainer_.iteration() * setting_->symbolsPerStep());
        finals[8] = ratio();
        if (setting_->comparesSizes())
            setting_->results->addSize(plan_.factors.at("compute_budget"),
                                       plan_.factors.at("width"), {ratio(), testLoss_, tuning});
        else
            setting_->results->conclude(key(), finals[4]);
    }

    void setLive(const std::string& name, const Value& value) override {
        if (name == "shown_layer")
            layer_ = std::get<std::int64_t>(value);
        else if (name == "shown_head")
            head_ = std::get<std::int64_t>(value);
        else if (name == "target_ratio")
            targetRatio_ = std::get<double>(value);
        else if (name == "burn_in")
            burnIn_ = static_cast<double>(std::get<std::int64_t>(value));
    }

    void draw(const Recording&, FrameMap& frames) const override {
        frames["text"] = writtenText();
        if (setting_->values.text("model") == "transformer")
            frames["attention"] = attention();
        if (setting_->comparesSizes()) {
            frames["heuristic"] =
                ratioHeuristic(*setting_->results, plan_.factors.at("compute_budget"),
                               plannedRatio(), testLoss_, targetRatio_);
            return;
        }
        frames["construction"] = speedUpConstruction(*setting_->results, key());
        frames["residuals"] = powerLawResiduals(*setting_->results, key(), burnIn_);
    }

    [[nodiscard]] std::string divergence() const override {
        return fmt::format("the loss is not finite at learning rate {:.4g}", trainer_.rate());
    }

private:
    [[nodiscard]] OneEpochResults::Key key() const {
        return {plan_.factors.at("epochs"), plan_.factors.at("dropout"), plan_.replicate};
    }
    [[nodiscard]] double trainingLoss() const {
        const std::int64_t count = std::min<std::int64_t>(trainer_.iteration(), meanOver);
        return count == 0
                   ? notApplicable
                   : std::accumulate(recentLosses_.begin(), recentLosses_.begin() + count, 0.0) /
                         static_cast<double>(count);
    }
    /// T/P so far, and at the end.
    [[nodiscard]] double ratio() const {
        return static_cast<double>(trainer_.iteration() * setting_->symbolsPerStep()) /
               static_cast<double>(trainer_.parameters().size());
    }
    [[nodiscard]] double plannedRatio() const {
        return static_cast<double>(plan_.steps * setting_->symbolsPerStep()) /
               static_cast<double>(trainer_.parameters().size());
    }

    /// What the model writes after the beginning of a chunk that every arm trains on, renewed once
    /// training has come a sixth further: it costs about as much as a test.
    [[nodiscard]] TextFrame writtenText() const {
        constexpr std::size_t promptSymbols = 16, written = 200;
        constexpr double temperature = 0.8;
        const std::int64_t now = trainer_.iteration();
        if (text_.empty() || now == plan_.steps || now < writtenAt_ ||
            static_cast<double>(now) >= static_cast<double>(writtenAt_) * 7.0 / 6.0 + 1.0) {
            if (!text_.empty() && now == writtenAt_)
                return {text_};
            const auto chunk = setting_->chunks->chunk(firstChunk_);
            const auto prompt = chunk.first(std::min(promptSymbols, chunk.size() / 2));
            const TextChunks& names = *setting_->chunks;
            text_ = fmt::format("After {} iterations, given a chunk's beginning:\n{}\n\n"
                                "it writes\n{}\n\nThe chunk went on\n{}\n",
                                now, names.decode(prompt),
                                names.decode(trainer_.sample(prompt, written, temperature, seed_)),
                                names.decode(chunk.subspan(prompt.size())));
            writtenAt_ = now;
        }
        return {text_};
    }

    [[nodiscard]] MatrixFrame attention() const {
        const std::int64_t layer = std::min(layer_, setting_->values.integer("layers")) - 1;
        const std::int64_t head = std::min(head_, setting_->values.integer("heads")) - 1;
        const std::uint32_t chunk = setting_->chunks->test().front();
        const auto context = static_cast<std::size_t>(setting_->chunks->context());
        MatrixFrame frame{.title = fmt::format("layer {}, head {}", layer + 1, head + 1),
                          .rows = context,
                          .columns = context,
                          .values = trainer_.attentionMap(chunk, layer, head)};
        for (const std::int32_t symbol : setting_->chunks->chunk(chunk).first(context)) {
            std::string name = setting_->chunks->names()[static_cast<std::size_t>(symbol)];
            if (name == "\n")
                name = "⏎";
            else if (name == " ")
                name = "␣";
            frame.rowLabels.push_back(name);
        }
        frame.columnLabels = frame.rowLabels;
        return frame;
    }

    std::shared_ptr<const Setting> setting_;
    TrialPlan plan_;
    std::uint64_t seed_;
    EpochOrder order_;
    LanguageTrainer trainer_;
    std::vector<std::uint32_t> batch_;
    std::array<double, meanOver> recentLosses_{}; ///< in turn
    std::uint32_t firstChunk_ = 0;
    double testLoss_ = notApplicable;
    double bestLoss_ = std::numeric_limits<double>::infinity();
    double bestIteration_ = 0.0;
    std::int64_t layer_, head_;
    double targetRatio_, burnIn_;
    mutable std::string text_;
    mutable std::int64_t writtenAt_ = 0;
};

class OneEpochExperiment final : public Experiment {
public:
    explicit OneEpochExperiment(const ParameterValues& values) : setting_(makeSetting(values)) {
        for (const TrialPlan& plan : trials())
            checkSupply(plan);
    }

    [[nodiscard]] std::vector<TrialPlan> trials() const override;
    [[nodiscard]] std::vector<Column> traceColumns() const override {
        return {{"symbols", "symbols processed", "", ColumnRole::clock},
                {"times_seen", "times each symbol was seen", "", ColumnRole::clock},
                {"test_loss", "test loss", "nats per symbol"},
                {"training_loss", "training loss", "nats per symbol"},
                {"gap", "test − training loss", "nats per symbol"},
                {"test_bits", "test loss", "bits per symbol"},
                {"learning_rate_now", "learning rate"},
                {"unigram_loss", "unigrams", "nats per symbol"},
                {"bigram_loss", "bigrams", "nats per symbol"}};
    }
    [[nodiscard]] std::vector<Column> factorColumns() const override {
        const ColumnRole factor = ColumnRole::factor;
        return {{"epochs", "epochs E", "", factor},
                {"dropout", "dropout p", "", factor},
                {"width", "width d", "", factor},
                {"compute_budget", "compute P·T", "", factor},
                {"learning_rate", "learning rate η", "", factor}};
    }
    [[nodiscard]] std::vector<Column> finalColumns() const override {
        return {{"test_loss", "final test loss", "nats per symbol"},
                {"best_test_loss", "least test loss", "nats per symbol"},
                {"best_iteration", "iteration of the least test loss"},
                {"training_loss", "final training loss", "nats per symbol"},
                {"gap", "test − training loss", "nats per symbol"},
                {"tuning_loss", "loss on chunks for tuning", "nats per symbol"},
                {"parameters", "parameters P"},
                {"symbols", "symbols processed T"},
                {"ratio", "symbols per parameter T/P"}};
    }
    [[nodiscard]] Cadence cadence() const override {
        // A test costs as much as several steps.
        return {.every = setting_->values.integer("record_every"), .perDecade = 30.0};
    }
    [[nodiscard]] Provenance provenance() const override { return setting_->provenance; }
    [[nodiscard]] std::unique_ptr<Solver> start(const TrialPlan& plan) const override {
        return std::make_unique<LanguageSolver>(setting_, plan);
    }
    void draw(const Recording&, FrameMap& shared) const override {
        if (setting_->comparesSizes())
            return;
        shared["speed_ups"] = speedUpBars(*setting_->results);
        shared["gaps"] = gapBars(*setting_->results);
        shared["final_losses"] = finalLossBars(*setting_->results);
    }

private:
    void checkSupply(const TrialPlan& plan) const;
    void addSizes(std::vector<TrialPlan>& plans, std::uint64_t replicate) const;

    std::shared_ptr<const Setting> setting_;
};

/// Every chunk of an epoch must be a different one of the pool.
void OneEpochExperiment::checkSupply(const TrialPlan& plan) const {
    const double epochs = repetitionsOf(setting_->values, plan);
    const std::int64_t batch = setting_->values.integer("batch_chunks");
    const auto there = static_cast<double>(setting_->chunks->pool().size());
    if (std::ceil(static_cast<double>(plan.steps * batch) / epochs - 1e-9) <= there)
        return;
    const auto most =
        static_cast<std::int64_t>(std::floor(there * epochs / static_cast<double>(batch)));
    if (setting_->comparesSizes())
        throw InputError(fmt::format(
            "Parameter 'compute_budget': {:.4g} is not accepted with width {}, for which it means "
            "{} iterations on fresh chunks; the text has chunks for {}.",
            plan.factors.at("compute_budget"), plan.factors.at("width"), plan.steps, most));
    throw InputError(fmt::format("Parameter 'iterations': {} is not accepted, the text has {} "
                                 "chunks besides those for tests; expected at most {}.",
                                 plan.steps, setting_->chunks->pool().size(), most));
}

std::vector<TrialPlan> OneEpochExperiment::trials() const {
    const ParameterValues& values = setting_->values;
    std::vector<TrialPlan> plans;
    const auto replicates = static_cast<std::uint64_t>(values.integer("replicates"));
    for (std::uint64_t replicate = 0; replicate < replicates; ++replicate) {
        if (setting_->comparesSizes()) {
            addSizes(plans, replicate);
            continue;
        }
        for (const std::string& arm : values.choices("arms"))
            for (const double dropout : values.numbers("dropout"))
                plans.push_back(
                    {.arm = arm,
                     .factors = {{"epochs", epochsOf(arm, values)},
                                 {"dropout", dropout},
                                 {"width", static_cast<double>(values.integer("width"))},
                                 {"learning_rate", values.real("learning_rate")}},
                     .replicate = replicate,
                     .steps = values.integer("iterations")});
    }
    return plans;
}

void OneEpochExperiment::addSizes(std::vector<TrialPlan>& plans, std::uint64_t replicate) const {
    const ParameterValues& values = setting_->values;
    for (const double budget : values.numbers("compute_budget"))
        for (const double width : values.numbers("widths")) {
            // At a large budget the smallest models would need more text than there is.
            const auto P = static_cast<double>(
                parameterCount(modelOf(values, setting_->chunks->vocabulary(), width)));
            const std::int64_t steps =
                std::llround(budget / P / static_cast<double>(setting_->symbolsPerStep()));
            if (steps < leastIterations)
                throw InputError(fmt::format(
                    "Parameter 'compute_budget': {:.4g} is not accepted with width {}, for which "
                    "it means {} iterations; expected at least {}.",
                    budget, width, steps, leastIterations));
            for (const double rate : values.numbers("tuned_rates"))
                plans.push_back({.arm = "epochs_1",
                                 .factors = {{"epochs", 1.0},
                                             {"dropout", 0.0},
                                             {"width", width},
                                             {"compute_budget", budget},
                                             {"learning_rate", rate}},
                                 .replicate = replicate,
                                 .steps = steps});
        }
}

void check(const ParameterValues& values) {
    const std::int64_t heads = values.integer("heads");
    const auto checkWidth = [&](const char* name, double width) {
        if (width != std::floor(width) || static_cast<std::int64_t>(width) % heads != 0)
            throw InputError(fmt::format("Parameter '{}': {} is not accepted; expected a multiple "
                                         "of heads = {}.",
                                         name, width, heads));
    };
    const bool sizes = values.text("study") == "sizes";
    if (values.text("model") == "ngram") {
        if (sizes)
            throw InputError("Parameter 'model': ngram is not accepted where widths are compared; "
                             "expected transformer.");
        for (const double p : values.numbers("dropout"))
            if (p != 0.0)
                throw InputError(fmt::format("Parameter 'dropout': {} is not accepted for the "
                                             "n-gram network; expected 0.",
                                             p));
        return;
    }
    if (sizes)
        for (const double width : values.numbers("widths"))
            checkWidth("widths", width);
    else
        checkWidth("width", static_cast<double>(values.integer("width")));
}

double memoryEstimate(const ParameterValues& values) {
    constexpr double ofText = 60e6;
    constexpr std::int64_t usualVocabulary = 256;
    const auto perTrial = [&](double width) {
        return trainerMemory(modelOf(values, usualVocabulary, width),
                             values.integer("batch_chunks"));
    };
    double sum = 0.0;
    if (values.text("study") == "sizes") {
        for (const double width : values.numbers("widths"))
            sum += perTrial(width) * static_cast<double>(values.numbers("compute_budget").size() *
                                                         values.numbers("tuned_rates").size());
    } else {
        sum = perTrial(static_cast<double>(values.integer("width"))) *
              static_cast<double>(values.choices("arms").size() * values.numbers("dropout").size());
    }
    return ofText + sum * static_cast<double>(values.integer("replicates"));
}

} // namespace

const std::vector<Arm>& oneEpochArms() {
    static const std::vector<Arm> arms = {
        {"epochs_1", "one epoch", "Every chunk is new."},
        {"epochs_5", "5 epochs", "A fifth of the chunks, five times."},
        {"epochs_10", "10 epochs", "A tenth of the chunks, ten times: what was usual."},
        {"epochs_20", "20 epochs", ""},
        {"epochs_50", "50 epochs", ""},
        {"epochs_100", "100 epochs", "A hundredth of the chunks, a hundred times."},
        {"epochs_own", "own number", "As many epochs as the parameter says."}};
    return arms;
}

ExperimentType oneEpoch() {
    return {.description = oneEpochDescription(),
            .check = check,
            .memoryEstimate = memoryEstimate,
            .create = [](const ParameterValues& values) {
                return std::make_unique<OneEpochExperiment>(values);
            }};
}

} // namespace convergence
