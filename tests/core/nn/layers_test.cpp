#include "tests/core/autodiff/expect_derivatives.h"

#include "core/nn/transformer.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::autodiff;

namespace {

using T = Tensor<double>;
using Inputs = std::vector<T>;

/// Derivatives in all parameters and the input of a layer that is built from a layout.
template <typename Make>
void expectLayerDerivatives(Make make, const Shape& input, std::uint64_t seed, bool twice = true) {
    ParameterLayout layout;
    const auto layer = make(layout);
    expectDerivatives(
        {.shapes = {{layout.size()}, input},
         .build = [&](Graph<double>&, const Inputs& in) { return layer(in[0], in[1]); },
         .low = -1.0,
         .high = 1.0,
         .twice = twice,
         .seed = seed});
}

/// Whose largest entries are the tokens 0, 3, 1, 4, 2, 2.
std::vector<double> tokenScores() {
    std::vector<double> scores(30, 0.0);
    int row = 0;
    for (const int token : {0, 3, 1, 4, 2, 2})
        scores[static_cast<std::size_t>(5 * row++ + token)] = 1.0;
    return scores;
}

} // namespace

class LayersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linear() {
        expectLayerDerivatives([](ParameterLayout& l) { return Linear(l, "a", 3, 4); }, {2, 5, 3},
                               1);
    }
    void convolution() {
        expectLayerDerivatives(
            [](ParameterLayout& l) {
                return Conv2d(l, "a", {.inputs = 2, .outputs = 3, .padding = 1});
            },
            {2, 4, 4, 2}, 2);
    }
    void norms() {
        for (const auto centering : {Centering::mean, Centering::none})
            expectLayerDerivatives(
                [&](ParameterLayout& l) { return RowNorm(l, "a", 6, centering); }, {3, 6}, 3);
    }
    void residualMlp() {
        expectLayerDerivatives(
            [](ParameterLayout& l) {
                return [mlp = Mlp(l, "a", {3, 5, 5, 2}, Mlp::Skips::around)](T theta, T x) {
                    return mlp(theta, x, [](auto h) { return tanh(h); });
                };
            },
            {4, 3}, 4);
    }
    void attentionLayer() {
        for (const auto attending : {Attending::toThePast, Attending::everywhere})
            for (const auto positions : {Positions::learned, Positions::rotary})
                expectLayerDerivatives(
                    [&](ParameterLayout& l) {
                        return MultiHeadAttention(l, "a",
                                                  {.width = 4,
                                                   .heads = 2,
                                                   .positions = positions,
                                                   .attending = attending});
                    },
                    {2, 3, 4}, 7);
    }
    void embedding() {
        ParameterLayout layout;
        const Embedding table(layout, "a", 5, 3);
        expectDerivatives(
            {.shapes = {{layout.size()}, {4, 5}}, .build = [&](Graph<double>&, const Inputs& in) {
                 return tanh(table(in[0], largestIndex(stopGradient(in[1]))));
             }});
    }
    /// With an activation of the caller's, plain and gated.
    void transformerBlocksTakeAnyActivation() {
        for (const auto feedForward : {FeedForward::gelu, FeedForward::swiglu})
            expectLayerDerivatives(
                [&](ParameterLayout& l) {
                    return [block = TransformerBlock(l, "a",
                                                     {.width = 4,
                                                      .heads = 2,
                                                      .layers = 1,
                                                      .hidden = 5,
                                                      .feedForward = feedForward})](T theta, T x) {
                        return block(theta, x, [](auto h) { return sin(h); });
                    };
                },
                {2, 3, 4}, 8);
    }
    void transformerBlocks() {
        for (const auto feedForward : {FeedForward::relu, FeedForward::gelu, FeedForward::swiglu})
            for (const auto positions : {Positions::learned, Positions::rotary})
                expectLayerDerivatives(
                    [&](ParameterLayout& l) {
                        return TransformerBlock(l, "a",
                                                {.width = 4,
                                                 .heads = 2,
                                                 .layers = 1,
                                                 .hidden = 5,
                                                 .feedForward = feedForward,
                                                 .positions = positions});
                    },
                    {2, 3, 4}, 6);
    }
    /// With logits of its own, uniform starts and dropout, whose masks are the same at each step of
    /// a number; a stack of every kind of mask.
    void transformersWithDropout() {
        ParameterLayout layout;
        const Transformer model(layout, {.vocabulary = 5,
                                         .context = 3,
                                         .width = 4,
                                         .heads = 2,
                                         .layers = 2,
                                         .logits = Logits::own,
                                         .linear = {.start = LinearStart::uniform}});
        expectDerivatives(
            {.shapes = {{layout.size()}},
             .build =
                 [&](Graph<double>& graph, const Inputs& in) {
                     const auto tokens = largestIndex(graph.constant({2, 3, 5}, tokenScores()));
                     return model(in[0], tokens, {.rate = 0.3, .seed = 7});
                 },
             .low = -1.0,
             .high = 1.0,
             .twice = false});
    }
    void uniformStartsStayWithinTheRootOfTheirInputs() {
        ParameterLayout layout;
        const Transformer model(layout, {.vocabulary = 73,
                                         .context = 64,
                                         .width = 32,
                                         .heads = 2,
                                         .layers = 2,
                                         .logits = Logits::own,
                                         .linear = {.start = LinearStart::uniform}});
        QCOMPARE(layout.size(), Index{32265});
        std::vector<double> theta(static_cast<std::size_t>(layout.size()));
        layout.initialize(std::span(theta), 1);
        const auto part = layout.part(std::span(theta), layout.block("block 1/down/weight"));
        double largest = 0.0;
        for (const double weight : part)
            largest = largerError(largest, weight);
        QVERIFY(largest <= 1.0 / std::sqrt(128.0) && largest > 0.99 / std::sqrt(128.0));
    }

    /// Rotary positions: a product of a query and a key depends on the distance alone.
    void rotatedProductsDependOnDistance() {
        Graph<double> graph;
        const auto x = graph.input({1, 6, 4});
        const auto y = rotatePositions(x, 1);
        Program<double> program(graph, {y});
        for (Index t = 0; t < 6; ++t)
            program.matrix(x).row(t) << 0.3, -1.0, 0.7, 0.2;
        program.run();
        const auto rows = program.matrix(y);
        for (Index t = 1; t + 1 < 6; ++t)
            expectNear(rows.row(t).dot(rows.row(t + 1)), rows.row(0).dot(rows.row(1)), 1e-12);
        QVERIFY(std::abs(rows.row(0).dot(rows.row(3)) - rows.row(0).dot(rows.row(1))) > 1e-3);
    }

    void transformerDoesNotSeeTheFuture() {
        ParameterLayout layout;
        const Transformer model(
            layout, {.vocabulary = 7, .context = 6, .width = 8, .heads = 2, .layers = 2});
        Graph<double> graph;
        const auto theta = graph.input({layout.size()});
        const auto tokens = graph.indexInput({1, 6});
        const auto logits = model(theta, tokens);
        Program<double> program(graph, {logits});
        layout.initialize(program.value(theta), 3);
        for (std::size_t t = 0; t < 6; ++t)
            program.value(tokens)[t] = static_cast<std::int32_t>(t);
        program.run();
        const Eigen::MatrixXd before = program.matrix(logits);
        program.value(tokens)[4] = 0;
        program.run();
        QVERIFY(program.matrix(logits).topRows(4) == before.topRows(4));
        QVERIFY(program.matrix(logits).row(4) != before.row(4));
    }

    /// A network whose weights another network gives.
    void parametersMayComeFromAnotherNetwork() {
        ParameterLayout inner, outer;
        const Linear layer(inner, "a", 2, 3);
        const Linear hyper(outer, "h", 4, inner.size());
        expectDerivatives({.shapes = {{outer.size()}, {1, 4}, {5, 2}},
                           .build = [&](Graph<double>&, const Inputs& in) {
                               const auto theta = reshape(hyper(in[0], in[1]), {inner.size()});
                               return tanh(layer(theta, in[2]));
                           }});
    }
    /// A step of LAMB without decay has the length η‖x‖ in each block that is not zero.
    void optimizersSeeTheBlocks() {
        ParameterLayout layout;
        const Mlp mlp(layout, "mlp", {3, 4, 2});
        Eigen::VectorXd theta(layout.size());
        layout.initialize({theta.data(), static_cast<std::size_t>(theta.size())}, 1);
        const auto lamb = makeOptimizer<double>("lamb", layout.size(), {.blocks = layout.ranges()});
        const Eigen::VectorXd before = theta;
        lamb->step(theta, Eigen::VectorXd::LinSpaced(theta.size(), 1.0, 2.0), 0.01);
        for (const char* name : {"mlp/layer 1/weight", "mlp/layer 2/weight"}) {
            const auto& block = layout.block(name);
            const double length = (theta - before).segment(block.begin, block.size()).norm();
            expectNear(length / (0.01 * before.segment(block.begin, block.size()).norm()), 1.0,
                       1e-12);
        }
    }

    void blocksAreInitializedAsAsked() {
        ParameterLayout layout;
        layout.add("he", {200, 100}, Initializer::he(200));
        layout.add("glorot", {200, 100}, Initializer::glorot(200, 100));
        layout.add("ones", {3}, Initializer::ones());
        std::vector<double> theta(static_cast<std::size_t>(layout.size()));
        layout.initialize(theta, 5);
        const auto part = [&](const char* name) {
            const auto values = layout.part(std::span<double>(theta), layout.block(name));
            return Eigen::Map<Eigen::ArrayXd>(values.data(), static_cast<Index>(values.size()));
        };
        // Variance of 20,000 draws: 1 % is one standard deviation.
        expectNear(part("he").square().mean() / 0.01, 1.0, 0.05);
        expectNear(part("glorot").square().mean() / (0.02 / 3.0), 1.0, 0.05);
        QVERIFY((part("glorot").abs() <= std::sqrt(0.02)).all());
        QVERIFY((part("ones") == 1.0).all());
        QVERIFY_THROWS_EXCEPTION(std::logic_error, layout.add("he", {1}, Initializer::zeros()));
    }
};

REGISTER_TEST(LayersTest)
#include "layers_test.moc"
