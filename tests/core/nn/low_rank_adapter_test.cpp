#include "tests/core/autodiff/expect_derivatives.h"

#include "core/nn/low_rank_adapter.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::autodiff;

namespace {

using T = Tensor<double>;
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr Index n = 6, m = 5, r = 2, rows = 7;

/// loss = ∑ (tanh y)² of an adapted layer on random data, recorded with all that is asked of it.
struct Adapted {
    ParameterLayout base, adapters;
    Linear layer{base, "a", n, m};
    LowRankAdapter adapter;
    Graph<double> graph;
    T theta, phi, x, y, plain, loss, slope, effective;
    Program<double> program;
    Eigen::VectorXd thetaValues, phiValues;

    explicit Adapted(const LowRankSettings& settings = {.rank = r, .alpha = 3.0})
        : adapter(adapters, layer, "a", settings), theta(graph.input({base.size()})),
          phi(graph.input({adapters.size()})), x(graph.input({rows, n})), y(adapter(theta, phi, x)),
          plain(layer(theta, x)), loss(sum(square(tanh(y)))), slope(gradient(loss, phi)),
          effective(adapter.effectiveGradient(loss, theta)),
          program(graph, {y, plain, loss, slope, effective}), thetaValues(base.size()),
          phiValues(adapters.size()) {
        base.initialize(std::span(thetaValues.data(), thetaSize()), 1);
        adapters.initialize(std::span(phiValues.data(), phiSize()), 2);
        RandomStream stream({.seed = 3, .purpose = "inputs"});
        stream.fillNormal(program.value(x));
        program.bind(theta, thetaSpan());
        program.bind(phi, phiSpan());
    }
    [[nodiscard]] std::size_t thetaSize() const {
        return static_cast<std::size_t>(thetaValues.size());
    }
    [[nodiscard]] std::size_t phiSize() const { return static_cast<std::size_t>(phiValues.size()); }
    std::span<double> thetaSpan() { return {thetaValues.data(), thetaSize()}; }
    std::span<const double> phiSpan() { return {phiValues.data(), phiSize()}; }
    /// Both factors random, so that nothing is zero by chance.
    void randomizeFactors() {
        RandomStream stream({.seed = 4, .purpose = "factors"});
        stream.fillNormal({phiValues.data(), phiSize()}, 0.4);
    }
    [[nodiscard]] Matrix factorOf(const ParameterLayout::Block& block, const double* values) const {
        return Eigen::Map<const Matrix>(values + block.begin, block.shape[0], block.shape[1]);
    }
};

} // namespace

class LowRankAdapterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void changesNothingAtTheStart() {
        Adapted a;
        a.program.run();
        QVERIFY(a.program.vector(a.y) == a.program.vector(a.plain));
        QVERIFY(a.program.vector(a.slope).norm() > 0.0);
        // U = 0: only U moves at the first step.
        const Matrix down = a.factorOf(a.adapter.down(), a.program.value(a.slope).data());
        expectNear(down.norm(), 0.0, 0.0);
    }
    void factorsAreThoseOfTheirAuthors() {
        ParameterLayout base, adapters;
        const Linear layer(base, "a", 4, 4);
        const LowRankAdapter lora(adapters, layer, "lora", {.rank = 4, .alpha = 8.0});
        const LowRankAdapter stabilized(
            adapters, layer, "rslora",
            {.rank = 4, .alpha = 8.0, .factor = AdapterFactor::overRootOfRank});
        expectNear(lora.factor(), 2.0, 0.0);
        expectNear(stabilized.factor(), 4.0, 0.0);
    }
    void hasDerivatives() {
        ParameterLayout base, adapters;
        const Linear layer(base, "a", n, m);
        const LowRankAdapter adapter(adapters, layer, "a", {.rank = r, .alpha = 3.0});
        expectDerivatives(
            {.shapes = {{base.size()}, {adapters.size()}, {2, 3, n}},
             .build = [&](Graph<double>&,
                          const std::vector<T>& in) { return tanh(adapter(in[0], in[1], in[2])); },
             .low = -1.0,
             .high = 1.0});
    }

    /// y is x (W + ηDU) + b with the product formed.
    void isTheLayerOfTheEffectiveWeight() {
        Adapted a;
        a.randomizeFactors();
        a.program.run();
        const Matrix effective = a.factorOf(a.layer.weightBlock(), a.thetaValues.data()) +
                                 a.adapter.product(a.phiSpan());
        const Matrix expected = a.program.matrix(a.x) * effective; // biases are 0
        expectNear(a.program.matrix(a.y), expected, 1e-13);
    }

    /// G against differences of the loss in single entries of W + ηDU, which W moves alike.
    void effectiveGradientIsThatOfTheWeight() {
        Adapted a;
        a.randomizeFactors();
        a.program.run();
        const Matrix found = a.program.matrix(a.effective);
        Matrix expected(n, m);
        constexpr double h = 1e-5;
        for (Index i = 0; i < n; ++i)
            for (Index j = 0; j < m; ++j) {
                double& entry = a.thetaValues[a.layer.weightBlock().begin + i * m + j];
                const double kept = entry;
                const auto lossAt = [&](double value) {
                    entry = value;
                    a.program.run();
                    return a.program.scalar(a.loss);
                };
                expected(i, j) = (lossAt(kept + h) - lossAt(kept - h)) / (2.0 * h);
                entry = kept;
            }
        expectNear(found, expected, 1e-7 * expected.norm());

        // ∂D = η G Uᵀ, ∂U = η Dᵀ G.
        a.program.run();
        const Matrix down = a.factorOf(a.adapter.down(), a.phiValues.data()),
                     up = a.factorOf(a.adapter.up(), a.phiValues.data());
        const double* const slope = a.program.value(a.slope).data();
        const Matrix downSlope = a.adapter.factor() * found * up.transpose(),
                     upSlope = a.adapter.factor() * down.transpose() * found;
        expectNear(a.factorOf(a.adapter.down(), slope), downSlope, 1e-12);
        expectNear(a.factorOf(a.adapter.up(), slope), upSlope, 1e-12);
    }

    /// One step of rate λ changes the effective weight by −λη²(G UᵀU + DDᵀ G) + O(λ²).
    void firstStepFollowsTheGradientOfBothFactors() {
        Adapted a;
        a.randomizeFactors();
        a.program.run();
        const Matrix G = a.program.matrix(a.effective);
        const Matrix D = a.factorOf(a.adapter.down(), a.phiValues.data()),
                     U = a.factorOf(a.adapter.up(), a.phiValues.data());
        const Matrix before = a.adapter.product(a.phiSpan());
        constexpr double rate = 1e-7;
        a.phiValues -= rate * a.program.vector(a.slope);
        const Matrix change = (a.adapter.product(a.phiSpan()) - before) / rate;
        const double eta = a.adapter.factor();
        const Matrix expected = -eta * eta * (G * U.transpose() * U + D * D.transpose() * G);
        expectNear(change, expected, 1e-5 * expected.norm());
    }

    /// The offset keeps the function, merging gives it to the plain layer, and restoring is exact.
    void offsetMergeAndRestore() {
        Adapted a;
        a.program.run();
        const Matrix pretrained = a.program.matrix(a.y);
        const Eigen::VectorXd theta = a.thetaValues;
        const auto saved = a.adapter.saved(std::span<const double>(a.thetaSpan()));
        a.randomizeFactors();
        a.adapter.addTo(a.thetaSpan(), a.phiSpan(), -1.0);
        a.program.run();
        expectNear(a.program.matrix(a.y), pretrained, 1e-13);
        QVERIFY((a.program.matrix(a.plain) - pretrained).norm() > 0.1);

        a.phiValues *= 1.5; // "training"
        a.program.run();
        const Matrix trained = a.program.matrix(a.y);
        a.adapter.addTo(a.thetaSpan(), a.phiSpan(), 1.0);
        a.program.run();
        expectNear(a.program.matrix(a.plain), trained, 1e-13);

        a.adapter.restore(a.thetaSpan(), saved);
        QVERIFY(a.thetaValues == theta);
        QVERIFY_THROWS_EXCEPTION(std::logic_error, a.adapter.restore(a.thetaSpan(), {1.0}));
    }

    void settingsThatAreNoneAreRefused() {
        ParameterLayout base, adapters;
        const Linear layer(base, "a", 4, 4);
        for (const LowRankSettings& bad :
             {LowRankSettings{.rank = 0}, LowRankSettings{.alpha = 0.0},
              LowRankSettings{.alpha = std::numeric_limits<double>::quiet_NaN()}})
            QVERIFY_THROWS_EXCEPTION(std::logic_error, LowRankAdapter(adapters, layer, "a", bad));
    }
};

REGISTER_TEST(LowRankAdapterTest)
#include "low_rank_adapter_test.moc"
