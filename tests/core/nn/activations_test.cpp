#include "tests/core/autodiff/expect_derivatives.h"

#include "core/nn/activations.h"
#include "core/nn/transformer.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::autodiff;

namespace {

using T = Tensor<double>;
using Inputs = std::vector<T>;

constexpr std::array bases{PolynomialBase::relu,      PolynomialBase::leakyRelu,
                           PolynomialBase::tanh,      PolynomialBase::sigmoid,
                           PolynomialBase::silu,      PolynomialBase::identity,
                           PolynomialBase::normalized};

/// P at the entries of one row, with coefficients a₀, ..., a_r (and the slope of a leaky ReLU).
std::vector<double> valuesOf(const PolynomialSettings& settings, const std::vector<double>& a,
                             const std::vector<double>& at) {
    ParameterLayout layout;
    const PolynomialActivation activation(layout, "p", settings);
    Graph<double> graph;
    const auto theta = graph.input({layout.size()});
    const auto x = graph.constant({1, static_cast<Index>(at.size())}, at);
    const auto y = activation(theta, x);
    Program<double> program(graph, {y});
    std::ranges::copy(a, program.value(theta).begin());
    program.run();
    const auto values = program.value(y);
    return {values.begin(), values.end()};
}

} // namespace

class ActivationsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fixedOnesByHand() {
        Graph<double> graph;
        const auto x = graph.constant({3}, {-2.0, 0.0, 3.0});
        const auto leaky = leakyRelu(x), squared = squaredRelu(x);
        const auto slope = gradient(sum(leaky), x);
        Program<double> program(graph, {leaky, squared, slope});
        program.run();
        expectNear(program.value(leaky), (std::vector{-0.02, 0.0, 3.0}), 1e-15);
        expectNear(program.value(squared), (std::vector{0.0, 0.0, 9.0}), 0.0);
        expectNear(program.value(slope), (std::vector{0.01, 0.01, 1.0}), 1e-16);
    }

    void polynomialsByHand() {
        const std::vector<double> a{0.5, -1.0, 2.0, 0.25}, at{-2.0, 0.0, 3.0};
        expectNear(valuesOf({.order = 3}, a, at), (std::vector{0.5, 0.5, 0.5 - 3.0 + 18.0 + 6.75}),
                   1e-14);
        expectNear(valuesOf({.order = 3, .base = PolynomialBase::identity}, a, at),
                   (std::vector{0.5 + 2.0 + 8.0 - 2.0, 0.5, 22.25}), 1e-14);
        // ReLU itself, and PReLU of slope ¼.
        expectNear(valuesOf({.order = 1}, {0.0, 1.0}, at), (std::vector{0.0, 0.0, 3.0}), 0.0);
        expectNear(valuesOf({.order = 1, .base = PolynomialBase::leakyRelu}, {0.0, 1.0, 0.25}, at),
                   (std::vector{-0.5, 0.0, 3.0}), 0.0);
    }
    /// The powers (1, −2, 2) and (1, 4, 4) over √3 and √11, the roots of their mean squares.
    void normalizedPowersByHand() {
        const auto found = valuesOf({.order = 2, .base = PolynomialBase::normalized},
                                    {0.1, 1.0, 10.0}, {1.0, -2.0, 2.0});
        const double first = std::sqrt(3.0), second = std::sqrt(11.0);
        expectNear(
            found,
            (std::vector{0.1 + 1.0 / first + 10.0 / second, 0.1 - 2.0 / first + 40.0 / second,
                         0.1 + 2.0 / first + 40.0 / second}),
            1e-5);
    }
    /// PolyNorm does not see the size of a row (but for the 10⁻⁶).
    void normalizedPowersHaveNoScale() {
        const std::vector<double> a{0.3, -0.4, 0.2, 0.7};
        const PolynomialSettings settings{.order = 3, .base = PolynomialBase::normalized};
        expectNear(valuesOf(settings, a, {10.0, -20.0, 15.0, 5.0}),
                   valuesOf(settings, a, {20.0, -40.0, 30.0, 10.0}), 1e-7);
    }
    void squareIsASumOfTwo() {
        const std::vector<double> a{0.0, 0.0, 1.0};
        const auto right = valuesOf({.order = 2}, a, {-1.5, 0.0, 2.0}),
                   left = valuesOf({.order = 2}, a, {1.5, 0.0, -2.0});
        for (std::size_t i = 0; i < 3; ++i)
            expectNear(right[i] + left[i], (std::array{2.25, 0.0, 4.0})[i], 0.0);
    }

    /// In the coefficients and in x; a₀'s is the sum over all elements.
    void polynomialsHaveDerivatives() {
        for (const auto base : bases)
            for (const int order : {1, 3}) {
                ParameterLayout layout;
                const PolynomialActivation activation(layout, "p", {.order = order, .base = base});
                expectDerivatives(
                    {.shapes = {{layout.size()}, {3, 5}},
                     .build = [&](Graph<double>&,
                                  const Inputs& in) { return activation(in[0], in[1]); },
                     .tolerance = 1e-5});
            }
    }
    void coefficientsStartAsTheInverseOfTheOrder() {
        ParameterLayout layout;
        const PolynomialActivation activation(layout, "p",
                                              {.order = 4, .base = PolynomialBase::leakyRelu});
        std::vector<double> theta(static_cast<std::size_t>(layout.size()));
        layout.initialize(std::span(theta), 1);
        expectNear(theta, (std::vector{0.0, 0.25, 0.25, 0.25, 0.25, 0.25}), 0.0);
        QVERIFY_THROWS_EXCEPTION(std::logic_error, PolynomialActivation(layout, "q", {.order = 0}));
    }

    /// A feed-forward part whose activation is trained, plain and gated, without biases.
    void feedForwardPartsTakeTrainedActivations() {
        for (const auto gate : {FeedForwardSizes::Gate::without, FeedForwardSizes::Gate::with}) {
            ParameterLayout layout;
            const FeedForwardPart part(
                layout, "a",
                {.width = 3,
                 .hidden = 5,
                 .gate = gate,
                 .linear = {.start = LinearStart::narrow, .bias = Linear::Bias::without}});
            const PolynomialActivation sigma(layout, "a", {.base = PolynomialBase::normalized});
            QCOMPARE(layout.size(),
                     Index{gate == FeedForwardSizes::Gate::with ? 3 * 15 + 4 : 2 * 15 + 4});
            expectDerivatives({.shapes = {{layout.size()}, {2, 2, 3}},
                               .build =
                                   [&](Graph<double>&, const Inputs& in) {
                                       return part(in[0], in[1],
                                                   [&](T h) { return sigma(in[0], h); });
                                   },
                               .tolerance = 1e-5});
        }
    }

    /// A transformer of RMS norms without biases, each block with coefficients of its own.
    void transformersTakeAnActivationForEachBlock() {
        ParameterLayout layout;
        const Transformer model(
            layout, {.vocabulary = 5,
                     .context = 3,
                     .width = 4,
                     .heads = 2,
                     .layers = 2,
                     .hidden = 6,
                     .positions = Positions::rotary,
                     .logits = Logits::own,
                     .norm = Centering::none,
                     .linear = {.start = LinearStart::narrow, .bias = Linear::Bias::without}});
        // Table, logits, last norm; a block: four maps, two of the hidden layer, two norms.
        QCOMPARE(layout.size(), Index{2 * 5 * 4 + 4 + 2 * (4 * 16 + 2 * 24 + 2 * 4)});
        std::vector<PolynomialActivation> sigmas;
        for (const char* name : {"block 1/sigma", "block 2/sigma"})
            sigmas.emplace_back(layout, name, PolynomialSettings{});
        Graph<double> graph;
        const auto theta = graph.input({layout.size()});
        const auto tokens = graph.indexInput({2, 3});
        const auto logits =
            model(theta, tokens, [&](T h, std::size_t l) { return sigmas[l](theta, h); });
        const auto slope = gradient(sum(square(logits)), theta);
        Program<double> program(graph, {slope});
        layout.initialize(program.value(theta), 3);
        for (std::size_t i = 0; i < 6; ++i)
            program.value(tokens)[i] = static_cast<std::int32_t>(i % 5);
        program.run();
        const auto& first = layout.block("block 1/sigma/coefficients");
        const auto& second = layout.block("block 2/sigma/coefficients");
        const auto moved = [&](const auto& block) {
            return program.vector(slope).segment(block.begin, block.size()).eval();
        };
        QVERIFY(moved(first).norm() > 0.0 && moved(second).norm() > 0.0);
        QVERIFY(moved(first) != moved(second));
    }
    /// Normal, 0.02, and 0.02/√(2L) for what is added to a skip.
    void narrowStartIsThatOfRadford() {
        ParameterLayout layout;
        const Transformer model(layout, {.vocabulary = 50,
                                         .context = 8,
                                         .width = 64,
                                         .heads = 4,
                                         .layers = 2,
                                         .linear = {.start = LinearStart::narrow}});
        std::vector<double> theta(static_cast<std::size_t>(layout.size()));
        layout.initialize(std::span(theta), 1);
        const auto deviation = [&](const char* name) {
            const auto part = layout.part(std::span(theta), layout.block(name));
            return Eigen::Map<Eigen::ArrayXd>(part.data(), static_cast<Index>(part.size()))
                       .matrix()
                       .norm() /
                   std::sqrt(static_cast<double>(part.size()));
        };
        // 16,384 and 4,096 draws: 1 % is about two standard deviations, and one.
        expectNear(deviation("block 1/up/weight"), 0.02, 0.0006);
        expectNear(deviation("block 2/queries/weight"), 0.02, 0.001);
        expectNear(deviation("block 1/down/weight"), 0.01, 0.0003);
        expectNear(deviation("block 2/out/weight"), 0.01, 0.0005);
    }
};

REGISTER_TEST(ActivationsTest)
#include "activations_test.moc"
