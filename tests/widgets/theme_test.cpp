#include <QImage>
#include <QPainter>
#include <QStyleOptionButton>
#include <QTest>

#include <array>
#include <cmath>

#include "core/error.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"
#include "widgets/outlined_style.h"
#include "widgets/theme.h"

using namespace convergence;

namespace {

std::array<double, 3> linearRgb(const QColor& color) {
    const auto linear = [](double c) {
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return {linear(color.redF()), linear(color.greenF()), linear(color.blueF())};
}

/// Contrast ratio of the Web Content Accessibility Guidelines 2.1.
double contrast(const QColor& a, const QColor& b) {
    const auto luminance = [](const QColor& color) {
        const auto [r, g, blue] = linearRgb(color);
        return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
    };
    const double x = luminance(a), y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

using Matrix3 = std::array<std::array<double, 3>, 3>;
/// Full dichromacy, Machado, Oliveira and Fernandes 2009, table 1 (severity 1.0).
constexpr Matrix3 protanopia{{{0.152286, 1.052583, -0.204868},
                              {0.114503, 0.786281, 0.099216},
                              {-0.003882, -0.048116, 1.051998}}};
constexpr Matrix3 deuteranopia{{{0.367322, 0.860646, -0.227968},
                                {0.280085, 0.672501, 0.047413},
                                {-0.011820, 0.042940, 0.968881}}};
constexpr Matrix3 normalVision{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};

/// Oklab coordinates (Ottosson 2020) of a color seen through `vision`.
std::array<double, 3> oklab(const QColor& color, const Matrix3& vision) {
    const auto rgb = linearRgb(color);
    std::array<double, 3> seen{};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 3; ++j)
            seen[i] += vision[i][j] * rgb[j];
        seen[i] = std::clamp(seen[i], 0.0, 1.0);
    }
    const auto [r, g, b] = seen;
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

double distance(const QColor& a, const QColor& b, const Matrix3& vision) {
    const auto x = oklab(a, vision), y = oklab(b, vision);
    return std::hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

} // namespace

class ThemeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lightDarkAndProjectorExist() {
        const QStringList ids = Theme::available();
        for (const char* id : {"light", "dark", "projector"})
            QVERIFY(ids.contains(id));
    }

    void projectorHasLargerTypeAndThickerLines() {
        const Theme light = Theme::load("light"), projector = Theme::load("projector");
        QVERIFY(projector.fontPointSize >= 1.3 * light.fontPointSize);
        QVERIFY(projector.lineWidth >= 1.5 * light.lineWidth);
    }

    void colorsStandOutFromTheSurface_data() {
        QTest::addColumn<QString>("id");
        for (const QString& id : Theme::available())
            QTest::newRow(qPrintable(id)) << id;
    }
    void colorsStandOutFromTheSurface() {
        QFETCH(QString, id);
        const Theme theme = Theme::load(id);
        for (const QColor& color : theme.series)
            QVERIFY2(contrast(color, theme.surface) >= 3.0, qPrintable(color.name()));
        for (const QColor& color : {theme.success, theme.warning, theme.failure, theme.accent})
            for (const QColor& behind : {theme.surface, theme.window})
                QVERIFY2(contrast(color, behind) >= 4.5, qPrintable(color.name()));
        for (const QColor& behind : {theme.surface, theme.window}) {
            QVERIFY(contrast(theme.mutedText, behind) >= 4.5);
            QVERIFY(contrast(theme.text, behind) >= 7.0);
        }
        QVERIFY(contrast(theme.grid, theme.surface) < 2.0); // the grid stays in the background
        const QPalette palette = theme.palette();
        QVERIFY(contrast(palette.color(QPalette::HighlightedText),
                         palette.color(QPalette::Highlight)) >= 4.5);
    }

    void emptyBoxesCanBeSeen_data() { colorsStandOutFromTheSurface_data(); }
    /// Unchecked, each side of the outline has a pixel that stands out from the window.
    void emptyBoxesCanBeSeen() {
        QFETCH(QString, id);
        const Theme theme = Theme::load(id);
        for (const QStyle::PrimitiveElement element :
             {QStyle::PE_IndicatorCheckBox, QStyle::PE_IndicatorRadioButton}) {
            QImage image(16, 16, QImage::Format_RGB32);
            image.fill(theme.window);
            QPainter painter(&image);
            QStyleOptionButton option;
            option.rect = image.rect();
            option.palette = theme.palette();
            option.state = QStyle::State_Enabled | QStyle::State_Off;
            OutlinedStyle().drawPrimitive(element, &option, &painter);
            painter.end();
            for (const QPoint& middle : {QPoint(0, 8), QPoint(15, 8), QPoint(8, 0), QPoint(8, 15)})
                QVERIFY2(contrast(image.pixelColor(middle), theme.window) >= 3.0,
                         qPrintable(image.pixelColor(middle).name()));
        }
    }

    void armsAreToldApartWithAnyColorVision_data() { colorsStandOutFromTheSurface_data(); }
    void armsAreToldApartWithAnyColorVision() {
        QFETCH(QString, id);
        const Theme theme = Theme::load(id);
        QVERIFY(theme.series.size() >= 8);
        // An Oklab distance of 0.02 is just noticeable side by side; thin lines need more.
        for (const auto& vision : {normalVision, protanopia, deuteranopia})
            for (int i = 0; i < theme.series.size(); ++i)
                for (int j = 0; j < i; ++j)
                    QVERIFY2(distance(theme.series[i], theme.series[j], vision) > 0.07,
                             qPrintable(theme.series[i].name() + theme.series[j].name()));
    }

    void colorsOfArmsWrapAround() {
        const Theme theme = Theme::load("light");
        QCOMPARE(theme.seriesColor(int(theme.series.size())), theme.series[0]);
        QCOMPARE(theme.seriesColor(-1), theme.series.last());
    }

    void unknownThemeIsRefusedWithTheKnownOnes() {
        const QString sentence = refusalOf([&] { (void)Theme::load("sepia"); });

        QVERIFY(sentence.contains("sepia") && sentence.contains("projector"));
    }

    void unknownResourceFolderIsRefused() {
        QVERIFY_EXCEPTION_THROWN(resourceFolder("no-such-folder"), InputError);
    }
};

REGISTER_GUI_TEST(ThemeTest)
#include "theme_test.moc"
