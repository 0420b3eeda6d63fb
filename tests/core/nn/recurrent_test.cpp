#include "tests/core/autodiff/expect_derivatives.h"

#include "core/nn/recurrent.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using namespace convergence::autodiff;

namespace {

using T = Tensor<double>;
using Inputs = std::vector<T>;

} // namespace

class RecurrentTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// In all parameters and the inputs, also the second ones, which bilevel methods need.
    void meanOverTimeHasDerivatives() {
        ParameterLayout layout;
        const TanhRecurrent layer(layout, "a", 3, 4);
        expectDerivatives(
            {.shapes = {{layout.size()}, {5, 2, 3}},
             .build = [&](Graph<double>&,
                          const Inputs& in) { return layer.meanOverTime(in[0], in[1]); },
             .low = -1.0,
             .high = 1.0,
             .seed = 2});
    }
    void gatedUnitHasDerivatives() {
        ParameterLayout layout;
        const GatedRecurrentUnit unit(layout, "a", 3, 4);
        expectDerivatives({.shapes = {{layout.size()}, {4, 3}},
                           .build =
                               [&](Graph<double>&, const Inputs& in) {
                                   const auto h = unit(in[0], slice(in[1], 0, 0, 2),
                                                       in[1].graph().constant({2, 4}, 0.3));
                                   return unit(in[0], slice(in[1], 0, 2, 2), h);
                               },
                           .low = -1.0,
                           .high = 1.0,
                           .seed = 5});
    }

    /// The recurrence written out, a sequence at a time.
    void statesFollowTheRecurrence() {
        constexpr Index length = 6, batch = 3, inputs = 2, width = 4;
        ParameterLayout layout;
        const TanhRecurrent layer(layout, "a", inputs, width);
        Graph<double> graph;
        const auto theta = graph.input({layout.size()}), x = graph.input({length, batch, inputs});
        const auto mean = layer.meanOverTime(theta, x), last = layer.states(theta, x).back();
        Program<double> program(graph, {mean, last});
        layout.initialize(program.value(theta), 7);
        RandomStream stream({.seed = 7, .purpose = "sequences"});
        stream.fillNormal(program.value(x));
        program.run();

        using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
        const auto block = [&](const char* name, Index rows, Index columns) {
            return Eigen::Map<const Matrix>(program.value(theta).data() + layout.block(name).begin,
                                            rows, columns);
        };
        const Matrix wx = block("a/input/weight", inputs, width),
                     wh = block("a/state/weight", width, width),
                     b = block("a/input/bias", 1, width) + block("a/state/bias", 1, width);
        for (Index i = 0; i < batch; ++i) {
            Eigen::RowVectorXd h = Eigen::RowVectorXd::Zero(width), total = h;
            for (Index t = 0; t < length; ++t) {
                h = (program.matrix(x).row(t * batch + i) * wx + h * wh + b).array().tanh();
                total += h;
            }
            expectNear(program.matrix(last).row(i), h, 1e-14);
            expectNear(program.matrix(mean).row(i), total / static_cast<double>(length), 1e-14);
        }
    }

    /// Both weights and both biases within ±1/√width, whatever the number of inputs.
    void startIsThatOfTheWidth() {
        ParameterLayout layout;
        const TanhRecurrent layer(layout, "a", 400, 16);
        std::vector<double> theta(static_cast<std::size_t>(layout.size()));
        layout.initialize(std::span(theta), 1);
        QCOMPARE(layout.size(), Index{400 * 16 + 16 + 16 * 16 + 16});
        for (const auto& block : layout.blocks()) {
            const auto part = layout.part(std::span(theta), block);
            const double largest =
                *std::ranges::max_element(part, {}, [](double value) { return std::abs(value); });
            QVERIFY2(std::abs(largest) <= 0.25 && std::abs(largest) > 0.2, block.name.c_str());
        }
    }

    /// Tokens of many sequences, time first, are looked up in that order.
    void tokensComeTimeFirst() {
        ParameterLayout layout;
        const Embedding table(layout, "tokens", 5, 2);
        const TanhRecurrent layer(layout, "a", 2, 3);
        Graph<double> graph;
        const auto theta = graph.input({layout.size()});
        const auto both = graph.indexInput({4, 2}), one = graph.indexInput({4, 1});
        const auto together = layer.meanOverTime(theta, table(theta, both));
        const auto alone = layer.meanOverTime(theta, table(theta, one));
        Program<double> program(graph, {together, alone});
        layout.initialize(program.value(theta), 1);
        constexpr std::array first{4, 0, 2, 1}, second{1, 1, 3, 0};
        for (std::size_t t = 0; t < 4; ++t) {
            program.value(both)[2 * t] = first[t];
            program.value(both)[2 * t + 1] = second[t];
            program.value(one)[t] = second[t];
        }
        program.run();
        expectNear(program.matrix(together).row(1), program.matrix(alone).row(0), 1e-15);
    }
};

REGISTER_TEST(RecurrentTest)
#include "recurrent_test.moc"
