#include "widgets/views/line_raster.h"

#include <cmath>

#include <QPainter>
#include <QTest>

#include "core/math/random.h"
#include "tests/registered_test.h"

using namespace convergence;

namespace {

QImage emptyPicture(int width, int height) {
    QImage image(width, height, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    return image;
}

/// Sum of the coverage of all pixels, for opaque lines.
double inkOf(const QImage& image) {
    double ink = 0.0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            ink += qAlpha(image.pixel(x, y)) / 255.0;
    return ink;
}

struct Difference {
    int largest = 0;
    double mean = 0.0;
};
Difference differenceOf(const QImage& a, const QImage& b) {
    Difference found;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x) {
            const QRgb p = a.pixel(x, y), q = b.pixel(x, y);
            const int difference =
                std::max({std::abs(qRed(p) - qRed(q)), std::abs(qGreen(p) - qGreen(q)),
                          std::abs(qBlue(p) - qBlue(q)), std::abs(qAlpha(p) - qAlpha(q))});
            found.largest = std::max(found.largest, difference);
            found.mean += difference;
        }
    found.mean /= a.width() * a.height();
    return found;
}

} // namespace

class LineRasterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aLineCoversItsArea() {
        RandomStream stream({.seed = 1, .purpose = "line raster test"});
        for (int i = 0; i < 200; ++i) {
            QImage image = emptyPicture(120, 90);
            LineRaster raster(image);
            const double width = stream.uniform(0.5, 4.0);
            raster.setPen(Qt::black, width);
            const QLineF line(stream.uniform(10.0, 110.0), stream.uniform(10.0, 80.0),
                              stream.uniform(10.0, 110.0), stream.uniform(10.0, 80.0));
            raster.draw(line);
            // Each pixel along it rounds its two borders to a 255th.
            QVERIFY2(std::abs(inkOf(image) - width * line.length()) < 0.01 * line.length() + 0.05,
                     qPrintable(QString("%1 of %2, line %3")
                                    .arg(inkOf(image))
                                    .arg(width * line.length())
                                    .arg(i)));
        }
    }

    void translucentLinesLookAsThoseOfQPainter() {
        RandomStream stream({.seed = 2, .purpose = "line raster test"});
        QImage ours = emptyPicture(300, 200), qts = emptyPicture(300, 200);
        LineRaster raster(ours);
        QPainter painter(&qts);
        painter.setRenderHint(QPainter::Antialiasing);
        for (int i = 0; i < 60; ++i) {
            QColor color = QColor::fromHsv(6 * i, 200, 180);
            color.setAlphaF(0.4F);
            const double width = 0.7 + 0.03 * i;
            // Across the borders too.
            const QLineF line(stream.uniform(-50.0, 350.0), stream.uniform(-50.0, 250.0),
                              stream.uniform(-50.0, 350.0), stream.uniform(-50.0, 250.0));
            raster.setPen(color, width);
            raster.draw(line);
            painter.setPen(QPen(color, width, Qt::SolidLine, Qt::FlatCap));
            painter.drawLine(line);
        }
        painter.end();
        const Difference difference = differenceOf(ours, qts);
        QVERIFY2(difference.mean < 1.5, qPrintable(QString::number(difference.mean)));
        QVERIFY2(difference.largest < 64, // at ends, which are cut along the pixels here
                 qPrintable(QString::number(difference.largest)));
    }

    void straightLinesAreExact() {
        QImage image = emptyPicture(8, 8);
        LineRaster raster(image);
        raster.setPen(QColor(255, 0, 0), 1.0);
        raster.draw({1.5, 2.5, 6.0, 2.5}); // fills row 2, the first pixel half
        QCOMPARE(image.pixel(1, 2), qRgba(128, 0, 0, 128));
        QCOMPARE(image.pixel(2, 2), qRgba(255, 0, 0, 255));
        QCOMPARE(image.pixel(5, 2), qRgba(255, 0, 0, 255));
        QCOMPARE(image.pixel(6, 2), 0U);
        QCOMPARE(image.pixel(3, 1), 0U);
        QCOMPARE(image.pixel(3, 3), 0U);
        raster.draw({4.0, 7.0, 4.0, 5.0}); // upward, between two columns
        QCOMPARE(image.pixel(3, 5), qRgba(128, 0, 0, 128));
        QCOMPARE(image.pixel(4, 6), qRgba(128, 0, 0, 128));
        QCOMPARE(image.pixel(4, 7), 0U);
    }

    void thinLinesHaveOnePixelAStep() {
        QImage image = emptyPicture(50, 40);
        LineRaster raster(image);
        raster.setPen(Qt::black, 3.0);
        raster.drawThin({5.0, 3.0, 45.0, 33.0});
        QCOMPARE(inkOf(image), 40.0);
        image.fill(Qt::transparent);
        raster.drawThin({5.0, 3.0, 15.0, 33.0});
        QCOMPARE(inkOf(image), 30.0);
    }

    void whatIsOutsideIsLeftOut() {
        QImage image = emptyPicture(20, 20);
        LineRaster raster(image);
        raster.setPen(Qt::black, 2.0);
        for (const QLineF& line : {QLineF(-1e12, -5.0, 1e12, -5.0), QLineF(25.0, -1e12, 25.0, 1e12),
                                   QLineF(-30.0, 5.0, -10.0, 15.0), QLineF(7.0, 7.0, 7.0, 7.0),
                                   QLineF(10.0, 300.0, 300.0, 10.0)}) {
            raster.draw(line);
            raster.drawThin(line);
        }
        QCOMPARE(inkOf(image), 0.0);
        raster.draw({-1e6, 10.0, 1e6, 10.0});
        QCOMPARE(inkOf(image), 40.0);
    }
};

REGISTER_GUI_TEST(LineRasterTest)
#include "line_raster_test.moc"
