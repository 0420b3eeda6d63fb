#include <QtTest>

#include "tests/registered_test.h"
#include "widgets/views/pixel_rounding.h"

using namespace convergence;

class PixelRoundingTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aClickHasTheDigitsThatAPixelResolves() {
        QCOMPARE(roundedToPixel(1.2345678, 1.2375678), 1.235);
        QCOMPARE(roundedToPixel(-0.98765, -0.96765), -0.99);
        QCOMPARE(roundedToPixel(12345.6, 12365.6), 12350.0);
        QCOMPARE(roundedToPixel(0.3, 0.3), 0.3); // no pixel, no rounding
    }
};

REGISTER_TEST(PixelRoundingTest)
#include "pixel_rounding_test.moc"
