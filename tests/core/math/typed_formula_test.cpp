// Formulas as people type them, against the same in C++.

#include <cmath>
#include <numbers>

#include <QtTest>

#include "core/error.h"
#include "core/math/differentiable_expression.h"
#include "core/math/expression.h"
#include "core/math/random.h"
#include "core/math/typed_formula.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

constexpr double x = -1.3, y = 0.7;
const std::vector<std::string> names{"x", "y"};

} // namespace

class TypedFormulaTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void formulasMeanWhatPeopleMean_data() {
        QTest::addColumn<QString>("formula");
        QTest::addColumn<double>("value");
        const auto row = [](const char* formula, double value) {
            QTest::newRow(formula) << QString::fromUtf8(formula) << value;
        };
        constexpr double pi = std::numbers::pi, e = std::numbers::e;
        row("2x", 2 * x);
        row("2 x", 2 * x);
        row("2.5x + .5y", 2.5 * x + 0.5 * y);
        row("2e3x", 2000 * x);
        row("2e", 2 * e);
        row("2e^x", 2 * std::exp(x));
        row("x**2", x * x);
        row("x²", x * x);
        row("-x²", -x * x);
        row("3x²y³", 3 * x * x * y * y * y);
        row("x⁻¹", 1 / x);
        row("y¹⁰", std::pow(y, 10));
        row("2x^2", 2 * x * x);
        row("pi", pi);
        row("2π", 2 * pi);
        row("sin(2pi*x)", std::sin(2 * pi * x));
        row("e", e);
        row("e^(2x)", std::exp(2 * x));
        row("|x|", std::abs(x));
        row("2|x|", 2 * std::abs(x));
        row("|x||y|", std::abs(x) * std::abs(y));
        row("|x - |y||", std::abs(x - std::abs(y)));
        row("||x| - 1|", std::abs(std::abs(x) - 1));
        row("|x|²", x * x);
        row("max(|x|, |y|)", std::max(std::abs(x), std::abs(y)));
        row("|x| > 1 || |y| > 1", 1.0);
        row("y > 1 || x > 1", 0.0);
        row("(x + 1)(x − 1)", (x + 1) * (x - 1));
        row("(x+1)y", (x + 1) * y);
        row("x(y + 1)", x * (y + 1));
        row("2(x + y)", 2 * (x + y));
        row("pi(x + 1)", pi * (x + 1));
        row("3cos(x)sin(y)", 3 * std::cos(x) * std::sin(y));
        row("√(x²)", std::abs(x));
        row("2√(y)", 2 * std::sqrt(y));
        row("x·y × 2 ÷ 4", x * y / 2);
        row("x ≤ y", 1.0);
        row("x ≥ y", 0.0);
        row("x ≠ y", 1.0);
        row("x/2*y", x / 2 * y);
        row("2x/3", 2 * x / 3);
        row("e^-x*y", std::exp(-x) * y);
        row("(1 - x)² + 100(y - x²)²", std::pow(1 - x, 2) + 100 * std::pow(y - x * x, 2));
    }

    void formulasMeanWhatPeopleMean() {
        QFETCH(QString, formula);
        QFETCH(double, value);
        expectNear(Expression(formula.toStdString(), names).evaluate(std::vector{x, y}), value,
                   1e-13 * (1 + std::abs(value)));
        expectNear(DifferentiableExpression(formula.toStdString()).evaluate(x, y).value, value,
                   1e-13 * (1 + std::abs(value)));
    }

    void whatCannotBeMeantIsRefused_data() {
        QTest::addColumn<QString>("formula");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* formula, const char* part) {
            QTest::newRow(formula) << QString::fromUtf8(formula) << QString::fromUtf8(part);
        };
        row("1/2x", "at character 4: after / and ^ a product without *");
        row("x/2(y + 1)", "at character 4: after / and ^");
        row("e^2x", "at character 4: after / and ^");
        row("e^-2x", "at character 5: after / and ^");
        row("x^2y", "at character 4: after / and ^");
        row("1/|x|y", "at character 6: after / and ^");
        row("1/(x)(y)", "at character 6: after / and ^");
        row("xy", "at character 1: there is no name 'xy', a product of variables is written x*y");
        row("2xy", "at character 2: there is no name 'xy'");
        row("x y", "at character 3");
        row("sin(2pi x)", "at character 9");
        row("x 2", "at character 3");
        row("2 3", "at character 3");
        row("|x", "at character 1: a bar | opens here");
        row("x|", "at character 2: a bar | opens here");
        row("(|x)", "at character 4: a bar | is open here");
        row("|x|||y|", "bar");
        row("²", "at character 1: nothing stands before");
        row("x + ²", "at character 5: nothing stands before");
        row("sin²(x)", "at character 4: the power of a function is written behind it");
        row("x²^3", "at character 3: a power of a raised number");
        row("x² ** 3", "a power of a raised number");
        row("√x", "at character 1: a root is written");
        row("x***2", "at character 4");
        row("3foo", "at character 2: unexpected token \"foo\"");
        row("2,5x", "2 values");
    }

    void whatCannotBeMeantIsRefused() {
        QFETCH(QString, formula);
        QFETCH(QString, part);
        expectRefusal([&] { Expression(formula.toStdString(), names); }, "'" + formula + "'", part);
        expectRefusal([&] { DifferentiableExpression(formula.toStdString()); }, part);
    }

    void namesOfVariablesComeFirst() {
        Expression formula("2e + pi", {"e", "pi"});
        QCOMPARE(formula.evaluate(std::vector{3.0, 0.5}), 6.5);
    }

    void whatNeedsNothingStaysAsItIs() {
        for (const char* plain :
             {"min(x, y)", "-2^2", "x == 1 ? y : 2e-3", "x != y && !(x > 0)", "1.5*_pi + _e", ""})
            QCOMPARE(typedFormula(plain, names).text, std::string(plain));
    }

    /// Whatever is typed: written out once more it is the same, and places are of the formula.
    void aTextWrittenOutStays() {
        const std::vector<std::string> tokens{"x", "y", "2", "2.5", "(", ")",   "|",
                                              "²", "⁻", "+", "-",   "/", "**",  "^",
                                              "π", "e", " ", "√",   ",", "sin("};
        RandomStream stream({5, "typed formulas"});
        int accepted = 0;
        for (int i = 0; i < 5000; ++i) {
            std::string formula;
            for (std::uint64_t n = stream.integer(10); n > 0; --n)
                formula += tokens[stream.integer(tokens.size())];
            const TypedFormula typed = typedFormula(formula, names);
            QCOMPARE(typed.places.size(), typed.text.size());
            for (const std::size_t place : typed.places)
                QVERIFY2(place < formula.size(), formula.c_str());
            if (!typed.trouble.empty())
                continue;
            ++accepted;
            QCOMPARE(typedFormula(typed.text, names).text, typed.text);
        }
        QVERIFY(accepted > 500);
    }
};

REGISTER_TEST(TypedFormulaTest)
#include "typed_formula_test.moc"
