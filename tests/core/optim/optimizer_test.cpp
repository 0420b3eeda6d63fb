// Three steps of every optimizer against scalar arithmetic written out here.

#include <array>
#include <cmath>
#include <functional>

#include <QtTest>

#include "core/optim/optimizer.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::VectorXd;
using Eigen::VectorXf;

namespace {

constexpr double momentum = 0.9;
constexpr double decay = 0.1;
constexpr std::array<double, 3> rates = {0.1, 0.05, 0.2};
/// Gradient of coordinate i at step t; signs change and one is zero.
constexpr std::array<std::array<double, 3>, 2> gradients = {{{0.5, -1.5, 0.25}, {-2.0, 0.0, 3.0}}};
constexpr std::array<double, 2> starts = {1.0, -0.5};

/// One coordinate after three steps, by plain arithmetic.
using ScalarRule = std::function<double(double x, const std::array<double, 3>& g)>;

double sgdByHand(double x, const std::array<double, 3>& g) {
    for (int t = 0; t < 3; ++t)
        x = x - rates[t] * (g[t] + decay * x);
    return x;
}

double momentumByHand(double x, const std::array<double, 3>& g) {
    double v = 0.0;
    for (int t = 0; t < 3; ++t) {
        v = momentum * v + (g[t] + decay * x);
        x = x - rates[t] * v;
    }
    return x;
}

double nesterovByHand(double x, const std::array<double, 3>& g) {
    double v = 0.0;
    for (int t = 0; t < 3; ++t) {
        const double full = g[t] + decay * x;
        v = momentum * v + full;
        x = x - rates[t] * (full + momentum * v);
    }
    return x;
}

double adagradByHand(double x, const std::array<double, 3>& g) {
    double s = 0.0;
    for (int t = 0; t < 3; ++t) {
        const double full = g[t] + decay * x;
        s = s + full * full;
        x = x - rates[t] * full / (std::sqrt(s) + 1e-10);
    }
    return x;
}

double rmspropByHand(double x, const std::array<double, 3>& g) {
    double s = 0.0;
    for (int t = 0; t < 3; ++t) {
        const double full = g[t] + decay * x;
        s = 0.99 * s + 0.01 * full * full;
        x = x - rates[t] * full / (std::sqrt(s) + 1e-8);
    }
    return x;
}

double adamLikeByHand(double x, const std::array<double, 3>& g, bool decoupled) {
    double m = 0.0, s = 0.0;
    for (int t = 0; t < 3; ++t) {
        const double full = decoupled ? g[t] : g[t] + decay * x;
        if (decoupled)
            x = (1.0 - rates[t] * decay) * x;
        m = 0.9 * m + 0.1 * full;
        s = 0.999 * s + 0.001 * full * full;
        const double mHat = m / (1.0 - std::pow(0.9, t + 1));
        const double sHat = s / (1.0 - std::pow(0.999, t + 1));
        x = x - rates[t] * mHat / (std::sqrt(sHat) + 1e-8);
    }
    return x;
}

double lionByHand(double x, const std::array<double, 3>& g) {
    double m = 0.0;
    for (int t = 0; t < 3; ++t) {
        const double c = 0.9 * m + 0.1 * g[t];
        const double sign = c > 0.0 ? 1.0 : c < 0.0 ? -1.0 : 0.0;
        x = x - rates[t] * (sign + decay * x);
        m = 0.99 * m + 0.01 * g[t];
    }
    return x;
}

/// A coordinate that is a block by itself: the step has the size of x.
double lambByHand(double x, const std::array<double, 3>& g) {
    double m = 0.0, s = 0.0;
    for (int t = 0; t < 3; ++t) {
        m = 0.9 * m + 0.1 * g[t];
        s = 0.999 * s + 0.001 * g[t] * g[t];
        const double mHat = m / (1.0 - std::pow(0.9, t + 1));
        const double sHat = s / (1.0 - std::pow(0.999, t + 1));
        const double r = mHat / (std::sqrt(sHat) + 1e-6) + decay * x;
        x = x - rates[t] * (std::abs(x) / std::abs(r)) * r;
    }
    return x;
}

ScalarRule ruleOf(const std::string& name) {
    if (name == "sgd")
        return sgdByHand;
    if (name == "momentum")
        return momentumByHand;
    if (name == "nesterov")
        return nesterovByHand;
    if (name == "adagrad")
        return adagradByHand;
    if (name == "rmsprop")
        return rmspropByHand;
    if (name == "lion")
        return lionByHand;
    if (name == "lamb")
        return lambByHand;
    return [decoupled = name == "adamw"](double x, const std::array<double, 3>& g) {
        return adamLikeByHand(x, g, decoupled);
    };
}

template <typename Scalar>
Eigen::Matrix<Scalar, Eigen::Dynamic, 1> threeSteps(const std::string& name) {
    using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
    const auto optimizer = makeOptimizer<Scalar>(
        name, 2, {.momentum = momentum, .weightDecay = decay, .blocks = {{0, 1}, {1, 1}}});
    Vector x(2), g(2);
    x << static_cast<Scalar>(starts[0]), static_cast<Scalar>(starts[1]);
    for (std::size_t t = 0; t < 3; ++t) {
        g << static_cast<Scalar>(gradients[0][t]), static_cast<Scalar>(gradients[1][t]);
        optimizer->step(x, g, static_cast<Scalar>(rates[t]));
    }
    return x;
}

} // namespace

class OptimizerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void threeStepsMatchScalarArithmetic_data();
    void threeStepsMatchScalarArithmetic();
    void lambTakesAllParametersForOneBlock();
    void firstAdamStepHasTheSizeOfTheRate();
    void heavyBallReachesItsTerminalVelocity();
    void momentumCanBeCycled();
    void rateBeyondTheStabilityBoundDiverges();
    void unknownNameIsRefusedInASentence();
    void eachTakesTheConstantsThatItHasAndNoOthers();
};

void OptimizerTest::threeStepsMatchScalarArithmetic_data() {
    QTest::addColumn<QString>("name");
    for (const OptimizerTraits& optimizer : optimizers()) {
        const std::string name(optimizer.id);
        QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
}

void OptimizerTest::threeStepsMatchScalarArithmetic() {
    QFETCH(QString, name);
    const ScalarRule rule = ruleOf(name.toStdString());
    const VectorXd inDouble = threeSteps<double>(name.toStdString());
    const VectorXf inFloat = threeSteps<float>(name.toStdString());
    for (Eigen::Index i = 0; i < 2; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const double expected = rule(starts[at], gradients[at]);
        expectNear(inDouble[i], expected, 1e-13);
        expectNear(static_cast<double>(inFloat[i]), expected, 1e-5);
    }
}

/// Without decay a step has the length of η‖x‖.
void OptimizerTest::lambTakesAllParametersForOneBlock() {
    const auto lamb = makeOptimizer<double>("lamb", 3);
    VectorXd x(3), g(3);
    x << 3.0, -4.0, 12.0;
    g << 1.0, 0.5, -2.0;
    const VectorXd before = x;
    lamb->step(x, g, 0.01);
    expectNear((x - before).norm(), 0.13, 1e-12);
}

void OptimizerTest::firstAdamStepHasTheSizeOfTheRate() {
    for (const double g : {1e-3, -5.0, 1e6}) {
        Adam<double> adam(1);
        VectorXd x = VectorXd::Zero(1);
        adam.step(x, VectorXd::Constant(1, g), 0.01);
        expectNear(x[0], -std::copysign(0.01, g), 1e-6);
    }
}

void OptimizerTest::heavyBallReachesItsTerminalVelocity() {
    Momentum<double> heavyBall(1, 0.9);
    VectorXd x = VectorXd::Zero(1);
    double before = 0.0;
    for (int t = 0; t < 500; ++t) {
        before = x[0];
        heavyBall.step(x, VectorXd::Ones(1), 0.1);
    }
    expectNear(before - x[0], 0.1 / (1.0 - 0.9), 1e-12); // ηg/(1 − μ)
}

void OptimizerTest::momentumCanBeCycled() {
    Momentum<double> cycled(1, 0.9);
    VectorXd x = VectorXd::Zero(1);
    cycled.step(x, VectorXd::Ones(1), 1.0); // v = 1
    cycled.setMomentum(0.5);
    cycled.step(x, VectorXd::Ones(1), 1.0); // v = 0.5 + 1
    QCOMPARE(x[0], -2.5);
}

// On f = x²/2 the heavy ball is stable for η < 2(1 + μ).
void OptimizerTest::rateBeyondTheStabilityBoundDiverges() {
    for (const auto& [rate, stable] : {std::pair{3.7, true}, {3.9, false}}) {
        Momentum<double> heavyBall(1, 0.9);
        VectorXd x = VectorXd::Ones(1);
        for (int t = 0; t < 2000; ++t) {
            const VectorXd gradient = x;
            heavyBall.step(x, gradient, rate);
        }
        QCOMPARE(std::abs(x[0]) < 1.0, stable);
    }
}

void OptimizerTest::unknownNameIsRefusedInASentence() {
    const QString sentence = refusalOf([&] { makeOptimizer<double>("adamm", 3); });
    QCOMPARE(sentence, QString("There is no optimizer 'adamm'; known are sgd, momentum, nesterov, "
                               "adagrad, rmsprop, adam, adamw, lamb, lion."));
}

/// Where two steps end changes with a constant if and only if the table says that there is one.
void OptimizerTest::eachTakesTheConstantsThatItHasAndNoOthers() {
    const auto endOf = [](std::string_view name, const OptimizerOptions& options) {
        const auto optimizer = makeOptimizer<double>(name, 2, options);
        VectorXd x(2), first(2), second(2);
        x << 2.0, 1.0;
        first << 0.5, 1.0;
        second << -0.004, 0.3;
        optimizer->step(x, first, 0.1);
        optimizer->step(x, second, 0.1);
        return x;
    };
    for (const OptimizerTraits& optimizer : optimizers()) {
        const std::string_view name = optimizer.id;
        const VectorXd usual = endOf(name, {});
        const auto changes = [&](const OptimizerOptions& options) {
            return endOf(name, options) != usual;
        };
        const QByteArray label(name.data(), static_cast<qsizetype>(name.size()));
        QVERIFY2(changes({.momentum = 0.5}) == optimizer.hasMomentum, label.constData());
        QVERIFY2(changes({.decay = 0.5}) == optimizer.hasDecay, label.constData());
        QVERIFY2(changes({.beta1 = 0.2}) == optimizer.hasBetas, label.constData());
        QVERIFY2(changes({.epsilon = 0.5}) == optimizer.hasEpsilon, label.constData());
        QVERIFY2(changes({.weightDecay = 0.1}), label.constData());
    }
}

REGISTER_TEST(OptimizerTest)
#include "optimizer_test.moc"
