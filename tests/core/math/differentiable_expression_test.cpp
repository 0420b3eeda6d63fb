// Typed formulas against muParser's values and finite differences of them.

#include <cmath>

#include <QtTest>

#include "core/error.h"
#include "core/math/differentiable_expression.h"
#include "core/math/expression.h"
#include "core/math/gradient_check.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

/// Worst error of f, ∇f and the Hessian against central differences, relative to their size.
double worstError(const std::string& formula, double x, double y) {
    Expression plain(formula, {"x", "y"});
    const auto f = [&](double a, double b) { return plain.evaluate(std::vector<double>{a, b}); };
    const Jet jet = DifferentiableExpression(formula).evaluate(x, y);
    constexpr double h = 1e-4;
    const double here = f(x, y);
    const double scale = 1.0 + std::abs(here) + std::abs(jet.x) + std::abs(jet.y) +
                         std::abs(jet.xx) + std::abs(jet.xy) + std::abs(jet.yy);
    const double errors[] = {
        (jet.value - here) * 1e6, // values agree to rounding, not to a difference quotient's error
        jet.x - (f(x + h, y) - f(x - h, y)) / (2 * h),
        jet.y - (f(x, y + h) - f(x, y - h)) / (2 * h),
        jet.xx - (f(x + h, y) - 2 * here + f(x - h, y)) / (h * h),
        jet.yy - (f(x, y + h) - 2 * here + f(x, y - h)) / (h * h),
        jet.xy -
            (f(x + h, y + h) - f(x + h, y - h) - f(x - h, y + h) + f(x - h, y - h)) / (4 * h * h)};
    double worst = 0.0;
    for (const double error : errors)
        worst = largerError(worst, std::abs(error) / scale);
    return worst;
}

} // namespace

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
            const double error = worstError(formula.toStdString(), x, y);
            QVERIFY2(
                error < 1e-5,
                qPrintable(QString("%1 at (%2, %3): %4").arg(formula).arg(x).arg(y).arg(error)));
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
