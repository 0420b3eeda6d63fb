// The next byte of pages in several languages.

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "core/data/utf8.h"
#include "core/language/hashed_ngrams.h"
#include "core/math/random.h"
#include "plugins/stochastic/upsample-upweight/task.h"

namespace convergence::upsample {

using namespace domains;
using language::HashedNgramTrainer;

namespace {

class TextTask final : public Task {
public:
    TextTask(std::shared_ptr<const Setting> setting, const TrialPlan& plan)
        : setting_(std::move(setting)), seed_(setting_->seed + plan.replicate),
          learner_(setting_->texts.chunks, static_cast<int>(setting_->values.integer("hash_bits")),
                   setting_->rate()) {}

    ExampleLearner& learner() override { return learner_; }
    const ExampleLearner& learner() const override { return learner_; }
    std::unique_ptr<ExampleLearner> another() const override {
        return std::make_unique<HashedNgramTrainer>(
            setting_->texts.chunks, static_cast<int>(setting_->values.integer("hash_bits")),
            setting_->rate());
    }
    void refresh(std::int64_t, double, State& state) override {
        Numbers losses(DomainTexts::validationChunks);
        for (std::size_t i = 0; i < setting_->names.size(); ++i) {
            learner_.losses(setting_->texts.validation(i), losses);
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
        constexpr std::size_t prompt = 24, length = 160;
        constexpr double sharpness = 1.0 / 0.8;
        const TextChunks& chunks = *setting_->texts.chunks;
        const auto chunk = chunks.chunk(setting_->texts.validation(domain).front());
        std::vector<std::int32_t> symbols(chunk.begin(), chunk.begin() + prompt);
        RandomStream stream({.seed = seed_, .purpose = "written text", .index = domain});
        Numbers p(static_cast<std::size_t>(chunks.vocabulary()));
        while (symbols.size() < prompt + length) {
            learner_.model().next(symbols, p);
            for (double& each : p)
                each = std::pow(each, sharpness);
            double left = stream.uniform() * std::accumulate(p.begin(), p.end(), 0.0);
            std::size_t next = 0;
            while (next + 1 < p.size() && left >= p[next])
                left -= p[next++];
            symbols.push_back(static_cast<std::int32_t>(next));
        }
        const auto shown = [&](std::span<const std::int32_t> part) {
            std::string text = chunks.decode(part);
            std::replace(text.begin(), text.end(), '\n', ' ');
            return printable(text, text.size());
        };
        return fmt::format("{}: {} ⟶ {}\n", setting_->names[domain],
                           shown(std::span(symbols).first(prompt)),
                           shown(std::span(symbols).subspan(prompt)));
    }

    std::shared_ptr<const Setting> setting_;
    std::uint64_t seed_;
    HashedNgramTrainer learner_;
};

} // namespace

std::unique_ptr<Task> textTask(std::shared_ptr<const Setting> setting, const TrialPlan& plan) {
    return std::make_unique<TextTask>(std::move(setting), plan);
}

} // namespace convergence::upsample
