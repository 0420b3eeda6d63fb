#include <QTest>

#include <cmath>

#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/charts/field_picture.h"
#include "widgets/charts/heat_map.h"

using namespace convergence;

namespace {

/// CIE lightness L*.
double lightness(const QColor& color) {
    const auto linear = [](double c) {
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    const double y = 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
                     0.0722 * linear(color.blueF());
    return y > 0.008856 ? 116.0 * std::cbrt(y) - 16.0 : 903.3 * y;
}

} // namespace

class ColorMapsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void sequentialColorsGetLighterEvenly() {
        for (int i = 1; i <= 20; ++i) {
            const double step =
                lightness(sequentialColor(i / 20.0)) - lightness(sequentialColor((i - 1) / 20.0));
            QVERIFY2(step > 1.5 && step < 7.0, qPrintable(QString::number(step)));
        }
        QCOMPARE(sequentialColor(-3.0), sequentialColor(0.0));
        QCOMPARE(sequentialColor(7.0), sequentialColor(1.0));
    }

    void divergingColorsMoveAwayFromTheMiddleOnBothSides() {
        for (const bool dark : {false, true})
            for (const double side : {-1.0, 1.0}) {
                double previous = lightness(divergingColor(0.0, dark));
                for (int i = 1; i <= 10; ++i) {
                    const double now = lightness(divergingColor(side * i / 10.0, dark));
                    QVERIFY(dark ? now > previous : now < previous);
                    previous = now;
                }
            }
        const QColor low = divergingColor(-1.0, false), high = divergingColor(1.0, false);
        QVERIFY(low.blue() > low.red() && high.red() > high.blue());
    }

    void numbersCanBeReadOnEveryColor() {
        for (int i = 0; i <= 100; ++i) {
            const QColor color = sequentialColor(i / 100.0);
            QVERIFY(std::abs(lightness(color) - lightness(textOn(color))) > 45.0);
        }
    }

    void logarithmicScaleGivesEveryDecadeTheSameShare() {
        const HeatMap map{
            .rows = 1, .columns = 4, .values = {1e-8, 1e-4, 1.0, -3.0}, .isLogarithmic = true};
        const ColorScale scale = map.scale(Theme::load("light"));
        expectNear(scale.shareOf(1e-4), 0.5, 1e-12);
        expectNear(scale.valueAt(0.25) / 1e-6, 1.0, 1e-9);
        QCOMPARE(scale.color(-3.0), scale.color(1e-8)); // no logarithm: the lowest color
    }

    void symmetricScalePutsZeroInTheMiddle() {
        const HeatMap map{.rows = 1, .columns = 3, .values = {-0.1, 0.0, 0.7}, .isSymmetric = true};
        const ColorScale scale = map.scale(Theme::load("light"));
        QCOMPARE(scale.range.minimum, -0.7);
        QCOMPARE(scale.range.maximum, 0.7);
        QCOMPARE(scale.color(0.0), divergingColor(0.0, false));
    }

    void cellsAreWholePixelsAndFoundAgain() {
        HeatMap map{.rows = 7, .columns = 5};
        for (int i = 0; i < 35; ++i)
            map.values.push_back(i);
        const HeatMapPlace place = layoutHeatMap(map, QRectF(0, 0, 401, 303), QFont());
        const double cell = place.cells.width() / 5.0;
        QCOMPARE(cell, std::floor(cell));
        QCOMPARE(place.cells.height() / 7.0, cell);
        QVERIFY(QRectF(0, 0, 401, 303).contains(place.cells));
        const QPointF at = place.cells.topLeft() + QPointF(3.5 * cell, 6.5 * cell);
        const auto found = place.cellAt(at, map);
        QVERIFY(found && found->row == 6 && found->column == 3);
        QCOMPARE(cellText(map, *found), QString("row 7, column 4: 33"));
        QVERIFY(!place.cellAt(place.cells.topLeft() - QPointF(1, 1), map));
    }

    void fieldsAreInterpolatedBilinearly() {
        FieldFrame field{.xMinimum = 0,
                         .xMaximum = 2,
                         .yMinimum = -1,
                         .yMaximum = 1,
                         .xCount = 3,
                         .yCount = 2,
                         .values = {}};
        for (const double y : {-1.0, 1.0}) // f = 2x + 3y is reproduced exactly
            for (const double x : {0.0, 1.0, 2.0})
                field.values.push_back(float(2 * x + 3 * y));
        QCOMPARE(fieldAt(field, field.values, 0.5, 0.25), 1.75);
        QCOMPARE(fieldAt(field, field.values, 2.0, 1.0), 7.0);
        QVERIFY(std::isnan(fieldAt(field, field.values, 2.1, 0.0)));
    }

    void arrowsPointDownhillOnTheScreen() {
        // f = x² + y²: from the upper right, y up, downhill is to the left and down the screen.
        FieldFrame field{.xCount = 11, .yCount = 11};
        for (int j = 0; j < 11; ++j)
            for (int i = 0; i < 11; ++i) {
                const float x = -1 + 0.2f * float(i), y = -1 + 0.2f * float(j);
                field.values.push_back(x * x + y * y);
                field.gradientX.push_back(2 * x);
                field.gradientY.push_back(2 * y);
            }
        const PlotFrame frame{plotAxis("x", Scale::linear, {-1, 1}),
                              plotAxis("y", Scale::linear, {-1, 1}), QRectF(0, 0, 300, 300)};
        const auto arrows = descentArrows(field, frame);
        QVERIFY(!arrows.empty());
        for (const QLineF& arrow : arrows) {
            const QPointF toMiddle = QPointF(150, 150) - arrow.center();
            QVERIFY(QPointF::dotProduct(toMiddle, arrow.p2() - arrow.p1()) > 0.0);
        }
        QVERIFY(!filledContours(field, frame, Theme::load("dark")).isNull());
        field.values.pop_back();
        QVERIFY(filledContours(field, frame, Theme::load("dark")).isNull());
    }
};

REGISTER_GUI_TEST(ColorMapsTest)
#include "color_maps_test.moc"
