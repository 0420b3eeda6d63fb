#include <array>

#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/figures/curve_strokes.h"
#include "widgets/figures/figure_axes.h"

using namespace convergence;

namespace {

CurveLines straight(std::size_t group, double y, double from = 0.0, double to = 200.0) {
    return {.color = Qt::black,
            .width = 1.3,
            .dashes = {},
            .lines = {QPolygonF{QPointF(from, y), QPointF(to, y)}},
            .group = group};
}

double lengthOf(const std::vector<CurveStroke>& strokes, std::size_t curve, double from,
                double to) {
    double length = 0.0;
    for (const CurveStroke& stroke : strokes)
        for (qsizetype i = 1; stroke.curve == curve && i < stroke.points.size(); ++i)
            length += std::max(0.0, std::min(stroke.points[i].x(), to) -
                                        std::max(stroke.points[i - 1].x(), from));
    return length;
}

/// A color as somebody sees it who lacks a kind of cones (Machado, Oliveira, Fernandes 2009, full
/// severity), or in grey; linear light.
using Light = std::array<double, 3>;
constexpr std::array<std::array<double, 9>, 3> lacks{
    {{0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
     {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
     {0.2126, 0.7152, 0.0722, 0.2126, 0.7152, 0.0722, 0.2126, 0.7152, 0.0722}}};

Light seen(const QColor& color, const std::array<double, 9>& m) {
    const auto linear = [](double s) {
        return s <= 0.04045 ? s / 12.92 : std::pow((s + 0.055) / 1.055, 2.4);
    };
    const Light c{linear(color.redF()), linear(color.greenF()), linear(color.blueF())};
    Light result{};
    for (std::size_t i = 0; i < 3; ++i)
        result[i] = m[3 * i] * c[0] + m[3 * i + 1] * c[1] + m[3 * i + 2] * c[2];
    return result;
}

double apart(const Light& a, const Light& b) {
    double worst = 0.0; // in lightness, about
    for (std::size_t i = 0; i < 3; ++i)
        worst = std::max(worst, std::abs(std::cbrt(a[i]) - std::cbrt(b[i])));
    return worst;
}

} // namespace

class CurveStrokesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void curvesThatCoincideAreBothSeen() {
        const auto strokes = strokesOf({straight(0, 50.0), straight(1, 50.5)});
        expectNear(lengthOf(strokes, 0, 0.0, 200.0), 100.0, 12.0);
        expectNear(lengthOf(strokes, 1, 0.0, 200.0), 100.0, 12.0);
        // In turn: nowhere both, nowhere none.
        for (double x = 2.0; x < 198.0; x += 1.0) {
            expectNear(lengthOf(strokes, 0, x, x + 1.0) + lengthOf(strokes, 1, x, x + 1.0), 1.0,
                       1e-9);
        }
    }

    void threeThatCoincideShareEvenly() {
        const auto strokes = strokesOf({straight(0, 50.0), straight(1, 50.0), straight(2, 50.0)});
        for (const std::size_t curve : {0, 1, 2}) {
            expectNear(lengthOf(strokes, curve, 0.0, 200.0), 200.0 / 3.0, 15.0);
        }
    }

    void onlyTheStretchThatIsSharedIsDivided() {
        // The second leaves at x = 100.
        CurveLines leaves = straight(1, 50.0, 0.0, 100.0);
        leaves.lines[0] << QPointF(200.0, 150.0);
        const auto strokes = strokesOf({straight(0, 50.0), leaves});
        expectNear(lengthOf(strokes, 0, 110.0, 200.0), 90.0, 1e-9);
        expectNear(lengthOf(strokes, 1, 110.0, 200.0), 90.0, 1e-9);
        QVERIFY(lengthOf(strokes, 0, 0.0, 100.0) < 60.0);
    }

    void whatIsApartOrAlikeOrCrossesStaysWhole() {
        const auto apart = strokesOf({straight(0, 50.0), straight(1, 55.0)});
        QCOMPARE(apart.size(), 2U);
        const auto alike = strokesOf({straight(3, 50.0), straight(3, 50.0)}); // replicates
        QCOMPARE(alike.size(), 2U);
        CurveLines steep = straight(1, 0.0);
        steep.lines[0] = QPolygonF{QPointF(0, 0), QPointF(200, 100)};
        const auto crossing = strokesOf({straight(0, 50.0), steep});
        QCOMPARE(crossing.size(), 2U);
    }

    void colorsThatLookAlikeHaveCompanionsThatDoNot() {
        for (const char* id : {"paper-column", "slide"}) {
            const FigureStyle style = loadStyle(id);
            QVERIFY(style.companion != Companion::none);
            for (const auto& eye : lacks)
                for (int i = 0; i < int(style.colors.size()); ++i)
                    for (int j = i + 1; j < int(style.colors.size()); ++j) {
                        const double distance = apart(seen(style.colors[std::size_t(i)], eye),
                                                      seen(style.colors[std::size_t(j)], eye));
                        const bool toldByShape =
                            companionOf(i, style.companion) != companionOf(j, style.companion);
                        QVERIFY2(distance > 0.25 || toldByShape,
                                 qPrintable(QString("%1: %2 and %3").arg(id).arg(i).arg(j)));
                    }
        }
        for (int i = 0; i < 8; ++i)
            for (int j = 0; j < i; ++j)
                QVERIFY(companionOf(i, Companion::dashes) != companionOf(j, Companion::dashes));
    }

    void numbersOfAnAxisShareAPowerOfTen() {
        const FigureAxis small = figureAxis("e", Scale::linear, {0.0, 1.2e-4}, false);
        QCOMPARE(small.factor, QString("×10⁻⁴"));
        for (const Tick& tick : small.axis.ticks.major)
            QVERIFY2(tick.label.size() <= 4, tick.label.c_str());
        const FigureAxis large = figureAxis("n", Scale::linear, {0.0, 3e6}, true);
        QCOMPARE(large.factor, QString("×10⁶"));
        QVERIFY(figureAxis("e", Scale::linear, {0.0, 20.0}, false).factor.isEmpty());
        QVERIFY(figureAxis("e", Scale::logarithmic, {1e-9, 1.0}, false).factor.isEmpty());
    }

    void integerAxesHaveIntegerTicks() {
        const FigureAxis few = figureAxis("epoch", Scale::linear, {0.0, 3.0}, true);
        QCOMPARE(few.axis.ticks.major.size(), 4U);
        for (const Tick& tick : few.axis.ticks.major)
            QVERIFY(tick.label.find('.') == std::string::npos);
        const FigureAxis real = figureAxis("time", Scale::linear, {0.0, 3.0}, false);
        QVERIFY(real.axis.ticks.major.size() > 4U);
    }
};

REGISTER_GUI_TEST(CurveStrokesTest)
#include "curve_strokes_test.moc"
