#include <cmath>

#include <QtTest>

#include "core/error.h"
#include "core/math/expression.h"
#include "core/math/random.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;

class ExpressionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void formulasHaveTheirValues_data() {
        QTest::addColumn<QString>("formula");
        QTest::addColumn<double>("value");
        const auto row = [](const char* formula, double value) {
            QTest::newRow(formula) << QString(formula) << value;
        };
        row("min(rows, columns)", 3.0);
        row("max(rows, columns, 7)", 7.0);
        row("problem == 1", 1.0);
        row("problem != 1 || rows > columns", 1.0);
        row("problem == 1 && rows < columns", 0.0);
        row("rows <= 5 && columns >= 3", 1.0);
        row("problem == 1 ? rows : columns", 5.0);
        row("sqrt(rows - 1)*columns", 6.0);
        row("ln(_e^2) + log10(1000) + log2(8) + exp(0)", 9.0);
        row("log(_e)", 1.0);
        row("-2^2", -4.0);
        row("2^3^2", 512.0);
        row("rint(2.5) + sign(-3) + abs(-1)", 3.0);
        row("atan2(0, -1)/_pi", 1.0);
        row("1.5e3", 1500.0);
    }

    void formulasHaveTheirValues() {
        QFETCH(QString, formula);
        QFETCH(double, value);
        const std::vector<double> values{5.0, 3.0, 1.0};
        Expression expression(formula.toStdString(), {"rows", "columns", "problem"});
        expectNear(expression.evaluate(values), value, 1e-14);
        expectNear(evaluateExpression(formula.toStdString(),
                                      {{"rows", 5.0}, {"columns", 3.0}, {"problem", 1.0}}),
                   value, 1e-14);
    }

    void valuesFollowTheVariables() {
        Expression expression("sqrt(iteration)*gap", {"iteration", "gap"});
        for (double iteration = 0.0; iteration < 10.0; iteration += 1.0)
            QCOMPARE(expression.evaluate(std::vector{iteration, 2.0}), 2.0 * std::sqrt(iteration));
        Expression moved = std::move(expression);
        QCOMPARE(moved.evaluate(std::vector{4.0, 3.0}), 6.0);
    }

    void outsideItsDomainAFormulaGivesNoNumberAndThrowsNothing() {
        Expression root("sqrt(x)", {"x"});
        QVERIFY(std::isnan(root.evaluate(std::vector{-1.0})));
        QVERIFY(std::isnan(root.evaluate(std::vector{std::nan("")})));
        QCOMPARE(Expression("1/x", {"x"}).evaluate(std::vector{0.0}), HUGE_VAL);
        QCOMPARE(Expression("ln(x)", {"x"}).evaluate(std::vector{0.0}), -HUGE_VAL);
    }

    void mistakesAreNamedWithTheirPlace_data() {
        QTest::addColumn<QString>("formula");
        QTest::addColumn<QString>("place");
        const auto row = [](const char* formula, const char* place) {
            QTest::newRow(formula) << QString::fromUtf8(formula) << QString(place);
        };
        row("", "empty");
        row("rows +", "at character 7");
        row("rows + foo", "at character 8: unexpected token \"foo\"");
        row("(rows", "parenthesis");
        row("rows)", "at character 5");
        row("rows columns", "at character 6");
        row("min()", "min");
        row("rows = 1", "at character 6: a comparison is written ==");
        row("rows => 1", "at character 6: a comparison is written ==");
        row("rows += 1", "a comparison is written ==");
        row("rows, columns", "2 values");
        row("rows == 1 ? 2", "else");
        row("1 + √rows", "at character 5");
        row("\"text\"", "trings");
        row("1.2.3", "at character 4");
    }

    void mistakesAreNamedWithTheirPlace() {
        QFETCH(QString, formula);
        QFETCH(QString, place);
        expectRefusal(
            [&] {
                Expression(formula.toStdString(), {"rows", "columns"});
            },
            "'" + formula + "'", place, "rows, columns");
    }

    void anyTextIsEvaluatedOrRefused() {
        const std::vector<std::string> tokens{"x",  "+", "-", "*",  "/",   "^",    "(",   ")", ",",
                                              "==", "=", "?", ":",  "min", "sqrt", "1.5", " ", "\"",
                                              "&&", "<", "!", "\n", "µ",   "1e",   "_pi", "'"};
        RandomStream stream({11, "formulas"});
        int accepted = 0;
        for (int i = 0; i < 5000; ++i) {
            std::string formula;
            for (std::uint64_t n = stream.integer(9); n > 0; --n)
                formula += tokens[stream.integer(tokens.size())];
            try {
                Expression expression(formula, {"x"});
                (void)expression.evaluate(std::vector{0.5});
                ++accepted;
            } catch (const InputError& error) {
                QVERIFY(!std::string(error.what()).empty());
            }
        }
        QVERIFY(accepted > 0);
    }

    void lengthAndNestingAreBounded() {
        const auto nested = [](std::size_t depth) {
            return std::string(depth, '(') + "x" + std::string(depth, ')');
        };
        QCOMPARE(Expression(nested(64), {"x"}).evaluate(std::vector{2.0}), 2.0);
        std::string sum = "x";
        while (sum.size() + 2 <= 2000)
            sum += "+x";
        QCOMPARE(Expression(sum, {"x"}).evaluate(std::vector{1.0}), double(sum.size() / 2 + 1));
        std::string conditions;
        for (int i = 0; i < 65; ++i)
            conditions += "x?1:";
        for (const std::string& formula :
             {nested(65), nested(100000), std::string(100000, '('), sum + "+x",
              std::string(100000, '-') + "x", conditions + "0", std::string("x\0", 2)}) {
            const QString sentence = refusalOf([&] { return Expression(formula, {"x"}); });
            QVERIFY2(sentence.size() < 500, qPrintable(sentence));
            QVERIFY2(sentence.contains("at most") || sentence.contains("zero byte"),
                     qPrintable(sentence));
        }
    }

    void wrongNumberOfValuesIsAMistakeOfTheProgram() {
        Expression expression("x", {"x"});
        QVERIFY_EXCEPTION_THROWN((void)expression.evaluate({}), std::logic_error);
    }
};

REGISTER_TEST(ExpressionTest)
#include "expression_test.moc"
