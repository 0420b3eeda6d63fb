// One trial: a model trained on its chunks, tested now and then.

#include "plugins/stochastic/one-epoch/trial.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "plugins/stochastic/one-epoch/experiment.h"
#include "plugins/stochastic/one-epoch/frames.h"
#include "plugins/stochastic/one-epoch/text.h"

namespace convergence::one_epoch {

const Columns<State>& traceTable() {
    using Trace = Columns<State>;
    const char* const nats = "nats per symbol";
    static const Trace table{
        Trace::clock({"symbols", "symbols processed", [](const State& s) { return s.symbols; }}),
        Trace::clock({"times_seen", "times each symbol was seen",
                      [](const State& s) { return s.timesSeen; }}),
        {"test_loss", "test loss", nats, [](const State& s) { return s.testLoss; }},
        {"training_loss", "training loss", nats, [](const State& s) { return s.trainingLoss; }},
        {"gap", "test − training loss", nats,
         [](const State& s) { return s.testLoss - s.trainingLoss; }},
        {"test_bits", "test loss", "bits per symbol",
         [](const State& s) { return s.testLoss / std::log(2.0); }},
        {"learning_rate_now", "learning rate", [](const State& s) { return s.learningRate; }},
        {"unigram_loss", "unigrams", nats, [](const State& s) { return s.unigramLoss; }},
        {"bigram_loss", "bigrams", nats, [](const State& s) { return s.bigramLoss; }}};
    return table;
}

const Columns<State>& finalTable() {
    const char* const nats = "nats per symbol";
    static const Columns<State> table{
        {"test_loss", "final test loss", nats, [](const State& s) { return s.testLoss; }},
        {"best_test_loss", "least test loss", nats, [](const State& s) { return s.bestTestLoss; }},
        {"best_iteration", "iteration of the least test loss",
         [](const State& s) { return s.bestIteration; }},
        {"training_loss", "final training loss", nats,
         [](const State& s) { return s.trainingLoss; }},
        {"gap", "test − training loss", nats,
         [](const State& s) { return s.testLoss - s.trainingLoss; }},
        {"tuning_loss", "loss on chunks for tuning", nats,
         [](const State& s) { return s.tuningLoss; }},
        {"parameters", "parameters P", [](const State& s) { return s.parameters; }},
        {"symbols", "symbols processed T", [](const State& s) { return s.symbols; }},
        {"ratio", "symbols per parameter T/P", [](const State& s) { return s.ratio; }}};
    return table;
}

Records records() {
    return {.trace = traceTable().patterns(),
            .factors = {{"epochs", "epochs E"},
                        {"dropout", "dropout p"},
                        {"width", "width d"},
                        {"compute_budget", "compute P·T"},
                        {"learning_rate", "learning rate η"}},
            .finals = finalTable().patterns(),
            .frames = {"text", "attention", "heuristic", "construction", "residuals", "speed_ups",
                       "gaps", "final_losses"}};
}

LanguageModelSpec modelOf(const ParameterValues& values, std::int64_t vocabulary, double width) {
    return {.kind = traitsOf(modelChoices, values.text("model")).kind,
            .vocabulary = vocabulary,
            .context = values.integer("context"),
            .width = static_cast<std::int64_t>(width),
            .layers = values.integer("layers"),
            .heads = values.integer("heads")};
}

Setting::Setting(const ParameterValues& given)
    : values(given), study(traitsOf(studyChoices, given.text("study")).study),
      model(traitsOf(modelChoices, given.text("model"))),
      traceRow(traceTable().at(one_epoch::parameters(), given)),
      finalRow(finalTable().at(one_epoch::parameters(), given)) {
    constexpr std::size_t testChunks = 256, tuningChunks = 128;
    Text text = loadText(values);
    provenance = std::move(text.provenance);
    // Which chunks are set aside does not depend on the seed: all runs have the same tests.
    chunks = std::make_shared<TextChunks>(std::move(text.symbols), values.integer("context"),
                                          testChunks, tuningChunks, 0);
    unigramLoss = chunks->unigramLoss();
    bigramLoss = chunks->bigramLoss();
}

LanguageModelSpec Setting::modelOf(double width) const {
    return one_epoch::modelOf(values, chunks->vocabulary(), width);
}

std::int64_t Setting::symbolsPerStep() const {
    return values.integer("batch_chunks") * values.integer("context");
}

double Setting::repetitionsOf(const TrialPlan& plan) const {
    return traitsOf(supplies, values.text("supply")).isFresh ? 1.0 : plan.factors.at("epochs");
}

namespace {

constexpr std::size_t meanOver = 50; ///< mini-batches, for the training loss

class LanguageSolver final : public Solver {
public:
    LanguageSolver(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), plan_(plan),
          seed_(static_cast<std::uint64_t>(setting_->values.integer("seed")) + plan.replicate),
          order_(setting_->chunks->pool(), plan.steps * setting_->values.integer("batch_chunks"),
                 setting_->repetitionsOf(plan), seed_),
          trainer_(setting_->chunks, setting_->modelOf(plan.factors.at("width")),
                   {.batch = setting_->values.integer("batch_chunks"),
                    .learningRate = plan.factors.at("learning_rate"),
                    .iterations = plan.steps,
                    .decay = traitsOf(rateSchedules, setting_->values.text("schedule")).decays
                                 ? RateDecay::linear
                                 : RateDecay::constant,
                    .dropout = plan.factors.at("dropout"),
                    .seed = seed_}),
          batch_(static_cast<std::size_t>(setting_->values.integer("batch_chunks"))),
          layer_(setting_->values.integer("shown_layer")),
          head_(setting_->values.integer("shown_head")),
          targetRatio_(setting_->values.real("target_ratio")),
          burnIn_(static_cast<double>(setting_->values.integer("burn_in"))) {
        order_.take(0, std::span(&firstChunk_, 1));
        state_.unigramLoss = setting_->unigramLoss;
        state_.bigramLoss = setting_->bigramLoss;
        state_.parameters = static_cast<double>(trainer_.parameters().size());
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
        const double own =
            static_cast<double>(order_.size()) * static_cast<double>(setting_->chunks->context());
        refreshProgress();
        state_.timesSeen = state_.symbols / own;
        state_.testLoss = trainer_.loss(setting_->chunks->test());
        state_.learningRate = trainer_.rate();
        if (state_.testLoss < state_.bestTestLoss) {
            state_.bestTestLoss = state_.testLoss;
            state_.bestIteration = static_cast<double>(trainer_.iteration());
        }
        setting_->traceRow.fill(state_, metrics);
    }

    void conclude(std::span<double> finals) override {
        refreshProgress();
        state_.tuningLoss = trainer_.loss(setting_->chunks->tuning());
        state_.ratio = state_.symbols / state_.parameters;
        setting_->finalRow.fill(state_, finals);
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

    void draw(const Recording& soFar, FrameMap& frames) const override {
        frames["text"] = writtenText();
        if (setting_->model.isScalable)
            frames["attention"] = attention();
        if (setting_->study == Study::sizes) {
            frames["heuristic"] =
                ratioHeuristic(soFar, {.budget = plan_.factors.at("compute_budget"),
                                       .ratio = plannedRatio(),
                                       .loss = state_.testLoss,
                                       .targetRatio = targetRatio_});
            return;
        }
        frames["construction"] = speedUpConstruction(soFar, keyOf(plan_));
        frames["residuals"] = powerLawResiduals(soFar, keyOf(plan_), burnIn_);
    }

    [[nodiscard]] std::string divergence() const override {
        return fmt::format("the loss is not finite at learning rate {:.4g}", trainer_.rate());
    }

private:
    void refreshProgress() {
        state_.symbols = static_cast<double>(trainer_.iteration() * setting_->symbolsPerStep());
        state_.trainingLoss = trainingLoss();
    }
    [[nodiscard]] double trainingLoss() const {
        const std::int64_t count = std::min<std::int64_t>(trainer_.iteration(), meanOver);
        return count == 0
                   ? notApplicable
                   : std::accumulate(recentLosses_.begin(), recentLosses_.begin() + count, 0.0) /
                         static_cast<double>(count);
    }
    /// T/P at the end.
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
    State state_;
    std::int64_t layer_, head_;
    double targetRatio_, burnIn_;
    mutable std::string text_;
    mutable std::int64_t writtenAt_ = 0;
};

} // namespace

std::unique_ptr<Solver> startTrial(std::shared_ptr<const Setting> setting, const TrialPlan& plan) {
    return std::make_unique<LanguageSolver>(std::move(setting), plan);
}

} // namespace convergence::one_epoch
