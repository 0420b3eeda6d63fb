#include <QTest>

#include "tests/registered_test.h"
#include "widgets/minus_signs.h"

using namespace convergence;

class MinusSignsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void numbersHaveOneMinusSignAndWordsTheirHyphens_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("shown");
        const auto row = [](const char* text, const char* shown) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(shown);
        };
        row("slope of error² -2 ± 0.1", "slope of error² −2 ± 0.1");
        row("-3", "−3");
        row("[-1e-5, 3]", "[−1e−5, 3]");
        row("(-.5)", "(−.5)");
        row("at least -∞", "at least −∞");
        row("a Quasi-Newton method", "a Quasi-Newton method");
        row("arXiv 2310-01769, 2020-21", "arXiv 2310-01769, 2020-21");
        row("λ = -0.5", "λ = −0.5");
        row("trial s-2 of S-over", "trial s-2 of S-over");
        row("", "");
    }
    void numbersHaveOneMinusSignAndWordsTheirHyphens() {
        QFETCH(QString, text);
        QFETCH(QString, shown);
        QCOMPARE(withMinusSigns(text), shown);
    }
};

REGISTER_TEST(MinusSignsTest)
#include "minus_signs_test.moc"
