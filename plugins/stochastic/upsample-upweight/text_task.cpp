// The next byte of pages in several languages.

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "core/data/text_tokens.h"
#include "core/data/utf8.h"
#include "core/language/hashed_ngrams.h"
#include "core/math/random.h"
#include "core/nn/language_training.h"
#include "plugins/stochastic/upsample-upweight/task.h"

namespace convergence::upsample {

using namespace domains;
using language::HashedNgramTrainer;

namespace {

/// A model of bytes that can write.
class TextLearner : public ExampleLearner {
public:
    /// Bytes after a prompt, sampled at a temperature.
    [[nodiscard]] virtual std::vector<std::int32_t> written(std::span<const std::int32_t> prompt,
                                                            std::size_t count, double temperature,
                                                            std::uint64_t seed) const = 0;
};

class NgramLearner final : public TextLearner {
public:
    explicit NgramLearner(const Setting& setting)
        : vocabulary_(static_cast<std::size_t>(setting.texts.chunks->vocabulary())),
          trainer_(setting.texts.chunks, static_cast<int>(setting.values.integer("hash_bits")),
                   setting.rate()) {}
    double step(std::span<const std::uint32_t> chunks, std::span<const double> weights) override {
        return trainer_.step(chunks, weights);
    }
    void losses(std::span<const std::uint32_t> chunks, std::span<double> losses) const override {
        trainer_.losses(chunks, losses);
    }
    void squaredNorms(std::span<const std::uint32_t> chunks,
                      std::span<double> norms) const override {
        trainer_.squaredNorms(chunks, norms);
    }
    std::vector<std::int32_t> written(std::span<const std::int32_t> prompt, std::size_t count,
                                      double temperature, std::uint64_t seed) const override {
        std::vector<std::int32_t> symbols(prompt.begin(), prompt.end());
        RandomStream stream({.seed = seed, .purpose = "written text"});
        Numbers p(vocabulary_);
        while (symbols.size() < prompt.size() + count) {
            trainer_.model().next(symbols, p);
            for (double& each : p)
                each = std::pow(each, 1.0 / temperature);
            double left = stream.uniform() * std::accumulate(p.begin(), p.end(), 0.0);
            std::size_t next = 0;
            while (next + 1 < p.size() && left >= p[next])
                left -= p[next++];
            symbols.push_back(static_cast<std::int32_t>(next));
        }
        return {symbols.begin() + static_cast<std::ptrdiff_t>(prompt.size()), symbols.end()};
    }

private:
    std::size_t vocabulary_;
    HashedNgramTrainer trainer_;
};

class DecoderLearner final : public TextLearner {
public:
    DecoderLearner(const Setting& setting, std::uint64_t seed)
        : trainer_(setting.texts.chunks,
                   {.vocabulary = setting.texts.chunks->vocabulary(),
                    .context = DomainTexts::context,
                    .width = setting.values.integer("width"),
                    .layers = setting.values.integer("layers")},
                   {.batch = setting.values.integer("batch_size"),
                    .learningRate = setting.rate(),
                    .decay = RateDecay::inverseRoot,
                    .seed = seed,
                    .adam = {.beta2 = 0.98F, .epsilon = 1e-6F},
                    .longestGradient = 0.0F,
                    .weighs = true}) {}
    double step(std::span<const std::uint32_t> chunks, std::span<const double> weights) override {
        const double loss = trainer_.step(chunks, weights);
        return std::isfinite(loss) ? trainer_.gradientNorm() : loss;
    }
    void losses(std::span<const std::uint32_t> chunks, std::span<double> losses) const override {
        trainer_.losses(chunks, losses);
    }
    void squaredNorms(std::span<const std::uint32_t> chunks,
                      std::span<double> norms) const override {
        for (std::size_t b = 0; b < chunks.size(); ++b)
            norms[b] = trainer_.squaredNorm(chunks[b]);
    }
    std::vector<std::int32_t> written(std::span<const std::int32_t> prompt, std::size_t count,
                                      double temperature, std::uint64_t seed) const override {
        return trainer_.sample(prompt, count, temperature, seed);
    }

private:
    LanguageTrainer trainer_;
};

std::unique_ptr<TextLearner> makeLearner(const Setting& setting, std::uint64_t seed) {
    if (setting.model.attends)
        return std::make_unique<DecoderLearner>(setting, seed);
    return std::make_unique<NgramLearner>(setting);
}

class TextTask final : public Task {
public:
    TextTask(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), seed_(setting_->seed + plan.replicate),
          learner_(makeLearner(*setting_, seed_)) {}

    ExampleLearner& learner() override { return *learner_; }
    const ExampleLearner& learner() const override { return *learner_; }
    std::unique_ptr<ExampleLearner> another() const override {
        return makeLearner(*setting_, seed_);
    }
    void refresh(std::int64_t, double, State& state) override {
        Numbers losses(DomainTexts::validationChunks);
        for (std::size_t i = 0; i < setting_->names.size(); ++i) {
            learner_->losses(setting_->texts.validation(i), losses);
            state.losses[i] = std::accumulate(losses.begin(), losses.end(), 0.0) /
                              static_cast<double>(losses.size());
        }
    }
    void draw(std::int64_t iteration, FrameMap& frames) const override {
        std::string text = fmt::format("After {} iterations.\n", iteration);
        for (std::size_t i = 0; i < setting_->names.size(); ++i)
            text += "\n" + written(i);
        frames["text"] = TextFrame{std::move(text)};
    }

private:
    /// What the model writes after the beginning of a chunk that no run trains on.
    [[nodiscard]] std::string written(std::size_t domain) const {
        constexpr std::size_t promptLength = 24, length = 160;
        constexpr double temperature = 0.8;
        const TextChunks& chunks = *setting_->texts.chunks;
        const auto prompt = chunks.chunk(setting_->texts.validation(domain)[1]).first(promptLength);
        const auto shown = [&](std::span<const std::int32_t> part) {
            const std::string text = chunks.decode(part);
            std::string lines;
            for (TextTokens read(text); !read.atEnd();)
                lines += "    " + printable(read.line(), text.size()) + "\n";
            return lines;
        };
        return fmt::format("{}, given\n{}it writes\n{}", setting_->names[domain], shown(prompt),
                           shown(learner_->written(prompt, length, temperature, seed_)));
    }

    std::shared_ptr<const Setting> setting_;
    std::uint64_t seed_;
    std::unique_ptr<TextLearner> learner_;
};

} // namespace

std::unique_ptr<Task> textTask(std::shared_ptr<const Setting> setting, const TrialPlan& plan) {
    return std::make_unique<TextTask>(std::move(setting), plan);
}

} // namespace convergence::upsample
