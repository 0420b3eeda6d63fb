#include "core/nn/language_training.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <stdexcept>

#include "core/nn/ngram_network.h"
#include "core/nn/transformer.h"
#include "core/optim/gradient_tools.h"
#include "core/optim/optimizer.h"

namespace convergence {

using namespace autodiff;

namespace {

constexpr std::int64_t warmUp = 50;  ///< iterations
constexpr double rootWarmUp = 100.0; ///< the same before a decay by the inverse root

TransformerSizes sizesOf(const LanguageModelSpec& spec) {
    return {.vocabulary = spec.vocabulary,
            .context = spec.context,
            .width = spec.width,
            .heads = spec.heads,
            .layers = spec.layers,
            .logits = Logits::own,
            .linear = {.start = LinearStart::uniform}};
}

/// Either model behind one call.
class LanguageModel {
public:
    explicit LanguageModel(const LanguageModelSpec& spec) {
        if (spec.kind == LanguageModelKind::transformer)
            transformer_.emplace(layout_, sizesOf(spec));
        else
            ngram_.emplace(layout_, NgramNetwork::Sizes{.vocabulary = spec.vocabulary});
    }
    LanguageModel(const LanguageModel&) = delete; // layers point to the layout
    LanguageModel& operator=(const LanguageModel&) = delete;

    [[nodiscard]] const ParameterLayout& layout() const { return layout_; }
    [[nodiscard]] const Transformer* transformer() const {
        return transformer_ ? &*transformer_ : nullptr;
    }
    [[nodiscard]] Tensor<float> logits(Tensor<float> theta, Indices<float> tokens,
                                       const TransformerDropout& drop = {}) const {
        return transformer_ ? (*transformer_)(theta, tokens, drop) : (*ngram_)(theta, tokens);
    }

private:
    ParameterLayout layout_;
    std::optional<Transformer> transformer_;
    std::optional<NgramNetwork> ngram_;
};

/// A recorded computation on a batch of rows, and the names of its ends.
struct Recorded {
    Graph<float> graph;
    Tensor<float> theta;
    Indices<float> inputs, targets;
    std::optional<Tensor<float>> weights; ///< a row
    std::vector<Tensor<float>> outputs;
    std::optional<Program<float>> program;

    Recorded(const LanguageModel& model, std::int64_t rows, std::int64_t context)
        : theta(graph.input({model.layout().size()})), inputs(graph.indexInput({rows, context})),
          targets(graph.indexInput({rows, context})) {}
    void compile(const Eigen::VectorXf& parameters) {
        program.emplace(graph, outputs);
        program->bind(theta, {parameters.data(), static_cast<std::size_t>(parameters.size())});
    }
};

} // namespace

std::int64_t parameterCount(const LanguageModelSpec& spec) {
    return LanguageModel(spec).layout().size();
}

double LanguageTrainingSpec::rate(std::int64_t iteration) const {
    const auto it = static_cast<double>(iteration);
    const double start = std::min(1.0, it / static_cast<double>(warmUp));
    switch (decay) {
    case RateDecay::linear:
        return learningRate * start * (1.0 - (it - 1.0) / static_cast<double>(iterations));
    case RateDecay::constant:
        return learningRate * start;
    case RateDecay::inverseRoot:
        return learningRate * std::min(it / rootWarmUp, std::sqrt(rootWarmUp / it));
    }
    throw std::logic_error("no such decay of a learning rate");
}

struct LanguageTrainer::State {
    std::shared_ptr<const TextChunks> chunks;
    LanguageModelSpec spec;
    LanguageTrainingSpec training;
    LanguageModel model;
    Eigen::VectorXf theta;
    Adam<float> adam;
    Recorded step;                        ///< outputs: mean loss with dropout, its gradient
    std::unique_ptr<Recorded> evaluation; ///< output: losses [B × C]
    std::unique_ptr<Recorded> single;     ///< outputs: logits of one row, attention of each layer
    std::int64_t iteration = 0;
    double gradientNorm = 0.0;

    State(std::shared_ptr<const TextChunks> text, const LanguageModelSpec& s,
          const LanguageTrainingSpec& t)
        : chunks(std::move(text)), spec(s), training(t), model(s), theta(model.layout().size()),
          adam(theta.size(), t.adam), step(model, t.batch, s.context),
          evaluation(std::make_unique<Recorded>(model, t.batch, s.context)) {
        model.layout().initialize(std::span<float>(theta.data(), std::size_t(theta.size())),
                                  t.seed);
        const auto losses =
            crossEntropy(model.logits(step.theta, step.inputs, {.rate = t.dropout, .seed = t.seed}),
                         step.targets);
        if (t.weighs)
            step.weights = step.graph.input({t.batch, 1});
        const auto loss = mean(step.weights ? losses * *step.weights : losses);
        step.outputs = {loss, gradient(loss, step.theta)};
        step.compile(theta);
        evaluation->outputs = {
            crossEntropy(model.logits(evaluation->theta, evaluation->inputs), evaluation->targets)};
        evaluation->compile(theta);
    }

    void setWeights(std::span<const double> weights) {
        if (!step.weights)
            throw std::logic_error("This training has no weights.");
        const auto values = step.program->value(*step.weights);
        std::transform(weights.begin(), weights.end(), values.begin(),
                       [](double weight) { return static_cast<float>(weight); });
    }
    /// Along the gradient that the step's program has found.
    void descend() {
        auto slope = step.program->vector(step.outputs[1]);
        gradientNorm = static_cast<double>(training.longestGradient > 0.0F
                                               ? clipNorm<float>(slope, training.longestGradient)
                                               : slope.norm());
        adam.step(theta, slope, static_cast<float>(training.rate(++iteration)));
    }
    /// Mean over the first `rows` of a batch that was copied in.
    double evaluate(std::size_t rows) {
        evaluation->program->run();
        const auto losses = evaluation->program->value(evaluation->outputs[0])
                                .first(rows * static_cast<std::size_t>(spec.context));
        double sum = 0.0;
        for (const float value : losses)
            sum += static_cast<double>(value);
        return sum;
    }
    void load(Recorded& recorded, std::span<const std::uint32_t> batch) const {
        chunks->copy(batch, recorded.program->value(recorded.inputs),
                     recorded.program->value(recorded.targets));
    }
    Recorded& singleRow() {
        if (!single) {
            single = std::make_unique<Recorded>(model, 1, spec.context);
            single->outputs = {model.logits(single->theta, single->inputs)};
            if (model.transformer() != nullptr)
                for (const auto& map :
                     model.transformer()->attentionMaps(single->theta, single->inputs))
                    single->outputs.push_back(map);
            single->compile(theta);
        }
        return *single;
    }
};

LanguageTrainer::LanguageTrainer(std::shared_ptr<const TextChunks> chunks,
                                 const LanguageModelSpec& model,
                                 const LanguageTrainingSpec& training) {
    if (chunks->context() != model.context || chunks->vocabulary() != model.vocabulary)
        throw std::logic_error("A language model needs chunks of its own context and vocabulary.");
    state_ = std::make_unique<State>(std::move(chunks), model, training);
}

LanguageTrainer::~LanguageTrainer() = default;

double LanguageTrainer::step(std::span<const std::uint32_t> batch) {
    State& s = *state_;
    double loss = 0.0;
    if (s.training.dropout > 0.0) {
        s.load(*s.evaluation, batch);
        loss = s.evaluate(batch.size()) /
               static_cast<double>(batch.size() * static_cast<std::size_t>(s.spec.context));
    }
    s.load(s.step, batch);
    s.step.program->run(static_cast<std::uint64_t>(s.iteration));
    if (s.training.dropout == 0.0)
        loss = static_cast<double>(s.step.program->scalar(s.step.outputs[0]));
    s.descend();
    return loss;
}

double LanguageTrainer::step(std::span<const std::uint32_t> batch,
                             std::span<const double> weights) {
    State& s = *state_;
    if (s.training.dropout > 0.0)
        throw std::logic_error("Weighted chunks are trained on without dropout.");
    s.setWeights(weights);
    return step(batch);
}

double LanguageTrainer::gradientNorm() const {
    return state_->gradientNorm;
}

double LanguageTrainer::squaredNorm(std::uint32_t chunk) const {
    State& s = *state_;
    const auto rows = static_cast<std::size_t>(s.training.batch);
    // A batch in which one chunk counts for all.
    std::vector<double> weights(rows, 0.0);
    weights.front() = static_cast<double>(rows);
    s.setWeights(weights);
    s.load(s.step, std::vector<std::uint32_t>(rows, chunk));
    s.step.program->run(static_cast<std::uint64_t>(s.iteration));
    return static_cast<double>(s.step.program->vector(s.step.outputs[1]).squaredNorm());
}

double LanguageTrainer::loss(std::span<const std::uint32_t> chunks) const {
    State& s = *state_;
    const auto rows = static_cast<std::size_t>(s.training.batch);
    double sum = 0.0;
    for (std::size_t at = 0; at < chunks.size(); at += rows) {
        const auto batch = chunks.subspan(at, std::min(rows, chunks.size() - at));
        s.load(*s.evaluation, batch);
        sum += s.evaluate(batch.size());
    }
    return sum / static_cast<double>(chunks.size() * static_cast<std::size_t>(s.spec.context));
}

void LanguageTrainer::losses(std::span<const std::uint32_t> chunks,
                             std::span<double> losses) const {
    State& s = *state_;
    const auto rows = static_cast<std::size_t>(s.training.batch);
    const auto context = static_cast<std::size_t>(s.spec.context);
    for (std::size_t at = 0; at < chunks.size(); at += rows) {
        const auto batch = chunks.subspan(at, std::min(rows, chunks.size() - at));
        s.load(*s.evaluation, batch);
        s.evaluation->program->run();
        const auto values = s.evaluation->program->value(s.evaluation->outputs[0]);
        for (std::size_t b = 0; b < batch.size(); ++b) {
            const auto row = values.subspan(b * context, context);
            losses[at + b] =
                std::accumulate(row.begin(), row.end(), 0.0) / static_cast<double>(context);
        }
    }
}

std::vector<std::int32_t> LanguageTrainer::sample(std::span<const std::int32_t> prompt,
                                                  std::size_t count, double temperature,
                                                  std::uint64_t seed) const {
    Recorded& row = state_->singleRow();
    const auto context = static_cast<std::size_t>(state_->spec.context);
    const auto vocabulary = static_cast<std::size_t>(state_->spec.vocabulary);
    std::vector<std::int32_t> text(prompt.begin(), prompt.end());
    RandomStream stream({.seed = seed, .purpose = "sampled text"});
    std::vector<double> weights(vocabulary);
    for (std::size_t n = 0; n < count; ++n) {
        const std::size_t seen = std::min(context, text.size());
        const auto inputs = row.program->value(row.inputs);
        std::copy(text.end() - static_cast<std::ptrdiff_t>(seen), text.end(), inputs.begin());
        std::fill(inputs.begin() + static_cast<std::ptrdiff_t>(seen), inputs.end(), 0);
        row.program->run();
        // Later positions are not seen by this one.
        const auto logits =
            row.program->value(row.outputs[0]).subspan((seen - 1) * vocabulary, vocabulary);
        const float largest = *std::max_element(logits.begin(), logits.end());
        double total = 0.0;
        for (std::size_t v = 0; v < vocabulary; ++v)
            total += weights[v] = std::exp(static_cast<double>(logits[v] - largest) / temperature);
        double left = stream.uniform() * total;
        std::size_t chosen = 0;
        while (chosen + 1 < vocabulary && (left -= weights[chosen]) >= 0.0)
            ++chosen;
        text.push_back(static_cast<std::int32_t>(chosen));
    }
    return {text.begin() + static_cast<std::ptrdiff_t>(prompt.size()), text.end()};
}

std::vector<float> LanguageTrainer::attentionMap(std::uint32_t chunk, std::int64_t layer,
                                                 std::int64_t head) const {
    Recorded& row = state_->singleRow();
    if (row.outputs.size() < 2)
        throw std::logic_error("Only transformers attend.");
    const auto symbols =
        state_->chunks->chunk(chunk).first(static_cast<std::size_t>(state_->spec.context));
    std::copy(symbols.begin(), symbols.end(), row.program->value(row.inputs).begin());
    row.program->run();
    const auto maps = row.program->value(row.outputs.at(static_cast<std::size_t>(layer + 1)));
    const auto size = static_cast<std::size_t>(state_->spec.context * state_->spec.context);
    const auto map = maps.subspan(static_cast<std::size_t>(head) * size, size);
    return {map.begin(), map.end()};
}

std::int64_t LanguageTrainer::iteration() const {
    return state_->iteration;
}

double LanguageTrainer::rate() const {
    return state_->training.rate(std::max<std::int64_t>(1, state_->iteration));
}

const Eigen::VectorXf& LanguageTrainer::parameters() const {
    return state_->theta;
}

double trainerMemory(const LanguageModelSpec& s, std::int64_t batch) {
    // What lives from the forward to the backward pass: some 20 vectors of the width and two of
    // the hidden layer a block and position, attention, logits and their slopes; and the same
    // without what is kept for the evaluation.
    const auto d = static_cast<double>(s.kind == LanguageModelKind::transformer ? s.width : 128);
    const auto positions = static_cast<double>(batch * s.context);
    const auto layers = static_cast<double>(s.layers);
    const double attention =
        6.0 * positions * static_cast<double>(s.context) * static_cast<double>(s.heads);
    const double activations =
        positions * (layers * 40.0 * d + 8.0 * static_cast<double>(s.vocabulary));
    return 4.0 *
           (1.5 * activations + attention * layers + 5.0 * static_cast<double>(parameterCount(s)));
}

} // namespace convergence
