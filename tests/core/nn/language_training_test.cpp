#include <cmath>

#include <QtTest>

#include <tbb/global_control.h>

#include "core/nn/language_training.h"
#include "core/nn/transformer.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

using Matrix = Eigen::MatrixXd;

/// English-like enough: words in a random order.
std::shared_ptr<const TextChunks> words(std::int64_t context) {
    RandomStream stream({.seed = 2, .purpose = "words"});
    std::string text;
    const char* const list[] = {"the ", "lamb ", "shall ", "dwell ", "with ", "lion "};
    while (text.size() < 6000)
        text += list[stream.integer(6)];
    return std::make_shared<TextChunks>(TextChunks::bytesOf(text), context, 8, 4, 0);
}

LanguageModelSpec tiny(const TextChunks& chunks) {
    return {.vocabulary = chunks.vocabulary(),
            .context = chunks.context(),
            .width = 8,
            .layers = 2,
            .heads = 2};
}

/// The formulas of the transformer in plain matrices, a row a position, one chunk at a time.
class PlainTransformer {
public:
    PlainTransformer(const LanguageModelSpec& spec, const Eigen::VectorXf& theta)
        : spec_(spec), theta_(theta.cast<double>()),
          model_(layout_, {.vocabulary = spec.vocabulary,
                           .context = spec.context,
                           .width = spec.width,
                           .heads = spec.heads,
                           .layers = spec.layers,
                           .logits = Logits::own,
                           .linear = {.start = LinearStart::uniform}}) {}

    [[nodiscard]] double loss(std::span<const std::int32_t> chunk) const {
        const Eigen::Index C = spec_.context;
        Matrix x(C, spec_.width);
        for (Eigen::Index i = 0; i < C; ++i)
            x.row(i) = block("tokens/table").row(chunk[std::size_t(i)]) + block("positions").row(i);
        for (std::int64_t l = 1; l <= spec_.layers; ++l) {
            const std::string at = "block " + std::to_string(l);
            x += linear(at + "/out", attended(at, norm(at + "/attention norm", x)));
            const Matrix u = linear(at + "/up", norm(at + "/hidden norm", x));
            x += linear(at + "/down", u.unaryExpr([](double v) {
                return v * 0.5 * std::erfc(-v / std::sqrt(2.0));
            }));
        }
        const Matrix logits = linear("logits", norm("last norm", x));
        double sum = 0.0;
        for (Eigen::Index i = 0; i < C; ++i)
            sum +=
                std::log(logits.row(i).array().exp().sum()) - logits(i, chunk[std::size_t(i) + 1]);
        return sum / double(C);
    }

private:
    [[nodiscard]] Matrix block(const std::string& name) const {
        const auto& b = layout_.block(name);
        const Eigen::Index columns = b.shape[b.shape.rank() - 1];
        Matrix m(b.size() / columns, columns);
        for (Eigen::Index i = 0; i < m.size(); ++i)
            m(i / columns, i % columns) = theta_[b.begin + i];
        return m;
    }
    [[nodiscard]] Matrix linear(const std::string& name, const Matrix& x) const {
        return (x * block(name + "/weight")).rowwise() + block(name + "/bias").row(0);
    }
    [[nodiscard]] Matrix norm(const std::string& name, Matrix x) const {
        for (Eigen::Index i = 0; i < x.rows(); ++i) {
            const double mean = x.row(i).mean();
            const double variance = (x.row(i).array() - mean).square().mean();
            x.row(i) = ((x.row(i).array() - mean) / std::sqrt(variance + 1e-5)) *
                           block(name + "/gain").row(0).array() +
                       block(name + "/bias").row(0).array();
        }
        return x;
    }
    [[nodiscard]] Matrix attended(const std::string& at, const Matrix& x) const {
        const Matrix q = linear(at + "/queries", x), k = linear(at + "/keys", x),
                     v = linear(at + "/values", x);
        Matrix out = Matrix::Zero(x.rows(), x.cols());
        const Eigen::Index depth = spec_.width / spec_.heads;
        for (Eigen::Index h = 0; h < spec_.heads; ++h)
            for (Eigen::Index i = 0; i < x.rows(); ++i) {
                double total = 0.0;
                for (Eigen::Index j = 0; j <= i; ++j) {
                    const double weight = std::exp(
                        q.row(i).segment(h * depth, depth).dot(k.row(j).segment(h * depth, depth)) /
                        std::sqrt(double(depth)));
                    total += weight;
                    out.row(i).segment(h * depth, depth) +=
                        weight * v.row(j).segment(h * depth, depth);
                }
                out.row(i).segment(h * depth, depth) /= total;
            }
        return out;
    }

    LanguageModelSpec spec_;
    Eigen::VectorXd theta_;
    ParameterLayout layout_;
    Transformer model_;
};

std::vector<double> trained(LanguageTrainer& trainer, const TextChunks& chunks, std::int64_t steps,
                            std::size_t batch) {
    std::vector<double> losses;
    EpochOrder order(chunks.pool(), steps * std::int64_t(batch), double(steps) / 10.0, 0);
    std::vector<std::uint32_t> numbers(batch);
    for (std::int64_t i = 0; i < steps; ++i) {
        order.take(i * std::int64_t(batch), numbers);
        losses.push_back(trainer.step(numbers));
    }
    return losses;
}

} // namespace

class LanguageTrainingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void parameterCounts() {
        LanguageModelSpec spec{.vocabulary = 73};
        QCOMPARE(parameterCount(spec), std::int64_t{32265});
        spec.width = 64;
        QCOMPARE(parameterCount(spec), std::int64_t{113609});
        spec.kind = LanguageModelKind::ngram;
        QCOMPARE(parameterCount(spec), std::int64_t{74 * 16 + 128 * 128 + 128 + 128 * 73 + 73});
    }

    void theRateWarmsUpAndFalls() {
        LanguageTrainingSpec spec{.learningRate = 1.0, .iterations = 200};
        expectNear(spec.rate(1), 0.02, 1e-15);
        expectNear(spec.rate(101), 0.5, 1e-15);
        expectNear(spec.rate(200), 0.005, 1e-15);
        spec.decay = RateDecay::constant;
        QCOMPARE(spec.rate(200), 1.0);
    }

    void theRateMayFallByTheInverseRoot() {
        const LanguageTrainingSpec spec{.learningRate = 1.0, .decay = RateDecay::inverseRoot};
        expectNear(spec.rate(50), 0.5, 1e-15);
        expectNear(spec.rate(100), 1.0, 1e-15);
        expectNear(spec.rate(400), 0.5, 1e-15);
    }

    void chunksMayHaveWeights() {
        const auto chunks = words(12);
        const auto batch = chunks->pool().first(3);
        LanguageTrainer weighted(chunks, tiny(*chunks),
                                 {.batch = 3, .longestGradient = 0.0F, .weighs = true});
        std::vector<double> losses(3);
        weighted.losses(batch, losses);
        const double first = weighted.loss(batch.first(1));
        expectNear(losses[0], first, 1e-6);
        const std::vector<double> weights{2.0, 0.0, 0.5};
        expectNear(weighted.step(batch, weights), (2.0 * losses[0] + 0.5 * losses[2]) / 3.0, 1e-6);
    }

    void weightsOfOneChangeNothing() {
        const auto chunks = words(12);
        LanguageTrainer plain(chunks, tiny(*chunks), {.batch = 3});
        LanguageTrainer weighted(chunks, tiny(*chunks), {.batch = 3, .weighs = true});
        for (std::size_t t = 0; t < 5; ++t) {
            const auto batch = chunks->pool().subspan(3 * t, 3);
            expectNear(weighted.step(batch, std::vector<double>(3, 1.0)), plain.step(batch), 1e-6);
            expectNear(weighted.gradientNorm(), plain.gradientNorm(), 1e-5);
        }
        expectNear(weighted.parameters(), plain.parameters(), 1e-4);
    }

    void theNormOfOneChunkIsThatOfABatchOfOne() {
        const auto chunks = words(12);
        const auto chunk = chunks->pool()[4];
        const LanguageTrainer many(chunks, tiny(*chunks), {.batch = 3, .weighs = true});
        LanguageTrainer one(chunks, tiny(*chunks), {.batch = 1});
        one.step(std::span(&chunk, 1));
        expectNear(many.squaredNorm(chunk), one.gradientNorm() * one.gradientNorm(), 1e-5);
    }

    void weightsThatAreNotAskedForAreAMistake() {
        const auto chunks = words(12);
        LanguageTrainer plain(chunks, tiny(*chunks), {.batch = 3});
        QVERIFY_EXCEPTION_THROWN(plain.step(chunks->pool().first(3), std::vector<double>(3, 1.0)),
                                 std::logic_error);
    }

    void lossesAgreeWithPlainMatrices() {
        const auto chunks = words(12);
        LanguageTrainer trainer(chunks, tiny(*chunks), {.batch = 3, .iterations = 60});
        trained(trainer, *chunks, 60, 3);
        const PlainTransformer plain(tiny(*chunks), trainer.parameters());
        double expected = 0.0;
        for (const std::uint32_t number : chunks->test())
            expected += plain.loss(chunks->chunk(number)) / double(chunks->test().size());
        expectNear(trainer.loss(chunks->test()), expected, 1e-5 * expected);
    }

    /// A batch that does not fill the last row block counts by its chunks.
    void lossesOfPartsAddUp() {
        const auto chunks = words(12);
        const LanguageTrainer trainer(chunks, tiny(*chunks), {.batch = 3});
        const auto test = chunks->test();
        const double parts =
            3.0 * trainer.loss(test.first(3)) + 5.0 * trainer.loss(test.subspan(3));
        expectNear(trainer.loss(test), parts / 8.0, 1e-6);
    }

    /// With dropout the reported loss is that without it, before the step.
    void trainingLossIsMeasuredWithoutDropout() {
        const auto chunks = words(12);
        LanguageTrainer trainer(chunks, tiny(*chunks), {.batch = 4, .dropout = 0.5, .seed = 3});
        LanguageTrainer without(chunks, tiny(*chunks), {.batch = 4, .dropout = 0.0, .seed = 3});
        const auto batch = chunks->pool().first(4);
        const double before = trainer.loss(batch);
        QCOMPARE(trainer.step(batch), before);
        expectNear(without.step(batch), before, 1e-6);
        QVERIFY(trainer.parameters() != without.parameters());
    }

    void aRepeatedTextIsLearnedByHeart() {
        std::string text;
        while (text.size() < 4000)
            text += "and it came to pass; ";
        const auto chunks = std::make_shared<TextChunks>(TextChunks::bytesOf(text), 16, 8, 0, 0);
        for (const auto kind : {LanguageModelKind::transformer, LanguageModelKind::ngram}) {
            LanguageModelSpec spec = tiny(*chunks);
            spec.kind = kind;
            spec.width = 16;
            LanguageTrainer trainer(chunks, spec,
                                    {.batch = 8, .learningRate = 1e-2, .iterations = 300});
            trained(trainer, *chunks, 300, 8);
            // An n-gram network cannot tell the places of the first symbols of a chunk apart.
            QVERIFY2(trainer.loss(chunks->test()) < 0.25,
                     qPrintable(QString::number(trainer.loss(chunks->test()))));
            const auto prompt = TextChunks::bytesOf(text).numbers;
            const auto sampled = trainer.sample(std::span(prompt).first(21), 60, 0.5, 1);
            QCOMPARE(chunks->decode(sampled), text.substr(21, 60));
        }
    }

    void attentionIsADistributionOverThePast() {
        const auto chunks = words(12);
        const LanguageTrainer trainer(chunks, tiny(*chunks), {.batch = 3});
        const auto map = trainer.attentionMap(chunks->test()[0], 1, 1);
        QCOMPARE(map.size(), std::size_t{144});
        for (std::size_t i = 0; i < 12; ++i) {
            double sum = 0.0;
            for (std::size_t j = 0; j < 12; ++j) {
                sum += double(map[12 * i + j]);
                QVERIFY(j <= i || map[12 * i + j] < 1e-30F);
            }
            expectNear(sum, 1.0, 1e-5);
        }
    }

    void stepsAreTheSameBitsOnOneThreadAndTwo() {
        const auto chunks = words(24);
        std::vector<Eigen::VectorXf> ends;
        for (const std::size_t threads : {1, 2}) {
            const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
            LanguageModelSpec spec = tiny(*chunks);
            spec.width = 32;
            LanguageTrainer trainer(chunks, spec, {.batch = 8, .dropout = 0.1});
            trained(trainer, *chunks, 20, 8);
            ends.push_back(trainer.parameters());
        }
        QVERIFY(ends[0] == ends[1]);
    }
};

REGISTER_TEST(LanguageTrainingTest)
#include "language_training_test.moc"
