#include <QtTest>

#include "tests/registered_test.h"
#include "widgets/panels/minus_signs.h"

using namespace convergence;

class MinusSignsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlyNumbersGetOne() {
        QCOMPARE(withMinusSigns("slope of e² -2 ± 0.1"), QString("slope of e² −2 ± 0.1"));
        QCOMPARE(withMinusSigns("[-0.5, -.25]"), QString("[−0.5, −.25]"));
        QCOMPARE(withMinusSigns("log-log, 1e-3, 3-4, S-over, x[1]-2"),
                 QString("log-log, 1e-3, 3-4, S-over, x[1]-2"));
    }
};

REGISTER_TEST(MinusSignsTest)
#include "minus_signs_test.moc"
