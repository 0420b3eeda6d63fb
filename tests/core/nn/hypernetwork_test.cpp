#include "tests/core/autodiff/expect_derivatives.h"

#include "core/nn/activations.h"
#include "core/nn/hypernetwork.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::autodiff;

namespace {

using T = Tensor<double>;

/// A primary network of two layers, 3-4-2.
struct Primary {
    ParameterLayout layout;
    Linear first, second;
    Primary()
        : first(layout, "first", 3, 4,
                {.weights = Initializer::normal(leakyReluGain() / std::sqrt(3.0))}),
          second(layout, "second", 4, 2) {}
    [[nodiscard]] T operator()(T theta, T x) const {
        return second(theta, leakyRelu(first(theta, x)));
    }
};

constexpr auto leaky = [](auto h) { return leakyRelu(h); };

/// Mean square of θ(γ) for several γ.
std::vector<double> sizesOf(const HypernetworkSettings& settings,
                            const std::vector<double>& gammas) {
    const Primary primary;
    ParameterLayout layout;
    const Hypernetwork hyper(layout, "h", primary.layout, settings);
    Graph<double> graph;
    const auto omega = graph.input({layout.size()}), gamma = graph.input({1});
    const auto theta = hyper(omega, gamma, leaky);
    Program<double> program(graph, {theta});
    layout.initialize(program.value(omega), 5);
    std::vector<double> sizes;
    for (const double value : gammas) {
        program.value(gamma)[0] = value;
        program.run();
        sizes.push_back(program.vector(theta).squaredNorm());
    }
    return sizes;
}

} // namespace

class HypernetworkTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Through the primary, in all of ω and in γ.
    void hasDerivatives() {
        const Primary primary;
        ParameterLayout layout;
        const Hypernetwork hyper(layout, "h", primary.layout, {.inputs = 2, .hidden = {3, 4}});
        QCOMPARE(layout.size(), Index{2 * 3 + 3 + 3 * 4 + 4} + 5 * primary.layout.size());
        expectDerivatives({.shapes = {{layout.size()}, {2}, {5, 3}},
                           .build =
                               [&](Graph<double>&, const std::vector<T>& in) {
                                   const auto theta =
                                       hyper(in[0], in[1], [](T h) { return tanh(h); });
                                   return primary(theta, in[2]);
                               },
                           .low = -1.0,
                           .high = 1.0,
                           .twice = false});
    }

    /// θ of a network whose rows are zero is its base, block by block that of the primary.
    void baseIsAParameterVectorOfThePrimary() {
        const Primary primary;
        ParameterLayout layout;
        const Hypernetwork hyper(layout, "h", primary.layout,
                                 {.hidden = {4},
                                  .base = HypernetworkSettings::Base::ordinary,
                                  .rows = [](const auto&, Index) { return Initializer::zeros(); }});
        Graph<double> graph;
        const auto omega = graph.input({layout.size()}), gamma = graph.input({1});
        const auto theta = hyper(omega, gamma, leaky);
        Program<double> program(graph, {theta});
        layout.initialize(program.value(omega), 1);
        program.value(gamma)[0] = 0.7;
        program.run();
        for (const auto& block : primary.layout.blocks()) {
            const auto& base = layout.block("h/base/" + block.name);
            QVERIFY(base.shape == block.shape);
            QVERIFY(program.vector(theta).segment(block.begin, block.size()) ==
                    program.vector(omega).segment(base.begin, base.size()));
        }
        // Ordinary: random weights, biases 0.
        QVERIFY(program.vector(theta).head(12).norm() > 0.5);
        expectNear(program.vector(theta).segment(12, 4).norm(), 0.0, 0.0);
    }

    /// With zero biases θ is proportional to γ: its square grows with γ² (slope 2 in logarithms).
    void predictedWeightsAreProportionalToTheInput() {
        const auto sizes = sizesOf({.hidden = {16, 32}}, {0.05, 0.1, 0.4, 1.0});
        expectNear(sizes[1] / sizes[0], 4.0, 1e-12);
        expectNear(sizes[2] / sizes[0], 64.0, 1e-10);
        expectNear(sizes[3] / sizes[0], 400.0, 1e-9);
        // An ordinary base hides that.
        const auto based = sizesOf(
            {.hidden = {16, 32}, .base = HypernetworkSettings::Base::ordinary}, {0.05, 0.1});
        QVERIFY(based[1] / based[0] < 2.0);
    }

    /// N(0, g²/P_k) for each predicted block, N(0, g²/outputs) for hidden layers.
    void startsByTheFanOutOfEachBlock() {
        ParameterLayout primary, layout;
        const Linear large(primary, "large", 40, 30), small(primary, "small", 5, 4);
        const Hypernetwork hyper(layout, "h", primary, {.inputs = 50, .hidden = {40}});
        std::vector<double> omega(static_cast<std::size_t>(layout.size()));
        layout.initialize(std::span(omega), 2);
        const auto variance = [&](const std::string& name) {
            const auto part = layout.part(std::span(omega), layout.block(name));
            return Eigen::Map<Eigen::ArrayXd>(part.data(), static_cast<Index>(part.size()))
                .square()
                .mean();
        };
        const double g2 = 2.0 / 1.0001;
        // 48,000, 800 and 2,000 draws; the relative error of a variance is √(2/draws).
        expectNear(variance("h/rows/large/weight") * 1200.0 / g2, 1.0, 0.03);
        expectNear(variance("h/rows/small/weight") * 20.0 / g2, 1.0, 0.2);
        expectNear(variance("h/layer 1/weight") * 40.0 / g2, 1.0, 0.13);
        expectNear(variance("h/base/large/weight"), 0.0, 0.0);
    }

    /// Two programs, one that makes the weights and one that uses them, give the gradient of one
    /// graph that holds both.
    void twoProgramsGiveTheGradientOfOne() {
        const Primary primary;
        ParameterLayout layout;
        const Hypernetwork hyper(layout, "h", primary.layout, {.inputs = 2, .hidden = {8}});
        Eigen::VectorXd omegaValues(layout.size());
        const std::span<double> omegaSpan(omegaValues.data(),
                                          static_cast<std::size_t>(layout.size()));
        layout.initialize(omegaSpan, 3);
        const std::vector<double> gammaValues{0.6, 0.8};
        RandomStream stream({.seed = 3, .purpose = "inputs"});
        std::vector<double> inputs(15);
        stream.fillNormal(std::span(inputs));

        Graph<double> whole;
        const auto omega = whole.input({layout.size()}), gamma = whole.input({2});
        const auto x = whole.constant({5, 3}, inputs);
        const auto loss = sum(square(primary(hyper(omega, gamma, leaky), x)));
        const auto slope = gradient(loss, omega);
        Program<double> one(whole, {loss, slope});
        one.bind(omega, omegaSpan);
        one.bind(gamma, gammaValues);
        one.run();

        Graph<double> makes;
        const auto itsOmega = makes.input({layout.size()}), itsGamma = makes.input({2});
        PredictedWeights<double> weights(makes, itsOmega, hyper(itsOmega, itsGamma, leaky));
        weights.bind(itsOmega, omegaSpan);
        weights.bind(itsGamma, gammaValues);
        Graph<double> uses;
        const auto theta = uses.input({primary.layout.size()});
        const auto itsLoss = sum(square(primary(theta, uses.constant({5, 3}, inputs))));
        const auto v = gradient(itsLoss, theta);
        Program<double> user(uses, {itsLoss, v});
        user.bind(theta, weights.theta());
        for (int step = 0; step < 2; ++step) { // what is bound stays bound
            weights.run();
            user.run();
            weights.pullBack(user.value(v));
            expectNear(user.scalar(itsLoss), one.scalar(loss), 1e-13);
            expectNear(weights.gradient(), one.value(slope), 1e-12);
            omegaValues *= 0.9;
            one.run();
        }
    }

    void settingsThatAreNoneAreRefused() {
        const Primary primary;
        ParameterLayout layout, empty;
        QVERIFY_THROWS_EXCEPTION(std::logic_error, Hypernetwork(layout, "h", primary.layout, {}));
        QVERIFY_THROWS_EXCEPTION(std::logic_error,
                                 Hypernetwork(layout, "h", empty, {.hidden = {4}}));
    }
};

REGISTER_TEST(HypernetworkTest)
#include "hypernetwork_test.moc"
