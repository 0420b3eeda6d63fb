// Typed formulas against muParser's values and finite differences of them.

#include <cmath>

#include <QtTest>

#include "core/error.h"
#include "core/math/differentiable_expression.h"
#include "core/math/expression.h"
#include "core/math/random.h"
#include "tests/core/math/jet_check.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

class DifferentiableExpressionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void derivativesMatchDifferences_data() {
        QTest::addColumn<QString>("formula");
        for (const char* formula : {"x",
                                    "3",
                                    "-x^2",
                                    "-2^2*x",
                                    "x^3*y^2 - 4*x/(1 + y^2)",
                                    "x - y - 1",
                                    "x/y/2",
                                    "2^x^0.5",
                                    "x^-2",
                                    "(x+y)^(0.5*y)",
                                    "exp(-x*y)",
                                    "ln(1 + x^2) + log(3+y) + log2(2+x) + log10(5+y)",
                                    "sqrt(1 + x^2 + y^2)",
                                    "sin(x*y) + cos(x - y) + tan(0.3*x)",
                                    "asin(0.3*x) + acos(0.3*y) + atan(x*y)",
                                    "atan2(y, x) + atan2(x, -y)",
                                    "sinh(x) + cosh(y) + tanh(x + y)",
                                    "abs(x - 2*y)",
                                    "min(x*x, y, 3)",
                                    "max(x, y*y, -1)",
                                    "sum(x, y, x*y) + avg(x, y^2)",
                                    "x < y ? x^2 : y^3",
                                    "x > 0 && y > 0 ? x*y : 2*x",
                                    "x < 0 || y < 0 ? 1 : x^2*y",
                                    "sign(x)*x^2 + rint(y)*x",
                                    "_pi*x + _e*y",
                                    "1e-1*x + .5*y + 2.5E0",
                                    "(1-x)^2 + 100*(y-x^2)^2",
                                    "x*-y",
                                    "-(-x)*y",
                                    "(x == y) + (x != y)*x + (x <= y) + (x >= y)*y"})
            QTest::newRow(formula) << formula;
    }
    void derivativesMatchDifferences() {
        QFETCH(QString, formula);
        RandomStream random({.seed = 3, .purpose = "expression points"});
        for (int i = 0; i < 20; ++i) {
            const double x = random.uniform(0.1, 1.4), y = random.uniform(0.15, 1.3);
            const Jet jet = DifferentiableExpression(formula.toStdString()).evaluate(x, y);
            Expression plain(formula.toStdString(), {"x", "y"});
            const auto value = [&](const Eigen::Vector2d& at) {
                return plain.evaluate(std::vector<double>{at.x(), at.y()});
            };
            const auto jetAt = [&](const Eigen::Vector2d& at) {
                return DifferentiableExpression(formula.toStdString()).evaluate(at.x(), at.y());
            };
            const double scale = 1.0 + std::abs(jet.value) + std::abs(jet.x) + std::abs(jet.y) +
                                 std::abs(jet.xx) + std::abs(jet.xy) + std::abs(jet.yy);
            const auto place = fmt::format("{} at ({}, {})", formula.toStdString(), x, y);
            expectNear(jet.value, value({x, y}), 1e-11 * scale, place);
            const GradientCheck check = testing::checkJet(value, jetAt, {x, y});
            expectNear(check.error, 0.0, 1e-6 * scale, fmt::format("{}: {}", place, check.text()));
        }
    }

    void integerPowersAreSmoothAtZero() {
        const Jet jet = DifferentiableExpression("x^2 + y^3 + x^1").evaluate(0.0, 0.0);
        QCOMPARE(jet.value, 0.0);
        QCOMPARE(jet.x, 1.0);
        QCOMPARE(jet.xx, 2.0);
        QCOMPARE(jet.yy, 0.0);
    }

    void outsideTheDomainIsNan() {
        QVERIFY(std::isnan(DifferentiableExpression("sqrt(x)").evaluate(-1.0, 0.0).value));
    }

    void badFormulasAreRefusedAsByTheParser() {
        for (const char* formula : {"", "x +", "z", "x = y", "foo(x)", "x,y", "(x", "1..2"})
            expectRefusal([&] { DifferentiableExpression parsed(formula); });
    }
};

REGISTER_TEST(DifferentiableExpressionTest)
#include "differentiable_expression_test.moc"
