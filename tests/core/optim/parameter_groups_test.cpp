#include <limits>

#include <QtTest>

#include "core/optim/optimizer.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::VectorXd;

namespace {

constexpr double rate = 0.1, decay = 0.2;

VectorXd start() {
    return VectorXd::LinSpaced(7, -1.0, 2.0);
}
/// Of step t; no two alike.
VectorXd gradient(int t) {
    return VectorXd::LinSpaced(7, 1.0 - t, 0.3 + 0.5 * t);
}

/// All coordinates after some steps of an optimizer without groups.
VectorXd plain(std::string_view id, double rateFactor, double decayFactor, int steps) {
    OptimizerOptions options{.weightDecay = decay * decayFactor};
    for (Eigen::Index i = 0; i < 7; ++i) // of LAMB, so that coordinates are independent
        options.blocks.push_back({i, 1});
    const auto optimizer = makeOptimizer<double>(id, 7, options);
    VectorXd x = start();
    for (int t = 0; t < steps; ++t)
        optimizer->step(x, gradient(t), rate * rateFactor);
    return x;
}

} // namespace

class ParameterGroupsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Every coordinate moves as all do when all are at its rate and decay.
    void everyOptimizerKeepsTheGroupsApart() {
        for (const OptimizerTraits& traits : optimizers()) {
            OptimizerOptions options{.weightDecay = decay};
            for (Eigen::Index i = 0; i < 7; ++i)
                options.blocks.push_back({i, 1});
            options.groups = {{.blocks = {{5, 1}, {1, 2}}, .rateFactor = 16.0},
                              {.blocks = {{3, 2}}, .decayFactor = 0.0}};
            const auto optimizer = makeOptimizer<double>(traits.id, 7, options);
            VectorXd x = start();
            for (int t = 0; t < 4; ++t)
                optimizer->step(x, gradient(t), rate);
            const VectorXd usual = plain(traits.id, 1.0, 1.0, 4),
                           fast = plain(traits.id, 16.0, 1.0, 4),
                           undecayed = plain(traits.id, 1.0, 0.0, 4);
            VectorXd expected = usual;
            for (const int i : {1, 2, 5})
                expected[i] = fast[i];
            for (const int i : {3, 4})
                expected[i] = undecayed[i];
            expectNear(x, expected, 0.0, std::string(traits.id));
            QVERIFY(usual[1] != fast[1]);
            // The step of a block of one is as long as its entry, whatever the decay.
            QVERIFY(traits.treatsBlocks || usual[3] != undecayed[3]);
        }
    }

    void aRateOfZeroFreezes() {
        const auto optimizer = makeOptimizer<float>(
            "adamw", 3, {.weightDecay = 0.5, .groups = {{.blocks = {{1, 1}}, .rateFactor = 0.0}}});
        Eigen::VectorXf x = Eigen::Vector3f(1.0F, 2.0F, 3.0F);
        optimizer->step(x, Eigen::VectorXf::Ones(3), 0.1F);
        QCOMPARE(x[1], 2.0F);
        QVERIFY(x[0] < 1.0F && x[2] < 3.0F);
    }

    void blocksOfLambAreCutWhereGroupsBegin() {
        const auto grouped = makeOptimizer<double>(
            "lamb", 7, {.blocks = {{0, 3}, {3, 4}}, .groups = {{.blocks = {{3, 2}}}}});
        const auto cut = makeOptimizer<double>("lamb", 7, {.blocks = {{0, 3}, {3, 2}, {5, 2}}});
        VectorXd x = start(), expected = start();
        for (int t = 0; t < 3; ++t) {
            grouped->step(x, gradient(t), rate);
            cut->step(expected, gradient(t), rate);
        }
        expectNear(x, expected, 1e-15);
    }

    void momentumIsSetInAllGroups() {
        const auto make = [](std::vector<ParameterGroup> groups) {
            return makeOptimizer<double>("momentum", 7, {.groups = std::move(groups)});
        };
        const auto grouped = make({{.blocks = {{2, 2}}}}), whole = make({});
        VectorXd x = start(), expected = start();
        for (int t = 0; t < 3; ++t) {
            for (const auto& optimizer : {grouped.get(), whole.get()})
                optimizer->setMomentum(0.5 + 0.1 * t);
            grouped->step(x, gradient(t), rate);
            whole->step(expected, gradient(t), rate);
        }
        expectNear(x, expected, 0.0);
    }

    void groupsThatCannotBeAreRefused() {
        const auto with = [](ParameterGroup group) {
            return makeOptimizer<double>("sgd", 7, {.groups = {std::move(group)}});
        };
        expectRefusal([&] { return with({.blocks = {{5, 3}}}); }, "3 parameters from 5", "the 7");
        expectRefusal([&] { return with({.blocks = {{-1, 3}}}); }, "from -1");
        expectRefusal([&] { return with({.blocks = {{1, 3}, {3, 1}}}); }, "Parameter 3");
        expectRefusal([&] { return with({.blocks = {{0, 1}}, .rateFactor = -2.0}); }, "-2");
        expectRefusal(
            [&] { return with({.decayFactor = std::numeric_limits<double>::quiet_NaN()}); }, "nan");
    }
};

REGISTER_TEST(ParameterGroupsTest)
#include "parameter_groups_test.moc"
